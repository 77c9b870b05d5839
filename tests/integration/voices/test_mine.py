"""My answers: everything a device gave, to see, change, download and take back."""

from __future__ import annotations

import json

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from lamppost.vision.actions import cast_vote
from lamppost.vision.models import (
    ImportantMark,
    LandscapeRequest,
    ReplacedVote,
    Statement,
    StatementTranslation,
    Vote,
)
from lamppost.voices.actions import (
    moderate_voice,
    participant_with_key,
    participant_without_device,
    submit_voice,
)
from lamppost.voices.identity import COOKIE, SALT, opaque_key
from lamppost.voices.models import Participant, Voice
from lamppost.voices.who_sees import of_erased

pytestmark = pytest.mark.django_db

MINE = "/p/elm-street/voices/mine/"


def test_a_visitor_who_gave_nothing_is_told_what_will_stand_here(resident, partnership):
    page = resident.get(MINE)
    assert "Nothing yet" in page.text
    assert COOKIE not in page.cookies
    assert Participant.objects.count() == 0


def test_everything_stands_there_with_its_state(resident, gave):
    page = resident.get(MINE).text
    assert "These are the 3 things you gave here." in page
    assert "The bus stop is too dark." in page
    assert "Ring 0791234567, the path floods." in page
    assert "Shown as:" in page
    assert "Ring [number removed], the path floods." in page
    assert "waiting" in page
    assert page.count(">Change</a>") == 2


def test_a_mark_stands_with_its_vote_and_is_removed_by_itself(resident, conversation):
    sent = {"statement": conversation.statements.get(number=1).pk}
    resident.post(f"/v/{conversation.code}/important/", sent)
    page = resident.get(MINE).text
    # Without a vote on its statement it stands alone.
    assert "This is the 1 thing you gave here." in page
    assert "<b>especially important to you</b>" in page
    resident.post(f"/v/{conversation.code}/", {**sent, "vote": "agree"})
    page = resident.get(MINE).text
    assert "This is the 1 thing you gave here." in page
    assert "<b>agree · especially important to you</b>" in page
    assert page.count("The bus stop is too dark.") == 1
    mark = ImportantMark.objects.get()
    erase = f"{MINE}erase/important/{mark.pk}/"
    assert f'<a href="{erase}">No longer especially important</a>' in page
    assert len(resident.get(f"{MINE}my-answers.json").json()["answers"]) == 2
    assert resident.post(erase).status_code == 302
    assert (ImportantMark.objects.count(), Vote.objects.count()) == (0, 1)
    resident.post(f"/v/{conversation.code}/important/", sent)
    vote = f"{MINE}erase/vote/{Vote.objects.get().pk}/"
    assert "The mark “especially important” goes with it." in resident.get(vote).text
    resident.post(vote)
    assert (ImportantMark.objects.count(), Vote.objects.count()) == (0, 0)


def test_a_statement_stands_there_in_the_language_of_the_page(resident, conversation):
    """As it was read when it was answered; the file keeps the words as they were said too."""
    one = conversation.statements.get(number=1)
    StatementTranslation.objects.create(
        statement=one, language="es", text="La parada está oscura.", made_at=timezone.now()
    )
    spanish = {"accept-language": "es"}
    vote = {"statement": one.pk, "vote": "agree"}
    after = resident.post(f"/v/{conversation.code}/", vote, follow=True, headers=spanish)
    assert '<q lang="es" dir="ltr">La parada está oscura.</q>' in after.text, "what was counted"
    assert '<span lang="es" dir="ltr">La parada está oscura.</span>' in (
        resident.get(MINE, headers=spanish).text
    )
    assert "The bus stop is too dark." in resident.get(MINE).text
    StatementTranslation.objects.update(language="en", text="The stop is dark.")
    Voice.objects.filter(statement=one).update(language="es", text="La parada está oscura.")
    (given,) = resident.get(f"{MINE}my-answers.json").json()["answers"]
    assert (given["about"], given["language"]) == ("The stop is dark.", "en")
    assert given["details"]["said_in"] == "es"


