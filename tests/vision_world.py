"""A conversation with two camps in the test database, for the tests of landscape and goals."""

from __future__ import annotations

import datetime as dt
import secrets

import numpy as np
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.vision.actions import bulk_votes
from lamppost.vision.models import Conversation, Statement
from lamppost.voices.models import Participant, Voice

SHARED = "Everybody should get home safely."
DIVIDING = "The lamps should be off after midnight."


def make_conversation(
    partnership: Partnership, statements: int = 8, **fields: object
) -> Conversation:
    """A question with accepted statements; the first is common ground, the second divides."""
    conversation = Conversation.objects.create(
        partnership=partnership,
        code=secrets.token_hex(4),
        question="What would make Elm Street feel safe?",
        created_at=timezone.now(),
        **fields,
    )
    texts = [SHARED, DIVIDING, *(f"Statement number {n}." for n in range(2, statements))]
    for number, text in enumerate(texts[:statements]):
        add_statement(conversation, number, text)
    return conversation


def add_statement(
    conversation: Conversation, number: int, text: str, *, state: str = "accepted"
) -> Statement:
    now = timezone.now()
    voice = Voice.objects.create(
        partnership=conversation.partnership,
        kind=Voice.Kind.STATEMENT,
        text=text,
        public_text=text,
        consent=Voice.Consent.PUBLIC,
        consent_wording="test",
        consent_at=now,
        state=state,
        said_at=now,
    )
    return Statement.objects.create(conversation=conversation, voice=voice, number=number)


def add_people(conversation: Conversation, count: int, channel: str = "web") -> list[Participant]:
    return Participant.objects.bulk_create(
        Participant(
            partnership=conversation.partnership,
            key=secrets.token_hex(32),
            channel=channel,
            created_at=timezone.now(),
        )
        for _ in range(count)
    )


def let_vote(
    conversation: Conversation,
    camps: tuple[int, ...] = (30, 20),
    *,
    cast_at: dt.datetime | None = None,
    channel: str = "web",
) -> list[Participant]:
    """Every camp votes on all: alike on the first statement, opposed on the others."""
    statements = list(conversation.statements.order_by("number").values_list("pk", flat=True))
    people = add_people(conversation, sum(camps), channel)
    camp_of = np.repeat(range(len(camps)), camps)
    rng = np.random.default_rng(7)
    when = cast_at or timezone.now()
    rows = []
    for person, camp in zip(people, camp_of.tolist(), strict=True):
        for place, statement in enumerate(statements):
            opposed = 1 if (camp + place // 3) % 2 else -1
            value = 1 if place == 0 else opposed
            if place > 1 and rng.random() < 0.1:
                value = 0
            rows.append((person.pk, statement, value, when, channel))
    bulk_votes(conversation=conversation, rows=rows)
    return people
