"""The vote over HTTP: one press, one vote; every refusal; what it weighs."""

from __future__ import annotations

import datetime as dt
import re

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core import signing
from django.test import Client
from django.utils import timezone

from lamppost.vision.actions import add_seed_statement, cast_vote, close_conversation
from lamppost.vision.models import LandscapeRequest, ReplacedVote, Vote
from lamppost.voices.actions import moderate_voice, set_consent
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import Participant

pytestmark = pytest.mark.django_db


def press(client, conversation, statement, answer="agree", **extra):
    data = {"statement": statement.pk, "vote": answer}
    return client.post(f"/v/{conversation.code}/", data, **extra)


def shown_statement(response) -> int:
    found = re.search(r'name="statement" value="(\d+)"', response.text)
    assert found, "the page shows no statement"
    return int(found[1])


def test_the_first_press_is_a_vote_without_account_and_with_the_form_token(conversation):
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"/v/{conversation.code}/")
    assert page.status_code == 200
    assert COOKIE not in page.cookies
    assert "sessionid" not in page.cookies
    assert Participant.objects.count() == 0
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    data = {"statement": shown_statement(page), "vote": "agree", "csrfmiddlewaretoken": token}
    answer = client.post(f"/v/{conversation.code}/", data)
    assert answer.status_code == 303
    assert answer.cookies[COOKIE]["httponly"]
    assert answer.cookies[COOKIE]["samesite"] == "Lax"
    vote = Vote.objects.get()
    assert (vote.value, vote.channel, vote.statement_id) == (1, "web", data["statement"])
    following = client.get(answer["Location"])
    assert shown_statement(following) != data["statement"]
    assert "Counted: you agree." in following.text


@pytest.mark.parametrize("press_all", [False, True])
def test_a_screen_reader_hears_that_the_press_counted(
    resident, conversation, statements, press_all
):
    for one in statements if press_all else statements[:1]:
        page = resident.get(press(resident, conversation, one)["Location"]).text
    assert re.search(r"<title>\s*Counted: you agree\. – ", page)
    told = page.index('role="status">Counted: you agree.')
    assert told < page.index("<h1")
    assert page.count("Counted: you agree.") == 2
    assert "You answered: <b>agree</b>" in page
    assert "Counted:" not in resident.get(f"/v/{conversation.code}/").text


def test_a_press_without_the_form_token_is_refused(conversation, statements):
    client = Client(enforce_csrf_checks=True)
    assert press(client, conversation, statements[0]).status_code == 403
    assert Vote.objects.count() == 0


def test_two_quick_first_presses_are_one_participant_and_one_vote(conversation, statements):
    first, second = Client(), Client()
    first.get(f"/v/{conversation.code}/")
    second.cookies["csrftoken"] = first.cookies["csrftoken"].value
    press(first, conversation, statements[0])
    press(second, conversation, statements[0])
    assert Participant.objects.count() == 1
    assert Vote.objects.count() == 1


def test_two_people_are_two_participants(conversation, statements):
    for client in (Client(), Client()):
        client.get(f"/v/{conversation.code}/")
        press(client, conversation, statements[0])
    assert Participant.objects.count() == 2


def test_the_same_press_again_changes_nothing(resident, conversation, statements):
    press(resident, conversation, statements[0])
    before = Vote.objects.get().cast_at
    assert press(resident, conversation, statements[0]).status_code == 303
    assert Vote.objects.get().cast_at == before
    assert ReplacedVote.objects.count() == 0


def test_a_changed_mind_replaces_the_vote_and_keeps_the_earlier_one(
    resident, conversation, statements
):
    press(resident, conversation, statements[0], "agree")
    page = resident.get(f"/v/{conversation.code}/?s={statements[0].number}")
    assert shown_statement(page) == statements[0].pk
    assert 'value="agree" aria-pressed="true"' in page.text
    press(resident, conversation, statements[0], "disagree")
    vote = Vote.objects.get()
    assert vote.value == -1
    assert list(vote.replaced.values_list("value", flat=True)) == [1]


