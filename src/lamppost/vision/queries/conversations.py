"""Reads of conversations: one by its code, the list, one with its counts, its statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from lamppost.accounts.models import Partnership
from lamppost.base.prepared import Prepared
from lamppost.engines.suppression import release_count
from lamppost.voices.models import Participant, Voice

from ..models import Conversation, Landscape, Statement, Vote
from ..phases import Phase, phase
from .important import important_counts, kept_marks
from .votes import WORD_OF, votable

if TYPE_CHECKING:
    from .public_landscape import PublicShare

PAGE_SIZE = 25

_WITH_CODE: Prepared[Conversation] = Prepared(
    lambda code: Conversation.objects.select_related("partnership").filter(code=code)[:1], code=str
)


def conversation_with_code(code: str) -> Conversation | None:
    """Return the conversation and its partnership; capitals typed from a sheet do not matter."""
    found = _WITH_CODE.first(code=code)
    small = code.lower()
    return found if found is not None or small == code else _WITH_CODE.first(code=small)


@dataclass(frozen=True)
class ConversationLine:
    """One conversation in a list, with counts.

    Attributes
    ----------
    statements, waiting
        For members; statements are those that others vote on.
    participants, votes
        How many people voted, and their votes; for whoever does not run the question "at least so
        many" when the newest landscape was computed, or None for a few.
    """

    conversation: Conversation
    phase: Phase
    participants: int | None
    statements: int = 0
    waiting: int = 0
    votes: int | None = 0

    @property
    def is_open(self) -> bool:
        return self.phase is Phase.OPEN


def conversation_page(
    partnership: Partnership, number: str, *, for_staff: bool, exact: bool = False
) -> Page[ConversationLine]:
    """Return a page of the list, the newest first; counts are released in steps unless `exact`."""
    found = Paginator(Conversation.objects.filter(partnership=partnership), PAGE_SIZE)
    page = found.get_page(number)
    asked = list(page.object_list)
    shown = counted(asked, exact=exact) if for_staff else public_lines(asked)
    return Page(shown, page.number, Paginator(range(found.count), PAGE_SIZE))  # type: ignore[arg-type]


def counted(conversations: list[Conversation], *, exact: bool) -> list[ConversationLine]:
    """Return the conversations with their counts, in two queries for all together.

    Parameters
    ----------
    exact
        True: people and votes as they are now, for whoever runs the questions. False: as they
        were released with the newest landscape, as everybody reads them.
    """
    ids = [one.pk for one in conversations]
    votes = _exact_votes(ids) if exact else _released_votes(ids)
    none = (0, 0) if exact else (None, None)
    shown = Q(
        voice__state=Voice.State.ACCEPTED,
        voice__consent=Voice.Consent.PUBLIC,
        merged_into__isnull=True,
    )
    waiting = Q(voice__state=Voice.State.WAITING)
    statements = {
        pk: (public, new)
        for pk, public, new in Statement.objects.filter(conversation__in=ids)
        .order_by()
        .values_list("conversation")
        .annotate(public=Count("pk", filter=shown), new=Count("pk", filter=waiting))
    }
    return [
        _line(one, votes.get(one.pk, none), statements.get(one.pk, (0, 0))) for one in conversations
    ]


def _exact_votes(ids: list[int]) -> dict[int, tuple[int | None, int | None]]:
    rows = (
        Vote.objects.filter(statement__conversation__in=ids)
        .order_by()
        .values_list("statement__conversation")
        .annotate(Count("pk"), Count("participant", distinct=True))
    )
    return {pk: (count, people) for pk, count, people in rows}


def _released_votes(ids: list[int]) -> dict[int, tuple[int | None, int | None]]:
    stored = Landscape.objects.filter(conversation__in=ids).order_by("computed_at", "pk")
    rows = stored.values_list("conversation", "votes", "participants")
    few = {pk: (votes, people) for pk, votes, people in rows}
    return {
        pk: (release_count(votes), release_count(people)) if release_count(people) else (None, None)
        for pk, (votes, people) in few.items()
    }


def _line(
    conversation: Conversation,
    votes: tuple[int | None, int | None],
    statements: tuple[int, int],
) -> ConversationLine:
    return ConversationLine(
        conversation=conversation,
        phase=phase(conversation),
        participants=votes[1],
        statements=statements[0],
        waiting=statements[1],
        votes=votes[0],
    )


def public_lines(conversations: list[Conversation]) -> list[ConversationLine]:
    """Return the conversations as anybody may see them, in one query for all together.

    Who took part is told as of the newest landscape, which is computed when ten more people have
    moved. Counted at each reading, a number would step with one press, and tell whoever saw it
    pressed that this person took part.
    """
    stored = Landscape.objects.filter(conversation__in=[one.pk for one in conversations])
    rows = stored.order_by("computed_at", "pk").values_list("conversation", "participants")
    people = dict(rows)
    return [
        ConversationLine(one, phase(one), release_count(people.get(one.pk, 0)))
        for one in conversations
    ]


@dataclass(frozen=True)
class StatementLine:
    """One statement with its votes, for members.

    Attributes
    ----------
    agree, disagree, passed
        Exact counts, for whoever runs the question; 0 where `share` is read instead.
    share
        How everybody voted as it was released with the newest landscape; None where nothing is
        told, or where the exact counts are read.
    counts_for
        The number of the statement into which it was merged, where its votes count.
    important
        How many marked it as especially important to them.
    original_language
        Of the words as they were said, where `text` is a translation; else empty.
    few_votes
        Why it has few votes although enough people came, as a code; else empty.
    """

    statement_id: int
    voice_id: int
    number: int
    text: str
    language: str
    state: str
    state_label: str
    is_seed: bool
    channel: str
    said_at: dt.datetime
    agree: int = 0
    disagree: int = 0
    passed: int = 0
    counts_for: int | None = None
    important: int = 0
    original_language: str = ""
    few_votes: str = ""
    share: PublicShare | None = None


def statement_lines(conversation: Conversation, state: str = "") -> list[StatementLine]:
    """Return every statement in order of number; words that were erased are left out."""
    from .curation import with_moved

    found = with_counts(
        Statement.objects.filter(conversation=conversation)
        .exclude(voice__text="")
        .select_related("voice")
    )
    if state:
        found = found.filter(voice__state=state)
    lines = with_moved(conversation, [statement_line(one) for one in found.order_by("number")])
    marks = important_counts(conversation)
    return [replace(line, important=marks.get(line.number, 0)) for line in lines]


def released_statement_lines(conversation: Conversation, state: str = "") -> list[StatementLine]:
    """Return the same lines with what everybody may read of the votes, and no exact count.

    A statement that is hidden or merged into another has no share.
    """
    from .landscape import latest_landscape
    from .merging import merged_numbers
    from .public_landscape import public_view

    found = (
        Statement.objects.filter(conversation=conversation)
        .exclude(voice__text="")
        .select_related("voice")
    )
    if state:
        found = found.filter(voice__state=state)
    stored = latest_landscape(conversation)
    told = () if stored is None else public_view(conversation, stored).statements
    shares = {one.number: one.everyone for one in told}
    marks = kept_marks(stored.integrity, without_flagged=False) if stored else {}
    merged = merged_numbers(conversation)
    return [
        replace(
            _line_of(one),
            share=shares.get(one.number),
            important=marks.get(one.number, 0),
            counts_for=merged.get(one.number),
        )
        for one in found.order_by("number")
    ]


def with_counts(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Return the statements with the counts that `statement_line` reads."""
    return statements.annotate(**{f"n_{word}": _votes_of(value) for value, word in WORD_OF.items()})


