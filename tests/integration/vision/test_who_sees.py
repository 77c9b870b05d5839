"""What the pages promise about who sees what, compared with what they really show to whom."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from lamppost.accounts.roles import RIGHTS_OF_ROLE, Right, Role
from lamppost.vision import who_sees
from lamppost.vision.models import Characteristic, Statement, Vote
from lamppost.vision.who_sees import Who, words_seen_by
from lamppost.voices.actions import moderate_voice, set_consent
from lamppost.voices.models import Voice

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
    assert "Members who see it" not in who_sees.of_mark(conversation)
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
