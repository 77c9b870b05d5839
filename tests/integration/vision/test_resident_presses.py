"""Undo, especially important, once and only once: over HTTP, with and without the script."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from lamppost.vision.actions import change_conversation, close_conversation
from lamppost.vision.models import Conversation, ImportantMark, ReplacedVote, Vote
from lamppost.vision.queries.important import important_counts, public_important_counts
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Participant, Receipt, Voice

pytestmark = pytest.mark.django_db

KEY = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
OTHER = "ffb2c3d4e5f60718293a4b5c6d7e8f90"
SCRIPT = {"accept": "application/json"}


def press(client, conversation, statement, answer="agree", *, where="", script=False, **extra):
    data = {"statement": statement.pk, "vote": answer, **extra}
    headers = SCRIPT if script else {}
    return client.post(f"/v/{conversation.code}/{where}", data, headers=headers)


def kept(client, conversation, statement, answer="agree", *, key=KEY, waited="0", where=""):
    """What the script sends."""
    return press(
        client, conversation, statement, answer, where=where, script=True, key=key, waited=waited
    )


# Once and only once.


def test_the_script_is_told_where_to_go_on(resident, conversation, statements):
    answer = kept(resident, conversation, statements[0])
    assert answer.status_code == 200
    address = f"/v/{conversation.code}/?after={statements[0].number}"
    assert answer.json() == {"taken": True, "next": address}
    assert Vote.objects.get().value == 1
    assert Receipt.objects.get().key == KEY


def test_the_same_press_sent_again_is_one_row_and_no_change(resident, conversation, statements):
    for _ in range(3):
        assert kept(resident, conversation, statements[0]).json()["taken"] is True
    assert (Vote.objects.count(), Receipt.objects.count()) == (1, 1)
    assert ReplacedVote.objects.count() == 0


def test_a_press_sent_again_never_undoes_a_later_change(resident, conversation, statements):
    kept(resident, conversation, statements[0], "agree")
    press(resident, conversation, statements[0], "disagree")
    kept(resident, conversation, statements[0], "agree")
    assert Vote.objects.get().value == -1
    press(resident, conversation, statements[0], where="undo/")
    kept(resident, conversation, statements[0], "agree")
    assert Vote.objects.count() == 0


def test_a_press_that_waited_never_overrides_a_later_one(resident, conversation, statements):
    press(resident, conversation, statements[0], "disagree")
    answer = kept(resident, conversation, statements[0], "agree", waited="3600")
    assert answer.json()["taken"] is True
    assert Vote.objects.get().value == -1
    assert ReplacedVote.objects.count() == 0


@pytest.fixture
def since_yesterday(conversation, statements):
    """The question, asked a day ago with its statements."""
    yesterday = timezone.now() - dt.timedelta(days=1)
    Conversation.objects.filter(pk=conversation.pk).update(created_at=yesterday)
    Voice.objects.filter(statement__conversation=conversation).update(said_at=yesterday)
    return conversation


def test_a_vote_that_waited_is_as_old_as_its_press(resident, since_yesterday, statements):
    kept(resident, since_yesterday, statements[0], waited="7200")
    age = timezone.now() - Vote.objects.get().cast_at
    assert dt.timedelta(seconds=7199) < age < dt.timedelta(seconds=7260)
    assert timezone.now() - Receipt.objects.get().taken_at < dt.timedelta(seconds=60)


@pytest.mark.parametrize("what", ["before_it_opened", "before_it_was_said"])
def test_a_press_that_cannot_be_so_old_is_as_old_as_its_arrival(
    resident, since_yesterday, statements, what
):
    an_hour_ago = timezone.now() - dt.timedelta(hours=1)
    if what == "before_it_opened":
        Conversation.objects.filter(pk=since_yesterday.pk).update(opens_at=an_hour_ago)
    else:
        Voice.objects.filter(statement=statements[0]).update(said_at=an_hour_ago)
    kept(resident, since_yesterday, statements[0], waited="7200")
    assert timezone.now() - Vote.objects.get().cast_at < dt.timedelta(seconds=60)


def test_times_that_cannot_be_do_not_hide_that_many_came_at_once(since_yesterday, statements):
    """Each says it waited longer; the integrity report sees them come together all the same."""
    for number in range(12):
        waited = str(86400 * (number + 2))
        kept(Client(), since_yesterday, statements[0], key=f"{KEY}{number}", waited=waited)
    times = list(Vote.objects.values_list("cast_at", flat=True))
    assert len(times) == 12
    assert max(times) - min(times) < dt.timedelta(seconds=60)


def test_two_presses_that_waited_stand_in_the_order_of_the_thumb(
    resident, since_yesterday, statements
):
    conversation = since_yesterday
    kept(resident, conversation, statements[0], "agree", waited="120")
    kept(resident, conversation, statements[0], "disagree", key=OTHER, waited="60")
    vote = Vote.objects.get()
    assert vote.value == -1
    assert dt.timedelta(seconds=59) < timezone.now() - vote.cast_at < dt.timedelta(seconds=70)


@pytest.mark.parametrize("waited", ["nan", "inf", "-5", "abc", "1e400", ""])
def test_a_strange_time_of_waiting_overrides_nothing_newer(
    resident, conversation, statements, waited
):
    answer = kept(resident, conversation, statements[0], waited=waited)
    assert answer.json()["taken"] is True
    assert timezone.now() - Vote.objects.get().cast_at <= dt.timedelta(days=61)


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space 123456789", "ключ" * 5])
def test_a_key_that_is_none_is_ignored_and_the_vote_counts(resident, conversation, statements, key):
    assert kept(resident, conversation, statements[0], key=key).json()["taken"] is True
    assert (Vote.objects.count(), Receipt.objects.count()) == (1, 0)


def counted():
    return (Vote.objects.count(), Receipt.objects.count(), Participant.objects.count())


def test_taken_once_although_the_answer_and_the_browsers_session_were_lost(
    conversation, statements
):
    """The press is in the phone's storage; neither cookie nor form token is there any more."""
    for _ in range(2):
        browser = Client()
        assert kept(browser, conversation, statements[0]).json()["taken"] is True
        assert counted() == (1, 1, 1)
    # The phone is who it was: what it presses now is the same person's.
    kept(browser, conversation, statements[1], key=OTHER)
    kept(browser, conversation, statements[0], "disagree", key=f"{OTHER}1")
    assert (Vote.objects.count(), Participant.objects.count()) == (2, 1)