def _votes_of(value: int) -> Count:
    return Count("votes", filter=Q(votes__value=value))


def statement_line(statement: Statement) -> StatementLine:
    """Return a statement with its counts as a line."""
    counts = vars(statement)
    return replace(
        _line_of(statement),
        agree=counts["n_agree"],
        disagree=counts["n_disagree"],
        passed=counts["n_pass"],
    )


def _line_of(statement: Statement) -> StatementLine:
    voice = statement.voice
    return StatementLine(
        statement_id=statement.pk,
        voice_id=voice.pk,
        number=statement.number,
        text=voice.public_text,
        language=voice.language,
        state=voice.state,
        state_label=str(voice.get_state_display()),
        is_seed=statement.is_seed,
        channel=str(voice.get_channel_display()),
        said_at=voice.said_at,
    )


def public_statements(conversation: Conversation, number: str) -> Page[Statement]:
    """Return a page of the statements that others vote on, without any count."""
    found = votable(conversation).select_related("voice").order_by("number")
    return Paginator(found, PAGE_SIZE).get_page(number)


def has_votes(conversation: Conversation) -> bool:
    """Say whether anybody has answered; the question's words stay as they were then."""
    return Vote.objects.filter(statement__conversation=conversation).exists()


@dataclass(frozen=True)
class VisionCounts:
    """What the lamp and the desk need to know of a partnership."""

    conversations: int
    with_votes: bool
    waiting: int


def vision_counts(partnership: Partnership) -> VisionCounts:
    """Return the counts, cheaply."""
    return VisionCounts(
        conversations=Conversation.objects.filter(partnership=partnership).count(),
        with_votes=Vote.objects.filter(statement__conversation__partnership=partnership).exists(),
        waiting=Voice.objects.filter(
            partnership=partnership, kind=Voice.Kind.STATEMENT, state=Voice.State.WAITING
        ).count(),
    )


def people_since(partnership: Partnership, moment: dt.datetime | None) -> int:
    """Return how many people began to take part since `moment`."""
    found = Participant.objects.filter(partnership=partnership, votes__isnull=False)
    if moment is not None:
        found = found.filter(created_at__gt=moment)
    return found.distinct().count()