@pytest.mark.parametrize(("answer", "value"), [("agree", 1), ("pass", 0), ("disagree", -1)])
def test_each_answer(resident, conversation, statements, answer, value):
    press(resident, conversation, statements[0], answer)
    assert Vote.objects.get().value == value


@pytest.mark.parametrize("answer", ["", "maybe", "1", "AGREE"])
def test_an_answer_that_is_none_counts_nothing_and_shows_the_statement_again(
    resident, conversation, statements, answer
):
    response = press(resident, conversation, statements[0], answer)
    assert response.status_code == 400
    assert shown_statement(response) == statements[0].pk
    assert "Nothing was counted" in response.text
    assert Participant.objects.count() == 0


@pytest.mark.parametrize("wrong", ["", "0", "abc", "-1", "1e3", "٣", "9" * 40])
def test_a_statement_that_does_not_exist_is_not_found(resident, conversation, wrong):
    response = resident.post(f"/v/{conversation.code}/", {"statement": wrong, "vote": "agree"})
    assert response.status_code == 404
    assert Participant.objects.count() == 0


def test_a_statement_of_another_conversation_is_not_found(resident, ask, conversation):
    other = ask()
    response = press(resident, conversation, other.statements.first())
    assert response.status_code == 404
    assert Vote.objects.count() == 0


def test_a_statement_that_was_taken_back_is_refused_in_plain_words(
    resident, conversation, statements, lead
):
    moderate_voice(voice=statements[0].voice, state="declined", reason="hurts", by=lead)
    response = press(resident, conversation, statements[0])
    assert response.status_code == 409
    assert "was taken back" in response.text
    assert shown_statement(response) != statements[0].pk
    assert Vote.objects.count() == 0


def test_a_statement_whose_author_withdrew_consent_is_neither_shown_nor_taken(
    resident, conversation, statements
):
    set_consent(voice=statements[0].voice, consent=False)
    assert press(resident, conversation, statements[0]).status_code == 409
    page = resident.get(f"/v/{conversation.code}/?s={statements[0].number}")
    assert statements[0].voice.public_text not in page.text


def test_a_closed_question_says_so_and_takes_nothing(resident, conversation, statements, lead):
    close_conversation(conversation=conversation, by=lead)
    page = resident.get(f"/v/{conversation.code}/")
    assert page.status_code == 200
    assert "This question is closed" in page.text
    response = press(resident, conversation, statements[0])
    assert response.status_code == 409
    assert "Your answer was not counted: the question is closed." in response.text
    assert Vote.objects.count() == 0
    assert Participant.objects.count() == 0
    assert resident.get(f"/v/{conversation.code}/add/").text.count("<textarea") == 0


def test_a_question_that_is_not_open_yet_says_when(resident, ask):
    later = ask(opens_at=timezone.now() + dt.timedelta(days=3))
    assert "is not open yet" in resident.get(f"/v/{later.code}/").text
    response = press(resident, later, later.statements.first())
    assert response.status_code == 409
    assert "not open yet" in response.text
    assert Vote.objects.count() == 0


def test_an_address_typed_in_capitals_opens_the_question(resident, conversation):
    page = resident.get(f"/v/{conversation.code.upper()}/")
    assert page.status_code == 200
    assert conversation.question in page.text


def test_an_unknown_code_is_not_found(resident, db):
    assert resident.get("/v/nothing/").status_code == 404
    assert resident.get("/v/NOTHING/").status_code == 404
    assert resident.post("/v/nothing/", {"vote": "agree"}).status_code == 404


def test_other_methods_are_refused(resident, conversation):
    assert resident.put(f"/v/{conversation.code}/").status_code == 405
    assert resident.delete(f"/v/{conversation.code}/").status_code == 405


