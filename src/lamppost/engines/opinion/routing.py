"""Which statement a person sees next, with the reason and the probability of the choice.

Two classes of statements share the choices. Those with fewer votes than a quota come first, the
least answered ahead; among the others a vote goes where it settles most of the ranking. A small
part is kept for telling people apart and for giving everything its turn, so nothing is starved.
It runs inside a web request: numpy is imported when first asked, nothing heavier.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from lamppost.engines.core.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUOTA = 20
"""Votes that every statement gets before the ranking decides who is asked what."""
FIRST_VISITORS = 50
"""Within so many eligible visitors the quota is to be filled, or a reason is stated."""
SHOWINGS_PER_VOTE = 3
"""Shown so many times for each vote of the quota, a statement has had its chance."""
QUOTA_SHARE = 0.9
"""Part of the choices that goes to statements under the quota while others wait too."""
TELLING_SHARE = 0.05
TURN_SHARE = 0.05
SHARPNESS = 2.0
"""Power of the information gain: 1 is proportional, infinity always takes the largest."""
TOP = 10

NEW = "new"
FEW_VOTES = "few_votes"
PLACE_OPEN = "place_open"
TELLS_APART = "tells_apart"
TURN = "turn"
REASONS = (NEW, FEW_VOTES, PLACE_OPEN, TELLS_APART, TURN)

_NO_WEIGHT = 1e-300


@dataclass(frozen=True, slots=True)
class StatementState:
    """What is known of one statement when somebody is about to be asked.

    Attributes
    ----------
    votes, agrees, passes : int
        Votes of all three kinds, and those two of them.
    shown : int
        How often it was put to somebody; 0 when that is not kept.
    eligible : int
        Visitors who came since it was open and could have been shown it.
    groups : tuple of (int, int)
        Agrees and votes in each opinion group, the same order for every statement; empty while
        there are no groups.
    extremity : float
        How far the statement sets people apart, 0 upwards (length of its place on the map);
        only its size against the others counts.
    """

    votes: int = 0
    agrees: int = 0
    passes: int = 0
    shown: int = 0
    eligible: int = 0
    groups: tuple[tuple[int, int], ...] = ()
    extremity: float = 0.0


class Priority(NamedTuple):
    """Weight of a statement within its class, and why it is asked.

    Attributes
    ----------
    weight : float
        Above 0. Weights of one class add up to 1 over all statements.
    reason : str
        One of `REASONS`.
    under_quota : bool
        The class: fewer votes than the quota, or not.
    """

    weight: float
    reason: str
    under_quota: bool


class Choice(NamedTuple):
    """The statement to show.

    Attributes
    ----------
    statement : int
    reason : str
        One of `REASONS`.
    probability : float
        Chance that this statement had of being chosen from those waiting, above 0 to 1. Keep it
        with the vote: its inverse corrects for what the routing preferred.
    """

    statement: int
    reason: str
    probability: float


def priorities(
    statements: Mapping[int, StatementState],
    *,
    group: int | None = None,
    quota: int = QUOTA,
    top: int = TOP,
) -> dict[int, Priority]:
    """Weight and reason of every statement, for a visitor of the given opinion group.

    Parameters
    ----------
    statements : mapping of int to StatementState
        Every statement that may be shown, answered by this visitor or not: the result holds for
        all visitors of the group and may be kept for some seconds.
    group : int, optional
        Position of the visitor's group in `StatementState.groups`; None when not known.
    quota : int
        Votes that come before everything else.
    top : int
        Length of the list of common ground whose border is looked at twice.

    Returns
    -------
    dict of int to Priority

    Raises
    ------
    EngineError
        ``opinion.routing.bad_counts`` when counts are negative, contradict each other or belong
        to differing numbers of groups; ``.unknown_group``.

    Notes
    -----
    Under the quota the weight is ``(1 / ((n + 1) (n + 2)))^2`` with n the votes, of the
    visitor's group as far as known. Above it, three parts: 90 % go by ``(f^2 d (1 + c))^2``,
    where d is by how much one more vote is expected to lower the variance of the logarithm of
    the group-informed consensus, f the density of the statements' scores about it (an error
    there swaps more places) and c how open its side of the border of the `top` best, or of one
    half, still is; 5 % by extremity; 5 % equally. Cost O(S (G + log S)).
    """
    if not statements:
        return {}
    import numpy as np

    keys, states = list(statements), list(statements.values())
    counts = _counts(keys, states, group)
    shown = np.fromiter(map(attrgetter("shown"), states), np.int64, len(states))
    young = (counts.votes < quota) & (shown < SHOWINGS_PER_VOTE * quota)
    eligible = np.fromiter(map(attrgetter("eligible"), states), np.int64, len(states))
    weights = np.empty(len(states))
    reasons = np.where(eligible < FIRST_VISITORS, REASONS.index(NEW), REASONS.index(FEW_VOTES))
    weights[young] = _under_quota_weights(counts, young, group)
    weights[~young], reasons[~young] = _settling_weights(counts.take(~young), group, top)
    names = map(REASONS.__getitem__, reasons.tolist())
    made = map(Priority._make, zip(weights.tolist(), names, young.tolist(), strict=True))
    return dict(zip(keys, made, strict=True))


def choose(seed: str, waiting: Iterable[int], given: Mapping[int, Priority]) -> Choice | None:
    """One of the waiting statements, by chance from `seed` alone.

    Parameters
    ----------
    seed : str
        Holds until the visitor answers: their key with the number of answers they gave. The
        same seed and weights give the same statement, and small changes of weights seldom
        change it (exponential race: the statement with least ``-log(u) / probability``).
    waiting : iterable of int
        Statements that this visitor may be shown and has not answered.
    given : mapping of int to Priority
        From `priorities`. A waiting statement that is absent is taken as brand new.

    Returns
    -------
    Choice or None
        None when nothing is waiting.

    Notes
    -----
    Statements under the quota share 90 % of the choices, or their part of those waiting if that
    is larger. Source of the race: Efraimidis and Spirakis 2006, Inf. Process. Lett. 97:181-185.
    """
    import numpy as np

    chances = probabilities(waiting, given)
    if not chances:
        return None
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    ids = np.fromiter(chances, np.int64, len(chances))
    chance = np.fromiter(chances.values(), np.float64, len(chances))
    race = -np.log(_uniform(start, ids)) / chance
    best = int(ids[race == race.min()].min())
    known = given.get(best)
    return Choice(best, known.reason if known else NEW, chances[best])


def probabilities(waiting: Iterable[int], given: Mapping[int, Priority]) -> dict[int, float]:
    """Chance of each waiting statement of being chosen next; they add up to 1."""
    young: dict[int, float] = {}
    ready: dict[int, float] = {}
    absent = max((one.weight for one in given.values() if one.under_quota), default=1.0)
    for statement in waiting:
        one = given.get(statement)
        if one is None:
            young[statement] = absent
        elif one.under_quota:
            young[statement] = one.weight
        else:
            ready[statement] = one.weight
    part = _quota_part(len(young), len(ready))
    chances = _scaled(young, part)
    chances.update(_scaled(ready, 1.0 - part))
    return chances


def shortfall(
    state: StatementState, *, waiting: int, answers_per_visitor: float, quota: int = QUOTA
) -> str | None:
    """Why a statement has fewer votes than the quota, as a code; None when it has them.

    Parameters
    ----------
    state : StatementState
    waiting : int
        Statements that were under the quota at the same time, this one among them.
    answers_per_visitor : float
        Mean number of answers that a visitor gives.

    Returns
    -------
    str or None
        ``few_visitors`` (fewer than 50 could have been asked), ``often_left`` (shown often,
        seldom answered), ``crowded`` (its visitors' answers do not suffice to fill the quota of
        all that were waiting), ``chance`` otherwise.
    """
    if state.votes >= quota:
        return None
    if state.eligible < FIRST_VISITORS:
        return "few_visitors"
    if state.shown >= SHOWINGS_PER_VOTE * quota:
        return "often_left"
    given = QUOTA_SHARE * answers_per_visitor * state.eligible
    return "crowded" if given < quota * waiting else "chance"


class _Counts(NamedTuple):
    """Counts as arrays: votes, extremity (S,), cell agrees and votes (S, G) with G at least 1."""

    votes: NDArray[np.int64]
    extremity: NDArray[np.float64]
    cell_agrees: NDArray[np.int64]
    cell_votes: NDArray[np.int64]

    def take(self, chosen: NDArray[np.bool_]) -> _Counts:
        return _Counts(
            self.votes[chosen],
            self.extremity[chosen],
            self.cell_agrees[chosen],
            self.cell_votes[chosen],
        )


def _counts(keys: Sequence[int], states: Sequence[StatementState], group: int | None) -> _Counts:
    """Arrays of the counts, once they make sense."""
    import numpy as np

    size, width = len(states), len(states[0].groups)
    flat = chain.from_iterable(map(attrgetter("votes", "agrees", "passes"), states))
    votes, agrees, passes = np.fromiter(flat, np.int64, 3 * size).reshape(size, 3).T
    extremity = np.fromiter(map(attrgetter("extremity"), states), np.float64, size)
    groups = list(map(attrgetter("groups"), states))
    widths = np.fromiter(map(len, groups), np.int64, size)
    wrong = (agrees < 0) | (passes < 0) | (agrees + passes > votes) | (widths != width)
    wrong |= ~(extremity >= 0)
    cells = np.stack([agrees, votes], axis=1)[:, None, :]
    if width and not wrong.any():
        pairs = chain.from_iterable(chain.from_iterable(groups))
        cells = np.fromiter(pairs, np.int64, 2 * size * width).reshape(size, width, 2)
        wrong |= ((cells[:, :, 0] < 0) | (cells[:, :, 0] > cells[:, :, 1])).any(axis=1)
    if wrong.any():
        key = keys[int(wrong.argmax())]
        raise EngineError(
            "opinion.routing.bad_counts",
            f"The counts of statement {key} contradict each other, or it has another number of "
            "groups than the first. Count its votes again.",
            {"statement": key},
        )
    if group is not None and not 0 <= group < width:
        raise EngineError(
            "opinion.routing.unknown_group",
            f"There are {width} opinion groups; {group} is none of them. Give a number from 0, "
            "or none.",
            {"group": group, "groups": width},
        )
    return _Counts(votes, extremity, cells[:, :, 0], cells[:, :, 1])


def _under_quota_weights(
    counts: _Counts, young: NDArray[np.bool_], group: int | None
) -> NDArray[np.float64]:
    votes = counts.votes[young].astype(float)
    if group is not None:
        # scaled to all groups, so that small groups count as much as large ones
        votes = (counts.cell_votes[young, group] * counts.cell_votes.shape[1] + votes) / 2
    weights = (1.0 / ((votes + 1) * (votes + 2))) ** SHARPNESS
    scaled: NDArray[np.float64] = weights / weights.sum()
    return scaled


def _settling_weights(
    counts: _Counts, group: int | None, top: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Weights above the quota, which add up to 1, and the largest part of each as its reason."""
    import numpy as np

    size = len(counts.votes)
    if not size:
        return np.zeros(0), np.zeros(0, dtype=np.intp)
    codes = [REASONS.index(reason) for reason in (TURN, PLACE_OPEN, TELLS_APART)]
    parts = np.zeros((3, size))
    parts[0] = TURN_SHARE / size
    gains = _gains(counts, group, top)
    parts[1] = (1.0 - TELLING_SHARE - TURN_SHARE) * gains / max(gains.sum(), _NO_WEIGHT)
    parts[2] = TELLING_SHARE * counts.extremity / max(counts.extremity.sum(), _NO_WEIGHT)
    weights = parts.sum(axis=0)
    return weights / weights.sum(), np.array(codes)[parts.argmax(axis=0)]


