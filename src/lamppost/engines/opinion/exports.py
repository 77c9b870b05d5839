"""Public Polis exports: a folder of CSV files, read strictly.

Files: ``summary.csv``, ``comments.csv``, ``participants-votes.csv`` and, where published,
``votes.csv`` (the event log). Signs in all of them: agree +1, pass 0, disagree -1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.tables import Row, read_records, read_table, table_error
from lamppost.engines.opinion.votes import AGREE, DISAGREE, MISSING, VoteMatrix

_LATEST_TIME = 253_402_300_800_000  # the year 10,000, in milliseconds
_CELLS = {"": MISSING, "1": 1, "0": 0, "-1": -1}
_ABOUT_PARTICIPANT = (
    "participant",
    "xid",
    "group-id",
    "n-comments",
    "n-votes",
    "n-agree",
    "n-disagree",
)
_NEEDED_OF_PARTICIPANT = tuple(name for name in _ABOUT_PARTICIPANT if name != "xid")
_NEEDED_OF_STATEMENT = (
    "timestamp",
    "comment-id",
    "author-id",
    "agrees",
    "disagrees",
    "moderated",
    "comment-body",
)
_TOGETHER = "Download all files of the export again, at the same moment."


@dataclass(frozen=True)
class ExportedStatement:
    """One statement as ``comments.csv`` has it.

    Attributes
    ----------
    id : int
    author : str
        Id of the participant who wrote it; an author need not have voted.
    text : str
    time_ms : int
        When it was written, milliseconds since 1970 in UTC.
    moderation : int
        1 accepted, 0 not moderated, -1 rejected.
    is_meta, is_seed : bool
        False when the export does not say.
    agrees, disagrees : int
        As in the file: every vote EVENT, replaced ones included.
    consensus : float or None
        Exported group-informed consensus, where the export has it.
    row : int
        Line in the file.
    """

    id: int
    author: str
    text: str
    time_ms: int
    moderation: int
    is_meta: bool
    is_seed: bool
    agrees: int
    disagrees: int
    consensus: float | None
    row: int


class ExportedVote(NamedTuple):
    """One vote event: +1 agree, 0 pass, -1 disagree, at milliseconds since 1970 in UTC."""

    statement: int
    voter: str
    value: int
    time_ms: int


@dataclass(frozen=True)
class PolisExport:
    """A whole export, checked.

    Attributes
    ----------
    topic, description : str
    summary : dict of str to str
        Every line of ``summary.csv``.
    statements : tuple of ExportedStatement
        In file order; those without a vote are not in ``matrix``.
    events : tuple of ExportedVote or None
        In file order; None when the export has no ``votes.csv``.
    matrix : VoteMatrix
        Final votes, rows and columns in file order.
    groups : dict of str to int
        Exported group of each participant who has one.
    """

    topic: str
    description: str
    summary: dict[str, str]
    statements: tuple[ExportedStatement, ...]
    events: tuple[ExportedVote, ...] | None
    matrix: VoteMatrix
    groups: dict[str, int]

    @property
    def triples(self) -> Iterator[tuple[str, int, int]]:
        """Final votes as (participant, statement, value), row by row."""
        rows, columns = np.nonzero(self.matrix.voted)
        values = self.matrix.values[rows, columns]
        cells = zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True)
        people, statements = self.matrix.participants, self.matrix.statements
        return ((people[row], statements[column], value) for row, column, value in cells)

    @property
    def labels(self) -> NDArray[np.int64]:
        """Exported group by row of the matrix, -1 without a group; shape (P,)."""
        return np.array([self.groups.get(p, -1) for p in self.matrix.participants], dtype=np.int64)


class _Final(NamedTuple):
    """What ``participants-votes.csv`` holds."""

    participants: tuple[str, ...]
    statements: tuple[int, ...]
    values: NDArray[np.int8]
    groups: dict[str, int]
    lines: tuple[int, ...]


def read_polis_export(folder: Path) -> PolisExport:
    """Read and check a folder of a public Polis export.

    Parameters
    ----------
    folder : Path
        Holds ``summary.csv``, ``comments.csv``, ``participants-votes.csv`` and perhaps
        ``votes.csv``; anything else in it is left alone.

    Returns
    -------
    PolisExport

    Raises
    ------
    EngineError
        ``opinion.export.*``, naming file, row, column and remedy, for every fault: a missing
        file or column, a value of the wrong kind, an unknown statement or participant, ids that
        repeat, totals that do not add up, an event log that does not lead to the final votes.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise table_error(
            "missing_folder",
            folder.name,
            None,
            None,
            "there is no such folder",
            "Give the folder that holds comments.csv and participants-votes.csv.",
        )
    summary = _read_summary(folder / "summary.csv")
    statements = _read_statements(folder / "comments.csv")
    by_id = {statement.id: statement for statement in statements}
    final = _read_final(folder / "participants-votes.csv", by_id)
    _check_voters(summary, len(final.participants))
    log = folder / "votes.csv"
    events = _read_events(log, by_id, final) if log.exists() else None
    if events is not None:
        _check_last_events(events, final)
        _check_totals(events, statements)
    return PolisExport(
        topic=summary["topic"],
        description=summary["conversation-description"],
        summary=summary,
        statements=statements,
        events=None if events is None else tuple(event for _, event in events),
        matrix=_matrix(final, by_id),
        groups=final.groups,
    )


