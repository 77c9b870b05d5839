"""What was planted in the town is found again by the engines, and nothing that was not."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from math import comb
from pathlib import Path

import numpy as np
import pytest

from lamppost.demo import readings
from lamppost.demo.dates import dates_of
from lamppost.demo.records import Reading, Site, Town
from lamppost.demo.town import make_town
from lamppost.engines.impact import (
    Finding,
    MethodResult,
    Options,
    Randomised,
    Study,
    average_readings,
    find,
)
from lamppost.engines.impact import estimate as estimate_study
from lamppost.engines.opinion import Landscape, VoteMatrix, landscape
from lamppost.impact.shares import figures

ROOT = Path(__file__).resolve().parents[3]
TODAY = dt.date(2026, 11, 25)
MODERATION = {"accepted": 1, "declined": -1, "waiting": 0}
MANY = range(60)
INDICATORS = make_town(today=TODAY, scale=0.1).indicators


def landscape_of(town: Town) -> Landscape:
    every = town.conversation.statements
    merged = {one.number: one.merged_into for one in every if one.merged_into is not None}
    last: dict[tuple[str, int], int] = {}
    cast = (*town.conversation.votes, *town.conversation.second_thoughts)
    for vote in sorted(cast, key=lambda vote: vote.statement not in merged):
        target = merged.get(vote.statement, vote.statement)
        last[str(vote.participant), target] = vote.value
    statements = [one for one in every if one.number not in merged]
    return landscape(
        VoteMatrix.from_triples(
            [(person, statement, value) for (person, statement), value in last.items()],
            participants=[str(one.number) for one in town.conversation.participants],
            statements=[one.number for one in statements],
            moderation={one.number: MODERATION[one.state] for one in statements},
        )
    )


def rand_index(pairs: list[tuple[int, int]]) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 for the same partition, 0 by chance."""
    cells = sum(comb(n, 2) for n in Counter(pairs).values())
    rows = sum(comb(n, 2) for n in Counter(a for a, _ in pairs).values())
    columns = sum(comb(n, 2) for n in Counter(b for _, b in pairs).values())
    expected = rows * columns / comb(len(pairs), 2)
    return (cells - expected) / ((rows + columns) / 2 - expected)


@cache
def pilot(seed: int) -> tuple[tuple[Site, ...], tuple[Reading, ...]]:
    places = readings.sites(seed)
    return places, readings.readings(places, dates_of(TODAY), seed)


@cache
def study(code: str, seed: int) -> Study:
    dates = dates_of(TODAY)
    places, measured = pilot(seed)
    on = dt.datetime.combine(dates.technology_on, dt.time(), dt.UTC)
    read = [one for one in measured if one.indicator == code]
    return average_readings(
        [one.site for one in read],
        np.array([round(one.at.timestamp() * 1e6) for one in read]),
        np.array([one.value for one in read]),
        starts={one.name: round(on.timestamp() * 1e6) for one in places if one.arm == "pilot"},
        comparison_sites=[one.name for one in places if one.arm == "comparison"],
    ).study


@cache
def estimate(code: str, seed: int) -> MethodResult:
    return estimate_study(study(code, seed), method="did")


def said(code: str, seed: int) -> dict[str, object]:
    """The verdict after the lottery that chose the sites."""
    found = next(one for one in INDICATORS if one.code == code)
    options = Options(randomised=Randomised())
    whole: Finding = find(
        study(code, seed), options=options, worth=found.worth_it, direction=found.direction
    )
    return dict(whole.verdict)


def covers(found: MethodResult, truth: float) -> bool:
    assert found.interval is not None
    return found.interval.low <= truth <= found.interval.high


