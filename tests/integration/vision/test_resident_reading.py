"""Statements in the reader's language, "is it the same as …?", and what became of one's own."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from lamppost.vision.actions import add_seed_statements, submit_statement
from lamppost.vision.models import (
    ConversationTranslation,
    Goal,
    Landscape,
    Statement,
    StatementEdit,
    StatementTranslation,
    Vote,
)
from lamppost.vision.queries.routing import routing_of, statement_states
from lamppost.voices.actions import moderate_voice, set_consent
from lamppost.voices.models import Participant, Receipt, Voice

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SCRIPT = {"accept": "application/json"}
KEY = "a1b2c3d4e5f60718293a4b5c6d7e8f90"


def add(client, conversation, text, *, script=False, **extra):
    data = {"text": text, "language": "en", "consent": "on", **extra}
    headers = SCRIPT if script else {}
    return client.post(f"/v/{conversation.code}/add/", data, headers=headers)


def translate(statement, language, text):
    return StatementTranslation.objects.create(
        statement=statement, language=language, text=text, made_at=timezone.now()
    )


# Languages.


def test_a_translation_is_read_in_the_language_of_the_page(resident, conversation, statements):
    translate(statements[0], "ar", "موقف الحافلة مظلم")
    address = f"/v/{conversation.code}/?s={statements[0].number}"
    page = resident.get(address, headers={"accept-language": "ar"}).text
    assert '<p id="said" class="statement" lang="ar" dir="rtl">موقف الحافلة مظلم</p>' in page
    assert f'href="?s={statements[0].number}&amp;in=original"' in page
    original = resident.get(f"{address}&in=original", headers={"accept-language": "ar"}).text
    said = '<p id="said" class="statement" lang="en" dir="ltr">The bus stop is too dark.</p>'
    assert said in original
    assert f'href="?s={statements[0].number}&amp;in=ar"' in original


def test_statements_may_be_read_in_another_language_than_the_page(
    resident, conversation, statements
):
    for statement in statements:
        translate(statement, "es", f"(es) {statement.number}")
    page = resident.get(f"/v/{conversation.code}/?s={statements[0].number}&in=es").text
    assert 'lang="es" dir="ltr">(es)' in page
    assert "Translated by the host." in page
    assert '<input type="hidden" name="in" value="es">' in page
    data = {"statement": statements[0].pk, "vote": "agree", "in": "es"}
    answer = resident.post(f"/v/{conversation.code}/", data)
    assert answer["Location"].endswith("&in=es")
    assert 'lang="es" dir="ltr">(es)' in resident.get(answer["Location"]).text
    data["in"] = "xx<script>"
    assert "xx" not in resident.post(f"/v/{conversation.code}/", data)["Location"]


def test_the_question_is_translated_too_and_what_is_not_stays(resident, ask):
    conversation = ask(decides="Which lamps are tried.")
    ConversationTranslation.objects.create(
        conversation=conversation, language="es", question="¿Qué sería mejor?"
    )
    page = resident.get(f"/v/{conversation.code}/", headers={"accept-language": "es-mx"}).text
    assert '<h1 class="kicker" lang="es" dir="ltr">¿Qué sería mejor?</h1>' in page
    assert '<span lang="en" dir="ltr">Which lamps are tried.</span>' in page


def test_without_translations_nothing_is_read_for_them(
    resident, conversation, statements, django_assert_num_queries
):
    resident.get(f"/v/{conversation.code}/")
    # The question and one statement.
    with django_assert_num_queries(2):
        page = resident.get(f"/v/{conversation.code}/", headers={"accept-language": "es"}).text
    assert "in=original" not in page
    translate(statements[0], "es", "(es)")
    routing_of(conversation, afresh=True)
    # The same, the question's translation and the statement's.
    with django_assert_num_queries(4):
        resident.get(f"/v/{conversation.code}/", headers={"accept-language": "es"})


def test_languages_stand_only_where_there_are_other_words(resident, ask, conversation, statements):
    translate(statements[0], "es", "(es)")
    routing_of(conversation, afresh=True)
    address = f"/v/{conversation.code}/?s="
    assert "in=es" in resident.get(f"{address}{statements[0].number}").text
    assert "in=es" not in resident.get(f"{address}{statements[1].number}").text
    ConversationTranslation.objects.create(
        conversation=conversation, language="ar", question="سؤال"
    )
    routing_of(conversation, afresh=True)
    page = resident.get(f"{address}{statements[1].number}").text
    assert "in=ar" in page
    assert "in=es" not in page


# Is it the same as …?


def test_nearly_the_same_words_are_asked_about_and_nothing_is_stored_yet(resident, conversation):
    page = add(resident, conversation, "It is too dark at the bus stop")
    assert page.status_code == 200
    assert "Is it the same as this one?" in page.text
    assert "The bus stop is too dark." in page.text
    number = Statement.objects.get(voice__text="The bus stop is too dark.").number
    assert f'href="/v/{conversation.code}/?s={number}"' in page.text
    assert 'value="It is too dark at the bus stop"' in page.text
    assert "Who will see this:" in page.text
    assert (Statement.objects.count(), Participant.objects.count()) == (3, 0)
    sent = add(resident, conversation, "It is too dark at the bus stop", different="yes")
    assert sent["Location"] == f"/v/{conversation.code}/added/"
    assert Statement.objects.get(is_seed=False).voice.text == "It is too dark at the bus stop"


def test_what_is_not_shown_is_not_compared_with(resident, conversation, lead):
    add(Client(), conversation, "Benches at every second corner, please.")
    assert add(resident, conversation, "Benches at every corner, please.").status_code == 303
    voice = Voice.objects.get(text__startswith="Benches at every second")
    moderate_voice(voice=voice, state="declined", reason="x", by=lead)
    assert add(resident, conversation, "Bench at every corner, please.").status_code == 303


def test_one_may_change_the_sentence_and_loses_nothing(resident, conversation):
    page = add(resident, conversation, "It is too dark at the bus stop", edit="yes")
    assert ">\nIt is too dark at the bus stop</textarea>" in page.text
    assert "Error:" not in page.text
    assert Statement.objects.count() == 3


def test_the_script_is_told_to_show_the_page(resident, conversation):
    answer = add(resident, conversation, "It is too dark at the bus stop", script=True, key=KEY)
    assert answer.json() == {"taken": False, "show": True}
    faulty = add(resident, conversation, "", script=True, key=KEY)
    assert faulty.json() == {"taken": False, "show": True}
    assert (Statement.objects.count(), Receipt.objects.count()) == (3, 0)


def test_a_sentence_that_waited_is_taken_in_once_without_asking(resident, conversation):
    text = "It is too dark at the bus stop"
    for _ in range(2):
        answer = add(resident, conversation, text, script=True, key=KEY, late="yes")
        assert answer.json() == {"taken": True, "next": f"/v/{conversation.code}/added/"}
    assert Statement.objects.filter(is_seed=False).count() == 1
    same = add(resident, conversation, "the bus stop is too dark", script=True, late="yes")
    assert same.json()["next"].startswith(f"/v/{conversation.code}/?s=")
    faulty = add(resident, conversation, "…", script=True, late="yes")
    assert (faulty.status_code, faulty.json()["taken"]) == (400, False)
    assert Statement.objects.filter(is_seed=False).count() == 1


def test_open_moderation_shows_it_at_once_and_says_so(resident, ask):
    conversation = ask(moderation="open")
    add(resident, conversation, "Write to a@b.example about the gate.")
    voice = Voice.objects.get(participant__isnull=False)
    assert (voice.state, voice.state_by) == ("accepted", None)
    assert "Others can answer it now." in resident.get(f"/v/{conversation.code}/added/").text
    page = Client().get(f"/v/{conversation.code}/?s=4").text
    assert "Write to [e-mail removed] about the gate." in page
    assert "Nobody of the partnership has looked at it yet." in fate(resident, conversation)


# What became of it.


def fate(client, conversation):
    mine = client.get(f"/p/{conversation.partnership.slug}/voices/mine/").text
    address = re.search(r'href="([^"]+/my-statements/\d+/)"', mine)
    assert address, "no way to what became of it"
    return client.get(address[1]).text


@pytest.fixture
def own(resident, conversation):
    add(resident, conversation, "Benches at every second corner, please.")
    return Statement.objects.select_related("voice").get(is_seed=False)


def test_waiting_then_accepted_or_declined_with_the_reason(resident, conversation, own, lead):
    assert "It waits until somebody has read it." in fate(resident, conversation)
    moderate_voice(voice=own.voice, state="declined", reason="It names somebody.", by=lead)
    page = fate(resident, conversation)
    assert "It was read, and is not shown." in page
    assert "It names somebody." in page
    moderate_voice(voice=own.voice, state="accepted", by=lead)
    assert "It was read and accepted on" in fate(resident, conversation)
    set_consent(voice=own.voice, consent=False)
    assert "You asked that it is not shown any more." in fate(resident, conversation)


def test_merged_split_mended_and_behind_a_goal(resident, conversation, own, statements, lead):
    moderate_voice(voice=own.voice, state="accepted", by=lead)
    own.merged_into = statements[0]
    own.save()
    StatementEdit.objects.create(
        statement=own, earlier_text="Benchs", reason="A slip", edited_at=timezone.now()
    )
    (part,) = add_seed_statements(
        conversation=conversation, by=lead, texts=["Benches at the stops."], language="en"
    )
    part.split_from = own
    part.save()
    goal = Goal.objects.create(partnership=conversation.partnership, title="Rest on the way")
    goal.statements.add(own)
    page = fate(resident, conversation)
    for words in (
        "It says the same as another one.",
        "The bus stop is too dark.",
        "Its words were mended on",
        "A slip",
        "Benchs",
        "so it was split:",
        "Benches at the stops.",
        "Rest on the way",
    ):
        assert words in page


@pytest.mark.parametrize(("votes", "said"), [(9, False), (40, True)])
def test_how_many_agree_from_ten_people_on(resident, conversation, own, lead, people, votes, said):
    from lamppost.vision.actions import compute_landscape

    moderate_voice(voice=own.voice, state="accepted", by=lead)
    now = timezone.now()
    Vote.objects.bulk_create(
        Vote(participant=one, statement=own, value=1 if place % 4 else -1, cast_at=now)
        for place, one in enumerate(people(votes))
    )
    conversation.mode = "polis"
    compute_landscape(conversation=conversation)
    assert Landscape.objects.count() == 1
    page = fate(resident, conversation)
    assert ("At least 40 people answered it: 75% agree, 25% disagree." in page) is said
    assert ("is shown once ten people have answered it" in page) is not said


def test_nobody_else_can_open_it(resident, conversation, own, lead_client, other_partnership):
    address = f"/p/elm-street/vision/my-statements/{own.pk}/"
    assert resident.get(address).status_code == 200
    assert Client().get(address).status_code == 404
    assert lead_client.get(address).status_code == 404
    assert resident.get(f"/p/canal-park/vision/my-statements/{own.pk}/").status_code == 404
    seed = conversation.statements.filter(is_seed=True).first()
    assert resident.get(f"/p/elm-street/vision/my-statements/{seed.pk}/").status_code == 404


# What weighs the choice.


def test_the_engine_gets_votes_and_who_could_have_answered(conversation, statements, people, lead):
    before = timezone.now()
    first, second, third = statements
    voters = people(7)
    Vote.objects.bulk_create(
        Vote(participant=one, statement=first, value=value, cast_at=timezone.now())
        for one, value in zip(voters, [1, 1, 1, 0, 0, -1, -1], strict=True)
    )
    Vote.objects.bulk_create(
        Vote(participant=one, statement=second, value=1, cast_at=before) for one in people(2)
    )
    (late,) = add_seed_statements(
        conversation=conversation, by=lead, texts=["Something new."], language="en"
    )
    states = statement_states(conversation)
    assert set(states) == {first.pk, second.pk, third.pk, late.pk}
    assert (states[first.pk].votes, states[first.pk].agrees, states[first.pk].passes) == (7, 3, 2)
    assert states[third.pk].eligible == 9
    assert states[late.pk].eligible == 0


def test_what_weighs_the_choice_is_counted_once_in_some_seconds(
    conversation, statements, django_assert_num_queries, monkeypatch
):
    with django_assert_num_queries(5):
        first = routing_of(conversation)
    with django_assert_num_queries(0):
        assert routing_of(conversation) == first
    # Old, and somebody else counts already: go on with what there is.
    monkeypatch.setattr("lamppost.vision.queries.routing.time.time", lambda: first.made_at + 60)
    from django.core.cache import cache

    cache.set(f"vision.routing.{conversation.code}.counting", 1, 30)
    with django_assert_num_queries(0):
        assert routing_of(conversation) == first
    cache.delete(f"vision.routing.{conversation.code}.counting")
    submit_statement(
        conversation=conversation, participant=None, text="More.", language="en", consent=True
    )
    assert routing_of(conversation).made_at == first.made_at + 60
