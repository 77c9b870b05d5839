"""Writes of the host in bulk: many statements at once, and translations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.voices.redaction import redact

from ..models import Conversation, ConversationTranslation, Statement, StatementTranslation
from .statements import AlreadyThere, add_seed_statement

if TYPE_CHECKING:
    from ..seeding import SeedRow

QUESTION_FIELDS = ("question", "background", "decides")


@transaction.atomic
def add_seed_rows(
    *, conversation: Conversation, by: User, rows: Iterable[SeedRow]
) -> list[tuple[SeedRow, Statement | None]]:
    """Add many of the partnership's own statements with their translations, all or none.

    Returns
    -------
    list of (SeedRow, Statement or None)
        None where the same words are there already.
    """
    done: list[tuple[SeedRow, Statement | None]] = []
    for row in rows:
        try:
            statement = add_seed_statement(
                conversation=conversation, by=by, text=row.text, language=row.language
            )
        except AlreadyThere:
            done.append((row, None))
            continue
        for language, text in row.translations.items():
            if language != row.language:
                _set_translation(statement, language, text, by)
        done.append((row, statement))
    return done


def _set_translation(
    statement: Statement, language: str, text: str, by: User, *, anew: bool = False
) -> bool:
    """Store, replace or take away one translation; say whether something changed."""
    words = redact(" ".join(text.split()))
    there = StatementTranslation.objects.filter(statement=statement, language=language)
    if not words:
        return there.delete()[0] > 0
    if not anew and there.filter(text=words).exists():
        return False
    StatementTranslation.objects.update_or_create(
        statement=statement,
        language=language,
        defaults={"text": words, "by": by, "made_at": timezone.now()},
    )
    return True


@transaction.atomic
def translate_statements(
    *,
    conversation: Conversation,
    language: str,
    texts: Mapping[int, str],
    still_right: Collection[int] = (),
    by: User,
) -> int:
    """Store translations of statements (id → words; empty takes one away), all or none.

    Parameters
    ----------
    still_right
        Statements (ids) that were mended since, and whose translation stays right as it is.

    Returns how many changed. Another question's statements are passed over.
    """
    statements = conversation.statements.filter(pk__in=texts)
    changed = sum(
        _set_translation(one, language, texts[one.pk], by, anew=one.pk in still_right)
        for one in statements
    )
    if changed:
        _record(conversation, by, "statements_translated")
    return changed


@transaction.atomic
def translate_question(
    *, conversation: Conversation, language: str, values: Mapping[str, str], by: User
) -> bool:
    """Store the question in another language; without a question the translation is taken away."""
    kept = ConversationTranslation.objects.filter(conversation=conversation, language=language)
    found = kept.first()
    given = {name: values.get(name, "").strip() for name in QUESTION_FIELDS}
    if not given["question"]:
        if found is None:
            return False
        found.delete()
    elif found is not None and all(getattr(found, name) == given[name] for name in given):
        return False
    else:
        ConversationTranslation.objects.update_or_create(
            conversation=conversation, language=language, defaults=given
        )
    _record(conversation, by, "translated")
    return True


def _record(conversation: Conversation, by: User, verb: str) -> None:
    record(
        partnership=conversation.partnership,
        by=by,
        action=f"vision.conversation.{verb}",
        about=conversation,
    )