def test_a_tampered_cookie_is_nobody(resident, conversation, statements):
    press(resident, conversation, statements[0])
    good = resident.cookies[COOKIE].value
    forged = Client()
    forged.cookies[COOKIE] = good[:-3] + ("aaa" if good[-3:] != "aaa" else "bbb")
    assert "You have answered" not in forged.get(f"/v/{conversation.code}/").text
    assert press(forged, conversation, statements[0], "disagree").status_code == 303
    assert Participant.objects.count() == 2
    assert sorted(Vote.objects.values_list("value", flat=True)) == [-1, 1]


def test_a_cookie_signed_for_something_else_is_nobody(resident, conversation, statements):
    resident.cookies[COOKIE] = signing.Signer(salt="something else").sign("device")
    press(resident, conversation, statements[0])
    assert Participant.objects.get().key != ""
    assert resident.cookies[COOKIE].value.split(":")[0] != "device"


def test_the_same_device_has_another_key_in_another_partnership(
    resident, ask, conversation, statements, other_partnership
):
    other = ask(other_partnership)
    press(resident, conversation, statements[0])
    press(resident, other, other.statements.first())
    one, two = Participant.objects.order_by("pk")
    assert one.key != two.key
    assert {one.partnership_id, two.partnership_id} == {
        conversation.partnership_id,
        other.partnership_id,
    }
    assert Vote.objects.filter(participant=two).get().statement.conversation == other


def test_a_participant_of_another_partnership_cannot_be_counted_here(
    ask, statements, other_partnership
):
    from lamppost.vision.actions import NotVotable
    from lamppost.voices.actions import participant_without_device

    stranger = participant_without_device(partnership=other_partnership, channel="web")
    with pytest.raises(NotVotable):
        cast_vote(participant=stranger, statement=statements[0], value=1)
    assert Vote.objects.count() == 0


def test_somebody_signed_in_votes_with_their_account(lead_client, conversation, statements):
    press(lead_client, conversation, statements[0])
    assert COOKIE not in lead_client.cookies
    assert "You have answered 1." in lead_client.get(f"/v/{conversation.code}/").text


def test_signing_in_does_not_lose_earlier_votes(resident, lead, conversation, statements):
    press(resident, conversation, statements[0])
    resident.force_login(lead)
    press(resident, conversation, statements[1])
    assert Participant.objects.count() == 1


def test_after_the_last_statement_thanks_and_what_happens_next(
    resident, ask, lead, other_partnership
):
    until = timezone.now() + dt.timedelta(days=5)
    conversation = ask(closes_at=until, decides="Which lamps are tried.")
    for _ in range(3):
        page = resident.get(f"/v/{conversation.code}/")
        resident.post(
            f"/v/{conversation.code}/", {"statement": shown_statement(page), "vote": "pass"}
        )
    end = resident.get(f"/v/{conversation.code}/").text
    assert "Thank you" in end
    assert "3 statements" in end
    assert "Which lamps are tried." in end
    for link in (
        f"/v/{conversation.code}/add/",
        "/p/elm-street/voices/mine/",
        f"/p/elm-street/vision/landscape/{conversation.code}/",
    ):
        assert f'href="{link}"' in end
    add_seed_statement(conversation=conversation, by=lead, text="A fourth one.", language="en")
    assert "A fourth one." in resident.get(f"/v/{conversation.code}/").text


def test_the_statement_stays_the_same_when_the_page_is_loaded_again(
    resident, conversation, statements
):
    press(resident, conversation, statements[0])
    seen = {shown_statement(resident.get(f"/v/{conversation.code}/")) for _ in range(5)}
    assert len(seen) == 1


def test_the_language_picker_comes_back_to_the_same_statement(resident, conversation):
    page = resident.get(f"/v/{conversation.code}/")
    number = conversation.statements.get(pk=shown_statement(page)).number
    assert f'name="next" value="/v/{conversation.code}/?s={number}"' in page.text


def test_words_carry_their_language_and_direction(resident, conversation, lead):
    for statement in conversation.statements.all():
        moderate_voice(voice=statement.voice, state="declined", reason="x", by=lead)
    add_seed_statement(conversation=conversation, by=lead, text="الضوء ضعيف", language="ar")
    page = resident.get(f"/v/{conversation.code}/").text
    assert '<p id="said" class="statement" lang="ar" dir="rtl">الضوء ضعيف</p>' in page


