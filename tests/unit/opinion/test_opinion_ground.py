"""Common ground: its score against Monte Carlo, its list, and what is undecided."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.ground import (
    agreement,
    consensus_scores,
    further_votes,
    ranked_ground,
    undecided_statements,
)
from lamppost.engines.opinion.shares import GroupCounts
from lamppost.engines.opinion.shrinkage import Shares, beta_interval


def counts_of(agrees: ArrayLike, seen: ArrayLike) -> GroupCounts:
    x, n = np.atleast_2d(np.asarray(agrees)), np.atleast_2d(np.asarray(seen))
    return GroupCounts(tuple(range(len(x))), x, n - x, np.zeros_like(x))


def shares_of(alpha: NDArray, beta: NDArray) -> Shares:
    return Shares(alpha / (alpha + beta), *beta_interval(alpha, beta), alpha, beta)


@pytest.mark.parametrize("groups", [1, 2, 3, 5])
def test_score_and_interval_against_monte_carlo(groups: int) -> None:
    rng = np.random.default_rng(groups)
    alpha, beta = rng.uniform(0.8, 60, (groups, 12)), rng.uniform(0.8, 30, (groups, 12))
    alpha[:, 0], beta[:, 0] = 700.0, 200.0  # many votes: the other way to the variance
    alpha[:, 1], beta[:, 1] = 1.0, 1.0  # no votes
    scores = consensus_scores(shares_of(alpha, beta))
    draws = rng.beta(alpha, beta, (60_000, groups, 12)).prod(axis=1) ** (1 / groups)
    np.testing.assert_allclose(scores.mean, draws.mean(axis=0), atol=0.005)
    for shown, tail in ((scores.low, 0.05), (scores.high, 0.95), (scores.floor, 0.10)):
        np.testing.assert_allclose(shown, np.quantile(draws, tail, axis=0), atol=0.015)


def test_the_two_ways_to_the_variance_meet() -> None:
    sizes = np.array([299.0, 301.0])
    scores = consensus_scores(shares_of(np.stack([sizes, sizes]), np.stack([sizes, sizes]) / 3))
    width = scores.high - scores.low
    assert width[0] == pytest.approx(width[1] * np.sqrt(301 / 299), rel=2e-3)


def test_score_does_not_shrink_when_an_agreeing_group_is_split() -> None:
    shares = shares_of(np.full((1, 1), 800.0), np.full((1, 1), 200.0))
    split = shares_of(np.full((4, 1), 800.0), np.full((4, 1), 200.0))
    one, four = consensus_scores(shares).mean[0], consensus_scores(split).mean[0]
    assert one == pytest.approx(0.8)
    assert four == pytest.approx(0.8, abs=1e-3)


#        all agree | one group against | few votes | an unheard group | set aside | tested best
AGREES = [[80, 90, 2, 60, 90, 95], [70, 10, 2, 0, 90, 95]]
SEEN = [[100, 100, 3, 60, 100, 100], [100, 100, 3, 0, 100, 100]]
ASIDE = np.array([False, False, False, False, True, False])


def test_what_is_on_the_list_and_in_which_order() -> None:
    listed = ranked_ground(counts_of(AGREES, SEEN), ASIDE)
    assert [item.column for item in listed] == [5, 0]
    assert [item.votes for item in listed] == [200, 200]
    assert all(item.low < item.floor < item.score < item.high for item in listed)
    assert listed[0].floor > listed[1].floor


def test_a_group_without_votes_keeps_a_statement_off_whatever_is_usual() -> None:
    """All else is agreed by nearly everybody, so the unseen share is credibly above one half."""
    agrees = np.full((2, 40), 98)
    seen = np.full((2, 40), 100)
    agrees[1, 0], seen[1, 0] = 0, 0
    counts, aside = counts_of(agrees, seen), np.zeros(40, dtype=bool)
    assert agreement(counts, aside).low[1, 0] > 0.5
    assert 0 not in [item.column for item in ranked_ground(counts, aside)]
    open_ = {item.column: item for item in undecided_statements(counts, aside)}
    assert open_[0].group == 1
    assert open_[0].further_votes == 5


def test_without_groups_there_is_none() -> None:
    empty = np.zeros((0, 3), dtype=np.int64)
    counts = GroupCounts((), empty, empty, empty)
    assert ranked_ground(counts, np.zeros(3, dtype=bool)) == ()
    assert undecided_statements(counts, np.zeros(3, dtype=bool)) == ()


def test_everybody_as_one_group_is_the_share_itself() -> None:
    counts = counts_of([90, 30, 55], [100, 100, 100])
    aside = np.zeros(3, dtype=bool)
    shares = agreement(counts, aside)
    (item,) = [i for i in ranked_ground(counts, aside) if i.column == 0]
    assert item.score == pytest.approx(shares.mean[0, 0], rel=1e-9)
    assert item.low == pytest.approx(shares.low[0, 0], rel=1e-6)


def test_undecided_are_neither_settled_nor_refused() -> None:
    columns = [item.column for item in undecided_statements(counts_of(AGREES, SEEN), ASIDE)]
    assert set(columns) == {2, 3}


def test_so_many_further_votes_do_settle_it() -> None:
    """With the votes asked for at the same share, the interval leaves one half; with half not."""
    alpha, beta = np.array([[6.0, 9.0, 30.0]]), np.array([[4.0, 7.0, 40.0]])
    shares = shares_of(alpha, beta)
    missing = further_votes(shares)
    assert (missing > 0).all()

    def settled(part: float) -> NDArray:
        more = missing * part
        low, high = beta_interval(alpha + more * shares.mean, beta + more * (1 - shares.mean))
        return (low > 0.49) & (shares.mean > 0.5) | (high < 0.51) & (shares.mean < 0.5)

    assert settled(1.1).all()
    assert not settled(0.4).any()
    even = shares_of(np.array([[5.0]]), np.array([[5.0]]))
    assert np.isinf(further_votes(even)).all()
    sure = shares_of(np.array([[90.0]]), np.array([[10.0]]))
    assert further_votes(sure)[0, 0] == 0


def test_wrong_set_aside() -> None:
    with pytest.raises(EngineError) as caught:
        ranked_ground(counts_of(AGREES, SEEN), np.zeros(2, dtype=bool))
    assert caught.value.code == "opinion.ground.bad_set_aside"


def test_shown_scores_do_not_fall_when_others_are_asked() -> None:
    """No winner's curse: the first ten score in truth what is shown (mean of 20 conversations)."""
    rng = np.random.default_rng(8)
    shown, true = [], []
    for _ in range(20):
        truth = rng.beta(4, 2.5, (2, 150))
        seen = rng.integers(20, 80, (2, 150))
        counts = counts_of(rng.binomial(seen, truth), seen)
        for item in ranked_ground(counts, np.zeros(150, dtype=bool))[:10]:
            shown.append(item.score)
            true.append(float(np.sqrt(truth[:, item.column].prod())))
    raw = np.mean(shown) - np.mean(true)
    assert abs(raw) < 0.01