def test_a_press_is_no_way_in_once_more_came_from_that_person(conversation, statements):
    first, other = Client(), Client()
    kept(first, conversation, statements[0])
    kept(first, conversation, statements[1], key=OTHER)
    assert kept(other, conversation, statements[0], "disagree").json()["taken"] is True
    assert not other.cookies
    assert sorted(Vote.objects.values_list("value", flat=True)) == [1, 1]


def test_sent_again_by_a_phone_that_is_somebody_else_by_now_it_counts_once(
    conversation, statements
):
    kept(Client(), conversation, statements[0])
    phone = Client()
    kept(phone, conversation, statements[1], key=OTHER)
    assert kept(phone, conversation, statements[0]).json()["taken"] is True
    assert Vote.objects.count() == 2


def test_taken_in_before_it_closed_it_is_so_without_a_cookie(conversation, statements, lead):
    kept(Client(), conversation, statements[0])
    close_conversation(conversation=conversation, by=lead)
    assert kept(Client(), conversation, statements[0]).json()["taken"] is True
    assert kept(Client(), conversation, statements[0], key=OTHER).status_code == 409


def test_taken_in_before_a_step_was_asked_for_it_is_not_kept_for_one(
    conversation, statements, lead
):
    kept(Client(), conversation, statements[0])
    change_conversation(conversation=conversation, by=lead, values={"verification": "email"})
    again = Client()
    assert "/step/" not in kept(again, conversation, statements[0]).json()["next"]
    assert not any(name.startswith("lamppost_kept") for name in again.cookies)
    assert counted() == (1, 1, 1)


