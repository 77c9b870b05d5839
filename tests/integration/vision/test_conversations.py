"""Questions: the list, asking, changing, closing, the sheet with its code, the CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
import segno
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry
from lamppost.vision.actions import add_seed_statements, cast_vote, compute_landscape
from lamppost.vision.actions.landscape import refresh
from lamppost.vision.codes import address_of, qr_svg
from lamppost.vision.models import Conversation, Vote
from lamppost.voices.actions import erase_participant
from lamppost.voices.models import Voice

pytestmark = pytest.mark.django_db

LIST = "/p/elm-street/vision/"
SAID = {"asked_by": "City", "decides": "Which lamps are tried.", "closes_at": "2031-05-04T20:00"}
NEW = {"question": "What would feel right?", "language": "en", "seeds": "One.\nTwo.", **SAID}
STAFF_ONLY = ("ask/", "edit/", "close/", "reopen/", "statements/", "statements.csv")


def page_of(conversation, part=""):
    return f"/p/{conversation.partnership.slug}/vision/questions/{conversation.code}/{part}"


def addresses(conversation):
    own = [page_of(conversation, part) for part in STAFF_ONLY[1:]]
    return [f"{LIST}ask/", *own]


@pytest.mark.parametrize("role", ["analyst", "organisation", "company", "researcher", "observer"])
def test_who_may_not_edit_the_vision_is_refused(role, make_member, client_of, conversation):
    client = client_of(make_member(role))
    for address in addresses(conversation):
        assert client.get(address).status_code == 403, address
        assert client.post(address, NEW).status_code == 403, address
    assert Conversation.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in_and_another_partnerships_lead_is_refused(
    resident, make_member, client_of, conversation, other_partnership
):
    stranger = client_of(make_member("lead", other_partnership))
    for address in addresses(conversation):
        assert resident.post(address, NEW).status_code == 302
        assert stranger.post(address, NEW).status_code == 403
        elsewhere = address.replace("elm-street", "canal-park")
        if conversation.code in address:
            assert stranger.post(elsewhere, NEW).status_code in {404, 405}
            assert stranger.get(elsewhere).status_code in {404, 405}
    conversation.refresh_from_db()
    assert conversation.closes_at is None


def test_asking_a_question_with_its_first_statements(lead_client, partnership, lead):
    response = lead_client.post(f"{LIST}ask/", NEW, follow=True)
    conversation = Conversation.objects.get()
    assert response.redirect_chain[-1][0] == page_of(conversation)
    assert conversation.asked_by == "City"
    assert len(conversation.code) == 7
    assert not set(conversation.code) & set("01ilo")
    texts = list(conversation.statements.values_list("voice__text", "voice__state", "is_seed"))
    assert texts == [("One.", "accepted", True), ("Two.", "accepted", True)]
    entry = LedgerEntry.objects.get(action="vision.conversation.opened")
    assert (entry.by, entry.object_id) == (lead, str(conversation.pk))
    assert "Print the sheet and hang it up" in response.text


def test_a_faulty_question_keeps_nothing(lead_client, partnership):
    response = lead_client.post(f"{LIST}ask/", NEW | {"seeds": "One.\n" + "x" * 301})
    assert "Line 2 has 301 characters" in response.text
    response = lead_client.post(f"{LIST}ask/", NEW | {"question": ""})
    assert "Error:" in response.text
    assert Conversation.objects.count() == 0
    assert Voice.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("asked_by", "Say who asks, as residents know you."),
        ("decides", "Say what the answers will decide"),
        ("closes_at", "Give the day on which it closes. You can move it later."),
    ],
)
def test_nobody_asks_without_who_until_when_and_what_for(lead_client, conversation, field, message):
    for address in (f"{LIST}ask/", page_of(conversation, "edit/")):
        response = lead_client.post(address, NEW | {field: ""})
        assert response.status_code == 200
        assert list(response.context["form"].errors) == [field]
        assert message in response.text
    assert Conversation.objects.count() == 1
    conversation.refresh_from_db()
    assert conversation.decides == ""


def test_the_form_begins_with_the_town_and_four_weeks(lead_client, partnership):
    partnership.town = ""
    partnership.save()
    form = lead_client.get(f"{LIST}ask/").context["form"]
    assert form["asked_by"].value() == partnership.name
    closes = form["closes_at"].value()
    assert 26 < (closes.date() - timezone.localdate()).days < 30
    assert closes.hour == 20


def test_residents_read_who_asks_until_when_and_what_for_whatever_is_missing(
    resident, conversation
):
    for values, said in (
        ({"asked_by": "City", "decides": "Which lamps are tried."},
         ["City", "No closing date is set.", "What it decides: <span", "Which lamps are tried."]),
        ({"asked_by": "", "decides": "", "closes_at": dt.datetime(2031, 5, 4, 12, tzinfo=dt.UTC)},
         [conversation.partnership.name, "Open until May 4, 2031.",
          "What it decides is not said yet."]),
    ):  # fmt: skip
        Conversation.objects.filter(pk=conversation.pk).update(**values)
        for address in (f"/v/{conversation.code}/", f"/v/{conversation.code}/card/"):
            page = resident.get(address).text
            line = page[page.index("Asked by:") :]
            line = line[: line.index("</p>")]
            assert [words for words in said if words not in line] == [], address


def test_an_answered_question_keeps_its_words(lead_client, conversation, statements, people):
    given = {"question": "Better words?", "language": "en", **SAID, "decides": "Much."}
    lead_client.post(page_of(conversation, "edit/"), given)
    conversation.refresh_from_db()
    assert conversation.question == "Better words?"
    cast_vote(participant=people(1)[0], statement=statements[0], value=1)
    lead_client.post(
        page_of(conversation, "edit/"), given | {"question": "Other words?", "decides": "Little."}
    )
    conversation.refresh_from_db()
    assert (conversation.question, conversation.decides) == ("Better words?", "Little.")
    entries = LedgerEntry.objects.filter(action="vision.conversation.changed").order_by("pk")
    assert [entry.fields for entry in entries] == [
        ["asked_by", "closes_at", "decides", "question"],
        ["decides"],
    ]


def test_a_question_in_a_language_of_its_own_can_be_changed(lead_client, resident, conversation):
    """An import brings any language; nobody has to call it another one to save the form."""
    Conversation.objects.filter(pk=conversation.pk).update(language="zh-Hant", source="An export")
    url = page_of(conversation, "edit/")
    page = lead_client.get(url)
    assert page.context["form"]["language"].value() == "zh-Hant"
    sent = {"question": conversation.question, "language": "zh-Hant", "mode": "polis"}
    assert lead_client.post(url, sent).status_code == 302
    conversation.refresh_from_db()
    assert (conversation.language, conversation.mode) == ("zh-Hant", "polis")
    seeds = page_of(conversation, "statements/")
    for client, address in ((resident, f"/v/{conversation.code}/add/"), (lead_client, seeds)):
        assert "繁體中文" in client.get(address).content.decode()


def test_closing_and_opening_again(lead_client, conversation, resident):
    lead_client.post(page_of(conversation, "close/"))
    assert "This question is closed" in resident.get(f"/v/{conversation.code}/").text
    lead_client.post(page_of(conversation, "reopen/"))
    assert "This question is closed" not in resident.get(f"/v/{conversation.code}/").text
    for verb in ("closed", "reopened"):
        assert LedgerEntry.objects.filter(action=f"vision.conversation.{verb}").count() == 1
    for part in ("close/", "reopen/"):
        assert lead_client.get(page_of(conversation, part)).status_code == 405


def test_a_question_that_has_not_opened_is_not_said_to_be_open(lead_client, ask):
    later = ask(opens_at=timezone.now() + dt.timedelta(days=3))
    answer = lead_client.post(page_of(later, "reopen/"), follow=True).content.decode()
    assert "The question is open" not in answer
    assert "This question is not open yet" in answer
    assert not LedgerEntry.objects.filter(action="vision.conversation.reopened").exists()


def test_a_question_that_has_not_opened_can_be_closed(lead_client, ask):
    later = ask(opens_at=timezone.now() + dt.timedelta(days=3))
    assert lead_client.post(page_of(later, "close/")).status_code == 302
    later.refresh_from_db()
    assert later.closes_at <= timezone.now()


def test_visitors_see_counts_in_steps_and_staff_see_all(
    resident, lead_client, conversation, statements, people
):
    for participant in people(13):
        cast_vote(participant=participant, statement=statements[0], value=1)
    compute_landscape(conversation=conversation)
    for address in (LIST, page_of(conversation)):
        assert "at least 10 people" in resident.get(address).text
        assert "13" not in resident.get(address).text.split("</header>")[1]
    assert "13 people answered" in lead_client.get(LIST).text
    assert (
        '<td class="number" data-label="Agree">13</td>'
        in lead_client.get(page_of(conversation)).text
    )


def everything_public(client, conversation):
    """What anybody reads of a question and its numbers, without the tokens of forms."""
    landscape = f"{LIST}landscape/{conversation.code}/"
    data = (f"{landscape}data.json", f"{landscape}data.csv")
    pages = ("/", "/p/elm-street/", "/p/elm-street/story/", LIST, page_of(conversation), landscape)
    found = {address: client.get(address) for address in (*pages, f"{landscape}report/", *data)}
    assert {response.status_code for response in found.values()} == {200}
    token = re.compile(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"')
    return {address: token.sub("", response.text) for address, response in found.items()}


def test_no_public_number_moves_with_one_press(resident, conversation, statements, people):
    first, crossing, *more = people(34)[:30]
    voters = [first, *more[:18]]
    for participant in voters:
        cast_vote(participant=participant, statement=statements[0], value=1)
    compute_landscape(conversation=conversation)
    before = everything_public(resident, conversation)
    assert "at least 15 people" in before[LIST]
    # The twentieth: a count in steps of five would go from 15 to 20.
    cast_vote(participant=crossing, statement=statements[0], value=1)
    refresh(conversation=conversation)
    assert everything_public(resident, conversation) == before
    # Erased, somebody leaves the map at once; every count stays.
    erase_participant(participant=first)
    refresh(conversation=conversation)
    assert "at least 15 people" in everything_public(resident, conversation)[LIST]
    for participant in more[18:]:
        cast_vote(participant=participant, statement=statements[0], value=1)
    refresh(conversation=conversation)
    assert "at least 25 people" in everything_public(resident, conversation)[LIST]


def test_a_few_people_are_not_counted_in_public(resident, conversation, statements, people):
    for participant in people(9):
        cast_vote(participant=participant, statement=statements[0], value=1)
    assert "fewer than 10 people when they" in resident.get(page_of(conversation)).text
    assert "people answered" not in resident.get(LIST).text


def test_visitors_read_only_accepted_statements(resident, conversation, lead):
    from lamppost.vision.actions import submit_statement

    submit_statement(
        conversation=conversation, participant=None, text="Waiting words.", language="en",
        channel="paper", consent=True, by=lead,
    )  # fmt: skip
    page = resident.get(page_of(conversation)).text
    assert "Warm light is better." in page
    assert "Waiting words." not in page
    assert "3 in all" in page


def test_the_background_is_markdown_on_both_pages(resident, lead_client, ask):
    conversation = ask(
        background="Read [the plan](https://city.example/plan):\n\n- old lamps", language="es"
    )
    for client in (resident, lead_client):
        page = client.get(f"/p/elm-street/vision/questions/{conversation.code}/").text
        assert (
            '<div class="prose" dir="auto" lang="es"><p>Read <a href="https://city.example/' in page
        )
        assert "<li>old lamps</li>" in page


def test_the_next_step_follows_what_there_is(lead_client, lead, ask, partnership, people):
    from lamppost.vision.actions import open_conversation, submit_statement

    empty = open_conversation(
        partnership=partnership, by=lead, values={"question": "Empty?", "language": "en"}
    )
    assert "Add the first statements" in lead_client.get(page_of(empty)).text
    asked = ask()
    assert "Print the sheet and hang it up" in lead_client.get(page_of(asked)).text
    submit_statement(
        conversation=asked, participant=people(1)[0], text="Words.", language="en", consent=True
    )
    assert "Read 1 new statement" in lead_client.get(page_of(asked)).text


def test_empty_lists_say_what_to_do(resident, lead_client, partnership):
    assert "Ask the first one." in lead_client.get(LIST).text
    visitor = resident.get(LIST).text
    assert "No question yet" in visitor
    assert "ask/" not in visitor


def test_the_sheet_carries_the_absolute_address_in_a_code_and_every_language(
    lead_client, conversation, settings
):
    settings.LAMPPOST_URL = "https://lamps.example.org"
    page = lead_client.get(page_of(conversation, "sheet/")).text
    address = f"https://lamps.example.org/v/{conversation.code}/"
    assert address_of(conversation) == address
    assert address in page
    assert qr_svg(address) in page
    same = segno.make(address, error="q", micro=False)
    assert same.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None) in page
    for language, direction in (("en", "ltr"), ("ar", "rtl"), ("es", "ltr")):
        assert f'<li lang="{language}" dir="{direction}">' in page
    assert conversation.question in page


@pytest.mark.parametrize("page", ["sheet/", "paper/print/"])
def test_a_sheet_that_no_phone_can_open_says_so(lead_client, conversation, settings, page):
    warning = "This address opens only on this machine. Set LAMPPOST_URL before you print."
    address = page_of(conversation, page)
    assert warning in lead_client.get(address).text
    settings.LAMPPOST_URL = "https://lamps.example.org"
    assert warning not in lead_client.get(address).text


def test_members_may_print_the_sheet_and_visitors_not(
    make_member, client_of, conversation, resident
):
    observer = client_of(make_member("observer"))
    assert observer.get(page_of(conversation, "sheet/")).status_code == 200
    assert resident.get(page_of(conversation, "sheet/")).status_code == 302


def test_the_csv_of_statements(lead_client, conversation, statements, people, lead):
    from lamppost.vision.actions import submit_statement

    one, two = people(2)
    cast_vote(participant=one, statement=statements[0], value=1)
    cast_vote(participant=two, statement=statements[0], value=-1)
    submit_statement(
        conversation=conversation, participant=one, text="=1+1 ring 0791234567", language="es",
        consent=True,
    )  # fmt: skip
    response = lead_client.get(page_of(conversation, "statements.csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4"]
    first, last = rows[0], rows[-1]
    assert (first["agree"], first["disagree"], first["pass"]) == ("1", "1", "0")
    assert first["started_by_the_partnership"] == "yes"
    assert last["text"] == "'=1+1 ring [number removed]"
    assert (last["state"], last["language"]) == ("waiting", "es")


def test_pages_and_queries(lead_client, resident, ask, django_assert_max_num_queries):
    for _ in range(27):
        ask()
    for client, most in ((lead_client, 20), (resident, 18)):
        client.get(LIST)
        with django_assert_max_num_queries(most):
            page = client.get(LIST)
        assert "1–25 of 27" in page.text
        assert "26–27 of 27" in client.get(f"{LIST}?page=2").text


def test_a_statement_with_few_votes_after_fifty_people_has_its_reason(
    lead_client, lead, conversation, statements, people
):
    first = statements[0]

    def vote(statement, voters):
        now = timezone.now()
        Vote.objects.bulk_create(
            Vote(participant=one, statement=statement, value=1, cast_at=now) for one in voters
        )

    crowded, by_chance = "so many statements wait at once", "left without answering it"
    vote(first, people(49))
    page = lead_client.get(page_of(conversation)).text
    assert crowded not in page
    assert by_chance not in page
    vote(first, people(1))
    # 50 answers, of which 9 of 10 go to what waits: enough for two quotas of 20.
    page = lead_client.get(page_of(conversation)).text
    assert page.count(by_chance) == 2
    assert crowded not in page
    add_seed_statements(conversation=conversation, by=lead, texts=["New."], language="en")
    page = lead_client.get(page_of(conversation)).text
    assert page.count(crowded) == 2  # nobody came yet since the new one
    assert by_chance not in page


def test_statements_can_be_looked_at_by_state(lead_client, conversation, statements, lead):
    from lamppost.voices.actions import moderate_voice

    moderate_voice(voice=statements[0].voice, state="declined", reason="x", by=lead)
    declined = lead_client.get(f"{page_of(conversation)}?state=declined").text
    assert "The bus stop is too dark." in declined
    assert "Warm light is better." not in declined
    assert "Warm light is better." in lead_client.get(f"{page_of(conversation)}?state=x").text
