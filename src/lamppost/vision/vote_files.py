"""Every vote of a question as files: as Polis exports it, or as one Parquet table.

numpy and pyarrow are imported inside the functions. Files are written to a temporary file that
is gone when it has been sent; no more than one row is held as text.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from lamppost.base.spreadsheet import guard

from .models import Conversation, ReplacedVote, Vote
from .queries.landscape import latest_landscape, vote_matrix
from .queries.merging import merged_numbers

if TYPE_CHECKING:
    from lamppost.engines.opinion import VoteMatrix

MODERATED = {"accepted": 1, "waiting": 0, "declined": -1}


class Event(NamedTuple):
    """A vote as it was cast: row of the matrix, number of the statement, value, time in ms."""

    row: int
    statement: int
    value: int
    time_ms: int


def has_parquet() -> bool:
    """Say whether pyarrow, of the extra `archive`, is installed."""
    return find_spec("pyarrow") is not None


def polis_archive(conversation: Conversation) -> IO[bytes] | None:
    """Return a zip of summary, comments, votes and participants-votes; None without a vote.

    No text becomes a formula in a spreadsheet program: an apostrophe stands before such a one.
    People are numbered in the order in which they came; their keys stay here.
    """
    matrix = vote_matrix(conversation)
    if matrix is None:
        return None
    events = _events(conversation, matrix)
    stream = tempfile.TemporaryFile(dir=settings.HOME)  # noqa: SIM115
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in (
            ("summary.csv", _summary(conversation, matrix)),
            ("comments.csv", _comments(conversation, matrix, events)),
            ("votes.csv", _votes(events)),
            ("participants-votes.csv", _participants(conversation, matrix)),
        ):
            with (
                archive.open(name, "w", force_zip64=True) as binary,
                io.TextIOWrapper(binary, encoding="utf-8", newline="") as text,
            ):
                csv.writer(text).writerows(rows)
    stream.seek(0)
    return stream


def parquet_file(conversation: Conversation) -> IO[bytes] | None:
    """Return the votes as one Parquet table: participant, statement, vote, time; None without."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    matrix = vote_matrix(conversation)
    if matrix is None:
        return None
    last: dict[tuple[int, int], Event] = {}
    for event in _events(conversation, matrix):
        last[event.row, event.statement] = event
    columns = {
        "participant": pa.array([one.row for one in last.values()], pa.int32()),
        "statement": pa.array([one.statement for one in last.values()], pa.int32()),
        "vote": pa.array([one.value for one in last.values()], pa.int8()),
        "time": pa.array([one.time_ms for one in last.values()], pa.timestamp("ms", tz="UTC")),
    }
    stream = tempfile.TemporaryFile(dir=settings.HOME)  # noqa: SIM115
    pq.write_table(pa.table(columns), stream, compression="zstd")
    stream.seek(0)
    return stream


def _milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)


def _events(conversation: Conversation, matrix: VoteMatrix) -> list[Event]:
    """Every vote in order of time, ending with the ones that count.

    A vote without a time stands at the beginning. Earlier answers are told of statements that
    were not merged; a merged statement's votes are those of the one it counts for.
    """
    start = _milliseconds(conversation.created_at)
    merged = merged_numbers(conversation)
    row = {int(key): place for place, key in enumerate(matrix.participants)}
    when: dict[tuple[int, int], int] = {}
    votes = Vote.objects.filter(statement__conversation=conversation).order_by()
    for person, number, cast_at in votes.values_list(
        "participant", "statement__number", "cast_at"
    ).iterator(chunk_size=20_000):
        if person not in row:
            continue
        cell = row[person], merged.get(number, number)
        time = start if cast_at is None else _milliseconds(cast_at)
        when[cell] = max(when.get(cell, 0), time)
    return sorted(
        (*_earlier(conversation, merged, row, when), *_final(matrix, when, start)),
        key=lambda event: event.time_ms,
    )


