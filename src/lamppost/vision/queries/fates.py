"""What became of somebody's own statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lamppost.voices.models import Participant, Voice

from ..models import Goal, Landscape, Statement, StatementEdit
from .landscape import latest_landscape
from .public_landscape import shown_numbers
from .released import released
from .unusual import share_without, unusual_votes
from .votable import votable

Share = Mapping[str, float | int]


@dataclass(frozen=True)
class Told:
    """Percent who agree and disagree, of "at least so many" who answered."""

    agree: int
    disagree: int
    votes: int


@dataclass(frozen=True)
class Unusual:
    """What is said beside a number of which some votes look unusual.

    Attributes
    ----------
    changes
        Whether the conclusion of the whole landscape is another without them.
    without
        The same number without them; None where it may not be shown apart (fewer than ten people,
        or the difference would tell how so few voted).
    """

    changes: bool
    without: Told | None


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
    share
        How many agree; None below ten answers, and before it was counted.
    unusual
        What the unusual votes of the question come to; None without any, and without a share.
    goals
        The goals behind which it stands.
    """

    statement: Statement
    looked_at: bool
    edits: tuple[StatementEdit, ...]
    merged_into: Statement | None
    parts: tuple[Statement, ...]
    open_to: frozenset[int]
    share: Told | None
    unusual: Unusual | None
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
    latest = latest_landscape(conversation) if counted.number in open_to else None
    share = _share(latest, counted)
    goals = Goal.objects.filter(statements__in=[statement, counted]).distinct()
    return Fate(
        statement=statement,
        looked_at=voice.state != Voice.State.ACCEPTED or voice.state_by_id is not None,
        edits=tuple(statement.edits.all()),
        merged_into=merged,
        parts=tuple(one for one in related if one.number in open_to),
        open_to=open_to,
        share=share,
        unusual=_unusual(latest, counted) if share and latest else None,
        goals=tuple(goals),
    )


def _share(latest: Landscape | None, statement: Statement) -> Told | None:
    """What the newest landscape says of it in public; nothing that moves with a single vote."""
    if latest is None:
        return None
    found = released(latest.result, {statement.number}).get("statements", [])
    return _told(found[0]["everyone"] if found else None)


def _unusual(latest: Landscape, statement: Statement) -> Unusual | None:
    """What the landscape's page says of unusual votes, about this statement."""
    numbers = shown_numbers(statement.conversation)
    found = unusual_votes(latest.result, latest.integrity, numbers)
    if found is None:
        return None
    return Unusual(found["changes"], _told(share_without(found, statement.number)))


def _told(share: Share | None) -> Told | None:
    if share is None:
        return None
    agree, disagree = (round(100 * share[name]) for name in ("agree", "disagree"))
    return Told(agree, disagree, round(share["votes"]))
