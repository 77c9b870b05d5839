"""How often ranges of weighted shares hold the truth: exactly, over all surveys there could be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from lamppost.engines.impact.series import StanceShare, share_change, stance_shares
from lamppost.engines.impact.series.share_range import share_ranges
from lamppost.engines.impact.study import Floats

SIZES = [(40, 10), (12, 3), (10, 160), (5, 5), (60, 3), (100, 4)]
TRUTHS = np.linspace(0.02, 0.98, 17)


def all_surveys(sizes: tuple[int, ...]) -> Floats:
    """Every survey that could come of such groups: answers with the stance in each."""
    axes = np.meshgrid(*(np.arange(size + 1.0) for size in sizes), indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)


def covered(sizes: tuple[int, ...], weights: Floats, truths: Floats) -> Floats:
    """How often the range holds the truth, for each row of shares within the groups."""
    surveys = all_surveys(sizes)
    low, high = share_ranges(surveys, np.array(sizes, dtype=np.float64), weights, 0.95)
    wholes = truths @ weights
    chances = np.ones((len(truths), len(surveys)))
    for at, size in enumerate(sizes):
        chances *= binom.pmf(surveys[None, :, at], size, truths[:, at, None])
    holds = (low <= wholes[:, None] + 1e-12) & (wholes[:, None] <= high + 1e-12)
    found: Floats = (chances * holds).sum(axis=1)
    return found


@pytest.mark.parametrize("sizes", SIZES)
def test_ranges_hold_however_few_stand_for_however_many(sizes: tuple[int, int]) -> None:
    truths = np.array([(one, other) for one in TRUTHS for other in TRUTHS])
    for older in (0.05, 0.2, 0.5, 0.8, 0.95):
        assert covered(sizes, np.array([older, 1 - older]), truths).min() >= 0.95


@pytest.mark.parametrize("sizes", [(3, 3, 3, 3), (20, 6, 3), (30, 4, 4)])
def test_ranges_hold_in_more_groups(sizes: tuple[int, ...]) -> None:
    draw = np.random.default_rng(len(sizes) + sizes[0])
    even = np.repeat(np.linspace(0.02, 0.98, 13)[:, None], len(sizes), axis=1)
    truths = np.vstack([even, draw.uniform(0.01, 0.99, (60, len(sizes)))])
    for _ in range(3):
        weights = draw.dirichlet(np.ones(len(sizes)))
        assert covered(sizes, weights, truths).min() >= 0.95
    equal = np.full(len(sizes), 1 / len(sizes))
    assert covered(sizes, equal, truths).min() >= 0.95


def test_a_survey_has_the_range_of_its_answers() -> None:
    answers = {"older": {"for": 31, "against": 9}, "younger": {"for": 2, "against": 1, "unsure": 7}}
    told = {one.stance: one for one in stance_shares(answers, {"older": 1, "younger": 4})}
    counts = np.array([[31.0, 2.0], [9.0, 1.0], [0.0, 7.0]])
    low, high = share_ranges(counts, np.array([40.0, 10.0]), np.array([0.2, 0.8]), 0.95)
    found = [told[stance].interval for stance in ("for", "against", "unsure")]
    assert [one.low for one in found] == pytest.approx(low)
    assert [one.high for one in found] == pytest.approx(high)


def test_two_who_agree_are_no_certainty() -> None:
    answers = {"older": {"for": 20, "against": 20}, "younger": {"for": 2}}
    told = next(s for s in stance_shares(answers, {"older": 1, "younger": 1}) if s.stance == "for")
    # Of 2 who agree, up to 84 in 100 may be of another mind: half of that, at least, below.
    assert told.interval.low <= told.share - 0.5 * 0.84
    assert told.interval.high < 0.95


def each(sizes: tuple[int, int], older: float) -> tuple[Floats, list[StanceShare]]:
    shares = [
        next(one for one in stance_shares(
            {"older": {"for": first, "against": sizes[0] - first},
             "younger": {"for": second, "against": sizes[1] - second}},
            {"older": older, "younger": 1 - older},
        ) if one.stance == "for")
        for first, second in all_surveys(sizes).astype(int).tolist()
    ]  # fmt: skip
    return all_surveys(sizes), shares


@pytest.mark.parametrize(("sizes", "older"), [((12, 5), 0.6), ((12, 3), 0.2)])
def test_changes_hold_where_nothing_changed(sizes: tuple[int, int], older: float) -> None:
    surveys, found = each(sizes, older)
    still = np.array(
        [[not share_change(before, after)[1].excludes_zero for after in found] for before in found]
    )
    for truth in ((0.75, 0.3), (0.5, 0.5), (0.1, 0.1), (0.9, 0.2)):
        chances = binom.pmf(surveys, sizes, truth).prod(axis=1)
        assert float(chances @ still @ chances) >= 0.95