def test_nobody_else_sees_it(gave, lead_client):
    for client in (Client(), lead_client):
        page = client.get(MINE).text
        assert "Ring" not in page
        assert "Nothing yet" in page
    assert lead_client.get(MINE.replace("elm-street", "nowhere")).status_code == 404


def test_another_partnership_shows_nothing_of_this_one(resident, gave, other_partnership):
    assert "Nothing yet" in resident.get("/p/canal-park/voices/mine/").text
    kind = f"/p/canal-park/voices/mine/erase/statement/{gave.pk}/"
    assert resident.post(kind).status_code == 404
    words = f"/p/canal-park/voices/mine/words/{gave.voice_id}/consent/"
    assert resident.post(words, {"consent": "no"}).status_code == 404


def test_why_words_were_declined_can_be_read(resident, gave, lead):
    moderate_voice(voice=gave.voice, state="declined", reason="It is a phone number.", by=lead)
    page = resident.get(MINE).text
    assert "It is a phone number." in page
    assert "declined" in page


def test_the_download_has_the_documented_fields(resident, gave):
    response = resident.get(f"{MINE}my-answers.json", headers={"accept-language": "es"})
    assert response["Content-Disposition"] == 'attachment; filename="my-answers-elm-street.json"'
    assert response["Cache-Control"].startswith("max-age=0")
    record = json.loads(response.content)
    about = {"format", "partnership", "name", "downloaded_at"}
    assert set(record) == about | {"answers", "receipts", "steps"}
    fields = {
        "kind", "id", "about", "answer", "text", "shown_as", "language", "given_at", "state",
        "may_be_shown", "details",
    }  # fmt: skip
    assert all(set(one) == fields for one in record["answers"])
    assert sorted(one["kind"] for one in record["answers"]) == ["statement", "vote", "vote"]
    own = next(one for one in record["answers"] if one["kind"] == "statement")
    assert own["text"] == "Ring 0791234567, the path floods."
    assert own["state"] == "waiting"
    assert own["may_be_shown"] is True
    assert {one["answer"] for one in record["answers"] if one["kind"] == "vote"} == {"agree"}


def test_the_download_of_nobody_is_empty(resident, partnership):
    assert json.loads(resident.get(f"{MINE}my-answers.json").content)["answers"] == []


def test_one_vote_is_erased_after_asking_once_more(resident, gave):
    vote = Vote.objects.first()
    address = f"{MINE}erase/vote/{vote.pk}/"
    asked = resident.get(address)
    assert "Erase this?" in asked.text
    for page in (asked, resident.get(f"{MINE}erase/")):
        form = page.text.partition('<form method="post">')[2].partition("</form>")[0]
        assert of_erased() in form
    assert Vote.objects.count() == 2
    assert resident.post(address).status_code == 302
    assert not Vote.objects.filter(pk=vote.pk).exists()
    assert resident.get(address).status_code == 404


@pytest.mark.parametrize("kind", ["vote", "statement", "feedback", "nothing"])
def test_somebody_elses_things_cannot_be_erased(gave, conversation, kind):
    other = Client()
    other.post(
        f"/v/{conversation.code}/",
        {"statement": conversation.statements.first().pk, "vote": "pass"},
    )
    victim = {"vote": Vote.objects.exclude(value=0).first().pk, "statement": gave.pk}.get(kind, 1)
    assert other.get(f"{MINE}erase/{kind}/{victim}/").status_code == 404
    assert other.post(f"{MINE}erase/{kind}/{victim}/").status_code == 404
    assert Vote.objects.count() == 3
    assert Statement.objects.filter(pk=gave.pk).exists()


def test_erasing_a_statement_nobody_saw_leaves_nothing(resident, gave):
    resident.post(f"{MINE}erase/statement/{gave.pk}/")
    assert not Statement.objects.filter(pk=gave.pk).exists()
    assert not Voice.objects.filter(pk=gave.voice_id).exists()


