"""The moderation queue: who may, what it shows, accept, decline, undo, take more out."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry
from lamppost.accounts.ports import DESK_ITEMS
from lamppost.accounts.roles import Right
from lamppost.voices.actions import submit_voice
from lamppost.voices.models import Voice
from lamppost.voices.queries import queue_lines

pytestmark = pytest.mark.django_db

QUEUE = "/p/elm-street/voices/queue/"


def decide(client, statement, decision, **more):
    return client.post(f"{QUEUE}{statement.voice_id}/", {"decision": decision, **more})


def state_of(statement):
    statement.voice.refresh_from_db()
    return statement.voice.state


@pytest.mark.parametrize("role", ["analyst", "organisation", "company", "researcher", "observer"])
def test_who_does_not_moderate_reads_and_decides_nothing(role, make_member, client_of, say):
    statement = say("Words")
    client = client_of(make_member(role))
    assert client.get(QUEUE).status_code == 403
    assert client.get(f"{QUEUE}{statement.voice_id}/text/").status_code == 403
    assert decide(client, statement, "accepted").status_code == 403
    assert state_of(statement) == "waiting"


def test_a_visitor_is_asked_to_sign_in(resident, say):
    statement = say("Words")
    assert resident.get(QUEUE).status_code == 302
    assert decide(resident, statement, "accepted").status_code == 302
    assert state_of(statement) == "waiting"


def test_a_moderator_of_another_partnership_is_refused(
    make_member, client_of, say, other_partnership
):
    statement = say("Words")
    client = client_of(make_member("lead", other_partnership))
    assert client.get(QUEUE).status_code == 403
    elsewhere = f"/p/canal-park/voices/queue/{statement.voice_id}/"
    assert client.post(elsewhere, {"decision": "accepted"}).status_code == 404
    assert client.get(f"{elsewhere}text/").status_code == 404
    assert state_of(statement) == "waiting"


def test_the_oldest_words_come_first_with_their_question(lead_client, say, conversation):
    newer, older = say("Newer words."), say("Older words.")
    Voice.objects.filter(pk=older.voice_id).update(said_at=timezone.now() - dt.timedelta(days=2))
    page = lead_client.get(QUEUE).text
    assert page.index("Older words.") < page.index("Newer words.")
    assert conversation.question in page
    assert "The bus stop is too dark." not in page
    assert newer.voice.text in page


def test_every_button_says_to_a_screen_reader_which_words_it_decides(lead_client, say):
    plain, mended = say("More light."), say("Write to maria@example.org.")
    page = lead_client.get(QUEUE).text
    for statement, words in ((plain, "More light."), (mended, "Write to [e-mail removed].")):
        name = f"w{statement.voice_id}"
        described = re.search(rf'<div id="{name}">(.*?)</div>', page, re.DOTALL)
        assert words in described[1]
        for button in (">Accept<", ">Take more out<", ">Decline</summary>", ">Decline</button>"):
            before = [part.rpartition("<")[2] for part in page.split(button)[:-1]]
            assert sum(f'aria-describedby="{name}"' in one for one in before) == 1, button


def test_what_is_taken_out_stands_beside_the_original(lead_client, say):
    say("Write to maria@example.org.")
    page = lead_client.get(QUEUE).text
    assert "Write to maria@example.org." in page
    assert "Write to [e-mail removed]." in page
    assert "contact details are taken out" in page


def test_accept_and_undo(lead_client, say, conversation, lead):
    statement = say("More light.")
    response = decide(lead_client, statement, "accepted")
    assert response["Location"] == f"{QUEUE}?done={statement.voice_id}"
    assert state_of(statement) == "accepted"
    page = lead_client.get(response["Location"]).text
    assert "Accepted." in page
    assert "Undo" in page
    decide(lead_client, statement, "waiting")
    assert state_of(statement) == "waiting"
    actions = LedgerEntry.objects.filter(action__startswith="voices.voice.")
    assert list(actions.values_list("action", "by").order_by("pk"))[-2:] == [
        ("voices.voice.accepted", lead.pk),
        ("voices.voice.waiting", lead.pk),
    ]
    assert "More light" not in str(list(LedgerEntry.objects.values()))


def test_declining_needs_a_reason(lead_client, say):
    statement = say("Rude words.")
    response = lead_client.post(
        f"{QUEUE}{statement.voice_id}/", {"decision": "declined"}, follow=True
    )
    assert "Say in a few words why." in response.text
    assert state_of(statement) == "waiting"
    decide(lead_client, statement, "declined", reason="It insults a neighbour.")
    assert state_of(statement) == "declined"
    assert statement.voice.state_reason == "It insults a neighbour."


@pytest.mark.parametrize("decision", ["", "deleted", "ACCEPTED"])
def test_an_unknown_decision_changes_nothing(lead_client, say, decision):
    statement = say("Words.")
    assert decide(lead_client, statement, decision).status_code == 302
    assert state_of(statement) == "waiting"


def test_filters_stay_after_a_decision_and_nothing_else_comes_back(lead_client, say):
    statement = say("Palabras.", "es")
    back = "language=es&kind=statement&next=https://example.org/&page=1"
    response = decide(lead_client, statement, "accepted", back=back)
    assert response["Location"].startswith(QUEUE)
    assert "language=es" in response["Location"]
    assert "example.org" not in response["Location"]


def test_filters(lead_client, say, partnership):
    say("English words.")
    say("Palabras en español.", "es")
    submit_voice(
        partnership=partnership, kind="feedback", text="Only for you.", language="en", consent=False
    )
    shown = {
        "": ("English words.", "Palabras en español."),
        "?language=es": ("Palabras en español.",),
        "?kind=feedback&shown=no": ("Only for you.",),
        "?shown=all": ("English words.", "Palabras en español.", "Only for you."),
        "?state=accepted&kind=statement": ("The bus stop is too dark.",),
        "?state=nonsense&kind=nonsense": ("English words.", "Palabras en español."),
    }
    every = {text for texts in shown.values() for text in texts}
    for query, texts in shown.items():
        page = lead_client.get(QUEUE + query).text
        for text in every:
            assert (text in page) is (text in texts), (query, text)


def test_taking_more_out(lead_client, say, lead):
    statement = say("Señora García closes at eight.", "es")
    address = f"{QUEUE}{statement.voice_id}/text/"
    assert "Señora García" in lead_client.get(address).text
    lead_client.post(address, {"public_text": "[name] closes at eight."})
    statement.voice.refresh_from_db()
    assert statement.voice.public_text == "[name] closes at eight."
    assert statement.voice.text == "Señora García closes at eight."
    assert "somebody took more out" in lead_client.get(QUEUE).text
    entry = LedgerEntry.objects.get(action="voices.voice.redacted")
    assert (entry.by, entry.fields) == (lead, ["public_text"])


@pytest.mark.parametrize("text", ["Señora García closes at nine.", "I love cameras.", ""])
def test_nothing_can_be_put_into_somebodys_mouth(lead_client, say, text):
    statement = say("Señora García closes at eight.")
    response = lead_client.post(f"{QUEUE}{statement.voice_id}/text/", {"public_text": text})
    assert response.status_code == 200
    assert "Error:" in response.text
    statement.voice.refresh_from_db()
    assert statement.voice.public_text == "Señora García closes at eight."


def test_more_is_taken_out_of_where_a_story_happened(lead_client, partnership):
    told = submit_voice(
        partnership=partnership, kind="story", text="The stairs are dark.", language="en",
        consent=True, place="Quay, at Maria's, 12 Mill Lane",
    )  # fmt: skip
    address = f"{QUEUE}{told.pk}/text/"
    assert "12 Mill Lane" in lead_client.get(address).text
    given = {"public_text": "The stairs are dark.", "place": "Harbour"}
    assert "not in the original" in lead_client.post(address, given).text
    lead_client.post(address, given | {"place": "Quay"})
    told.refresh_from_db()
    assert (told.place, told.public_text) == ("Quay", "The stairs are dark.")
    assert LedgerEntry.objects.get(action="voices.voice.redacted").fields == ["place"]
    # All of it may go.
    lead_client.post(address, {"public_text": "The stairs are dark.", "place": ""})
    told.refresh_from_db()
    assert told.place == ""
    assert 'name="place"' not in lead_client.get(address).text


@pytest.mark.parametrize(
    "text", ["The lamps should be off.", "The lamps should [always] be off.", "The [not] lamps"]
)
def test_taking_out_does_not_turn_what_it_says(lead_client, say, text):
    statement = say("The lamps should not be off.")
    address = f"{QUEUE}{statement.voice_id}/text/"
    response = lead_client.post(address, {"public_text": text})
    assert "This would say something else." in response.text
    statement.voice.refresh_from_db()
    assert statement.voice.public_text == "The lamps should not be off."
    lead_client.post(address, {"public_text": "The lamps should […] off."})
    statement.voice.refresh_from_db()
    assert statement.voice.public_text == "The lamps should […] off."


def test_taken_out_details_do_not_come_back(lead_client, say):
    statement = say("Call 0791234567 at night.")
    lead_client.post(
        f"{QUEUE}{statement.voice_id}/text/", {"public_text": "Call 0791234567 at night."}
    )
    statement.voice.refresh_from_db()
    assert statement.voice.public_text == "Call [number removed] at night."


def test_erased_words_are_not_in_the_queue(lead_client, say):
    from lamppost.voices.actions import erase_words

    statement = say("Gone.")
    erase_words(voice=statement.voice)
    page = lead_client.get(f"{QUEUE}?state=declined&shown=all").text
    assert f'id="v{statement.voice_id}"' not in page
    assert decide(lead_client, statement, "accepted").status_code == 404
    assert lead_client.get(f"{QUEUE}{statement.voice_id}/text/").status_code == 404


def test_the_empty_queue_says_what_will_appear(lead_client, partnership):
    page = lead_client.get(QUEUE).text
    assert "Nothing waits" in page
    assert "the oldest first" in page


def test_pages_and_queries(lead_client, say, django_assert_max_num_queries):
    for number in range(27):
        say(f"Sentence {number}.")
    lead_client.get(QUEUE)
    with django_assert_max_num_queries(26):
        page = lead_client.get(QUEUE)
    assert "1–25 of 27" in page.text
    assert "26–27 of 27" in lead_client.get(f"{QUEUE}?page=2").text


def test_scripts_come_out_harmless(lead_client, say):
    say("<script>alert(1)</script> and more words.")
    page = lead_client.get(QUEUE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_desk_says_that_words_wait(partnership, say):
    def items(*rights):
        return [
            item
            for answer in DESK_ITEMS.ask(partnership, frozenset(rights))
            for item in answer
            if item.url == QUEUE
        ]

    assert items(Right.MODERATE) == []
    statement = say("Words.")
    [item] = items(Right.MODERATE)
    assert (item.count, item.urgent) == (1, True)
    assert item.due > timezone.localdate()
    assert items(Right.VIEW_DESK) == []
    Voice.objects.filter(pk=statement.voice_id).update(
        said_at=timezone.now() - dt.timedelta(days=3)
    )
    assert items(Right.MODERATE)[0].due < timezone.localdate()


def test_words_without_consent_have_a_tab_and_a_line_on_the_desk(lead_client, say, partnership):
    def own_lines():
        rights = frozenset({Right.MODERATE})
        found = [item for answer in DESK_ITEMS.ask(partnership, rights) for item in answer]
        return [item for item in found if item.url.startswith(QUEUE)]

    say("Words.")
    for number in range(2):
        submit_voice(
            partnership=partnership,
            kind="feedback",
            text=f"Only for you {number}.",
            language="en",
            consent=False,
        )
    to_show, for_us = own_lines()
    assert (to_show.url, to_show.count) == (QUEUE, 1)
    assert (for_us.url, for_us.count, for_us.urgent) == (f"{QUEUE}?shown=no", 2, False)
    assert "only for the partnership: 2 wait" in str(for_us.title)
    page = lead_client.get(QUEUE).text
    assert 'href="?shown=no">Only for the partnership (2)</a>' in page
    assert "Only for you" not in page
    tab = lead_client.get(f"{QUEUE}?shown=no&kind=feedback&page=1").text
    assert "Only for you 0." in tab
    assert "by nobody else" in tab
    assert 'href="?shown=no&amp;kind=feedback" aria-current="page"' in tab
    assert '<input type="hidden" name="shown" value="no">' in tab
    Voice.objects.filter(consent="none").update(said_at=timezone.now() - dt.timedelta(days=3))
    assert own_lines()[1].due < timezone.localdate()
    Voice.objects.filter(consent="none").update(state="accepted")
    assert len(own_lines()) == 1


def test_words_at_a_site_name_the_site(lead_client, partnership, lead):
    from lamppost.pilots.actions import add_site, give_feedback, start_pilot

    pilot = start_pilot(partnership=partnership, by=lead, values={"title": "Lamps"})
    site = add_site(pilot=pilot, by=lead, values={"name": "Mill Lane"})
    feedback = give_feedback(
        site=site, participant=None, rating="better", words="Brighter.", consent=True
    )
    line = queue_lines([feedback.voice])[0]
    assert line.about is not None
    assert (line.about.title, line.about.language) == ("Mill Lane", partnership.language)
    page = lead_client.get(QUEUE).text
    assert "Mill Lane" in page
    assert f'href="/s/{site.code}/"' in page


def many(client, statements, decision, **more):
    ids = [one.voice_id for one in statements]
    return client.post(f"{QUEUE}several/", {"voice": ids, "decision": decision, **more})


def test_near_duplicates_stand_together_and_are_decided_together(lead_client, say, lead):
    first = say("The path to school floods.")
    between = say("More benches, please.")
    second = say("The path to the school floods often.")
    page = lead_client.get(QUEUE)
    groups = [[line.voice.pk for line in group.lines] for group in page.context["groups"]]
    assert groups == [[first.voice_id, second.voice_id], [between.voice_id]]
    assert "2 sentences that say nearly the same" in page.text
    assert "Accept all 2" in page.text
    response = many(lead_client, [first, second], "accepted")
    assert {state_of(first), state_of(second), state_of(between)} == {"accepted", "waiting"}
    after = lead_client.get(response["Location"]).text
    assert "Accepted." in after
    assert after.count('name="voice"') == 2
    many(lead_client, [first, second], "waiting")
    assert state_of(first) == state_of(second) == "waiting"
    response = many(lead_client, [first, second], "declined")
    assert (state_of(first), response["Location"]) == ("waiting", f"{QUEUE}?")
    many(lead_client, [first, second], "declined", reason="Not an answer")
    assert second.voice.__class__.objects.filter(state_reason="Not an answer").count() == 2
    assert LedgerEntry.objects.filter(action="voices.voice.declined", by=lead).count() == 2


def test_of_several_all_or_none_are_decided(lead_client, say, other_partnership):
    first = say("The path floods.")
    foreign = submit_voice(
        partnership=other_partnership, kind="statement", text="x", language="en", consent=True
    )
    given = {"voice": [first.voice_id, foreign.pk], "decision": "accepted"}
    assert lead_client.post(f"{QUEUE}several/", given).status_code == 404
    assert lead_client.post(f"{QUEUE}several/", {"decision": "accepted"}).status_code == 404
    assert state_of(first) == "waiting"


def test_what_says_the_same_as_a_shown_one_can_count_for_it(lead_client, say, conversation):
    said = say("The bus stop is so dark.")
    page = lead_client.get(QUEUE).text
    assert "like no. 1, which is shown:" in page
    merge = f"/p/elm-street/vision/questions/{conversation.code}/statements/{said.number}/merge/"
    assert f'action="{merge}"' in page
    response = lead_client.post(merge, {"into": "1", "from": "queue"}, follow=True)
    assert response.redirect_chain[0][0] == QUEUE
    said.refresh_from_db()
    assert said.merged_into.number == 1
    assert state_of(said) == "accepted"


def test_declining_what_others_answered_shows_first_what_it_changes(
    lead_client, say, resident, conversation
):
    said = say("More lamps.")
    decide(lead_client, said, "accepted")
    resident.post(f"/v/{conversation.code}/", {"statement": said.pk, "vote": "agree"})
    response = decide(lead_client, said, "declined", reason="Names a neighbour")
    assert state_of(said) == "accepted"
    page = lead_client.get(response["Location"])
    assert "1 vote would not count any more." in page.text
    assert 'value="Names a neighbour"' in page.text
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)[1]
    pressed = {"n": said.number, "reason": "Names a neighbour", "seen": seen}
    lead_client.post(response["Location"], pressed)
    assert state_of(said) == "declined"


def test_in_an_open_question_words_are_shown_and_looked_at_afterwards(
    lead_client, say, conversation, resident, partnership
):
    from lamppost.vision.actions import change_conversation

    lead = LedgerEntry.objects.filter(by__isnull=False).first().by
    change_conversation(conversation=conversation, by=lead, values={"moderation": "open"})
    conversation.refresh_from_db()
    entry = LedgerEntry.objects.get(action="vision.conversation.changed")
    assert entry.fields == ["moderation"]
    said = say("More lamps, write to maria@example.org.")
    assert (state_of(said), said.voice.state_by, said.voice.state_at) == ("accepted", None, None)
    assert "maria@" not in resident.get(f"/v/{conversation.code}/?s={said.number}").text
    assert "More lamps" not in lead_client.get(QUEUE).text
    assert "1 sentence is shown that nobody has looked at" in lead_client.get(QUEUE).text
    unseen = f"{QUEUE}?state=unseen"
    page = lead_client.get(unseen).text
    assert "More lamps" in page
    assert "Leave it shown" in page
    items = [
        item.url
        for answer in DESK_ITEMS.ask(partnership, frozenset({Right.MODERATE}))
        for item in answer
    ]
    assert unseen in items
    decide(lead_client, said, "accepted")
    assert state_of(said) == "accepted"
    assert said.voice.state_by == lead
    assert "More lamps" not in lead_client.get(unseen).text


def test_mended_words_can_lose_more(lead_client, say, lead):
    from lamppost.vision.actions.curation import mend_statement

    said = say("Maria says the paht floods")
    mend_statement(statement=said, text="Maria says the path floods.", reason="spelling", by=lead)
    address = f"{QUEUE}{said.voice_id}/text/"
    response = lead_client.post(address, {"public_text": "[name] says the path floods."})
    assert response.status_code == 302
    refused = lead_client.post(address, {"public_text": "[name] says the bridge floods."})
    assert "are not in the original" in refused.text


@pytest.fixture
def flood(resident, conversation):
    """Six sentences that one device sent, unlike each other."""
    for number in range(6):
        text = f"{'bcdfgh'[number] * 6} {'klmnpq'[number] * 7} {'rstvwx'[number] * 8}."
        data = {"text": text, "language": "en", "consent": "on"}
        assert resident.post(f"/v/{conversation.code}/add/", data).status_code == 303
    return list(conversation.statements.filter(is_seed=False))


def test_many_of_one_device_stand_together_and_are_declined_at_once(lead_client, say, flood):
    say("Somebody else wants benches.")
    page = lead_client.get(QUEUE).text
    assert "6 sentences from the same device" in page
    assert "5 more from the same device" in page
    assert "Accept all" not in page
    together = page[page.index("6 sentences from") : page.index("Decline all</button>")]
    ids = re.findall(r'name="voice" value="(\d+)"', together)
    assert sorted(map(int, ids)) == [one.voice_id for one in flood]
    assert flood[0].voice.participant.key not in page
    data = {"voice": ids, "decision": "declined", "reason": "One flood"}
    lead_client.post(f"{QUEUE}several/", data)
    assert {state_of(one) for one in flood} == {"declined"}
    assert "from the same device" not in lead_client.get(QUEUE).text


def test_declining_all_of_one_device_shows_first_what_it_changes(
    lead_client, flood, conversation, resident
):
    Voice.objects.filter(pk__in=[one.voice_id for one in flood]).update(state="accepted")
    resident.post(f"/v/{conversation.code}/", {"statement": flood[2].pk, "vote": "agree"})
    ids = [one.voice_id for one in flood]
    assert "6 sentences from the same device" in lead_client.get(f"{QUEUE}?state=unseen").text
    data = {"voice": ids, "decision": "declined", "reason": "One flood"}
    response = lead_client.post(f"{QUEUE}several/", data)
    assert {state_of(one) for one in flood} == {"accepted"}
    page = lead_client.get(response["Location"]).text
    assert "Decline these 6 statements?" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    numbers = [one.number for one in flood]
    lead_client.post(response["Location"], {"n": numbers, "reason": "One flood", "seen": seen})
    assert {state_of(one) for one in flood} == {"declined"}


def test_three_of_one_device_are_no_flood(lead_client, flood):
    Voice.objects.filter(pk__in=[one.voice_id for one in flood[3:]]).update(state="declined")
    assert "from the same device" not in lead_client.get(QUEUE).text
