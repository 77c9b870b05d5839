"""Forms of the vote, of seeds and of sheets: what is taken and how a fault is named."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lamppost.vision.actions.statements import normalised
from lamppost.vision.forms.conversations import ConversationForm, NewConversationForm, SeedField
from lamppost.vision.forms.votes import SheetForm, StatementForm
from lamppost.vision.models import Conversation
from lamppost.vision.phases import Phase, phase


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("More light!", "more   LIGHT"),
        ("Ｍore light", "more light."),
        ("Straße", "STRASSE"),
        ("«Más luz»", "más luz"),
    ],
)
def test_the_same_words_in_another_dress(one, other):
    assert normalised(one) == normalised(other)


def test_other_words_stay_other():
    assert normalised("More light") != normalised("No more light")
    assert normalised("ضوء أقوى") != normalised("ضوء أضعف")


def test_a_statement_needs_words_consent_and_room():
    given = {"text": "More light.", "language": "en", "consent": "on"}
    assert StatementForm(given).is_valid()
    assert "text" in StatementForm(given | {"text": " . ! "}).errors
    assert "text" in StatementForm(given | {"text": "x" * 301}).errors
    assert "language" in StatementForm(given | {"language": "klingon"}).errors
    without = StatementForm({"text": "More light.", "language": "en"})
    assert "Others vote on your sentence" in without.errors["consent"][0]


def test_lines_are_joined_in_a_statement():
    form = StatementForm({"text": " More\n light. ", "language": "en", "consent": "on"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "More light."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("fine\n" + "x" * 301, "Line 2 has 301 characters"),
        ("fine\n\n...", "Line 3 has no words"),
        ("\n".join(f"line {n}" for n in range(101)), "These are 101 statements"),
    ],
)
def test_a_faulty_line_of_seeds_is_named(text, fault):
    with pytest.raises(ValidationError) as raised:
        SeedField().clean(text)
    assert fault in raised.value.messages[0]


def test_empty_lines_of_seeds_are_left_out():
    assert SeedField().clean("\n one \n\n two\r\n") == ["one", "two"]


@pytest.mark.django_db
def test_a_question_closes_after_it_opens():
    form = NewConversationForm(
        {
            "question": "What?",
            "language": "en",
            "opens_at": "2026-03-04T10:00",
            "closes_at": "2026-03-04T09:00",
        }
    )
    assert "closes after it opens" in str(form.errors)


@pytest.mark.django_db
def test_the_words_of_an_answered_question_stay():
    conversation = Conversation(question="What?", language="en")
    given = {"asked_by": "City", "decides": "Much.", "closes_at": "2031-05-04T20:00"}
    form = ConversationForm(
        {"question": "Something else?", "language": "ar", **given},
        instance=conversation,
        question_stays=True,
    )
    assert form.is_valid()
    assert form.values()["question"] == "What?"
    assert form.values()["language"] == "en"
    assert form.values()["decides"] == "Much."


@pytest.mark.parametrize(
    ("written", "kept"), [("12", "12"), ("nw-12", "NW-12"), (" nw 12 ", "NW12"), ("٣٤", "34")]
)
def test_the_number_of_a_sheet(written, kept):
    form = SheetForm({"reference": written, "channel": "paper"}, statements=[])
    form.is_valid()
    assert form.cleaned_data["reference"] == kept


@pytest.mark.parametrize("name", ["Maria", "Omar Haddad", "maria@ex.org", "-", "NWXYZ-1"])
def test_a_name_is_no_number_of_a_sheet(name):
    form = SheetForm({"reference": name, "channel": "paper"}, statements=[])
    assert "No names" in form.errors["reference"][0]


def test_phases():
    now = timezone.now()
    day = dt.timedelta(days=1)
    assert phase(Conversation(), now) is Phase.OPEN
    assert phase(Conversation(opens_at=now, closes_at=now + day), now) is Phase.OPEN
    assert phase(Conversation(opens_at=now + day), now) is Phase.NOT_YET
    assert phase(Conversation(closes_at=now), now) is Phase.CLOSED
