"""The lottery over the order of a rollout: exact for every lottery, and one answer in two forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.impact.did.assignments import Comparison
from lamppost.engines.impact.rollout import fit_rollout, group_time_effects
from lamppost.engines.impact.rollout.order import all_orders, permute_order
from lamppost.engines.impact.study import Study

SEEDS = st.integers(0, 10_000)


def panel(seed: int, starts: list[int], periods: int = 8) -> Study:
    """Correlated noise around levels of their own."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=(len(starts), periods)).cumsum(axis=1)
    names = tuple(f"{one:02}" for one in range(len(starts)))
    level = random.normal(50, 5, (len(starts), 1))
    return Study(names, tuple(range(periods)), level + noise, np.array(starts))


def judged(study: Study, limit: int = 5000) -> Comparison:
    effects = group_time_effects(study)
    return permute_order(
        study, effects, against="not_yet", anticipation=0, level=0.95, limit=limit, seed=0
    )[0]


@given(SEEDS, st.sampled_from([[2, 2, 4, 4, 6, 8], [3, 4, 5, 6, 8], [2, 2, 5, 5, 5, 6]]))
@settings(max_examples=6)
def test_no_more_alarms_than_allowed_over_all_lotteries(seed: int, starts: list[int]) -> None:
    """The same readings under each order that the lottery could have drawn, none with an effect."""
    study = panel(seed, starts)
    codes, places = np.unique(study.starts, return_inverse=True)
    orders, possible, exact = all_orders(places.astype(np.int64), limit=5000, seed=0)
    assert exact
    found = [judged(replace(study, starts=codes[one])) for one in orders]
    p_values = np.array([one.p_value for one in found])
    for level in (0.05, 0.1, 0.3):
        assert (p_values <= level + 1e-9).mean() <= level + 1e-9
    outside = [one.interval is not None and one.interval.excludes_zero for one in found]
    assert sum(outside) <= 0.05 * possible


@given(SEEDS, st.floats(-6, 6))
@settings(max_examples=40)
def test_range_and_chance_say_the_same(seed: int, effect: float) -> None:
    """Zero is outside exactly where the chance is at most 5 %, orders listed or drawn."""
    study = panel(seed, [2, 2, 3, 3, 5, 5, 6, 8])
    on = np.arange(8)[None, :] >= study.starts[:, None]
    study = replace(study, outcome=study.outcome + effect * on)
    for limit in (5000, 399):
        found = judged(study, limit)
        assert found.interval is not None
        assert found.interval.excludes_zero == (found.p_value <= 0.05)


@given(SEEDS, st.floats(-6, 6))
@settings(max_examples=20)
def test_range_moves_with_the_effect(seed: int, effect: float) -> None:
    study = panel(seed, [2, 2, 3, 3, 5, 5, 6, 8])
    on = np.arange(8)[None, :] >= study.starts[:, None]
    one = fit_rollout(study, randomised=True, limit=399)
    other = fit_rollout(
        replace(study, outcome=study.outcome + effect * on), randomised=True, limit=399
    )
    assert one.interval is not None
    assert other.interval is not None
    assert other.interval.low == pytest.approx(one.interval.low + effect, abs=1e-8)
    assert other.interval.high == pytest.approx(one.interval.high + effect, abs=1e-8)
