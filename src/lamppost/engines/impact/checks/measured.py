"""Was the same thing measured, as often, and of the same people?"""

from __future__ import annotations

from typing import Any

import numpy as np

from lamppost.engines.impact.checks.context import Answered
from lamppost.engines.impact.checks.tools import HALF, Case, means, place_of
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.found import Check
from lamppost.engines.impact.study import Floats

_SOME, _MUCH = 0.1, 0.4  # difference in the share of blank readings
_SHIFTED, _OTHERS = 0.1, 0.3  # share of those who answered that are other people
_SURE = 0.01
_TIMES_ERROR = 2.6  # two-sided .01


def check_sensor_changed(case: Case) -> Check | None:
    """Sensors replaced, moved or set anew while the readings ran.

    Warns where any were, blocks where half more of the pilot places than of the others were.
    """
    changes = case.context.sensor_changes
    if changes is None:
        return None
    treated = dict(zip(case.study.units, case.study.treated.tolist(), strict=True))
    hit = {
        one.unit
        for one in changes
        if one.unit in treated and (place_of(case.study, one.time) or 0) > 0
    }
    pilots = sum(treated[unit] for unit in hit)
    counts = {"pilots": int(pilots), "others": len(hit) - int(pilots)}
    if not hit:
        return told("sensor_changed", "pass", "none")
    of_pilots = pilots / max(sum(treated.values()), 1)
    of_others = counts["others"] / max(len(treated) - sum(treated.values()), 1)
    if abs(of_pilots - of_others) >= HALF:
        return told("sensor_changed", "block", "one_arm", **counts)
    return told("sensor_changed", "warn", "some", **counts)


def check_gaps_by_arm(case: Case) -> Check | None:
    """Did readings go missing at one kind of place more than at the other?

    The share of blank readings before and after, pilot against comparison. Warns where these
    shares moved apart by a tenth or more and by more than chance, blocks from four tenths on.
    """
    study, first = case.study, case.first
    treated = study.treated
    if treated.all() or not treated.any() or not 0 < first < len(study.times):
        return None
    blank = np.isnan(study.outcome).astype(np.float64)
    parts = blank[:, :first].mean(axis=1), blank[:, first:].mean(axis=1)
    apart = max((parts[1] - parts[0], parts[1]), key=lambda one: abs(_difference(one, treated)))
    size = _difference(apart, treated)
    params = {
        "pilot": round(100 * float(parts[1][treated].mean())),
        "others": round(100 * float(parts[1][~treated].mean())),
    }
    if abs(size) < _SOME or abs(size) <= _TIMES_ERROR * _error(apart, treated):
        return told("gaps_by_arm", "pass", "alike", **params)
    return told("gaps_by_arm", "block" if abs(size) >= _MUCH else "warn", "differ", **params)


def _difference(shares: Floats, treated: np.ndarray[Any, Any]) -> float:
    return float(shares[treated].mean() - shares[~treated].mean())


def _error(shares: Floats, treated: np.ndarray[Any, Any]) -> float:
    """Standard error of the difference; one place borrows the spread of the others."""
    arms = shares[treated], shares[~treated]
    squares = sum(float(((one - one.mean()) ** 2).sum()) for one in arms)
    freedom = max(len(shares) - 2, 1)
    return float(np.sqrt(squares / freedom * (1 / len(arms[0]) + 1 / len(arms[1]))))


def check_people_changed(case: Case) -> Check | None:
    """Did other people answer after the start than before?

    How much of each arm's mix of groups moved (half the sum of the differences of shares), pilot
    against comparison where both are known. Warns from a tenth on where chance is ruled out
    (p < .01), blocks from three tenths on.
    """
    answered = case.context.answered
    if not answered:
        return None
    arms: tuple[str, ...] = tuple(sorted({one.arm for one in answered}))
    moved = {arm: _moved([one for one in answered if one.arm == arm]) for arm in arms}
    known = [one for one in moved.values() if one is not None]
    if not known:
        return None
    apart, p_value, group = max(known, key=lambda one: one[0])
    params = {"percent": round(100 * apart), "group": group, "p_value": p_value}
    if apart < _SHIFTED or p_value >= _SURE:
        return told("people_changed", "pass", "same", **params)
    return told("people_changed", "block" if apart >= _OTHERS else "warn", "moved", **params)


def _moved(answered: list[Answered]) -> tuple[float, float, str] | None:
    """Share that moved, p of no move (chi-square), and the group whose share moved most."""
    from scipy.special import chdtrc

    counts = np.array([[one.before, one.after] for one in answered], dtype=np.float64)
    if (counts.sum(axis=0) <= 0).any() or len(counts) < 2:
        return None
    kept = counts.sum(axis=1) > 0
    shares = counts / counts.sum(axis=0)
    moved = np.abs(shares[:, 1] - shares[:, 0])
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    chi = float(((counts - expected)[kept] ** 2 / expected[kept]).sum())
    freedom = int(kept.sum()) - 1
    p_value = float(chdtrc(freedom, chi)) if freedom > 0 else 1.0
    return float(moved.sum() / 2), p_value, answered[int(moved.argmax())].group


def gap_path(case: Case) -> Floats:
    """Pilot minus what was expected of it, (T,); NaN where there is none."""
    result = case.result
    if result.actual is not None and result.expected is not None:
        apart: Floats = np.asarray(result.actual, dtype=np.float64) - np.asarray(result.expected)
        return apart
    study = case.study
    on, off = means(study.outcome[study.treated].T), means(study.outcome[~study.treated].T)
    apart = on - off
    return np.asarray(apart - np.nanmean(apart[: case.first]))
