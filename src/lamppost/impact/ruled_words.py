"""How far the estimate goes by its frozen plan, and what came otherwise, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .numbers import decimals_for, name, say


def ruled(record: Mapping[str, Any] | None, unit: str) -> tuple[str, ...]:
    """Say to which day the estimate runs and which sites count, where the pilot is another by now.

    Parameters
    ----------
    record
        `ruling.Ruling.to_json`, of a stored estimate with ``beyond``; None in those of earlier
        versions. Empty where all is as the plan has it.
    """
    if not record:
        return ()
    said = [_end(record), _beyond(record.get("beyond"), unit), _start(record), *_sites(record)]
    said.append(_replaced(record.get("replaced")))
    return tuple(one for one in said if one)


def _end(record: Mapping[str, Any]) -> str:
    planned, now = record["planned_end"], record["pilot_end"]
    if planned is None:
        return _chosen(record)
    days = {"planned": _day(planned), "day": _day(record["end"])}
    if record["how"] == "stopped":
        text = _(
            "The pilot was stopped on %(day)s, before the end of its frozen plan (%(planned)s). "
            "The estimate runs to that day."
        )
        return text % days
    if record["how"] == "shortened":
        text = _(
            "The pilot ended on %(day)s, before the end of its frozen plan (%(planned)s), as was "
            "said ahead. The estimate runs to that day."
        )
        if now is not None and now != record["end"]:
            # Moved back once it was over.
            text = _(
                "The estimate runs to %(day)s: before that day it was said that the pilot ends "
                "then, and not on %(planned)s as its plan was frozen. What was said later does not "
                "count."
            )
        return text % days
    if now is None or now > planned:
        text = _(
            "The estimate runs to %(planned)s, as the plan was frozen, though the pilot goes on. "
            "What is read later is not planned."
        )
        return text % days
    if now < planned:
        text = _(
            "The estimate runs to %(planned)s, as the plan was frozen. That the pilot ends on "
            "%(now)s was said only after that day, so it does not count."
        )
        return text % {**days, "now": _day(now)}
    return ""


def _chosen(record: Mapping[str, Any]) -> str:
    """Say that the last day was chosen when the plan was frozen already."""
    if not record.get("chosen"):
        return ""
    text = _(
        "The plan was frozen without a last day. The estimate runs to %(day)s, as was said later."
    )
    return text % {"day": _day(record["end"])}


def _beyond(found: Mapping[str, Any] | None, unit: str) -> str:
    """Say the figure with the readings that nobody planned; empty where there are none."""
    if not found or found["estimate"] is None:
        return ""
    low, high = found["low"], found["high"]
    sizes = [one for one in (low, high, found["estimate"]) if one is not None]
    digits = decimals_for(sizes, None if low is None or high is None else high - low)
    values = {
        "day": _day(found["until"]),
        "guess": say(found["estimate"], digits),
        "unit": name(unit),
    }
    if low is None or high is None:
        text = _(
            "Not planned: with the later readings, the last from %(day)s on, the change would be "
            "%(guess)s %(unit)s. That bears no word of a verdict."
        )
        return text % values
    text = _(
        "Not planned: with the later readings, the last from %(day)s on, the change would be "
        "%(guess)s (%(low)s to %(high)s) %(unit)s. That bears no word of a verdict."
    )
    return text % {**values, "low": say(low, digits), "high": say(high, digits)}


def _replaced(found: Mapping[str, Any] | None) -> str:
    """Say that readings got other values when what the pilot changed could be seen already."""
    if not found:
        return ""
    text = ngettext(
        "Since the technology is on, %(count)s reading was replaced by another value, on %(day)s.",
        "Since the technology is on, %(count)s readings were replaced by other values, the last on "
        "%(day)s.",
        found["count"],
    )
    return text % {"count": say(found["count"], 0), "day": _day(found["last"])}


def _start(record: Mapping[str, Any]) -> str:
    planned, start = record["planned_start"], record["start"]
    if not planned or not start or planned == start:
        return ""
    text = _(
        "The technology came on %(day)s and not on %(planned)s, as the plan was frozen. The "
        "estimate counts from the day on which it came."
    )
    return text % {"day": _day(start), "planned": _day(planned)}


def _sites(record: Mapping[str, Any]) -> list[str]:
    """Name the sites that the frozen plan has otherwise."""
    said, added, gone = [], record["added"], record["gone"]
    if added:
        text = ngettext(
            "%(sites)s came after the plan was frozen: it is not planned and does not count.",
            "%(sites)s came after the plan was frozen: they are not planned and do not count.",
            len(added),
        )
        said.append(text % {"sites": _named(added)})
    if record["redrawn"]:
        said.append(_("Lots were drawn after the plan was frozen: sites count as they were drawn."))
    elif turned := record["turned"]:
        text = ngettext(
            "%(sites)s is of another kind than in the frozen plan, and counts as the plan has it.",
            "%(sites)s are of another kind than in the frozen plan, and count as the plan has "
            "them.",
            len(turned),
        )
        said.append(text % {"sites": _named(turned)})
    if gone:
        text = ngettext(
            "%(sites)s is named in the frozen plan and is there no more.",
            "%(sites)s are named in the frozen plan and are there no more.",
            len(gone),
        )
        said.append(text % {"sites": _named(gone)})
    return said


def _named(sites: list[str]) -> str:
    return ", ".join(name(one) for one in sites)


def _day(day: str) -> str:
    return formats.date_format(dt.date.fromisoformat(day))
