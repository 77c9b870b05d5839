"""Reads for the vote: which statement is next, and what somebody answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lamppost.voices.models import Participant, Voice

from ..choosing import choose
from ..models import Conversation, Statement, Vote

WORD_OF = {1: "agree", 0: "pass", -1: "disagree"}
COUNTS_KEPT_FOR = 20  # seconds


@dataclass(frozen=True)
class Ballot:
    """One statement as it is put to somebody.

    Attributes
    ----------
    chosen
        ``agree``, ``disagree``, ``pass``, or empty when they have not answered it.
    """

    statement_id: int
    number: int
    text: str
    language: str
    chosen: str = ""


def votable(conversation: Conversation) -> QuerySet[Statement]:
    """Return the statements that others vote on.

    They are accepted, their author lets them be shown, and they were not merged into another.
    """
    return Statement.objects.filter(
        conversation=conversation,
        merged_into__isnull=True,
        voice__state=Voice.State.ACCEPTED,
        voice__consent=Voice.Consent.PUBLIC,
    )


def next_ballot(
    conversation: Conversation, participant: Participant | None, seed: str
) -> Ballot | None:
    """Return a statement that the participant has not answered; None when there is none left."""
    open_ones = votable(conversation).order_by()
    if participant is not None:
        own = Vote.objects.filter(participant=participant)
        here, merged = Q(statement=OuterRef("pk")), Q(statement__merged_into=OuterRef("pk"))
        open_ones = open_ones.filter(~Exists(own.filter(here)), ~Exists(own.filter(merged)))
    waiting = list(open_ones.values_list("pk", flat=True))
    chosen = choose(seed, waiting, _counts(conversation) if len(waiting) > 1 else {})
    if chosen is None:
        return None
    return _ballot(Statement.objects.select_related("voice").get(pk=chosen))


def ballot_of(
    conversation: Conversation, number: int, participant: Participant | None
) -> Ballot | None:
    """Return the statement with this number and what the participant answered, to change it."""
    statement = votable(conversation).select_related("voice").filter(number=number).first()
    if statement is None:
        return None
    vote = None
    if participant is not None:
        vote = Vote.objects.filter(participant=participant, statement=statement).first()
    return _ballot(statement, WORD_OF[vote.value] if vote else "")


def _ballot(statement: Statement, chosen: str = "") -> Ballot:
    voice = statement.voice
    return Ballot(statement.pk, statement.number, voice.public_text, voice.language, chosen)


def _counts(conversation: Conversation) -> dict[int, int]:
    """Votes by statement, at most some seconds old: they only weigh the choice."""
    key = f"vision.counts.{conversation.code}"
    counts: dict[int, int] | None = cache.get(key)
    if counts is None:
        counts = dict(
            Vote.objects.filter(statement__conversation=conversation)
            .order_by()
            .values_list("statement")
            .annotate(count=Count("pk"))
        )
        cache.set(key, counts, COUNTS_KEPT_FOR)
    return counts


def answered(conversation: Conversation, participant: Participant | None) -> int:
    """Return how many statements of the conversation the participant has answered."""
    if participant is None:
        return 0
    return Vote.objects.filter(
        participant=participant, statement__conversation=conversation
    ).count()


def statement_to_vote_on(conversation: Conversation, identifier: str) -> Statement | None:
    """Return a statement of this conversation with its voice, accepted or not; else None."""
    if not identifier.isascii() or not identifier.isdigit():
        return None
    found = (
        Statement.objects.filter(conversation=conversation, pk=int(identifier[:18]))
        .select_related("voice")
        .first()
    )
    if found is not None:
        found.conversation = conversation
    return found
