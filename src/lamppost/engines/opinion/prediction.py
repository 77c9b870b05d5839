"""How well votes can be foretold: the completeness of a conversation.

A tenth of the votes is hidden, the rest is learnt from, and the hidden votes are foretold. The
share whose direction comes out right says how far the conversation has told what people think;
knowing only how popular each statement is, the baseline, shows how much of that is due to knowing
who agrees with whom.

The predictor is the best of those tried in ``bench/opinion_prediction.py``: a blend of Bayesian
matrix factorisation (`bayes`), similar statements (`neighbours`) and the Polis plane, the weights
of the blend learnt on votes hidden within the training votes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import bayes
from lamppost.engines.opinion.components import VoteGram, components, mean_votes
from lamppost.engines.opinion.factors import Reals
from lamppost.engines.opinion.in_order import InOrder
from lamppost.engines.opinion.neighbours import Neighbours
from lamppost.engines.opinion.sparse import SparseVotes

MODEL = "bayes12+neighbours+map2"
HIDDEN_SHARE = 0.1
ENOUGH_VOTES = 7
"""Votes are hidden only of people with as many (the threshold of the map)."""
FEWEST_HIDDEN = 40
"""Directions that must be hidden in all; with fewer the standard error exceeds .07."""
FEWEST_PEOPLE = 10
PLENTY_HIDDEN = 1000
"""Further tenths are hidden until so many votes have been, five at most."""
MOST_TENTHS = 5
MOST_VOTES = 160_000
"""People beyond this many votes are left out, evenly: the figure is an average over people."""
MOST_PEOPLE = 6_000
"""A person costs as much as several votes, however few they gave; see `sample_of`."""
FACTORS_OF_VOTE = 12
USUAL_BLEND = (0.4, 0.4, 0.2)
BLEND_VOTES = 20.0
"""How many votes the usual blend is worth against the inner hidden votes."""
LEAST_SWEEPS, MOST_SWEEPS, SWEPT_VOTES = 7, 30, 400_000
"""Sweeps: as many as keep votes * sweeps near the last, within the first two."""
VOTES_OF_PERSON = 5
"""A person is counted as so many votes at least when sweeps are dealt out."""
_SIGNIFICANT = 1.645
"""One-sided 5 %, and the half-width of a 90 % range, in standard errors."""


@dataclass(frozen=True)
class Prediction:
    """How well hidden votes were foretold.

    Attributes
    ----------
    completeness : float or None
        Share of the hidden agree and disagree votes whose direction was foretold rightly. None
        with a ``reason``.
    low, high : float or None
        Its 90 % range, from the differences between people.
    baseline_completeness : float or None
        The same share when only each statement's mean vote is known; one half is counted where
        that leans nowhere.
    rmse, baseline_rmse : float or None
        Root mean square error of the expected vote, coded -1, 0, 1, passes included.
    polis_rmse : float or None
        The same of the better of the two Polis maps (without and with the stretch).
    votes_hidden, directions_hidden : int
        All hidden votes, and those that are no passes.
    people : int
        People with a hidden vote.
    informative : bool
        Whether the error is surely (one-sided 5 %, by people) below the baseline's. If not, who
        someone is tells nothing beyond how popular a statement is.
    model : str
    reason : str or None
        ``too_few_people`` or ``too_few_votes`` when there is no figure.
    seed : int
    """

    completeness: float | None
    low: float | None
    high: float | None
    baseline_completeness: float | None
    rmse: float | None
    baseline_rmse: float | None
    polis_rmse: float | None
    votes_hidden: int
    directions_hidden: int
    people: int
    informative: bool
    model: str
    reason: str | None
    seed: int

    @property
    def sign_accuracy(self) -> float | None:
        """The field's name for ``completeness``."""
        return self.completeness

    @property
    def baseline_sign_accuracy(self) -> float | None:
        """The field's name for ``baseline_completeness``."""
        return self.baseline_completeness