def _matrix(final: _Final, by_id: Mapping[int, ExportedStatement]) -> VoteMatrix:
    listed = [by_id[statement] for statement in final.statements]
    return VoteMatrix(
        final.participants,
        final.statements,
        final.values,
        np.array([statement.moderation for statement in listed], dtype=np.int8),
        np.array([statement.is_meta for statement in listed], dtype=np.bool_),
    )


def _read_summary(path: Path) -> dict[str, str]:
    summary: dict[str, str] = {}
    for line, cells in read_records(path):
        if len(cells) != 2:
            fault = f"the row has {len(cells)} cells and should have a name and a value"
            raise table_error("bad_row_length", path.name, line, None, fault)
        name, value = cells
        if name in summary:
            raise table_error("repeated_row", path.name, line, name, "this line comes twice")
        summary[name] = value
    for name in ("topic", "conversation-description"):
        if name not in summary:
            raise table_error("missing_row", path.name, None, name, "this line is missing")
    return summary


def _check_voters(summary: Mapping[str, str], participants: int) -> None:
    told = summary.get("voters")
    if told is not None and told != str(participants):
        fault = f"it says {told!r} and participants-votes.csv has {participants} participants"
        raise table_error("voters_differ", "summary.csv", None, "voters", fault, _TOGETHER)


def _read_statements(path: Path) -> tuple[ExportedStatement, ...]:
    _, rows = read_table(path, _NEEDED_OF_STATEMENT)
    statements: dict[int, ExportedStatement] = {}
    for row in rows:
        statement = _statement(row)
        if statement.id in statements:
            first = statements[statement.id].row
            fault = f"statement {statement.id} is already in row {first}"
            row.refuse("repeated_statement", "comment-id", fault)
        statements[statement.id] = statement
    return tuple(statements.values())


def _statement(row: Row) -> ExportedStatement:
    return ExportedStatement(
        id=row.count("comment-id"),
        author=str(row.count("author-id")),
        text=row.cells["comment-body"],
        time_ms=_time(row),
        moderation=row.number("moderated", (-1, 0, 1)),
        is_meta=row.truth("is-meta"),
        is_seed=row.truth("is-seed"),
        agrees=row.count("agrees"),
        disagrees=row.count("disagrees"),
        consensus=_exported_consensus(row),
        row=row.line,
    )


def _exported_consensus(row: Row) -> float | None:
    name = "group-informed-consensus"
    return row.share(name) if name in row.cells else None


def _time(row: Row) -> int:
    time = row.count("timestamp")
    if time >= _LATEST_TIME:
        row.refuse("bad_time", "timestamp", f"{time} is not a time in milliseconds since 1970")
    return time


def _read_final(path: Path, by_id: Mapping[int, ExportedStatement]) -> _Final:
    columns, rows = read_table(path, _NEEDED_OF_PARTICIPANT)
    names = [name for name in columns if name not in _ABOUT_PARTICIPANT]
    statements = tuple(_statement_column(path.name, name, by_id) for name in names)
    _check_statement_columns(path.name, statements)
    lines: dict[str, int] = {}
    groups: dict[str, int] = {}
    values = np.full((len(rows), len(names)), MISSING, dtype=np.int8)
    for place, row in enumerate(rows):
        participant = str(row.count("participant"))
        if participant in lines:
            fault = f"participant {participant} is already in row {lines[participant]}"
            row.refuse("repeated_participant", "participant", fault)
        lines[participant] = row.line
        if row.cells["group-id"]:
            groups[participant] = row.count("group-id")
        values[place] = _row_values(row, names)
        _check_row_totals(row, values[place])
    return _Final(tuple(lines), statements, values, groups, tuple(lines.values()))


def _statement_column(file: str, name: str, by_id: Mapping[int, ExportedStatement]) -> int:
    if not (name.isascii() and name.isdigit()):
        fault = "the name of the column is neither known nor a statement id"
        raise table_error("unknown_column", file, 1, name, fault)
    if int(name) not in by_id:
        fault = f"statement {name} is not in comments.csv"
        raise table_error("unknown_statement", file, 1, name, fault, _TOGETHER)
    return int(name)


def _check_statement_columns(file: str, statements: tuple[int, ...]) -> None:
    for statement, times in Counter(statements).items():
        if times > 1:
            fault = f"statement {statement} has {times} columns"
            raise table_error("repeated_column", file, 1, str(statement), fault)


