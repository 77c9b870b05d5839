"""Votes in a partnership's exchange folder (``lamppost export``), read strictly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.integrity.arrivals import VoteEvent
from lamppost.engines.opinion.tables import Row, read_table, table_error
from lamppost.engines.opinion.votes import AGREE, DISAGREE, PASS, VoteMatrix

# Value, and the row that says it.
Cast = tuple[int, Row]
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
_MODERATION_OF_STATE = {"accepted": 1, "waiting": 0, "declined": -1}


@dataclass(frozen=True, eq=False)
class FolderQuestion:
    """One question of a partnership's folder.

    Attributes
    ----------
    id : str
        Its id within the folder.
    code : str
        Its short address; empty in public folders.
    question : str
    matrix : VoteMatrix
        Statements by their number within the question.
    texts : dict of int to str
        Words by number.
    events : tuple of VoteEvent or None
        When and through which channel each vote came; None where the folder has no times.
    """

    id: str
    code: str
    question: str
    matrix: VoteMatrix
    texts: dict[int, str]
    events: tuple[VoteEvent, ...] | None = None


def is_partnership_folder(folder: Path) -> bool:
    """Say whether ``folder`` looks like a partnership's exchange folder."""
    return (folder / "conversations.csv").is_file() and (folder / "statements.csv").is_file()


def read_partnership_folder(folder: Path) -> tuple[FolderQuestion, ...]:
    """Questions of an exchange folder with their votes, in the order of ``conversations.csv``.

    Parameters
    ----------
    folder : Path
        A private export, one made by hand, or a public one of before public exports held no votes.

    Raises
    ------
    EngineError
        ``opinion.export.*`` with file, row, column and remedy; ``.no_votes`` for a public export.

    Notes
    -----
    A vote on a statement that was merged into another counts there, for whoever has not answered
    the other; of several such votes of one person the latest counts, of equally late ones (and
    where no time is known) that on the lowest number. Cost O(votes).
    """
    if not (folder / "votes.csv").is_file():
        raise _without_votes(folder.resolve().name)
    _, questions = read_table(folder / "conversations.csv", ("id", "question"))
    _, statements = read_table(folder / "statements.csv", ("id", "conversation", "number"))
    _, votes = read_table(folder / "votes.csv", ("participant", "statement", "value"))
    states, words = _voices(folder)
    by_question: dict[str, list[Row]] = {row.cells["id"]: [] for row in questions}
    for row in statements:
        owner = row.cells["conversation"]
        if owner not in by_question:
            row.refuse("unknown_question", "conversation", f"there is no question {owner!r}")
        by_question[owner].append(row)
    cells = _cells(votes, {row.cells["id"] for row in statements})
    return tuple(
        _question(row, by_question[row.cells["id"]], cells, states, words) for row in questions
    )


