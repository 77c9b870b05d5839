"""What anybody may see of a landscape: nobody is identified and small groups are not exposed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lamppost.engines.suppression import DEFAULT_THRESHOLD, release_count
from lamppost.voices.models import Channel, Participant, Voice

from ..models import Conversation, Landscape, Statement
from .landscape import engine_landscape, latest_landscape

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape as EngineLandscape
    from lamppost.engines.opinion import OpinionGroup, ShareCount

COMMON_GROUND_SHOWN = 10
DIVIDING_SHOWN = 6
LETTERS = "ABCDE"
# Warnings whose numbers may be small are told without them.
SMALL_GROUP = "opinion.small_group"


@dataclass(frozen=True)
class PublicGroup:
    """An opinion group: its letter, and at least how many people, unless it is too small."""

    id: int
    letter: str
    people: int | None

    @property
    def shown(self) -> bool:
        return self.people is not None


@dataclass(frozen=True)
class PublicShare:
    """Share of a group that agrees, in whole percent (0 to 1), with its 90 % range."""

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
    """

    number: int
    text: str
    language: str
    shares: tuple[PublicShare | None, ...]
    everyone: PublicShare | None


@dataclass(frozen=True)
class Typical:
    """A statement that sets a group apart: it agrees, or disagrees, more than the others."""

    statement: PublicStatement
    agrees: bool
    share: PublicShare


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
        People by the channel over which they came, at least; None where few.
    """

    too_few_votes: int | None
    small_groups: tuple[str, ...]
    channels: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class PublicLandscape:
    """Everything that the public page and the open data hold.

    Counts are "at least": they move in steps. `enough` is False below ten people; then nothing
    else is filled.
    """

    conversation: Conversation
    computed_at: dt.datetime
    mode: str
    enough: bool
    people: int | None = None
    votes: int | None = None
    groups: tuple[PublicGroup, ...] = ()
    statements: tuple[PublicStatement, ...] = ()
    common_ground: tuple[PublicStatement, ...] = ()
    common_ground_total: int = 0
    dividing: tuple[PublicStatement, ...] = ()
    dividing_hidden: bool = False
    typical: tuple[tuple[PublicGroup, tuple[Typical, ...]], ...] = ()
    places: tuple[tuple[float, float, int | None], ...] = ()
    heard: Heard = Heard(None, (), ())
    warnings: tuple[tuple[str, Mapping[str, int | str]], ...] = ()


def public_landscape(conversation: Conversation) -> PublicLandscape | None:
    """Return the newest landscape as anybody may see it; None while there is none."""
    stored = latest_landscape(conversation)
    return None if stored is None else public_view(conversation, stored)


def public_view(conversation: Conversation, stored: Landscape) -> PublicLandscape:
    """Return a stored landscape as anybody may see it.

    A group's numbers on a statement are shown where ten or more of it voted; everyone's only
    where no part of them (a group, or the people without a group) is small, so that nothing can
    be got by subtraction.
    """
    if stored.participants < DEFAULT_THRESHOLD:
        return PublicLandscape(conversation, stored.computed_at, stored.mode, enough=False)
    found = engine_landscape(stored)
    statements = _statements(conversation, found)
    ground = _shown((statements.get(item.statement) for item in found.common_ground), 1)
    apart = _shown((statements.get(item.statement) for item in found.dividing), 2)
    groups = tuple(
        PublicGroup(group.id, LETTERS[group.id], release_count(group.size))
        for group in found.groups
    )
    return PublicLandscape(
        conversation=conversation,
        computed_at=stored.computed_at,
        mode=stored.mode,
        enough=True,
        people=release_count(found.participants),
        votes=release_count(found.votes),
        groups=groups,
        statements=tuple(statements.values()),
        common_ground=ground[:COMMON_GROUND_SHOWN],
        common_ground_total=len(ground),
        dividing=apart[:DIVIDING_SHOWN],
        dividing_hidden=bool(found.dividing) and not apart,
        typical=tuple(
            (public, _typical(group, position, statements))
            for position, (public, group) in enumerate(zip(groups, found.groups, strict=True))
            if public.shown
        ),
        places=_places(found),
        heard=_heard(conversation, found, groups),
        warnings=tuple(
            (warning.code, {} if warning.code == SMALL_GROUP else warning.params)
            for warning in found.warnings
        ),
    )


def _statements(conversation: Conversation, found: EngineLandscape) -> dict[int, PublicStatement]:
    """Statements that may be shown, in order of number."""
    rows = Statement.objects.filter(
        conversation=conversation,
        is_meta=False,
        voice__state=Voice.State.ACCEPTED,
        voice__consent=Voice.Consent.PUBLIC,
    ).values_list("number", "voice__public_text", "voice__language")
    words = {number: (text, language) for number, text, language in rows}
    return {
        result.statement: PublicStatement(
            result.statement,
            *words[result.statement],
            shares=tuple(_share(share) for share in result.groups),
            everyone=_everyone(result.everyone, result.groups),
        )
        for result in found.results
        if result.statement in words
    }


def _share(share: ShareCount) -> PublicShare | None:
    votes = release_count(share.seen)
    if votes is None or share.share is None:
        return None
    return PublicShare(
        agree=round(share.share, 2),
        disagree=round(share.disagree / share.seen, 2),
        low=round(share.low, 2),
        high=round(share.high, 2),
        votes=votes,
    )


def _everyone(everyone: ShareCount, groups: tuple[ShareCount, ...]) -> PublicShare | None:
    parts = [share.seen for share in groups]
    parts.append(everyone.seen - sum(parts))
    small = any(0 < votes < DEFAULT_THRESHOLD for votes in parts)
    return None if small else _share(everyone)


def _shown(
    statements: Iterable[PublicStatement | None], needed: int
) -> tuple[PublicStatement, ...]:
    """Those that may be shown and have numbers of `needed` groups or more."""
    return tuple(s for s in statements if s is not None and _visible(s) >= needed)


def _visible(statement: PublicStatement) -> int:
    return sum(share is not None for share in statement.shares)


def _typical(
    group: OpinionGroup, position: int, statements: Mapping[int, PublicStatement]
) -> tuple[Typical, ...]:
    found = []
    for item in group.representative:
        statement = statements.get(item.statement)
        share = statement.shares[position] if statement else None
        if statement is not None and share is not None:
            found.append(Typical(statement, item.direction == "agree", share))
    return tuple(found)


def _places(found: EngineLandscape) -> tuple[tuple[float, float, int | None], ...]:
    """Where grouped people stand, without their keys and in an order that tells nothing."""
    return tuple(
        sorted((*found.positions[key], group) for key, group in found.membership.items())
        if found.positions
        else ()
    )


def _heard(
    conversation: Conversation, found: EngineLandscape, groups: tuple[PublicGroup, ...]
) -> Heard:
    people = Participant.objects.filter(partnership_id=conversation.partnership_id)
    by_channel = Counter(
        channel
        for key, channel in people.values_list("pk", "channel")
        if str(key) in found.positions
    )
    return Heard(
        too_few_votes=release_count(found.participants - found.in_conversation),
        small_groups=tuple(group.letter for group in groups if not group.shown),
        channels=tuple(
            (str(channel.label), release_count(by_channel[channel.value]))
            for channel in Channel
            if by_channel[channel.value]
        ),
    )
