"""What a frozen plan names stays in sight, whatever becomes of it later."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.models import EvaluationPlan
from lamppost.impact.notebook import notebook
from lamppost.impact.page import outcome_lines
from lamppost.impact.plans import plan_from
from lamppost.impact.said import said_of
from lamppost.pilots.models import Pilot, PilotIndicator
from lamppost.vision.models import Indicator
from tests.impact_world import TECHNOLOGY_ON, World, fill, make_world


def other(world: World, name: str, code: str = "") -> Indicator:
    found = Indicator.objects.create(
        goal=world.indicator.goal, name=name, unit="lux", worth_it=1, code=code
    )
    PilotIndicator.objects.create(pilot=world.pilot, indicator=found)
    return found


def freeze(world: World, **values: object) -> None:
    stated = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    set_plan(pilot=world.pilot, by=None, values={**stated, **values})
    freeze_plan(pilot=world.pilot)


@pytest.mark.parametrize("lost", ["deleted", "renamed", "coded"])
def test_an_outcome_that_is_there_no_more_stays_in_the_table(world: World, lost: str) -> None:
    gone = other(world, "Light at windows", code="light")
    freeze(world)
    fill(world)
    PilotIndicator.objects.filter(indicator=gone).delete()
    if lost == "deleted":
        gone.delete()
    else:
        # Past the action, as if the refusal had a hole.
        field = {"renamed": "name", "coded": "code"}[lost]
        Indicator.objects.filter(pk=gone.pk).update(**{field: "other"})
    lines = outcome_lines(compute_estimate(pilot=world.pilot).result)
    assert [(one.name, one.planned, one.reached) for one in lines] == [
        ("People who feel unsafe", True, True),
        ("Light at windows", True, False),
    ]


def test_an_outcome_with_the_same_code_is_not_the_one_that_was_planned(world: World) -> None:
    planned = other(world, "Light at windows", code="light")
    freeze(world)
    PilotIndicator.objects.filter(indicator=planned).delete()
    late = other(world, "Chosen afterwards", code="light")
    fill(world)
    fill(World(world.pilot, late, world.pilot_sites, world.comparison_sites))
    lines = outcome_lines(compute_estimate(pilot=world.pilot).result)
    assert [(one.name, one.planned) for one in lines[1:]] == [
        ("Light at windows", True),
        ("Chosen afterwards", False),
    ]


def test_a_twin_added_later_is_not_planned(world: World) -> None:
    other(world, "Light at windows", code="light")
    freeze(world)
    late = other(world, "Light at windows", code="light")
    fill(world)
    fill(World(world.pilot, late, world.pilot_sites, world.comparison_sites))
    lines = outcome_lines(compute_estimate(pilot=world.pilot).result)
    assert [(one.planned, one.reached) for one in lines[1:]] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("days", "status"), [(-2, "pass"), (0, "pass"), (3, "warn"), (400, "warn")]
)
def test_a_plan_that_was_frozen_late_fails_its_check(
    world: World, monkeypatch: pytest.MonkeyPatch, days: int, status: str
) -> None:
    day = dt.datetime.combine(TECHNOLOGY_ON + dt.timedelta(days), dt.time(9), dt.UTC)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: day)
        freeze(world)
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    said = said_of(stored)
    [check] = [one for one in said.checks if one.name == "plan_changed"]
    assert check.status == status
    late = "The evaluation plan was fixed after the technology was on."
    assert [one.startswith(late) for one in said.doubts].count(True) == (status == "warn")
    assert check.sentence not in said.doubts
    lines = notebook(stored, "x")["cells"]
    held = (day.date().isoformat(),) if status == "warn" else ()
    assert any(f"plan_changed={held!r}," in one["source"] for one in lines)


@pytest.mark.parametrize("what", ["sites", "longer", "record", "name", ""])
def test_sites_that_are_others_than_were_frozen_fail_the_check(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    day = dt.datetime.combine(TECHNOLOGY_ON - dt.timedelta(2), dt.time(9), dt.UTC)
    world.pilot.ends_on = TECHNOLOGY_ON + dt.timedelta(days=120)
    world.pilot.save()
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: day)
        freeze(world)
    fill(world)
    site, plans = world.comparison_sites[0], EvaluationPlan.objects.filter(pilot=world.pilot)
    if what == "sites":
        type(site).objects.filter(pk=site.pk).update(arm="pilot")
    elif what == "longer":  # the plan's end counts, so nothing of it changed
        world.pilot.ends_on += dt.timedelta(days=30)
        world.pilot.save()
    elif what == "record":
        frozen = plans.get().frozen
        plans.update(frozen={**frozen, "main": {**frozen["main"], "worth_it": 0.1}})
    elif what == "name":
        type(site).objects.filter(pk=site.pk).update(name="Another name of the same place")
    changed = (what,) if what in {"sites", "record"} else ()
    assert plan_from(plans.get(), Pilot.objects.get()).changed == changed
    stored = compute_estimate(pilot=Pilot.objects.get())
    [check] = [one for one in said_of(stored).checks if one.name == "plan_changed"]
    assert check.status == ("warn" if changed else "pass")
    url = reverse("impact:pilot", args=[world.pilot.partnership.slug, world.pilot.pk])
    page = Client().get(url).content.decode()
    assert ("has not changed since" in page) == (not changed)
    assert ("are not as they were then" in page) == bool(changed)


def test_a_frozen_plan_counts_as_it_was_frozen_whatever_its_row_says(world: World) -> None:
    freeze(world, lowest=0.0)
    plans = EvaluationPlan.objects.filter(pilot=world.pilot)
    before = plan_from(plans.get(), world.pilot)
    plans.update(worth_it=0.1, level=0.9, period="day", lowest=None, counts=True, question="?",
                 chosen_because="extreme")  # fmt: skip
    assert plan_from(plans.get(), world.pilot) == before


def test_other_outcomes_are_judged_at_the_level_of_the_look(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = TECHNOLOGY_ON + dt.timedelta(weeks=12, days=-1)
    world = make_world(partnership, pilot_sites=6, comparison_sites=6, ends_on=ends)
    second = other(world, "Light at windows")
    freeze(world, looks="half")
    fill(world, weeks=13)
    fill(World(world.pilot, second, world.pilot_sites, world.comparison_sites), weeks=13)
    day = dt.datetime.combine(TECHNOLOGY_ON + dt.timedelta(weeks=6, days=3), dt.time(9), dt.UTC)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: day)
        result = compute_estimate(pilot=world.pilot).result
    assert result["look"] == 0
    main, one = result["finding"], result["outcomes"][0]["finding"]
    # Both hold the same readings: at the level of the look their ranges are the same.
    assert result["context"]["level"] > 0.95
    assert one["interval"] == main["interval"]
    assert one["verdict"]["level"] == main["verdict"]["level"]
