"""A code on paper leads back from another device; taking it back; too many tries."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from lamppost.vision.models import Vote
from lamppost.voices import who_sees
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import DeviceLink, Participant, ReturnCode
from tests.vision_world import make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def conversation(partnership):
    return make_conversation(partnership, 3)


def press(client, conversation, number, answer="agree"):
    statement = conversation.statements.get(number=number)
    client.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": answer})


def place(conversation, part="") -> str:
    return f"/p/{conversation.partnership.slug}/voices/mine/{part}"


def make_code(client, conversation) -> str:
    page = client.post(place(conversation, "code/"))
    return re.search(r'class="big-word" dir="ltr">([\w-]+)<', page.text)[1]


@pytest.fixture
def first(conversation):
    client = Client()
    press(client, conversation, 0)
    return client


def test_another_device_comes_back_and_can_change_what_was_given(first, conversation):
    code = make_code(first, conversation)
    again = first.get(place(conversation, "code/")).text
    assert "You made a code on" in again
    assert ".. A new one takes its place." not in again
    assert re.fullmatch(r"[2-9a-z]{4}(-[2-9a-z]{4}){3}", code)
    assert code.replace("-", "") not in str(ReturnCode.objects.values_list())
    second = Client()
    page = second.post("/back/", {"code": f" {code.upper().replace('-', ' ')} "}, follow=True)
    assert page.redirect_chain[-1][0] == place(conversation)
    assert "This is the 1 thing you gave here." in page.text
    assert "Only this device can show them" not in page.text
    assert "This device shows them, every other one that leads here" in page.text
    assert COOKIE in second.cookies
    press(second, conversation, 1)
    press(second, conversation, 0, "disagree")
    assert Participant.objects.count() == 1
    assert "These are the 2 things" in first.get(place(conversation)).text
    assert Vote.objects.get(statement__number=0).value == -1


def test_what_the_second_device_gave_before_goes_along(first, conversation):
    code = make_code(first, conversation)
    second = Client()
    press(second, conversation, 0, "disagree")
    press(second, conversation, 2, "disagree")
    page = second.post("/back/", {"code": code}, follow=True)
    assert "1 answer that you gave on this device went along." in page.text
    assert "1 you had answered there already: that answer stays." in page.text
    rows = Vote.objects.order_by("statement__number").values_list("statement__number", "value")
    assert list(rows) == [(0, 1), (2, -1)]
    assert Participant.objects.count() == 1


def test_a_new_code_ends_the_one_before(first, conversation):
    old, new = make_code(first, conversation), make_code(first, conversation)
    assert "This code leads nowhere." in Client().post("/back/", {"code": old}).text
    assert Client().post("/back/", {"code": new}).status_code == 302
    assert ReturnCode.objects.count() == 1


def test_a_code_that_was_taken_back_leads_nowhere(first, conversation):
    code = make_code(first, conversation)
    first.post(place(conversation, "code/revoke/"))
    assert "This code leads nowhere." in Client().post("/back/", {"code": code}).text
    assert DeviceLink.objects.count() == 0


def test_only_this_device_cuts_the_others_off(first, conversation):
    code = make_code(first, conversation)
    second = Client()
    second.post("/back/", {"code": code})
    page = second.get(place(conversation, "code/")).text
    assert "1 other device leads to these answers." in page
    assert (
        who_sees.of_code_taken_back() in page.partition("code/revoke/")[2].partition("</form>")[0]
    )
    assert (
        who_sees.of_other_devices() in page.partition("code/only-here/")[2].partition("</form>")[0]
    )
    second.post(place(conversation, "code/only-here/"))
    assert "Nothing yet" in first.get(place(conversation)).text
    assert "1 thing you gave" in second.get(place(conversation)).text
    assert "This code leads nowhere." in Client().post("/back/", {"code": code}).text
    # The first device begins anew, as somebody of its own.
    press(first, conversation, 1)
    assert Participant.objects.count() == 2


def test_nobody_makes_a_code_for_nothing(conversation):
    client = Client()
    assert "You gave nothing on this device yet" in client.post(place(conversation, "code/")).text
    assert ReturnCode.objects.count() == 0
    assert Participant.objects.count() == 0


@pytest.mark.parametrize("code", ["", "abc", "2222-2222-2222-2222", "x" * 300, "٢" * 16])
def test_a_code_that_is_none_is_refused_and_makes_nobody(conversation, code):
    answer = Client().post("/back/", {"code": code})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text or "error" in answer.text
    assert Participant.objects.count() == 0


def test_many_tries_are_slowed_down_also_with_the_right_code(first, conversation):
    code = make_code(first, conversation)
    robber = Client()
    said = [robber.post("/back/", {"code": f"3333-4444-5555-{n:04d}"}).text for n in range(13)]
    assert "This code leads nowhere." in said[0]
    assert "many tries" in said[-1]
    assert "many tries" in robber.post("/back/", {"code": code}).text
    assert DeviceLink.objects.count() == 0


def test_tries_are_not_counted_by_address(first, conversation):
    """Twelve people on a library's one address are twelve browsers."""
    code = make_code(first, conversation)
    for number in range(12):
        client = Client(REMOTE_ADDR="203.0.113.7")
        client.get("/back/")
        typo = f"{chr(98 + number) * 4}-3333-4444-5555"
        assert "leads nowhere" in client.post("/back/", {"code": typo}).text
    client = Client(REMOTE_ADDR="203.0.113.7")
    client.get("/back/")
    assert client.post("/back/", {"code": code}).status_code == 302


def test_erasing_everything_takes_code_and_links_along(first, conversation):
    code = make_code(first, conversation)
    second = Client()
    second.post("/back/", {"code": code})
    second.post(place(conversation, "erase/"))
    assert not Participant.objects.exists()
    assert not ReturnCode.objects.exists()
    assert not DeviceLink.objects.exists()
    assert second.cookies[COOKIE].value == ""
    assert "Nothing yet" in first.get(place(conversation)).text


def test_who_comes_back_keeps_the_cookie_while_another_partnership_has_something(
    first, conversation, other_partnership
):
    elsewhere = make_conversation(other_partnership, 3)
    press(first, elsewhere, 0)
    code = make_code(first, elsewhere)
    second = Client()
    press(second, conversation, 0)
    second.post("/back/", {"code": code})
    second.post(place(conversation, "erase/"))
    # What the link leads to is still theirs.
    assert second.cookies[COOKIE].value != ""
    assert "1 thing you gave" in second.get(place(elsewhere)).text


def test_reading_writes_nothing(first, conversation):
    before = str(list(ReturnCode.objects.values_list()))
    make_code(first, conversation)
    stood = list(ReturnCode.objects.values_list())
    first.get(place(conversation, "code/"))
    Client().get("/back/")
    assert list(ReturnCode.objects.values_list()) == stood
    assert before == "[]"


def test_finding_somebody_by_a_link_takes_one_query(first, conversation, django_assert_num_queries):
    from lamppost.voices.queries import participant_with

    second = Client()
    second.post("/back/", {"code": make_code(first, conversation)})
    link = DeviceLink.objects.get()
    own = Participant.objects.get()
    for key, found in ((link.key, own), (own.key, own), ("0" * 64, None)):
        with django_assert_num_queries(1):
            assert participant_with(conversation.partnership, key) == found
