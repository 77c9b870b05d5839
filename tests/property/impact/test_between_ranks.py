"""A range that no rank of the fake pilots gives: it ends between two ranks, and claims no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.planning import PilotDesign
from lamppost.engines.impact.planning.draws import draw
from lamppost.engines.impact.planning.method import estimate_fake
from lamppost.engines.impact.planning.replay import noticed_beyond
from lamppost.engines.impact.study import Floats, Study
from lamppost.engines.impact.synthetic import fit_control, fit_synthetic_did, placebos

SEEDS = st.integers(0, 10_000)
METHODS: list[Callable[[Study], MethodResult]] = [fit_control, fit_synthetic_did]
PERIODS, START = 24, 16


def slow_end(values: list[float], level: Fraction) -> float | None:
    """How far the range reaches, by the rule in words, with whole numbers and fractions."""
    of, ordered = len(values) + 1, sorted(values, reverse=True)
    beyond = floor((1 - level) * of)
    if beyond == 0 or beyond > len(values):
        return None
    wide, half_a_point = ordered[beyond - 1], Fraction(1, 200)
    too_much = (1 - level) - Fraction(beyond, of)
    too_little = Fraction(beyond + 1, of) - (1 - level)
    if too_much <= half_a_point or too_little > half_a_point or beyond == len(values):
        return wide
    share = too_much / (too_much + too_little)  # of the way from the wide rank to the next
    return wide + float(share) * (ordered[beyond] - wide)


@given(seed=SEEDS, count=st.integers(1, 260), level=st.sampled_from([80, 90, 95, 99]))
@settings(max_examples=300)
def test_the_end_is_that_of_the_rule_in_words(seed: int, count: int, level: int) -> None:
    values = np.abs(np.random.default_rng(seed).normal(size=count))
    wanted = slow_end(values.tolist(), Fraction(level, 100))
    found = placebos.between_ranks(values, level / 100)
    assert (found is None) == (wanted is None)
    if found is not None:
        assert float(found) == pytest.approx(wanted, rel=1e-9)
        whole = placebos.largest_kept(values, level / 100)
        assert whole is not None
        assert found <= whole


def test_which_numbers_of_places_have_no_rank_of_their_own() -> None:
    values = np.arange(1.0, 240.0)
    between = [
        of
        for of in range(20, 241)
        if placebos.between_ranks(values[: of - 1], 0.95)
        != placebos.largest_kept(values[: of - 1], 0.95)
    ]
    assert {37, 38, 39, 59, 79, 99} <= set(between)
    assert not {20, 21, 36, 40, 50, 67, 111} & set(between)
    assert max(between) < 200  # from there on a rank lies within half a point


def test_the_range_covers_what_it_says_where_any_place_could_have_been_the_pilot() -> None:
    """39 places alike, heavy tails or not: 95 of 100, where the rank alone gives 97.4."""
    random = np.random.default_rng(6)
    for drawn in (random.normal(size=(6000, 39)), random.standard_t(2, (6000, 39))):
        own, fakes = np.abs(drawn[:, 0]), np.abs(drawn[:, 1:]).T
        ends, whole = placebos.between_ranks(fakes, 0.95), placebos.largest_kept(fakes, 0.95)
        assert ends is not None
        assert whole is not None
        assert 0.94 <= np.mean(own <= ends) <= 0.96
        assert np.mean(own <= whole) >= 0.968
        assert ends.mean() < 0.9 * whole.mean()


def town(seed: int, units: int = 39) -> Floats:
    random = np.random.default_rng(seed)
    noise = random.normal(size=(units, PERIODS))
    for at in range(1, PERIODS):
        noise[:, at] += 0.6 * noise[:, at - 1]
    table: Floats = random.normal(30, 1, (units, 1)) + random.normal(size=PERIODS).cumsum() + noise
    return table


def study(table: Floats) -> Study:
    names = tuple(f"u{at:02}" for at in range(len(table)))
    starts = np.where(np.arange(len(table)) == 4, START, PERIODS)
    return Study(names, tuple(range(PERIODS)), table, starts)


@pytest.mark.parametrize("method", METHODS)
def test_a_narrower_range_claims_nothing_that_the_rank_does_not(
    method: Callable[[Study], MethodResult],
) -> None:
    """Effects in small steps through the border: zero is left out just where p allows it."""
    narrower = 0
    for seed in (1, 2, 3):
        table = town(seed)
        for effect in np.linspace(0, 4, 9):
            planted = table.copy()
            planted[4, START:] += effect
            found = method(study(planted))
            assert found.interval is not None
            assert found.interval.low <= found.estimate <= found.interval.high
            assert found.p_value is not None
            if found.interval.excludes_zero:
                assert found.p_value <= 0.05 + 1e-12
            if method is fit_synthetic_did:
                assert found.interval.excludes_zero == (found.p_value <= 0.05 + 1e-12)
                size = np.sort(np.abs(found.facts["placebos"]))
                reach = found.interval.high - found.estimate
                narrower += bool(reach < size[-1] * (1 - 1e-9))
                assert size[-2] <= reach <= size[-1] * (1 + 1e-9)
    assert method is fit_control or narrower >= 15


@pytest.mark.parametrize("method", METHODS)
def test_the_range_follows_shift_scale_and_order(method: Callable[[Study], MethodResult]) -> None:
    table = town(8)
    plain = method(study(table))
    moved = method(study(100 + 3 * table))
    assert plain.interval is not None
    assert moved.interval is not None
    ends = np.array([plain.interval.low, plain.interval.high])
    assert np.array([moved.interval.low, moved.interval.high]) == pytest.approx(3 * ends, rel=1e-6)
    order = np.random.default_rng(1).permutation(len(table))
    first = study(table)
    turned = Study(
        tuple(first.units[at] for at in order), first.times, table[order], first.starts[order]
    )
    assert method(turned).interval == plain.interval


@pytest.mark.parametrize("name", ["sdid", "sc"])
def test_a_plan_notices_what_the_range_of_39_places_announces(name: Literal["sc", "sdid"]) -> None:
    design = PilotDesign(1, PERIODS - START, "chosen", name)
    past = replace(study(town(5)), starts=np.full(39, PERIODS))
    fake = draw(past, design, 1, seed=4)[0]
    above, below = noticed_beyond(estimate_fake(fake, design, seed=0), design.level)
    on = np.arange(len(fake.study.times))[None, :] >= fake.study.starts[:, None]
    for effect in (0.0, above - 0.01, above + 0.01, below + 0.01, below - 0.01):
        outcome = fake.study.outcome + effect * on
        found = estimate_fake(
            replace(fake, study=replace(fake.study, outcome=outcome)), design, seed=0
        )
        assert found.interval is not None
        assert found.interval.excludes_zero == (effect > above or effect < below), (effect, above)
