"""What the pages promise about who sees what, compared with what they really show to whom."""

from __future__ import annotations

import itertools
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lamppost.accounts.roles import RIGHTS_OF_ROLE, Right, Role
from lamppost.vision import who_hears, who_sees
from lamppost.vision.actions.vision import publish_vision, write_draft
from lamppost.vision.actions.workshops import plan_workshop
from lamppost.vision.models import Characteristic, Objection, Statement, Story, Vote
from lamppost.vision.who_sees import Who, words_seen_by
from lamppost.voices.actions import moderate_voice, set_consent
from lamppost.voices.models import Voice
from tests.pictures import jpeg
from tests.readers import each_table, exported, let_roles, named_in, roles_that_read

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WRITTEN = "Ring 0791234567 when the lamp at the gate is out."
SHOWN = "when the lamp at the gate is out."


@pytest.fixture
def signed_in(make_member, client_of):
    return lambda role: client_of(make_member(role))


def say(client, conversation):
    data = {"text": WRITTEN, "language": "en", "consent": "on"}
    assert client.post(f"/v/{conversation.code}/add/", data).status_code == 303
    return Statement.objects.get(is_seed=False)


def everything_shown(client, conversation, statement):
    """All that this visitor can read of the words, on every page that could show them."""
    slug, code = conversation.partnership.slug, conversation.code
    addresses = [
        f"/v/{code}/?s={statement.number}",
        f"/p/{slug}/vision/questions/{code}/",
        f"/p/{slug}/vision/questions/{code}/?state=declined",
        f"/p/{slug}/vision/questions/{code}/statements.csv",
        f"/p/{slug}/vision/questions/{code}/paper/print/",
        f"/p/{slug}/vision/landscape/{code}/",
        f"/p/{slug}/vision/landscape/{code}/data.json",
        *(f"/p/{slug}/voices/queue/?state={state}&shown=all" for state in Voice.State.values),
    ]
    answers = [client.get(address) for address in addresses]
    return "".join(one.text for one in answers if one.status_code == 200)


def seen_by(conversation, statement, signed_in):
    """The kinds of people who can read the words, and who can read them as written."""
    readers, as_written = set(), set()
    stranger = everything_shown(Client(), conversation, statement)
    if SHOWN in stranger:
        readers.add(Who.EVERYBODY)
    assert "0791234567" not in stranger
    for role in Role.values:
        shown = everything_shown(signed_in(role), conversation, statement)
        who = Who.MODERATORS if Right.MODERATE in RIGHTS_OF_ROLE[role] else Who.MEMBERS
        if SHOWN in shown:
            readers.add(who)
        if "0791234567" in shown:
            as_written.add(who)
    return frozenset(readers), as_written


@pytest.mark.parametrize("moderation", ["strict", "open"])
def test_a_new_statement_is_seen_by_whom_the_form_says(resident, ask, moderation, signed_in):
    conversation = ask(moderation=moderation)
    promise = resident.get(f"/v/{conversation.code}/add/").text
    sentence = who_sees.of_statement(conversation)
    assert sentence.split(".")[0] in promise
    statement = say(resident, conversation)
    readers, as_written = seen_by(conversation, statement, signed_in)
    assert readers == words_seen_by(who_sees.first_state(conversation), "public")
    assert as_written <= {Who.MODERATORS}
    assert ("at once" in sentence) == (Who.EVERYBODY in readers)
    assert ("first the members" in sentence) == (Who.EVERYBODY not in readers)


@pytest.mark.parametrize(
    ("state", "consent"), list(itertools.product(["accepted", "declined"], [True, False]))
)
def test_later_states_are_seen_by_whom_the_rule_says(
    resident, conversation, lead, state, consent, signed_in
):
    statement = say(resident, conversation)
    moderate_voice(voice=statement.voice, state=state, reason="x", by=lead)
    set_consent(voice=statement.voice, consent=consent)
    statement.voice.refresh_from_db()
    readers, as_written = seen_by(conversation, statement, signed_in)
    assert readers == words_seen_by(statement.voice.state, statement.voice.consent)
    assert as_written <= {Who.MODERATORS}


def test_the_vote_page_promises_counts_and_shows_no_single_vote(resident, conversation, statements):
    page = resident.get(f"/v/{conversation.code}/").text
    assert who_sees.of_vote(conversation) in page
    resident.post(f"/v/{conversation.code}/", {"statement": statements[0].pk, "vote": "agree"})
    key = Vote.objects.get().participant.key
    code, slug = conversation.code, conversation.partnership.slug
    for address in (
        f"/p/{slug}/vision/questions/{code}/",
        f"/p/{slug}/vision/landscape/{code}/",
        f"/p/{slug}/vision/landscape/{code}/data.json",
    ):
        assert key not in Client().get(address).text


