"""Repeated looks: published boundaries, what a planned look may say, ranges that always hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.looks import (
    confidence_sequence,
    constant_bounds,
    crossing,
    ended_early,
    judge,
    mixture_bound,
    schedule,
    spending_bounds,
    spent,
)
from lamppost.engines.impact.results import Interval

FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)
RESULT = MethodResult(
    "permutation",
    1.0,
    Interval(0.2, 1.8, 0.95),
    p_value=0.01,
    facts={"inference": "permutation", "assignments": 924},
)


@pytest.mark.parametrize(
    ("kind", "published"),
    [
        # Lan-DeMets, five equal looks at two-sided .05, as the programs ld98 and ldbounds print.
        ("obrien_fleming", [4.877, 3.357, 2.680, 2.290, 2.031]),
        ("pocock", [2.438, 2.427, 2.410, 2.397, 2.386]),
    ],
)
def test_spending_boundaries_are_the_published_ones(kind: str, published: list[float]) -> None:
    found = spending_bounds(FIVE, kind=kind)  # type: ignore[arg-type]
    assert found == pytest.approx(published, abs=6e-4)
    assert crossing(FIVE, found) == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize(
    ("looks", "pocock", "obrien_fleming"),
    [(2, 2.178, 1.977), (3, 2.289, 2.004), (5, 2.413, 2.040), (10, 2.555, 2.087)],
)
def test_classical_constants_are_those_of_the_tables(
    looks: int, pocock: float, obrien_fleming: float
) -> None:
    """Jennison, Turnbull 2000, tables 2.1 and 2.3, two-sided .05."""
    assert constant_bounds(looks, kind="pocock")[-1] == pytest.approx(pocock, abs=6e-4)
    assert constant_bounds(looks)[-1] == pytest.approx(obrien_fleming, abs=6e-4)


@pytest.mark.parametrize(("looks", "naive"), [(1, 0.05), (2, 0.083), (5, 0.142), (10, 0.193)])
def test_naive_looks_announce_as_often_as_armitage_found(looks: int, naive: float) -> None:
    """Armitage, McPherson, Rowe 1969, table 2."""
    shares = np.arange(1, looks + 1) / looks
    assert crossing(shares, np.full(looks, 1.959964)) == pytest.approx(naive, abs=6e-4)


def test_a_look_so_early_that_its_level_is_one_still_has_a_level_to_estimate_at() -> None:
    first = schedule(range(1, 25)).looks[0]
    assert first.alpha < 1e-16
    assert first.level is not None
    assert first.level < 1


def test_all_is_spent_at_the_end_and_little_at_the_start() -> None:
    for kind in ("obrien_fleming", "pocock"):
        found = spent(np.linspace(0.01, 1, 50), 0.05, kind)  # type: ignore[arg-type]
        assert (np.diff(found) > 0).all()
        assert found[-1] == pytest.approx(0.05)
    assert spent(0.25, 0.05, "obrien_fleming") < 1e-4 < spent(0.25, 0.05, "pocock")


def test_boundaries_hold_on_simulated_looks() -> None:
    random = np.random.default_rng(5)
    score = random.normal(size=(40_000, 12)).cumsum(axis=1) / np.sqrt(np.arange(1, 13))
    bounds = spending_bounds(np.arange(1, 13) / 12, kind="pocock")
    assert (np.abs(score) > bounds).any(axis=1).mean() == pytest.approx(0.05, abs=0.004)
    assert (np.abs(score) > 1.96).any(axis=1).mean() == pytest.approx(0.2075, abs=0.008)


def test_early_looks_must_show_much_and_the_last_hardly_more_than_one() -> None:
    planned = schedule([4, 8, 12], assignments=924)
    assert [one.alpha for one in planned.looks] == pytest.approx([0.0002, 0.0121, 0.0463], abs=4e-4)
    level = planned.looks[1].level
    assert level is not None
    assert level == pytest.approx(1 - planned.looks[1].alpha)
    early, clear = replace(RESULT, p_value=0.02), replace(RESULT, p_value=0.0001)
    assert judge(planned, 8, early).status == "block"
    assert judge(planned, 8, early).params["case"] == "too_soon"
    assert judge(planned, 8, clear).params["case"] == "passed"
    assert judge(planned, 12, replace(RESULT, p_value=0.6)).params["case"] == "last"
    assert judge(planned, 10, clear).params["case"] == "not_planned"
    assert judge(planned, 10, clear).status == "block"
    assert judge(planned, 8, replace(RESULT, p_value=None)).status == "block"


def test_with_fewer_than_240_ways_one_named_look_carries_words() -> None:
    few = schedule([4, 8, 12], assignments=239)
    assert (few.kind, few.reason) == ("one", "few_assignments")
    assert [one.bound is not None for one in few.looks] == [False, False, True]
    assert judge(few, 4, replace(RESULT, p_value=1e-9)).status == "block"
    assert judge(few, 12, replace(RESULT, p_value=0.9)).status == "pass"
    named = schedule([4, 8, 12], assignments=20, main=8)
    assert judge(named, 8, RESULT).status == "pass"
    assert judge(named, 12, RESULT).params["case"] == "not_the_main"
    assert named.last.level == pytest.approx(0.95)
    assert schedule([4, 8, 12], assignments=240).kind == "obrien_fleming"


def test_a_blocked_look_makes_the_verdict_not_yet() -> None:
    from lamppost.engines.impact.saying import Design, say

    planned = schedule([4, 8, 12], assignments=924)
    design = Design(randomised=True, treated=6, comparison=6, before=30, after=8)
    early = judge(planned, 8, replace(RESULT, p_value=0.03))
    assert say(RESULT, [early], design, 0.5, None).code == "not_yet"
    clear = judge(planned, 8, replace(RESULT, p_value=0.001))
    assert say(replace(RESULT, p_value=0.001), [clear], design, 0.5, None).code == "caused"


def test_the_mixture_boundary_is_the_formula_and_is_tight_where_asked() -> None:
    alpha, rho = 0.05, 3.0
    best = rho * (2 * np.log(1 / alpha) + np.log(1 + 2 * np.log(1 / alpha)))
    v = np.array([1.0, 10.0, 100.0])
    wanted = np.sqrt((v + rho) * np.log((v + rho) / (rho * alpha**2)))
    assert mixture_bound(v, alpha=alpha, best_at=best) == pytest.approx(wanted)
    tight = mixture_bound(20.0, best_at=20.0)
    assert all(tight <= mixture_bound(20.0, best_at=other) for other in (2.0, 10.0, 40.0, 200.0))


def test_a_confidence_sequence_holds_at_all_looks_together() -> None:
    random = np.random.default_rng(8)
    missed = 0
    for _ in range(300):
        gap = random.normal(size=100)
        for at in range(1, 100):
            gap[at] = 0.6 * gap[at - 1] + 0.8 * gap[at]
        found = confidence_sequence(gap[:52] + 7, gap[52:] + 9)
        missed += bool(((found.low > 2) | (found.high < 2)).any())
        assert found.at(48).high - found.at(48).low < found.at(4).high - found.at(4).low
    assert missed <= 300 * 0.05


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: spending_bounds([0.5, 0.4, 1]), "impact.looks.shares"),
        (lambda: spending_bounds([0.5, 0.9]), "impact.looks.shares"),
        (lambda: spending_bounds([1.0], alpha=0.9), "impact.looks.alpha"),
        (lambda: schedule([]), "impact.looks.times"),
        (lambda: schedule([8, 4]), "impact.looks.times"),
        (lambda: schedule([0, 4]), "impact.looks.times"),
        (lambda: schedule([4, 8], kind="often"), "impact.looks.kind"),  # type: ignore[arg-type]
        (lambda: schedule([4, 8], kind="one", main=5), "impact.looks.main"),
        (lambda: schedule([4, 8], level=1.0), "impact.looks.alpha"),
        (lambda: confidence_sequence(np.ones(5), np.ones(5)), "impact.looks.gap"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(call: object, code: str) -> None:
    with pytest.raises(EngineError) as told:
        call()  # type: ignore[operator]
    assert told.value.code == code


def test_an_end_that_was_picked_on_the_best_day_is_seldom_called_a_change() -> None:
    """Of 4,000 pilots that change nothing, each stopped on the day it looks clearest."""
    steps, pilots = 60, 4000
    walk = np.random.default_rng(7).standard_normal((pilots, steps)).cumsum(axis=1)
    z = np.abs(walk) / np.sqrt(np.arange(1, steps + 1))
    looks = [ended_early(one, steps).looks[0] for one in range(1, steps)]
    bounds = np.array([look.bound for look in looks])
    assert 0.03 < (z[:, :-1] > bounds).any(axis=1).mean() < 0.05
    # At the usual bound of one look every third of them is.
    assert (z[:, :-1] > 1.96).any(axis=1).mean() > 0.3
    assert bounds[-1] == pytest.approx(2.2414 * np.sqrt(60 / 59), abs=1e-3)


def test_a_pilot_that_ended_early_speaks_where_many_lots_were_possible() -> None:
    planned = ended_early(6, 10, assignments=924)
    found = judge(planned, 6, replace(RESULT, p_value=0.003))
    assert (found.status, found.params["case"]) == ("pass", "ended")
    assert planned.at(6).level == pytest.approx(0.9962, abs=2e-4)  # type: ignore[union-attr]
    few = ended_early(6, 10, assignments=70)
    found = judge(few, 6, replace(RESULT, p_value=0.003))
    assert (found.status, found.params["case"]) == ("block", "not_the_main")
    assert few.last.after == 10
    with pytest.raises(EngineError, match=r"\[10, 10\]"):
        ended_early(10, 10)