@dataclass(frozen=True, eq=False)
class Plane:
    """The two-dimensional Polis map as a predictor: ``mean_j + y_i . p_j``.

    Attributes
    ----------
    mean : ndarray of float64, shape (S,)
        Mean vote, passes as 0; 0 where nobody voted.
    axes : ndarray of float64, shape (2, S)
    usable : int
        Statements that are not set aside.
    """

    mean: Reals
    axes: Reals
    usable: int

    @classmethod
    def of(cls, votes: SparseVotes) -> Plane:
        """The map of these votes, none of them on statements set aside."""
        mean = mean_votes(votes)
        usable = int(np.count_nonzero(~votes.set_aside))
        return cls(mean, components(VoteGram(votes, mean), 2), usable)

    def expected(self, votes: SparseVotes, rows: NDArray[Any], columns: NDArray[Any]) -> Reals:
        """Expected votes without and with the stretch sqrt(S / n_i), shape (m, 2).

        Clipped to -1 and 1, which lowers the error of both.
        """
        table = votes.csr("votes", np.float64)
        table.data -= self.mean[votes.columns]
        lift = ((table @ self.axes.T)[rows] * self.axes.T[columns]).sum(axis=1)
        stretch = np.sqrt(self.usable / np.maximum(votes.votes_each, 1))[rows]
        both = self.mean[columns][:, None] + np.column_stack([lift, lift * stretch])
        clipped: Reals = np.clip(both, -1.0, 1.0)
        return clipped


@dataclass(frozen=True, eq=False)
class Predictor:
    """What was learnt about statements; whoever votes is located from their own votes.

    Attributes
    ----------
    gaussian : bayes.GaussianVotes
    neighbours : Neighbours
    plane : Plane
        With few people the variational fit shrinks too far; the plane holds against that.
    weights : tuple of float
        Of the three expectations.
    """

    gaussian: bayes.GaussianVotes
    neighbours: Neighbours
    plane: Plane
    weights: tuple[float, ...]

    @property
    def statements(self) -> int:
        """Number of statements S."""
        return len(self.gaussian.noise)

    def expected(self, votes: SparseVotes, people: ArrayLike, columns: ArrayLike) -> Reals:
        """Expected vote, within -1 and 1, for chosen pairs.

        Parameters
        ----------
        votes : SparseVotes, S statements
            What people have said so far, also people who were not there when this was learnt.
        people, columns : array of int, shape (m,)
            Rows of ``votes`` and statements. A pair that is voted on gets an expectation that
            has seen the vote.

        Returns
        -------
        ndarray of float64, shape (m,)

        Raises
        ------
        EngineError
            ``opinion.prediction.bad_pairs`` when a row, a column or S is out of range.

        Notes
        -----
        Cost O(votes and d^3 of the people named); memory O(m + people named * d^2).
        """
        rows, columns = np.atleast_1d(np.asarray(people)), np.atleast_1d(np.asarray(columns))
        self._check(votes, rows, columns)
        named, rows = np.unique(rows, return_inverse=True)
        theirs = _without_aside(votes.select_rows(named))
        told = self._members(theirs, rows, columns) @ np.array(self.weights)
        expected: Reals = np.clip(told, -1.0, 1.0)
        return expected

    def _members(self, votes: SparseVotes, rows: NDArray[Any], columns: NDArray[Any]) -> Reals:
        """What each member of the blend expects, shape (m, 3)."""
        vote = self.gaussian.expected(self.gaussian.locate(votes), rows, columns)
        similar = self.neighbours.expected(votes, rows, columns)
        plain = self.plane.expected(votes, rows, columns)[:, 0]
        return np.column_stack([vote, similar, plain])

    def _check(self, votes: SparseVotes, rows: NDArray[np.intp], columns: ArrayLike) -> None:
        columns = np.asarray(columns)
        fits = votes.statements == self.statements and rows.shape == columns.shape
        if fits and rows.size:
            fits = 0 <= rows.min() <= rows.max() < votes.people
            fits = fits and 0 <= columns.min() <= columns.max() < votes.statements
        if not fits:
            raise EngineError(
                "opinion.prediction.bad_pairs",
                f"The pairs do not lie within {votes.people} people and {self.statements} "
                "statements. Give rows and columns of the same votes, as many of each.",
                {"people": votes.people, "statements": self.statements},
            )


def predict(votes: SparseVotes, seed: int = 0) -> Predictor:
    """Learn from votes to foretell those that were not given.

    Parameters
    ----------
    votes : SparseVotes
        In canonical order, so that the result does not depend on the order of storage.
        Statements set aside teach nothing; their expectation is that of an unknown statement.
    seed : int

    Raises
    ------
    EngineError
        ``opinion.prediction.no_votes`` without a vote to learn from.

    Notes
    -----
    At most 160,000 votes are used. Cost about 1 CPU s there; memory some 80 MB.
    """
    sample = sample_of(votes)
    if sample.count == 0:
        raise EngineError(
            "opinion.prediction.no_votes",
            "There is no vote on a statement that counts. Collect votes first.",
        )
    return _learn(sample, np.random.default_rng(seed))