def test_each_button_says_its_statement_to_a_screen_reader(resident, conversation, statements):
    page = resident.get(f"/v/{conversation.code}/").text

    assert page.count('id="said"') == 1
    assert page.count('aria-describedby="said" name="vote"') == 3


def test_the_page_says_who_asks_until_when_and_what_it_decides(resident, ask):
    conversation = ask(
        asked_by="City of Harbourlea",
        decides="Which lamps are tried.",
        closes_at=timezone.now() + dt.timedelta(days=5),
    )
    page = resident.get(f"/v/{conversation.code}/").text
    for part in (
        "City of Harbourlea",
        "Which lamps are tried.",
        "Open until",
        "Who will see this:",
        "Single answers are not published",
        "Add your own",
        "My answers",
    ):
        assert part in page
    assert page.count("<script") == 1
    assert '<script src="/static/lamppost/keep.js" defer></script>' in page


def test_who_sees_a_vote_stands_before_the_buttons_in_one_line(resident, conversation, statements):
    page = resident.get(f"/v/{conversation.code}/").text
    before, _, after = page.partition('value="agree"')
    assert "everybody sees how many agree and disagree, never a name.</p>" in before
    assert "Single answers are not published" not in before
    assert "Single answers are not published" in after


def test_reading_the_page_writes_nothing(resident, conversation, statements, connection_writes):
    press(resident, conversation, statements[0])
    with connection_writes() as writes:
        resident.get(f"/v/{conversation.code}/")
        Client().get(f"/v/{conversation.code}/")
        resident.get(f"/v/{conversation.code}/add/")
    assert writes == []


def test_how_many_questions_the_page_and_the_press_put_to_the_database(
    resident, conversation, statements, django_assert_num_queries
):
    press(resident, conversation, statements[0])
    resident.get(f"/v/{conversation.code}/")
    # Question, participant, what they answered, the next statement with the one before it, the
    # mark. What weighs the choice is kept for some seconds.
    with django_assert_num_queries(5):
        resident.get(f"/v/{conversation.code}/?after={statements[0].number}")
    # Question, statement, participant; then, with the database held, the vote, the day's salt and
    # the trace of the network; and after it whether a landscape is asked for already.
    with django_assert_num_queries(8):
        press(resident, conversation, statements[1])


def test_the_page_and_its_style_stay_below_25_kilobytes_with_brotli(resident, ask):
    conversation = ask(
        question="ق" * 290,
        asked_by="Somebody " * 12,
        decides="Something " * 28,
        closes_at=timezone.now() + dt.timedelta(days=5),
    )
    page = resident.get(f"/v/{conversation.code}/", headers={"accept-encoding": "br"})
    assert page["Content-Encoding"] == "br"
    styles = re.findall(
        r'href="/static/(lamppost/[^"]+)"', brotli.decompress(page.content).decode()
    )
    assert styles
    bodies = [len(page.content)]
    for name in styles:
        with open(finders.find(name), "rb") as file:
            bodies.append(len(brotli.compress(file.read(), quality=5)))
    assert sum(bodies) <= 25_000


def test_a_vote_asks_for_one_landscape(
    resident, conversation, statements, django_capture_on_commit_callbacks
):
    for statement in statements:
        with django_capture_on_commit_callbacks(execute=True):
            press(resident, conversation, statement)
    assert LandscapeRequest.objects.filter(conversation=conversation).count() == 1


def test_a_fault_of_the_landscape_loses_no_vote(
    resident, conversation, statements, monkeypatch, django_capture_on_commit_callbacks
):
    def broken(**_ignored):
        raise RuntimeError("no landscape today")

    monkeypatch.setattr("lamppost.vision.actions.landscape.request_landscape", broken)
    with django_capture_on_commit_callbacks(execute=True) as asked:
        assert press(resident, conversation, statements[0]).status_code == 303
    assert len(asked) == 1
    assert Vote.objects.count() == 1
