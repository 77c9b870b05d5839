"""Weights to population targets (raking), what they cost, and weighted counts.

Those who vote are not those who live here. Where people have said how old they are or where they
live, each can be given a weight so that the voters' make-up is that of the population in these
respects. It mends nothing that the questions do not ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.shrinkage import Shares, shrunken_shares
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.votes import AGREE

CAP = 5.0
"""Nobody counts more than five times the mean, nor less than a fifth of it."""
LEAST_PEOPLE = 10
"""Cells of fewer people are not shown."""

_ROUNDS = 500
_CLOSE = 1e-10
_SUM_ERROR = 1e-6


@dataclass(frozen=True, eq=False)
class Raking:
    """Weights of people, and how well they meet the targets.

    Attributes
    ----------
    weights : ndarray of float64, shape (P,)
        Mean 1.
    effective : float
        Kish effective sample size: so many people drawn at random would say as much.
    margins : dict
        ``margins[characteristic][category]``: weighted share among those who answered.
    largest_gap : float
        Largest difference between a margin and its target; 0 to rounding unless weights were
        capped.
    capped : int
        People whose weight is at the cap or its inverse.
    unanswered : dict of str to int
        People without an answer, by characteristic.
    """

    weights: NDArray[np.float64]
    effective: float
    margins: dict[str, dict[str, float]]
    largest_gap: float
    capped: int
    unanswered: dict[str, int]


@dataclass(frozen=True, eq=False)
class WeightedCounts:
    """Weighted votes by group and statement; arrays of shape (G, S).

    Attributes
    ----------
    groups : tuple of int
    share, low, high : ndarray of float64
        Weighted share of agreement, shrunken, with its 90 % interval by the effective number of
        votes; NaN where hidden.
    raw_share : ndarray of float64
        The same without shrinkage; NaN where hidden.
    effective : ndarray of float64
        Kish effective number of votes; NaN where hidden.
    hidden : ndarray of bool
        Cells of fewer people than may be shown.
    people : ndarray of int64
        Unweighted votes; 0 where hidden.
    """

    groups: tuple[int, ...]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    raw_share: NDArray[np.float64]
    effective: NDArray[np.float64]
    hidden: NDArray[np.bool_]
    people: NDArray[np.int64]


def raked_weights(
    answers: Mapping[str, Sequence[str | None]],
    targets: Mapping[str, Mapping[str, float]],
    *,
    cap: float | None = CAP,
) -> Raking:
    """Weights under which the people have the make-up of the population.

    Parameters
    ----------
    answers : mapping from characteristic to a sequence of P categories
        None where somebody has not answered.
    targets : mapping from characteristic to shares of its categories
        Shares of each characteristic add up to 1.
    cap : float or None
        Largest ratio of a weight to the mean weight, and of the mean to a weight.

    Returns
    -------
    Raking

    Raises
    ------
    EngineError
        ``opinion.weights.no_people``, ``.no_targets``, ``.missing_characteristic``,
        ``.different_lengths``, ``.bad_target``, ``.bad_cap``, ``.unknown_category`` (an answer
        that the targets do not list), ``.empty_category`` (a target that nobody answers),
        ``.unwanted_category`` (people in a category whose target is 0), ``.not_reached`` (the
        margins contradict each other). Each names the characteristic, the category and the remedy.

    Notes
    -----
    Iterative proportional fitting (Deming and Stephan 1940, Ann. Math. Stat. 11:427-444): each
    characteristic in turn scales its categories to their targets, until nothing moves. Who has
    not answered keeps the weight that the other characteristics give, and the margins hold
    among those who answered. With a cap, weights are cut after each round and raked again;
    then a gap may remain, which is told. Cost O(P) for each characteristic and round.
    """
    coded = {name: _coded(name, answers, target) for name, target in targets.items()}
    people = _people(coded)
    if cap is not None and not cap > 1:
        raise _error("bad_cap", f"The cap is {cap}. Take a number above 1, or none.", cap=cap)
    weights = np.ones(people)
    for _ in range(_ROUNDS):
        before = weights.copy()
        for name, (codes, _categories) in coded.items():
            weights = _scaled(weights, codes, np.array(list(targets[name].values())))
        weights = _cut(weights / weights.mean(), cap)
        if np.abs(weights / before - 1).max() < _CLOSE:
            break
    return _raking(weights, coded, targets, cap)


def effective_size(weights: ArrayLike) -> float:
    """Kish effective sample size, ``(sum w)^2 / sum w^2`` (Kish 1965); 0 for nobody."""
    given = np.asarray(weights, dtype=np.float64)
    squares = float(given @ given)
    return float(given.sum()) ** 2 / squares if squares > 0 else 0.0


def weighted_counts(
    votes: SparseVotes,
    labels: ArrayLike,
    groups: Sequence[int],
    weights: ArrayLike,
    *,
    least: int = LEAST_PEOPLE,
    kind: int = AGREE,
) -> WeightedCounts:
    """Weighted share of agreement by group and statement, with intervals; small cells hidden.

    Parameters
    ----------
    votes : SparseVotes
    labels : array of int, shape (P,)
    groups : sequence of int
        Ids to count; one group of everybody: labels all 0, groups (0,).
    weights : array of float, shape (P,)
        Positive.
    least : int
        Cells of fewer PEOPLE are hidden; weights do not lift a cell over the threshold.
    kind : int
        +1 agree or -1 disagree.

    Raises
    ------
    EngineError
        ``opinion.labels.wrong_length``; ``opinion.weights.bad_weights``.

    Notes
    -----
    A cell's weighted share counts like that of its effective number of votes; both go into
    `shrunken_shares`, so that equal weights give the unweighted result to rounding. Hiding is
    the plain rule for one table; totals shown beside it need `engines.suppression`. Cost O(n).
    """
    given, own = _checked(votes, labels, weights)
    place = np.full(max(int(given.max(initial=-1)), max(groups, default=0)) + 2, -1)
    place[np.asarray(groups, dtype=np.intp)] = np.arange(len(groups))
    shape = (len(groups), votes.statements)
    sums = np.zeros((4, shape[0] * shape[1]))
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        row = place[given[start:stop]][part.row_of_vote]
        kept = row >= 0
        cell = row[kept] * shape[1] + part.columns[kept]
        each = own[start:stop][part.row_of_vote][kept]
        counted = each * (part.values[kept] == kind)
        for line, what in enumerate((np.ones_like(each), each, each**2, counted)):
            sums[line] += np.bincount(cell, what, minlength=sums.shape[1])
    names = tuple(int(group) for group in groups)
    return _counted(names, sums.reshape(4, *shape), votes.set_aside, least)


def _counted(
    groups: tuple[int, ...],
    sums: NDArray[np.float64],
    set_aside: NDArray[np.bool_],
    least: int,
) -> WeightedCounts:
    people, total, squares, agreed = sums
    safe = np.where(total > 0, total, 1.0)
    effective = np.where(total > 0, total * (total / np.where(squares > 0, squares, 1.0)), 0.0)
    raw = agreed / safe
    shares: Shares = shrunken_shares(raw * effective, effective, usable=~set_aside)
    hidden = people < least

    def shown(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(hidden, np.nan, values)

    return WeightedCounts(
        groups,
        shown(shares.mean),
        shown(shares.low),
        shown(shares.high),
        shown(raw),
        shown(effective),
        hidden,
        np.where(hidden, 0, people).astype(np.int64),
    )


def _checked(
    votes: SparseVotes, labels: ArrayLike, weights: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    given = np.asarray(labels, dtype=np.int64)
    own = np.asarray(weights, dtype=np.float64)
    if given.shape != (votes.people,):
        raise EngineError(
            "opinion.labels.wrong_length",
            f"There are {given.size} group labels for {votes.people} participants. "
            "Give one label for each participant, -1 for people without a group.",
            {"labels": int(given.size), "participants": votes.people},
        )
    if own.shape != (votes.people,) or not (np.isfinite(own).all() and (own > 0).all()):
        raise _error(
            "bad_weights",
            f"Weights must be {votes.people} positive numbers, one for each participant. "
            "Make them with raked_weights.",
            participants=votes.people,
        )
    return np.maximum(given, -1), own


def _coded(
    name: str, answers: Mapping[str, Sequence[str | None]], target: Mapping[str, float]
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Category number of each person, -1 without an answer, after checking both sides."""
    if name not in answers:
        raise _error(
            "missing_characteristic",
            f"There is a target for {name!r}, but nobody was asked. Ask it, or drop the target.",
            characteristic=name,
        )
    _check_target(name, target)
    number = {category: place for place, category in enumerate(target)}
    for answer in answers[name]:
        if answer is not None and answer not in number:
            raise _error(
                "unknown_category",
                f"Somebody answered {answer!r} to {name!r}, which the targets do not list. Add "
                "its share, put it together with a listed category, or make it no answer.",
                characteristic=name,
                category=answer,
            )
    codes = np.array([-1 if a is None else number[a] for a in answers[name]], dtype=np.intp)
    sizes = np.bincount(codes[codes >= 0], minlength=len(number))
    for category, place in number.items():
        _check_category(name, category, target[category], int(sizes[place]))
    return codes, tuple(number)