def _gains(counts: _Counts, group: int | None, top: int) -> NDArray[np.float64]:
    """How much one more vote of this visitor is expected to settle, by statement."""
    import numpy as np

    agrees, votes = counts.cell_agrees, counts.cell_votes
    share = (agrees + 1) / (votes + 2)
    variance = (1 - share) / share / (votes + 3)
    drop = variance / (votes + 4)
    if group is None:
        # a visitor who is not placed yet belongs to a group as likely as votes come from it
        from_group = votes.sum(axis=0) + 1.0
        own = drop @ (from_group / from_group.sum())
    else:
        own = drop[:, group]
    score, spread = np.log(share).sum(axis=1), np.sqrt(variance.sum(axis=1))
    half = (np.abs(share - 0.5) / np.sqrt(share * (1 - share) / (votes + 3))).min(axis=1)
    away = (score - _border(score, top)) / spread
    near = np.exp(-0.5 * np.minimum(away**2, 60.0)) + np.exp(-0.5 * np.minimum(half**2, 60.0))
    gain = _density(score, spread) ** 2 * own * (1.0 + 0.5 * near)
    # relative to the largest, so that the power does not run out of digits
    scaled: NDArray[np.float64] = (gain / max(float(gain.max()), _NO_WEIGHT)) ** SHARPNESS
    return scaled