def test_erasing_a_statement_that_others_answered_keeps_their_votes_without_the_words(
    resident, gave, lead, partnership
):
    moderate_voice(voice=gave.voice, state="accepted", by=lead)
    other = participant_without_device(partnership=partnership, channel="web")
    cast_vote(participant=other, statement=gave, value=1)
    asked = resident.get(f"{MINE}erase/statement/{gave.pk}/").text
    assert "Answers that others gave to it stay theirs." in asked
    resident.post(f"{MINE}erase/statement/{gave.pk}/")
    gave.voice.refresh_from_db()
    assert (gave.voice.text, gave.voice.public_text) == ("", "")
    assert gave.voice.participant is None
    assert (gave.voice.state, gave.voice.consent) == ("declined", "none")
    assert Vote.objects.filter(participant=other, statement=gave).count() == 1
    assert "the path floods" not in resident.get(MINE).text


def test_consent_is_withdrawn_and_given_again(resident, gave, lead, conversation):
    moderate_voice(voice=gave.voice, state="accepted", by=lead)
    address = f"{MINE}words/{gave.voice_id}/consent/"
    assert "the path floods" in Client().get(f"/v/{conversation.code}/?s={gave.number}").text
    resident.post(address, {"consent": "no"})
    gave.voice.refresh_from_db()
    assert (gave.voice.consent, gave.voice.consent_wording) == ("none", "")
    assert "the path floods" not in Client().get(f"/v/{conversation.code}/?s={gave.number}").text
    assert "not shown to anybody but the partnership" in resident.get(MINE).text
    resident.post(address, {"consent": "yes"})
    gave.voice.refresh_from_db()
    assert gave.voice.consent == "public"
    assert gave.voice.consent_at is not None


def test_nobody_changes_the_consent_of_another(gave, lead_client):
    for client in (Client(), lead_client):
        address = f"{MINE}words/{gave.voice_id}/consent/"
        assert client.post(address, {"consent": "no"}).status_code == 404
    gave.voice.refresh_from_db()
    assert gave.voice.consent == "public"


def test_words_without_a_participant_belong_to_no_visitor(gave):
    Voice.objects.filter(pk=gave.voice_id).update(participant=None)
    address = f"{MINE}words/{gave.voice_id}/consent/"
    assert Client().post(address, {"consent": "no"}).status_code == 404


def test_erasing_everything_leaves_no_trace_in_any_table(
    resident, gave, conversation, lead, partnership, django_capture_on_commit_callbacks
):
    moderate_voice(voice=gave.voice, state="accepted", by=lead)
    other = participant_without_device(partnership=partnership, channel="web")
    cast_vote(participant=other, statement=gave, value=-1)
    seed = conversation.statements.first()
    resident.post(f"/v/{conversation.code}/", {"statement": seed.pk, "vote": "disagree"})
    assert ReplacedVote.objects.count() == 1
    key = Participant.objects.get(votes__statement=seed).key
    asked = resident.get(f"{MINE}erase/").text
    assert "2 votes" in asked
    assert "1 text of yours" in asked
    LandscapeRequest.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        done = resident.post(f"{MINE}erase/")
    assert "Everything is erased" in done.text
    assert done.cookies[COOKIE].value == ""
    assert Participant.objects.get() == other
    assert Vote.objects.get().participant == other
    assert ReplacedVote.objects.count() == 0
    assert LandscapeRequest.objects.count() == 1
    assert not found_anywhere("the path floods")
    assert not found_anywhere(key)


