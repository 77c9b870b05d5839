"""Reads for the vote: which statement is next, why, and what somebody answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from lamppost.base.prepared import Prepared
from lamppost.voices.models import Participant

from ..models import Conversation, ImportantMark, Statement, StatementTranslation, Vote
from .routing import Routing, choose_next, routing_of
from .votable import votable as votable

if TYPE_CHECKING:
    from lamppost.engines.opinion.routing import Choice

WORD_OF = {1: "agree", 0: "pass", -1: "disagree"}
WORDS = {
    "agree": gettext_lazy("agree"),
    "pass": gettext_lazy("pass"),
    "disagree": gettext_lazy("disagree"),
}
ORIGINAL = "original"


@dataclass(frozen=True)
class Ballot:
    """One statement as it is put to somebody.

    Attributes
    ----------
    text, language
        As it is read: a translation where there is one into the language asked for.
    original_language
        The language in which it was said, when `text` is a translation; else empty.
    chosen
        ``agree``, ``disagree``, ``pass``, or empty when they have not answered it.
    reason
        Why it is this one's turn, a code of `engines.opinion.routing`; empty for one they answered.
    important
        True when they marked it as especially important.
    languages
        Into which it was translated.
    chance
        With which the routing drew it; None where it was asked for by its number.
    """

    statement_id: int
    number: int
    text: str
    language: str
    chosen: str = ""
    reason: str = ""
    original_language: str = ""
    important: bool = False
    languages: tuple[str, ...] = ()
    chance: float | None = None

    @property
    def is_translated(self) -> bool:
        return bool(self.original_language)


@dataclass(frozen=True)
class Turn:
    """What the vote page shows somebody.

    Attributes
    ----------
    ballot
        The statement to answer; None when none is left.
    after
        The statement they answered last, when the address names it.
    answered
        How many statements of the conversation they have answered.
    languages
        Into which something of the conversation was translated.
    others
        In which else the question or this statement can be read.
    """

    ballot: Ballot | None
    after: Ballot | None = None
    answered: int = 0
    languages: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnAnswers:
    """What a participant answered in a conversation: statement id → value.

    `done` also holds the statements into which answered ones were merged.
    """

    values: Mapping[int, int] = field(default_factory=dict)
    done: frozenset[int] = frozenset()


_OWN_ANSWERS: Prepared[tuple[int, int | None, int]] = Prepared(
    lambda participant, conversation: Vote.objects.filter(
        participant=participant, statement__conversation=conversation
    ).values_list("statement_id", "statement__merged_into_id", "value"),
    participant=int,
    conversation=int,
)


def own_answers(conversation: Conversation, participant: Participant | None) -> OwnAnswers:
    """Return the participant's answers in one query; none for nobody."""
    if participant is None:
        return OwnAnswers()
    found = _OWN_ANSWERS.all(participant=participant.pk, conversation=conversation.pk)
    merged = {into for _pk, into, _value in found if into is not None}
    values = {pk: value for pk, _into, value in found}
    return OwnAnswers(values, frozenset(merged | values.keys()))


def turn_of(
    conversation: Conversation,
    participant: Participant | None,
    routing: Routing,
    *,
    seed: str,
    reading: str = ORIGINAL,
    number: int | None = None,
    after: int | None = None,
    waiting: Collection[int] = (),
) -> Turn:
    """Return what the vote page shows: the statement asked for by its number, else the next one.

    Parameters
    ----------
    routing
        What weighs the choice: `routing_of(conversation)`.
    seed
        The participant's key, or anything random for a first visit.
    reading
        The language in which statements are read, or `ORIGINAL`.
    after
        Number of the statement they answered last.
    waiting
        Statements whose answers wait on the device for a step: they are not shown again.
    """
    own = own_answers(conversation, participant)
    reader = _reader(conversation, participant, own, reading, routing)
    found: list[Ballot] = []
    if number is not None:
        found = reader.ballots(number, after)
    ballot = _numbered(found, number)
    # What weighs the choice may be some seconds old: a second look before there is none left.
    for afresh in (False, True):
        if ballot is not None:
            break
        if afresh:
            routing = routing_of(conversation, afresh=True)
        choice = choose_next(routing, own.done.union(waiting), seed)
        if choice is not None:
            found = reader.ballots(number, after, choice)
            ballot = next((one for one in found if one.statement_id == choice.statement), None)
            ballot = ballot and replace(ballot, chance=choice.probability)
    if ballot is None and after is not None:
        found = reader.ballots(number, after)
    last = _numbered(found, after)
    others = _other_languages(ballot, routing)
    return Turn(ballot, last, len(own.values), routing.languages, others)


def next_ballot(
    conversation: Conversation,
    participant: Participant | None,
    seed: str,
    reading: str = ORIGINAL,
) -> Ballot | None:
    """Return a statement that the participant has not answered; None when there is none left."""
    routing = routing_of(conversation)
    return turn_of(conversation, participant, routing, seed=seed, reading=reading).ballot


def ballot_of(
    conversation: Conversation,
    number: int,
    participant: Participant | None,
    reading: str = ORIGINAL,
) -> Ballot | None:
    """Return the statement with this number and what the participant answered, to change it."""
    own = own_answers(conversation, participant)
    reader = _reader(conversation, participant, own, reading, routing_of(conversation))
    return _numbered(reader.ballots(number), number)


