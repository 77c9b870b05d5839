"""What was done to devices: read from a file, kept, and told to whoever judges the readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.pilots.models import Pilot, Site
from lamppost.vision.models import Indicator

from .models import DeviceNote
from .ports import READINGS_IMPORTED
from .reading import Problem
from .tables import Sites, Wrong, day_of, named_rows

COLUMNS = ("site", "day", "what", "indicator", "note")
NEEDED = ("site", "day", "what")
MOST_ROWS = 5_000
PAGE_SIZE = 25
CHANGES = (DeviceNote.What.REPLACED, DeviceNote.What.MOVED, DeviceNote.What.RECALIBRATED)


class DevicesFixed(ValueError):  # noqa: N818 - a refusal
    """The pilot is decided, so the record of its devices stays as it is."""


class DeviceFileRefused(ValueError):  # noqa: N818 - a refusal
    """The file has problems; nothing of it was taken in."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("The file has %(count)d problems.") % {"count": len(problems)})
        self.problems = problems


@dataclass(frozen=True)
class Done:
    """One thing that was done to the device at a site; no indicator means all of them."""

    site: Site
    done_on: dt.date
    what: str
    indicator: Indicator | None = None
    note: str = ""


def parse_devices(content: bytes, pilot: Pilot) -> list[Done]:
    """Read a file of what was done to devices.

    Raises
    ------
    SpreadsheetError
        When it is no table with the columns ``site, day, what``.
    DeviceFileRefused
        With every problem by row, column and remedy.
    """
    sites, indicators = Sites(pilot), _indicators(pilot)
    found: list[Done] = []
    problems: list[Problem] = []
    for number, cells in named_rows(content, COLUMNS, NEEDED, MOST_ROWS):
        if not cells["day"] and not cells["what"]:
            continue  # a row of the template that was left empty
        try:
            site, day = sites.find(cells["site"]), day_of(cells["day"], "day")
            what, one = _what(cells["what"]), _indicator(cells.get("indicator", ""), indicators)
            found.append(Done(site, day, what, one, cells.get("note", "")[:300]))
        except Wrong as wrong:
            problems.append(wrong.in_row(number))
    if problems:
        raise DeviceFileRefused(problems)
    return found


def _indicators(pilot: Pilot) -> dict[str, Indicator]:
    indicators = list(pilot.indicators.all())
    by_code = {one.code.casefold(): one for one in indicators if one.code}
    return by_code | {one.name.casefold(): one for one in indicators}


def _indicator(name: str, known: dict[str, Indicator]) -> Indicator | None:
    if not name:
        return None
    found = known.get(name.casefold())
    if found is None:
        text = _(
            "This pilot does not measure that. Write the indicator as in the template, or nothing "
            "for all of them."
        )
        raise Wrong("indicator", name, text)
    return found


def _what(text: str) -> str:
    for one in DeviceNote.What:
        if text.casefold() in (one.value, str(one.label).casefold()):
            return one.value
    words = ", ".join(one.value for one in DeviceNote.What)
    raise Wrong("what", text, _("Write one of: %(words)s.") % {"words": words})


@transaction.atomic
def note_devices(*, pilot: Pilot, by: User, rows: Iterable[Done]) -> int:
    """Keep what was done to devices; what is kept already stays once. Returns how many are new.

    Raises
    ------
    DevicesFixed
        When the pilot is decided.
    """
    kept = _open(pilot)
    now, new = timezone.now(), 0
    changed = False
    for one in rows:
        _note, made = DeviceNote.objects.get_or_create(
            site=one.site,
            indicator=one.indicator,
            done_on=one.done_on,
            what=one.what,
            defaults={"note": one.note.strip(), "noted_by": by, "noted_at": now},
        )
        new += made
        changed |= made
    if new:
        record(partnership=kept.partnership, by=by, action="sensing.device_notes.added", about=kept)
    if changed:
        READINGS_IMPORTED.ask(kept)
    return new


@transaction.atomic
def take_back(*, note: DeviceNote, by: User) -> None:
    """Delete a note that was written by mistake.

    Raises
    ------
    DevicesFixed
        When the pilot is decided.
    """
    kept = _open(note.site.pilot)
    record(partnership=kept.partnership, by=by, action="sensing.device_notes.deleted", about=note)
    note.delete()
    READINGS_IMPORTED.ask(kept)


def _open(pilot: Pilot) -> Pilot:
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.decided_on is not None:
        raise DevicesFixed(_("This pilot is decided. What is known of its devices stays."))
    return kept


def device_page(pilot: Pilot, number: str) -> Page[DeviceNote]:
    """Return one page of what was done to the devices of a pilot, the newest first."""
    found = DeviceNote.objects.filter(site__pilot=pilot).select_related(
        "site", "indicator", "noted_by"
    )
    return Paginator(found, PAGE_SIZE).get_page(number)


def device_log(pilot: Pilot, indicator: Indicator) -> list[DeviceNote]:
    """Return everything that was done to devices that read an indicator, oldest first."""
    found = DeviceNote.objects.filter(site__pilot=pilot)
    found = found.filter(Q(indicator=None) | Q(indicator=indicator)).select_related("site")
    return list(found.order_by("done_on", "pk"))


def newest_changes(sites: Iterable[int]) -> dict[tuple[int, int | None], DeviceNote]:
    """Return the newest change at each of these sites by indicator; None: of all devices there."""
    found = DeviceNote.objects.filter(site__in=list(sites), what__in=CHANGES)
    return {(one.site_id, one.indicator_id): one for one in found.order_by("done_on", "pk")}


def template_rows(pilot: Pilot) -> list[tuple[str, ...]]:
    """Return a row of `COLUMNS` to fill in for each site."""
    sites = Site.objects.filter(pilot=pilot).order_by("-arm", "name")
    return [(site.name, "", "", "", "") for site in sites]
