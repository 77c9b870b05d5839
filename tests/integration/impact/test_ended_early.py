"""A frozen plan without a day, and a pilot that ends before its plan: no day is chosen by looks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.engines.core.errors import EngineError
from lamppost.impact import refusals
from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.models import Estimate, EvaluationPlan
from lamppost.impact.plans import plan_of
from lamppost.impact.said import said_of
from lamppost.pilots.models import Decision, Pilot
from lamppost.sensing.actions import import_observations
from tests.impact_world import TECHNOLOGY_ON, World, fill, make_world

ENDS = TECHNOLOGY_ON + dt.timedelta(weeks=10, days=-1)
EARLY = ENDS - dt.timedelta(weeks=4)
DAY = dt.timedelta(1)


def at(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    moment = dt.datetime.combine(day, dt.time(9), dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def make(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch, sites: int = 6, **fields: object
) -> World:
    """Make a pilot whose plan was frozen two days before the technology, with readings."""
    looks, weeks = fields.pop("looks", "once"), fields.pop("weeks", 16)
    fields = {"ends_on": ENDS, "decision_due_on": ENDS + dt.timedelta(20), **fields}
    world = make_world(partnership, pilot_sites=sites, comparison_sites=sites, **fields)  # type: ignore[arg-type]
    stated = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    with monkeypatch.context() as patched:
        at(patched, TECHNOLOGY_ON - 2 * DAY)
        set_plan(pilot=world.pilot, by=None, values={**stated, "looks": looks})
        freeze_plan(pilot=world.pilot)
    fill(world, weeks=weeks)  # type: ignore[arg-type]
    return world


def estimate(world: World, monkeypatch: pytest.MonkeyPatch, day: dt.date) -> Estimate:
    Estimate.objects.all().delete()
    with monkeypatch.context() as patched:
        at(patched, day)
        return compute_estimate(pilot=Pilot.objects.get(pk=world.pilot.pk))


def change(world: World, **values: object) -> None:
    Pilot.objects.filter(pk=world.pilot.pk).update(**values)


def stop(world: World, day: dt.date) -> None:
    change(world, decided_on=day, measuring=False)
    Decision.objects.create(pilot=world.pilot, kind=Decision.Kind.STOP, decided_on=day)


def code(stored: Estimate) -> str:
    return str(stored.result["finding"]["verdict"]["code"])


def check(stored: Estimate, name: str) -> tuple[str, str]:
    [found] = [one for one in said_of(stored).checks if one.name == name]
    return found.status, found.sentence


def test_a_plan_without_a_last_day_ends_before_the_decision_and_none_is_chosen_later(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = ENDS + DAY
    world = make(partnership, monkeypatch, ends_on=None, decision_due_on=due, weeks=12)
    frozen = EvaluationPlan.objects.get().frozen
    assert (frozen["end"], frozen["looks"]) == (ENDS.isoformat(), [due.isoformat()])
    assert code(estimate(world, monkeypatch, EARLY + DAY)) == "not_yet"
    fill(world, weeks=16)
    planned = estimate(world, monkeypatch, due)
    assert code(planned) == "suggests"
    change(world, ends_on=EARLY)
    stored = estimate(world, monkeypatch, due)
    assert stored.result["finding"] == planned.result["finding"]
    assert "does not count." in said_of(stored).ruled[0]


def test_a_last_day_that_was_chosen_after_the_freezing_makes_the_check_warn(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(partnership, monkeypatch, ends_on=None, decision_due_on=None)
    change(world, ends_on=EARLY)
    stored = estimate(world, monkeypatch, ENDS)
    assert "The plan was frozen without a last day." in said_of(stored).ruled[0]
    assert check(stored, "plan_changed")[0] == "warn"


def test_looks_of_a_plan_that_was_frozen_without_a_start_follow_once_it_came(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(partnership, monkeypatch, technology=False)
    assert EvaluationPlan.objects.get().frozen["looks"] == []
    change(world, technology_on=TECHNOLOGY_ON, baseline_on=TECHNOLOGY_ON, baseline_days=41,
           compared=True)  # fmt: skip
    plan = plan_of(Pilot.objects.get(pk=world.pilot.pk))
    assert plan is not None
    assert plan.looks == (ENDS + DAY,)
    stored = estimate(world, monkeypatch, EARLY)
    assert stored.result["context"]["schedule"]["looks"][-1]["after"] == 10


def test_of_two_ends_nobody_chooses_when_both_are_over(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(partnership, monkeypatch)
    days = [(ENDS, EARLY, EARLY - DAY), (EARLY, ENDS, ENDS + 9 * DAY)]
    moves = [
        {"what": "ends_on", "from": old.isoformat(), "to": new.isoformat(), "on": on.isoformat(),
         "why": "It snowed."}
        for old, new, on in days
    ]  # fmt: skip
    change(world, ends_on=EARLY, plan_moves=moves[:1])
    early = estimate(world, monkeypatch, ENDS + 10 * DAY)
    change(world, ends_on=ENDS, plan_moves=moves)
    back = estimate(world, monkeypatch, ENDS + 10 * DAY)
    assert back.result["finding"] == early.result["finding"]
    assert back.result["lines"]["periods"][-1] < EARLY.isoformat()
    assert "What was said later does not count." in said_of(back).ruled[0]
    assert check(back, "plan_changed")[0] == "warn"


@pytest.mark.parametrize("day", [EARLY + DAY, ENDS + 5 * DAY])
def test_who_stops_it_on_the_best_day_needs_a_clearer_change(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch, day: dt.date
) -> None:
    world = make(partnership, monkeypatch)
    stop(world, EARLY)
    stored = estimate(world, monkeypatch, day)
    [look] = stored.result["context"]["schedule"]["looks"]
    assert (look["after"], stored.result["context"]["schedule"]["kind"]) == (6, "ended")
    assert stored.result["context"]["level"] == pytest.approx(0.9962, abs=2e-4)
    status, sentence = check(stored, "looks")
    assert status == "pass"
    assert sentence.startswith("The pilot ended before the planned look.")
    assert code(stored) == "suggests"


def test_of_few_sites_only_the_look_that_was_named_speaks(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(partnership, monkeypatch, sites=4)
    stop(world, EARLY)
    assert code(estimate(world, monkeypatch, ENDS + 5 * DAY)) == "not_yet"


def test_a_look_after_the_stop_holds_no_later_readings(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(partnership, monkeypatch, looks="half")
    stopped = TECHNOLOGY_ON + dt.timedelta(weeks=3, days=-1)
    stop(world, stopped)
    stored = estimate(world, monkeypatch, TECHNOLOGY_ON + dt.timedelta(weeks=5))
    assert stored.result["lines"]["periods"][-1] <= stopped.isoformat()
    assert stored.result["context"]["schedule"]["kind"] == "ended"


def test_technology_that_came_after_the_end_of_the_plan_is_refused_in_words(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(partnership, monkeypatch)
    on = ENDS + 2 * DAY
    change(world, technology_on=on, baseline_on=on, ends_on=ENDS + dt.timedelta(70))
    with pytest.raises(EngineError) as refused:
        estimate(world, monkeypatch, ENDS + dt.timedelta(71))
    told = refusals.told(refused.value.code, str(refused.value), refused.value.params)
    assert "after the end of the plan" in told


def test_that_readings_were_replaced_stands_beside_the_verdict(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(partnership, monkeypatch)
    site, name = world.pilot_sites[0], world.indicator.name
    rows = [f"{site.code},{name},{TECHNOLOGY_ON + n * DAY}T12:00:00Z,{n}" for n in (1, 2)]
    content = "\n".join(["site,indicator,time,value", *rows]).encode()
    with monkeypatch.context() as patched:
        at(patched, ENDS + DAY)
        import_observations(
            pilot=world.pilot, by=None, content=content, file_name="again.csv", replace=True
        )
    stored = estimate(world, monkeypatch, ENDS + 2 * DAY)
    said = " ".join(said_of(stored).ruled)
    assert "2 readings were replaced by other values, the last on April 27, 2026." in said
    args = [world.pilot.partnership.slug, world.pilot.pk]
    for page in ("pilot", "sheet", "method"):
        text = " ".join(Client().get(reverse(f"impact:{page}", args=args)).content.decode().split())
        assert "readings were replaced by other values" in text, page