def _earlier(
    conversation: Conversation,
    merged: Mapping[int, int],
    row: Mapping[int, int],
    when: Mapping[tuple[int, int], int],
) -> Iterator[Event]:
    replaced = ReplacedVote.objects.filter(vote__statement__conversation=conversation)
    for person, number, value, cast_at in replaced.order_by("pk").values_list(
        "vote__participant", "vote__statement__number", "value", "cast_at"
    ):
        cell = row.get(person, -1), number
        if number in merged or cell not in when:
            continue
        time = when[cell] if cast_at is None else min(_milliseconds(cast_at), when[cell])
        yield Event(*cell, value, time)


def _final(matrix: VoteMatrix, when: Mapping[tuple[int, int], int], start: int) -> Iterator[Event]:
    import numpy as np

    rows, columns = np.nonzero(matrix.voted)
    values = matrix.values[rows, columns].tolist()
    for place, column, value in zip(rows.tolist(), columns.tolist(), values, strict=True):
        cell = place, matrix.statements[column]
        yield Event(*cell, value, when.get(cell, start))


def _summary(conversation: Conversation, matrix: VoteMatrix) -> list[list[Any]]:
    return [
        ["topic", guard(conversation.question)],
        ["url", f"{settings.LAMPPOST_URL}/v/{conversation.code}/"],
        ["voters", len(matrix.participants)],
        ["voters-in-conv", len(matrix.participants)],
        ["commenters", len(set(_authors(conversation, matrix).values()))],
        ["comments", conversation.statements.count()],
        ["conversation-description", guard(conversation.background)],
    ]


def _authors(conversation: Conversation, matrix: VoteMatrix) -> dict[int, int]:
    """Number of the author of each statement: the row of who voted, a further number of others."""
    known = {int(key): place for place, key in enumerate(matrix.participants)}
    found = {}
    for number, person in conversation.statements.order_by("number").values_list(
        "number", "voice__participant"
    ):
        found[number] = known.setdefault(person or 0, len(known))
    return found


def _comments(
    conversation: Conversation, matrix: VoteMatrix, events: Sequence[Event]
) -> Iterator[list[Any]]:
    counted = Counter((event.statement, event.value) for event in events)
    authors = _authors(conversation, matrix)
    yield [
        "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated",
        "comment-body", "is-meta", "is-seed",
    ]  # fmt: skip
    rows = conversation.statements.order_by("number").values_list(
        "number", "is_meta", "is_seed", "voice__state", "voice__public_text", "voice__said_at"
    )
    for number, is_meta, is_seed, state, text, said_at in rows:
        yield [
            _milliseconds(said_at), said_at.isoformat(), number, authors[number],
            counted[number, 1], counted[number, -1], MODERATED[state], guard(text),
            "true" if is_meta else "false", "true" if is_seed else "false",
        ]  # fmt: skip


def _votes(events: Iterable[Event]) -> Iterator[list[Any]]:
    yield ["timestamp", "datetime", "comment-id", "voter-id", "vote"]
    for event in events:
        moment = dt.datetime.fromtimestamp(event.time_ms / 1000, dt.UTC)
        yield [event.time_ms, moment.isoformat(), event.statement, event.row, event.value]


def _participants(conversation: Conversation, matrix: VoteMatrix) -> Iterator[list[Any]]:
    stored = latest_landscape(conversation)
    groups = {} if stored is None else stored.result.get("membership", {})
    wrote = Counter(_authors(conversation, matrix).values())
    yield [
        "participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree",
        *matrix.statements,
    ]  # fmt: skip
    voted = matrix.voted
    for place, key in enumerate(matrix.participants):
        values = [
            value if has else ""
            for value, has in zip(matrix.values[place].tolist(), voted[place].tolist(), strict=True)
        ]
        yield [
            place, groups.get(key, ""), wrote[place], len(values) - values.count(""),
            values.count(1), values.count(-1), *values,
        ]  # fmt: skip