def held_back(votes: SparseVotes, seed: int = 0) -> Prediction:
    """Hide a tenth of the votes, learn from the rest and foretell the hidden ones.

    Parameters
    ----------
    votes : SparseVotes
        In canonical order. Statements set aside are left out.
    seed : int
        Which votes are hidden.

    Returns
    -------
    Prediction
        With a reason instead of figures when fewer than 10 people have 7 votes, or fewer than 40
        hidden votes had a direction.

    Notes
    -----
    Protocol of `docs/explanation/opinion-completeness.md`: votes of people with at least 7. While
    fewer than 1,000 votes are hidden, up to five disjoint tenths are, one after the other. Cost
    and memory as `predict`.
    """
    return held_back_of(sample_of(votes), seed)


def held_back_of(sample: SparseVotes, seed: int = 0) -> Prediction:
    """`held_back` for votes that `sample_of` has given."""
    each = np.repeat(sample.votes_each, sample.votes_each)
    eligible = np.flatnonzero(each >= ENOUGH_VOTES)
    if np.count_nonzero(sample.votes_each >= ENOUGH_VOTES) < FEWEST_PEOPLE:
        return _none("too_few_people", seed)
    rng = np.random.default_rng(seed)
    tenths = np.array_split(rng.permutation(eligible), round(1 / HIDDEN_SHARE))
    wanted = min(MOST_TENTHS, -(-PLENTY_HIDDEN // max(len(tenths[0]), 1)))
    hidden = tenths[:wanted]
    if np.count_nonzero(sample.values[np.concatenate(hidden)]) < FEWEST_HIDDEN:
        return _none("too_few_votes", seed)
    told = [_foretell(sample, tenth, rng) for tenth in hidden]
    rows, values, said, mean, maps = (np.concatenate(parts) for parts in zip(*told, strict=True))
    return _summary(rows, values, said, mean, maps, seed)


def sample_of(votes: SparseVotes) -> SparseVotes:
    """Votes that count, of all people or of a part of them: what a prediction looks at.

    At most about 160,000 votes, people taken evenly. Where that would leave more than 6,000
    people, who then gave few votes each, those whose votes can be hidden are taken (evenly, if
    there are more), and the places left go to those with the most votes: somebody with a single
    vote tells nothing about who agrees with whom, and costs as much as anybody. The rest may be
    let go before `held_back_of`.
    """
    keep = votes.people
    if votes.count > MOST_VOTES:
        keep = max(1, int(votes.people * MOST_VOTES / votes.count))
    if keep > MOST_PEOPLE:
        votes = votes.select_rows(_who_tells(_counting_each(votes)))
    elif keep < votes.people or isinstance(votes, InOrder):
        votes = votes.select_rows(_evenly(np.arange(votes.people), keep))
    return _without_aside(votes)


def _counting_each(votes: SparseVotes) -> NDArray[np.int64]:
    """Number of each person's votes on statements that are not set aside."""
    if not votes.set_aside.any():
        return votes.votes_each
    given = votes.given if isinstance(votes, InOrder) else votes
    each = np.concatenate([_without_aside(part).votes_each for part in given.parts()])
    return votes.of_given(each) if isinstance(votes, InOrder) else each


def _who_tells(each: NDArray[np.int64]) -> NDArray[np.intp]:
    """At most 6,000 people, ascending: of those with 7 votes evenly, then who gave the most."""
    able = np.flatnonzero(each >= ENOUGH_VOTES)
    if len(able):
        fit = int(MOST_VOTES / each[able].mean())
        able = _evenly(able, max(1, min(len(able), fit, MOST_PEOPLE)))
    some = np.flatnonzero((each > 0) & (each < ENOUGH_VOTES))
    room = min(MOST_PEOPLE - len(able), (MOST_VOTES - int(each[able].sum())) // ENOUGH_VOTES)
    most = some[np.argsort(-each[some], kind="stable")[: max(room, 0)]]
    return np.sort(np.concatenate([able, most]))


def _evenly(rows: NDArray[np.intp], keep: int) -> NDArray[np.intp]:
    return rows[np.arange(keep) * len(rows) // max(keep, 1)]


def _without_aside(votes: SparseVotes) -> SparseVotes:
    return votes.select_columns(~votes.set_aside) if votes.set_aside.any() else votes


def _without(votes: SparseVotes, hidden: NDArray[np.intp]) -> SparseVotes:
    kept = np.ones(votes.count, dtype=np.bool_)
    kept[hidden] = False
    return _only(votes, kept)


def _only(votes: SparseVotes, kept: NDArray[np.bool_]) -> SparseVotes:
    return SparseVotes.from_arrays(
        votes.row_of_vote[kept],
        votes.columns[kept],
        votes.values[kept],
        participants=votes.people,
        statements=votes.statements,
        set_aside=votes.set_aside,
    )


def _sweeps(votes: SparseVotes) -> int:
    voters = int(np.count_nonzero(votes.votes_each))
    work = max(votes.count, VOTES_OF_PERSON * voters, 1)
    return int(np.clip(SWEPT_VOTES // work, LEAST_SWEEPS, MOST_SWEEPS))


def _learn(votes: SparseVotes, rng: np.random.Generator) -> Predictor:
    """The three members on all votes, their weights from a tenth hidden among them.

    The factors first learn without that tenth, and then go on from there with it: the second fit
    needs fewer sweeps, and the weights have seen nothing that they are tried on.
    """
    seed = int(rng.integers(2**32))
    inner = np.sort(rng.permutation(votes.count)[: int(votes.count * HIDDEN_SHARE)])
    rest = _without(votes, inner)
    first = _members_of(rest, seed, None)
    if len(inner) == 0:
        return first
    told = first._members(rest, votes.row_of_vote[inner], votes.columns[inner])
    last = _members_of(votes, seed, first)
    return replace(last, weights=_blend(told, votes.values[inner]))


def _members_of(votes: SparseVotes, seed: int, begin: Predictor | None) -> Predictor:
    sweeps = _sweeps(votes) if begin is None else max(LEAST_SWEEPS, _sweeps(votes) // 2)
    earlier = None if begin is None else begin.gaussian
    gaussian = bayes.fit(votes, FACTORS_OF_VOTE, sweeps, seed, earlier)
    return Predictor(gaussian, Neighbours.of(votes), Plane.of(votes), USUAL_BLEND)


def _blend(told: Reals, values: NDArray[np.int8]) -> tuple[float, ...]:
    """Weights of least squares, drawn to the usual ones (stacking; Wolpert 1992, Breiman 1996)."""
    square = told.T @ told + BLEND_VOTES * np.eye(told.shape[1])
    pull = told.T @ values + BLEND_VOTES * np.array(USUAL_BLEND)
    return tuple(np.linalg.solve(square, pull).tolist())


def _foretell(
    votes: SparseVotes, hidden: NDArray[np.intp], rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int8], Reals, Reals, Reals]:
    """Person, vote, and what the model, the baseline and the Polis maps say of hidden votes."""
    hidden = np.sort(hidden)
    rest = _without(votes, hidden)
    rows, columns = votes.row_of_vote[hidden], votes.columns[hidden]
    learnt = _learn(rest, rng)
    told, maps = learnt.expected(rest, rows, columns), learnt.plane.expected(rest, rows, columns)
    return rows, votes.values[hidden], told, learnt.plane.mean[columns], maps


def _summary(
    rows: NDArray[np.int32],
    values: NDArray[np.int8],
    told: Reals,
    baseline: Reals,
    maps: Reals,
    seed: int,
) -> Prediction:
    decided = values != 0
    right = _right(told[decided], values[decided])
    share = float(right.mean())
    spread = _spread(rows[decided], right - share) / len(right)
    gain = (baseline - values) ** 2 - (told - values) ** 2
    return Prediction(
        completeness=share,
        low=max(0.0, share - _SIGNIFICANT * spread),
        high=min(1.0, share + _SIGNIFICANT * spread),
        baseline_completeness=float(_right(baseline[decided], values[decided]).mean()),
        rmse=_rmse(told, values),
        baseline_rmse=_rmse(baseline, values),
        polis_rmse=min(_rmse(one, values) for one in maps.T),
        votes_hidden=len(values),
        directions_hidden=int(decided.sum()),
        people=len(np.unique(rows)),
        informative=bool(gain.sum() > _SIGNIFICANT * _spread(rows, gain - gain.mean())),
        model=MODEL,
        reason=None,
        seed=seed,
    )


def _right(told: Reals, values: NDArray[np.int8]) -> Reals:
    """1 where the direction is right, one half where none was told."""
    right: Reals = 0.5 + 0.5 * np.sign(told) * values
    return right


def _rmse(told: Reals, values: NDArray[np.int8]) -> float:
    return float(np.sqrt(np.mean((told - values) ** 2)))


def _spread(rows: NDArray[np.int32], parts: Reals) -> float:
    """Standard error of the sum of ``parts``, those of a person taken together."""
    return float(np.sqrt((np.bincount(rows, parts) ** 2).sum()))


def _none(reason: str, seed: int) -> Prediction:
    return Prediction(
        None, None, None, None, None, None, None, 0, 0, 0, False, MODEL, reason, seed
    )  # fmt: skip
