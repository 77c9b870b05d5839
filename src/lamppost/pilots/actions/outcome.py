"""You said, we did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User

from ..models import Change, Feedback, Pilot


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
) -> Change:
    """Record what was changed because of what residents said, and from which day.

    The analysis takes that day as a break.
    """
    change = Change.objects.create(
        pilot=pilot,
        you_said=you_said.strip(),
        we_did=we_did.strip(),
        changed_on=changed_on,
        entered_by=by,
    )
    change.feedback.set(answer for answer in feedback if answer.site.pilot_id == pilot.pk)
    record(partnership=pilot.partnership, by=by, action="pilots.change.recorded", about=change)
    return change


@transaction.atomic
def change_change(*, change: Change, by: User, values: Mapping[str, Any]) -> Change:
    """Correct a recorded change.

    Raises
    ------
    ChangeFixed
        When the pilot was decided with it on the record.
    """
    locked = Change.objects.select_for_update(of=("self",)).select_related("pilot__partnership")
    kept = _not_fixed(locked.get(pk=change.pk))
    changed = changed_fields(kept, dict(values))
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
    """Delete a change that was recorded by mistake; residents' words stay.

    Raises
    ------
    ChangeFixed
        When the pilot was decided with it on the record.
    """
    _not_fixed(change)
    record(
        partnership=change.pilot.partnership, by=by, action="pilots.change.deleted", about=change
    )
    change.delete()


def _not_fixed(change: Change) -> Change:
    if change.is_fixed:
        raise ChangeFixed(_("The pilot was decided with this on the record. It stays."))
    return change