def _check_target(name: str, target: Mapping[str, float]) -> None:
    shares = list(target.values())
    fine = all(np.isfinite(share) and 0 <= share <= 1 for share in shares)
    if not fine or abs(sum(shares) - 1) > _SUM_ERROR:
        raise _error(
            "bad_target",
            f"The targets of {name!r} add up to {sum(shares):g}. Give shares from 0 to 1 that "
            "add up to 1.",
            characteristic=name,
            total=float(sum(shares)),
        )


def _check_category(name: str, category: str, share: float, size: int) -> None:
    if share > 0 and size == 0:
        raise _error(
            "empty_category",
            f"Nobody answered {category!r} to {name!r}, but {share:.1%} of the population is so. "
            "Invite such people, or put the category together with its neighbour.",
            characteristic=name,
            category=category,
            share=share,
        )
    if share == 0 and size > 0:
        raise _error(
            "unwanted_category",
            f"{size} people answered {category!r} to {name!r}, whose target is 0. Correct the "
            "target, or put the category together with its neighbour.",
            characteristic=name,
            category=category,
            people=size,
        )


def _people(coded: Mapping[str, tuple[NDArray[np.intp], tuple[str, ...]]]) -> int:
    if not coded:
        raise _error("no_targets", "There is no target. Give the shares of one characteristic.")
    lengths = {name: len(codes) for name, (codes, _) in coded.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise _error(
            "different_lengths",
            f"The characteristics have different numbers of people ({told}). Give one answer for "
            "each person, none where there is none.",
            lengths=lengths,
        )
    people = next(iter(lengths.values()))
    if people == 0:
        raise _error("no_people", "There is nobody to weight. Wait for the first participant.")
    return people


def _scaled(
    weights: NDArray[np.float64], codes: NDArray[np.intp], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights after one characteristic has been met; who has not answered keeps theirs."""
    answered = codes >= 0
    mass = np.bincount(codes[answered], weights[answered], minlength=len(target))
    factor = target * mass.sum() / np.where(mass > 0, mass, 1.0)
    scaled = weights.copy()
    scaled[answered] *= factor[codes[answered]]
    return scaled


def _cut(weights: NDArray[np.float64], cap: float | None) -> NDArray[np.float64]:
    """Weights of mean 1 within the cap; cutting moves the mean, so it is done until it holds."""
    for _ in range(_ROUNDS if cap is not None else 0):
        cut = np.clip(weights, 1 / (cap or 1.0), cap)
        if np.array_equal(cut, weights):
            break
        weights = cut / cut.mean()
        if weights.max() <= (cap or 1.0) * (1 + _CLOSE):
            break
    return weights


def _raking(
    weights: NDArray[np.float64],
    coded: Mapping[str, tuple[NDArray[np.intp], tuple[str, ...]]],
    targets: Mapping[str, Mapping[str, float]],
    cap: float | None,
) -> Raking:
    weights = weights / weights.mean()
    margins: dict[str, dict[str, float]] = {}
    gaps: dict[tuple[str, str], float] = {}
    for name, (codes, categories) in coded.items():
        answered = codes >= 0
        mass = np.bincount(codes[answered], weights[answered], minlength=len(categories))
        margins[name] = dict(zip(categories, (mass / mass.sum()).tolist(), strict=True))
        for category in categories:
            gaps[name, category] = abs(margins[name][category] - targets[name][category])
    worst = max(gaps, key=lambda cell: gaps[cell])
    at_cap = 0
    if cap is not None:
        at_cap = int(((weights >= cap * (1 - 1e-6)) | (weights <= (1 + 1e-6) / cap)).sum())
    if gaps[worst] > _SUM_ERROR and at_cap == 0:
        raise _error(
            "not_reached",
            f"The targets contradict each other for these people: {worst[1]!r} of {worst[0]!r} "
            f"stays {gaps[worst]:.1%} away. Put small categories together, or drop a target.",
            characteristic=worst[0],
            category=worst[1],
            gap=gaps[worst],
        )
    missing = {name: int((codes < 0).sum()) for name, (codes, _) in coded.items()}
    return Raking(weights, effective_size(weights), margins, gaps[worst], at_cap, missing)


def _error(name: str, message: str, **params: object) -> EngineError:
    return EngineError(f"opinion.weights.{name}", message, params)
