"""Stakeholders to test with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.stakeholders.models import Stakeholder


@pytest.fixture
def stakeholder(partnership: Partnership) -> Callable[..., Stakeholder]:
    """Return a function that adds a stakeholder: ``stakeholder("Ana", group="resident")``."""

    def add(name: str, where: Partnership | None = None, **values: Any) -> Stakeholder:
        values.setdefault("group", "resident")
        return Stakeholder.objects.create(
            partnership=where or partnership, name=name, created_at=timezone.now(), **values
        )

    return add


@pytest.fixture
def url(partnership: Partnership) -> Callable[..., str]:
    """Return a function that gives an address: ``url("edit", 4)``."""

    def address(name: str, *args: Any) -> str:
        return reverse(f"stakeholders:{name}", args=[partnership.slug, *args])

    return address