def _row_values(row: Row, names: list[str]) -> list[int]:
    cells = row.cells
    try:
        return [_CELLS[cells[name]] for name in names]
    except KeyError:
        wrong = next(name for name in names if cells[name] not in _CELLS)
        row.refuse("bad_vote", wrong, f"{cells[wrong]!r} is not 1, 0, -1 or empty")


def _check_row_totals(row: Row, values: NDArray[np.int8]) -> None:
    row.count("n-comments")
    counted = {
        "n-votes": int(np.count_nonzero(values != MISSING)),
        "n-agree": int(np.count_nonzero(values == AGREE)),
        "n-disagree": int(np.count_nonzero(values == DISAGREE)),
    }
    for column, count in counted.items():
        if row.count(column) != count:
            fault = f"it says {row.cells[column]} and the row holds {count}"
            row.refuse("row_totals_differ", column, fault)


def _read_events(
    path: Path, by_id: Mapping[int, ExportedStatement], final: _Final
) -> list[tuple[int, ExportedVote]]:
    """Every event with its line in the file."""
    _, rows = read_table(path, ("timestamp", "comment-id", "voter-id", "vote"))
    known = set(final.participants)
    events: list[tuple[int, ExportedVote]] = []
    for row in rows:
        statement, voter = row.count("comment-id"), str(row.count("voter-id"))
        if statement not in by_id:
            fault = f"statement {statement} is not in comments.csv"
            row.refuse("unknown_statement", "comment-id", fault, _TOGETHER)
        if voter not in known:
            fault = f"participant {voter} is not in participants-votes.csv"
            row.refuse("unknown_participant", "voter-id", fault, _TOGETHER)
        value = row.cells["vote"]
        if value not in ("1", "0", "-1"):
            row.refuse("bad_vote", "vote", f"{value!r} is not 1, 0 or -1")
        events.append((row.line, ExportedVote(statement, voter, int(value), _time(row))))
    return events


def _check_last_events(events: list[tuple[int, ExportedVote]], final: _Final) -> None:
    """Refuse unless the last event by time of each cell is the final vote, cell for cell."""
    last: dict[tuple[str, int], tuple[int, ExportedVote]] = {}
    for line, event in sorted(events, key=lambda item: item[1].time_ms):
        last[event.voter, event.statement] = line, event
    _check_sign(last, final)
    for place, participant in enumerate(final.participants):
        values = final.values[place].tolist()
        for statement, value in zip(final.statements, values, strict=True):
            log_line, told = _told(last.pop((participant, statement), None))
            if told != value:
                _refuse_cell(final.lines[place], participant, statement, value, told, log_line)
    for (participant, statement), (line, event) in last.items():
        fault = (
            f"participant {participant} votes {event.value} on statement {statement}, "
            "which has no column in participants-votes.csv"
        )
        raise table_error("votes_differ", "votes.csv", line, "comment-id", fault, _TOGETHER)


def _told(entry: tuple[int, ExportedVote] | None) -> tuple[int | None, int]:
    """Line and value of a cell's last event; no line and ``MISSING`` without one."""
    return (None, MISSING) if entry is None else (entry[0], entry[1].value)


def _refuse_cell(
    row: int, participant: str, statement: int, value: int, told: int, line: int | None
) -> None:
    final = "no vote" if value == MISSING else f"the vote {value}"
    log = "has no vote" if line is None else f"ends with {told} in row {line}"
    fault = f"participant {participant} has {final} here and votes.csv {log}"
    raise table_error(
        "votes_differ", "participants-votes.csv", row, str(statement), fault, _TOGETHER
    )


def _check_sign(last: Mapping[tuple[str, int], tuple[int, ExportedVote]], final: _Final) -> None:
    """Tell a log with agree and disagree exchanged from one that differs here and there."""
    rows = {participant: place for place, participant in enumerate(final.participants)}
    columns = {statement: place for place, statement in enumerate(final.statements)}
    pairs = [
        (event.value, int(final.values[rows[event.voter], columns[event.statement]]))
        for _, event in last.values()
        if event.statement in columns
    ]
    if all(told == -value for told, value in pairs) and any(told != value for told, value in pairs):
        raise table_error(
            "sign_exchanged",
            "votes.csv",
            None,
            "vote",
            "agree and disagree are exchanged against participants-votes.csv",
            "Write agree as 1 and disagree as -1 in both files.",
        )


def _check_totals(
    events: list[tuple[int, ExportedVote]], statements: tuple[ExportedStatement, ...]
) -> None:
    """Refuse unless agrees and disagrees count every event, replaced ones included."""
    counted = Counter((event.statement, event.value) for _, event in events)
    for statement in statements:
        told = {"agrees": statement.agrees, "disagrees": statement.disagrees}
        for column, value in (("agrees", AGREE), ("disagrees", DISAGREE)):
            count = counted[statement.id, value]
            if told[column] != count:
                fault = f"it says {told[column]} and votes.csv has {count} such votes"
                raise table_error(
                    "totals_differ", "comments.csv", statement.row, column, fault, _TOGETHER
                )
