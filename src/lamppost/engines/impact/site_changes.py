"""The difference of site changes: one number per site, pilot against comparison."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.panel import Panel
from lamppost.engines.impact.permutation import permute_sites
from lamppost.engines.impact.results import (
    BeforeAfter,
    Caveat,
    Direction,
    Estimate,
    Interval,
    LeftOut,
    Permutation,
    SiteChange,
)

# Below this share of the readings' size, a spread between sites is rounding, not variation.
_ROUNDING = 1e-12
# From this many sites in each arm the interval leans little on a bell-shaped spread.
ENOUGH_SITES = 5
_UNEQUAL_SPREAD = 4.0
_GAP_DIFFERENCE = 0.05


def estimate_site_changes(
    panel: Panel,
    *,
    level: float = 0.95,
    worth_it: float | None = None,
    direction: Direction = "down",
    seed: int = 0,
    max_assignments: int = 5000,
) -> Estimate:
    """Estimate what the technology changed, from one change per site.

    The change of a site is its mean over the periods after minus its mean over the periods
    before. The effect is the mean change of the pilot sites minus that of the comparison sites.
    Reducing each site to one number keeps the test honest however correlated the readings of a
    site are (Bertrand, Duflo and Mullainathan, Q. J. Econ. 119(1), 2004, section IV.C).

    Parameters
    ----------
    panel : Panel
        Pilot and comparison sites × periods.
    level : float
        Level of the intervals, at least 0.5 and below 1.
    worth_it : float, optional
        Smallest change that would be worth it, positive, in the indicator's unit.
    direction : {"down", "up"}
        The direction that is an improvement.
    seed : int
        Seed of the drawn assignments when there are more than `max_assignments`.
    max_assignments : int
        Assignments looked at by the permutation, at least 99.

    Returns
    -------
    Estimate
        The t interval assumes that the changes spread equally in both arms (pooled variance,
        n1 + n0 - 2 degrees of freedom) and that they are roughly bell-shaped. It is None with
        fewer than two sites an arm, or when no site differs from another.

    Raises
    ------
    EngineError
        ``impact.site_changes.*``: an arm without a usable site, or a setting out of range.

    Notes
    -----
    O(U × T + max_assignments × U).
    """
    _check_settings(level, worth_it, direction, seed, max_assignments)
    sites, left_out = changes_of_sites(panel)
    _check_arms(panel, sites)
    return _estimate(
        panel,
        sites,
        left_out,
        level=level,
        worth_it=worth_it,
        direction=direction,
        seed=seed,
        max_assignments=max_assignments,
    )


def _estimate(
    panel: Panel,
    sites: tuple[SiteChange, ...],
    left_out: tuple[LeftOut, ...],
    *,
    level: float,
    worth_it: float | None,
    direction: Direction,
    seed: int,
    max_assignments: int,
) -> Estimate:
    changes = np.array([site.change for site in sites])
    treated = np.array([site.treated for site in sites])
    effect, error = _pooled_difference(changes, treated)
    freedom = len(sites) - 2
    scale = max(max(abs(site.before), abs(site.after)) for site in sites)
    interval = None
    if min(treated.sum(), (~treated).sum()) >= 2 and error > _ROUNDING * scale:
        interval = _t_interval(effect, error, freedom, level)
    permutation = permute_sites(
        changes, treated, level=level, seed=seed, max_assignments=max_assignments
    )
    return Estimate(
        effect=effect,
        interval=interval,
        standard_error=error if interval else None,
        degrees_of_freedom=freedom,
        permutation=permutation,
        before_after=before_after_of(changes[treated], level, scale),
        pilot_before=_mean(sites, "before", treated=True),
        pilot_after=_mean(sites, "after", treated=True),
        comparison_before=_mean(sites, "before", treated=False),
        comparison_after=_mean(sites, "after", treated=False),
        pilot_sites=int(treated.sum()),
        comparison_sites=int((~treated).sum()),
        periods_before=panel.start,
        periods_after=len(panel.periods) - panel.start,
        readings=panel.readings,
        level=level,
        worth_it=worth_it,
        wanted=direction,
        seed=seed,
        sites=sites,
        left_out=left_out,
        caveats=_caveats(panel, sites, left_out, interval, permutation),
    )


def _check_settings(
    level: float, worth_it: float | None, direction: str, seed: int, max_assignments: int
) -> None:
    if not 0.5 <= level < 1:
        raise _wrong_setting("level", level, "Choose at least 0.5 and below 1, such as 0.95.")
    if worth_it is not None and not (isfinite(worth_it) and worth_it > 0):
        raise _wrong_setting(
            "worth_it", worth_it, "Give a positive number in the indicator's unit, or nothing."
        )
    if direction not in ("down", "up"):
        raise _wrong_setting("direction", direction, "Choose 'down' or 'up'.")
    if seed < 0:
        raise _wrong_setting("seed", seed, "Give zero or a positive whole number.")
    if not 99 <= max_assignments <= 1_000_000:
        raise _wrong_setting("max_assignments", max_assignments, "Choose 99 to 1000000.")


def _wrong_setting(setting: str, value: object, remedy: str) -> EngineError:
    return EngineError(
        "impact.site_changes.wrong_setting",
        f"The setting {setting} is {value!r}. {remedy}",
        {"setting": setting, "value": str(value)},
    )


def changes_of_sites(panel: Panel) -> tuple[tuple[SiteChange, ...], tuple[LeftOut, ...]]:
    """One change per site in order of name, so that the panel's row order changes no digit."""
    sites, left_out = [], []
    for row in sorted(range(len(panel.units)), key=lambda index: panel.units[index]):
        unit, treated = panel.units[row], bool(panel.treated[row])
        before = _observed(panel.values[row, : panel.start])
        after = _observed(panel.values[row, panel.start :])
        if len(before) and len(after):
            sites.append(_site_change(unit, treated, before, after))
        else:
            left_out.append(LeftOut(unit, treated, _why_left_out(len(before), len(after))))
    return tuple(sites), tuple(left_out)