def test_only_those_who_lead_can_download_single_answers(conversation, signed_in):
    address = f"/p/{conversation.partnership.slug}/vision/landscape/{conversation.code}/votes/"
    may = {role for role in Role.values if signed_in(role).get(address).status_code == 200}
    assert may == {role for role in Role if Right.EXPORT_PRIVATE in RIGHTS_OF_ROLE[role]}
    assert may == {Role.LEAD}
    for said in SAID_OF_SINGLE_ANSWERS:
        assert "can download them, without a name: Lead. " in said(conversation)


SAID_OF_SINGLE_ANSWERS = (
    who_sees.of_vote,
    who_sees.of_vote_at_kiosk,
    who_sees.of_characteristic,
)


def test_another_table_of_roles_is_told_and_holds(conversation, signed_in, monkeypatch):
    def let(role, *rights):
        monkeypatch.setitem(RIGHTS_OF_ROLE, role, frozenset(rights))

    let(Role.ANALYST, *RIGHTS_OF_ROLE[Role.ANALYST], Right.EXPORT_PRIVATE, Right.MODERATE)
    address = f"/p/{conversation.partnership.slug}/vision/landscape/{conversation.code}/votes/"
    assert signed_in(Role.ANALYST).get(address).status_code == 200
    for said in SAID_OF_SINGLE_ANSWERS:
        assert "without a name: Lead, Analyst. " in said(conversation)
    assert "as you wrote it: Lead, Facilitator, Analyst. " in who_sees.of_statement(conversation)
    assert "Members who see it: Lead, Facilitator, Analyst." in who_sees.of_mark(conversation)
    for role in set(Role) - {Role.LEAD}:
        let(role)
    assert "Members who see it: Lead." in who_sees.of_mark(conversation)
    assert "Members who see it: Lead." in who_sees.of_statement(conversation)
    let(Role.LEAD)
    assert "without a name: nobody. " in who_sees.of_vote(conversation)


def test_what_somebody_says_of_themselves_is_on_no_page_of_anybody_else(resident, ask, lead_client):
    conversation = ask(asks=["age"])
    page = resident.get(f"/v/{conversation.code}/about-you/age/").text
    assert who_sees.of_characteristic(conversation) in page
    resident.post(f"/v/{conversation.code}/about-you/age/", {"value": "75-up"})
    assert Characteristic.objects.get().value == "75-up"
    code, slug = conversation.code, conversation.partnership.slug
    for client in (Client(), lead_client):
        for address in (
            f"/p/{slug}/vision/questions/{code}/",
            f"/p/{slug}/vision/landscape/{code}/",
            f"/p/{slug}/vision/questions/{code}/statements.csv",
        ):
            shown = client.get(address).text
            assert "75-up" not in shown
            assert "75 or older" not in shown


# Stories, words of the room, objections: the roles that a line names, and those that get in ------

TOLD = "The path by the mill is dark."


@pytest.fixture
def let(monkeypatch):
    return partial(let_roles, monkeypatch)


