"""Organisations say themselves how a pilot should end, until the day that was set for it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import Membership, User
from lamppost.accounts.roles import Right, rights_of
from lamppost.stakeholders.models import Stakeholder
from lamppost.stakeholders.queries import organisation_behind

from ..models import EndingView, Pilot
from ..queries.open_questions import letters
from ..queries.outcome import takes_views
from .outcome import ChangeFixed


class NotTheirs(PermissionError):  # noqa: N818 - an answer, not a fault
    """Only somebody who speaks for the organisation may write its view; not even the lead."""


@transaction.atomic
def write_ending_view(
    *, pilot: Pilot, stakeholder: Stakeholder, by: User, text: str, language: str
) -> EndingView:
    """Write or change what an organisation says of how this pilot should end.

    Raises
    ------
    NotTheirs
        Unless `by` speaks for this organisation.
    ChangeFixed
        When the pilot is decided, or the last day for it is past.
    """
    kept = _open(pilot)
    _refuse_unless_theirs(stakeholder, by)
    if not letters(text):
        raise ChangeFixed(_("Write how this pilot should end, and why."))
    values = {"text": text.strip(), "language": language, "by": by, "written_at": timezone.now()}
    view, is_new = EndingView.objects.update_or_create(
        pilot=kept, stakeholder=stakeholder, defaults=values
    )
    verb = "written" if is_new else "changed"
    record(
        partnership=kept.partnership,
        by=by,
        action=f"pilots.ending_view.{verb}",
        about=view,
        fields=["text"],
    )
    return view


@transaction.atomic
def withdraw_ending_view(*, view: EndingView, by: User) -> None:
    """Take the organisation's view back; raises as `write_ending_view`."""
    kept = _open(view.pilot)
    _refuse_unless_theirs(view.stakeholder, by)
    record(partnership=kept.partnership, by=by, action="pilots.ending_view.withdrawn", about=view)
    view.delete()


@transaction.atomic
def set_views_until(*, pilot: Pilot, by: User, until: dt.date) -> None:
    """Set the last day on which organisations say how it should end; the decision falls after.

    Raises
    ------
    ChangeFixed
        When the pilot is decided, the day is past, or it is not before the decision is due.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    today = timezone.localdate()
    if kept.decided_on:
        raise ChangeFixed(_("This pilot is decided. What was said before stays."))
    if until < today:
        raise ChangeFixed(_("This day is past. Give today or a later day."))
    due = kept.decision_due_on
    if due and due > today and until >= due:
        text = _("The decision is due on %(day)s. Give a day before it.")
        raise ChangeFixed(text % {"day": date_format(due)})
    kept.views_until = pilot.views_until = until
    kept.save(update_fields=["views_until"])
    record(partnership=kept.partnership, by=by, action="pilots.views_until.set", about=kept)


def _open(pilot: Pilot) -> Pilot:
    kept = Pilot.objects.select_for_update(of=("self",)).select_related("partnership")
    found = kept.get(pk=pilot.pk)
    if not takes_views(found):
        raise ChangeFixed(_("Views on how it ends are taken no more. What was said stays."))
    return found


def _refuse_unless_theirs(stakeholder: Stakeholder, by: User) -> None:
    membership = Membership.objects.filter(
        partnership_id=stakeholder.partnership_id, user=by
    ).first()
    own = organisation_behind(membership)
    if (
        membership is None
        or Right.SAY_ENDING not in rights_of(membership.role)
        or own is None
        or own.pk != stakeholder.pk
    ):
        raise NotTheirs
