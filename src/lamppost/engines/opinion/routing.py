"""Which statement a person sees next, with the reason and the probability of the choice.

Two classes of statements share the choices. Those with fewer votes than a quota come first, the
least answered ahead; among the others a vote goes where it settles most of the ranking. A small
part is kept for telling people apart and for giving everything its turn, so nothing is starved.
Plain Python without numpy: it runs inside a web request.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lamppost.engines.core.errors import EngineError

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

_MASK = 2**64 - 1


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


@dataclass(frozen=True, slots=True)
class Priority:
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


@dataclass(frozen=True, slots=True)
class Choice:
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
    width = _checked(statements, group)
    young = {key: state for key, state in statements.items() if _under_quota(state, quota)}
    ready = {key: state for key, state in statements.items() if key not in young}
    result = _under_quota_priorities(young, group)
    result.update(_settling_priorities(ready, group, width, top))
    return result


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
    chances = probabilities(waiting, given)
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    best, least = None, math.inf
    for statement, chance in chances.items():
        key = -math.log(_uniform(start, statement)) / chance
        if key < least or (key == least and best is not None and statement < best):
            best, least = statement, key
    if best is None:
        return None
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


def _checked(statements: Mapping[int, StatementState], group: int | None) -> int:
    """Number of groups, once the counts make sense."""
    width = -1
    for key, one in statements.items():
        if width < 0:
            width = len(one.groups)
        right = (
            0 <= one.agrees
            and 0 <= one.passes
            and one.agrees + one.passes <= one.votes
            and len(one.groups) == width
            and one.extremity >= 0
        )
        if right:
            for agrees, votes in one.groups:
                right = right and 0 <= agrees <= votes
        if not right:
            raise EngineError(
                "opinion.routing.bad_counts",
                f"The counts of statement {key} contradict each other, or it has another number "
                "of groups than the first. Count its votes again.",
                {"statement": key},
            )
    if group is not None and width >= 0 and not 0 <= group < width:
        raise EngineError(
            "opinion.routing.unknown_group",
            f"There are {width} opinion groups; {group} is none of them. Give a number from 0, "
            "or none.",
            {"group": group, "groups": width},
        )
    return max(width, 0)


def _under_quota(state: StatementState, quota: int) -> bool:
    return state.votes < quota and state.shown < SHOWINGS_PER_VOTE * quota


def _under_quota_priorities(
    young: Mapping[int, StatementState], group: int | None
) -> dict[int, Priority]:
    weights = {}
    for key, state in young.items():
        votes = state.votes if group is None else _own_votes(state, group)
        weights[key] = (1.0 / ((votes + 1) * (votes + 2))) ** SHARPNESS
    total = sum(weights.values())
    return {
        key: Priority(
            weight / total, NEW if young[key].eligible < FIRST_VISITORS else FEW_VOTES, True
        )
        for key, weight in weights.items()
    }


def _own_votes(state: StatementState, group: int) -> float:
    """Votes of the visitor's group, scaled to all: small groups count as much as large ones."""
    return (state.groups[group][1] * len(state.groups) + state.votes) / 2


def _settling_priorities(
    ready: Mapping[int, StatementState], group: int | None, width: int, top: int
) -> dict[int, Priority]:
    if not ready:
        return {}
    settling = _gains(ready, group, width, top)
    telling = {key: state.extremity for key, state in ready.items()}
    parts = (
        (PLACE_OPEN, _scaled(settling, 1.0 - TELLING_SHARE - TURN_SHARE)),
        (TELLS_APART, _scaled(telling, TELLING_SHARE)),
    )
    turn = TURN_SHARE / len(ready)
    total = turn * len(ready) + sum(sum(part.values()) for _, part in parts)
    result = {}
    for key in ready:
        place, tell = parts[0][1][key], parts[1][1][key]
        reason = TURN if turn >= place and turn >= tell else TELLS_APART
        if place > tell and place > turn:
            reason = PLACE_OPEN
        result[key] = Priority((place + tell + turn) / total, reason, False)
    return result


def _gains(
    ready: Mapping[int, StatementState], group: int | None, width: int, top: int
) -> dict[int, float]:
    """How much one more vote of this visitor is expected to settle, by statement."""
    shares = _group_shares(ready, width)
    scores, spreads, drops, halves = {}, {}, {}, {}
    for key, state in ready.items():
        score = variance = drop = 0.0
        half = math.inf
        cells = state.groups or ((state.agrees, state.votes),)
        for place, (agrees, votes) in enumerate(cells):
            share = (agrees + 1) / (votes + 2)
            odds = (1 - share) / share
            own = odds / (votes + 3)
            score += math.log(share)
            variance += own
            if group is None or place == group:
                drop += own / (votes + 4) * (shares[place] if group is None else 1.0)
            half = min(half, abs(share - 0.5) / math.sqrt(share * (1 - share) / (votes + 3)))
        scores[key], spreads[key] = score, math.sqrt(variance)
        drops[key], halves[key] = drop, half
    density = _densities(scores, spreads)
    border = _border(scores, top)
    gains = {}
    for key in ready:
        away = (scores[key] - border) / spreads[key]
        near = math.exp(-0.5 * min(away * away, 60.0))
        near += math.exp(-0.5 * min(halves[key] ** 2, 60.0))
        gains[key] = (density[key] ** 2 * drops[key] * (1.0 + 0.5 * near)) ** SHARPNESS
    return gains


def _group_shares(ready: Mapping[int, StatementState], width: int) -> list[float]:
    """Part of the votes that each group gives: the chance of a visitor who is not placed yet."""
    if width == 0:
        return [1.0]
    totals = [1.0] * width
    for state in ready.values():
        for place, (_, votes) in enumerate(state.groups):
            totals[place] += votes
    return [one / sum(totals) for one in totals]


def _densities(scores: Mapping[int, float], spreads: Mapping[int, float]) -> dict[int, float]:
    """Statements per unit of score about each, within its own uncertainty (at least 1)."""
    ordered = sorted(scores.values())
    middle = sorted(spreads.values())[len(spreads) // 2]
    result = {}
    for key, score in scores.items():
        reach = max(spreads[key], middle)
        inside = bisect_right(ordered, score + reach) - bisect_left(ordered, score - reach)
        result[key] = inside / (2 * reach)
    return result


def _border(scores: Mapping[int, float], top: int) -> float:
    """Half way between the last on the list and the first beside it; far off when all are on."""
    ordered = sorted(scores.values(), reverse=True)
    return math.inf if len(ordered) <= top else (ordered[top - 1] + ordered[top]) / 2


def _quota_part(young: int, ready: int) -> float:
    if not young or not ready:
        return 1.0 if young else 0.0
    return max(QUOTA_SHARE, young / (young + ready))


def _scaled(weights: Mapping[int, float], part: float) -> dict[int, float]:
    """Weights that add up to `part`; all 0 when none is above 0."""
    total = sum(weights.values())
    factor = part / total if total > 0 else 0.0
    return {key: weight * factor for key, weight in weights.items()}


def _uniform(start: int, statement: int) -> float:
    """A number above 0 and below 1 that depends on both alone (splitmix64)."""
    mixed = (start + (statement + 1) * 0x9E3779B97F4A7C15) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return float(((mixed ^ (mixed >> 31)) >> 11) + 0.5) / 2**53