# 0 and 1 were once called a spectrum: people between two groups looked like a bend
@pytest.mark.parametrize("seed", [18, 0, 1, 2, 3])
def test_opinion_groups_are_found(seed: int) -> None:
    town = make_town(today=TODAY, seed=seed)
    found = landscape_of(town)
    assert len(found.groups) == 3
    pairs = [(town.truth.group_of[int(key)], group) for key, group in found.membership.items()]
    assert len(pairs) > 650
    assert rand_index(pairs) > 0.7


@pytest.mark.parametrize("seed", [18, 1, 2, 3])
def test_common_ground_is_found_first(seed: int) -> None:
    town = make_town(today=TODAY, seed=seed)
    found = landscape_of(town)
    planted = set(town.truth.common_ground)
    top = [one.statement for one in found.common_ground[: len(planted)]]
    assert set(top) == planted
    assert not planted & {one.statement for one in found.dividing[:20]}


def test_what_divides_is_found() -> None:
    town = make_town(today=TODAY)
    found = [one.statement for one in landscape_of(town).dividing[:24]]
    assert len(set(found) & set(town.truth.dividing)) >= 14


def test_the_site_s_own_town_covers_every_planted_effect() -> None:
    for effect in readings.effects():
        assert covers(estimate(effect.code, 18), effect.average), effect.code


def test_the_fall_is_claimed_and_nothing_is_claimed_where_nothing_was_planted() -> None:
    fall = said("feel-unsafe-after-dark", 18)
    assert (fall["code"], fall["direction"], fall["wanted"]) == ("caused", "fall", "good")
    nothing = said("evening-walkers", 18)
    assert (nothing["code"], nothing["direction"]) == ("no_sign", "none")


def test_before_and_after_alone_would_have_been_wrong() -> None:
    alone = figures(study("evening-walkers", 18), 0.95)["before_after"]["interval"]
    assert alone["low"] > 0 or alone["high"] < 0


@pytest.mark.parametrize("code", [one.code for one in readings.PROCESSES])
def test_over_many_towns_the_interval_covers_as_often_as_it_says(code: str) -> None:
    """0.95 of 60 are 57; below 51 has a chance of less than 1 in 500 when the level is right."""
    truth = next(one.average for one in readings.effects() if one.code == code)
    assert sum(covers(estimate(code, seed), truth) for seed in MANY) >= 51


def test_over_many_towns_the_null_is_claimed_no_more_often_than_allowed() -> None:
    """One in twenty by design; more than 8 of 60 has a chance of less than 1 in 100."""
    words = Counter(str(said("evening-walkers", seed)["code"]) for seed in MANY)
    assert words["caused"] <= 3
    assert words["caused"] + words["likely"] + words["suggests"] <= 8
    assert words["no_sign"] >= 30


def test_the_average_effect_weighs_the_weeks() -> None:
    energy = next(one for one in readings.effects() if one.code == "lighting-energy")
    assert energy.average == pytest.approx((8 * -3.0 + 18 * -4.6) / 26)
    null = next(one for one in readings.effects() if one.code == "evening-walkers")
    assert null.is_null
    assert not energy.is_null


def test_chances_are_those_that_the_tutorial_names() -> None:
    truth = make_town(today=TODAY, scale=0.1).truth
    for number, chances in truth.agree_chance.items():
        if number in truth.common_ground:
            assert min(chances) >= 0.84, number
        elif number in truth.dividing:
            assert max(chances) - min(chances) >= 0.6, number
    tutorial = (ROOT / "docs/tutorial/demo-town.md").read_text(encoding="utf-8")
    for numbers in (truth.common_ground, truth.dividing):
        assert f"statements {', '.join(str(number) for number in numbers)}." in tutorial


def test_the_tutorial_s_own_check_runs(capsys: pytest.CaptureFixture[str]) -> None:
    tutorial = (ROOT / "docs/tutorial/demo-town.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", tutorial, re.DOTALL)
    assert found is not None
    exec(compile(found.group(1), "demo-town.md", "exec"), {})  # noqa: S102 - our own text
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [one.code for one in readings.effects()]
