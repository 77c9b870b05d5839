"""What is piloted, property by property, its versions, and what is to be bought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import Pilot, PilotVersion, SpecificationLine
from ..ports import VERSIONS_CHANGED
from ..queries.gates import shortened
from ..queries.specification import (
    Lines,
    current_version,
    first_on,
    leaves_alone,
    lines_of,
    piloted_lines,
)


class SpecificationFixed(ValueError):  # noqa: N818 - a refusal
    """What was piloted stays as it was; the message says what to do."""


@transaction.atomic
def set_specification(*, pilot: Pilot, by: User, lines: Lines) -> PilotVersion:
    """Write down what is piloted first, property by property.

    The day on which that is done is kept: what is written down after the technology came on is
    no proof of what was piloted before (`tried_version`).

    Raises
    ------
    SpecificationFixed
        When the technology is on or was on: from then on a change makes a new version.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    version = current_version(kept)
    if kept.decided_on or (first_on(kept) and piloted_lines(kept)):
        is_on = _("The technology is on. Record a change: it makes a new version with its day.")
        was_on = _("The technology was on before. Record a change: it makes a new version.")
        raise SpecificationFixed(is_on if kept.technology_on else was_on)
    if version is None:
        from_on = kept.technology_on or timezone.localdate()
        version = PilotVersion.objects.create(pilot=kept, number=1, from_on=from_on)
    # Changes that left the technology alone may have made versions before it was written down.
    for one in kept.versions.filter(Q(lines=None) | Q(pk=version.pk)).distinct():
        one.written_on = timezone.localdate()
        one.save(update_fields=["written_on"])
        _write(kept, one, lines)
    record(partnership=kept.partnership, by=by, action="pilots.specification.changed", about=kept)
    return version


@transaction.atomic
def add_version(
    *, pilot: Pilot, by: User, from_on: dt.date, what: str, lines: Lines
) -> PilotVersion:
    """Add a version of the pilot, from a day on; what stays the same is copied by the caller.

    Raises
    ------
    SpecificationFixed
        When the day lies before that of the last version.
    """
    Pilot.objects.select_for_update().get(pk=pilot.pk)  # two at once get two numbers
    last = current_version(pilot)
    _in_order(last, from_on)
    version = PilotVersion.objects.create(
        pilot=pilot,
        number=last.number + 1 if last else 2,
        from_on=from_on,
        what=what.strip(),
        written_on=timezone.localdate(),
    )
    _write(pilot, version, lines)
    record(partnership=pilot.partnership, by=by, action="pilots.version.added", about=version)
    VERSIONS_CHANGED.ask(pilot)
    return version


@transaction.atomic
def note_version(*, pilot: Pilot, by: User, from_on: dt.date, what: str) -> PilotVersion:
    """Add a version for a change that left the technology as it was: its properties stay the same.

    One that is written down late goes where its day belongs; later versions move up by one.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if current_version(kept) is None:
        first = min(kept.technology_on or from_on, from_on)
        PilotVersion.objects.create(pilot=kept, number=1, from_on=first)
    before = kept.versions.filter(Q(from_on__lte=from_on) | Q(number=1)).order_by("number").last()
    assert before is not None  # noqa: S101 - there is always a first one
    for later in kept.versions.filter(number__gt=before.number).order_by("-number"):
        later.number += 1
        later.save(update_fields=["number"])
    version = PilotVersion.objects.create(
        pilot=kept,
        number=before.number + 1,
        from_on=max(from_on, before.from_on),
        what=shortened(what.strip(), 500),
        written_on=before.written_on,
    )
    _write(kept, version, lines_of(kept, before))
    record(partnership=kept.partnership, by=by, action="pilots.version.added", about=version)
    VERSIONS_CHANGED.ask(kept)
    return version


def _in_order(before: PilotVersion | None, from_on: dt.date) -> None:
    if before is not None and from_on < before.from_on:
        text = _("Version %(number)d is from %(day)s. Give that day or a later one.")
        values = {"number": before.number, "day": date_format(before.from_on)}
        raise SpecificationFixed(text % values)


@transaction.atomic
def move_version(*, version: PilotVersion, from_on: dt.date) -> None:
    """Correct the day of the newest version.

    Raises
    ------
    SpecificationFixed
        When a later version follows, or the day lies before that of the version before.
    """
    _newest(version)
    before = version.pilot.versions.filter(number__lt=version.number).order_by("number").last()
    _in_order(before, from_on)
    version.from_on = from_on
    version.save(update_fields=["from_on"])
    VERSIONS_CHANGED.ask(version.pilot)


@transaction.atomic
def drop_version(*, version: PilotVersion) -> None:
    """Delete the newest version, which was recorded by mistake; or one that changed no property.

    Raises
    ------
    SpecificationFixed
        When a later version builds on what it changed.
    """
    if not leaves_alone(version):
        _newest(version)
    pilot, number = version.pilot, version.number
    version.delete()
    for later in pilot.versions.filter(number__gt=number).order_by("number"):
        later.number -= 1
        later.save(update_fields=["number"])
    VERSIONS_CHANGED.ask(pilot)


def _newest(version: PilotVersion) -> None:
    Pilot.objects.select_for_update().get(pk=version.pilot_id)
    if version.pilot.versions.filter(number__gt=version.number).exists():
        text = _("A later version builds on version %(number)d. It stays as it is.")
        raise SpecificationFixed(text % {"number": version.number})


@transaction.atomic
def set_bought(*, pilot: Pilot, by: User, lines: Lines) -> None:
    """Write down what is to be bought, to be held against what was piloted."""
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.decided_on:
        raise SpecificationFixed(_("This pilot is decided. Open the decision again first."))
    _write(kept, None, lines)
    record(partnership=kept.partnership, by=by, action="pilots.specification.bought", about=kept)


def _write(pilot: Pilot, version: PilotVersion | None, lines: Lines) -> None:
    SpecificationLine.objects.filter(pilot=pilot, version=version).delete()
    SpecificationLine.objects.bulk_create(_rows(pilot, version, lines))


def _rows(pilot: Pilot, version: PilotVersion | None, lines: Lines) -> Iterable[SpecificationLine]:
    for name, value in lines:
        yield SpecificationLine(pilot=pilot, version=version, name=name, value=value)
