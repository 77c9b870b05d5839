"""Reads of paper: the sheets somebody may see, and how an organisation's sheets count."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from lamppost.accounts.models import Membership
from lamppost.engines.suppression import DEFAULT_THRESHOLD, suppress
from lamppost.stakeholders.queries import organisation_of

from ..landscape_words import percent
from ..models import Conversation, PaperSheet, Statement, Vote
from .votes import WORD_OF, votable

PAGE_SIZE = 25
# Of a printed sheet, in millimetres; a line of a table with three boxes.
ROOM, LINE, BETWEEN_LINES, LETTERS_OF_A_LINE = 145.0, 6.0, 4.5, 58


def own_sheets(membership: Membership) -> Q:
    """Return what makes a sheet a member's own: their organisation's, or typed in by them."""
    organisation = organisation_of(membership)
    mine = Q(entered_by=membership.user_id)
    return mine | Q(organisation=organisation) if organisation is not None else mine


def sheets(conversation: Conversation, own: Q | None, number: str) -> Page[PaperSheet]:
    """Return a page of the sheets, the newest first: all of them, or those that `own` names."""
    found = (
        conversation.paper_sheets.select_related("organisation", "participant")
        .annotate(answers=Count("participant__votes"))
        .order_by("-entered_at", "-pk")  # grouping forgets the model's own order
    )
    if own is not None:
        found = found.filter(own)
    page: Page[PaperSheet] = Paginator(found, PAGE_SIZE).get_page(number)  # type: ignore[assignment]
    return page


def sheet_of(conversation: Conversation, sheet_id: int, own: Q | None) -> PaperSheet | None:
    """Return one sheet that somebody may change, or None."""
    found = PaperSheet.objects.select_related("participant", "conversation__partnership").filter(
        conversation=conversation, pk=sheet_id
    )
    return (found.filter(own) if own is not None else found).first()


def answers_on(sheet: PaperSheet) -> dict[str, str]:
    """Return the form's field → the answer, for changing a sheet."""
    given = Vote.objects.filter(participant=sheet.participant)
    return {f"s{vote.statement_id}": WORD_OF[vote.value] for vote in given}


def statements_to_type(conversation: Conversation) -> list[Statement]:
    """Return the statements on a sheet, by number."""
    return list(votable(conversation).select_related("voice").order_by("number"))


def in_sheets(statements: list[Statement]) -> list[list[Statement]]:
    """Divide the statements so that each part fits on one A4 page, with head and own words."""
    sheets: list[list[Statement]] = []
    room = 0.0
    for statement in statements:
        height = LINE * -(-len(statement.voice.public_text) // LETTERS_OF_A_LINE) + BETWEEN_LINES
        if height > room:
            sheets.append([])
            room = ROOM
        sheets[-1].append(statement)
        room -= height
    return sheets


@dataclass(frozen=True)
class Comparison:
    """One statement: how an organisation's sheets and everybody answered it.

    Attributes
    ----------
    own, everybody
        Share that agrees, from 0 to 1; None where the count is too small to be shown.
    """

    number: int
    text: str
    language: str
    own: float | None
    everybody: float | None

    @property
    def own_percent(self) -> str:
        return percent(self.own or 0)

    @property
    def everybody_percent(self) -> str:
        return percent(self.everybody or 0)


@dataclass(frozen=True)
class HowTheyCount:
    """How much of the result came through somebody's own sheets."""

    own_sheets: int
    all_sheets: int
    own_votes: int
    all_votes: int
    page: Page[Comparison]


def how_they_count(conversation: Conversation, own: Q, number: str) -> HowTheyCount:
    """Return how many sheets are somebody's own, and how those agree beside everybody.

    Whoever typed sheets in knows them, and could subtract them from a share of everybody. So what
    everybody thinks is shown only where the others alone could be shown, agreeing or not; the own
    share where at least ten of the own sheets answer the statement.
    """
    mine = conversation.paper_sheets.filter(own)
    people = list(mine.values_list("participant", flat=True))
    statements = Paginator(
        votable(conversation)
        .select_related("voice")
        .annotate(
            own_agree=_count(people, value=1),
            own_votes=_count(people),
            all_agree=Count("votes", filter=Q(votes__value=1)),
            all_votes=Count("votes"),
        )
        .order_by("number"),
        PAGE_SIZE,
    )
    page = statements.get_page(number)
    lines = [_comparison(one) for one in page.object_list]
    votes = Vote.objects.filter(statement__conversation=conversation)
    return HowTheyCount(
        own_sheets=len(people),
        all_sheets=conversation.paper_sheets.count(),
        own_votes=votes.filter(participant__in=people).count(),
        all_votes=votes.count(),
        page=Page(lines, page.number, statements),  # type: ignore[arg-type]
    )


def _count(people: list[int], **value: int) -> Count:
    only = {f"votes__{name}": wanted for name, wanted in value.items()}
    return Count("votes", filter=Q(votes__participant__in=people, **only))


def _comparison(statement: Statement) -> Comparison:
    counts = vars(statement)
    agree, votes = counts["own_agree"], counts["own_votes"]
    others = (counts["all_agree"] - agree, counts["all_votes"] - votes)
    hidden = None in suppress([others[0], others[1] - others[0]]).cells[0]
    return Comparison(
        number=statement.number,
        text=statement.voice.public_text,
        language=statement.voice.language,
        own=agree / votes if votes >= DEFAULT_THRESHOLD else None,
        everybody=None
        if hidden or not counts["all_votes"]
        else counts["all_agree"] / counts["all_votes"],
    )
