"""Writes of conversations: open, change, close, open again, seed statements."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Partnership, User

from ..models import Conversation, Statement
from .landscape import count_at_close
from .statements import AlreadyThere, add_seed_statement

# No letters and digits that look alike on a printed sheet.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 7


@transaction.atomic
def open_conversation(
    *, partnership: Partnership, by: User, values: Mapping[str, Any]
) -> Conversation:
    """Ask an open question; `values` are fields of `Conversation`, already checked by the form.

    Without ``asked_by`` it is the town that asks, or the partnership.
    """
    given = {"code": new_code(), "created_at": timezone.now(), **values}
    given["asked_by"] = given.get("asked_by") or partnership.town or partnership.name
    conversation = Conversation.objects.create(partnership=partnership, **given)
    count_at_close(conversation=conversation)
    _record(conversation, by, "opened")
    return conversation


def new_code() -> str:
    """Return a short address that no other conversation has."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not Conversation.objects.filter(code=code).exists():
            return code


@transaction.atomic
def change_conversation(
    *, conversation: Conversation, by: User, values: Mapping[str, Any]
) -> Conversation:
    """Change fields; the ledger names those that really changed."""
    kept = Conversation.objects.select_for_update().get(pk=conversation.pk)
    changed = changed_fields(kept, dict(values))
    if changed:
        kept.save(update_fields=changed)
        if "closes_at" in changed:
            count_at_close(conversation=kept)
        _record(kept, by, "changed", changed)
    return kept


@transaction.atomic
def close_conversation(*, conversation: Conversation, by: User) -> None:
    """Take no more answers from now on and count all; `reopen_conversation` opens it again."""
    kept = Conversation.objects.select_for_update().get(pk=conversation.pk)
    kept.closes_at = timezone.now()
    if kept.opens_at is not None and kept.opens_at >= kept.closes_at:
        kept.opens_at = None
    kept.save(update_fields=["closes_at", "opens_at"])
    count_at_close(conversation=kept)
    _record(kept, by, "closed", ["closes_at"])


@transaction.atomic
def reopen_conversation(*, conversation: Conversation, by: User) -> None:
    """Take answers again, without a date of closing."""
    kept = Conversation.objects.select_for_update().get(pk=conversation.pk)
    kept.closes_at = None
    kept.save(update_fields=["closes_at"])
    _record(kept, by, "reopened", ["closes_at"])


@transaction.atomic
def add_seed_statements(
    *, conversation: Conversation, by: User, texts: Iterable[str], language: str
) -> list[Statement]:
    """Add the partnership's own statements; one that is there already is left out."""
    added = []
    for text in texts:
        try:
            added.append(
                add_seed_statement(conversation=conversation, by=by, text=text, language=language)
            )
        except AlreadyThere:
            continue
    return added


def _record(conversation: Conversation, by: User, verb: str, fields: Iterable[str] = ()) -> None:
    record(
        partnership=conversation.partnership,
        by=by,
        action=f"vision.conversation.{verb}",
        about=conversation,
        fields=fields,
    )
