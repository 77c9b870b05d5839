"""What the page of a site asks now: whether it is better, words alone, or nothing any more."""

from __future__ import annotations

import datetime as dt
from enum import Enum

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..models import Site
from .closing import closed_on
from .disclosure import had_technology, phase_of, technology_stays
from .moments import decided_at, was_begun, was_measured, was_on, was_paused


class Asking(Enum):
    """What residents are asked at a site.

    ``NOW`` is the pilot's own question, which makes sense only while the technology is on.
    """

    NOW = "now"
    WORDS = "words"
    NOTHING = "nothing"


def asking(site: Site, at: dt.datetime | None = None) -> Asking:
    """Return what is asked at a site now, or was asked at a moment.

    At comparison sites the question is asked while the technology is on elsewhere: that is what
    the answers there are compared with. A pilot site whose turn comes later has nothing yet that
    could be better.

    Parameters
    ----------
    at
        When somebody pressed whose press waited on a phone; None for now.
    """
    if at is not None:
        return _asked_then(site, at)
    today = timezone.localdate()
    phase, last = phase_of(site, today), closed_on(site.pilot)
    if phase == "removed" or (last is not None and today > last):
        return Asking.NOTHING
    if phase == "ended":
        return Asking.NOW if technology_stays(site) else Asking.WORDS
    return Asking.NOW if phase == "open" or _is_compared(site, today, phase) else Asking.WORDS


def _asked_then(site: Site, at: dt.datetime) -> Asking:
    """Return what was asked at a site at a moment, as the pilot stood then."""
    pilot, day = site.pilot, timezone.localdate(at)
    # Of the day of taking down nobody knows the hour.
    if site.removed_on is not None and site.removed_on < day:
        return Asking.NOTHING
    on = was_on(site, at)
    if decided := decided_at(pilot, at):
        if decided.stops and day > decided.on:
            return Asking.NOTHING
        had = on and (site.starts_on is None or site.starts_on <= decided.on)
        return Asking.NOW if had and not decided.stops else Asking.WORDS
    if was_paused(pilot, at):
        return Asking.WORDS
    compared = site.arm == Site.Arm.COMPARISON and was_begun(pilot, at)
    return Asking.NOW if on or (compared and was_measured(pilot, at)) else Asking.WORDS


def _is_compared(site: Site, today: dt.date, phase: str) -> bool:
    """Say whether a place without the technology is compared with places that have it now."""
    started = site.pilot.technology_on is not None and site.pilot.technology_on <= today
    return started and phase == "measuring" and site.arm == Site.Arm.COMPARISON


def heading(site: Site, question: str | Promise) -> str | Promise:
    """Return the heading of the page: what is asked, in the tense of what happens there."""
    return {
        Asking.NOW: question,
        Asking.WORDS: words_question(site),
        Asking.NOTHING: _("The pilot at this place is over"),
    }[asking(site)]


def words_question(site: Site) -> str:
    """Return what words are asked for where nobody is asked whether it is better."""
    phase = phase_of(site)
    if phase == "ended":
        return _("What was it like here during the pilot?")
    if phase == "paused":
        return _("What should we know before it goes on?")
    return _("How is it here today, and what worries you?")


def words_note(site: Site) -> str:
    """Say why nobody is asked whether it is better."""
    never = _("The technology was never on here, so we do not ask whether it is better.")
    notes = {
        "ended": _("The technology is not on any more, so we do not ask whether it is better.")
        if had_technology(site)
        else never,
        "paused": _("While the pilot is paused we do not ask whether it is better."),
    }
    before = _("The technology is not on yet, so we do not ask whether it is better.")
    return notes.get(phase_of(site), before)
