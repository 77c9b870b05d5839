"""What anybody may see of a landscape: nobody is identified and small groups are not exposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lamppost.engines.suppression import release_count
from lamppost.voices.models import Channel, Voice

from ..landscape_words import letter_of
from ..models import Conversation, Landscape, Statement
from .landscape import engine_record, latest_landscape
from .reading import translated_numbers
from .released import released, released_without, stored_without, told_numbers

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape as EngineLandscape

# Text and language.
Words = tuple[str, str]


@dataclass(frozen=True)
class PublicGroup:
    """An opinion group, or a side of a spectrum.

    Attributes
    ----------
    people
        At least so many; None when it is too small to be shown.
    stability
        How alike it is when it is found again with other people, 0 to 1; None where not tested.
    """

    id: int
    letter: str
    people: int | None
    stability: float | None = None

    @property
    def shown(self) -> bool:
        return self.people is not None


@dataclass(frozen=True)
class PublicShare:
    """Share of a group that agrees (0 to 1, in steps that few votes make wide), and its range."""

    agree: float
    disagree: float
    low: float
    high: float
    votes: int


@dataclass(frozen=True)
class PublicStatement:
    """A statement that may be shown, with what may be said of its votes.

    Attributes
    ----------
    number
        The statement's number in its conversation.
    shares
        One for each group, in order; None where fewer than ten of it voted.
    everyone
        All who voted, None where it would give a small number away.
    original_language
        Of the words as they were said, where `text` is a translation; else empty.
    """

    number: int
    text: str
    language: str
    shares: tuple[PublicShare | None, ...]
    everyone: PublicShare | None
    original_language: str = ""


@dataclass(frozen=True)
class Typical:
    """A statement that sets a group apart: it agrees, or disagrees, more than the others."""

    statement: PublicStatement
    agrees: bool
    share: PublicShare


@dataclass(frozen=True)
class Undecided:
    """A statement of which it is open whether everybody agrees.

    Attributes
    ----------
    more_votes
        About how many more would settle it; None when it may stay near one half.
    """

    statement: PublicStatement
    more_votes: int | None


@dataclass(frozen=True)
class Completeness:
    """How often hidden votes were foretold rightly, and how often by popularity alone."""

    right: float
    right_by_popularity: float
    hidden: int


@dataclass(frozen=True)
class Heard:
    """Who was hardly heard.

    Attributes
    ----------
    too_few_votes
        At least so many people voted too little to be placed; None for nobody or few.
    small_groups
        Letters of the groups that are too small to be shown.
    channels
        All people by the channel over which they came, at least, as they were counted with the
        landscape; None where few.
    """

    too_few_votes: int | None
    small_groups: tuple[str, ...]
    channels: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class PublicLandscape:
    """Everything that the public page and the open data hold.

    Counts are "at least": they move in steps. `enough` is False below ten people; then nothing
    else is filled. `without_flagged` tells that the votes that look unusual are not counted.
    """

    conversation: Conversation
    computed_at: dt.datetime
    mode: str
    enough: bool
    pattern: str = "none"
    settled: bool = False
    people: int | None = None
    votes: int | None = None
    groups: tuple[PublicGroup, ...] = ()
    statements: tuple[PublicStatement, ...] = ()
    common_ground: tuple[PublicStatement, ...] = ()
    dividing: tuple[PublicStatement, ...] = ()
    dividing_hidden: bool = False
    undecided: tuple[Undecided, ...] = ()
    completeness: Completeness | None = None
    typical: tuple[tuple[PublicGroup, tuple[Typical, ...]], ...] = ()
    places: tuple[tuple[float, float, int | None], ...] = ()
    heard: Heard = Heard(None, (), ())
    warnings: tuple[tuple[str, Mapping[str, int | str]], ...] = ()
    without_flagged: bool = False

    @property
    def common_ground_total(self) -> int:
        return len(self.common_ground)

    @property
    def is_tested(self) -> bool:
        """Say whether the method tests what it says; Polis' does not."""
        return self.mode != "polis"

    @property
    def is_unsettled(self) -> bool:
        """Say whether there is a pattern whose groups might come out differently."""
        return self.is_tested and self.pattern != "none" and not self.settled

    @property
    def all_groups_shown(self) -> bool:
        """Say whether common ground can be told: of no group too small to be shown."""
        return bool(self.groups) and all(group.shown for group in self.groups)


def public_landscape(
    conversation: Conversation, *, without_flagged: bool = False
) -> PublicLandscape | None:
    """Return the newest landscape as anybody may see it; None while there is none.

    Parameters
    ----------
    without_flagged
        The result without the votes that look unusual; None where that may not be shown apart.
    """
    stored = latest_landscape(conversation)
    if stored is None:
        return None
    if without_flagged:
        return view_without(conversation, stored)
    return public_view(conversation, stored)


def public_view(
    conversation: Conversation, stored: Landscape, reading: str = ""
) -> PublicLandscape:
    """Return a stored landscape as anybody may see it; `released` has the rules.

    Parameters
    ----------
    reading
        The reader's language: statements are translated into it where that is there. Empty for
        the words as they were said.
    """
    words = _words(conversation)
    record = released(stored.result, words.keys())
    if not record["enough"]:
        return PublicLandscape(conversation, stored.computed_at, stored.mode, enough=False)
    return _view(conversation, stored, stored.result, record, words, reading)


