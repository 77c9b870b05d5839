"""Writes of paper sheets and of answers spoken in the room, typed in for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.stakeholders.models import Stakeholder
from lamppost.voices.actions import participant_without_device

from ..models import Conversation, PaperSheet, Vote
from .imports import bulk_votes
from .landscape import note_taken_back
from .votes import NotVotable, refresh_later, store_vote


class SheetThere(ValueError):  # noqa: N818 - an answer, not a fault
    """A sheet with this number was typed in already; it holds the sheet."""

    def __init__(self, sheet: PaperSheet) -> None:
        super().__init__()
        self.sheet = sheet


class SamePerson(PermissionError):  # noqa: N818 - an answer, not a fault
    """Whoever typed a sheet in cannot check it: two people see more than one."""


class SheetDiffers(ValueError):  # noqa: N818 - an answer, not a fault
    """The second reading of a sheet is not the first; it holds the first and where they differ."""

    def __init__(self, stored: Mapping[int, int], differing: Collection[int]) -> None:
        super().__init__()
        self.stored, self.differing = stored, frozenset(differing)


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
def change_sheet(
    *,
    sheet: PaperSheet,
    by: User,
    answers: Mapping[int, int],
    among: Collection[int] | None = None,
) -> None:
    """Mend a slip: an answer that is left out now is taken away, others are replaced.

    A sheet that was checked has to be checked again, and not by who changed it: their reading is
    the first one now. The ledger keeps who typed it in before.

    Parameters
    ----------
    among
        The statements (ids) that were there to be answered; None for all. Answers to others, which
        were declined or merged since, stay.

    Raises
    ------
    NotVotable
        A statement is of another conversation.
    """
    _replace(sheet, answers, among)
    sheet.entered_by = by
    sheet.save(update_fields=["entered_by"])
    _mark(sheet, None)
    _record(sheet, by, "changed")


def _replace(sheet: PaperSheet, answers: Mapping[int, int], among: Collection[int] | None) -> None:
    given = Vote.objects.filter(participant=sheet.participant)
    if among is not None:
        given = given.filter(statement__in=among)
    gone = given.exclude(statement__in=answers)
    # Counted as moved, like anybody's: two results must not differ by one sheet alone.
    if (one := gone.select_related("statement__conversation").first()) is not None:
        note_taken_back(one)
    gone.delete()
    _store(sheet, answers)


def _mark(sheet: PaperSheet, by: User | None) -> None:
    sheet.checked_by = by
    sheet.checked_at = timezone.now() if by is not None else None
    sheet.save(update_fields=["checked_by", "checked_at"])


def may_check(sheet: PaperSheet, by: User) -> bool:
    """Say whether this person may check the sheet: somebody else typed it in."""
    return sheet.entered_by_id != by.pk


@transaction.atomic
def check_sheet(
    *, sheet: PaperSheet, by: User, answers: Mapping[int, int], among: Collection[int]
) -> None:
    """Compare what a second person read on the sheet with what is stored, and mark it checked.

    Parameters
    ----------
    among
        The statements (ids) that were there to be answered; others are not compared.

    Raises
    ------
    SamePerson
        Whoever typed a sheet in cannot check it.
    SheetDiffers
        The two do not agree; nothing was changed. `settle_sheet` ends it.
    """
    if not may_check(sheet, by):
        raise SamePerson
    stored = dict(
        Vote.objects.filter(participant=sheet.participant, statement__in=among).values_list(
            "statement", "value"
        )
    )
    differing = {pk for pk in stored.keys() | answers.keys() if stored.get(pk) != answers.get(pk)}
    if differing:
        raise SheetDiffers(stored, differing)
    _mark(sheet, by)
    _record(sheet, by, "checked")


@transaction.atomic
def settle_sheet(
    *, sheet: PaperSheet, by: User, answers: Mapping[int, int], among: Collection[int]
) -> None:
    """Store what both found on the sheet when they looked at it together, and mark it checked.

    Raises
    ------
    SamePerson
        Whoever typed a sheet in cannot check it.
    NotVotable
        A statement is of another conversation.
    """
    if not may_check(sheet, by):
        raise SamePerson
    _replace(sheet, answers, among)
    _mark(sheet, by)
    _record(sheet, by, "settled")


def import_sheets(
    *,
    conversation: Conversation,
    by: User,
    organisation: Stakeholder | None,
    channel: str,
    sheets: Mapping[str, Mapping[int, int]],
) -> list[PaperSheet]:
    """Take in many sheets, all or none: number on the sheet → statement id → 1, 0 or -1.

    Raises
    ------
    SheetThere
        One of the numbers is there already.
    BulkVotesRefused
        A statement is of another conversation, or a value is unknown.
    """
    there = conversation.paper_sheets.filter(reference__in=sheets)
    if (found := there.first()) is not None:
        raise SheetThere(found)
    try:
        return _import(conversation, by, organisation, channel, sheets)
    except IntegrityError:
        # Somebody typed one of them in this very moment.
        if (found := there.first()) is None:
            raise
        raise SheetThere(found) from None


@transaction.atomic
def _import(
    conversation: Conversation,
    by: User,
    organisation: Stakeholder | None,
    channel: str,
    sheets: Mapping[str, Mapping[int, int]],
) -> list[PaperSheet]:
    now = timezone.now()
    made = [
        PaperSheet(
            conversation=conversation,
            participant=participant_without_device(
                partnership=conversation.partnership, channel=channel, reference=reference
            ),
            reference=reference,
            organisation=organisation,
            entered_by=by,
            entered_at=now,
        )
        for reference in sheets
    ]
    PaperSheet.objects.bulk_create(made)
    bulk_votes(
        conversation=conversation,
        rows=(
            (sheet.participant_id, statement, value, now, channel)
            for sheet in made
            for statement, value in sheets[sheet.reference].items()
        ),
    )
    record(
        partnership=conversation.partnership,
        by=by,
        action="vision.paper_sheet.imported",
        about=conversation,
    )
    return made


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
