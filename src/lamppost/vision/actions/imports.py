"""Writes in bulk: a public Polis export, and many votes at once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts import ledger
from lamppost.accounts.actions import create_partnership
from lamppost.accounts.models import Partnership, User
from lamppost.base.spreadsheet import unguard
from lamppost.voices.actions import ImportedWords, import_voices
from lamppost.voices.models import Channel, Participant, Voice

from ..models import Conversation, ReplacedVote, Statement, Vote
from .conversations import new_code
from .landscape import request_landscape
from .votes import NotVotable

if TYPE_CHECKING:
    from lamppost.engines.opinion import PolisExport

OPEN_DATA_WORDING = "published-as-open-data-cc-by-4.0"
BATCH = 5000
VOTE_VALUES = frozenset({-1, 0, 1})
STATE_OF_MODERATION = {
    1: Voice.State.ACCEPTED,
    0: Voice.State.WAITING,
    -1: Voice.State.DECLINED,
}
_MOMENT = dt.timedelta(microseconds=1)


class BulkVotesRefused(NotVotable):
    """A row of votes that cannot be taken; the message says which and why. Nothing was kept."""


class VoteRow(NamedTuple):
    """One vote of a batch: ids of the records, +1 agree, 0 pass, -1 disagree."""

    participant: int
    statement: int
    value: int
    cast_at: dt.datetime | None
    channel: str


@dataclass(frozen=True)
class ImportedPolis:
    """What an import made or found.

    Attributes
    ----------
    conversation
        The question with all that belongs to it.
    is_new
        False when exactly this export was here already, and nothing was changed.
    totals
        Counts as they now stand in the database, by plain name.
    """

    conversation: Conversation
    is_new: bool
    totals: Mapping[str, int]


@transaction.atomic
def bulk_votes(
    *,
    conversation: Conversation,
    rows: Iterable[tuple[int, int, int, dt.datetime | None, str]],
) -> int:
    """Take in many votes of one conversation, all or none.

    Parameters
    ----------
    rows
        ``(participant id, statement id, value, cast_at or None, channel)`` in the order in which
        they were cast. Of several votes of one person on one statement the last counts, and the
        earlier ones are kept as replaced; so are votes that the database holds already. A row
        that equals the vote held, time and channel included, changes nothing.

    Returns
    -------
    int
        Votes taken in, replaced ones included.

    Raises
    ------
    BulkVotesRefused
        For a participant of another partnership, a statement of another conversation, a value
        other than -1, 0, 1 or an unknown channel.
    """
    votes = [VoteRow(*row) for row in rows]
    _check_votes(conversation, votes)
    held = _held_votes(conversation)
    fresh: dict[tuple[int, int], list[VoteRow]] = {}
    for vote in votes:
        fresh.setdefault((vote.participant, vote.statement), []).append(vote)
    new = [cast for cell, cast in fresh.items() if cell not in held]
    again = [(held[cell], cast) for cell, cast in fresh.items() if cell in held]
    taken = _add_votes(new) + _replace_votes(again)
    if taken:
        request_landscape(conversation=conversation)
    return taken


def _check_votes(conversation: Conversation, votes: Sequence[VoteRow]) -> None:
    statements = set(conversation.statements.values_list("pk", flat=True))
    people = set(
        Participant.objects.filter(partnership_id=conversation.partnership_id).values_list(
            "pk", flat=True
        )
    )
    channels = set(Channel.values)
    for number, vote in enumerate(votes, start=1):
        if vote.participant not in people:
            fault = _("the participant does not belong to this partnership")
        elif vote.statement not in statements:
            fault = _("the statement does not belong to this question")
        elif vote.value not in VOTE_VALUES:
            fault = _("the vote must be 1 (agree), 0 (pass) or -1 (disagree)")
        elif vote.channel not in channels:
            fault = _("the channel is not known")
        else:
            continue
        raise BulkVotesRefused(
            _("Row %(row)d: %(fault)s. Nothing was taken in. Correct the row and send all again.")
            % {"row": number, "fault": fault}
        )


def _held_votes(conversation: Conversation) -> dict[tuple[int, int], Vote]:
    votes = Vote.objects.filter(statement__conversation=conversation)
    return {(vote.participant_id, vote.statement_id): vote for vote in votes}


def _add_votes(cells: Sequence[Sequence[VoteRow]]) -> int:
    votes = Vote.objects.bulk_create(
        (_vote_of(cast[-1]) for cast in cells),
        batch_size=BATCH,
    )
    earlier = [
        ReplacedVote(vote=vote, value=old.value, cast_at=old.cast_at)
        for vote, cast in zip(votes, cells, strict=True)
        for old in cast[:-1]
    ]
    ReplacedVote.objects.bulk_create(earlier, batch_size=BATCH)
    return len(votes) + len(earlier)


def _vote_of(row: VoteRow) -> Vote:
    return Vote(
        participant_id=row.participant,
        statement_id=row.statement,
        value=row.value,
        channel=row.channel,
        cast_at=row.cast_at,
    )


def _replace_votes(cells: Sequence[tuple[Vote, list[VoteRow]]]) -> int:
    changed: list[Vote] = []
    earlier: list[ReplacedVote] = []
    taken = 0
    for vote, cast in cells:
        now = (vote.value, vote.cast_at, vote.channel)
        new = [row for row in cast if (row.value, row.cast_at, row.channel) != now]
        if not new:
            continue
        earlier.append(ReplacedVote(vote=vote, value=vote.value, cast_at=vote.cast_at))
        earlier += [ReplacedVote(vote=vote, value=r.value, cast_at=r.cast_at) for r in new[:-1]]
        vote.value, vote.cast_at, vote.channel = new[-1].value, new[-1].cast_at, new[-1].channel
        changed.append(vote)
        taken += len(new)
    ReplacedVote.objects.bulk_create(earlier, batch_size=BATCH)
    Vote.objects.bulk_update(changed, ["value", "cast_at", "channel"], batch_size=500)
    return taken


@transaction.atomic
def open_partnership(*, slug: str, name: str, by: User | None) -> Partnership:
    """Make a partnership for an import; without `by` nobody leads it until somebody is added."""
    if by is not None:
        return create_partnership(by=by, name=name, problem="", slug=slug)
    partnership = Partnership.objects.create(slug=slug, name=name, created_at=timezone.now())
    ledger.record(
        partnership=partnership, by=None, action="accounts.partnership.created", about=partnership
    )
    return partnership


@transaction.atomic
def import_polis(
    *,
    partnership: Partnership,
    export: PolisExport,
    source: str,
    language: str = "und",
    by: User | None = None,
) -> ImportedPolis:
    """Take in a public Polis export: question, statements, people and every vote with its time.

    Parameters
    ----------
    export
        As `engines.opinion.read_polis_export` gave it: checked already.
    source
        Stable name of the export (see `commands.source_of`). What is here already under it stays
        as it is.
    language
        BCP 47 tag of the statements; ``und`` when unknown.

    Notes
    -----
    The question comes in closed: it was answered elsewhere, and is kept as a record. A statement
    keeps its Polis number, a participant their Polis id as reference. People who only wrote are
    made too.
    """
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    known = Conversation.objects.filter(partnership=partnership, source=source).first()
    if known is not None:
        return ImportedPolis(known, False, totals_of(known))
    conversation = _import_conversation(partnership, export, source, language)
    people = _import_participants(partnership, export, conversation.created_at)
    statements = _import_statements(conversation, export, people, language)
    rows: Iterable[tuple[Participant, int, int, dt.datetime | None]]
    if export.events is None:
        rows = ((people[p], statements[s], v, None) for p, s, v in export.triples)
    else:
        log = sorted(export.events, key=lambda event: event.time_ms)
        rows = ((people[e.voter], statements[e.statement], e.value, _time(e.time_ms)) for e in log)
    bulk_votes(
        conversation=conversation,
        rows=((p.pk, s, value, at, Channel.IMPORT.value) for p, s, value, at in rows),
    )
    ledger.record(
        partnership=partnership, by=by, action="vision.conversation.imported", about=conversation
    )
    return ImportedPolis(conversation, True, totals_of(conversation))


def _time(milliseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(milliseconds=milliseconds)


def _import_conversation(
    partnership: Partnership, export: PolisExport, source: str, language: str
) -> Conversation:
    times = [statement.time_ms for statement in export.statements]
    times += [event.time_ms for event in export.events or ()]
    first = _time(min(times)) if times else timezone.now()
    last = _time(max(times)) if times else first
    limit = Conversation._meta.get_field("question").max_length or 300
    topic = " ".join(unguard(export.topic).split()) or source
    question = topic if len(topic) <= limit else topic[: limit - 1] + "…"
    return Conversation.objects.create(
        partnership=partnership,
        code=new_code(),
        question=question,
        background=unguard(export.description).strip()[:4000],
        language=language,
        opens_at=first,
        closes_at=max(last, first + _MOMENT),
        source=source,
        created_at=first,
    )


def _import_participants(
    partnership: Partnership, export: PolisExport, default: dt.datetime
) -> dict[str, Participant]:
    """Everybody in the order of the file (the Polis mode depends on it), then further authors."""
    first: dict[str, int] = {}
    for event in export.events or ():
        first[event.voter] = min(event.time_ms, first.get(event.voter, event.time_ms))
    for statement in export.statements:
        author = statement.author
        first[author] = min(statement.time_ms, first.get(author, statement.time_ms))
    names = dict.fromkeys([*export.matrix.participants, *(s.author for s in export.statements)])
    made = Participant.objects.bulk_create(
        (
            Participant(
                partnership=partnership,
                key=secrets.token_hex(32),
                channel=Channel.IMPORT,
                reference=name,
                created_at=_time(first[name]) if name in first else default,
            )
            for name in names
        ),
        batch_size=BATCH,
    )
    return dict(zip(names, made, strict=True))


def _import_statements(
    conversation: Conversation,
    export: PolisExport,
    people: Mapping[str, Participant],
    language: str,
) -> dict[int, int]:
    """Statement record by Polis number."""
    voices = import_voices(
        partnership=conversation.partnership,
        kind=Voice.Kind.STATEMENT,
        words=(
            ImportedWords(
                text=unguard(statement.text),
                said_at=_time(statement.time_ms),
                state=STATE_OF_MODERATION[statement.moderation],
                participant=people[statement.author],
            )
            for statement in export.statements
        ),
        language=language,
        consent_wording=OPEN_DATA_WORDING,
    )
    made = Statement.objects.bulk_create(
        (
            Statement(
                conversation=conversation,
                voice=voice,
                number=statement.id,
                is_seed=statement.is_seed,
                is_meta=statement.is_meta,
            )
            for voice, statement in zip(voices, export.statements, strict=True)
        ),
        batch_size=BATCH,
    )
    return {statement.number: statement.pk for statement in made}


def totals_of(conversation: Conversation) -> dict[str, int]:
    """Count what the database holds of a conversation."""
    statements = conversation.statements.values_list("voice__state", flat=True)
    states = list(statements)
    votes = Vote.objects.filter(statement__conversation=conversation)
    values = list(votes.values_list("value", flat=True))
    replaced = ReplacedVote.objects.filter(vote__statement__conversation=conversation)
    return {
        "statements": len(states),
        "accepted": states.count(Voice.State.ACCEPTED),
        "not moderated": states.count(Voice.State.WAITING),
        "rejected": states.count(Voice.State.DECLINED),
        "voters": votes.values("participant").distinct().count(),
        "votes": len(values),
        "agree": values.count(1),
        "disagree": values.count(-1),
        "pass": values.count(0),
        "replaced votes": replaced.count(),
    }
