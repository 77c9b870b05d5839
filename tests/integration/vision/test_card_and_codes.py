"""The card in another page, the page that a printed code opens, and the host's pages."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry
from lamppost.vision.actions import change_conversation, close_conversation
from lamppost.vision.actions.entry_codes import make_entry_codes
from lamppost.vision.models import EntryCode, Kiosk, ReplacedVote, Vote
from lamppost.vision.origins import NotAnOrigin, origin_of
from lamppost.voices.actions import moderate_voice
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import Participant, Receipt

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def host(conversation, part="") -> str:
    return f"/p/{conversation.partnership.slug}/vision/questions/{conversation.code}/ways/{part}"


# The card ---------------------------------------------------------------------------------------


def allow(conversation, lead, *origins):
    values = {"embed_origins": "\n".join(origins)}
    return change_conversation(conversation=conversation, by=lead, values=values)


def test_the_card_reads_no_cookie_sets_none_and_is_the_same_for_everybody(
    conversation, lead_client
):
    visitor, voter = Client(), Client()
    statement = conversation.statements.first()
    voter.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    voter.cookies["django_language"] = "ar"
    url = f"/v/{conversation.code}/card/"
    answers = [client.get(url) for client in (visitor, voter, lead_client)]
    assert len({answer.text for answer in answers}) == 1
    for answer in answers:
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.text
        assert answer["Cache-Control"] == "public, max-age=300"
        assert "Cookie" not in answer.get("Vary", "")
        assert "<form" not in answer.text
        assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("csrftoken", "broken"),
        ("csrftoken", "x" * 500),
        ("sessionid", "of-a-sign-in-that-is-over"),
        ("messages", "nonsense"),
        ("django_language", "xx"),
        (COOKIE, "nonsense"),
    ],
)
def test_the_card_answers_a_cookie_that_is_broken_with_none(conversation, name, value):
    clean = Client().get(f"/v/{conversation.code}/card/")
    visitor = Client()
    visitor.cookies[name] = value
    answer = visitor.get(f"/v/{conversation.code}/card/")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert not visitor.get("/v/none/card/").cookies
    assert answer.text == clean.text
    assert dict(answer.headers) == dict(clean.headers)


def test_nobody_may_frame_anything_until_the_host_lists_a_site(conversation, lead):
    url = f"/v/{conversation.code}/card/"
    answer = Client().get(url)
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    allow(conversation, lead, "https://www.harbourlea.example", "http://localhost:9000")
    answer = Client().get(url)
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors https://www.harbourlea.example http://localhost:9000" in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in answer
    for other in ("", "card/answer/?s=1&vote=agree", "add/"):
        page = Client().get(f"/v/{conversation.code}/{other}")
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"


def test_one_press_on_our_own_page_counts_what_was_chosen_on_the_card(conversation):
    client = Client()
    card = client.get(f"/v/{conversation.code}/card/").text
    links = re.findall(r'href="http://localhost:8000(/v/[^"]+vote=\w+)" target="_blank"', card)
    assert [link.split("vote=")[1] for link in links] == ["agree", "disagree", "pass"]
    page = client.get(links[1].replace("&amp;", "&"))
    assert Vote.objects.count() == 0
    assert COOKIE not in client.cookies
    assert 'value="disagree" aria-pressed="true"' in page.text
    statement = re.search(r'name="statement" value="(\d+)"', page.text)[1]
    client.post(f"/v/{conversation.code}/", {"statement": statement, "vote": "disagree"})
    assert Vote.objects.get().value == -1


def test_what_is_pressed_after_the_card_is_kept_without_network_and_counts_once(conversation):
    client, vote = Client(), f"/v/{conversation.code}/"
    page = client.get(f"{vote}card/answer/?s=1&vote=agree").text
    assert f'action="{vote}" class="choices" data-keep>' in page
    assert 'id="kept"' in page
    assert "lamppost/keep.js" in page
    statement = re.search(r'name="statement" value="(\d+)"', page)[1]
    press = {"statement": statement, "vote": "agree", "key": "k" * 32, "waited": "3"}
    for _ in range(2):
        answer = client.post(vote, press, headers={"accept": "application/json"})
        assert answer.json()["taken"] is True
    assert (Vote.objects.count(), Receipt.objects.count(), ReplacedVote.objects.count()) == (
        1,
        1,
        0,
    )


@pytest.mark.parametrize("query", ["", "s=1", "s=99&vote=agree", "s=1&vote=x", "s=٣&vote=agree"])
def test_a_link_that_names_nothing_leads_to_the_question(conversation, query):
    answer = Client().get(f"/v/{conversation.code}/card/answer/?{query}")
    assert answer["Location"] == f"/v/{conversation.code}/"


def test_a_card_of_a_closed_question_says_so(conversation, lead):
    close_conversation(conversation=conversation, by=lead)
    text = Client().get(f"/v/{conversation.code}/card/").text
    assert "takes no answers now" in text
    assert conversation.statements.first().voice.public_text not in text


def test_a_declined_statement_leaves_the_card(conversation, lead):
    for statement in conversation.statements.all():
        moderate_voice(voice=statement.voice, state="declined", by=lead)
    assert "Nothing to answer yet" in Client().get(f"/v/{conversation.code}/card/").text


def test_the_card_speaks_the_language_that_the_page_asks_for(conversation):
    page = Client().get(f"/v/{conversation.code}/card/?lang=ar")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert page["Content-Language"] == "ar"


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("https://www.Example.org/", "https://www.example.org"),
        ("  https://city.example:8443 ", "https://city.example:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://müllheim.example", "https://xn--mllheim-n2a.example"),
    ],
)
def test_origins_are_written_as_browsers_send_them(line, origin):
    assert origin_of(line) == origin


@pytest.mark.parametrize(
    "line",
    [
        "http://www.example.org",
        "https://*.example.org",
        "*",
        "https:",
        "'self'",
        "https://example.org/page",
        "https://example.org?x",
        "https://me@example.org",
        "https://example.org; script-src *",
        "https://example.org https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://exa mple.org",
        "https://example.org:99999",
        "https://[::1",
    ],
)
def test_what_is_no_origin_is_refused(line):
    with pytest.raises(NotAnOrigin):
        origin_of(line)


def test_the_host_lists_sites_and_copies_the_lines(conversation, lead_client):
    url = host(conversation, "card/")
    page = lead_client.post(url, {"embed_origins": "https://a.example\nhttp://b.example"})
    assert "Line 2:" in page.text
    conversation.refresh_from_db()
    assert conversation.embed_origins == ""
    page = lead_client.post(url, {"embed_origins": "https://a.example/\n\n"}, follow=True)
    conversation.refresh_from_db()
    assert conversation.embed_origins == "https://a.example"
    assert "&lt;iframe src=" in page.text
    assert f"/v/{conversation.code}/card/" in page.text


def test_a_question_with_quotation_marks_stays_within_its_attribute(ask, lead, lead_client):
    conversation = ask(question='Is "warm" light <b>right</b>?')
    allow(conversation, lead, "https://a.example")
    page = lead_client.get(host(conversation, "card/")).text
    shown = html.unescape(re.search(r"<textarea id=.snippet.[^>]*>(.*?)</textarea>", page)[1])
    assert 'title="Is &quot;warm&quot; light &lt;b&gt;right&lt;/b&gt;?" width' in shown


# Printed codes ------------------------------------------------------------------------------------


@pytest.fixture
def code(conversation, lead):
    return make_entry_codes(conversation=conversation, by=lead, batch="Mill Lane", count=1)[0]


def open_code(client, conversation, code):
    return client.get(f"/v/{conversation.code}/c/{code}/")


def press(client, conversation, code, page=None, answer="agree"):
    page = page or open_code(client, conversation, code)
    statement = re.search(r'name="statement" value="(\d+)"', page.text)[1]
    data = {"statement": statement, "vote": answer}
    return client.post(f"/v/{conversation.code}/c/{code}/", data)


def test_looking_spends_nothing_and_the_first_press_does(conversation, code, connection_writes):
    client = Client()
    with connection_writes() as writes:
        page = open_code(client, conversation, code)
    assert writes == []
    assert COOKIE not in client.cookies
    assert "Your first press uses it up" in page.text
    assert EntryCode.objects.get().used_at is None
    assert press(client, conversation, code, page).status_code == 303
    used = EntryCode.objects.get()
    assert used.used_by == Participant.objects.get()
    assert Vote.objects.count() == 1
    # On the same device it leads on; on another it is refused, with the way back.
    assert open_code(client, conversation, code)["Location"] == f"/v/{conversation.code}/"
    other = open_code(Client(), conversation, code)
    assert "This code was used already." in other.text
    assert 'href="/back/"' in other.text


def test_two_presses_at_once_with_one_code_are_one_person(conversation, code):
    first, second = Client(), Client()
    pages = [open_code(client, conversation, code) for client in (first, second)]
    press(first, conversation, code, pages[0])
    assert press(second, conversation, code, pages[1]).status_code == 409
    assert Participant.objects.count() == 1
    assert Vote.objects.count() == 1


def test_a_press_that_counts_nothing_spends_nothing(conversation, code, lead):
    client = Client()
    page = open_code(client, conversation, code)
    assert press(client, conversation, code, page, "maybe").status_code == 400
    statement = re.search(r'name="statement" value="(\d+)"', page.text)[1]
    voice = conversation.statements.get(pk=statement).voice
    moderate_voice(voice=voice, state="declined", by=lead)
    answer = press(client, conversation, code, page)
    assert answer.status_code == 409
    assert "your code is not spent" in answer.text
    assert EntryCode.objects.get().used_at is None
    assert not Participant.objects.exists()


def test_a_household_with_one_phone_is_as_many_people_as_it_has_codes(conversation, code, lead):
    second = make_entry_codes(conversation=conversation, by=lead, batch="Mill Lane", count=1)[0]
    phone = Client()
    press(phone, conversation, code)
    page = open_code(phone, conversation, second)
    assert "A code was used on this device already." in page.text
    assert "nobody on this device any more. Your answers stay counted." in page.text
    assert EntryCode.objects.filter(used_at=None).count() == 1
    phone.post(f"/v/{conversation.code}/c/{second}/", {"do": "somebody_else"})
    press(phone, conversation, second)
    assert Participant.objects.count() == 2
    assert Vote.objects.count() == 2


@pytest.mark.parametrize("wrong", ["x", "2222-2222-2222-2222"])
def test_a_code_that_is_none_is_refused(conversation, wrong):
    page = open_code(Client(), conversation, wrong)
    assert "not one of this question" in page.text


def test_a_closed_question_keeps_the_code(conversation, code, lead):
    close_conversation(conversation=conversation, by=lead)
    assert open_code(Client(), conversation, code)["Location"] == f"/v/{conversation.code}/"


def test_staff_make_print_count_and_withdraw(conversation, lead_client):
    url = host(conversation, "codes/")
    page = lead_client.post(url, {"count": 12, "batch": "Mill Lane"})
    printed = re.findall(r'class="label-key" dir="ltr">([\w-]+)<', page.text)
    assert len(set(printed)) == 12
    assert page.text.count("<svg") >= 12
    assert "no-store" in page["Cache-Control"]
    press(Client(), conversation, printed[0])
    listed = lead_client.get(url).text
    cells = re.findall(r'<td class="number">(\d+)</td>', listed)
    assert cells == ["12", "1", "11", "0"]
    assert not any(one in listed for one in printed)
    first = EntryCode.objects.order_by("pk").first().pk
    withdraw = f"{url}{first}/withdraw/"
    assert "11 codes open nothing any more." in lead_client.get(withdraw).text
    lead_client.post(withdraw)
    assert EntryCode.objects.filter(withdrawn_at=None).count() == 1
    assert "was withdrawn" in open_code(Client(), conversation, printed[5]).text
    assert Vote.objects.count() == 1
    assert not any(one in str(list(LedgerEntry.objects.values_list())) for one in printed)


@pytest.mark.parametrize("data", [{"count": 0}, {"count": 301}, {"count": "x"}, {"batch": " "}])
def test_a_batch_that_cannot_be_made_is_refused(conversation, lead_client, data):
    page = lead_client.post(host(conversation, "codes/"), {"count": 5, "batch": "A", **data})
    assert page.status_code == 200
    assert EntryCode.objects.count() == 0


# The host's pages ---------------------------------------------------------------------------------


def test_all_ways_stand_on_one_page(conversation, lead_client):
    page = lead_client.get(host(conversation)).text
    for part in ("A link", "A sheet to hang up", "Paper", "A room", "A kiosk", "A card in",
                 "Printed codes", "In person", "Change who may answer"):  # fmt: skip
        assert part in page


def test_an_organisation_sees_what_it_may_use(conversation, make_member, client_of):
    page = client_of(make_member("organisation")).get(host(conversation)).text
    assert "Paper" in page
    assert "In person" in page
    assert "A room" not in page
    assert "Printed codes" not in page


def test_the_host_chooses_the_step(conversation, lead_client):
    url = host(conversation, "ladder/")
    assert lead_client.post(url, {"verification": "retina"}).status_code == 200
    lead_client.post(url, {"verification": "email"})
    conversation.refresh_from_db()
    assert conversation.verification == "email"
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.action, entry.fields) == ("vision.conversation.changed", ["verification"])


def test_a_kiosk_is_issued_listed_and_ended(conversation, lead_client):
    url = host(conversation, "kiosks/")
    past = timezone.localtime() - dt.timedelta(hours=1)
    until = timezone.localtime() + dt.timedelta(hours=2)
    wrong = {"place": "Library", "expires_at": past.strftime("%Y-%m-%dT%H:%M")}
    assert "This is over already." in lead_client.post(url, wrong).text
    given = {"place": "Library", "expires_at": until.strftime("%Y-%m-%dT%H:%M")}
    page = lead_client.post(url, given)
    address = re.search(r'href="http://localhost:8000(/k/[\w-]+/)"', page.text)[1]
    assert Client().get(address).status_code == 200
    assert address not in lead_client.get(url).text
    found = Kiosk.objects.get()
    lead_client.post(f"{url}{found.pk}/end/")
    assert Client().get(address).status_code == 410
    assert "ended" in lead_client.get(url).text


def test_no_kiosk_where_a_step_is_asked_for(conversation, lead, lead_client):
    change_conversation(conversation=conversation, by=lead, values={"verification": "email"})
    url = host(conversation, "kiosks/")
    assert "a tablet cannot check it" in lead_client.get(url).text
    until = (timezone.localtime() + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    lead_client.post(url, {"place": "Library", "expires_at": until})
    assert Kiosk.objects.count() == 0


@pytest.mark.parametrize("word", ["", "abc", "aeioua", "bcdfgh"])
def test_a_word_that_stands_on_no_screen_confirms_nobody(conversation, lead_client, word):
    page = lead_client.post(host(conversation, "in-person/"), {"word": word, "seen": "on"})
    assert page.status_code == 200
    assert Participant.objects.count() == 0


def test_staff_confirm_somebody(conversation, lead, lead_client):
    from lamppost.voices import steps

    begun = steps.begin_in_person(partnership=conversation.partnership, key="k" * 64)
    url, word = host(conversation, "in-person/"), steps.word_of(begun)
    assert "Tick this box" in lead_client.post(url, {"word": word}).text
    page = lead_client.post(url, {"word": word.upper(), "seen": "on"}, follow=True)
    assert "Confirmed." in page.text
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.action, entry.object_id) == ("voices.verification.recorded", "")
    assert Participant.objects.get().verifications.get().level == "in_person"


def test_a_code_is_not_spent_where_the_question_asks_for_more_by_now(lead, conversation):
    (code,) = make_entry_codes(conversation=conversation, by=lead, batch="Mill Lane", count=1)
    change_conversation(conversation=conversation, by=lead, values={"verification": "in_person"})
    statement = conversation.statements.get(number=1)
    visitor = Client()
    pressed = {"statement": statement.pk, "vote": "agree"}
    answer = visitor.post(f"/v/{conversation.code}/c/{code}/", pressed)
    assert answer.status_code == 303
    assert answer["Location"] == f"/v/{conversation.code}/step/"
    assert EntryCode.objects.get().used_at is None
    assert Vote.objects.count() == 0
    assert "1 answer" in visitor.get(answer["Location"]).text
