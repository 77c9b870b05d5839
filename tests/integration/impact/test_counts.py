"""Counts: added up, set against their readings, and the same digits as the command's."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from lamppost.cli import main
from lamppost.impact import foresight, plan_words
from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.assembly import main_averages
from lamppost.impact.models import Estimate, Foresight
from lamppost.impact.notebook import notebook
from lamppost.impact.plans import plan_of
from lamppost.sensing.actions import datastream
from lamppost.sensing.store import write_observations
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World, noon

FIRST = MONDAY - dt.timedelta(weeks=10)
# From this week on the counters of the pilot sites send on four days of seven.
FEWER = TECHNOLOGY_ON + dt.timedelta(weeks=2)


def count_people(world: World, share: float, weeks: int = 26) -> None:
    """Write one count a day; the technology leaves `share` of them, and some days go missing."""
    rng, rows = np.random.default_rng(11), []
    for number, site in enumerate(world.sites):
        stream = datastream(site=site, indicator=world.indicator)
        for day in range(7 * weeks):
            date = FIRST + dt.timedelta(day)
            on = site.arm == "pilot" and date >= TECHNOLOGY_ON
            found = rng.poisson((30 + 5 * number) * (share if on else 1.0))
            if site.arm == "pilot" and date >= FEWER and date.weekday() >= 4:
                continue
            rows.append((stream.pk, noon(date), float(found)))
    write_observations(rows)


def plan_counts(world: World, *, counts: bool = True, period: str = "week") -> None:
    values = {"indicator": world.indicator, "period": period, "level": 0.95, "worth_it": 20.0,
              "counts": counts}  # fmt: skip
    set_plan(pilot=world.pilot, by=None, values=values)


@pytest.fixture(autouse=True)
def _short_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A foresight replays as few fake pilots as it may."""
    monkeypatch.setattr(foresight, "SECONDS", 0.5)


@pytest.fixture
def counted(world: World) -> Estimate:
    count_people(world, 0.75)
    plan_counts(world)
    freeze_plan(pilot=world.pilot)
    return compute_estimate(pilot=world.pilot)


def page(world: World, name: str) -> str:
    slug = world.pilot.partnership.slug
    found = Client().get(reverse(f"impact:{name}", args=[slug, world.pilot.pk]))
    assert found.status_code == 200
    return found.content.decode()


def test_silent_days_are_no_fall(world: World) -> None:
    """Sums alone would show four sevenths; over their readings nothing changed."""
    count_people(world, 1.0)
    plan_counts(world)
    result = compute_estimate(pilot=world.pilot).result
    low, high = result["finding"]["ratio_interval"]
    assert low < 1 < high
    assert 0.95 < result["finding"]["ratio"] < 1.05
    plan = plan_of(world.pilot)
    assert plan is not None
    study = main_averages(world.pilot, plan).study
    assert study.exposure is not None
    assert {4.0, 7.0} == set(study.exposure[study.treated].ravel())
    assert {7.0} == set(study.exposure[~study.treated].ravel())
    assert np.array_equal(study.outcome, np.rint(study.outcome))


def test_the_page_says_a_ratio_in_plain_words(world: World, counted: Estimate) -> None:
    finding = counted.result["finding"]
    low, high = finding["ratio_interval"]
    assert low < 0.75 < high < 1
    assert finding["facts"]["chosen"]["reason"] == "counts"
    keys = [one["key"] for one in finding["verdict"]["parts"]]
    assert "range.percent" in keys
    text = page(world, "pilot")
    percents = f"from {100 * (1 - high):.0f} to {100 * (1 - low):.0f}"
    assert percents in text.replace("\xa0", " ")
    assert "Readings are counts" in text
    plan = plan_of(world.pilot)
    assert plan is not None
    assert plan.frozen["counts"] is True
    assert ("Counts are added up by", "week") in plan_words.told(plan.frozen).rows


def test_the_command_gives_the_same_digits(world: World, counted: Estimate, tmp_path: Path) -> None:
    panel, found = tmp_path / "panel.csv", tmp_path / "found.json"
    panel.write_text(page(world, "panel"), encoding="utf-8", newline="")
    assert main([
        "estimate", str(panel), "--unit", "unit", "--time", "period", "--outcome", "value",
        "--cohort", "cohort", "--counts", "--exposure", "exposure", "--worth", "20",
        "--direction", "down", "--json", str(found),
    ]) == 0  # fmt: skip
    command, stage = json.loads(found.read_text()), counted.result["finding"]
    for key in ("method", "estimate", "interval", "ratio", "ratio_interval", "p_value"):
        assert command[key] == stage[key], key
    assert command["verdict"]["code"] == stage["verdict"]["code"]


def test_the_notebook_comes_to_the_same(
    world: World, counted: Estimate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "panel-here.csv").write_text(page(world, "panel"), encoding="utf-8", newline="")
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    for cell in notebook(counted, "here")["cells"]:
        if cell["cell_type"] == "code":
            exec(cell["source"], known)  # noqa: S102 - our own text
    assert known["study"].exposure is not None  # type: ignore[attr-defined]


def test_what_could_be_noticed_is_found_by_the_same_counts(world: World) -> None:
    count_people(world, 1.0)
    plan_counts(world)
    plan = plan_of(world.pilot)
    assert plan is not None
    asked = Foresight(
        pilot=world.pilot, indicator=world.indicator, periods=6, drawn="chosen", worth_it=20.0
    )
    found = foresight.compute(asked, plan)
    assert found["design"]["counts"]
    assert found["methods"] == ["its"]
    # About 300 at a site in a week: sizes are people, not ratios.
    assert 200 < found["percent_of"] < 400
    assert found["smallest"]["down"] is None or 1 < found["smallest"]["down"] < 200
    sizes = [size for size, _share in found["curve"]]
    shares = [share for _size, share in found["curve"]]
    assert sizes[0] == 0
    assert shares == sorted(shares)
    plan_counts(world, counts=False)
    now = plan_of(world.pilot)
    assert now is not None
    assert not foresight.compute(asked, now)["design"]["counts"]


def test_days_alone_are_planned_with_the_week_that_the_estimate_has(world: World) -> None:
    for site in world.comparison_sites:
        site.delete()
    kept = World(world.pilot, world.indicator, world.pilot_sites, [])
    count_people(kept, 1.0, weeks=22)
    plan_counts(kept, period="day")
    plan = plan_of(world.pilot)
    assert plan is not None
    asked = Foresight(
        pilot=world.pilot, indicator=world.indicator, periods=28, drawn="chosen", worth_it=20.0
    )
    assert foresight.compute(asked, plan)["design"]["season"] == [7]
    assert compute_estimate(pilot=world.pilot).result["setting"]["season"] == [7]
