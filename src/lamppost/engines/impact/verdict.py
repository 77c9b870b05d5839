"""The verdict: words that follow the interval and never go beyond the design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lamppost.engines.impact.results import Direction, Estimate, Interval, PilotSitesOnly
from lamppost.engines.impact.site_changes import ENOUGH_SITES

Word = Literal["caused", "likely", "suggests", "no_sign", "cannot_tell"]

_CAUSED_P = 0.01


@dataclass(frozen=True)
class Verdict:
    """What may be said, in codes and plain numbers; the page makes the sentence.

    Attributes
    ----------
    word : {"caused", "likely", "suggests", "no_sign", "cannot_tell"}
        The first three only when the interval excludes zero. ``no_sign`` (no sign of a change of
        `worth_it` or more) only when the whole interval lies within ± `worth_it`.
    reason : str
        Why this word: sites_drawn_by_lot, permutation_not_small_enough, few_sites_drawn_by_lot,
        permutation_disagrees, sites_chosen, within_worth_it, interval_includes_zero,
        no_worth_it_stated, no_interval, no_comparison.
    change : {"fall", "rise", "none"}
        Sign of the best guess; without comparison "none" where the interval includes zero.
    direction : {"good", "bad", "none"}
        Whether that is the wanted direction; "none" unless the interval excludes zero.
    size : float
        Best guess without its sign, in the indicator's unit.
    low, high : float or None
        Signed ends of the interval.
    level : float
        Chance with which the interval covers the truth.
    worth_it : float or None
        Smallest change that would be worth it.
    worth_it_reached : {"yes", "unclear", "no", "not_stated"}
        Whether the whole interval, a part of it or none of it is an improvement of `worth_it`
        or more.
    doubts : tuple of str
        Codes of the reasons to doubt, the strongest first.
    pilot_sites, comparison_sites, periods_before, periods_after : int
        For the sentence.
    """

    word: Word
    reason: str
    change: Literal["fall", "rise", "none"]
    direction: Literal["good", "bad", "none"]
    size: float
    low: float | None
    high: float | None
    level: float
    worth_it: float | None
    worth_it_reached: Literal["yes", "unclear", "no", "not_stated"]
    doubts: tuple[str, ...]
    pilot_sites: int
    comparison_sites: int
    periods_before: int
    periods_after: int

    @property
    def params(self) -> dict[str, float | int | str | None]:
        """Particulars for the sentence; `size_low` and `size_high` are without sign."""
        record: dict[str, float | int | str | None] = asdict(self)
        del record["doubts"]
        sizes = self._sizes()
        record["size_low"], record["size_high"] = sizes if sizes else (None, None)
        record["level_percent"] = round(100 * self.level, 6)
        return record

    def _sizes(self) -> tuple[float, float] | None:
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return None
        smaller, larger = sorted((abs(self.low), abs(self.high)))
        return smaller, larger

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object."""
        return {**asdict(self), "doubts": list(self.doubts)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Verdict:
        """Make the verdict again from what `to_json` returned."""
        return cls(**{**record, "doubts": tuple(record["doubts"])})


def verdict(estimate: Estimate, *, randomised: bool) -> Verdict:
    """Say what the estimate allows.

    Parameters
    ----------
    estimate : Estimate
        From `estimate_site_changes`.
    randomised : bool
        True only when a lottery decided which sites became pilot sites.

    Returns
    -------
    Verdict
        ``caused`` needs a lottery, at least 5 sites in each arm, an interval that excludes zero
        and a two-sided permutation p of at most 0.01. A lottery with less gives ``likely``.
        Sites that were chosen give ``suggests`` at most. "No effect" is never said.

    Notes
    -----
    O(1). The ceiling of words by design follows the project's impact notes, section 5.
    """
    interval = estimate.interval
    word, reason = _word(estimate, randomised)
    return Verdict(
        word=word,
        reason=reason,
        change="fall" if estimate.effect < 0 else "rise" if estimate.effect > 0 else "none",
        direction=_direction(interval, estimate.wanted),
        size=abs(estimate.effect),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        level=estimate.level,
        worth_it=estimate.worth_it,
        worth_it_reached=_worth_it_reached(interval, estimate.worth_it, estimate.wanted),
        doubts=_doubts(estimate, randomised),
        pilot_sites=estimate.pilot_sites,
        comparison_sites=estimate.comparison_sites,
        periods_before=estimate.periods_before,
        periods_after=estimate.periods_after,
    )


def verdict_without_comparison(found: PilotSitesOnly, *, worth_it: float | None = None) -> Verdict:
    """Say that a change before and after, with nothing beside it, tells nothing of its cause.

    The word is ``cannot_tell`` whatever the figure; `low`, `high` and `size` describe the change
    at the pilot sites, and `change` is "none" where their interval includes zero.
    """
    effect, interval = found.before_after.effect, found.before_after.interval
    unclear = interval is not None and not interval.excludes_zero
    return Verdict(
        word="cannot_tell",
        reason="no_comparison",
        change="none" if unclear or not effect else "fall" if effect < 0 else "rise",
        direction="none",
        size=abs(effect),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        level=found.level,
        worth_it=worth_it,
        worth_it_reached="not_stated" if worth_it is None else "unclear",
        doubts=("no_comparison",),
        pilot_sites=found.before_after.sites,
        comparison_sites=0,
        periods_before=found.periods_before,
        periods_after=found.periods_after,
    )


def _word(estimate: Estimate, randomised: bool) -> tuple[Word, str]:
    interval, worth_it = estimate.interval, estimate.worth_it
    if interval is None:
        return "cannot_tell", "no_interval"
    if interval.excludes_zero:
        return _word_for_a_change(estimate, randomised)
    if worth_it is None:
        return "cannot_tell", "no_worth_it_stated"
    if -worth_it < interval.low and interval.high < worth_it:
        return "no_sign", "within_worth_it"
    return "cannot_tell", "interval_includes_zero"


def _word_for_a_change(estimate: Estimate, randomised: bool) -> tuple[Word, str]:
    if not randomised:
        return "suggests", "sites_chosen"
    permutation = estimate.permutation
    if permutation.can_reach_level and permutation.p_value > 1 - estimate.level:
        return "suggests", "permutation_disagrees"
    if min(estimate.pilot_sites, estimate.comparison_sites) < ENOUGH_SITES:
        return "likely", "few_sites_drawn_by_lot"
    if permutation.p_value > _CAUSED_P:
        return "likely", "permutation_not_small_enough"
    return "caused", "sites_drawn_by_lot"


def _direction(interval: Interval | None, wanted: Direction) -> Literal["good", "bad", "none"]:
    if interval is None or not interval.excludes_zero:
        return "none"
    return "good" if (interval.high < 0) == (wanted == "down") else "bad"


def _worth_it_reached(
    interval: Interval | None, worth_it: float | None, wanted: Direction
) -> Literal["yes", "unclear", "no", "not_stated"]:
    if worth_it is None:
        return "not_stated"
    if interval is None:
        return "unclear"
    least, most = interval.low, interval.high
    if wanted == "down":
        least, most = -interval.high, -interval.low
    if least >= worth_it:
        return "yes"
    return "no" if most < worth_it else "unclear"


def _doubts(estimate: Estimate, randomised: bool) -> tuple[str, ...]:
    """Order the caveats that bear on belief, the strongest first."""
    present = {caveat.code for caveat in estimate.caveats}
    doubts = [] if randomised else ["sites_chosen"]
    permutation = estimate.permutation
    if (
        estimate.interval is not None
        and estimate.interval.excludes_zero
        and permutation.can_reach_level
        and permutation.p_value > 1 - estimate.level
    ):
        doubts.append("permutation_disagrees")
    ordered = (
        "too_few_sites_for_interval",
        "no_variation_between_sites",
        "few_sites",
        "permutation_cannot_reach_level",
        "gaps_differ_by_arm",
        "unequal_spread",
        "site_left_out",
        "empty_cells",
    )
    return tuple(doubts) + tuple(code for code in ordered if code in present)
