"""What hangs at a site: the sheet that asks, and the sign that says what is measured."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from .models import Pilot, Site
from .playbooks import playbook_of
from .queries import arms_settled, site_address
from .queries.disclosure import people_at, purposes_of, techs_of
from .queries.site_question import site_question
from .queries.sites import notice_address
from .sign import Sign, Words
from .sign_texts import sign_language, texts

QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


@dataclass(frozen=True)
class Sheet:
    """What is printed for one site.

    Attributes
    ----------
    title, address
        The site's name and its short address.
    code_svg
        The QR code of the address, as SVG without size.
    says
        For each language, the partnership's first: what is asked (empty where it stands above),
        in which language that is written where it is another, and how to answer.
    by
        Who asks.
    """

    title: str
    address: str
    code_svg: str
    says: tuple[dict[str, str], ...]
    by: str


def sheet_of(site: Site) -> Sheet:
    """Return the sheet of `site`."""
    address = site_address(site)
    own = site.pilot.partnership.language
    says: list[dict[str, str]] = []
    for code in sorted(dict(settings.LANGUAGES), key=lambda code: code != own):
        with override(code):
            how = _("Point your phone's camera here. No account, half a minute.")
            asked = site_question(site.pilot)
        # A question in the city's own words is the same in every language: it stands once.
        ask = "" if says and says[0]["ask"] == asked.text else asked.text
        says.append({"language": code, "ask": ask, "in": asked.language, "how": how})
    by = f"{site.pilot.partnership.name} · {site.pilot.owner_department}"
    return Sheet(site.name, address.removeprefix("https://"), qr_svg(address), tuple(says), by)


def qr_svg(address: str) -> str:
    """Return the QR code (level M) of an address, drawn in black."""
    code = segno.make(address, error="m", micro=False)
    svg: str = code.svg_inline(omitsize=True, border=QUIET_ZONE, dark="#000")
    return svg


def may_be_signed(pilot: Pilot) -> bool:
    """Say whether a sign can be made: somebody has said whether people can be identified."""
    return bool(people_at(pilot))


def sign_of(site: Site, language: str) -> Sign:
    """Return the sign of `site` with its fixed words in `language`.

    What the city wrote stays in the language in which it was signed.
    """
    pilot, words = site.pilot, texts()[language]
    said, people = pilot.partnership.language, people_at(pilot)
    compared = site.arm == Site.Arm.COMPARISON and arms_settled(pilot)
    address = notice_address(site.code, language)
    footer = str(words["attribution"])
    if pilot.partnership.made_up:
        footer = f"{words['made_up']} {footer}"
    return Sign(
        language=language,
        title=str(words["comparing" if compared else "trying"]),
        site=Words(site.name, said, 5),
        purpose=_purpose(pilot, language),
        accountable=(
            Words(str(words["accountable"]), language, 3.8),
            Words(pilot.owner_department, said, 5.6, bold=True),
            Words(pilot.partnership.name, said, 3.6),
        ),
        technology=_technology(pilot, language, compared=compared),
        feedback=(Words(str(words["feedback"]), language, 3.8, bold=True),),
        people=people,
        scan=str(words["scan"]),
        address=address.split("://", 1)[-1].rstrip("/"),
        url=address,
        footer=footer,
    )


def _purpose(pilot: Pilot, language: str) -> tuple[Words, ...]:
    words, said = texts()[language], pilot.partnership.language
    known = [str(words["purposes"][one]) for one in purposes_of(pilot) if one in words["purposes"]]
    with override(said):
        written = pilot.purpose or str(playbook_of(pilot.playbook).disclosure.purpose)
    return (
        Words(str(words["purpose"]), language, 3.8),
        Words(known[0] if known else "", language, 6, bold=True),
        Words(" · ".join(known[1:]), language, 3.6),
        Words(written, said, 3.6),
    )


def _technology(pilot: Pilot, language: str, *, compared: bool) -> tuple[Words, ...]:
    words, said = texts()[language], pilot.partnership.language
    known = [
        str(words["techs"][one.element]) for one in techs_of(pilot) if one.element in words["techs"]
    ]
    here = (
        Words(str(words["no_technology"]), language, 3.4)
        if compared
        else Words(pilot.technology, said, 3.4)
    )
    if pilot.no_device_reason:
        known = [str(words["no_sensor"])]
    others = [one.does for one in pilot.register_entries.all() if one.does]
    return (
        Words(str(words["technology"]), language, 3.8),
        Words(", ".join(known[:2]), language, 5.4, bold=True),
        Words(", ".join(others[: 2 - len(known[:2])]), said, 4.6, bold=True),
        Words(str(words[people_at(pilot)]), language, 4.2, bold=True),
        here,
    )


def first_sign_language(pilot: Pilot) -> str:
    """Return the language of the sign that is shown first: the partnership's, or English."""
    return sign_language(pilot.partnership.language)