def found_anywhere(text: str) -> bool:
    """Look for `text` in every column of every table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            if any(text in str(cell) for row in cursor.fetchall() for cell in row):
                return True
    return False


def test_the_cookie_stays_while_something_is_left_in_another_partnership(
    resident, gave, other_partnership, lead
):
    from lamppost.vision.actions import add_seed_statement, open_conversation

    other = open_conversation(
        partnership=other_partnership, by=lead, values={"question": "Water?", "language": "en"}
    )
    seed = add_seed_statement(conversation=other, by=lead, text="More trees.", language="en")
    resident.post(f"/v/{other.code}/", {"statement": seed.pk, "vote": "agree"})
    done = resident.post(f"{MINE}erase/")
    assert COOKIE not in done.cookies
    assert "More trees." in resident.get("/p/canal-park/voices/mine/").text
    assert COOKIE in resident.post("/p/canal-park/voices/mine/erase/").cookies


def test_after_erasing_everything_the_same_browser_is_somebody_new(resident, gave, conversation):
    resident.get(f"/v/{conversation.code}/")
    before = Participant.objects.get().key
    resident.post(f"{MINE}erase/")
    seed = conversation.statements.first()
    resident.post(f"/v/{conversation.code}/", {"statement": seed.pk, "vote": "agree"})
    assert Participant.objects.get().key != before


def test_a_vote_on_what_is_no_longer_shown_does_not_repeat_its_words(
    resident, gave, conversation, lead
):
    seed = conversation.statements.first()
    moderate_voice(voice=seed.voice, state="declined", reason="wrong", by=lead)
    page = resident.get(MINE).text
    assert "The bus stop is too dark." not in page
    assert "A statement that is no longer shown" in page


def test_the_page_is_paged_and_weighs_little(
    resident, conversation, lead, django_assert_num_queries
):
    from lamppost.vision.actions import add_seed_statements

    texts = [f"Sentence number {number}." for number in range(40)]
    add_seed_statements(conversation=conversation, by=lead, texts=texts, language="en")
    for statement in conversation.statements.all():
        resident.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    # The partnership, the participant, their words; statements, stories, votes, marks, what they
    # said of themselves, feedback, objections; other devices that lead here.
    with django_assert_num_queries(12):
        first = resident.get(MINE)
    assert "1–25 of 42" in first.text
    assert len(first.content) < 60_000
    assert "26–42 of 42" in resident.get(f"{MINE}?page=2").text


def test_reading_and_asking_once_more_write_nothing(resident, gave):
    before = (Participant.objects.count(), Vote.objects.count(), Voice.objects.count())
    for address in ("", "my-answers.json", "erase/", f"erase/statement/{gave.pk}/"):
        assert resident.get(MINE + address).status_code == 200
    assert resident.get(f"{MINE}words/{gave.voice_id}/consent/").status_code == 405
    assert before == (Participant.objects.count(), Vote.objects.count(), Voice.objects.count())


def test_words_at_a_site_can_be_withdrawn_as_well(resident, partnership, lead):
    from lamppost.pilots.actions import add_site, give_feedback, start_pilot

    pilot = start_pilot(partnership=partnership, by=lead, values={"title": "Lamps"})
    site = add_site(pilot=pilot, by=lead, values={"name": "Mill Lane", "code": "mill"})
    participant = participant_with_key(
        partnership=partnership, key=opaque_key("device:d", partnership)
    )
    resident.cookies[COOKIE] = signing.Signer(salt=SALT).sign("d")
    feedback = give_feedback(
        site=site,
        participant=participant,
        rating="better",
        words="Brighter at last.",
        language="en",
        consent=True,
    )
    # The same words were said elsewhere too: the button must lead to those of this site.
    submit_voice(
        partnership=partnership,
        kind="story",
        text="Brighter at last.",
        language="en",
        participant=participant,
    )
    page = resident.get(MINE).text
    address = f"{MINE}words/{feedback.voice_id}/consent/"
    assert "Mill Lane" in page
    assert f'action="{address}"' in page
    resident.post(address, {"consent": "no"})
    feedback.voice.refresh_from_db()
    assert feedback.voice.consent == "none"


def test_what_stays_when_nothing_is_listed_can_be_erased_and_is_in_the_download(
    resident, conversation
):
    """A step of certainty, with the scrambled sign of an address, is something of theirs too."""
    statement = conversation.statements.get(number=1)
    resident.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    someone = Participant.objects.get()
    taken = timezone.now()
    someone.verifications.create(level="email", identity="e" * 64, verified_at=taken)
    resident.post(f"{MINE}erase/vote/{Vote.objects.get().pk}/")
    page = resident.get(MINE).text
    assert "Nothing yet" in page
    assert f'href="{MINE}erase/"' in page
    record = resident.get(f"{MINE}my-answers.json").json()
    assert record["steps"] == [{"step": "email", "taken_at": taken.isoformat(timespec="seconds")}]
    assert "e" * 64 not in str(record)
    resident.post(f"{MINE}erase/")
    assert not Participant.objects.exists()
    assert f'href="{MINE}erase/"' not in resident.get(MINE).text
