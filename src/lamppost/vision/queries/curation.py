"""Reads for the host's work on statements: one with all that hangs on it, what says the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Q

from lamppost.voices.models import Voice

from ..duplicates import near_duplicates
from ..models import Conversation, Statement, StatementEdit, StatementTranslation
from .conversations import StatementLine, statement_line, with_counts
from .merging import counts_moved, merged_numbers

LIKENESS_SHOWN = 5


def statement_numbered(conversation: Conversation, number: int) -> Statement | None:
    """Return a statement whose words were not erased, with its voice; else None."""
    found = (
        conversation.statements.select_related("voice", "merged_into__voice", "split_from__voice")
        .filter(number=number)
        .exclude(voice__text="")
        .first()
    )
    if found is not None:
        found.conversation = conversation
    return found


def changed_since(statements: Sequence[Statement]) -> set[int]:
    """Return ids of those that were mended, are a part of another, or for which others count."""
    given = Statement.objects.filter(pk__in=[one.pk for one in statements])
    happened = Q(edits__isnull=False) | Q(merged__isnull=False) | Q(split_from__isnull=False)
    return set(given.filter(happened).values_list("pk", flat=True))


@dataclass(frozen=True)
class Same:
    """Another statement that says nearly the same."""

    statement: Statement
    percent: int


@dataclass(frozen=True)
class Whole:
    """One statement with all that hangs on it, for whoever moderates.

    Attributes
    ----------
    line
        With its counts; what merges add is in them.
    cast
        Votes cast on it itself.
    merged, parts
        What was merged into it, and into what it was split.
    alike
        Others that are shown and say nearly the same.
    """

    statement: Statement
    line: StatementLine
    cast: int
    merged: tuple[Statement, ...]
    parts: tuple[Statement, ...]
    edits: tuple[StatementEdit, ...]
    translations: tuple[StatementTranslation, ...]
    alike: tuple[Same, ...]

    @property
    def votes(self) -> int:
        return self.line.agree + self.line.disagree + self.line.passed


def whole(statement: Statement) -> Whole:
    """Return all that hangs on a statement."""
    conversation = statement.conversation
    counted = with_counts(conversation.statements.filter(pk=statement.pk)).get()
    counted.voice = statement.voice
    line = statement_line(counted)
    cast = line.agree + line.disagree + line.passed
    return Whole(
        statement=statement,
        line=with_moved(conversation, [line])[0],
        cast=cast,
        merged=tuple(statement.merged.select_related("voice").order_by("number")),
        parts=tuple(statement.parts.select_related("voice").order_by("number")),
        edits=tuple(statement.edits.select_related("by")),
        translations=tuple(statement.translations.all()),
        alike=tuple(alike(conversation, statement.voice.public_text, leave_out={statement.pk})),
    )


def with_moved(conversation: Conversation, lines: Sequence[StatementLine]) -> list[StatementLine]:
    """Return the lines with the votes that count for them through a merge."""
    merged = merged_numbers(conversation)
    if not merged:
        return list(lines)
    moved = counts_moved(conversation)
    found = []
    for line in lines:
        more = moved.get(line.number)
        if more is not None:
            line = replace(
                line,
                agree=line.agree + more[1],
                disagree=line.disagree + more[-1],
                passed=line.passed + more[0],
            )
        found.append(replace(line, counts_for=merged.get(line.number)))
    return found


def shown_statements(conversation: Conversation) -> list[Statement]:
    """Return the statements that are accepted and stand on their own, with their words."""
    found = conversation.statements.select_related("voice").filter(
        voice__state=Voice.State.ACCEPTED,
        voice__consent=Voice.Consent.PUBLIC,
        merged_into__isnull=True,
    )
    return list(found)


def alike(conversation: Conversation, text: str, *, leave_out: Collection[int] = ()) -> list[Same]:
    """Return the shown statements that say nearly the same as `text`, the most alike first."""
    others = {one.pk: one for one in shown_statements(conversation) if one.pk not in leave_out}
    words = {pk: one.voice.public_text for pk, one in others.items()}
    found = near_duplicates(text, words, most=LIKENESS_SHOWN)
    return [Same(others[one.key], round(100 * one.likeness)) for one in found]


@dataclass(frozen=True)
class History:
    """What became of a statement's words, for everybody.

    Attributes
    ----------
    root
        The statement for which it counts, when that may be shown.
    merged
        Statements that say the same and count here; those that may be shown.
    """

    statement: Statement
    root: Statement | None
    edits: tuple[StatementEdit, ...]
    merged: tuple[Statement, ...]


def may_be_shown(statement: Statement) -> bool:
    """Say whether everybody may read these words."""
    voice = statement.voice
    return voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC


def history(conversation: Conversation, number: int) -> History | None:
    """Return the history of a statement that may be shown; else None."""
    found = statement_numbered(conversation, number)
    if found is None or not may_be_shown(found):
        return None
    root = found.merged_into
    return History(
        statement=found,
        root=root if root is not None and may_be_shown(root) else None,
        edits=tuple(found.edits.all()),
        merged=tuple(one for one in found.merged.select_related("voice") if may_be_shown(one)),
    )


def numbers_with_history(conversation: Conversation, numbers: Collection[int]) -> set[int]:
    """Return which of these statements have earlier words, were merged with others or split."""
    rows = (
        conversation.statements.filter(number__in=numbers)
        .annotate(n=Count("edits") + Count("merged") + Count("parts"))
        .filter(n__gt=0)
    )
    return set(rows.values_list("number", flat=True))


def unlooked_count(conversation: Conversation) -> int:
    """Return how many statements are shown that nobody has looked at yet."""
    return conversation.statements.filter(
        voice__state=Voice.State.ACCEPTED, voice__state_by__isnull=True, voice__state_at=None
    ).count()
