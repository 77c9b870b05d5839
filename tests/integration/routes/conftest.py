"""A small demo town in the test database: something of everything that a page can show."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.roles import Role
from tests import pages

HIGH = 41_234


def start_numbers_high() -> None:
    """Give new records numbers above a thousand, where "1,234" would be no address any more."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, HIGH])
            else:
                cursor.execute("SELECT column_name FROM information_schema.columns WHERE "
                               "table_name = %s AND is_identity = 'YES'", [table])  # fmt: skip
                for (column,) in cursor.fetchall():
                    sequence = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
                    cursor.execute(sequence, [table, column, HIGH])


@pytest.fixture(scope="module")
def small_town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Load a small demo town once for a file of tests; taken out again at the end."""
    from lamppost.demo.load import load_town
    from lamppost.demo.town import make_town

    with django_db_blocker.unblock():
        start_numbers_high()
        made = make_town(seed=11, today=dt.date(2026, 11, 25), scale=0.1)
        number = load_town(made, passwords=defaultdict(lambda: "a long passphrase")).pk
    yield number
    with django_db_blocker.unblock():
        from django.core.management import call_command

        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def town(small_town: int, db: None) -> Partnership:
    """Return the loaded partnership; what a test changes is rolled back."""
    return Partnership.objects.get(pk=small_town)


@pytest.fixture
def member(town: Partnership) -> dict[str, Client]:
    """Return a signed-in client for each role of the town."""
    clients = {}
    for role in Role.values:
        membership = Membership.objects.filter(partnership=town, role=role).order_by("pk").first()
        if membership is None:
            user = User.objects.create_user(f"{role}@example.org", "a long passphrase")
            membership = Membership.objects.create(
                partnership=town, user=user, role=role, joined_at=town.created_at
            )
        client = Client()
        client.force_login(membership.user)
        clients[role] = client
    return clients


@pytest.fixture
def stranger(town: Partnership) -> Client:
    """Return a client for the lead of another partnership."""
    other = Partnership.objects.create(
        slug="elsewhere", name="Elsewhere", problem="Another one.", created_at=town.created_at
    )
    user = User.objects.create_user("elsewhere@example.org", "a long passphrase")
    Membership.objects.create(
        partnership=other, user=user, role=Role.LEAD, joined_at=town.created_at
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def addresses(town: Partnership) -> dict[pages.Route, str]:
    """Return an existing address for each of our own routes."""
    found = pages.values(town)
    return {route: pages.address(route, found) for route in pages.routes() if route.ours}
