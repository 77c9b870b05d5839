"""The stage around the engine: looks, versions, steps, outcomes, history, and its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.looks import ways_to_start
from lamppost.engines.impact.study import Study
from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.models import Estimate, EvaluationPlan
from lamppost.impact.notebook import notebook
from lamppost.impact.page import history, outcome_lines, span_lines
from lamppost.impact.plans import plan_of
from lamppost.impact.said import said_of
from lamppost.pilots.models import Area, PilotIndicator, PilotVersion, Site
from lamppost.sensing.actions import datastream
from lamppost.sensing.models import Survey
from lamppost.sensing.store import write_observations
from lamppost.vision.models import Indicator
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World, fill, make_world, noon

ENDS = TECHNOLOGY_ON + dt.timedelta(weeks=12, days=-1)


@contextmanager
def on(day: dt.date, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    moment = dt.datetime.combine(day, dt.time(9), dt.UTC)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: moment)
        yield


def other(world: World, name: str, unit: str = "lux") -> Indicator:
    found = Indicator.objects.create(goal=world.indicator.goal, name=name, unit=unit, worth_it=1)
    PilotIndicator.objects.create(pilot=world.pilot, indicator=found)
    return found


def plan(world: World, **values: object) -> None:
    stated = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    set_plan(pilot=world.pilot, by=None, values={**stated, **values})
    freeze_plan(pilot=world.pilot)


def address(world: World, name: str = "pilot") -> str:
    return reverse(f"impact:{name}", args=[world.pilot.partnership.slug, world.pilot.pk])


def page(world: World, name: str = "pilot") -> str:
    answer = Client().get(address(world, name))
    assert answer.status_code == 200
    return answer.content.decode()


# Looks


def test_only_a_planned_look_carries_words(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(partnership, pilot_sites=6, comparison_sites=6, ends_on=ENDS)
    plan(world, looks="half")
    half = TECHNOLOGY_ON + dt.timedelta(weeks=6)
    codes = {}
    for weeks, day in (
        (8, half - dt.timedelta(20)),
        (13, half + dt.timedelta(3)),
        (15, half + dt.timedelta(20)),
        (18, ENDS + dt.timedelta(2)),
    ):
        fill(world, weeks=weeks)
        with on(day, monkeypatch):
            stored = compute_estimate(pilot=world.pilot)
        codes[weeks] = (stored.result["finding"]["verdict"]["code"], stored.result["look"])
    assert codes == {
        8: ("not_yet", None), 13: ("suggests", 0), 15: ("not_yet", None), 18: ("suggests", 1),
    }  # fmt: skip
    # The look in the middle holds the readings up to its day, though a week more had come in.
    middle = Estimate.objects.get(result__look=0)
    assert middle.result["figures"]["periods_after"] == 6
    assert middle.result["context"]["level"] > 0.95
    past = history(world.pilot)
    assert [one.code for one in past] == ["suggests", "not_yet", "suggests", "not_yet"]
    text = page(world)
    assert "It is too soon to say" in text
    assert "What this page said before" in text


def test_with_few_sites_the_end_alone_speaks(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(partnership, pilot_sites=3, comparison_sites=3, ends_on=ENDS)
    plan(world, looks="half")
    fill(world, weeks=12)
    with on(TECHNOLOGY_ON + dt.timedelta(weeks=6, days=1), monkeypatch):
        stored = compute_estimate(pilot=world.pilot)
    assert stored.result["finding"]["verdict"]["code"] == "not_yet"
    fill(world, weeks=18)
    with on(ENDS + dt.timedelta(1), monkeypatch):
        stored = compute_estimate(pilot=world.pilot)
    assert stored.result["finding"]["verdict"]["code"] == "suggests"


def test_a_lottery_within_pairs_counts_the_ways_in_which_it_can_fall(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six pairs fall in 64 ways, not in the 924 of six sites of twelve: the end alone speaks."""
    world = make_world(
        partnership, pilot_sites=6, comparison_sites=6, ends_on=ENDS, randomised=True
    )
    for number, site in enumerate(world.sites):
        site.block = f"pair {number % 6}"
        site.save(update_fields=["block"])
    plan(world, looks="half")
    fill(world, weeks=12)
    with on(TECHNOLOGY_ON + dt.timedelta(weeks=6, days=1), monkeypatch):
        stored = compute_estimate(pilot=world.pilot)
    assert stored.result["finding"]["verdict"]["code"] == "not_yet"
    # The frozen plan rules: pairs that are taken away later were pairs.
    world.pilot.sites.update(block="")
    with on(TECHNOLOGY_ON + dt.timedelta(weeks=6, days=1), monkeypatch):
        stored = compute_estimate(pilot=world.pilot)
    assert stored.result["finding"]["verdict"]["code"] == "not_yet"


