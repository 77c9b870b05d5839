"""The notice at a site in one of the six languages of its sign, made of the same record.

The interface has three languages; a sign has six. So this page takes nothing from gettext: its
words stand in `notice_texts.toml` and `sign_texts.toml`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import override

from ..models import Pilot, RegisterEntry, RetiredCode, Site
from ..ports import Result
from ..sheets import may_be_signed
from ..sign_texts import texts
from .asking import Asking, asking
from .disclosure import DisclosureFacts, days_shown, disclosure_facts, results_of, state_here
from .sites import arms_settled


@dataclass(frozen=True)
class Said:
    """A text with the name of what it says, and its language (empty: that of the page)."""

    label: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Device:
    """One kind of device: its entry, and what is said of it in the page's language."""

    entry: RegisterEntry
    kind: str
    ground: str
    until: str


@dataclass(frozen=True)
class NoticeIn:
    """The notice in one language.

    Attributes
    ----------
    code, place, own
        The site's code and name, and the language of what the city wrote.
    badge, kind, state
        Where it stands: in a word, the kind of badge, and in a sentence.
    reason
        Why it is paused, in the city's words.
    is_plan
        Whether it is only planned, and nobody signed it; None of a deleted site.
    facts, told, days, ways
        What is said of it; what residents were told; its days; where to read on (text: address).
    devices
        The entries of the sensor register.
    asks, may_print
        Whether anything is asked there, and whether a sign can be made.
    pilot
        The pilot, where it is still on record.
    gone
        When a deleted site was taken out, in a sentence.
    """

    code: str
    place: str
    own: str
    badge: str
    kind: str
    state: str
    reason: str = ""
    is_plan: bool | None = None
    facts: tuple[Said, ...] = ()
    told: tuple[Said, ...] = ()
    days: tuple[Said, ...] = ()
    ways: tuple[Said, ...] = ()
    devices: tuple[Device, ...] = ()
    asks: bool = False
    may_print: bool = False
    pilot: Pilot | None = None
    title: str = ""
    gone: str = ""


def notice_in_language(site: Site, language: str) -> NoticeIn:
    """Return the notice at `site`; to be called, and shown, with `language` active."""
    pilot, own = site.pilot, site.pilot.partnership.language
    with override(own):  # what the playbook says where the city did not is said in its language
        facts = disclosure_facts(site)
    words = texts()[language]["notice"]
    return NoticeIn(
        code=site.code,
        place=site.name,
        own=own,
        badge=words["badges"]["compared" if facts.is_compared else facts.phase],
        kind=facts.badge[1],
        state=words["states"][state_here(site)],
        reason=facts.reason,
        is_plan=facts.is_plan,
        facts=tuple(_facts(site, facts, language)),
        told=tuple(
            Said(f"{words['told_kinds'][one.kind]}, {_day(one.told_at)}", one.text, own)
            for one in pilot.notices.all()[:5]
        ),
        days=tuple(
            Said(words["day_names"][key], _day(day) if day else words["not_yet"])
            for key, day in days_shown(site)
        ),
        ways=tuple(_ways(facts.results, words, own)),
        devices=tuple(_device(one, site, words) for one in pilot.register_entries.all()),
        asks=asking(site) is not Asking.NOTHING,
        may_print=may_be_signed(pilot),
        pilot=pilot,
    )


def _facts(site: Site, facts: DisclosureFacts, language: str) -> Iterable[Said]:
    words, own = texts()[language], site.pilot.partnership.language
    said = words["notice"]
    ours = {
        "tech": said["compared"] if arms_settled(site.pilot) else said["unsettled"],
        "process": _people(site.pilot.personal_data, words),
    }
    for key, _label, text, tongue in facts.facts:
        if not tongue and key in ours:
            text = ours[key]
        elif text:
            tongue = tongue or own
        yield Said(said["facts"][key], text or said["not_said"], tongue if text else "")


def _people(personal_data: str, words: dict[str, Any]) -> str:
    if not personal_data:
        return ""
    return f"{words[personal_data]}. {words[f'{personal_data}_long']}"


def _device(entry: RegisterEntry, site: Site, words: dict[str, Any]) -> Device:
    ground = words["grounds"].get(entry.legal_ground, "")
    return Device(
        entry=entry,
        # What is none of the kinds is called by the city's own words.
        kind="" if entry.does else words["sensors"][entry.sensor_type],
        ground=words["ground"].format(ground=ground) if ground else "",
        until=words["until"].format(day=_day(entry.until_at(site))),
    )


def _ways(results: Iterable[Result], words: dict[str, Any], own: str) -> Iterable[Said]:
    """Yield where to read on; what a later stage names itself keeps its words and language."""
    for one in results:
        known = words["ways"].get(one.key)
        yield Said(known or one.label, one.url, "" if known else own)


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")


def retired_notice(retired: RetiredCode, language: str) -> NoticeIn:
    """Return what is said in `language` where a site was deleted: its code answers for ever."""
    words = texts()[language]["notice"]
    with override(retired.language):
        results = results_of(retired.pilot) if retired.pilot else []
    return NoticeIn(
        code=retired.code,
        place=retired.site_name,
        own=retired.language,
        badge=words["badges"]["removed"],
        kind="",
        state=words["gone"],
        ways=tuple(_ways(results, words, retired.language)),
        title=retired.pilot_title,
        gone=words["gone_since"].format(day=_day(retired.retired_on)),
    )
