"""Whoever erases everything in one window while another sends something: no fault, nothing lost."""

from __future__ import annotations

import pytest
from django.test import Client

from lamppost.vision.actions.rooms import next_statement, open_room
from lamppost.vision.actions.vision import publish_vision, write_draft
from lamppost.vision.models import Characteristic, Objection, RoomAnswer, Statement, Story, Vote
from lamppost.voices import visitors
from lamppost.voices.models import Participant, ReturnCode

# Foreign keys are looked at when a transaction ends.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def erased_meanwhile(monkeypatch):
    """The first participant that a view finds is erased before it acts."""
    found = visitors.participant_for
    calls = []

    def once(*args, **kwargs):
        participant, device = found(*args, **kwargs)
        calls.append(participant.pk)
        if len(calls) == 1:
            Participant.objects.filter(pk=participant.pk).delete()
        return participant, device

    monkeypatch.setattr(visitors, "participant_for", once)
    return calls


def sent(conversation, lead):
    """Address → what is sent there, and what holds it then."""
    statement = conversation.statements.get(number=1)
    room = open_room(conversation=conversation, by=lead)
    next_statement(room=room, by=lead)
    conversation.asks = ["age"]
    conversation.save()
    write_draft(partnership=conversation.partnership, by=lead, text="Calm nights.", language="en")
    publish_vision(partnership=conversation.partnership, by=lead)
    code, vision = conversation.code, f"/p/{conversation.partnership.slug}/vision"
    words = {"text": "Dim the square after midnight.", "language": "en", "consent": "on"}
    vote = {"statement": statement.pk, "vote": "agree"}
    return {
        f"/v/{code}/": (vote, Vote),
        f"/r/{room.join_code}/": (vote, RoomAnswer),
        f"/v/{code}/add/": (words, Statement.objects.filter(is_seed=False)),
        f"/t/{code}/hope/": (words, Story),
        f"/v/{code}/about-you/age/": ({"value": "30-44"}, Characteristic),
        f"{vision}/not-what-we-said/": (words, Objection),
    }


@pytest.mark.parametrize("place", range(6))
def test_what_is_sent_while_everything_is_erased_is_kept_for_who_begins_anew(
    place, conversation, lead, erased_meanwhile
):
    address, (fields, rows) = list(sent(conversation, lead).items())[place]
    answer = Client().post(address, fields)
    assert answer.status_code in (302, 303), address
    assert len(erased_meanwhile) == 2
    kept = rows if hasattr(rows, "count") else rows.objects
    assert kept.count() == 1


def test_a_code_for_somebody_who_erased_everything_is_not_made(conversation, monkeypatch):
    visitor = Client()
    statement = conversation.statements.get(number=1)
    visitor.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    from lamppost.voices.views import back

    found = back.known_participant

    def erased(*args):
        participant = found(*args)
        Participant.objects.all().delete()
        return participant

    monkeypatch.setattr(back, "known_participant", erased)
    address = f"/p/{conversation.partnership.slug}/voices/mine/code/"
    assert visitor.post(address).status_code == 302
    assert not ReturnCode.objects.exists()
