"""Pilots of before whose baseline was shorter than planned count as entered late."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from lamppost.accounts.models import User
from lamppost.pilots.models import Pilot
from tests.pilots_world import day, make_pilot, switch_on

migration = import_module("lamppost.pilots.migrations.0027_as_long_as_planned")
NAME = "pilots_technology_needs_the_planned_baseline"


@contextlib.contextmanager
def without_the_rule() -> Iterator[None]:
    """Let rows be as they were before; on PostgreSQL the rule is back when the test is undone."""
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA ignore_check_constraints = ON"
            if lite
            else f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE pilots_pilot DROP CONSTRAINT {NAME}"
        )
        try:
            yield
        finally:
            if lite:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_a_shorter_baseline_counts_as_entered_late(pilot: Pilot, lead: User) -> None:
    waves = make_pilot(pilot.partnership, lead)
    week = make_pilot(pilot.partnership, lead)
    for one in (pilot, waves, week):
        switch_on(one)
    short = {"baseline_weeks": 26, "baseline_days": 7, "baseline_in_waves": True}
    with without_the_rule():
        Pilot.objects.filter(pk=waves.pk).update(**short)
        Pilot.objects.filter(pk=week.pk).update(baseline_weeks=1, baseline_days=0)
    migration.shorter_ones_entered_late(apps, SimpleNamespace(connection=connection))
    late = dict(Pilot.objects.values_list("pk", "joined_late_on"))
    assert late == {pilot.pk: None, waves.pk: day(), week.pk: day()}
