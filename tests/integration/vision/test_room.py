"""A room: joined by a code, one statement at a time, counts from ten answers on."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from lamppost.vision.actions import add_seed_statements, close_conversation, rooms
from lamppost.vision.models import (
    ReplacedVote,
    Room,
    RoomAnswer,
    RoomStatement,
    StatementTranslation,
    Vote,
)
from lamppost.vision.queries.released import STEPS, released_share
from lamppost.vision.queries.rooms import screen_of
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Participant, Receipt

pytestmark = pytest.mark.django_db

KEY = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
OTHER = "ffb2c3d4e5f60718293a4b5c6d7e8f90"


@pytest.fixture
def room(conversation, lead):
    found = rooms.open_room(conversation=conversation, by=lead)
    rooms.next_statement(room=found, by=lead)
    return Room.objects.get(pk=found.pk)


@pytest.fixture
def screen_url(room):
    code = room.conversation.code
    return f"/p/elm-street/vision/questions/{code}/room/{room.pk}"


def press(client, room, answer="agree", statement=None):
    statement = statement or room.statement_id
    return client.post(f"/r/{room.join_code}/", {"statement": statement, "vote": answer})


def kept(client, room, answer="agree", *, key=KEY, waited="0", statement=None):
    """What the script sends."""
    data = {"statement": statement or room.statement_id, "vote": answer}
    data |= {"key": key, "waited": waited}
    return client.post(f"/r/{room.join_code}/", data, headers={"accept": "application/json"})


def people(count):
    clients = [Client() for _ in range(count)]
    for client in clients:
        client.get("/r/")
    return clients


def test_staff_open_a_room_and_people_join_by_its_code(lead_client, conversation):
    url = f"/p/elm-street/vision/questions/{conversation.code}/ways/rooms/"
    page = lead_client.post(url, follow=True)
    made = Room.objects.get()
    assert f">{made.join_code}<" in page.text
    assert "Join on your phone. Then we begin." in page.text
    phone = Client()
    assert phone.get("/r/", {"code": made.join_code.upper()})["Location"] == f"/r/{made.join_code}/"
    assert "The first statement comes by itself." in phone.get(f"/r/{made.join_code}/").text
    assert "There is no room with the code" in phone.get("/r/", {"code": "zzzzzz"}).text
    assert Participant.objects.count() == 0


def test_an_answer_counts_on_the_screen_and_in_the_question(room, screen_url, lead_client):
    phone = Client()
    answer = press(phone, room)
    assert answer.status_code == 303
    vote = Vote.objects.get()
    assert (vote.channel, vote.value) == ("room", 1)
    assert "Counted: you agree." in phone.get(f"/r/{room.join_code}/").text
    page = lead_client.get(f"{screen_url}/screen/")
    assert "1 of you answered" in page.text
    assert "<meter" not in page.text


def test_counts_are_shown_only_when_closed_and_from_ten_answers_on(room, screen_url, lead_client):
    for number, client in enumerate(people(9)):
        press(client, room, "agree" if number % 2 else "disagree")
    lead_client.post(f"{screen_url}/move/", {"do": "close"})
    page = lead_client.get(f"{screen_url}/screen/").text
    assert "9 of you answered" in page
    assert "<meter" not in page
    lead_client.post(f"{screen_url}/move/", {"do": "next"})
    room.refresh_from_db()
    for number, client in enumerate(people(10)):
        press(client, room, "agree" if number < 7 else "pass")
    page = lead_client.get(f"{screen_url}/screen/").text
    assert "10 of you answered" in page
    assert "<meter" not in page
    lead_client.post(f"{screen_url}/move/", {"do": "close"})
    page = lead_client.get(f"{screen_url}/screen/").text
    assert re.findall(r"<meter[^>]*value=\"(\d+)\"", page) == ["75", "0", "25"]


def test_a_closed_turn_stays_as_it_is(room, lead):
    clients = people(11)
    for client in clients[:10]:
        press(client, room)
    rooms.close_statement(room=room, by=lead)
    answer = press(clients[10], room, "disagree")
    assert answer["Location"].endswith("?late=1")
    press(clients[0], room, "disagree")
    shown = screen_of(Room.objects.get(pk=room.pk))
    assert [one.percent for one in shown.tallies] == [100, 0, 0]
    assert shown.answered == 10
    # In the question the later answers count.
    assert Vote.objects.filter(value=-1).count() == 2
    # Back and forth opens nothing again.
    first = room.statement_id
    rooms.next_statement(room=room, by=lead)
    rooms.previous_statement(room=room, by=lead)
    room.refresh_from_db()
    assert room.statement_id == first
    assert RoomStatement.objects.get(room=room, statement=first).closed_at is not None


def test_whoever_answered_before_keeps_their_participant(room, conversation):
    phone = Client()
    statement = conversation.statements.get(pk=room.statement_id)
    phone.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    press(phone, room, "agree")
    assert Participant.objects.count() == 1
    assert Vote.objects.count() == 1
    assert RoomAnswer.objects.count() == 1
    press(phone, room, "disagree")
    assert Vote.objects.get().value == -1
    assert ReplacedVote.objects.count() == 1
    assert RoomAnswer.objects.count() == 1


def test_the_screen_goes_through_all_and_ends(room, lead, screen_url, lead_client):
    numbers = []
    for _ in range(3):
        numbers.append(Room.objects.get(pk=room.pk).statement.number)
        rooms.next_statement(room=room, by=lead)
    assert numbers == [1, 2, 3]
    assert "That was the last statement" in lead_client.get(f"{screen_url}/screen/").text
    rooms.previous_statement(room=room, by=lead)
    assert Room.objects.get(pk=room.pk).statement.number == 3


def test_a_statement_that_was_declined_is_neither_shown_nor_taken(
    room, conversation, lead, screen_url, lead_client
):
    statement = conversation.statements.get(pk=room.statement_id)
    moderate_voice(voice=statement.voice, state="declined", by=lead)
    phone = Client()
    answer = press(phone, room)
    assert answer.status_code == 409
    assert statement.voice.public_text not in answer.text
    assert statement.voice.public_text not in lead_client.get(f"{screen_url}/screen/").text
    assert Vote.objects.count() == 0


def test_a_closed_room_takes_nothing(room, lead, screen_url, lead_client):
    lead_client.post(f"{screen_url}/close/")
    answer = press(Client(), room)
    assert answer.status_code == 409
    assert "The room takes no answers any more." in answer.text
    with pytest.raises(rooms.RoomClosed):
        rooms.next_statement(room=room, by=lead)
    lead_client.post(f"{screen_url}/move/", {"do": "next"})
    assert Vote.objects.count() == 0
    assert "This room is closed" in lead_client.get(f"{screen_url}/screen/").text


def test_a_room_that_nobody_closed_is_over_after_twelve_hours(room):
    Room.objects.update(opened_at=timezone.now() - dt.timedelta(hours=13))
    assert press(Client(), room).status_code == 409
    assert Vote.objects.count() == 0


def test_a_closed_question_opens_no_room_and_takes_nothing_in_one(
    room, conversation, lead, lead_client
):
    close_conversation(conversation=conversation, by=lead)
    assert press(Client(), room).status_code == 409
    url = f"/p/elm-street/vision/questions/{conversation.code}/ways/rooms/"
    assert "takes no answers now" in lead_client.post(url, follow=True).text
    assert Room.objects.count() == 1
    assert Vote.objects.count() == 0


@pytest.mark.parametrize(("answer", "status"), [("", 400), ("maybe", 400)])
def test_a_press_that_is_none_counts_nothing(room, answer, status):
    assert press(Client(), room, answer).status_code == status
    assert Participant.objects.count() == 0


def test_a_statement_of_another_question_is_not_found(room, ask):
    other = ask().statements.first()
    assert press(Client(), room, statement=other.pk).status_code == 404


def test_a_step_is_asked_for_in_a_room_too_and_leads_back_to_it(
    conversation, lead, settings, monkeypatch
):
    from lamppost.voices import steps

    conversation.verification = "in_person"
    conversation.save()
    room = rooms.open_room(conversation=conversation, by=lead)
    rooms.next_statement(room=room, by=lead)
    room.refresh_from_db()
    phone = Client()
    phone.get("/r/")
    # One on the question's page before, one in the room.
    alone = conversation.statements.exclude(pk=room.statement_id).first()
    phone.post(f"/v/{conversation.code}/", {"statement": alone.pk, "vote": "agree"})
    answer = press(phone, room)
    assert answer["Location"] == f"/v/{conversation.code}/step/"
    phone.post(f"/v/{conversation.code}/step/in-person/")
    key = steps.Challenge.objects.get().key
    begun = steps.begun_step(conversation.partnership, key, "in_person")
    steps.confirm_in_person(
        partnership=conversation.partnership, word=steps.word_of(begun), by=lead
    )
    counted = phone.post(f"/v/{conversation.code}/step/count/")
    assert counted["Location"] == f"/r/{room.join_code}/"
    channels = dict(Vote.objects.values_list("statement", "channel"))
    assert channels == {alone.pk: "web", room.statement_id: "room"}


def test_looking_writes_nothing_and_the_state_tells_of_changes(
    room, lead, screen_url, lead_client, connection_writes
):
    with connection_writes() as writes:
        before = Client().get(f"/r/{room.join_code}/state.json").json()
        Client().get(f"/r/{room.join_code}/")
        lead_client.get(f"{screen_url}/screen/")
    assert [one for one in writes if "django_session" not in one] == []
    press(Client(), room)
    after = Client().get(f"/r/{room.join_code}/state.json").json()
    assert (before["answered"], after["answered"]) == (0, 1)
    assert before["state"] == after["state"]
    rooms.next_statement(room=room, by=lead)
    assert Client().get(f"/r/{room.join_code}/state.json").json()["state"] != after["state"]
    assert Client().get("/r/nothing/state.json").status_code == 404


def test_how_many_queries_a_phone_needs(room, django_assert_max_num_queries):
    phone = Client()
    press(phone, room)
    with django_assert_max_num_queries(13):
        phone.get(f"/r/{room.join_code}/")
    with django_assert_max_num_queries(6):
        phone.get(f"/r/{room.join_code}/state.json")


def test_a_room_of_another_question_is_not_found(room, ask, lead_client):
    other = ask()
    url = f"/p/elm-street/vision/questions/{other.code}/room/{room.pk}/screen/"
    assert lead_client.get(url).status_code == 404


class TestChoosing:
    """The host says which statement is on the screen."""

    @pytest.fixture
    def choose_url(self, screen_url):
        return f"{screen_url}/choose/"

    def on_screen(self, room):
        found = Room.objects.get(pk=room.pk).statement
        return found and found.number

    def test_the_list_says_where_the_room_is(self, room, choose_url, lead_client, statements):
        press(Client(), room)
        page = lead_client.get(choose_url).text
        for one in statements:
            assert one.voice.public_text in page
        assert page.count("Show this one") == 2
        assert page.count("not shown yet") == 2
        assert "1 in the room answered it" in page
        assert 'name="then"' not in page

    def test_any_statement_can_be_shown_and_next_takes_what_is_left(
        self, room, choose_url, screen_url, lead_client
    ):
        answer = lead_client.post(choose_url, {"number": 3})
        assert answer["Location"] == f"{screen_url}/screen/"
        assert self.on_screen(room) == 3
        assert RoomStatement.objects.get(room=room, statement__number=1).closed_at is not None
        press(Client(), Room.objects.get(pk=room.pk))
        assert RoomAnswer.objects.get().turn.statement.number == 3
        numbers = []
        for do in ("next", "next", "previous", "previous", "previous", "next"):
            lead_client.post(f"{screen_url}/move/", {"do": do})
            numbers.append(self.on_screen(room))
        assert numbers == [2, None, 2, 3, 1, None]

    def test_one_that_was_shown_comes_back_closed(self, room, choose_url, lead_client):
        for client in people(10):
            press(client, room)
        lead_client.post(choose_url, {"number": 2})
        lead_client.post(choose_url, {"number": 1})
        shown = screen_of(Room.objects.get(pk=room.pk))
        assert shown.closed
        assert [one.percent for one in shown.tallies] == [100, 0, 0]
        assert press(Client(), Room.objects.get(pk=room.pk))["Location"].endswith("?late=1")
        assert screen_of(Room.objects.get(pk=room.pk)).answered == 10

    def test_from_another_device_the_list_stays(self, room, choose_url, screen_url, lead_client):
        assert lead_client.get(f"{choose_url}?list=1").text.count('name="then"') == 2
        for url, what in ((choose_url, {"number": 2}), (f"{screen_url}/move/", {"do": "close"})):
            answer = lead_client.post(url, {**what, "then": "list", "page": "1"})
            assert answer["Location"] == f"{choose_url}?list=1&page=1"

    @pytest.mark.parametrize("number", ["", "99", "x", "-1"])
    def test_what_is_no_statement_is_not_found(self, room, choose_url, lead_client, number):
        assert lead_client.post(choose_url, {"number": number}).status_code == 404
        assert self.on_screen(room) == 1

    def test_what_others_do_not_vote_on_is_not_shown(
        self, room, choose_url, lead, lead_client, conversation
    ):
        voice = conversation.statements.get(number=2).voice
        moderate_voice(voice=voice, state="declined", by=lead)
        assert voice.public_text not in lead_client.get(choose_url).text
        page = lead_client.post(choose_url, {"number": 2}, follow=True).text
        assert "That statement was taken back" in page
        assert self.on_screen(room) == 1

    def test_a_closed_room_shows_nothing_new(self, room, choose_url, lead, lead_client):
        rooms.close_room(room=room, by=lead)
        assert "Show this one" not in lead_client.get(choose_url).text
        assert (
            "The room is closed." in lead_client.post(choose_url, {"number": 2}, follow=True).text
        )
        assert self.on_screen(room) == 1

    def test_the_host_reads_it_in_their_language(self, room, choose_url, lead_client, statements):
        StatementTranslation.objects.create(
            statement=statements[0], language="es", text="Está oscuro.", made_at=timezone.now()
        )
        page = lead_client.get(choose_url, headers={"accept-language": "es"}).text
        assert "Está oscuro." in page
        assert statements[1].voice.public_text in page

    def test_how_many_queries_the_list_needs(
        self, room, choose_url, lead, lead_client, conversation, django_assert_max_num_queries
    ):
        texts = [f"Statement number {number} of many." for number in range(40)]
        add_seed_statements(conversation=conversation, by=lead, texts=texts, language="en")
        with django_assert_max_num_queries(20):
            page = lead_client.get(choose_url).text
        assert page.count("Show this one") == 24
        assert "1–25 of 43" in page


@pytest.mark.parametrize(("agree", "disagree"), [(9, 0), (5, 4), (10, 0), (9, 1), (14, 3), (30, 5)])
def test_shares_on_the_screen_follow_the_rule_of_every_public_share(room, lead, agree, disagree):
    """Fewer than ten: none. Else in steps behind each of which lie at least two numbers."""
    for number, client in enumerate(people(agree + disagree)):
        press(client, room, "agree" if number < agree else "disagree")
    rooms.close_statement(room=room, by=lead)
    shown = screen_of(Room.objects.get(pk=room.pk)).tallies
    if agree + disagree < 10:
        assert shown == ()
        return
    said = {one.answer: one.percent for one in shown}
    public = released_share(agree=agree, disagree=disagree, seen=agree + disagree)
    assert said["agree"] == pytest.approx(public["agree"] * 100)
    assert said["disagree"] == pytest.approx(public["disagree"] * 100)
    assert sum(said.values()) == 100
    step = next(step for least, step in STEPS if public["votes"] >= least)
    assert all(one % step == 0 for one in said.values())


# Once and only once.


def counted():
    return [one.objects.count() for one in (Vote, RoomAnswer, Receipt, ReplacedVote)]


def test_the_page_of_the_phone_keeps_what_could_not_be_sent(room):
    page = Client().get(f"/r/{room.join_code}/").text
    assert f'action="/r/{room.join_code}/" class="choices" data-keep>' in page
    assert "lamppost/keep.js" in page
    # The part that the room's script replaces does not hold the notice.
    assert page.index('id="kept"') > page.index("</div>", page.index("data-room="))


def test_the_same_answer_sent_twice_counts_once(room):
    phone = Client()
    here = f"/r/{room.join_code}/"
    for _ in range(3):
        answer = kept(phone, room)
        assert (answer.status_code, answer.json()) == (200, {"taken": True, "next": here})
    assert counted() == [1, 1, 1, 0]
    assert Vote.objects.get().channel == "room"


def test_an_answer_sent_again_changes_nothing_later(room, lead):
    phone = Client()
    kept(phone, room)
    press(phone, room, "disagree")
    kept(phone, room)
    assert Vote.objects.get().value == -1
    # It was in time, whenever it comes again.
    first = room.statement_id
    rooms.next_statement(room=room, by=lead)
    assert kept(phone, room, statement=first).json()["next"] == f"/r/{room.join_code}/"
    assert counted() == [1, 1, 1, 1]


def test_an_answer_that_waited_is_late_in_the_room_and_overrides_nothing(room, lead):
    phone, first = Client(), room.statement_id
    rooms.next_statement(room=room, by=lead)
    room.refresh_from_db()
    late = kept(phone, room, statement=first, waited="60")
    assert late.json()["next"].endswith("?late=1")
    press(phone, room)
    kept(phone, room, "disagree", key=OTHER, waited="60")
    assert list(Vote.objects.values_list("value", flat=True)) == [1, 1]
    assert RoomAnswer.objects.get().turn.statement_id == room.statement_id


def test_after_the_room_closed_only_what_had_come_before_is_taken(room, lead):
    phone = Client()
    kept(phone, room)
    rooms.close_room(room=room, by=lead)
    again = kept(phone, room)
    assert again.json() == {"taken": True, "next": f"/r/{room.join_code}/"}
    new = kept(phone, room, "disagree", key=OTHER)
    assert new.status_code == 409
    assert new.json() == {"taken": False, "say": "The room takes no answers any more."}
    assert kept(phone, room, "both").status_code == 400
    assert counted() == [1, 1, 1, 0]
