"""A resident's own statement: its page, moderation, words that are there already."""

from __future__ import annotations

import pytest
from django.test import Client

from lamppost.vision.actions import (
    AlreadyThere,
    NeedsConsent,
    add_seed_statements,
    submit_statement,
)
from lamppost.vision.models import Statement
from lamppost.voices.actions import moderate_voice, participant_without_device
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import Participant, Voice

pytestmark = pytest.mark.django_db

GIVEN = {"text": "Mend the path first.", "language": "en", "consent": "on"}


def send(client, conversation, **changed):
    return client.post(f"/v/{conversation.code}/add/", GIVEN | changed)


def test_a_statement_waits_until_somebody_has_read_it(resident, conversation, lead):
    response = send(resident, conversation)
    assert response["Location"] == f"/v/{conversation.code}/added/"
    assert response.cookies[COOKIE]["httponly"]
    assert "Your sentence has arrived." in resident.get(response["Location"]).text
    statement = Statement.objects.get(is_seed=False)
    assert (statement.number, statement.voice.state) == (4, "waiting")
    assert statement.voice.consent == "public"
    assert statement.voice.consent_wording != ""
    assert statement.voice.participant == Participant.objects.get()
    assert "Mend the path" not in Client().get(f"/v/{conversation.code}/?s=4").text
    moderate_voice(voice=statement.voice, state="accepted", by=lead)
    assert "Mend the path first." in Client().get(f"/v/{conversation.code}/?s=4").text


def test_contact_details_are_not_shown(resident, conversation, lead):
    send(resident, conversation, text="Ring 0791234567 or write to a@b.example.")
    voice = Voice.objects.get(participant__isnull=False)
    moderate_voice(voice=voice, state="accepted", by=lead)
    page = Client().get(f"/v/{conversation.code}/?s=4").text
    assert "Ring [number removed] or write to [e-mail removed]." in page
    assert "0791234567" not in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": ""}, "Write a sentence."),
        ({"text": "…!"}, "Write a sentence."),
        ({"text": "x" * 301}, "at most 300 characters"),
        ({"consent": ""}, "Others vote on your sentence"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_a_fault_is_named_and_nothing_is_kept(resident, conversation, changed, words):
    response = send(resident, conversation, **changed)
    assert response.status_code == 200
    assert words in response.text
    assert "Please look at this again" in response.text
    assert Statement.objects.filter(is_seed=False).count() == 0
    assert Participant.objects.count() == 0
    assert COOKIE not in response.cookies


def test_words_that_are_there_lead_to_the_vote_on_them(resident, conversation):
    page = send(resident, conversation, text="the BUS stop is too   dark")
    assert "Somebody said this already" in page.text
    assert f"/v/{conversation.code}/?s=1" in page.text
    assert Statement.objects.filter(is_seed=False).count() == 0


def test_words_that_still_wait_are_not_repeated_to_somebody_else(resident, conversation):
    send(resident, conversation)
    page = send(Client(), conversation, text="Mend the PATH first")
    assert "It waits until somebody has read it." in page.text
    assert "Mend the" not in page.text
    assert Statement.objects.filter(is_seed=False).count() == 1


def test_the_same_form_sent_twice_is_one_statement(resident, conversation):
    send(resident, conversation)
    assert "Somebody said this already" in send(resident, conversation).text
    assert Statement.objects.filter(is_seed=False).count() == 1


def test_declined_words_may_be_said_again_and_read_again(resident, conversation, lead):
    send(resident, conversation)
    moderate_voice(voice=Voice.objects.get(state="waiting"), state="declined", reason="x", by=lead)
    assert send(resident, conversation).status_code == 303
    assert Voice.objects.filter(state="waiting").count() == 1


def test_the_same_words_may_stand_in_two_conversations(resident, ask, conversation):
    other = ask()
    send(resident, conversation)
    assert send(resident, other).status_code == 303


def test_the_action_itself_refuses(conversation, partnership):
    participant = participant_without_device(partnership=partnership, channel="web")
    given = {"conversation": conversation, "participant": participant, "language": "en"}
    with pytest.raises(NeedsConsent):
        submit_statement(text="New words.", consent=False, **given)
    with pytest.raises(AlreadyThere) as there:
        submit_statement(text="Warm light is better", consent=True, **given)
    assert there.value.statement.number == 2
    assert Voice.objects.filter(participant=participant).count() == 0


def test_seeds_that_are_there_are_left_out(conversation, lead):
    added = add_seed_statements(
        conversation=conversation, by=lead, texts=["Warm LIGHT is better!", "New."], language="en"
    )
    assert [one.number for one in added] == [4]


def test_numbers_are_never_given_twice(conversation, lead, resident):
    from lamppost.vision.actions import erase_statement

    send(resident, conversation)
    statement = Statement.objects.get(number=4)
    moderate_voice(voice=statement.voice, state="accepted", by=lead)
    erase_statement(statement=statement)
    send(resident, conversation, text="Another one.")
    assert Statement.objects.get(voice__text="Another one.").number == 5


def test_the_page_says_who_will_see_it_and_needs_no_script(resident, conversation):
    page = resident.get(f"/v/{conversation.code}/add/")
    assert "Who will see this:" in page.text
    assert "without my name" in page.text
    assert page.text.count("<script") == 1
    assert '<script src="/static/lamppost/keep.js" defer></script>' in page.text
    assert COOKIE not in page.cookies


def test_scripts_in_words_come_out_harmless(resident, conversation, lead):
    send(resident, conversation, text="<script>alert(1)</script> more light")
    voice = Voice.objects.get(state="waiting")
    moderate_voice(voice=voice, state="accepted", by=lead)
    for address in (
        f"/v/{conversation.code}/?s=4",
        f"/p/elm-street/vision/questions/{conversation.code}/",
        "/p/elm-street/voices/mine/",
    ):
        page = resident.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("openly", [False, True])
def test_so_many_of_one_person_wait_and_then_the_page_says_so(
    openly, resident, conversation, lead, settings
):
    settings.STATEMENTS_WAITING = 2
    if openly:
        type(conversation).objects.update(moderation="open")
    sentences = ("Mend the path first.", "Benches by the water.", "No cars on Sundays.")
    for text in sentences[:2]:
        assert send(resident, conversation, text=text).status_code == 303
    page = send(resident, conversation, text=sentences[2])
    assert "2 sentences of yours have not been read yet." in page.text
    assert sentences[2] in page.text, "what was written stays in the form"
    late = resident.post(
        f"/v/{conversation.code}/add/",
        GIVEN | {"text": sentences[2], "late": "yes", "key": "k" * 22},
        headers={"Accept": "application/json"},
    )
    assert late.json()["say"].startswith("2 sentences of yours have not been read yet.")
    assert send(Client(), conversation, text="Somebody else's words.").status_code == 303
    voice = Statement.objects.filter(is_seed=False).order_by("number")[0].voice
    moderate_voice(voice=voice, state="accepted", by=lead)
    assert send(resident, conversation, text=sentences[2]).status_code == 303
