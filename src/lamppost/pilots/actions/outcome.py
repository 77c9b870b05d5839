"""You said, we did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User
from lamppost.network.models import Meeting

from ..models import Change, Commitment, Feedback, GroupView, Pilot
from ..queries.open_questions import letters
from ..queries.outcome import takes_views
from ..queries.specification import Lines, leaves_alone, piloted_lines
from .counting import count_for_good
from .specification import add_version, drop_version, move_version, note_version


class ChangeFixed(ValueError):  # noqa: N818 - a refusal
    """The pilot was decided with this change on the record."""


@transaction.atomic
def record_change(
    *,
    pilot: Pilot,
    by: User,
    you_said: str,
    we_did: str,
    changed_on: dt.date,
    feedback: Iterable[Feedback] = (),
    meeting: Meeting | None = None,
    version: str = "",
    lines: Lines | None = None,
) -> Change:
    """Record what was changed because of what residents said, and from which day: a new version.

    The chart of the results marks that day, and residents' answers are counted anew from it on;
    beside the estimate of the whole time stands one of each version.

    Parameters
    ----------
    meeting
        The roundtable that led to it.
    version
        What changed of the technology. Empty where it stayed as it was: then the new version has
        the properties of the one before.
    lines
        The properties of the new version; without them those of the last one.

    Raises
    ------
    ChangeFixed
        When the pilot was decided, and the day is not after that.
    """
    _not_before_the_decision(pilot, changed_on)
    count_for_good(pilot)
    if version.strip():
        made = add_version(
            pilot=pilot,
            by=by,
            from_on=changed_on,
            what=version,
            lines=piloted_lines(pilot) if lines is None else lines,
        )
    else:
        made = note_version(pilot=pilot, by=by, from_on=changed_on, what=we_did)
    change = Change.objects.create(
        pilot=pilot,
        you_said=you_said.strip(),
        we_did=we_did.strip(),
        changed_on=changed_on,
        entered_by=by,
        meeting=meeting,
        version=made,
    )
    change.feedback.set(answer for answer in feedback if answer.site.pilot_id == pilot.pk)
    record(partnership=pilot.partnership, by=by, action="pilots.change.recorded", about=change)
    return change


@transaction.atomic
def change_change(*, change: Change, by: User, values: Mapping[str, Any]) -> Change:
    """Correct a recorded change; the version that it made is from the same day.

    Raises
    ------
    ChangeFixed
        When the pilot was decided with it on the record.
    SpecificationFixed
        When the day of its version cannot be moved.
    """
    locked = Change.objects.select_for_update(of=("self",)).select_related("pilot__partnership")
    kept = _not_fixed(locked.get(pk=change.pk))
    changed = changed_fields(kept, dict(values))
    if "changed_on" in changed:
        _not_before_the_decision(kept.pilot, kept.changed_on)
        count_for_good(kept.pilot)
    if "changed_on" in changed and kept.version is not None:
        if leaves_alone(kept.version):
            what = kept.version.what
            drop_version(version=kept.version)
            kept.version = note_version(pilot=kept.pilot, by=by, from_on=kept.changed_on, what=what)
            changed.append("version")
        else:
            move_version(version=kept.version, from_on=kept.changed_on)
    if changed:
        kept.save(update_fields=changed)
        record(
            partnership=kept.pilot.partnership,
            by=by,
            action="pilots.change.corrected",
            about=kept,
            fields=changed,
        )
    return kept


@transaction.atomic
def delete_change(*, change: Change, by: User) -> None:
    """Delete a change that was recorded by mistake, with its version; residents' words stay.

    Raises
    ------
    ChangeFixed
        When the pilot was decided with it on the record, or a commitment was kept by it.
    SpecificationFixed
        When a later version builds on the one that it made.
    """
    _not_fixed(change)
    if Commitment.objects.filter(change=change).exists():
        raise ChangeFixed(_("A commitment was kept by this, and residents were told. It stays."))
    version = change.version
    count_for_good(change.pilot)
    record(
        partnership=change.pilot.partnership, by=by, action="pilots.change.deleted", about=change
    )
    change.delete()
    if version is not None:
        drop_version(version=version)


def _not_before_the_decision(pilot: Pilot, changed_on: dt.date) -> None:
    """Refuse a change that the decision would have had to know of."""
    if pilot.decided_on is not None and changed_on <= pilot.decided_on:
        raise ChangeFixed(
            _(
                "The pilot was decided on %(day)s without this change, and its evaluation stays as "
                "it is. Give a later day, or write about it in the lesson."
            )
            % {"day": date_format(pilot.decided_on)}
        )


def _not_fixed(change: Change) -> Change:
    if change.is_fixed:
        raise ChangeFixed(_("The pilot was decided with this on the record. It stays."))
    return change


@transaction.atomic
def record_view(
    *,
    pilot: Pilot,
    by: User,
    group: str,
    text: str,
    said_by: str,
    said_on: dt.date,
    heard: bool = True,
) -> GroupView:
    """Record what one of the five groups says about how the pilot should end, or why nothing.

    Parameters
    ----------
    heard
        False where nobody of the group was heard: then the text is the reason, for everybody.

    Raises
    ------
    ChangeFixed
        When the pilot is decided, or a group is said to be silent that spoke.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.decided_on and not takes_views(kept):
        raise ChangeFixed(_("This pilot is decided. What was said before stays."))
    if kept.decided_on and kept.group_views.filter(group=group).exists():
        raise ChangeFixed(_("This pilot is decided. What was said before stays."))
    if not letters(text):
        raise ChangeFixed(_("Write what they say, or why nobody was heard."))
    if not heard and pilot.ending_views.filter(stakeholder__group=group).exists():
        raise ChangeFixed(_("An organisation of this group has said its view. It was heard."))
    values = {
        "text": text.strip(),
        "said_by": said_by.strip(),
        "said_on": said_on,
        "heard": heard,
    }
    found, _is_new = GroupView.objects.update_or_create(pilot=pilot, group=group, defaults=values)
    record(partnership=pilot.partnership, by=by, action="pilots.group_view.recorded", about=found)
    return found
