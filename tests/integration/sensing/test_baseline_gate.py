"""A baseline is long enough, at every site, and of the indicator that it was measured for."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from lamppost.accounts.models import Partnership, User
from lamppost.impact.desk import gate_checks as plan_checks
from lamppost.pilots import actions, ports
from lamppost.pilots.models import GateKind, Pilot
from lamppost.sensing import desk
from lamppost.sensing.actions import datastream
from lamppost.sensing.models import FeedbackSeries
from lamppost.sensing.store import write_observations
from lamppost.vision.models import Indicator
from tests.impact_world import noon
from tests.pilots_world import add_sites, day, fill_groups, make_pilot, pass_one, pass_up_to

WEEKLY = (0, 7, 14, 21)


@pytest.fixture
def measuring(partnership: Partnership, lead: User, monkeypatch: pytest.MonkeyPatch) -> Pilot:
    """A pilot that measures for four weeks; only the plan of its evaluation is not asked for."""
    checks = [one for one in ports.GATE_CHECKS._functions if one is not plan_checks]
    assert desk.gate_checks in checks
    monkeypatch.setattr(ports.GATE_CHECKS, "_functions", checks)
    fill_groups(partnership)
    pilot = make_pilot(partnership, lead)
    add_sites(pilot, lead, 1, 1)
    pass_up_to(pilot, lead, "measuring", day(-60))
    return pilot


def monday() -> dt.date:
    first = day(-50)
    return first - dt.timedelta(first.weekday())


def read(pilot: Pilot, days: tuple[int, ...], indicator: Indicator | None = None) -> None:
    """Write a reading at every site on each of these days after a Monday."""
    of = indicator or pilot.indicators.get()
    write_observations(
        [
            (datastream(site=site, indicator=of).pk, noon(monday() + dt.timedelta(one)), 5.0)
            for site in pilot.sites.all()
            for one in days
        ]
    )


def texts(pilot: Pilot, kind: str) -> list[str]:
    return [str(one.text) for one in desk.gate_checks(pilot, kind)]


def test_four_weeks_touched_within_15_days_are_no_baseline(measuring: Pilot, lead: User) -> None:
    read(measuring, (6, 7, 14, 21))
    [said] = texts(measuring, GateKind.BASELINE)
    assert said.startswith("2 sites were read for too short a time")
    assert "pilot street 0" in said
    assert "Days needed: 21. Days missing: 6." in said
    # One more reading today is enough.
    assert said.endswith(f"Long enough at the earliest on {date_format(day())}.")
    with pytest.raises(actions.GateShut, match="Days missing: 6"):
        pass_one(measuring, lead, "baseline", day())
    read(measuring, (27,))
    assert texts(measuring, GateKind.BASELINE) == []


def test_one_reading_a_week_is_enough_and_fewer_weeks_are_said_as_before(
    measuring: Pilot, lead: User
) -> None:
    read(measuring, (0, 27))
    [said] = texts(measuring, GateKind.BASELINE)
    assert "2 sites have readings from fewer than 4 weeks" in said
    read(measuring, WEEKLY)
    pass_one(measuring, lead, "baseline", day())
    assert desk.gate_checks(measuring, GateKind.DISCLOSURE) == []


def test_a_week_that_has_not_begun_is_said_in_words_and_with_its_first_day(
    measuring: Pilot,
) -> None:
    measuring.baseline_weeks = 1
    [said] = texts(measuring, GateKind.BASELINE)
    assert said.startswith("2 sites have no readings yet: ")
    assert said.endswith(f"Long enough at the earliest on {date_format(day(7))}.")
    assert "fewer than 1" not in said
    read(measuring, ((day(-3) - monday()).days,))
    [said] = texts(measuring, GateKind.BASELINE)
    assert said.endswith(f"Long enough at the earliest on {date_format(day(4))}.")


def test_the_main_indicator_stays_after_the_baseline_however_measuring_opens(
    measuring: Pilot, lead: User, lead_client: Client
) -> None:
    read(measuring, WEEKLY)
    pass_one(measuring, lead, "baseline", day())
    kept = measuring.indicators.get()
    other = Indicator.objects.create(goal=kept.goal, name="Light", unit="lux", direction="up")
    values = {"purpose": "To find suspects"}
    actions.change_pilot(pilot=measuring, by=lead, values=values, reopens=True, reason="Asked")
    passed = set(measuring.gates.values_list("kind", flat=True))
    assert GateKind.BASELINE in passed
    assert GateKind.MEASURING not in passed
    for wanted in ([other], [other, kept], []):
        with pytest.raises(actions.PlanFixed, match="Baseline"):
            actions.change_pilot(pilot=measuring, by=lead, values={}, indicators=wanted)
    address = reverse("pilots:edit", args=[measuring.partnership.slug, measuring.pk])
    assert lead_client.get(address).context["form"].fields["main_indicator"].disabled
    # Beside it, more may be measured.
    actions.change_pilot(pilot=measuring, by=lead, values={}, indicators=[kept, other])
    assert [one.indicator for one in measuring.pilot_indicators.all()] == [kept, other]


def test_a_site_that_came_after_the_baseline_needs_its_own_before_the_technology(
    measuring: Pilot, lead: User
) -> None:
    read(measuring, WEEKLY)
    pass_one(measuring, lead, "baseline", day())
    assert texts(measuring, GateKind.TECHNOLOGY) == []
    street = measuring.sites.get(arm="comparison")
    street.datastreams.all().delete()
    with pytest.raises(actions.GateShut, match="1 site has readings from fewer than 4 weeks"):
        pass_one(measuring, lead, "technology", day())
    read(measuring, WEEKLY)
    pass_one(measuring, lead, "technology", day())
    assert Pilot.objects.get(pk=measuring.pk).technology_on == day()


def test_the_length_is_what_was_read_on_the_day_of_the_gate(measuring: Pilot, lead: User) -> None:
    read(measuring, WEEKLY)
    last = monday() + dt.timedelta(21)
    with pytest.raises(actions.GateShut, match=r"14. Days needed: 21. Give a later"):
        pass_one(measuring, lead, "baseline", last - dt.timedelta(1))
    pass_one(measuring, lead, "baseline", last)
    assert (measuring.baseline_days, measuring.baseline_in_waves) == (21, False)
    # The day on which the technology comes on is none before it.
    with pytest.raises(actions.GateShut, match="Days from first to last reading: 14"):
        pass_one(measuring, lead, "technology", last)
    pass_one(measuring, lead, "technology", last + dt.timedelta(1))
    assert Pilot.objects.get().baseline_days == 21
    for kind in ("technology", "baseline"):
        actions.reopen_gate(gate=measuring.gates.get(kind=kind), by=lead)
    assert Pilot.objects.get().baseline_days is None


def test_the_database_itself_keeps_a_baseline_that_was_too_short(
    measuring: Pilot, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the checks before it say: here they say nothing."""
    for port in (ports.GATE_CHECKS, ports.GATE_KEEPERS):
        monkeypatch.setattr(port, "_functions", [])
    monkeypatch.setattr("lamppost.pilots.actions.gates.baseline_obstacles", lambda *_args: [])
    read(measuring, (6, 7, 14, 21))
    pass_one(measuring, lead, "baseline", day())
    assert Pilot.objects.get().baseline_days == 15
    with pytest.raises(IntegrityError), transaction.atomic():
        pass_one(measuring, lead, "technology", day())
    assert Pilot.objects.get().technology_on is None


