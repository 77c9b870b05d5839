"""The sheet that hangs at a site: its code, its address, and one sentence in each language."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from .models import Site
from .playbooks import playbook_of
from .queries import site_address

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
        For each language: what is asked, and how to answer.
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
    question = playbook_of(site.pilot.playbook).site_question
    says = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            how = _("Point your phone's camera here. No account, half a minute.")
            says.append({"language": code, "ask": str(question), "how": how})
    by = f"{site.pilot.partnership.name} · {site.pilot.owner_department}"
    return Sheet(site.name, address.removeprefix("https://"), qr_svg(address), tuple(says), by)


def qr_svg(address: str) -> str:
    """Return the QR code (level M) of an address, drawn in black."""
    code = segno.make(address, error="m", micro=False)
    svg: str = code.svg_inline(omitsize=True, border=QUIET_ZONE, dark="#000")
    return svg