def test_two_people_with_keys_of_their_own_are_two(conversation, statements):
    for client, key in ((Client(), KEY), (Client(), OTHER)):
        kept(client, conversation, statements[0], key=key)
    assert counted() == (2, 2, 2)


def test_a_refused_press_is_not_remembered(resident, conversation, statements, lead):
    moderate_voice(voice=statements[0].voice, state="declined", reason="hurts", by=lead)
    answer = kept(resident, conversation, statements[0])
    assert answer.status_code == 409
    assert answer.json()["taken"] is False
    assert "was taken back" in answer.json()["say"]
    assert Receipt.objects.count() == 0
    moderate_voice(voice=statements[0].voice, state="accepted", by=lead)
    kept(resident, conversation, statements[0])
    assert Vote.objects.count() == 1


def test_sent_again_after_it_closed_it_counts_as_what_it_was(
    resident, conversation, statements, lead
):
    kept(resident, conversation, statements[0])
    close_conversation(conversation=conversation, by=lead)
    assert kept(resident, conversation, statements[0]).json()["taken"] is True
    late = kept(resident, conversation, statements[1], key=OTHER, waited="3600")
    assert (late.status_code, late.json()["taken"]) == (409, False)
    assert "closed" in late.json()["say"]
    assert Vote.objects.count() == 1


def test_the_script_is_refused_without_the_form_token(conversation, statements):
    client = Client(enforce_csrf_checks=True)
    assert kept(client, conversation, statements[0]).status_code == 403
    assert Vote.objects.count() == 0


# Undo.


def test_undo_takes_the_answer_back_and_shows_its_statement(resident, conversation, statements):
    press(resident, conversation, statements[0], "agree")
    press(resident, conversation, statements[0], "disagree")
    answer = press(resident, conversation, statements[0], where="undo/")
    assert answer.status_code == 303
    assert (Vote.objects.count(), ReplacedVote.objects.count()) == (0, 0)
    page = resident.get(answer["Location"]).text
    assert "Your answer is taken back." in page
    assert f'name="statement" value="{statements[0].pk}"' in page
    assert 'aria-pressed="true"' not in page


def test_undo_touches_nobody_elses_answer(resident, conversation, statements):
    other = Client()
    press(other, conversation, statements[0])
    press(resident, conversation, statements[1])
    assert press(resident, conversation, statements[0], where="undo/").status_code == 303
    assert Vote.objects.count() == 2


def test_undo_works_after_the_question_closed(resident, conversation, statements, lead):
    press(resident, conversation, statements[0])
    close_conversation(conversation=conversation, by=lead)
    answer = press(resident, conversation, statements[0], where="undo/")
    assert Vote.objects.count() == 0
    assert "Your answer is taken back." in resident.get(answer["Location"]).text


def test_an_undo_that_waited_leaves_a_later_answer(resident, conversation, statements):
    press(resident, conversation, statements[0])
    kept(resident, conversation, statements[0], waited="600", where="undo/")
    assert Vote.objects.count() == 1
    kept(resident, conversation, statements[0], key=OTHER, where="undo/")
    assert Vote.objects.count() == 0


def test_undo_is_a_press_and_never_a_link(resident, conversation):
    assert resident.get(f"/v/{conversation.code}/undo/").status_code == 405
    assert resident.get(f"/v/{conversation.code}/important/").status_code == 405
    assert resident.post(f"/v/{conversation.code}/undo/", {"statement": "0"}).status_code == 404


def test_the_mark_goes_with_the_answer_and_the_page_says_so(resident, conversation, statements):
    press(resident, conversation, statements[0])
    press(resident, conversation, statements[1])
    press(resident, conversation, statements[0], where="important/", mark="yes")
    said = "The mark “especially important” goes with it."
    answer = press(resident, conversation, statements[1], where="undo/")
    assert ImportantMark.objects.count() == 1
    assert said not in resident.get(answer["Location"]).text
    answer = press(resident, conversation, statements[0], where="undo/")
    assert ImportantMark.objects.count() == 0
    page = resident.get(answer["Location"]).text
    assert said in page
    assert "You took your answer to it back." in page
    press(resident, conversation, statements[0])
    assert said not in resident.get(answer["Location"]).text


