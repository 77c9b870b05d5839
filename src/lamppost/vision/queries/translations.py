"""Reads for translating a question: how far each language is, and all statements side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Max

from lamppost.base.spreadsheet import write_csv

from ..models import Conversation, ConversationTranslation, Statement, StatementTranslation
from .curation import shown_statements

PAGE_SIZE = 100
COLUMNS = ("number", "language", "text", "translation")
QUESTION_ROWS = ("question", "background", "decides")


@dataclass(frozen=True)
class Progress:
    """How far a language is.

    Attributes
    ----------
    question
        Whether the question itself is translated.
    done, of
        Statements that residents read in this language, and all of them.
    """

    language: str
    question: bool
    done: int
    of: int


@dataclass(frozen=True)
class Pair:
    """A statement and its translation.

    Attributes
    ----------
    is_stale
        The statement was mended after it was translated.
    """

    statement: Statement
    text: str
    is_stale: bool = False


def _to_translate(conversation: Conversation, language: str) -> list[Statement]:
    """Statements that were said in another language, by number."""
    found = [one for one in shown_statements(conversation) if one.voice.language != language]
    return sorted(found, key=lambda one: one.number)


def progress(conversation: Conversation) -> list[Progress]:
    """Return every language on offer or begun, without the question's own."""
    shown = shown_statements(conversation)
    said_in = {one.pk: one.voice.language for one in shown}
    done: dict[str, set[int]] = {}
    rows = StatementTranslation.objects.filter(statement__in=said_in)
    for pk, language in rows.values_list("statement", "language"):
        if said_in[pk] != language:
            done.setdefault(language, set()).add(pk)
    questions = set(conversation.translations.values_list("language", flat=True))
    offered = [code for code, _name in settings.LANGUAGES if code != conversation.language]
    spoken = [one for one in said_in.values() if one not in ("und", conversation.language)]
    return [
        Progress(
            language,
            language in questions or language == conversation.language,
            len(done.get(language, ())),
            sum(said != language for said in said_in.values()),
        )
        for language in dict.fromkeys([*offered, *sorted(questions), *sorted(done), *spoken])
    ]


def offered(conversation: Conversation) -> list[str]:
    """Return the languages in which the question or a statement can be read, the own one first."""
    of_statements = StatementTranslation.objects.filter(statement__conversation=conversation)
    there = conversation.translations.order_by().values_list("language")
    found = {one for (one,) in there.union(of_statements.order_by().values_list("language"))}
    return [conversation.language, *sorted(found - {conversation.language})]


def pairs(conversation: Conversation, language: str, number: str) -> Page[Pair]:
    """Return a page of the statements beside their translations."""
    paginator = Paginator(_to_translate(conversation, language), PAGE_SIZE)
    page = paginator.get_page(number)
    return Page(_pairs(list(page.object_list), language), page.number, paginator)  # type: ignore[arg-type]


def _pairs(statements: Sequence[Statement], language: str) -> list[Pair]:
    rows = StatementTranslation.objects.filter(statement__in=statements, language=language)
    dated = rows.annotate(mended=Max("statement__edits__edited_at"))
    there = {one.statement_id: one for one in dated}
    found = []
    for statement in statements:
        one = there.get(statement.pk)
        mended = vars(one)["mended"] if one else None
        is_stale = one is not None and mended is not None and mended > one.made_at
        found.append(Pair(statement, one.text if one else "", is_stale))
    return found


def question_in(conversation: Conversation, language: str) -> ConversationTranslation | None:
    """Return the question in this language, if it was translated."""
    return conversation.translations.filter(language=language).first()


def translations_csv(conversation: Conversation, language: str) -> str:
    """Return the question and all statements beside their translations, to fill in elsewhere."""
    there = question_in(conversation, language)
    rows: list[tuple[str, ...]] = []
    if language != conversation.language:
        for name in QUESTION_ROWS:
            text = str(getattr(conversation, name))
            if text:
                said = str(getattr(there, name)) if there else ""
                rows.append((name, conversation.language, text, said))
    for pair in _pairs(_to_translate(conversation, language), language):
        one = pair.statement
        rows.append((str(one.number), one.voice.language, one.voice.public_text, pair.text))
    return write_csv(COLUMNS, rows)


def statements_by_number(conversation: Conversation, language: str) -> Mapping[int, Statement]:
    """Return the statements that can be translated into this language, by number."""
    return {one.number: one for one in _to_translate(conversation, language)}
