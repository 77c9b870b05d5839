"""Reads of paper: the sheets somebody may see, and how an organisation's sheets count."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lamppost.accounts.models import Membership
from lamppost.engines.suppression import DEFAULT_THRESHOLD, suppress
from lamppost.stakeholders.queries import organisation_of
from lamppost.voices.models import Channel

from ..landscape_words import percent
from ..models import Conversation, PaperSheet, Statement, Vote
from .landscape import latest_landscape
from .public_landscape import shown_numbers
from .reading import Read, read_in
from .released import range_of, released
from .votes import WORD_OF, votable

PAGE_SIZE = 25
# Of a printed sheet, in millimetres; a line of a table with three boxes.
ROOM, LINE, BETWEEN_LINES, LETTERS_OF_A_LINE = 145.0, 6.0, 4.5, 58
# "translated from English", behind the words.
LETTERS_OF_A_TAG = 26
# More statements than this are asked in sets of about ten, a set on each sheet.
LONG_FROM, SET_SIZE = 15, 10
SET_NAME = re.compile(r"(\d{1,9})-(\d{1,9})")
# How many numbers after the last one are looked at for a free one.
LOOK_AHEAD = 200


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


def sheet_with_number(conversation: Conversation, reference: str) -> PaperSheet | None:
    """Return the sheet of this number, whoever typed it in, or None."""
    return PaperSheet.objects.filter(conversation=conversation, reference=reference).first()


def answers_on(sheet: PaperSheet) -> dict[str, str]:
    """Return the form's field → the answer, for changing a sheet."""
    given = Vote.objects.filter(participant=sheet.participant)
    return {f"s{vote.statement_id}": WORD_OF[vote.value] for vote in given}


def statements_to_type(conversation: Conversation) -> list[Statement]:
    """Return the statements on a sheet, by number."""
    return list(votable(conversation).select_related("voice").order_by("number"))


