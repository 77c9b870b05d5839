"""Sites: by arm, on the map, their addresses, and what the notice at each says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Pilot, Site
from ..playbooks import playbook_of
from .pilots import closed_on


def site_address(site: Site) -> str:
    """Return the full public address of a site, as its QR code holds it."""
    return f"{settings.LAMPPOST_URL}{reverse('site', args=[site.code])}"


def sites_by_arm(pilot: Pilot) -> list[Site]:
    """Return the sites, pilot sites first, each with the number of answers given there."""
    found = pilot.sites.annotate(answers=Count("feedback"))
    order = {Site.Arm.PILOT.value: 0, Site.Arm.COMPARISON.value: 1}
    return sorted(found, key=lambda site: (order.get(site.arm, 2), site.name.casefold(), site.pk))


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


@dataclass(frozen=True)
class DisclosureFacts:
    """What the notice at a site says; the parts follow the data chain of DTPR.

    Attributes
    ----------
    agreed
        True when the data-protection gate is passed.
    facts
        ``(code, label, text, language)`` in the order in which they are shown; a text may be
        empty, and its language is empty where it is ours and not the partnership's.
    state
        What happens here now, in one sentence.
    """

    agreed: bool
    facts: tuple[tuple[str, str, str, str], ...]
    state: str

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """Label, text ("not said yet" where nothing is), and the text's language."""
        return [
            (label, text or _("Not said yet"), language if text else "")
            for _code, label, text, language in self.facts
        ]


def disclosure_facts(site: Site) -> DisclosureFacts:
    """Return what the notice at `site` says, in the reader's language where it is ours."""
    pilot, said = site.pilot, site.pilot.partnership.language
    purpose = str(playbook_of(pilot.playbook).disclosure.purpose)
    technology: tuple[tuple[str, str, str, str], ...]
    if not arms_settled(pilot):
        text = _("It is not settled yet which of these places get the technology.")
        technology = (("tech", _("Technology"), text, ""),)
    elif site.arm == Site.Arm.PILOT:
        technology = (
            ("tech", _("Technology"), pilot.technology, said),
            ("supplier", _("Who supplies it"), pilot.company, said),
        )
    else:
        technology = (("tech", _("Technology"), _("None: this is a comparison site."), ""),)
    return DisclosureFacts(
        agreed=pilot.data_protection_on is not None,
        state=_state_here(site),
        facts=(
            ("purpose", _("What for"), purpose, ""),
            *technology,
            ("data", _("What is measured and kept"), pilot.measured_data, said),
            ("process", _("Personal data"), str(pilot.get_personal_data_display()), ""),
            ("retention", _("How long it is kept"), pilot.retention, said),
            ("accountable", _("Who is accountable"), pilot.owner_department, said),
            ("access", _("Who answers questions"), pilot.contact, said),
        ),
    )


def _state_here(site: Site) -> str:
    pilot = site.pilot
    if pilot.decided_on:
        if site.arm == Site.Arm.PILOT and pilot.technology_on and closed_on(pilot) is None:
            return _("The pilot is over and the technology stays. Your answer still counts.")
        return _("The pilot is over. What comes next is decided.")
    if pilot.measuring_on is None:
        return _("Nothing is measured here yet.")
    if site.arm == Site.Arm.COMPARISON:
        return _("This street is measured as it is, to compare. Nothing is changed here.")
    if pilot.technology_on is None:
        return _("The street is measured as it is. The technology is not on yet.")
    return _("The technology is on, and the street is measured.")


def disclosure_record(site: Site) -> dict[str, Any]:
    """Return the notice at a site as a plain JSON object, for programs."""
    pilot, facts = site.pilot, disclosure_facts(site)
    return {
        "schema": "lamppost-disclosure-1",
        "site": {
            "code": site.code,
            "name": site.name,
            "arm": site.arm if arms_settled(pilot) else None,
            "neighbourhood": site.neighbourhood,
            "geometry": _geometry(site),
            "url": site_address(site),
        },
        "pilot": {
            "title": pilot.title,
            "partnership": pilot.partnership.name,
            "made_up": pilot.partnership.made_up,
            "language": pilot.partnership.language,
        },
        "datachain": [
            {"category": code, "label": label, "text": text}
            for code, label, text, _language in facts.facts
        ],
        "personal_data": pilot.personal_data or None,
        "agreed": facts.agreed,
        "dates": {
            name: day.isoformat() if day else None
            for name, day in (
                ("data_protection", pilot.data_protection_on),
                ("disclosure", pilot.disclosure_on),
                ("measuring", pilot.measuring_on),
                ("technology", pilot.technology_on),
                ("ends", pilot.ends_on),
                ("decided", pilot.decided_on),
            )
        },
    }


def _geometry(site: Site) -> dict[str, Any] | None:
    if site.latitude is None or site.longitude is None:
        return None
    return {"type": "Point", "coordinates": [site.longitude, site.latitude]}
