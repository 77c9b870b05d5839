"""Versions of before know from the ledger when they were written down."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.apps import apps

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import actions
from lamppost.pilots.actions import specification
from lamppost.pilots.models import Pilot
from lamppost.pilots.queries.specification import differences, tried_version
from tests.pilots_world import LUMENS, day

migration = import_module("lamppost.pilots.migrations.0031_written_on_from_the_ledger")


def as_before(pilot: Pilot) -> None:
    """Let versions be as they were before the day was kept, and ask the ledger."""
    pilot.versions.update(written_on=None)
    migration.from_the_ledger(apps, None)


def days_written(pilot: Pilot) -> list[dt.date | None]:
    return list(pilot.versions.order_by("number").values_list("written_on", flat=True))


def test_what_was_written_down_late_is_found_in_the_ledger(running: Pilot, lead: User) -> None:
    running.versions.all().delete()
    specification.set_specification(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm")])
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm")])
    running.versions.update(written_on=None)
    assert differences(running) == []  # nobody knew when, so it counted as in time
    as_before(running)
    assert days_written(running) == [day()]
    assert tried_version(running) is None
    assert [(one.piloted, one.bought) for one in differences(running)] == [("", "2,800 lm")]


def test_a_change_that_left_it_alone_keeps_the_day_of_before(running: Pilot, lead: User) -> None:
    running.versions.all().delete()
    specification.set_specification(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm")])
    long_ago = LedgerEntry.objects.filter(action="pilots.specification.changed")
    for entry in long_ago:
        LedgerEntry.objects.filter(pk=entry.pk).update(at=entry.at - dt.timedelta(90))
    actions.record_change(
        pilot=running, by=lead, you_said="Dark", we_did="Swept", changed_on=day(-5)
    )
    actions.record_change(
        pilot=running, by=lead, you_said="Dark", we_did="Brighter", changed_on=day(-4),
        version="Brighter lamps", lines=[(LUMENS, "3,000 lm")],
    )  # fmt: skip
    as_before(running)
    assert days_written(running) == [day(-90), day(-90), day()]


def test_without_a_word_in_the_ledger_the_day_stays_open(running: Pilot) -> None:
    LedgerEntry.objects.all().delete()
    as_before(running)
    assert days_written(running) == [None]
    assert tried_version(running) is not None