# Especially important.


def test_one_mark_in_a_question_that_moves_and_can_be_taken_away(
    resident, conversation, statements
):
    press(resident, conversation, statements[0])
    press(resident, conversation, statements[0], where="important/", mark="yes")
    assert ImportantMark.objects.get().statement == statements[0]
    page = resident.get(f"/v/{conversation.code}/?after={statements[0].number}").text
    assert "Especially important to you." in page
    press(resident, conversation, statements[1], where="important/", mark="yes")
    assert ImportantMark.objects.get().statement == statements[1]
    press(resident, conversation, statements[0], where="important/", mark="no")
    assert ImportantMark.objects.count() == 1
    press(resident, conversation, statements[1], where="important/", mark="no")
    assert ImportantMark.objects.count() == 0


def test_a_mark_that_waited_does_not_move_a_later_one(resident, conversation, statements):
    press(resident, conversation, statements[0], where="important/")
    kept(resident, conversation, statements[1], waited="600", where="important/")
    assert ImportantMark.objects.get().statement == statements[0]
    kept(resident, conversation, statements[1], key=OTHER, where="important/")
    assert ImportantMark.objects.get().statement == statements[1]


def test_a_mark_sent_again_is_one_row(resident, conversation, statements):
    for _ in range(2):
        kept(resident, conversation, statements[0], where="important/")
    press(resident, conversation, statements[1], where="important/")
    kept(resident, conversation, statements[0], where="important/")
    assert ImportantMark.objects.get().statement == statements[1]


def test_what_is_not_shown_cannot_be_marked(resident, conversation, statements, lead):
    moderate_voice(voice=statements[0].voice, state="declined", reason="x", by=lead)
    assert press(resident, conversation, statements[0], where="important/").status_code == 409
    close_conversation(conversation=conversation, by=lead)
    assert press(resident, conversation, statements[1], where="important/").status_code == 409
    assert ImportantMark.objects.count() == 0


def test_marks_are_counted_for_the_host_and_from_ten_on_for_everybody(
    conversation, statements, people
):
    now = timezone.now()
    ImportantMark.objects.bulk_create(
        ImportantMark(
            conversation=conversation,
            participant=one,
            statement=statements[0] if place < 13 else statements[1],
            marked_at=now,
        )
        for place, one in enumerate(people(22))
    )
    first, second = statements[0].number, statements[1].number
    assert important_counts(conversation) == {first: 13, second: 9}
    assert public_important_counts(conversation) == {first: 10}
    statements[1].merged_into = statements[0]
    statements[1].save()
    assert important_counts(conversation) == {first: 22}
    assert public_important_counts(conversation) == {first: 20}


# What the page says.


def test_why_one_is_shown_it_and_how_to_stop(resident, conversation, statements):
    page = resident.get(f"/v/{conversation.code}/").text
    assert "Why am I shown this?" in page
    assert "It is new here" in page
    # Read in another language it is the same statement for the same reason.
    assert "It is new here" in resident.get(f"/v/{conversation.code}/?s=1&in=original").text
    press(resident, conversation, statements[0])
    changing = resident.get(f"/v/{conversation.code}/?s=1").text
    assert "You answered: <b>agree</b>" in changing
    assert "You asked to change your answer to it." in changing
    assert "It is new here" not in changing
    end = resident.get(f"/v/{conversation.code}/?stop=1").text
    assert "Thank you" in end
    assert "You have answered 1 statement." in end
    assert "Go on answering" in end
    assert Participant.objects.count() == 1


def test_one_may_stop_before_the_first_answer(resident, conversation):
    page = resident.get(f"/v/{conversation.code}/?stop=1").text
    assert "Come back whenever you like." in page
    assert "Thank you" not in page
