"""Counts in the public folder: none moves with one press, or tells that one person joined."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.stakeholders.models import Stakeholder
from lamppost.story.database import DatabaseSource
from lamppost.story.publish import Publisher
from lamppost.vision.actions import compute_landscape
from lamppost.vision.models import Characteristic, Conversation
from tests.vision_world import let_vote, make_conversation

pytestmark = pytest.mark.django_db


def told(partnership: Partnership, table: str) -> list[dict[str, Any]]:
    return list(Publisher(DatabaseSource(partnership, private=False)).rows(table))


def test_what_voters_said_is_told_as_the_landscape_counted_it(partnership: Partnership) -> None:
    conversation = make_conversation(partnership)
    people = let_vote(conversation, (20, 20), cast_at=timezone.now() - dt.timedelta(hours=2))
    for place, person in enumerate(people):
        value = "18-29" if place < 20 else "60-74"
        Characteristic.objects.create(
            participant=person, question="age", value=value, said_at=timezone.now()
        )
    closed = timezone.now() - dt.timedelta(hours=1)
    Conversation.objects.filter(pk=conversation.pk).update(closes_at=closed)
    before = told(partnership, "characteristic_counts")
    assert [row["people"] for row in before] == [20, 20]
    compute_landscape(conversation=conversation)
    assert told(partnership, "characteristic_counts") == before
    # One press: "15" would say that somebody took it back.
    people[0].characteristics.all().delete()
    assert told(partnership, "characteristic_counts") == before


def test_who_takes_part_is_counted_in_steps(partnership: Partnership) -> None:
    def join(number: int) -> None:
        Stakeholder.objects.create(
            partnership=partnership,
            kind="person",
            name=f"Person {number}",
            group="resident",
            status="taking_part",
            created_at=timezone.now(),
        )

    for number in range(22):
        join(number)
    counts = {row["group"]: row["people"] for row in told(partnership, "stakeholder_counts")}
    assert (counts["resident"], counts["all"], counts["company"]) == (20, 20, 0)
    join(22)
    assert {row["people"] for row in told(partnership, "stakeholder_counts")} == {0, 20}
