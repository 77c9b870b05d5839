"""Would the claim survive other measures, other methods, and a drift?"""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf
from typing import Any, cast

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.tools import MATTERS, OF_SITES, Case
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.found import Check


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjust p-values so that all of them together hold the level.

    Notes
    -----
    Holm, Scandinavian Journal of Statistics 6, 1979: the smallest times their number, the next
    times one less, never falling, at most 1.
    """
    adjusted, largest = {}, 0.0
    order = sorted(p_values.items(), key=lambda item: (item[1], item[0]))
    for place, (name, p_value) in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - place) * p_value))
        adjusted[name] = largest
    return adjusted


def check_several_measures(case: Case) -> Check | None:
    """Among many measures one moves by luck.

    The main measure, named in advance, stands on its own. All others are adjusted (Holm): blocks
    where a claim does not survive that. A measure that the plan did not name is told as such.
    """
    name, known = case.context.outcome, dict(case.context.p_values)
    if name is None or (not known and case.context.main is None):
        return None
    if name == case.context.main:
        return told("several_measures", "pass", "main", measures=max(len(known), 1))
    if name not in known:
        return told("several_measures", "warn", "not_planned", measures=len(known))
    others = {one: p for one, p in known.items() if one != case.context.main}
    adjusted = holm(others)[name]
    params = {"measures": len(others), "p_value": adjusted}
    if len(others) == 1:
        return told("several_measures", "pass", "only_other", **params)
    if not case.claims or adjusted <= case.alpha + 1e-12:
        return told("several_measures", "pass", "holds", **params)
    return told("several_measures", "block", "one_of_many", **params)


def check_looks(case: Case) -> Check | None:
    """May this look carry words? See `looks.judge`; a look that may not makes it "not yet"."""
    planned = case.context.looks
    if planned is None:
        return None
    from lamppost.engines.impact.looks import judge

    after = len(case.study.times) - case.first
    return judge(planned, after, case.result, case.context.looked_before)


def check_other_answers(case: Case) -> Check | None:
    """The same readings by another way of fitting: does it say the same?

    Warns where another answer with a chance of its own sees nothing unusual, or points the other
    way; blocks where all others point the other way. They agree where each lies within a quarter
    of ours (of half the range, where that is wider); else it is told how far they lie apart, and
    of a claim that is a warning which leaves the word.
    """
    if case.result.method in (*OF_SITES, "staggered", "its"):
        return None
    rows = [row for row in case.result.facts.get("alternatives") or [] if not row.get("chosen")]
    rows = [row for row in rows if row.get("estimate") is not None]
    if not rows:
        return None
    shares = [case.share(float(row["estimate"])) for row in rows]
    params: dict[str, Any] = {"answers": len(rows)}
    if not case.claims:
        return _how_far_apart(case, rows, params)
    if max(shares) <= 0:
        return told("other_answers", "block", "turned", **params)
    weak = [row for row in rows if (row.get("p_value") or 0.0) > case.alpha + 1e-12]
    if weak:
        rank, of = weak[0].get("placebo_rank") or (None, None)
        case_of = "not_unusual" if rank is None else "rank"
        return told("other_answers", "warn", case_of, rank=rank, of=of, **params)
    if min(shares) <= 0:
        return told("other_answers", "warn", "one_turned", **params)
    return _how_far_apart(case, rows, params)


def _how_far_apart(case: Case, rows: list[dict[str, Any]], params: dict[str, Any]) -> Check:
    """Do the others come near ours? Else from where to where they go."""
    own, ends = case.result.estimate, case.result.interval
    others = sorted(float(row["estimate"]) for row in rows)
    width = 0.0 if ends is None or isinf(ends.high - ends.low) else ends.high - ends.low
    apart = max(abs(one - own) for one in others)
    params |= {"least": others[0], "most": others[-1], "own": own}
    if apart <= MATTERS * max(abs(own), width / 2):
        return told("other_answers", "pass", "near", **params)
    case_of = "apart_one" if len(others) == 1 else "apart"
    return told("other_answers", "warn" if case.claims else "pass", case_of, **params)


def check_drift(case: Case) -> Check | None:
    """How much drift after the start would it take to undo the claim?

    Warns where no more than has been seen between two stretches before the start.
    """
    if case.lottery or not case.claims or not (~case.study.treated).any():
        return None
    try:
        found = _sensitivity(case)
    except EngineError:
        return None
    if found is None:
        return None
    return cast(Check, found.check())


def _sensitivity(case: Case) -> Any:
    level = 1 - case.alpha
    if case.result.method in OF_SITES:
        from lamppost.engines.impact.did.sensitivity import drift_sensitivity

        return drift_sensitivity(case.study, bounds=(), level=level, seed=case.context.seed)
    if case.result.method == "staggered" and case.result.se is not None:
        from lamppost.engines.impact.rollout import rollout_drift

        against = case.result.facts.get("against", "not_yet")
        seed = case.context.seed
        return rollout_drift(case.study, against=against, bounds=(), level=level, seed=seed)
    return None