def _observed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[~np.isnan(values)]


def _site_change(
    unit: str, treated: bool, before: NDArray[np.float64], after: NDArray[np.float64]
) -> SiteChange:
    with np.errstate(over="ignore", invalid="ignore"):
        mean_before, mean_after = float(before.mean()), float(after.mean())
        change = mean_after - mean_before
    if not isfinite(change) or abs(change) > 1e150:
        raise EngineError(
            "impact.site_changes.value_too_large",
            f"The readings of site {unit!r} are too large to compute with. Check their unit.",
            {"unit": unit},
        )
    return SiteChange(unit, treated, mean_before, mean_after, change, len(before), len(after))


def _why_left_out(before: int, after: int) -> str:
    if not before and not after:
        return "no_readings"
    return "no_after" if before else "no_before"


def _check_arms(panel: Panel, sites: tuple[SiteChange, ...]) -> None:
    for wanted, code, kind in (
        (True, "no_pilot_sites", "pilot"),
        (False, "no_comparison_sites", "comparison"),
    ):
        if not any(site.treated == wanted for site in sites):
            named = int((panel.treated == wanted).sum())
            raise EngineError(
                f"impact.site_changes.{code}",
                f"None of the {named} {kind} sites has readings both before and after. Name "
                f"{kind} sites in the plan and add their readings.",
                {"named": named},
            )


def _pooled_difference(
    changes: NDArray[np.float64], treated: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return the difference of means and its standard error, 0 when it cannot be had."""
    pilot, comparison = changes[treated], changes[~treated]
    effect = float(pilot.mean() - comparison.mean())
    freedom = len(changes) - 2
    if freedom < 1:
        return effect, 0.0
    squares = _sum_of_squares(pilot) + _sum_of_squares(comparison)
    return effect, sqrt(squares / freedom * (1 / len(pilot) + 1 / len(comparison)))


def _sum_of_squares(values: NDArray[np.float64]) -> float:
    return float(np.sum((values - values.mean()) ** 2))


def _t_interval(effect: float, error: float, freedom: int, level: float) -> Interval:
    # Imported here: it would double the import time of the package.
    from scipy.special import stdtrit

    half = float(stdtrit(freedom, 0.5 + level / 2)) * error
    return Interval(effect - half, effect + half, level)


def before_after_of(changes: NDArray[np.float64], level: float, scale: float) -> BeforeAfter:
    sites = len(changes)
    effect = float(changes.mean())
    interval = None
    if sites >= 2:
        error = sqrt(_sum_of_squares(changes) / (sites - 1) / sites)
        if error > _ROUNDING * scale:
            interval = _t_interval(effect, error, sites - 1, level)
    return BeforeAfter(effect, interval, sites - 1, sites)


def _mean(sites: tuple[SiteChange, ...], side: str, *, treated: bool) -> float:
    return float(np.mean([getattr(site, side) for site in sites if site.treated == treated]))


def _caveats(
    panel: Panel,
    sites: tuple[SiteChange, ...],
    left_out: tuple[LeftOut, ...],
    interval: Interval | None,
    permutation: Permutation,
) -> tuple[Caveat, ...]:
    pilots = sum(site.treated for site in sites)
    comparisons = len(sites) - pilots
    found = [
        Caveat("site_left_out", (("unit", site.unit), ("reason", site.reason))) for site in left_out
    ]
    counts = (("pilot_sites", pilots), ("comparison_sites", comparisons))
    if min(pilots, comparisons) < 2:
        found.append(Caveat("too_few_sites_for_interval", counts))
    elif interval is None:
        found.append(Caveat("no_variation_between_sites", counts))
    else:
        found.append(Caveat("equal_spread_assumed", counts))
        found.extend(_spread_caveat(sites))
    if min(pilots, comparisons) < ENOUGH_SITES:
        found.append(Caveat("few_sites", counts))
    if not permutation.can_reach_level:
        found.append(
            Caveat("permutation_cannot_reach_level", (("smallest_p", permutation.smallest_p),))
        )
    found.extend(_gap_caveats(panel))
    if panel.readings_left_out:
        found.append(Caveat("period_of_start_left_out", (("readings", panel.readings_left_out),)))
    return tuple(found)


def _spread_caveat(sites: tuple[SiteChange, ...]) -> list[Caveat]:
    pilot, comparison = (
        float(np.var([site.change for site in sites if site.treated == arm], ddof=1))
        for arm in (True, False)
    )
    low, high = sorted((pilot, comparison))
    if high > _UNEQUAL_SPREAD * low:
        return [Caveat("unequal_spread", (("pilot", pilot), ("comparison", comparison)))]
    return []


def _gap_caveats(panel: Panel) -> list[Caveat]:
    missing = np.isnan(panel.values)
    if not missing.any():
        return []
    found = [Caveat("empty_cells", (("empty", int(missing.sum())), ("cells", missing.size)))]
    pilot, comparison = (float(missing[panel.treated == arm].mean()) for arm in (True, False))
    if abs(pilot - comparison) > _GAP_DIFFERENCE:
        found.append(Caveat("gaps_differ_by_arm", (("pilot", pilot), ("comparison", comparison))))
    return found