def _density(score: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Statements per unit of score about each, within its own uncertainty."""
    import numpy as np

    ordered = np.sort(score)
    reach = np.maximum(spread, np.median(spread))
    above = np.searchsorted(ordered, score + reach, side="right")
    inside = above - np.searchsorted(ordered, score - reach, side="left")
    density: NDArray[np.float64] = inside / (2 * reach)
    return density


def _border(score: NDArray[np.float64], top: int) -> float:
    """Half way between the last on the list and the first beside it; far off when all are on."""
    import numpy as np

    if len(score) <= top:
        return float("inf")
    last, first = np.sort(score)[::-1][top - 1 : top + 1]
    return float((last + first) / 2)


def _quota_part(young: int, ready: int) -> float:
    if not young or not ready:
        return 1.0 if young else 0.0
    return max(QUOTA_SHARE, young / (young + ready))


def _scaled(weights: Mapping[int, float], part: float) -> dict[int, float]:
    """Weights, all above 0, that add up to `part`."""
    # fsum: the same to the last digit in whatever order statements come
    factor = part / math.fsum(weights.values()) if weights else 0.0
    return {key: weight * factor for key, weight in weights.items()}


def _uniform(start: int, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """A number above 0 and below 1 for each id, from both alone (splitmix64)."""
    import numpy as np

    whole = np.uint64
    mixed = whole(start) + (ids.astype(whole) + whole(1)) * whole(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> whole(30))) * whole(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> whole(27))) * whole(0x94D049BB133111EB)
    mixed = (mixed ^ (mixed >> whole(31))) >> whole(11)
    uniform: NDArray[np.float64] = (mixed.astype(np.float64) + 0.5) / 2.0**53
    return uniform