def in_sheets(
    statements: Sequence[Statement], words: Mapping[int, Read] = MappingProxyType({})
) -> list[list[Statement]]:
    """Divide the statements so that each part fits on one A4 page, with head and own words.

    `words` are what is printed of each, by id; without them, the words as they were said.
    """
    sheets: list[list[Statement]] = []
    room = 0.0
    for statement in statements:
        read = words.get(statement.pk)
        letters = len(read.text if read else statement.voice.public_text)
        letters += LETTERS_OF_A_TAG if read and read.original_language else 0
        height = LINE * -(-letters // LETTERS_OF_A_LINE) + BETWEEN_LINES
        if height > room:
            sheets.append([])
            room = ROOM
        sheets[-1].append(statement)
        room -= height
    return sheets


@dataclass(frozen=True)
class StatementSet:
    """Statements that are asked together on one sheet of a long question.

    Attributes
    ----------
    name
        First and last number, as it stands on the sheet: "11-20". What is accepted or declined
        later changes which statements are in it, never which numbers.
    """

    first: int
    last: int
    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        return f"{self.first}-{self.last}"


def sets_of(statements: Sequence[Statement]) -> list[StatementSet]:
    """Divide a long question into sets of about ten that fit on a page; a short one is one set."""
    if not statements:
        return []
    if len(statements) <= LONG_FROM:
        return _divided(statements, 1)
    fewest = -(-len(statements) // SET_SIZE)
    for count in range(fewest, 2 * fewest):
        sets = _divided(statements, count)
        if all(len(in_sheets(one.statements)) == 1 for one in sets):
            return sets
    return _divided(statements, fewest)


def _divided(statements: Sequence[Statement], count: int) -> list[StatementSet]:
    size, more = divmod(len(statements), count)
    sets, start = [], 0
    for place in range(count):
        end = start + size + (place < more)
        part = tuple(statements[start:end])
        sets.append(StatementSet(part[0].number, part[-1].number, part))
        start = end
    return sets


def in_set(statements: Sequence[Statement], name: str) -> list[Statement]:
    """Return the statements with numbers in "11-20"; all of them for any other name."""
    found = SET_NAME.fullmatch(name)
    if found is None:
        return list(statements)
    first, last = int(found[1]), int(found[2])
    return [one for one in statements if first <= one.number <= last] or list(statements)


@dataclass(frozen=True)
class PrintedPage:
    """One page to print: a part of a sheet.

    Attributes
    ----------
    words
        What is printed of each statement, in the sheet's language where it was translated.
    name
        Of the statement set; empty where there is one set only.
    reference
        The number of the sheet; empty to be written by hand.
    page, pages
        Which page of its sheet.
    """

    statements: tuple[Statement, ...]
    words: tuple[Read, ...]
    name: str
    first: int
    reference: str
    page: int
    pages: int

    @property
    def is_last(self) -> bool:
        return self.page == self.pages

    @property
    def lines(self) -> list[tuple[int, Read]]:
        """Number and words of each statement."""
        return [(one.number, read) for one, read in zip(self.statements, self.words, strict=True)]


def pages_to_print(
    statements: Sequence[Statement], copies: int = 0, first: str = "", language: str = ""
) -> list[PrintedPage]:
    """Return the pages of so many sheets, numbered from `first`; the sets go round.

    Without a number of copies, one sheet of each set. The sets are the same in every `language`,
    so that a sheet is typed in alike; longer words may take one page more.
    """
    words = {
        one.pk: read for one, read in zip(statements, read_in(language, statements), strict=True)
    }
    sets = sets_of(statements)
    letters, number = split_reference(first)
    found = []
    for place in range((copies or len(sets)) if sets else 0):
        chosen = sets[place % len(sets)]
        parts = in_sheets(chosen.statements, words)
        reference = "" if number is None else f"{letters}{number + place}"
        found += [
            PrintedPage(
                tuple(part),
                tuple(words[one.pk] for one in part),
                chosen.name if len(sets) > 1 else "",
                part[0].number,
                reference,
                page,
                len(parts),
            )
            for page, part in enumerate(parts, start=1)
        ]
    return found


def split_reference(reference: str) -> tuple[str, int | None]:
    """Return what stands before the number of a sheet, and the number."""
    found = re.fullmatch(r"(.*?)(\d+)", reference)
    return (found[1], int(found[2])) if found else (reference, None)


@dataclass(frozen=True)
class Next:
    """What is proposed for the next sheet, from the last one that somebody typed in.

    Attributes
    ----------
    reference
        The next number that is free.
    channel
        As last time.
    """

    reference: str = ""
    channel: str = Channel.PAPER.value


def next_sheet(conversation: Conversation, user_id: int) -> Next:
    """Propose the number and channel of the next sheet of this person."""
    own = conversation.paper_sheets.filter(entered_by=user_id).select_related("participant")
    last = own.order_by("-entered_at", "-pk").first()
    if last is None:
        return Next()
    letters, number = split_reference(last.reference)
    if number is None:
        return Next(channel=last.participant.channel)
    wanted = [f"{letters}{number + step}" for step in range(1, LOOK_AHEAD)]
    there = set(
        conversation.paper_sheets.filter(reference__in=wanted).values_list("reference", flat=True)
    )
    free = next((one for one in wanted if one not in there), "")
    return Next(free, last.participant.channel)


def set_after(statements: Sequence[Statement], name: str, reference: str) -> str:
    """Return the set of the next sheet: the next one where sheets were printed in turn."""
    sets = sets_of(statements)
    names = [one.name for one in sets]
    if name not in names:
        return name
    _letters, number = split_reference(reference)
    place = names.index(name)
    if number is None or (number - 1) % len(names) != place:
        return name
    return names[(place + 1) % len(names)]


def set_of_sheet(sheet: PaperSheet, statements: Sequence[Statement]) -> str:
    """Return the set that holds every answer on a sheet; empty for the whole question."""
    answered = set(
        Vote.objects.filter(participant=sheet.participant).values_list("statement", flat=True)
    )
    sets = sets_of(statements)
    if len(sets) < 2:
        return ""
    fits = (one.name for one in sets if answered <= {part.pk for part in one.statements})
    return next(fits, "")


@dataclass(frozen=True)
class Checking:
    """How many sheets of paper a second person has typed in too.

    Attributes
    ----------
    next_sheet
        One that this person may check, chosen by chance; None where there is none.
    """

    checked: int
    sheets: int
    next_sheet: PaperSheet | None


def checking(conversation: Conversation, own: Q | None, user_id: int) -> Checking:
    """Return how far the checks are, and one sheet by chance that this person may check."""
    paper = conversation.paper_sheets.filter(participant__channel=Channel.PAPER)
    if own is not None:
        paper = paper.filter(own)
    open_ones = paper.filter(checked_at=None).exclude(entered_by=user_id)
    ids = list(open_ones.values_list("pk", flat=True))
    chosen = paper.filter(pk=secrets.choice(ids)).first() if ids else None
    return Checking(paper.exclude(checked_at=None).count(), paper.count(), chosen)


@dataclass(frozen=True)
class Comparison:
    """One statement: how an organisation's sheets and everybody answered it.

    Attributes
    ----------
    own, everybody
        Share that agrees, from 0 to 1; None where the count is too small to be shown.
    own_range, everybody_range
        Where that share may lie (90 %); None with the share.
    """

    number: int
    text: str
    language: str
    own: float | None
    everybody: float | None
    own_range: tuple[float, float] | None = None
    everybody_range: tuple[float, float] | None = None

    @property
    def own_percent(self) -> str:
        return percent(self.own or 0)

    @property
    def everybody_percent(self) -> str:
        return percent(self.everybody or 0)

    @property
    def own_limits(self) -> str:
        return _limits(self.own_range)

    @property
    def everybody_limits(self) -> str:
        return _limits(self.everybody_range)


def _limits(limits: tuple[float, float] | None) -> str:
    if limits is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": percent(limits[0]), "high": percent(limits[1])}


@dataclass(frozen=True)
class HowTheyCount:
    """How much of the result came through somebody's own sheets.

    Attributes
    ----------
    all_sheets, all_votes
        For whoever runs the question, as they are now; None for the others.
    """

    own_sheets: int
    all_sheets: int | None
    own_votes: int
    all_votes: int | None
    page: Page[Comparison]


def how_they_count(conversation: Conversation, own: Q, number: str, *, exact: bool) -> HowTheyCount:
    """Return how many sheets are somebody's own, and how those agree beside everybody.

    Whoever typed sheets in knows them, and could subtract them from a share of everybody. So what
    everybody thinks is what the newest landscape released, and only where the others alone could
    be shown, agreeing or not; the own share where at least ten of the own sheets answer the
    statement. With `exact`, also how many sheets and votes there are by now.
    """
    mine = conversation.paper_sheets.filter(own)
    people = list(mine.values_list("participant", flat=True))
    statements = Paginator(
        votable(conversation)
        .select_related("voice")
        .annotate(
            own_agree=_count(people, value=1),
            own_votes=_count(people),
        )
        .order_by("number"),
        PAGE_SIZE,
    )
    page = statements.get_page(number)
    stored = _stored_counts(conversation)
    lines = [_comparison(one, stored.get(one.number)) for one in page.object_list]
    votes = Vote.objects.filter(statement__conversation=conversation)
    return HowTheyCount(
        own_sheets=len(people),
        all_sheets=conversation.paper_sheets.count() if exact else None,
        own_votes=votes.filter(participant__in=people).count(),
        all_votes=votes.count() if exact else None,
        page=Page(lines, page.number, statements),  # type: ignore[arg-type]
    )


def _count(people: list[int], **value: int) -> Count:
    only = {f"votes__{name}": wanted for name, wanted in value.items()}
    return Count("votes", filter=Q(votes__participant__in=people, **only))


class _Stored(NamedTuple):
    """Agreeing and all voters of a landscape, and the share with its range that it released."""

    agree: int
    votes: int
    share: Mapping[str, float]


def _stored_counts(conversation: Conversation) -> dict[int, _Stored]:
    """What the newest landscape holds and released of everybody, by the statement's number."""
    stored = latest_landscape(conversation)
    if stored is None:
        return {}
    record = released(stored.result, shown_numbers(conversation))
    shares = {row["statement"]: row["everyone"] for row in record.get("statements", ())}
    return {
        item["statement"]: _Stored(
            item["everyone"]["agree"],
            item["everyone"]["seen"],
            shares[item["statement"]],
        )
        for item in stored.result.get("results", ())
        if shares.get(item["statement"])
    }


def _comparison(statement: Statement, stored: _Stored | None) -> Comparison:
    counts = vars(statement)
    agree, votes = counts["own_agree"], counts["own_votes"]
    share = None if stored is None else _beside(stored, agree, votes)
    enough = votes >= DEFAULT_THRESHOLD
    return Comparison(
        number=statement.number,
        text=statement.voice.public_text,
        language=statement.voice.language,
        own=agree / votes if enough else None,
        everybody=None if share is None else share["agree"],
        own_range=range_of(round(100 * agree / votes), votes) if enough else None,
        everybody_range=None if share is None else (share["low"], share["high"]),
    )


def _beside(stored: _Stored, agree: int, votes: int) -> Mapping[str, float] | None:
    """The share of everybody, or None where the own sheets could be subtracted from it."""
    all_agree, all_votes, share = stored
    others = (all_agree - agree, (all_votes - all_agree) - (votes - agree))
    # Own sheets that the landscape does not hold yet may be more than it holds.
    told = min(others) >= 0 and None not in suppress(others).cells[0]
    return share if told else None
