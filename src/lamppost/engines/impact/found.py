"""What a method found, in one shape for all methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Literal

import numpy as np

from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Label

Method = Literal["sc", "asc", "sdid", "did", "staggered", "its", "permutation"]
Status = Literal["pass", "warn", "block"]


@dataclass(frozen=True)
class Effect:
    """A part of the effect: of one period, one group of units, or one distance from the start.

    Attributes
    ----------
    kind : {"time", "group", "event"}
    label : str or int
        The period; the first treated period of the group; periods since the start (negative
        before it).
    estimate : float
    low, high : float or None
    """

    kind: Literal["time", "group", "event"]
    label: Label
    estimate: float
    low: float | None = None
    high: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object, the label under the name of its kind.

        Periods since the start are no periods of the file, so a part of kind ``event`` is told
        apart from ``effects``: see `MethodResult.event_study`.
        """
        ends = {"low": self.low, "high": self.high}
        name = "periods_since_start" if self.kind == "event" else self.kind
        return {name: self.label, "estimate": self.estimate, **ends}


@dataclass(frozen=True)
class Check:
    """Something that would have spoken against the estimate, and whether it did.

    Attributes
    ----------
    name : str
        Stable name, for example ``pre_fit`` or ``fake_start``.
    status : {"pass", "warn", "block"}
        ``block``: no causal word may be said.
    sentence : str
        One English sentence; pages translate by name, status and ``params``.
    params : mapping
        Figures of the sentence.
    """

    name: str
    status: Status
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class MethodResult:
    """Estimate of one method with what it says of itself; what does not apply is None.

    Attributes
    ----------
    method : str
    estimate : float
        Average effect per treated unit and period after the start, in the outcome's unit.
    interval : Interval or None
        None where no honest interval exists; ``facts["no_interval"]`` says why.
    se, p_value : float or None
        ``p_value`` is two-sided.
    placebo_rank : (int, int) or None
        Rank of the treated unit's ratio among all units, 1 the most extreme, and their number.
    weights : mapping of str to float or None
        Of comparison units, those above zero.
    pre_rmspe, kkt_residual : float or None
        Root mean square error of the fit before the start; largest violation of the optimum's
        conditions, relative to the gradient.
    ratio, ratio_interval
        For counts: after over what was expected.
    effects : tuple of Effect
    actual, expected, expected_low, expected_high : tuple of float or None
        One for each period, for the chart: mean of the treated units, and the counterfactual.
    facts : mapping
        What checks and words need, by stable names: ``can_reach_level`` (bool), ``assignments``
        (int), ``spread`` ("equal" or "unequal"), ``alternatives`` (list of other answers with
        ``name``, ``estimate``, ``p_value``, ``placebo_rank``), ``rho`` (float), ...
    """

    method: Method
    estimate: float
    interval: Interval | None = None
    se: float | None = None
    p_value: float | None = None
    placebo_rank: tuple[int, int] | None = None
    weights: Mapping[str, float] | None = None
    pre_rmspe: float | None = None
    kkt_residual: float | None = None
    ratio: float | None = None
    ratio_interval: Interval | None = None
    effects: tuple[Effect, ...] = ()
    actual: tuple[float, ...] | None = None
    expected: tuple[float, ...] | None = None
    expected_low: tuple[float, ...] | None = None
    expected_high: tuple[float, ...] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event_study(self) -> list[dict[str, Any]]:
        """The parts by distance from the start, as JSON: ``facts["event_study"]`` of a file."""
        return [one.to_json() for one in self.effects if one.kind == "event"]

    def to_json(self) -> dict[str, Any]:
        """Return the stable keys that a method fills; intervals as [low, high]."""
        return {
            "method": self.method,
            "estimate": self.estimate,
            "interval": _ends(self.interval),
            "se": self.se,
            "p_value": self.p_value,
            "placebo_rank": None if self.placebo_rank is None else list(self.placebo_rank),
            "weights": None if self.weights is None else dict(self.weights),
            "pre_rmspe": self.pre_rmspe,
            "kkt_residual": self.kkt_residual,
            "ratio": self.ratio,
            "ratio_interval": _ends(self.ratio_interval),
            "effects": [one.to_json() for one in self.effects if one.kind != "event"],
        }


@dataclass(frozen=True, eq=False)
class Finding:
    """A method's result with its checks, verdict and evidence level: all that a page needs."""

    result: MethodResult
    checks: tuple[Check, ...]
    verdict: Mapping[str, Any]
    evidence_level: int
    inputs_sha256: str
    seed: int
    version: str

    def to_json(self) -> dict[str, Any]:
        """Return the stable JSON keys of ``lamppost estimate``, and the method's own facts."""
        rows = self.result.event_study
        events = {"event_study": rows} if rows else {}
        whole = {
            **self.result.to_json(),
            "checks": [asdict(check) for check in self.checks],
            "verdict": dict(self.verdict),
            "evidence_level": self.evidence_level,
            "inputs_sha256": self.inputs_sha256,
            "seed": self.seed,
            "version": self.version,
            "facts": {**self.result.facts, **events},
        }
        # An open end of a range, or a period without a reading, is no number in JSON.
        found: dict[str, Any] = plain(whole)
        return found


def plain(found: Any) -> Any:
    """Return facts as JSON can hold them: lists, texts, finite numbers, and null for no number."""
    if isinstance(found, Mapping):
        return {str(key): plain(one) for key, one in found.items()}
    if isinstance(found, Interval):
        return [plain(found.low), plain(found.high)]
    if isinstance(found, str | bool) or found is None:
        return found
    if isinstance(found, np.ndarray | np.generic):
        return plain(found.tolist())
    if isinstance(found, int):
        return found
    if isinstance(found, float):
        return found if isfinite(found) else None
    if isinstance(found, Iterable):
        return [plain(one) for one in found]
    return str(found)


def _ends(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]