def test_two_waves_as_long_apart_as_planned_are_a_baseline_of_what_people_say(
    measuring: Pilot, lead: User
) -> None:
    FeedbackSeries.objects.create(
        pilot=measuring, indicator=measuring.indicators.get(), of=FeedbackSeries.Of.BETTER
    )
    read(measuring, (0, 7))
    [said] = texts(measuring, GateKind.BASELINE)
    assert "Days needed: 21. Days missing: 14." in said
    with pytest.raises(actions.GateShut, match="Days missing: 14"):
        pass_one(measuring, lead, "baseline", day())
    read(measuring, (21,))
    assert desk.baseline_length(measuring, day()) == ports.BaselineLength(21, in_waves=True)
    pass_one(measuring, lead, "baseline", day())
    pass_one(measuring, lead, "technology", day())
    assert Pilot.objects.get().baseline_in_waves


def test_one_planned_week_is_seven_days(measuring: Pilot, lead: User) -> None:
    Pilot.objects.update(baseline_weeks=1)
    measuring.refresh_from_db()
    read(measuring, (0, 6))
    with pytest.raises(actions.GateShut, match=r"Days needed: 7. Days missing: 1"):
        pass_one(measuring, lead, "baseline", day())
    read(measuring, (7,))
    pass_one(measuring, lead, "baseline", day())
    assert measuring.baseline_days == 7


def test_baselines_from_before_get_their_length_from_readings_else_from_their_gates(
    measuring: Pilot,
) -> None:
    migration = import_module("lamppost.sensing.migrations.0003_baselines_that_were_read")

    def told(first: dt.date) -> int | None:
        Pilot.objects.update(measuring_on=first, baseline_on=day(), baseline_days=None)
        migration.forwards(apps, SimpleNamespace(connection=connection))
        return Pilot.objects.get().baseline_days

    read(measuring, WEEKLY)
    assert told(day(-1)) == told(day(-60)) == 21
    # The readings of a site are deleted, as was promised.
    measuring.sites.get(arm="pilot").datastreams.all().delete()
    assert (told(day(-60)), told(day(-1))) == (60, 1)
