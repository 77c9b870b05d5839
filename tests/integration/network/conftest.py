"""Stakeholders and meetings to test with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.network.models import Attendance, Meeting
from lamppost.stakeholders.models import Stakeholder


@pytest.fixture
def stakeholder(partnership: Partnership) -> Callable[..., Stakeholder]:
    """Return a function that adds somebody who takes part and likes e-mail."""

    def add(name: str, where: Partnership | None = None, **values: Any) -> Stakeholder:
        values = {"group": "resident", "status": "taking_part"} | values
        values.setdefault("contact", f"{name.split()[0].lower()}@example.org")
        return Stakeholder.objects.create(
            partnership=where or partnership, name=name, created_at=timezone.now(), **values
        )

    return add


@pytest.fixture
def meeting(partnership: Partnership) -> Callable[..., Meeting]:
    """Return a function that plans a meeting in so many days: ``meeting(-1, came=[ana])``."""

    def plan(
        days: int,
        where: Partnership | None = None,
        *,
        invited: list[Stakeholder] | None = None,
        came: list[Stakeholder] | None = None,
        **values: Any,
    ) -> Meeting:
        starts = timezone.now() + dt.timedelta(days=days)
        values = {"title": f"Meeting {days}", "place": "Town hall"} | values
        planned = Meeting.objects.create(
            partnership=where or partnership,
            starts_at=starts,
            ends_at=starts + dt.timedelta(hours=2),
            changed_at=timezone.now(),
            **values,
        )
        for one in invited or []:
            Attendance.objects.create(meeting=planned, stakeholder=one)
        for one in came or []:
            Attendance.objects.create(meeting=planned, stakeholder=one, attended=True)
        return planned

    return plan


@pytest.fixture
def url(partnership: Partnership) -> Callable[..., str]:
    def address(name: str, *args: Any) -> str:
        return reverse(f"network:{name}", args=[partnership.slug, *args])

    return address
