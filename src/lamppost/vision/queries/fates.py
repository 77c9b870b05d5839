"""What became of somebody's own statement."""

from __future__ import annotations

from dataclasses import dataclass

from lamppost.voices.models import Participant, Voice

from ..models import Goal, Statement, StatementEdit
from .landscape import latest_landscape
from .released import released
from .votable import votable


@dataclass(frozen=True)
class Fate:
    """What became of a statement, as its author may know it.

    Attributes
    ----------
    looked_at
        False for one that is shown although nobody has read it yet.
    edits
        Earlier words, the oldest first.
    merged_into
        The statement that says the same and for which answers count; None where it stands alone.
    parts
        The statements into which it was split and that others can answer.
    open_to
        Numbers of the statements named here that others can answer now.
    agree, disagree, votes
        Percent, and "at least so many" who answered; None below ten, and before it was counted.
    goals
        The goals behind which it stands.
    """

    statement: Statement
    looked_at: bool
    edits: tuple[StatementEdit, ...]
    merged_into: Statement | None
    parts: tuple[Statement, ...]
    open_to: frozenset[int]
    agree: int | None
    disagree: int | None
    votes: int | None
    goals: tuple[Goal, ...]

    @property
    def is_shown(self) -> bool:
        voice = self.statement.voice
        return voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC


def own_statement(participant: Participant | None, statement_id: int) -> Statement | None:
    """Return a statement that this participant said; None for anybody else's."""
    if participant is None:
        return None
    return (
        Statement.objects.filter(voice__participant=participant, pk=statement_id)
        .select_related("voice", "conversation__partnership", "merged_into__voice")
        .first()
    )


def fate_of(statement: Statement) -> Fate:
    """Return what became of a statement."""
    voice, conversation = statement.voice, statement.conversation
    related = list(statement.parts.select_related("voice").order_by("number"))
    merged = statement.merged_into
    named = [statement, *related, *([merged] if merged else [])]
    shown = votable(conversation).filter(pk__in=[one.pk for one in named])
    open_to = frozenset(shown.values_list("number", flat=True))
    counted = merged or statement
    share = _share(counted) if counted.number in open_to else None
    goals = Goal.objects.filter(statements__in=[statement, counted]).distinct()
    return Fate(
        statement=statement,
        looked_at=voice.state != Voice.State.ACCEPTED or voice.state_by_id is not None,
        edits=tuple(statement.edits.all()),
        merged_into=merged,
        parts=tuple(one for one in related if one.number in open_to),
        open_to=open_to,
        agree=None if share is None else round(100 * share["agree"]),
        disagree=None if share is None else round(100 * share["disagree"]),
        votes=None if share is None else round(share["votes"]),
        goals=tuple(goals),
    )


def _share(statement: Statement) -> dict[str, float | int] | None:
    """What the newest landscape says of it in public; nothing that moves with a single vote."""
    latest = latest_landscape(statement.conversation)
    if latest is None:
        return None
    found = released(latest.result, {statement.number}).get("statements", [])
    share: dict[str, float | int] | None = found[0]["everyone"] if found else None
    return share
