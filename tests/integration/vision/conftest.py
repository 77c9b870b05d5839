"""A question with statements, and people who answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from lamppost.accounts.models import Partnership, User
from lamppost.vision.actions import add_seed_statements, open_conversation
from lamppost.vision.models import Conversation, Statement
from lamppost.voices.actions import participant_without_device
from lamppost.voices.models import Participant

SEEDS = ["The bus stop is too dark.", "Warm light is better.", "Cameras make me feel watched."]


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _tasks_wait(settings: object) -> None:
    """A landscape is asked for, but not computed inside the request that asked."""
    settings.TASKS = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}
    }


@pytest.fixture
def ask(partnership: Partnership, lead: User) -> Callable[..., Conversation]:
    """Return a function that asks a question with the three seeds."""

    def asked(where: Partnership | None = None, **values: object) -> Conversation:
        given = {"question": "What would feel right at night?", "language": "en", **values}
        found = open_conversation(partnership=where or partnership, by=lead, values=given)
        add_seed_statements(conversation=found, by=lead, texts=SEEDS, language="en")
        return found

    return asked


@pytest.fixture
def conversation(ask: Callable[..., Conversation]) -> Conversation:
    return ask()


@pytest.fixture
def statements(conversation: Conversation) -> list[Statement]:
    return list(conversation.statements.select_related("voice", "conversation__partnership"))


@pytest.fixture
def people(partnership: Partnership) -> Callable[[int], list[Participant]]:
    """Return a function that makes so many participants."""

    def make(count: int) -> list[Participant]:
        return [
            participant_without_device(partnership=partnership, channel="web") for _ in range(count)
        ]

    return make


@pytest.fixture
def resident() -> Client:
    return Client()


@pytest.fixture
def connection_writes() -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a context that collects every statement that writes to the database."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        found: list[str] = []

        def look(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
            if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
                found.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(look):
            yield found

    return collect
