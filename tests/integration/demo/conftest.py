"""A small made-up town in the test database, loaded once for a module and rolled back after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from lamppost.accounts.models import Partnership
from lamppost.demo.load import load_town
from lamppost.demo.records import Town
from lamppost.demo.town import make_town

TODAY = dt.date(2026, 11, 25)


@dataclass(frozen=True)
class Loaded:
    """The planned town and its record."""

    town: Town
    partnership: Partnership


@pytest.fixture(scope="module")
def small_town() -> Town:
    return make_town(today=TODAY, scale=0.12)


@pytest.fixture(scope="module")
def _in_database(
    small_town: Town, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Loaded]:
    with django_db_blocker.unblock(), transaction.atomic():
        passwords = {account.email: "a long passphrase" for account in small_town.accounts}
        yield Loaded(small_town, load_town(small_town, passwords=passwords))
        transaction.set_rollback(True)


@pytest.fixture
def loaded(_in_database: Loaded, db: None) -> Loaded:
    return _in_database
