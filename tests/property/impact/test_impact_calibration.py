"""Intervals cover as often as they say; the permutation counts every assignment."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from lamppost.engines.impact import Panel, estimate_site_changes

RUNS = 1500
EFFECT = -2.0


def simulated(random: np.random.Generator, pilots: int, comparisons: int, rho: float) -> Panel:
    """Make sites with their own levels, a common season, and correlated noise within each."""
    sites, periods, start = pilots + comparisons, 30, 12
    noise = np.empty((sites, periods))
    noise[:, 0] = random.normal(size=sites) / np.sqrt(1 - rho**2)
    for period in range(1, periods):
        noise[:, period] = rho * noise[:, period - 1] + random.normal(size=sites)
    season = 5 * np.sin(np.arange(periods) / 4) + 0.2 * np.arange(periods)
    values = random.normal(30, 6, (sites, 1)) + season + noise
    values[:pilots, start:] += EFFECT
    return Panel(
        units=tuple(f"{n:02}" for n in range(sites)),
        periods=tuple(range(periods)),
        values=values,
        treated=np.arange(sites) < pilots,
        start=start,
    )


@pytest.mark.parametrize(
    ("pilots", "comparisons", "rho"), [(2, 2, 0.6), (3, 5, 0.0), (3, 5, 0.8), (8, 16, 0.6)]
)
def test_coverage_within_exact_binomial_bounds(pilots: int, comparisons: int, rho: float) -> None:
    random = np.random.default_rng(20260216 + pilots)
    covered = 0
    for _ in range(RUNS):
        found = estimate_site_changes(
            simulated(random, pilots, comparisons, rho), max_assignments=99
        )
        assert found.interval is not None
        covered += found.interval.low <= EFFECT <= found.interval.high
    low, high = binom.ppf([0.001, 0.999], RUNS, 0.95)
    assert low <= covered <= high


def test_wrong_claims_without_effect_stay_rare() -> None:
    """Of 1,500 pilots that change nothing, at most 5 % (and chance) have a range beside zero."""
    random = np.random.default_rng(7)
    claims = 0
    for _ in range(RUNS):
        panel = simulated(random, 4, 6, 0.6)
        values = panel.values.copy()
        values[:4, panel.start :] -= EFFECT
        still = Panel(panel.units, panel.periods, values, panel.treated, panel.start)
        interval = estimate_site_changes(still, max_assignments=99).interval
        assert interval is not None
        claims += interval.excludes_zero
    assert claims <= binom.ppf(0.999, RUNS, 0.05)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(-4, 4), min_size=4, max_size=9),
    st.integers(1, 8),
)
def test_permutation_is_every_assignment_counted_in_whole_numbers(
    changes: list[int], chosen: int
) -> None:
    sites = len(changes)
    chosen = min(chosen, sites - 1)
    panel = Panel(
        units=tuple(f"{n:02}" for n in range(sites)),
        periods=(0, 1),
        values=np.column_stack([np.zeros(sites), changes]).astype(float),
        treated=np.arange(sites) < chosen,
        start=1,
    )
    found = estimate_site_changes(panel, max_assignments=5000).permutation

    def size(picked: tuple[int, ...]) -> int:
        # Difference of means times both arm sizes: whole, so that ties are ties.
        inside = sum(changes[index] for index in picked)
        return abs(inside * (sites - chosen) - (sum(changes) - inside) * chosen)

    every = [size(picked) for picked in combinations(range(sites), chosen)]
    as_large = sum(one >= size(tuple(range(chosen))) for one in every)
    assert found.exact
    assert found.assignments == len(every)
    assert found.p_value == pytest.approx(as_large / len(every), abs=1e-12)
