"""Reads of a room: what is on the screen, how many answered, what a phone shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count

from lamppost.engines.suppression import DEFAULT_THRESHOLD
from lamppost.voices.models import Participant
from lamppost.voices.secret_codes import plain

from ..actions.rooms import is_live
from ..landscape_words import percent
from ..models import Conversation, Room, RoomAnswer, RoomStatement
from .reading import Read, read_in
from .released import released_share
from .votable import votable
from .votes import ORIGINAL, Ballot, ballot_of

PAGE_SIZE = 25
# In numbers of answers; below, the screen says only how many answered.
SHOWN_FROM = DEFAULT_THRESHOLD


@dataclass(frozen=True)
class Tally:
    """One answer's share on the screen, in percent."""

    answer: str
    percent: int

    @property
    def words(self) -> str:
        return percent(self.percent / 100)


@dataclass(frozen=True)
class Screen:
    """What the large screen shows now.

    Attributes
    ----------
    ballot
        The statement; None before the first one and after the last.
    place, places
        Which of how many it is.
    answered
        How many in the room answered it.
    closed
        True when its turn is closed.
    tallies
        Share of each answer: only of a closed turn, from ten answers on, and in the steps in which
        every public share moves (see `released`).
    begun
        True once something was on the screen.
    live
        False once the room is closed or over.
    """

    ballot: Ballot | None
    place: int
    places: int
    answered: int
    closed: bool
    tallies: tuple[Tally, ...]
    begun: bool
    live: bool

    @property
    def state(self) -> str:
        """What changes when the screen and the phones should look again."""
        number = self.ballot.number if self.ballot else 0
        return f"{number}.{int(self.closed)}.{int(self.begun)}.{int(self.live)}"


def room_with(join_code: str) -> Room | None:
    """Return the room with this join code, as somebody may type it."""
    return (
        Room.objects.select_related("conversation__partnership", "statement")
        .filter(join_code=plain(join_code))
        .first()
    )


def room_of(conversation: Conversation, room_id: int) -> Room | None:
    """Return a room of this conversation."""
    found = conversation.rooms.select_related("statement").filter(pk=room_id).first()
    if found is not None:
        found.conversation = conversation
    return found


def screen_of(
    room: Room, participant: Participant | None = None, reading: str = ORIGINAL
) -> Screen:
    """Return what the screen shows.

    Parameters
    ----------
    participant, reading
        For a phone: whose own answer stands on it, and in which language it reads.
    """
    numbers = list(votable(room.conversation).order_by("number").values_list("number", flat=True))
    ballot = None
    if room.statement is not None and room.statement.number in numbers:
        ballot = ballot_of(room.conversation, room.statement.number, participant, reading)
    turns = list(room.turns.all())
    turn = next((one for one in turns if one.statement_id == room.statement_id), None)
    closed = turn is not None and turn.closed_at is not None
    return Screen(
        ballot=ballot,
        place=numbers.index(ballot.number) + 1 if ballot else 0,
        places=len(numbers),
        answered=RoomAnswer.objects.filter(turn=turn).count() if turn and ballot else 0,
        closed=closed,
        tallies=_tallies(turn) if turn and closed and ballot else (),
        begun=bool(turns),
        live=is_live(room),
    )


def _tallies(turn: RoomStatement) -> tuple[Tally, ...]:
    seen = turn.agree + turn.disagree + turn.passed
    share = released_share(agree=turn.agree, disagree=turn.disagree, seen=seen)
    if share is None:
        return ()
    agree, disagree = round(share["agree"] * 100), round(share["disagree"] * 100)
    passed = 100 - agree - disagree
    return (Tally("agree", agree), Tally("disagree", disagree), Tally("pass", passed))


@dataclass(frozen=True)
class RoomChoice:
    """A statement that can be put on the screen.

    Attributes
    ----------
    words
        As the host reads it.
    answered
        How many in the room answered it; None where it was not on the screen yet.
    on_screen
        It is there now.
    """

    number: int
    words: Read
    answered: int | None
    on_screen: bool


def room_choices(room: Room, number: str, reading: str = "") -> Page[RoomChoice]:
    """Return a page of the statements that can be put on the screen, by number."""
    found = votable(room.conversation).select_related("voice").order_by("number")
    page = Paginator(found, PAGE_SIZE).get_page(number)
    statements = list(page.object_list)
    turns = room.turns.annotate(people=Count("answers"))
    answered = dict(turns.order_by().values_list("statement", "people"))
    lines = [
        RoomChoice(one.number, words, answered.get(one.pk), one.pk == room.statement_id)
        for one, words in zip(statements, read_in(reading, statements), strict=True)
    ]
    return Page(lines, page.number, page.paginator)  # type: ignore[arg-type]


@dataclass(frozen=True)
class RoomLine:
    """One room in the list: how many statements it saw, how many people answered."""

    room: Room
    live: bool
    statements: int
    people: int


def room_page(conversation: Conversation, number: str) -> Page[RoomLine]:
    """Return a page of the question's rooms, the newest first."""
    found = conversation.rooms.annotate(
        n_statements=Count("turns", distinct=True),
        n_people=Count("turns__answers__participant", distinct=True),
    ).order_by("-opened_at", "-pk")
    page = Paginator(found, PAGE_SIZE).get_page(number)
    lines = [
        RoomLine(one, is_live(one), vars(one)["n_statements"], vars(one)["n_people"])
        for one in page.object_list
    ]
    return Page(lines, page.number, page.paginator)  # type: ignore[arg-type]
