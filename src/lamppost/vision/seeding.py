"""The partnership's own statements in bulk: lines or a CSV file, checked row by row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from django.conf import settings
from django.utils.translation import gettext as _

from lamppost.base.languages import canonical_tag
from lamppost.base.spreadsheet import SpreadsheetError, read_csv, write_csv
from lamppost.voices.models import Voice

from .actions.statements import LONGEST, normalised
from .alike import AlikeIndex
from .models import Conversation

MOST_BYTES = 500_000
MOST_ROWS = 300
# Columns of a file. The report's own word for a fault of the first is its name already.
LANGUAGE, TRANSLATION = "language", "text:"


class State(Enum):
    """What would happen to a row."""

    NEW = "new"
    ALIKE = "alike"
    SAME = "same"
    LONG = "long"
    EMPTY = "empty"
    LANGUAGE = "language"


@dataclass(frozen=True)
class SeedRow:
    """One statement as it was given.

    Attributes
    ----------
    row
        The line; in a file as a spreadsheet program counts it.
    translations
        Language → words.
    """

    row: int
    text: str
    language: str
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedRow:
    """A row and what would happen to it.

    Attributes
    ----------
    number, other
        The statement that says the same, or nearly; its words.
    other_row
        The row of the same list that does, where it is none of the statements.
    percent
        How alike they are.
    fault
        What to correct, where it cannot be added.
    """

    given: SeedRow
    state: State
    number: int | None = None
    other: str = ""
    other_row: int | None = None
    percent: int = 0
    fault: str = ""

    @property
    def may_be_added(self) -> bool:
        return self.state in (State.NEW, State.ALIKE)

    @property
    def is_proposed(self) -> bool:
        return self.state is State.NEW


def rows_of_lines(text: str, language: str) -> list[SeedRow]:
    """Return one row for each line; empty lines between others are left out."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [SeedRow(row, line, language) for row, line in enumerate(lines, start=1) if line]


def rows_of_csv(content: bytes, language: str) -> list[SeedRow]:
    """Read a file with the columns text, language and, for translations, text:ar, text:es, ….

    Raises
    ------
    SpreadsheetError
        For a file that is no table or has no column ``text``.
    """
    table = read_csv(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    heads = [head.strip() for head in table[0]] if table else []
    plain = [head.casefold() for head in heads]
    if "text" not in plain:
        raise SpreadsheetError(
            _("The first row has no column “text”. Download the template and fill it in.")
        )
    return [
        _row_of_cells(number, dict(zip(heads, cells, strict=False)), language)
        for number, cells in enumerate(table[1:], start=2)
        if any(cells)
    ]


def _row_of_cells(number: int, cells: Mapping[str, str], language: str) -> SeedRow:
    named = {head.casefold(): " ".join(cell.split()) for head, cell in cells.items()}
    translations = {
        _tag(head[len(TRANSLATION) :]): " ".join(cell.split())
        for head, cell in cells.items()
        if head.casefold().startswith(TRANSLATION) and cell.strip()
    }
    said_in = _tag(named.get(LANGUAGE, "")) or language
    return SeedRow(number, named["text"], said_in, translations)


def _tag(typed: str) -> str:
    """A tag as it is written everywhere; what is none as it was typed, for the report."""
    return canonical_tag(typed) or typed.strip()


def template_csv() -> str:
    """Return a file with the headings and one row as an example."""
    languages = [code for code, _name in settings.LANGUAGES]
    columns = ["text", "language", *(f"{TRANSLATION}{code}" for code in languages[1:])]
    example = _("The path to the school is too dark in winter.")
    return write_csv(columns, [[example, languages[0], *([""] * len(languages[1:]))]])


def to_json(rows: Iterable[SeedRow]) -> str:
    """Return rows as they travel from the check to the confirmation."""
    return json.dumps(
        [[one.row, one.text, one.language, dict(one.translations)] for one in rows],
        ensure_ascii=False,
    )


def from_json(text: str) -> list[SeedRow]:
    """Return what `to_json` gave.

    Raises
    ------
    ValueError
        When it is something else.
    """
    found = json.loads(text)
    if not isinstance(found, list) or len(found) > MOST_ROWS:
        raise ValueError("no list of rows")
    rows = []
    for one in found:
        row, words, language, translations = one
        strings = [words, language, *translations.keys(), *translations.values()]
        if not isinstance(row, int) or not all(isinstance(part, str) for part in strings):
            raise ValueError("a row that nobody checked")
        rows.append(SeedRow(row, words, language, translations))
    return rows


def check(conversation: Conversation, rows: Sequence[SeedRow]) -> list[CheckedRow]:
    """Say of each row what would happen; nothing is written."""
    known: dict[str, tuple[str, int]] = {}
    index: AlikeIndex[tuple[str, int]] = AlikeIndex()
    there = conversation.statements.select_related("voice").exclude(
        voice__state=Voice.State.DECLINED
    )
    for one in there.exclude(voice__text=""):
        for words in {one.voice.text, one.voice.public_text}:
            known[normalised(words)] = ("number", one.number)
        index.add(("number", one.number), one.voice.public_text)
    found = []
    for row in rows:
        checked = _check(row, known, index)
        if checked.may_be_added:
            known.setdefault(normalised(row.text), ("row", row.row))
            index.add(("row", row.row), row.text)
        found.append(checked)
    return found


def _check(
    row: SeedRow, known: Mapping[str, tuple[str, int]], index: AlikeIndex[tuple[str, int]]
) -> CheckedRow:
    faulty = _faulty(row)
    if faulty is not None:
        return faulty
    same = known.get(normalised(row.text))
    if same is not None:
        return _named(CheckedRow(row, State.SAME, percent=100), same)
    near = index.near(row.text, most=1)
    if near:
        percent = round(100 * near[0].likeness)
        found = CheckedRow(row, State.ALIKE, other=near[0].text, percent=percent)
        return _named(found, near[0].key)
    return CheckedRow(row, State.NEW)


def _named(checked: CheckedRow, key: tuple[str, int]) -> CheckedRow:
    kind, number = key
    if kind == "number":
        return replace(checked, number=number)
    return replace(checked, other_row=number)


def _languages(row: SeedRow) -> list[tuple[str, str]]:
    """Each language that a row names, after the column in which it stands."""
    return [(LANGUAGE, row.language), *((f"{TRANSLATION}{one}", one) for one in row.translations)]


def _faulty(row: SeedRow) -> CheckedRow | None:
    if not re.search(r"\w", row.text):
        return CheckedRow(row, State.EMPTY, fault=_("Write a statement, or take the row out."))
    if len(row.text) > LONGEST:
        fault = _("It has %(length)d characters. Shorten it to %(longest)d, or split it.")
        return CheckedRow(
            row, State.LONG, fault=fault % {"length": len(row.text), "longest": LONGEST}
        )
    for column, language in _languages(row):
        if canonical_tag(language) is None:
            fault = _("“%(tag)s” is no language. Use a tag like en, ar or es.")
            said = fault % {"tag": language[:20]}
            named = f"{column}: {said}" if column != LANGUAGE else said
            return CheckedRow(row, State.LANGUAGE, fault=named)
    for language, words in row.translations.items():
        if len(words) > LONGEST:
            fault = _("Its translation (%(tag)s) has %(length)d characters. Shorten it.")
            return CheckedRow(
                row, State.LONG, fault=fault % {"tag": language, "length": len(words)}
            )
    return None
