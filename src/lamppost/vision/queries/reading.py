"""Statements as somebody reads them: in their language where there is a translation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..models import Conversation, Statement, StatementTranslation
from .conversations import StatementLine
from .votes import same_language


@dataclass(frozen=True)
class Read:
    """Words as they are read.

    Attributes
    ----------
    original_language
        Of the words as they were said; empty where they are shown as they were said.
    """

    text: str
    language: str
    original_language: str = ""


def read_in(reading: str, statements: Sequence[Statement]) -> list[Read]:
    """Return the words of each statement, translated into `reading` where that is there."""
    there = _of_ids(reading, ((one.pk, one.voice.language) for one in statements))
    return [
        Read(there[one.pk], reading, one.voice.language)
        if one.pk in there
        else Read(one.voice.public_text, one.voice.language)
        for one in statements
    ]


def lines_in(reading: str, lines: Sequence[StatementLine]) -> list[StatementLine]:
    """Return the lines with their words translated into `reading` where that is there."""
    there = _of_ids(reading, ((one.statement_id, one.language) for one in lines))
    return [
        replace(one, text=there[one.statement_id], language=reading, original_language=one.language)
        if one.statement_id in there
        else one
        for one in lines
    ]


def translated_numbers(
    conversation: Conversation, reading: str, languages: Mapping[int, str]
) -> dict[int, str]:
    """Return number → words in `reading`, of the statements (number → language) said otherwise."""
    wanted = [number for number, said in languages.items() if not same_language(said, reading)]
    if not reading or not wanted:
        return {}
    rows = StatementTranslation.objects.filter(
        statement__conversation=conversation, statement__number__in=wanted, language=reading
    )
    return dict(rows.values_list("statement__number", "text"))


def _of_ids(reading: str, said: Iterable[tuple[int, str]]) -> dict[int, str]:
    wanted = [one for one, language in said if not same_language(language, reading)]
    if not wanted or not reading:
        return {}
    rows = StatementTranslation.objects.filter(statement__in=wanted, language=reading)
    return dict(rows.values_list("statement", "text"))
