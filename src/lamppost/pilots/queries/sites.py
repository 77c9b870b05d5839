"""Sites: by arm, on the map, their addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from lamppost.accounts.models import LedgerEntry

from ..models import Pilot, Site


def site_address(site: Site) -> str:
    """Return the full public address of a site, as the QR code of its sheet holds it."""
    return f"{settings.LAMPPOST_URL}{reverse('site', args=[site.code])}"


def notice_address(code: str, language: str) -> str:
    """Return the full address of a site's notice in a language, as its sign's QR code holds it."""
    return f"{settings.LAMPPOST_URL}{reverse('site_notice_in', args=[code, language])}"


def sites_by_arm(pilot: Pilot) -> list[Site]:
    """Return the sites, pilot sites first, each with the number of answers given there."""
    found = pilot.sites.annotate(answers=Count("feedback"))
    order = {Site.Arm.PILOT.value: 0, Site.Arm.COMPARISON.value: 1}
    return sorted(found, key=lambda site: (order.get(site.arm, 2), site.name.casefold(), site.pk))


def draws_of(pilot: Pilot) -> int:
    """Count how often the sites were drawn by lot; more than once is a choice that must be seen."""
    about = {"object_type": Pilot._meta.label_lower, "object_id": str(pilot.pk)}
    return LedgerEntry.objects.filter(
        partnership=pilot.partnership, action="pilots.sites.drawn", **about
    ).count()


def arms_settled(pilot: Pilot, sites: Iterable[Site] | None = None) -> bool:
    """Say whether it is known which sites get the technology.

    Before the notices hang, sites that are all of one kind and were not drawn are only candidates,
    unless the plan says why there is no comparison.
    """
    if pilot.disclosure_on or pilot.lottery_seed is not None or pilot.no_comparison_reason:
        return True
    found = pilot.sites.all() if sites is None else sites
    return len({site.arm for site in found}) > 1


def arm_words(site: Site, *, settled: bool) -> str:
    """Say what kind of site it is, or that this is not settled."""
    return str(site.get_arm_display()) if settled else _("candidate, not settled yet")


@dataclass(frozen=True)
class SiteMark:
    """A site as the map draws it."""

    name: str
    arm: str
    label: str
    latitude: float
    longitude: float
    url: str

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "arm": self.arm,
            "label": self.label,
            "at": [self.latitude, self.longitude],
            "url": self.url,
        }


def map_marks(sites: list[Site], *, settled: bool = True) -> list[SiteMark]:
    """Return marks for the sites that have a place on the map."""
    return [
        SiteMark(
            site.name,
            site.arm if settled else "",
            arm_words(site, settled=settled),
            site.latitude,
            site.longitude,
            reverse("site", args=[site.code]),
        )
        for site in sites
        if site.latitude is not None and site.longitude is not None
    ]