def _voices(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """State and words of each voice, by id; empty where the folder has none."""
    path = folder / "voices.csv"
    if not path.is_file():
        return {}, {}
    _, rows = read_table(path, ("id",))
    states = {row.cells["id"]: row.cells.get("state", "accepted") for row in rows}
    return states, {row.cells["id"]: row.cells.get("public_text", "") for row in rows}


def _cells(votes: list[Row], known: set[str]) -> dict[str, dict[str, Cast]]:
    """Value and row by statement id, then by participant."""
    cells: dict[str, dict[str, Cast]] = {statement: {} for statement in known}
    for row in votes:
        statement, participant = row.cells["statement"], row.cells["participant"]
        if statement not in cells:
            row.refuse("unknown_statement", "statement", f"there is no statement {statement!r}")
        if participant in cells[statement]:
            fault = f"participant {participant} has two votes on statement {statement}"
            row.refuse("repeated_vote", "participant", fault, "Keep one of them.")
        cells[statement][participant] = (row.number("value", (DISAGREE, PASS, AGREE)), row)
    return cells


def _question(
    row: Row,
    statements: list[Row],
    cells: Mapping[str, Mapping[str, Cast]],
    states: Mapping[str, str],
    words: Mapping[str, str],
) -> FolderQuestion:
    numbers = _numbers(statements)
    triples = _triples(statements, numbers, cells)
    moderation = {numbers[one.cells["id"]]: _moderation(one, states) for one in statements}
    voted = dict.fromkeys(number for _, number in triples)
    matrix = VoteMatrix.from_triples(
        [(participant, number, value) for (participant, number), value in triples.items()],
        statements=[number for number in sorted(moderation) if number in voted],
        moderation=moderation,
        is_meta={numbers[one.cells["id"]]: one.truth("is_meta") for one in statements},
    )
    texts = {
        numbers[one.cells["id"]]: one.cells.get("text") or words.get(one.cells.get("voice", ""), "")
        for one in statements
    }
    events = _events(matrix, numbers, cells)
    return FolderQuestion(
        row.cells["id"], row.cells.get("code", ""), row.cells["question"], matrix, texts, events
    )


def _events(
    matrix: VoteMatrix, numbers: Mapping[str, int], cells: Mapping[str, Mapping[str, Cast]]
) -> tuple[VoteEvent, ...] | None:
    """How votes came; those on a statement without a column have place -1."""
    place = {participant: row for row, participant in enumerate(matrix.participants)}
    column = {number: at for at, number in enumerate(matrix.statements)}
    found = [
        VoteEvent(
            place[participant],
            column.get(number, -1),
            value,
            None if (moment := _moment(row)) == _NEVER else moment.timestamp(),
            row.cells.get("channel") or "web",
        )
        for identity, number in numbers.items()
        for participant, (value, row) in cells[identity].items()
    ]
    return tuple(found) if any(event.time is not None for event in found) else None


def _numbers(statements: Sequence[Row]) -> dict[str, int]:
    """Number by statement id; two statements of a question never share one."""
    numbers: dict[str, int] = {}
    seen: dict[int, int] = {}
    for one in statements:
        number = one.count("number")
        if number in seen:
            fault = f"number {number} is that of row {seen[number]} of the same question"
            one.refuse("repeated_statement", "number", fault, "Give one of them another number.")
        seen[number], numbers[one.cells["id"]] = one.line, number
    return numbers


def _triples(
    statements: Sequence[Row],
    numbers: Mapping[str, int],
    cells: Mapping[str, Mapping[str, Cast]],
) -> dict[tuple[str, int], int]:
    """Value by participant and number, votes on merged statements where they count."""
    root = _roots(statements, numbers)
    found = {
        (participant, number): value
        for identity, number in numbers.items()
        if identity not in root
        for participant, (value, _row) in cells[identity].items()
    }
    moved = [
        (_moment(row), -numbers[identity], participant, numbers[target], value)
        for identity, target in root.items()
        for participant, (value, row) in cells[identity].items()
    ]
    latest = {
        (participant, number): value for _at, _number, participant, number, value in sorted(moved)
    }
    return latest | found


def _roots(statements: Sequence[Row], numbers: Mapping[str, int]) -> dict[str, str]:
    """Id of a merged statement → id of the one for which it counts."""
    rows = {one.cells["id"]: one for one in statements if one.cells.get("merged_into")}
    found = {}
    for identity, row in rows.items():
        target, passed = identity, {identity}
        while target in rows:
            target = rows[target].cells["merged_into"]
            if target not in numbers:
                fault = f"its question has no statement {target!r}"
                row.refuse("unknown_statement", "merged_into", fault)
            if target in passed:
                fault = f"it leads back to itself over {target!r}"
                row.refuse("merged_in_a_circle", "merged_into", fault, "Clear one of the cells.")
            passed.add(target)
        found[identity] = target
    return found


def _moment(row: Row) -> dt.datetime:
    """When a vote was cast; the earliest of all where the folder does not say."""
    text = row.cells.get("cast_at", "")
    if not text:
        return _NEVER
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        row.refuse("not_a_time", "cast_at", f"{text!r} is not a moment like 2026-03-04T18:30:00Z")
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC)


def _moderation(row: Row, states: Mapping[str, str]) -> int:
    state = states.get(row.cells.get("voice", ""), "accepted")
    if state not in _MODERATION_OF_STATE:
        fault = (
            f"its voice has the state {state!r}, which is none of {sorted(_MODERATION_OF_STATE)}"
        )
        row.refuse("not_allowed", "voice", fault)
    return _MODERATION_OF_STATE[state]


def question_of(questions: tuple[FolderQuestion, ...], wanted: str, folder: str) -> FolderQuestion:
    """The question with this code or id, or the only one that has votes.

    Raises
    ------
    EngineError
        ``opinion.export.which_question`` or ``.no_votes``.
    """
    voted = [one for one in questions if one.matrix.participants]
    found = [one for one in voted if not wanted or wanted in (one.code, one.id)]
    if len(found) == 1:
        return found[0]
    if not voted:
        raise _no_votes(folder)
    listed = "; ".join(f"{one.code or one.id} ({one.question[:40]})" for one in voted)
    raise EngineError(
        "opinion.export.which_question",
        f"{folder} holds {len(voted)} questions with votes. Choose one: {listed}.",
        {"folder": folder, "questions": len(voted)},
    )


def _no_votes(folder: str) -> EngineError:
    return table_error(
        "no_votes",
        f"{folder}/votes.csv",
        None,
        None,
        "no question has a vote in it",
        "Give the private export of a partnership with votes.",
    )


def _without_votes(folder: str) -> EngineError:
    return EngineError(
        "opinion.export.no_votes",
        f"{folder} holds no votes (public exports hold none, only the results, in landscapes.csv): "
        "give the partnership's short name or its private export, lamppost export SLUG FOLDER "
        "--private.",
        {"file": f"{folder}/votes.csv"},
    )
