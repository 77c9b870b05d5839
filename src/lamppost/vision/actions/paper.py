"""Writes of paper sheets and of answers spoken in the room, typed in for a person."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.stakeholders.models import Stakeholder
from lamppost.voices.actions import participant_without_device

from ..models import Conversation, PaperSheet, Vote
from .votes import NotVotable, refresh_later, store_vote


class SheetThere(ValueError):  # noqa: N818 - an answer, not a fault
    """A sheet with this number was typed in already; it holds the sheet."""

    def __init__(self, sheet: PaperSheet) -> None:
        super().__init__()
        self.sheet = sheet


def enter_sheet(
    *,
    conversation: Conversation,
    by: User,
    organisation: Stakeholder | None,
    reference: str,
    channel: str,
    answers: Mapping[int, int],
) -> PaperSheet:
    """Type in one person's sheet: a participant of its own, counted like any other.

    Parameters
    ----------
    organisation
        Whose sheet it is, or None for the city's own.
    reference
        The number on the sheet, never a name.
    answers
        Statement id → 1, 0 or -1; a statement without an answer is left out.

    Raises
    ------
    SheetThere
        The number is there already.
    NotVotable
        A statement is of another conversation.
    """
    if found := conversation.paper_sheets.filter(reference=reference).first():
        raise SheetThere(found)
    try:
        return _enter(conversation, by, organisation, reference, channel, answers)
    except IntegrityError:
        raise SheetThere(conversation.paper_sheets.get(reference=reference)) from None


@transaction.atomic
def _enter(
    conversation: Conversation,
    by: User,
    organisation: Stakeholder | None,
    reference: str,
    channel: str,
    answers: Mapping[int, int],
) -> PaperSheet:
    participant = participant_without_device(
        partnership=conversation.partnership, channel=channel, reference=reference
    )
    sheet = PaperSheet.objects.create(
        conversation=conversation,
        participant=participant,
        reference=reference,
        organisation=organisation,
        entered_by=by,
        entered_at=timezone.now(),
    )
    _store(sheet, answers)
    _record(sheet, by, "entered")
    return sheet


@transaction.atomic
def change_sheet(*, sheet: PaperSheet, by: User, answers: Mapping[int, int]) -> None:
    """Mend a slip: an answer that is left out now is taken away, others are replaced.

    Raises
    ------
    NotVotable
        A statement is of another conversation.
    """
    gone = Vote.objects.filter(participant=sheet.participant).exclude(statement__in=answers)
    gone.delete()
    _store(sheet, answers)
    _record(sheet, by, "changed")


def _store(sheet: PaperSheet, answers: Mapping[int, int]) -> None:
    known = set(sheet.conversation.statements.filter(pk__in=answers).values_list("pk", flat=True))
    if known != set(answers):
        raise NotVotable
    for statement_id, value in answers.items():
        store_vote(sheet.participant, statement_id, value, sheet.participant.channel, None)
    refresh_later(sheet.conversation)


def _record(sheet: PaperSheet, by: User, verb: str) -> None:
    record(
        partnership=sheet.conversation.partnership,
        by=by,
        action=f"vision.paper_sheet.{verb}",
        about=sheet,
    )
