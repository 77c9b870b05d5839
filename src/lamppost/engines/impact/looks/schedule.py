"""On which days the figure may carry words, and what it must then show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from typing import Any, Literal

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.looks.spending import spending_bounds
from lamppost.engines.impact.study import Study

Kind = Literal["one", "obrien_fleming", "pocock", "ended"]

ENOUGH_ASSIGNMENTS = 240  # fewer cannot show the small chances that the first of 12 looks needs

_HIGHEST = 1 - 1e-12  # level of a look so early that its own is 1 to the last digit


@dataclass(frozen=True)
class Look:
    """One planned look.

    Attributes
    ----------
    after : int
        Periods since the start that are in by then.
    bound : float or None
        Standard errors that the effect must pass; None where this look carries no words.
    alpha : float
        The same as a two-sided chance: at this look ``p`` must not be above it. 0 for None.
    """

    after: int
    bound: float | None
    alpha: float

    @property
    def level(self) -> float | None:
        """Level at which to estimate, so that range and words are right over all looks."""
        return None if self.bound is None else min(1 - self.alpha, _HIGHEST)


@dataclass(frozen=True)
class Schedule:
    """All looks, fixed before the start.

    Attributes
    ----------
    looks : tuple of Look
        In order of time.
    kind : {"one", "obrien_fleming", "pocock", "ended"}
        ``ended``: before the last planned look; see `ended_early`.
    level : float
        Over all looks together.
    reason : str
        Why it is one look only: ``asked``, ``few_assignments`` or empty.
    """

    looks: tuple[Look, ...]
    kind: Kind
    level: float
    reason: str = ""

    def at(self, after: int) -> Look | None:
        """Return the look that was planned for so many periods after the start."""
        return next((one for one in self.looks if one.after == after), None)

    @property
    def last(self) -> Look:
        """The last look that carries words."""
        return next(one for one in reversed(self.looks) if one.bound is not None)

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return {
            "kind": self.kind,
            "level": self.level,
            "reason": self.reason or None,
            "looks": [
                {"after": one.after, "bound": one.bound, "alpha": one.alpha} for one in self.looks
            ],
        }


def schedule(
    times: Sequence[int],
    *,
    kind: Kind = "obrien_fleming",
    level: float = 0.95,
    assignments: int | None = None,
    main: int | None = None,
) -> Schedule:
    """Plan the looks.

    Parameters
    ----------
    times : sequence of int
        Periods after the start at each look, rising.
    kind : {"one", "obrien_fleming", "pocock"}
        ``obrien_fleming`` asks much of early looks and nearly nothing of the last one;
        ``pocock`` asks the same of all; ``one``: only the main look carries words.
    level : float
        Over all looks together.
    assignments : int, optional
        Ways in which the sites could have been drawn, or fake pilots. Below 240 the chances that
        several looks need cannot be shown, so one look named in advance carries words.
    main : int, optional
        Which of ``times`` that is; the last if it is left out.

    Returns
    -------
    Schedule

    Raises
    ------
    EngineError
        ``impact.looks.times``, ``.main``, ``.kind``, ``.alpha``.

    Notes
    -----
    The share of the information is taken as the share of the periods after the start. The noise
    before the start is the same at all looks, so figures of different looks resemble each other
    more than that, and the boundaries err on the safe side (Slepian's inequality).
    """
    told = _checked_times(times)
    if kind not in {"one", "obrien_fleming", "pocock"}:
        raise EngineError(
            "impact.looks.kind",
            f"There is no way {kind!r} to look. Choose one, obrien_fleming or pocock.",
            {"kind": str(kind)},
        )
    if not 0.5 < level < 1:
        raise EngineError(
            "impact.looks.alpha",
            f"The level {level} over all looks cannot be used. Choose .9 or .95.",
            {"level": level},
        )
    few = assignments is not None and assignments < ENOUGH_ASSIGNMENTS and len(told) > 1
    if few or kind == "one" or len(told) == 1:
        reason = "few_assignments" if few else "asked"
        return Schedule(_one(told, main, 1 - level), "one", level, reason)
    bounds = spending_bounds([one / told[-1] for one in told], alpha=1 - level, kind=kind)
    looks = tuple(
        Look(after, float(bound), _chance(float(bound)))
        for after, bound in zip(told, bounds, strict=True)
    )
    return Schedule(looks, kind, level)


def ended_early(
    after: int, planned: int, *, level: float = 0.95, assignments: int | None = None
) -> Schedule:
    """Judge a pilot that came to its end before the look that was planned.

    Whoever ends it may have waited for the day on which the figure looks best, so it is judged as
    if somebody had looked at every moment until then.

    Parameters
    ----------
    after : int
        Periods after the start that are in at its end.
    planned : int
        Those at the last planned look; more than ``after``.
    level : float
        Whenever one stops.
    assignments : int, optional
        As in `schedule`. Below 240 no other look than the named one may carry words.

    Returns
    -------
    Schedule

    Raises
    ------
    EngineError
        ``impact.looks.times``, ``.alpha``.

    Notes
    -----
    The effect after a share t of the periods, in its standard errors, is W(t) / sqrt(t) with W a
    Brownian motion. By the reflection principle |W| passes c anywhere in [0, 1] with a chance of
    at most 4 (1 - Phi(c)); so the bound is c / sqrt(t) with c = Phi^-1(1 - alpha / 4), 2.24 for
    .05. It holds at any stopping time (the continuous form of O'Brien and Fleming's boundary).
    """
    _checked_times([after, planned])
    named = schedule([planned], level=level).looks
    if assignments is not None and assignments < ENOUGH_ASSIGNMENTS:
        return Schedule((Look(after, None, 0.0), *named), "one", level, "few_assignments")
    from scipy.special import ndtri

    bound = -float(ndtri((1 - level) / 4)) * sqrt(planned / after)
    return Schedule((Look(after, bound, _chance(bound)),), "ended", level)


def ways_to_start(study: Study, blocks: Mapping[str, str]) -> int:
    """Count the ways in which the starts could have fallen on the sites.

    Parameters
    ----------
    study : Study
    blocks : mapping of unit to name
        Pairs or strata, within which the lot fell; empty: among all.

    Returns
    -------
    int
        Of a stepped rollout the number of orders, where all that start together are alike.
    """
    starts: dict[str, Counter[int]] = {}
    for unit, start in zip(study.units, study.starts, strict=True):
        starts.setdefault(blocks.get(unit, ""), Counter())[int(start)] += 1
    ways = 1
    for counts in starts.values():
        left = counts.total()
        for count in counts.values():
            ways *= comb(left, count)
            left -= count
    return ways


def judge(
    planned: Schedule, after: int, result: MethodResult, earlier: Sequence[float | None] = ()
) -> Check:
    """Say whether this look may carry words of a verdict.

    Parameters
    ----------
    planned : Schedule
    after : int
        Periods since the start that the result holds.
    result : MethodResult
        Estimated at the look's own ``level``.
    earlier : sequence of float or None
        p-values of the looks before, for the count of looks that were not planned.

    Returns
    -------
    Check
        ``looks``: ``pass`` where the look was planned and passes its boundary, or is the last;
        ``block`` (the verdict is then "not yet") before that and at looks nobody planned.
    """
    from lamppost.engines.impact.checks.words import told

    look = planned.at(after)
    params: dict[str, Any] = {
        "after": after,
        "looks": len(planned.looks),
        "alpha": None if look is None else look.alpha,
        "p_value": result.p_value,
        "last": planned.last.after,
        "earlier": len(earlier),
    }
    if look is None or look.bound is None:
        case = "not_planned" if look is None else "not_the_main"
        return told("looks", "block", case, **params)
    passes = result.p_value is not None and result.p_value <= look.alpha + 1e-12
    if not passes and look.after != planned.last.after:
        return told("looks", "block", "too_soon", **params)
    case = "passed" if passes else "last"
    if planned.kind in {"one", "ended"}:
        case = planned.kind
    return told("looks", "pass", case, **params)


def _checked_times(times: Sequence[int]) -> list[int]:
    told = [int(one) for one in times]
    if not told or told != sorted(set(told)) or told[0] < 1 or told != list(times):
        raise EngineError(
            "impact.looks.times",
            f"The looks are planned after {list(times)} periods. Give whole numbers of periods "
            "since the start that rise, such as 4, 8, 12.",
            {"times": [str(one) for one in times]},
        )
    return told


def _one(times: list[int], main: int | None, alpha: float) -> tuple[Look, ...]:
    from scipy.special import ndtri

    chosen = times[-1] if main is None else main
    if chosen not in times:
        raise EngineError(
            "impact.looks.main",
            f"The main look, after {chosen} periods, is none of the planned ones. Name one of "
            f"{', '.join(map(str, times))}.",
            {"main": str(main)},
        )
    bound = -float(ndtri(alpha / 2))
    return tuple(
        Look(one, bound, round(alpha, 12)) if one == chosen else Look(one, None, 0.0)
        for one in times
    )


def _chance(bound: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-bound))
