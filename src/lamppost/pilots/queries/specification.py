"""Versions of what is piloted, and how what is to be bought differs from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from ..models import GateKind, Pilot, PilotVersion, SpecificationLine

# A version of fewer days was not piloted: four weeks, as the shortest baseline that is planned.
TRIED_DAYS = 28

Lines = Sequence[tuple[str, str]]


def current_version(pilot: Pilot) -> PilotVersion | None:
    """Return the newest version; None before anything was written down."""
    return pilot.versions.order_by("-number").first()


def lines_of(pilot: Pilot, version: PilotVersion | None) -> list[tuple[str, str]]:
    """Return the properties of a version; of what is to be bought for None."""
    found = SpecificationLine.objects.filter(pilot=pilot, version=version).order_by("pk")
    return list(found.values_list("name", "value"))


def piloted_lines(pilot: Pilot) -> list[tuple[str, str]]:
    """Return the properties of what was piloted last."""
    version = current_version(pilot)
    return lines_of(pilot, version) if version else []


def tried_version(pilot: Pilot, day: dt.date | None = None) -> PilotVersion | None:
    """Return the newest version that was really tried by `day`: for `TRIED_DAYS` days or more.

    `day` is today, or that of the decision once it is made. Otherwise a version written down on
    the day of the decision would count as piloted. It counts from the day on which it was written
    down, where that is later than the one it is said to be from. The first version counts from
    its start when it was written down before the technology came on.
    """
    until = (day or pilot.decided_on or timezone.localdate()) - dt.timedelta(TRIED_DAYS)
    long_enough = Q(from_on__lte=until) & (Q(written_on=None) | Q(written_on__lte=until))
    found = pilot.versions.filter(long_enough | (Q(number=1) & _in_time(pilot)))
    return found.order_by("-number").first()


def _in_time(pilot: Pilot) -> Q:
    """Select what was written down by the day on which the technology came on first."""
    by_then = Q(written_on=None)
    on = first_on(pilot)
    if on is None:
        return by_then | Q(written_on__isnull=False)
    return by_then | Q(written_on__lte=on)


def first_on(pilot: Pilot) -> dt.date | None:
    """Return the day on which the technology came on first; None where it never was on.

    A gate that is opened again and passed anew has a later day, but what was tried until then was
    not what is written down in between.
    """
    past = pilot.past_gates.filter(kind=GateKind.TECHNOLOGY.value)
    days = [*past.values_list("passed_on", flat=True), pilot.technology_on]
    return min((day for day in days if day is not None), default=None)


@dataclass(frozen=True)
class WrittenLate:
    """What was piloted was written down after the technology came on, and does not count yet.

    Attributes
    ----------
    written_on
        When it was written down first.
    counts_on
        The first day on which it counts as piloted.
    """

    written_on: dt.date
    counts_on: dt.date


def written_late(pilot: Pilot) -> WrittenLate | None:
    """Return since when the properties are known, where no version counts as piloted yet."""
    if tried_version(pilot) is not None:
        return None
    first = pilot.versions.exclude(written_on=None).order_by("number").first()
    if first is None or first.written_on is None:
        return None
    since = max(first.from_on, first.written_on)
    return WrittenLate(first.written_on, since + dt.timedelta(TRIED_DAYS))


def leaves_alone(version: PilotVersion) -> bool:
    """Say whether a version has the properties of the one before: something else was changed."""
    before = version.pilot.versions.filter(number__lt=version.number).order_by("number").last()
    if before is None:
        return False
    return lines_of(version.pilot, before) == lines_of(version.pilot, version)


def bought(pilot: Pilot) -> bool:
    """Say whether it is written down what is to be bought."""
    return SpecificationLine.objects.filter(pilot=pilot, version__isnull=True).exists()


@dataclass(frozen=True)
class Difference:
    """One property that is not the same; an empty side has no such property."""

    name: str
    piloted: str
    bought: str


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def differences(pilot: Pilot) -> list[Difference]:
    """Return the properties in which what is to be bought differs from what was piloted.

    Compared with the newest version that was tried for long enough (`tried_version`). Capital
    letters and spaces make no difference; everything else does.
    """
    version = tried_version(pilot)
    tried = lines_of(pilot, version) if version else []
    piloted = {_plain(name): (name, value) for name, value in tried}
    bought = {_plain(name): (name, value) for name, value in lines_of(pilot, None)}
    found = []
    for key in [*piloted, *(key for key in bought if key not in piloted)]:
        name, old = piloted.get(key, (bought.get(key, ("", ""))[0], ""))
        new = bought.get(key, ("", ""))[1]
        if _plain(old) != _plain(new):
            found.append(Difference(name, old, new))
    return found


def both_written(pilot: Pilot) -> bool:
    """Say whether it is written down what was piloted and what is to be bought.

    Before that nothing differs: a side that nobody wrote down is not "without" a property.
    """
    return bought(pilot) and bool(piloted_lines(pilot))


@dataclass(frozen=True)
class VersionTold:
    """A version with its properties, the newest first in a list."""

    version: PilotVersion
    lines: list[tuple[str, str]]


def versions_told(pilot: Pilot) -> list[VersionTold]:
    """Return all versions with their properties, the newest first."""
    found = pilot.versions.prefetch_related("lines").order_by("-number")
    return [
        VersionTold(one, [(line.name, line.value) for line in one.lines.all()]) for one in found
    ]
