"""From readings to a stored estimate, by the task and by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.estimating import find
from lamppost.impact.actions import (
    NothingToEstimateError,
    PlanFrozenError,
    compute_estimate,
    freeze_plan,
    request_estimate,
    set_plan,
)
from lamppost.impact.models import Estimate, EvaluationPlan
from lamppost.impact.plans import plan_of
from lamppost.impact.queries import (
    evidence_of,
    latest_estimate,
    pilot_impacts,
    state_of,
)
from lamppost.impact.said import said_of
from lamppost.impact.shares import study_of_record
from lamppost.impact.tasks import refresh_estimate
from lamppost.pilots.actions import GateShut, decide, reopen_gate
from lamppost.pilots.models import Gate, GateKind, Pilot, PilotIndicator
from lamppost.pilots.ports import GATE_CAUTIONS, GATE_CHECKS, GATE_PASSED
from lamppost.sensing.actions import import_observations
from lamppost.sensing.models import Observation
from lamppost.vision.actions.goals import MeaningStaysError, change_indicator
from lamppost.vision.models import Indicator
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World, fill, make_world, noon


def test_recovers_the_planted_effect(world: World) -> None:
    fill(world, effect=-5.0)
    stored = compute_estimate(pilot=world.pilot)
    low, high = stored.result["finding"]["interval"]
    # Site k of the pilot arm changes by -5 + 0.4 k: the mean over three is -4.6.
    assert low < -4.6 < high
    figures = stored.result["figures"]
    assert (figures["periods_before"], figures["periods_after"]) == (6, 6)
    assert stored.readings == 6 * 12 * 7
    assert stored.result["finding"]["verdict"]["code"] == "suggests"
    assert stored.result["lines"]["start"] == 6
    assert stored.result["technology_on"] == TECHNOLOGY_ON.isoformat()


def test_stored_panel_gives_the_same_estimate_again(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    study = study_of_record(stored.result["panel"])
    assert study.inputs_sha256 == stored.result["panel_sha256"]
    again = find(study, worth=2.0, direction="down").to_json()
    kept = stored.result["finding"]
    assert (again["estimate"], again["interval"]) == (kept["estimate"], kept["interval"])
    assert compute_estimate(pilot=world.pilot).result["finding"] == kept


def test_a_large_panel_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(world)
    monkeypatch.setattr("lamppost.impact.computing.MOST_CELLS_KEPT", 10)
    stored = compute_estimate(pilot=world.pilot)
    assert stored.result["panel"] is None
    assert len(stored.result["panel_sha256"]) == 64


def test_readings_after_the_end_of_the_pilot_do_not_count(world: World) -> None:
    fill(world, weeks=12)
    world.pilot.ends_on = MONDAY + dt.timedelta(weeks=9, days=-1)
    world.pilot.save()
    stored = compute_estimate(pilot=world.pilot)
    assert stored.result["lines"]["periods"][-1] == (MONDAY + dt.timedelta(weeks=8)).isoformat()
    assert stored.readings == 6 * 9 * 7


def test_a_week_switched_half_way_is_blank_where_it_was_switched(world: World) -> None:
    world.pilot.technology_on = TECHNOLOGY_ON + dt.timedelta(days=2)
    world.pilot.save()
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    lines = stored.result["lines"]
    at = lines["periods"].index(TECHNOLOGY_ON.isoformat())
    assert (lines["start"], lines["pilot"][at]) == (at + 1, None)
    assert lines["comparison"][at] is not None
    assert stored.result["figures"]["mixed"] == 3 * 7
    assert any("neither before nor after" in text for text in said_of(stored).caveats)
    assert stored.readings == 6 * 12 * 7 - 3 * 7


def test_without_comparison_only_the_pilot_sites_are_described(partnership: Partnership) -> None:
    world = make_world(partnership, comparison_sites=0)
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    verdict = stored.result["finding"]["verdict"]
    assert (verdict["code"], verdict["reason"]) == ("cannot_tell", "no_comparison")
    assert len(stored.result["figures"]["sites"]) == 3
    assert said_of(stored).beside is None


def test_a_site_without_readings_is_left_out_and_said(world: World) -> None:
    fill(world)
    Observation.objects.filter(datastream__site=world.pilot_sites[0]).delete()
    stored = compute_estimate(pilot=world.pilot)
    [left_out] = stored.result["figures"]["left_out"]
    assert (left_out["unit"], left_out["reason"]) == ("Pilot lane 01", "no_readings")
    assert any("“Pilot lane 01” is left out" in text for text in said_of(stored).caveats)


def test_readings_beyond_what_can_be_true_are_left_out(world: World) -> None:
    fill(world)
    values = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    set_plan(pilot=world.pilot, by=None, values={**values, "lowest": 0.0, "highest": 40.0})
    whole = compute_estimate(pilot=world.pilot)
    last = noon(MONDAY + dt.timedelta(weeks=11))
    late = Observation.objects.filter(datastream__site=world.pilot_sites[0], time__gte=last)
    assert late.update(value=99.0) == 7
    broken = compute_estimate(pilot=world.pilot)
    assert whole.result["figures"]["outside"] == 0
    assert broken.result["figures"]["outside"] == 7
    assert any("faults of the device (below 0" in text for text in said_of(broken).caveats)


def test_daily_periods_and_level_come_from_the_plan(world: World) -> None:
    fill(world)
    set_plan(
        pilot=world.pilot,
        by=None,
        values={"indicator": world.indicator, "period": "day", "level": 0.9, "worth_it": 1.0},
    )
    stored = compute_estimate(pilot=world.pilot)
    assert len(stored.result["lines"]["periods"]) == 12 * 7
    assert stored.result["plan"]["level"] == 0.9
    assert stored.result["finding"]["verdict"]["worth"] == 1.0
    assert stored.result["finding"]["verdict"]["level"] == 0.9


@pytest.mark.parametrize(
    ("weeks", "technology", "code", "state"),
    [
        (0, True, "impact.panel.empty", "no_readings"),
        (4, False, "impact.panel.technology_not_on", "baseline"),
        (4, True, "impact.panel.no_periods_after", "waiting"),
    ],
)
def test_says_what_is_missing(
    partnership: Partnership, weeks: int, technology: bool, code: str, state: str
) -> None:
    world = make_world(partnership, technology=technology)
    fill(world, weeks=weeks)
    with pytest.raises(EngineError) as refused:
        compute_estimate(pilot=world.pilot)
    assert refused.value.code == code
    assert state_of(world.pilot, plan_of(world.pilot)).code == state


def test_states_without_indicator_and_without_baseline(partnership: Partnership) -> None:
    world = make_world(partnership)
    fill(world, start=TECHNOLOGY_ON)
    assert state_of(world.pilot, plan_of(world.pilot)).code == "no_baseline"
    world.pilot.pilot_indicators.all().delete()
    assert state_of(world.pilot, plan_of(world.pilot)).code == "no_indicator"
    with pytest.raises(NothingToEstimateError):
        compute_estimate(pilot=world.pilot)


def test_state_not_measuring(partnership: Partnership) -> None:
    world = make_world(partnership, measuring=False)
    assert state_of(world.pilot, plan_of(world.pilot)).code == "not_measuring"


# Evidence


def test_evidence_is_graded_from_what_was_measured(partnership: Partnership) -> None:
    world = make_world(partnership)
    first = evidence_of(world.pilot)
    assert (first.level, first.reason) == (0, "nothing_read_since")
    fill(world)
    assert evidence_of(world.pilot).reason == "comparison_before_and_after"
    world.pilot.randomised = True
    world.pilot.save()
    assert evidence_of(world.pilot).reason == "lottery_of_few_sites"
    Observation.objects.filter(datastream__site__arm="comparison").delete()
    found = evidence_of(world.pilot)
    assert (found.level, found.reason) == (1, "before_and_after_only")


def test_evidence_of_a_lottery_with_enough_sites(partnership: Partnership) -> None:
    world = make_world(partnership, pilot_sites=5, comparison_sites=5, randomised=True)
    fill(world)
    assert evidence_of(world.pilot).level == 5


def test_evidence_without_baseline(partnership: Partnership) -> None:
    world = make_world(partnership)
    fill(world, start=TECHNOLOGY_ON)
    assert evidence_of(world.pilot).reason == "comparison_after_only"


def test_a_pilot_that_joined_late_has_no_baseline_and_no_lottery(
    partnership: Partnership,
) -> None:
    world = make_world(partnership, pilot_sites=5, comparison_sites=5, randomised=True)
    fill(world)
    world.pilot.joined_late_on = MONDAY + dt.timedelta(weeks=8)
    world.pilot.save()
    found = evidence_of(world.pilot)
    assert (found.level, found.reason) == (1, "comparison_after_only")
    Observation.objects.filter(datastream__site__arm="comparison").delete()
    found = evidence_of(world.pilot)
    assert (found.level, found.reason) == (0, "no_comparison_and_no_baseline")


# The plan


def test_plan_can_change_until_it_is_frozen(world: World, lead: User) -> None:
    values = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    set_plan(pilot=world.pilot, by=lead, values=values)
    set_plan(pilot=world.pilot, by=lead, values=values)
    set_plan(pilot=world.pilot, by=lead, values=values | {"worth_it": 3.0})
    frozen = freeze_plan(pilot=world.pilot, by=lead)
    assert frozen is not None
    assert frozen.frozen_at is not None
    with pytest.raises(PlanFrozenError):
        set_plan(pilot=world.pilot, by=lead, values=values)
    assert EvaluationPlan.objects.get().worth_it == 3.0
    entries = LedgerEntry.objects.order_by("pk").values_list("action", "fields")
    assert list(entries) == [
        ("impact.plan.set", ["indicator", "level", "period", "worth_it"]),
        ("impact.plan.set", ["worth_it"]),
        ("impact.plan.frozen", ["frozen_at"]),
    ]


def test_freezing_twice_keeps_the_first_moment(world: World) -> None:
    first = freeze_plan(pilot=world.pilot)
    second = freeze_plan(pilot=world.pilot)
    assert first is not None
    assert second is not None
    assert first.frozen_at == second.frozen_at
    assert first.worth_it == world.indicator.worth_it


def test_freezing_without_indicator_does_nothing(world: World) -> None:
    world.pilot.pilot_indicators.all().delete()
    assert freeze_plan(pilot=world.pilot) is None
    assert not EvaluationPlan.objects.exists()


def test_a_frozen_plan_judges_by_the_indicator_as_it_was_then(world: World) -> None:
    fill(world)
    freeze_plan(pilot=world.pilot)
    before = compute_estimate(pilot=world.pilot).result
    # Past the action, as if the refusal had a hole.
    Indicator.objects.filter(pk=world.indicator.pk).update(
        name="People who feel safe", unit="%", direction="up", code="other"
    )
    after = compute_estimate(pilot=world.pilot)
    assert after.result["indicator"] == before["indicator"]
    assert after.result["indicator"]["name"] == "People who feel unsafe"
    assert after.result["finding"]["verdict"] == before["finding"]["verdict"]
    assert after.result["finding"]["verdict"]["wanted"] == "good"
    assert after.indicator.pk == world.indicator.pk
    world.indicator.refresh_from_db()
    assert world.indicator.name == "People who feel safe", "judging changes no indicator"


def test_a_plan_that_is_not_frozen_follows_its_indicator(world: World) -> None:
    fill(world)
    values = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    set_plan(pilot=world.pilot, by=None, values=values)
    Indicator.objects.filter(pk=world.indicator.pk).update(unit="per week")
    assert compute_estimate(pilot=world.pilot).result["indicator"]["unit"] == "per week"


@pytest.mark.parametrize("field", ["unit", "direction"])
@pytest.mark.parametrize("keeper", ["readings", "plan"])
def test_what_a_verdict_means_cannot_be_changed_later(
    world: World, lead: User, field: str, keeper: str
) -> None:
    value = {"unit": "%", "direction": "up"}[field]
    if keeper == "readings":
        fill(world, weeks=1)
    else:
        freeze_plan(pilot=world.pilot)
    with pytest.raises(MeaningStaysError) as refused:
        change_indicator(indicator=world.indicator, by=lead, values={field: value})
    assert refused.value.fields == [field]
    kept = change_indicator(indicator=world.indicator, by=lead, values={"worth_it": 3.0})
    assert (kept.unit, kept.direction, kept.worth_it) == ("per night", "down", 3.0)


def test_the_page_says_why_the_unit_stays_and_what_to_do(world: World, lead_client: Client) -> None:
    freeze_plan(pilot=world.pilot)
    slug = world.pilot.partnership.slug
    given = {"name": world.indicator.name, "unit": "%", "direction": "down"}
    body = lead_client.post(f"/p/{slug}/vision/indicators/{world.indicator.pk}/", given).text
    assert "its plan is frozen" in body
    assert "Add a new indicator instead" in body
    world.indicator.refresh_from_db()
    assert world.indicator.unit == "per night"


def test_the_frozen_plan_page_shows_the_indicator_as_it_was(
    world: World, lead_client: Client
) -> None:
    freeze_plan(pilot=world.pilot)
    Indicator.objects.filter(pk=world.indicator.pk).update(name="Renamed", unit="%")
    slug = world.pilot.partnership.slug
    body = lead_client.get(f"/p/{slug}/impact/{world.pilot.pk}/plan/").text
    assert "People who feel unsafe" in body
    assert "Renamed" not in body
    assert "95 of 100" in body
    assert ".. It cannot" not in body


@pytest.mark.parametrize(
    ("kind", "frozen"),
    [(GateKind.MEASURING, False), (GateKind.BASELINE, True), (GateKind.TECHNOLOGY, True)],
)
def test_gates_freeze_the_plan(world: World, kind: str, frozen: bool) -> None:
    GATE_PASSED.ask(world.pilot, kind)
    assert EvaluationPlan.objects.filter(frozen_at__isnull=False).exists() == frozen


def test_baseline_gate_names_other_indicators_without_readings(partnership: Partnership) -> None:
    world = make_world(partnership, technology=False)
    other = Indicator.objects.create(goal=world.indicator.goal, name="Light", unit="lux")
    PilotIndicator.objects.create(pilot=world.pilot, indicator=other)

    def cautions(kind: str = GateKind.BASELINE) -> list[str]:
        return [str(one.text) for answer in GATE_CAUTIONS.ask(world.pilot, kind) for one in answer]

    assert cautions() == ["“Light” has no readings yet: its baseline will be missing."]
    assert cautions(GateKind.TECHNOLOGY) == []
    fill(World(world.pilot, other, world.pilot_sites, []), weeks=1)
    assert cautions() == []


def test_baseline_gate_asks_for_readings_everywhere_and_for_a_plan(
    partnership: Partnership,
) -> None:
    world = make_world(partnership, technology=False)

    def obstacles(kind: str = GateKind.BASELINE) -> list[str]:
        return [str(one.text) for answer in GATE_CHECKS.ask(world.pilot, kind) for one in answer]

    assert len(obstacles()) == 2
    assert "6 sites have readings from fewer than 4 weeks" in obstacles()[0]
    assert "Pilot lane 03, Comparison lane 01, Comparison lane 02 …" in obstacles()[0]
    fill(world, weeks=4)
    assert obstacles() == ["Say how the pilot will be judged, before the technology is on."]
    Observation.objects.filter(datastream__site=world.comparison_sites[0], time__gt=0).delete()
    assert "1 site has readings" in obstacles()[0]
    fill(world, weeks=4)
    freeze_plan(pilot=world.pilot)
    assert obstacles() == []
    assert obstacles(GateKind.TECHNOLOGY) == []


# Looks


def test_each_look_at_growing_readings_is_counted_and_said(world: World) -> None:
    for weeks in (9, 10, 10):
        fill(world, weeks=weeks)
        stored = compute_estimate(pilot=world.pilot)
    assert stored.result["looks"] == 2, "the same readings again are no further look"
    assert any("computed 2 times" in text for text in said_of(stored).caveats)


def test_looks_after_the_planned_end_are_not_held_against_the_figure(world: World) -> None:
    fill(world, weeks=9)
    assert compute_estimate(pilot=world.pilot).result["looks"] == 1
    world.pilot.ends_on = MONDAY + dt.timedelta(weeks=12)
    world.pilot.save()
    Estimate.objects.update(computed_at=timezone.make_aware(dt.datetime(2027, 1, 1)))
    fill(world, weeks=10)
    stored = compute_estimate(pilot=world.pilot)
    assert stored.result["looks"] == 1
    assert not any("computed" in text for text in said_of(stored).caveats)


# The day on which the technology came on


@pytest.fixture
def tried(world: World, lead: User) -> Gate:
    """The passed technology gate of a pilot with readings of six weeks before."""
    fill(world, weeks=6)
    return Gate.objects.create(
        pilot=world.pilot,
        kind=GateKind.TECHNOLOGY,
        document="On.",
        signed_by_name="Ada",
        passed_on=TECHNOLOGY_ON,
        entered_by=lead,
    )


def test_the_technology_gate_opens_again_while_nothing_is_known(tried: Gate, lead: User) -> None:
    reopen_gate(gate=tried, by=lead)
    assert Pilot.objects.get().technology_on is None


def test_the_start_stays_once_readings_from_after_it_are_there(
    tried: Gate, world: World, lead: User, lead_client: Client
) -> None:
    fill(world, weeks=7)
    with pytest.raises(GateShut, match="readings from after"):
        reopen_gate(gate=tried, by=lead)
    address = f"/p/{world.pilot.partnership.slug}/pilots/{world.pilot.pk}/gates/technology/reopen/"
    for answer in (lead_client.get(address, follow=True), lead_client.post(address, follow=True)):
        assert "readings from after the technology came on" in answer.text
    assert Pilot.objects.get().technology_on == TECHNOLOGY_ON


def test_the_start_stays_once_a_result_is_known(tried: Gate, world: World, lead: User) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    Observation.objects.all().delete()
    with pytest.raises(GateShut, match="result is known"):
        reopen_gate(gate=tried, by=lead)


def test_a_decision_can_be_taken_back_all_the_same(tried: Gate, world: World, lead: User) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    decide(
        pilot=world.pilot,
        by=lead,
        kind="stop",
        reason="It costs too much.",
        unheard_reason="The money ended before anybody could be asked.",
        decided_by="City council",
        decided_on=timezone.localdate(),
    )
    with pytest.raises(GateShut, match="Decision"):
        reopen_gate(gate=tried, by=lead)
    reopen_gate(gate=world.pilot.gates.get(kind=GateKind.DECISION), by=lead)
    assert Pilot.objects.get().decided_on is None


# The task


@pytest.mark.django_db(transaction=True)
def test_request_computes_once_the_transaction_is_through(world: World, lead: User) -> None:
    fill(world)
    request_estimate(pilot=world.pilot, by=lead)
    assert latest_estimate(world.pilot) is not None
    assert LedgerEntry.objects.get().action == "impact.estimate.requested"


def test_task_collapses_several_requests(world: World) -> None:
    fill(world)
    earlier = (timezone.now() - dt.timedelta(seconds=5)).isoformat()
    assert refresh_estimate.call(world.pilot.pk, earlier) is True
    assert refresh_estimate.call(world.pilot.pk, earlier) is False
    assert refresh_estimate.call(world.pilot.pk, timezone.now().isoformat()) is True
    assert Estimate.objects.count() == 2


def test_task_leaves_a_pilot_alone_that_cannot_be_estimated(world: World) -> None:
    assert refresh_estimate.call(world.pilot.pk, timezone.now().isoformat()) is False
    assert refresh_estimate.call(0, timezone.now().isoformat()) is False
    assert not Estimate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_import_computes_again(world: World) -> None:
    fill(world)
    row = "site,indicator,time,value\nPilot lane 01,People who feel unsafe,2026-03-29T12:30Z,9\n"
    import_observations(pilot=world.pilot, by=None, content=row.encode(), file_name="x.csv")
    stored = latest_estimate(world.pilot)
    assert stored is not None
    assert stored.readings == 6 * 12 * 7 + 1


def test_newest_estimate_of_each_pilot_in_three_queries(  # type: ignore[no-untyped-def]
    world: World, django_assert_num_queries
) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    newest = compute_estimate(pilot=world.pilot)
    other = make_world(world.pilot.partnership)
    with django_assert_num_queries(3):
        found = {one.pilot: one.estimate for one in pilot_impacts(world.pilot.partnership)}
    assert found == {world.pilot: newest, other.pilot: None}


def test_line_means_are_those_of_the_arms(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    study = study_of_record(stored.result["panel"])
    lines = stored.result["lines"]
    assert np.allclose(lines["pilot"], study.outcome[study.treated].mean(axis=0))
    assert np.allclose(lines["comparison"], study.outcome[~study.treated].mean(axis=0))


def test_a_record_of_an_earlier_version_is_not_read(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    Estimate.objects.filter(pk=stored.pk).update(result={"schema": 1})
    assert latest_estimate(world.pilot) is None
    assert pilot_impacts(world.pilot.partnership)[0].estimate is None
