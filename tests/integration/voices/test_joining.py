"""When two participants prove to be one, everything goes along, in every table that names one."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.utils import timezone

from lamppost.vision.models import (
    Characteristic,
    EntryCode,
    ImportantMark,
    NetworkTrace,
    Room,
    RoomAnswer,
    RoomStatement,
    Vote,
)
from lamppost.voices import steps
from lamppost.voices.actions import submit_voice
from lamppost.voices.models import DeviceLink, Participant, Receipt, ReturnCode, Verification
from lamppost.voices.queries import participant_with
from tests.vision_world import add_people, make_conversation

pytestmark = pytest.mark.django_db

# Tables whose rows stand for something that no device has: nobody's device is joined to them.
NEVER_JOINED = {"vision.PaperSheet"}
# Checked below, one by one.
GOES_ALONG = {
    "voices.Verification",
    "voices.DeviceLink",
    "voices.ReturnCode",
    "voices.Receipt",
    "voices.Voice",
    "vision.Vote",
    "vision.ImportantMark",
    "vision.Characteristic",
    "vision.NetworkTrace",
    "vision.RoomAnswer",
    "vision.EntryCode",
    "pilots.Feedback",
    # tests/integration/pilots/test_bursts.py
    "pilots.SiteTrace",
    # tests/integration/pilots/test_pulse.py
    "pilots.PulseAnswer",
}


def test_every_table_that_names_a_participant_is_thought_of():
    found = {
        f"{model._meta.app_label}.{model.__name__}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Participant
    }
    assert found == GOES_ALONG | NEVER_JOINED


@pytest.fixture
def conversation(partnership):
    return make_conversation(partnership, 4)


def give(conversation, person, statements, value):
    """Give a thing of each kind as `person`."""
    now = timezone.now()
    for statement in statements:
        Vote.objects.create(participant=person, statement=statement, value=value, cast_at=now)
    ImportantMark.objects.create(
        conversation=conversation, participant=person, statement=statements[0], marked_at=now
    )
    Characteristic.objects.create(
        participant=person, question="age", value=f"value {value}", said_at=now
    )
    NetworkTrace.objects.create(
        conversation=conversation, participant=person, digest="d" * 32, day=now.date()
    )
    EntryCode.objects.create(
        conversation=conversation, code_hash=person.key, made_at=now, used_by=person, used_at=now
    )
    Receipt.objects.create(participant=person, key="the same key of 16", taken_at=now)
    submit_voice(
        partnership=conversation.partnership,
        kind="statement",
        text=f"Words {value}",
        language="en",
        participant=person,
    )


def test_everything_goes_along_and_the_others_own_stays(partnership, conversation):
    mine, into = add_people(conversation, 2)
    first, second, third, _ = conversation.statements.order_by("number")
    give(conversation, mine, [first, second], -1)
    give(conversation, into, [second, third], 1)
    room = Room.objects.create(
        conversation=conversation, join_code="abcdef", opened_at=timezone.now()
    )
    turn = RoomStatement.objects.create(room=room, statement=first, shown_at=timezone.now())
    RoomAnswer.objects.create(turn=turn, participant=mine)
    Verification.objects.create(
        participant=mine, level="email", identity="e" * 64, verified_at=timezone.now()
    )
    tablet = DeviceLink.objects.create(
        participant=mine, partnership=partnership, key="t" * 64, linked_at=timezone.now()
    )
    code = steps.make_return_code(participant=mine)

    joined = steps.link_device(partnership=partnership, key=mine.key, participant=into)

    assert (joined.moved.kept, joined.moved.set_aside) == (1, 1)
    rows = into.votes.order_by("statement__number").values_list("statement__number", "value")
    assert list(rows) == [(0, -1), (1, 1), (2, 1)]
    assert ImportantMark.objects.get().statement == second
    assert Characteristic.objects.get().value == "value 1"
    assert NetworkTrace.objects.get().participant == into
    assert RoomAnswer.objects.get().participant == into
    assert Verification.objects.get().participant == into
    assert Receipt.objects.get().participant == into
    assert ReturnCode.objects.get().participant == into
    assert {one.used_by for one in EntryCode.objects.all()} == {into}
    assert sorted(into.voices.values_list("text", flat=True)) == ["Words -1", "Words 1"]
    assert Participant.objects.get() == into
    for key in (mine.key, into.key, tablet.key):
        assert participant_with(partnership, key) == into
    assert code


def test_a_device_that_was_led_away_leaves_what_lies_there(partnership, conversation):
    """A borrowed phone that types in two people's return codes makes them no one person."""
    one, two = add_people(conversation, 2)
    statement = conversation.statements.first()
    for person, value in ((one, 1), (two, -1)):
        Vote.objects.create(participant=person, statement=statement, value=value)
    for person in (one, two):
        steps.link_device(partnership=partnership, key="b" * 64, participant=person)
    assert Participant.objects.count() == 2
    assert Vote.objects.count() == 2
    assert participant_with(partnership, "b" * 64) == two
    assert DeviceLink.objects.count() == 1


def test_a_refusal_changes_nothing(partnership, conversation):
    one, two = add_people(conversation, 2)
    statement = conversation.statements.first()
    for number, person in enumerate((one, two)):
        Vote.objects.create(participant=person, statement=statement, value=1)
        Verification.objects.create(
            participant=person, level="email", identity=f"{number}" * 64, verified_at=timezone.now()
        )
    with pytest.raises(steps.OtherIdentity):
        steps.link_device(partnership=partnership, key=one.key, participant=two)
    assert Vote.objects.count() == 2
    assert DeviceLink.objects.count() == 0
    assert participant_with(partnership, one.key) == one


def test_the_same_key_elsewhere_is_somebody_else(partnership, other_partnership, conversation):
    person = add_people(conversation, 1)[0]
    steps.link_device(partnership=partnership, key="c" * 64, participant=person)
    assert participant_with(other_partnership, "c" * 64) is None
