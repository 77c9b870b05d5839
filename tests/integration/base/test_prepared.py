"""Prepared queries give what the querysets give, and an insert never makes a second row."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lamppost.base.prepared import Prepared, PreparedInsert
from lamppost.vision.models import Statement, Vote
from tests.vision_world import add_people, make_conversation

pytestmark = pytest.mark.django_db


def of_conversation(conversation, number):
    found = Statement.objects.filter(conversation=conversation, number__gte=number)
    return found.select_related("voice", "conversation__partnership").order_by("-number")


STATEMENTS = Prepared(of_conversation, conversation=int, number=int)
TEXTS = Prepared(
    lambda text, conversation: Statement.objects.filter(
        conversation=conversation, voice__text=text
    ).values_list("number", "voice__said_at", "merged_into_id"),
    text=str,
    conversation=int,
)
VOTES = PreparedInsert(
    Vote, "participant_id", "statement_id", "value", "channel", "cast_at", "shown_probability"
)


def fields_of(one):
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def test_instances_and_what_hangs_on_them_are_those_of_the_queryset(partnership, other_partnership):
    for place in (partnership, other_partnership, partnership):
        asked = make_conversation(place, 4, asks=["age"], closes_at=timezone.now())
        for number in (0, 2, 9):
            expected = list(of_conversation(asked.pk, number))
            found = STATEMENTS.all(conversation=asked.pk, number=number)
            assert [fields_of(one) for one in found] == [fields_of(one) for one in expected]
            with CaptureQueriesContext(
                connection,
            ) as more:
                for one, other in zip(found, expected, strict=True):
                    assert one == other
                    assert fields_of(one.voice) == fields_of(other.voice)
                    assert fields_of(one.conversation) == fields_of(other.conversation)
                    assert one.conversation.partnership == place
            assert len(more) == 0
    assert STATEMENTS.first(conversation=asked.pk, number=9) is None


def test_a_loaded_instance_is_saved_as_usual(partnership):
    asked = make_conversation(partnership, 2)
    one = STATEMENTS.first(conversation=asked.pk, number=0)
    one.is_meta = True
    one.save(update_fields=["is_meta"])
    assert Statement.objects.get(pk=one.pk).is_meta is True


def test_plain_values_come_as_tuples_of_python_types(partnership):
    asked = make_conversation(partnership, 3)
    two = asked.statements.select_related("voice").get(number=2)
    text = two.voice.text
    found = TEXTS.all(text=text, conversation=asked.pk)
    assert found == [(2, two.voice.said_at, None)]
    hostile = "x' OR 1=1 -- %s \ue000text\ue001"
    assert TEXTS.all(text=hostile, conversation=asked.pk) == []


def test_a_value_that_the_query_does_not_use_is_refused():
    query = Prepared(
        lambda number, other: Statement.objects.filter(number=number), number=int, other=int
    )
    with pytest.raises(ValueError, match="other"):
        query.all(number=1, other=2)


def test_an_insert_gives_the_key_once_and_never_a_second_row(partnership):
    asked = make_conversation(partnership, 2)
    (one,) = add_people(asked, 1)
    statement = asked.statements.get(number=0)
    now = timezone.now()
    values = {"statement_id": statement.pk, "channel": "web", "cast_at": now}
    values["shown_probability"] = 0.25
    made = VOTES.insert(participant_id=one.pk, value=-1, **values)
    assert VOTES.insert(participant_id=one.pk, value=1, **values) is None
    vote = Vote.objects.get()
    assert (vote.pk, vote.value, vote.cast_at) == (made, -1, now)


def test_an_insert_names_every_column():
    for fields in (("participant_id",), ("participant_id", "statement", "value")):
        with pytest.raises(ValueError, match="Vote"):
            PreparedInsert(Vote, *fields)
