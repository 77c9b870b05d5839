"""What pilots asks of later stages: whether a gate may be passed, and what follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise

from lamppost.accounts.models import Partnership
from lamppost.base.ports import Port
from lamppost.vision.models import Indicator

from .models import Pilot, Site


@dataclass(frozen=True)
class Obstacle:
    """One reason why something is not possible yet.

    Attributes
    ----------
    text
        What is missing and what to do, in one or two sentences.
    url
        Where to do it, or empty.
    action
        What the link says.
    items
        Where several things are missing at once: each, for a list below `heading`. `text` names
        them all in sentences.
    heading
        What stands above the list.
    """

    text: str | Promise
    url: str = ""
    action: str | Promise = ""
    items: tuple[str, ...] = ()
    heading: str | Promise = ""


@dataclass(frozen=True)
class BaselineLength:
    """How long the main indicator of a pilot was read at its sites.

    Attributes
    ----------
    days
        From the first reading to the last, at the site where they are fewest; 0 where a site has
        none.
    in_waves
        Whether people are asked, who answer in waves.
    """

    days: int
    in_waves: bool = False


@dataclass(frozen=True)
class DeviceHealth:
    """Whether readings of an indicator come in from a site. No reading is never a zero.

    Attributes
    ----------
    site
        With its pilot.
    last
        The latest reading; None where there was none.
    silent
        Whether nothing came for longer than is usual there.
    changed_on, changed
        When the device was replaced, moved or set anew last, and which of these; None and empty
        where nobody noted anything.
    """

    site: Site
    indicator: Indicator
    last: dt.datetime | None
    silent: bool
    changed_on: dt.date | None = None
    changed: str = ""


@dataclass(frozen=True)
class Finding:
    """What was found of one indicator of a pilot, in the active language.

    Attributes
    ----------
    sentence
        What the readings allow to say, never more.
    notes
        From how much it was taken, how sure it is, and why to doubt it.
    """

    indicator: Indicator
    sentence: str
    notes: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class LessonSaid:
    """What the lesson of a pilot says, in the lesson's language.

    Attributes
    ----------
    url
        Where to read it, or to write it while it is not published.
    """

    title: str
    worked: str
    did_not_work: str
    cost: str
    again: str
    language: str
    published: bool
    url: str


@dataclass(frozen=True)
class Result:
    """Where to read what came of a pilot.

    Attributes
    ----------
    key
        ``pilot``, ``lesson`` or ``story``, by which the notice names it in its six languages.
    """

    label: str
    url: str
    key: str = ""


GATE_CHECKS: Port[[Pilot, str], list[Obstacle]] = Port(
    "pilots.gate_checks", "What stands before this gate (its kind) of this pilot."
)
BASELINE_LENGTH: Port[[Pilot, dt.date], BaselineLength] = Port(
    "pilots.baseline_length",
    "How long this pilot's main indicator was read at every site, up to and with this day.",
)
GATE_CAUTIONS: Port[[Pilot, str], list[Obstacle]] = Port(
    "pilots.gate_cautions", "What does not shut this gate and should be known before it is passed."
)
GATE_PASSED: Port[[Pilot, str], None] = Port(
    "pilots.gate_passed", "A gate was passed; asked inside the same transaction."
)
VERSIONS_CHANGED: Port[[Pilot], None] = Port(
    "pilots.versions_changed",
    "Another version of this pilot runs from some day on, or that day was corrected.",
)
SITE_KEEPERS: Port[[Site], list[Obstacle]] = Port(
    "pilots.site_keepers", "Why a site cannot be deleted: something was recorded there."
)
GATE_KEEPERS: Port[[Pilot, str], list[Obstacle]] = Port(
    "pilots.gate_keepers",
    "Why a passed gate (its kind) of this pilot cannot be opened again.",
)
PLAN_FROZEN: Port[[Pilot], dt.date | None] = Port(
    "pilots.plan_frozen",
    "When it was frozen how this pilot is judged, with its start and end; None while it is not.",
)
PLAN_MOVED: Port[[Pilot], None] = Port(
    "pilots.plan_moved",
    "A day of this pilot's plan was moved, asked inside the same transaction.",
)
DEVICE_HEALTH: Port[[Partnership], list[DeviceHealth]] = Port(
    "pilots.device_health", "Whether readings come in from each site of the pilots that measure."
)
FINDINGS: Port[[Pilot], list[Finding]] = Port(
    "pilots.findings", "What was found of a pilot's indicators, for its reports."
)
LESSON_OF: Port[[Pilot], list[LessonSaid]] = Port(
    "pilots.lesson_of", "The lesson of a pilot, drafted or published, for its reports."
)
RESULTS: Port[[Pilot], list[Result]] = Port(
    "pilots.results", "Where everybody can read what came of this pilot."
)
BASELINE_SERIES: Port[[Pilot], list[tuple[str, dict[int, list[float]]]]] = Port(
    "pilots.baseline_series",
    "Weekly averages from before the technology, by indicator and site, oldest first.",
)