def _numbered(ballots: Collection[Ballot], number: int | None) -> Ballot | None:
    return next((one for one in ballots if one.number == number), None)


def _to_show(
    conversation: int, chosen: int, number: int, after: int
) -> QuerySet[Statement, Statement]:
    found = votable(Conversation(pk=conversation)).select_related("voice")
    return found.filter(Q(pk=chosen) | Q(number=number) | Q(number=after))


_TO_SHOW: Prepared[Statement] = Prepared(
    _to_show, conversation=int, chosen=int, number=int, after=int
)
_NONE = -1


@dataclass(frozen=True)
class _Reader:
    """Reads statements for somebody, as they stand now, in the language they want."""

    conversation: Conversation
    participant: Participant | None
    own: OwnAnswers
    language: str
    routing: Routing

    def ballots(
        self, number: int | None, after: int | None = None, choice: Choice | None = None
    ) -> list[Ballot]:
        """Return the statements with these numbers and the one that was chosen, together."""
        statements = _TO_SHOW.all(
            conversation=self.conversation.pk,
            chosen=_NONE if choice is None else choice.statement,
            number=_NONE if number is None else number,
            after=_NONE if after is None else after,
        )
        texts = _translations(statements) if self.routing.languages else {}
        marked = _marked(self.conversation, self.participant) if self.own.values else None
        return [
            _ballot(
                one,
                self.own,
                self._reason(one.pk, choice),
                texts.get(one.pk, {}),
                self.language,
                marked,
            )
            for one in statements
        ]

    def _reason(self, statement: int, choice: Choice | None) -> str:
        """Why it is asked, also where it was asked for again, say in another language."""
        if statement in self.own.values:
            return ""
        if choice is not None and choice.statement == statement:
            return choice.reason
        given = self.routing.priorities.get(statement)
        return given.reason if given else ""


def _reader(
    conversation: Conversation,
    participant: Participant | None,
    own: OwnAnswers,
    reading: str,
    routing: Routing,
) -> _Reader:
    language = _in_language(reading, routing.languages)
    return _Reader(conversation, participant, own, language, routing)


def _other_languages(ballot: Ballot | None, routing: Routing) -> tuple[str, ...]:
    """In which else the statement or the question can be read."""
    if ballot is None:
        return ()
    found = {*ballot.languages, *routing.question_languages}
    return tuple(sorted(one for one in found if not same_language(one, ballot.language)))


def _in_language(reading: str, languages: Collection[str]) -> str:
    """The language on offer that is `reading`, or its plainer form (es for es-mx); else empty."""
    short = reading.split("-")[0]
    return next((code for code in (reading, short) if code in languages), "")


def _translations(statements: list[Statement]) -> dict[int, dict[str, StatementTranslation]]:
    """Statement → language → its words in it."""
    found: dict[int, dict[str, StatementTranslation]] = {}
    for one in StatementTranslation.objects.filter(statement__in=[s.pk for s in statements]):
        found.setdefault(one.statement_id, {})[one.language] = one
    return found


def same_language(one: str, other: str) -> bool:
    """Say whether two language tags name the same language, whatever the region."""
    return one.split("-")[0].lower() == other.split("-")[0].lower()


_MARKED: Prepared[tuple[int]] = Prepared(
    lambda conversation, participant: ImportantMark.objects.filter(
        conversation=conversation, participant=participant
    ).values_list("statement_id"),
    conversation=int,
    participant=int,
)


def _marked(conversation: Conversation, participant: Participant | None) -> int | None:
    if participant is None:
        return None
    found = _MARKED.first(conversation=conversation.pk, participant=participant.pk)
    return found[0] if found else None


def is_marked(participant: Participant, statement: Statement) -> bool:
    """Say whether the participant marked this statement as especially important."""
    return _marked(statement.conversation, participant) == statement.pk


def _ballot(
    statement: Statement,
    own: OwnAnswers,
    reason: str,
    translations: Mapping[str, StatementTranslation],
    language: str,
    marked: int | None,
) -> Ballot:
    voice = statement.voice
    said_so = same_language(voice.language, language)
    translation = None if said_so else translations.get(language)
    value = own.values.get(statement.pk)
    return Ballot(
        statement_id=statement.pk,
        number=statement.number,
        text=translation.text if translation else voice.public_text,
        language=translation.language if translation else voice.language,
        chosen="" if value is None else WORD_OF[value],
        reason=reason,
        original_language=voice.language if translation else "",
        important=marked == statement.pk,
        languages=tuple(sorted(translations)),
    )


def answered(conversation: Conversation, participant: Participant | None) -> int:
    """Return how many statements of the conversation the participant has answered."""
    return len(own_answers(conversation, participant).values)


_ONE_STATEMENT: Prepared[Statement] = Prepared(
    lambda conversation, statement: Statement.objects.filter(
        conversation=conversation, pk=statement
    ).select_related("voice"),
    conversation=int,
    statement=int,
)


def statement_to_vote_on(conversation: Conversation, identifier: str) -> Statement | None:
    """Return a statement of this conversation with its voice, accepted or not; else None."""
    if not identifier.isascii() or not identifier.isdigit():
        return None
    found = _ONE_STATEMENT.first(conversation=conversation.pk, statement=int(identifier[:18]))
    if found is not None:
        found.conversation = conversation
    return found
