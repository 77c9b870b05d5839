"""What the design of a pilot has before its technology is on, when no level can be given yet."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from lamppost.pilots.models import Pilot, Site
from lamppost.sensing.queries import coverage

from .plans import Plan


def design_so_far(pilot: Pilot, plan: Plan | None) -> list[str]:
    """Return what the design has so far: lot, comparison and baseline, one sentence each."""
    arms = list(pilot.sites.order_by().values_list("arm", flat=True))
    here, beside = arms.count(Site.Arm.PILOT), arms.count(Site.Arm.COMPARISON)
    return [_sites(pilot, here, beside), _baseline(pilot, plan)]


def _sites(pilot: Pilot, here: int, beside: int) -> str:
    values = {"here": here, "beside": beside}
    if not beside:
        return _("Sites: %(here)d pilot sites, no comparison sites.") % values
    if pilot.randomised:
        text = _("Sites, drawn by lot: %(here)d pilot sites, %(beside)d comparison sites.")
    else:
        text = _("Sites, not drawn by lot: %(here)d pilot sites, %(beside)d comparison sites.")
    return text % values


def _baseline(pilot: Pilot, plan: Plan | None) -> str:
    found = coverage(pilot, plan.indicator) if plan else None
    if found is None or found.first is None or found.last is None:
        return _("Baseline: no readings yet.")
    sites = sum(1 for one in found.sites if one.readings)
    first, last = timezone.localdate(found.first), timezone.localdate(found.last)
    return _("Baseline: %(days)d days of readings from %(sites)d sites, since %(first)s.") % {
        "days": (last - first).days + 1,
        "sites": sites,
        "first": formats.date_format(first),
    }