def view_without(
    conversation: Conversation, stored: Landscape, reading: str = "", *, in_full: bool = True
) -> PublicLandscape | None:
    """Return the same without the flagged votes; None where it may not be shown apart.

    Parameters
    ----------
    in_full
        False where only lists and shares are compared: then places, warnings and who was hardly
        heard are left out, and nobody's place is read.
    """
    words = _words(conversation)
    record = released_without(stored.integrity, words.keys())
    result = stored_without(stored.integrity)
    if record is None or result is None:
        return None
    if in_full:
        found = _view(conversation, stored, result, record, words, reading)
    else:
        found = of_record(record, words)
    return replace(found, without_flagged=True)


def _view(
    conversation: Conversation,
    stored: Landscape,
    result: Mapping[str, Any],
    record: Mapping[str, Any],
    words: dict[int, Words],
    reading: str,
) -> PublicLandscape:
    found = engine_record(result)
    said_in = {number: language for number, (_text, language) in words.items()}
    there = translated_numbers(conversation, reading, said_in) if reading else {}
    words = words | {number: (text, reading) for number, text in there.items()}
    shown = of_record(record, words, {number: said_in[number] for number in there})
    return replace(
        shown,
        conversation=conversation,
        computed_at=stored.computed_at,
        places=_places(found, {group.id for group in shown.groups}),
        heard=_heard(stored, found, shown.groups),
        warnings=tuple(
            (warning.code, told_numbers(warning.code, warning.params)) for warning in found.warnings
        ),
    )


def of_record(
    record: Mapping[str, Any],
    words: Mapping[int, Words],
    originals: Mapping[int, str] = MappingProxyType({}),
) -> PublicLandscape:
    """Return what `released` gave, with the words of its statements, of no stored question.

    `originals` holds the language of the words as they were said, where these are translated.
    """
    statements = {
        row["statement"]: PublicStatement(
            row["statement"],
            *words[row["statement"]],
            shares=tuple(PublicShare(**share) if share else None for share in row["shares"]),
            everyone=PublicShare(**row["everyone"]) if row["everyone"] else None,
            original_language=originals.get(row["statement"], ""),
        )
        for row in record["statements"]
        if row["statement"] in words
    }

    def chosen(name: str) -> tuple[PublicStatement, ...]:
        return tuple(statements[number] for number in record[name] if number in statements)

    ground, apart = chosen("common_ground"), chosen("dividing")
    still_open = tuple(
        Undecided(statements[item["statement"]], item["more_votes"])
        for item in record["undecided"]
        if item["statement"] in statements
    )
    groups = tuple(
        PublicGroup(group["id"], letter_of(group["id"]), group["people"], group["stability"])
        for group in record["groups"]
    )
    found = record["completeness"]
    return PublicLandscape(
        conversation=Conversation(),
        computed_at=dt.datetime.min,
        mode=record["mode"],
        enough=True,
        pattern=record["pattern"],
        settled=record["settled"],
        people=record["people"],
        votes=record["votes"],
        groups=groups,
        statements=tuple(statements.values()),
        common_ground=ground,
        dividing=apart,
        dividing_hidden=not apart and any(None in one.shares for one in statements.values()),
        undecided=still_open,
        completeness=None if found is None else Completeness(**found),
        typical=_typical(record["groups"], groups, statements),
    )


def _words(conversation: Conversation) -> dict[int, Words]:
    """Words and language of the statements that may be shown, by number."""
    rows = Statement.objects.filter(
        conversation=conversation,
        is_meta=False,
        merged_into__isnull=True,
        voice__state=Voice.State.ACCEPTED,
        voice__consent=Voice.Consent.PUBLIC,
    ).values_list("number", "voice__public_text", "voice__language")
    return {number: (text, language) for number, text, language in rows}


def shown_numbers(conversation: Conversation) -> Collection[int]:
    """Return the numbers of the statements that may be shown."""
    return _words(conversation).keys()


def _typical(
    rows: Sequence[Mapping[str, Any]],
    groups: Sequence[PublicGroup],
    statements: Mapping[int, PublicStatement],
) -> tuple[tuple[PublicGroup, tuple[Typical, ...]], ...]:
    """What sets each shown group apart, in the engine's order."""
    found = []
    for place, (row, group) in enumerate(zip(rows, groups, strict=True)):
        items = []
        for item in row["typical"]:
            statement = statements.get(item["statement"])
            share = statement.shares[place] if statement else None
            if statement is not None and share is not None:
                items.append(Typical(statement, item["direction"] == "agree", share))
        if group.shown:
            found.append((group, tuple(items)))
    return tuple(found)


def _places(
    found: EngineLandscape, groups: Collection[int]
) -> tuple[tuple[float, float, int | None], ...]:
    """Where people stand, without their keys and in an order that tells nothing.

    Without groups to show, everybody is a plain dot; without a pattern nobody has a place.
    """
    if not found.positions or not found.membership:
        return ()
    return tuple(
        sorted(
            (
                (*found.positions[key], group if group in groups else None)
                for key, group in found.membership.items()
            ),
            key=lambda place: (place[0], place[1], -1 if place[2] is None else place[2]),
        )
    )


def _heard(stored: Landscape, found: EngineLandscape, groups: tuple[PublicGroup, ...]) -> Heard:
    by_channel = (stored.integrity or {}).get("channels", {})
    return Heard(
        too_few_votes=release_count(found.participants - found.in_conversation),
        small_groups=tuple(group.letter for group in groups if not group.shown),
        channels=tuple(
            (str(channel.label), release_count(by_channel[channel.value]))
            for channel in Channel
            if by_channel.get(channel.value)
        ),
    )