def test_a_lottery_without_pairs_speaks_halfway(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(
        partnership, pilot_sites=6, comparison_sites=6, ends_on=ENDS, randomised=True
    )
    plan(world, looks="half")
    fill(world, weeks=12)
    with on(TECHNOLOGY_ON + dt.timedelta(weeks=6, days=1), monkeypatch):
        stored = compute_estimate(pilot=world.pilot)
    assert stored.result["finding"]["verdict"]["code"] != "not_yet"


@pytest.mark.parametrize(
    ("starts", "blocks", "ways"),
    [
        ([5, 5, 5, 9, 9, 9], "", 20),
        ([5, 9] * 6, "aabbccddeeff", 64),
        ([5, 5, 9, 9, 5, 9, 9, 9], "aaaabbbb", 24),
        ([3, 3, 5, 5, 7, 7], "", 90),
        ([3, 4, 5, 9], "", 24),
    ],
)
def test_ways_in_which_starts_can_fall(starts: list[int], blocks: str, ways: int) -> None:
    names = tuple(f"{number:02}" for number in range(len(starts)))
    outcome = np.random.default_rng(1).normal(size=(len(starts), 9))
    study = Study(names, tuple(range(9)), outcome, np.array(starts))
    found = {
        tuple(order)
        for order in permutations(starts)
        if all(
            sorted(order[at] for at in range(len(order)) if blocks[at] == one)
            == sorted(starts[at] for at in range(len(order)) if blocks[at] == one)
            for one in set(blocks)
        )
    } if len(starts) <= 8 else None  # fmt: skip
    assert ways_to_start(study, dict(zip(names, blocks, strict=False))) == ways
    assert found is None or len(found) == ways


# A change of the technology, and steps


def test_days_without_comparison_know_the_days_of_the_week(partnership: Partnership) -> None:
    """Weekends are quieter by four; the change of one is found all the same."""
    world = make_world(partnership, pilot_sites=3, comparison_sites=0)
    draw = np.random.default_rng(5)
    rows = []
    for site in world.sites:
        for offset in range(6 * 7 + 24):
            day = MONDAY + dt.timedelta(offset)
            quiet, begun = day.weekday() >= 5, day >= TECHNOLOGY_ON
            value = 20 - 4 * quiet - 1 * begun + draw.normal(scale=0.3)
            rows.append((datastream(site=site, indicator=world.indicator).pk, noon(day), value))
    write_observations(rows)
    plan(world, period="day")
    changed = TECHNOLOGY_ON + dt.timedelta(days=11)
    for number, day in ((1, TECHNOLOGY_ON), (2, changed)):
        PilotVersion.objects.create(pilot=world.pilot, number=number, from_on=day)
    stored = compute_estimate(pilot=world.pilot)
    finding = stored.result["finding"]
    assert (finding["method"], finding["facts"]["season"]) == ("its", [7])
    assert stored.result["setting"]["season"] == [7]
    assert finding["estimate"] == pytest.approx(-1, abs=0.3)
    low, high = finding["interval"]
    assert high - low < 1.5
    for span in stored.result["spans"]:
        assert span["estimate"] == pytest.approx(-1, abs=0.4)
    code = "".join(cell["source"] for cell in notebook(stored, "x")["cells"])
    assert "season=(7,)" in code


def test_each_version_has_its_own_effect(world: World) -> None:
    changed = TECHNOLOGY_ON + dt.timedelta(weeks=3)
    for number, day in ((1, TECHNOLOGY_ON), (2, changed)):
        PilotVersion.objects.create(pilot=world.pilot, number=number, from_on=day)
    fill(world, weeks=9, effect=-5.0)
    later = [
        (datastream(site=site, indicator=world.indicator).pk, noon(day), 20.0 - 1.0 * (
            site.arm == "pilot") + 0.1 * number + 0.02 * offset)
        for number, site in enumerate(world.sites)
        for offset in range(21)
        for day in [changed + dt.timedelta(offset)]
    ]  # fmt: skip
    world.pilot.refresh_from_db()
    from lamppost.sensing.models import Observation

    Observation.objects.filter(time__gte=noon(changed)).delete()
    write_observations(later)
    stored = compute_estimate(pilot=world.pilot)
    first, second = stored.result["spans"]
    assert first["estimate"] < -4 < second["estimate"] < 0
    assert (first["periods"], second["periods"]) == (3, 3)
    assert [line.label for line in span_lines(stored.result)][1].startswith("Version 2, since")
    text = page(world)
    assert "The technology was changed on the way" in text
    [check] = [one for one in stored.result["finding"]["checks"] if one["name"] == "spec_changed"]
    assert check["params"]["first"] == first["estimate"]
    assert check["params"]["last"] == second["estimate"]
    # The notebook computes the engine's own, and says what the page has.
    assert any(repr(check["sentence"])[1:-1] in one["source"]
               for one in notebook(stored, "x")["cells"])  # fmt: skip
    [told] = [one for one in said_of(stored).checks if one.name == "spec_changed"]
    assert "versions" in told.sentence


def test_a_stepped_rollout_uses_the_steps_of_its_sites(partnership: Partnership) -> None:
    world = make_world(partnership, pilot_sites=6, comparison_sites=4)
    starts = [TECHNOLOGY_ON + dt.timedelta(weeks=2 * (number // 2)) for number in range(6)]
    for number, (site, day) in enumerate(zip(world.pilot_sites, starts, strict=True)):
        Site.objects.filter(pk=site.pk).update(starts_on=day, step=1 + number // 2)
    rows = []
    for number, site in enumerate(world.sites):
        stream = datastream(site=site, indicator=world.indicator)
        for week in range(18):
            day = MONDAY + dt.timedelta(weeks=week)
            begun = site.arm == "pilot" and day >= starts[number]
            wobble = ((7 * number + 3 * week) % 11 - 5) / 10
            rows.append((stream.pk, noon(day), 20 + wobble + number - 4.0 * begun))
    write_observations(rows)
    stored = compute_estimate(pilot=world.pilot)
    finding = stored.result["finding"]
    assert finding["method"] == "staggered"
    assert finding["estimate"] == pytest.approx(-4, abs=0.5)
    assert sorted({one for one in stored.result["panel"]["starts"] if one}) == [
        day.isoformat() for day in sorted(set(starts))
    ]
    assert "Sites that have it, against sites whose turn had not come" in page(world)
    assert Client().get(address(world, "method")).status_code == 200


# Outcomes


def test_planned_outcomes_stay_and_later_ones_are_called_not_planned(world: World) -> None:
    planned = other(world, "Light at windows")
    plan(world)
    PilotIndicator.objects.filter(indicator=planned).delete()
    late = other(world, "Chosen afterwards")
    fill(world)
    fill(World(world.pilot, late, world.pilot_sites, world.comparison_sites))
    stored = compute_estimate(pilot=world.pilot)
    lines = outcome_lines(stored.result)
    assert [(one.name, one.planned, one.main) for one in lines] == [
        ("People who feel unsafe", True, True),
        ("Light at windows", True, False),
        ("Chosen afterwards", False, False),
    ]
    assert not lines[1].reached
    # Nobody named it before: it may suggest at most, whatever it shows.
    assert stored.result["outcomes"][1]["finding"]["verdict"]["code"] in {"suggests", "cannot_tell"}
    text = page(world)
    assert "not planned" in text
    assert "Light at windows" in text
    assert "Light at windows" in page(world, "sheet")


def test_an_outcome_without_estimate_says_what_is_missing_of_it(world: World) -> None:
    late, silent = other(world, "Read late"), other(world, "Never read")
    fill(world)
    rows = [
        (datastream(site=site, indicator=late).pk, noon(TECHNOLOGY_ON + dt.timedelta(day)), 5.0)
        for site in world.sites
        for day in range(42)
    ]
    write_observations(rows)
    stored = compute_estimate(pilot=world.pilot)
    kept = {one["name"]: one["refused"]["code"] for one in stored.result["outcomes"]}
    assert kept == {late.name: "impact.panel.no_periods_before", silent.name: "impact.panel.empty"}
    text = page(world)
    assert "No full period lies before the technology came on." in text
    assert "There are no readings to compare." in text
    assert "too few readings from before and after" not in text


@pytest.mark.parametrize("because", ["extreme", "other"])
def test_places_picked_for_bad_readings_are_held_against_the_claim(
    world: World, because: str
) -> None:
    plan(world, chosen_because=because)
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    found = [one for one in said_of(stored).checks if one.name == "regression_to_mean"]
    assert len(found) == (because == "extreme")
    assert stored.result["context"]["chosen_because"] == because
    assert EvaluationPlan.objects.get(pilot=world.pilot).frozen["chosen_because"] == because
    told = Client().get(address(world, "plan_read")).content.decode()
    assert "Chosen for bad readings" in told
    assert ("no, for other reasons" in told) == (because == "other")


def test_what_should_not_move_is_held_against_the_claim(world: World) -> None:
    still = other(world, "Rear seats", "hurt")
    plan(world, unmoved=still)
    fill(world)
    fill(World(world.pilot, still, world.pilot_sites, world.comparison_sites), effect=-5.0)
    stored = compute_estimate(pilot=world.pilot)
    [check] = [one for one in said_of(stored).checks if one.name == "unmoved_outcome"]
    assert check.status != "pass"
    assert "Rear seats" in check.sentence
    assert stored.result["finding"]["verdict"]["code"] == "cannot_tell"


# Parts of town


def test_who_benefits_is_shown_by_area_and_need(partnership: Partnership) -> None:
    world = make_world(partnership, pilot_sites=4, comparison_sites=4)
    Area.objects.create(partnership=partnership, name="Mill Quarter", need="high")
    Area.objects.create(partnership=partnership, name="Old Town", need="low")
    halves = [site.pk for site in world.pilot_sites[:2]]
    Site.objects.filter(pk__in=halves).update(neighbourhood="Old Town")
    fill(world)
    parts = compute_estimate(pilot=world.pilot).result["parts"]
    assert [one["part"] for one in parts["area"]] == ["Mill Quarter", "Old Town"]
    assert {one["part"] for one in parts["need"]} == {"high", "low"}
    assert all(one["sites"] == 2 for one in parts["area"])
    text = page(world)
    assert "Who benefits, and who does not" in text
    assert "high need" in text


def test_a_survey_of_nobodys_group_says_what_to_ask(world: World) -> None:
    said = "nobody’s group was asked"
    fill(world)
    compute_estimate(pilot=world.pilot)
    assert said not in page(world)
    row = {"period": "2026-03-04", "arm": "pilot", "people": 60, "share": 0.4}
    Survey.objects.create(
        pilot=world.pilot, indicator=world.indicator, counted="agree", file_name="survey.csv",
        sha256="0" * 64, people=60, imported_at=timezone.now(),
        results={"rows": [{**row, "low": 0.2, "high": 0.5}]},
    )  # fmt: skip
    assert said in page(world)


def test_parts_of_people_s_answers_are_not_shown(world: World) -> None:
    from lamppost.pilots.models import PulseQuestion

    fill(world)
    PulseQuestion.objects.create(
        pilot=world.pilot, position=1, text="Safe?", scale="yes_no", indicator=world.indicator
    )
    stored = compute_estimate(pilot=world.pilot)
    assert stored.result["parts"] == {"area": [], "need": []}
    assert stored.result["panel"] is None
    for name in ("panel", "notebook"):
        assert Client().get(address(world, name)).status_code == 404


# Pages


def test_coverage_stands_before_any_estimate(partnership: Partnership) -> None:
    world = make_world(partnership, technology=False)
    fill(world, weeks=3)
    from lamppost.sensing.models import Observation

    gone = Observation.objects.filter(
        datastream__site=world.comparison_sites[0], time__gte=noon(MONDAY + dt.timedelta(7))
    )
    gone.delete()
    for text in (page(world), page(world, "data")):
        assert "3 sites, 0 of them without a reading; 0 % of the weeks are missing." in text
        assert "3 sites, 0 of them without a reading; 22 % of the weeks are missing." in text
        assert "Gaps may hide a difference, or make one." in text


@pytest.mark.parametrize("name", ["sheet", "data", "method", "pilot"])
def test_pages_of_a_verdict_are_for_everybody(world: World, name: str) -> None:
    fill(world)
    if name in ("sheet", "method"):
        assert Client().get(address(world, name)).status_code == 404
    compute_estimate(pilot=world.pilot)
    text = page(world, name)
    assert world.pilot.title in text
    assert "%(" not in text


def test_the_sheet_holds_the_verdict_its_doubts_and_the_chart(world: World) -> None:
    plan(world, question="Do fewer people feel unsafe?")
    fill(world)
    compute_estimate(pilot=world.pilot)
    text = page(world, "sheet")
    assert "Do fewer people feel unsafe?" in text
    assert "suggests that the pilot brought a fall" in text
    assert "chart-svg" in text
    assert "Reasons to doubt" in text


def test_the_sheet_says_what_was_laid_down_before(world: World) -> None:
    plan(world)
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    assert "Nobody worked out beforehand how small a change could be noticed." in page(
        world, "sheet"
    )
    worth = stored.result["plan"]["worth_it"]
    assert f"A change of {worth:g} per night or more would be worth it." in page(world, "sheet")
    frozen = EvaluationPlan.objects.get(pilot=world.pilot)
    frozen.frozen["planned"] = {
        "direction": "down", "size": 2.0, "usual": None, "pilot_sites": 3, "comparison_sites": 3,
        "periods": 6, "periods_wanted": 6, "period": "week",
    }  # fmt: skip
    frozen.save()
    assert "Planned to notice a fall of 2.0 per night or more" in page(world, "sheet")
    stored.result["plan"]["worth_it"] = None
    stored.save()
    assert "Nobody said first which change would be worth it." in page(world, "sheet")


def test_pilots_stand_side_by_side_and_are_not_averaged(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    second = make_world(world.pilot.partnership)
    fill(second, effect=5.0)
    compute_estimate(pilot=second.pilot)
    address_ = reverse("impact:list", args=[world.pilot.partnership.slug])
    text = Client().get(address_).content.decode()
    assert "They are not averaged." in text
    assert "for the better" in text
    assert "for the worse" in text


def test_a_pilot_of_which_nobody_can_tell_stands_in_the_table_without_a_direction(
    world: World,
) -> None:
    for one in (world, make_world(world.pilot.partnership)):
        fill(one)
        stored = compute_estimate(pilot=one.pilot)
        assert stored.result["finding"]["verdict"]["wanted"] == "good"
        stored.result["finding"]["verdict"] |= {"code": "cannot_tell", "reason": "check:placebo"}
        stored.save()
    address_ = reverse("impact:list", args=[world.pilot.partnership.slug])
    text = Client().get(address_).content.decode()
    table = text[text.index("Side by side") : text.index("</table>")]
    assert "for the better" not in table


def test_a_plan_without_days_of_looking_has_no_look(world: World) -> None:
    fill(world)
    found = plan_of(world.pilot)
    assert found is not None
    assert found.looks == ()
    assert compute_estimate(pilot=world.pilot).result["context"]["schedule"] is None


# Refusals


def test_a_refusal_is_told_with_its_remedy_until_there_is_an_estimate(world: World) -> None:
    # Not frozen: a frozen one is read from what was frozen, whatever its row says.
    stated = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    stated |= {"lowest": 500.0, "highest": 900.0}
    set_plan(pilot=world.pilot, by=None, values=stated)
    fill(world)
    with pytest.raises(EngineError):
        compute_estimate(pilot=world.pilot)
    reason = "Every reading lies outside what the plan calls possible. Check the unit"
    listed = reverse("impact:list", args=[world.pilot.partnership.slug])
    assert reason in page(world)
    assert reason in Client().get(listed).content.decode()
    EvaluationPlan.objects.update(lowest=None, highest=None)
    compute_estimate(pilot=world.pilot)
    assert reason not in page(world)
    EvaluationPlan.objects.update(lowest=500.0)
    with pytest.raises(EngineError):
        compute_estimate(pilot=world.pilot)
    text = page(world)
    assert "The last try to compute this again gave no estimate." in text
    assert reason in text