@pytest.fixture
def story(resident, conversation, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    resident.post(f"/t/{conversation.code}/hope/", {"text": TOLD, "language": "en"})
    return Story.objects.get()


@each_table
@pytest.mark.parametrize("accepted", [True, False])
def test_a_story_without_consent_is_read_by_the_roles_that_its_pages_name(
    resident, conversation, story, lead, signed_in, let, table, accepted
):
    if accepted:
        moderate_voice(voice=story.voice, state="accepted", by=lead)
    let(table)
    slug = conversation.partnership.slug
    queue = "voices/queue/?state=waiting&shown=all"
    readers = roles_that_read(TOLD, slug, signed_in, f"vision/stories/{story.pk}/", queue)
    mine = resident.get(f"/p/{slug}/vision/my-stories/{story.pk}/").text
    for said in (who_hears.of_story(), who_hears.of_file(), who_hears.of_uses()):
        assert named_in(said) == readers
    assert who_hears.of_uses() in mine
    assert (who_hears.of_hidden_story() in mine) == accepted
    assert named_in(who_hears.of_hidden_story()) == readers
    assert who_hears.of_story() in resident.get(f"/t/{conversation.code}/hope/").text


@each_table
def test_a_photo_is_seen_by_the_roles_that_its_page_names(
    resident, conversation, story, signed_in, let, table
):
    slug = conversation.partnership.slug
    step = f"/p/{slug}/vision/my-stories/{story.pk}/photo/"
    picture = SimpleUploadedFile("path.jpg", jpeg((64, 64)), "image/jpeg")
    resident.post(step, {"photo": picture, "photo_words": "A dark path"})
    assert Story.objects.get().photo
    let(table)
    assert who_hears.of_file() in resident.get(step).text
    address = f"/p/{slug}/vision/stories/{story.pk}/photo/"
    assert Client().get(address).status_code == 404
    sees = {role for role in Role if signed_in(role).get(address).status_code == 200}
    downloads = {role for role in Role if exported(signed_in(role), slug)}
    assert named_in(who_hears.of_file()) == sees | downloads


@each_table
def test_words_of_the_room_are_read_by_the_roles_that_the_form_names(
    partnership, lead, lead_client, signed_in, let, table
):
    values = {"title": "First evening", "held_on": timezone.localdate()}
    made = plan_workshop(partnership=partnership, by=lead, values=values, template="")
    place = f"vision/workshops/{made.pk}/"
    form = lead_client.get(f"/p/{partnership.slug}/{place}said/")
    assert who_hears.of_room_words() in form.text
    given = {"group": "resident", "feeling": "fear", "language": "en", "text": TOLD}
    lead_client.post(f"/p/{partnership.slug}/{place}said/", given)
    let(table)
    pages = (f"{place}hopes-and-fears/", f"{place}said/", "voices/queue/?shown=all")
    readers = roles_that_read(TOLD, partnership.slug, signed_in, *pages)
    assert (named_in(who_hears.of_room_words()) or set(Role)) == readers


@each_table
@pytest.mark.parametrize("accepted", [True, False])
def test_an_objection_is_read_by_the_roles_that_its_pages_name(
    partnership, resident, lead, lead_client, signed_in, let, table, accepted
):
    write_draft(partnership=partnership, by=lead, text="Everybody gets home.", language="en")
    publish_vision(partnership=partnership, by=lead, what_changed="")
    place = f"/p/{partnership.slug}/vision/"
    assert who_hears.of_objection() in resident.get(f"{place}not-what-we-said/").text
    resident.post(f"{place}not-what-we-said/", {"text": TOLD, "language": "en"})
    made = Objection.objects.get()
    answering = f"{place}objections/{made.pk}/"
    assert who_hears.of_answer() in lead_client.get(answering).text
    lead_client.post(answering, {"answer": "Lamps come in spring."})
    if accepted:
        moderate_voice(voice=made.voice, state="accepted", by=lead)
    let(table)
    queue = f"voices/queue/?state={'accepted' if accepted else 'waiting'}&shown=all"
    pages = ("vision/objections/", queue, "vision/goals/")
    readers = roles_that_read(TOLD, partnership.slug, signed_in, *pages)
    assert named_in(who_hears.of_objection()) == readers
    assert named_in(who_hears.of_hidden_objection()) == readers
    mine = resident.get(f"{place}not-what-we-said/mine/{made.pk}/").text
    assert (who_hears.of_hidden_objection() in mine) == accepted
    answer_read = roles_that_read("Lamps come in spring.", partnership.slug, signed_in, *pages)
    assert named_in(who_hears.of_answer()) == answer_read


# Submits that come afterwards ---------------------------------------------------------------------


@pytest.mark.parametrize("accepted", [True, False])
def test_my_answers_say_who_reads_words_once_they_may_be_shown(
    resident, conversation, story, lead, accepted, let
):
    if accepted:
        moderate_voice(voice=story.voice, state="accepted", by=lead)
    slug = conversation.partnership.slug
    let({Role.OBSERVER: {Right.MODERATE}})
    page = resident.get(f"/p/{slug}/voices/mine/").text
    said = page.split("if you let it be shown, everybody, ")[1].split("</p>")[0]
    assert page.count("Let it be shown, without my name") == 1
    assert said.startswith("at once") == accepted
    assert named_in(said) == (set() if accepted else {Role.LEAD, Role.FACILITATOR, Role.OBSERVER})
    resident.post(f"/p/{slug}/voices/mine/words/{story.voice_id}/consent/", {"consent": "yes"})
    story_page = Client().get(f"/p/{slug}/vision/stories/{story.pk}/")
    assert (story_page.status_code == 200) == accepted
    assert "if you let it be shown" not in resident.get(f"/p/{slug}/voices/mine/").text


def test_the_last_page_says_who_sees_the_answer_that_it_takes_back_or_marks(
    resident, conversation, statements
):
    address = f"/v/{conversation.code}/"
    assert who_sees.of_vote(conversation) not in resident.get(f"{address}?stop=1").text
    for one in statements:
        resident.post(address, {"statement": one.pk, "vote": "agree"})
    end = resident.get(f"{address}?after={statements[-1].number}").text
    assert "Especially important to me" in end
    assert "What happens next" in end
    assert f"{who_sees.of_vote(conversation)} {who_sees.of_mark(conversation)}" in end
