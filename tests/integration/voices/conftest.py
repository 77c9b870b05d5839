"""People with something given, and words that wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from lamppost.accounts.models import Partnership, User
from lamppost.vision.actions import add_seed_statements, open_conversation, submit_statement
from lamppost.vision.models import Conversation, Statement
from lamppost.voices.actions import participant_without_device


@pytest.fixture(autouse=True)
def _tasks_wait(settings: object) -> None:
    settings.TASKS = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}
    }


@pytest.fixture
def conversation(partnership: Partnership, lead: User) -> Conversation:
    values = {"question": "What would feel right at night?", "language": "en"}
    found = open_conversation(partnership=partnership, by=lead, values=values)
    seeds = ["The bus stop is too dark.", "Warm light is better."]
    add_seed_statements(conversation=found, by=lead, texts=seeds, language="en")
    return found


@pytest.fixture
def say(conversation: Conversation) -> Callable[..., Statement]:
    """Return a function that adds a resident's statement."""

    def said(text: str, language: str = "en", **values: object) -> Statement:
        participant = participant_without_device(
            partnership=conversation.partnership, channel="web"
        )
        return submit_statement(
            conversation=conversation,
            participant=participant,
            text=text,
            language=language,
            consent=True,
            **values,  # type: ignore[arg-type]
        )

    return said


@pytest.fixture
def resident() -> Client:
    return Client()


@pytest.fixture
def gave(resident: Client, conversation: Conversation) -> Statement:
    """The resident has voted on both seeds and added a statement; the statement is returned."""
    for statement in conversation.statements.all():
        resident.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    resident.post(
        f"/v/{conversation.code}/add/",
        {"text": "Ring 0791234567, the path floods.", "language": "en", "consent": "on"},
    )
    return Statement.objects.get(is_seed=False)
