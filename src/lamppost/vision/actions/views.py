"""Writes of organisations' own views: only the organisation itself."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import Membership, User
from lamppost.stakeholders.models import Stakeholder
from lamppost.stakeholders.queries import organisation_of

from ..models import OrganisationView


class NotYours(PermissionError):  # noqa: N818 - an answer, not a fault
    """Only somebody who speaks for the organisation may write its view; not even the lead."""


@transaction.atomic
def write_view(
    *, stakeholder: Stakeholder, by: User, subject: str, text: str, language: str
) -> OrganisationView:
    """Write or change what an organisation says of the vision or of the decision.

    Raises
    ------
    NotYours
        Unless `by` has the role of an organisation in the partnership and speaks for this one.
    """
    _refuse_unless_own(stakeholder, by)
    view, is_new = OrganisationView.objects.update_or_create(
        stakeholder=stakeholder,
        subject=OrganisationView.Subject(subject),
        defaults={
            "partnership": stakeholder.partnership,
            "text": text.strip(),
            "language": language,
            "by": by,
            "written_at": timezone.now(),
        },
    )
    record(
        partnership=stakeholder.partnership,
        by=by,
        action="vision.view.written" if is_new else "vision.view.changed",
        about=view,
        fields=["text"],
    )
    return view


@transaction.atomic
def withdraw_view(*, view: OrganisationView, by: User) -> None:
    """Take the organisation's view back.

    Raises
    ------
    NotYours
        As `write_view`.
    """
    _refuse_unless_own(view.stakeholder, by)
    record(partnership=view.partnership, by=by, action="vision.view.withdrawn", about=view)
    view.delete()


def _refuse_unless_own(stakeholder: Stakeholder, by: User) -> None:
    membership = Membership.objects.filter(
        partnership_id=stakeholder.partnership_id, user=by
    ).first()
    own = organisation_of(membership)
    if own is None or own.pk != stakeholder.pk:
        raise NotYours
