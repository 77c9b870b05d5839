"""The questions about the voter at the end, and the population's shares."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from lamppost.accounts.models import LedgerEntry
from lamppost.stakeholders.models import Stakeholder, Target
from lamppost.vision.actions import cast_vote, close_conversation
from lamppost.vision.actions.about import say_about_oneself
from lamppost.vision.models import Characteristic, PopulationShare, Vote
from lamppost.vision.queries.about import about_questions, characteristic_counts
from lamppost.voices.models import Participant

pytestmark = pytest.mark.django_db

PEOPLE = "/p/elm-street/vision/people/"


@pytest.fixture
def asking(ask, partnership):
    Target.objects.create(
        partnership=partnership, dimension="neighbourhood", value="Mill Lane", count=4
    )
    return ask(asks=["group", "age", "neighbourhood"])


def answer(client, conversation, question, **data):
    return client.post(f"/v/{conversation.code}/about-you/{question}/", data)


def test_they_come_one_by_one_after_the_last_statement(resident, asking, statements_of):
    assert "about-you" not in resident.get(f"/v/{asking.code}/").text
    for statement in statements_of(asking):
        resident.post(f"/v/{asking.code}/", {"statement": statement.pk, "vote": "pass"})
    assert f"/v/{asking.code}/about-you/" in resident.get(f"/v/{asking.code}/").text
    first = resident.get(f"/v/{asking.code}/about-you/").text
    assert f"/v/{asking.code}/about-you/age/" in first
    page = resident.get(f"/v/{asking.code}/about-you/age/").text
    assert "About you, 1 of 3" in page
    assert "Skip" in page
    assert "Who will see this:" in page
    assert page.count('type="radio"') == 6
    done = answer(resident, asking, "age", value="30-44")
    assert done["Location"] == f"/v/{asking.code}/about-you/neighbourhood/"
    done = answer(resident, asking, "neighbourhood", value="Mill Lane")
    assert done["Location"] == f"/v/{asking.code}/about-you/group/"
    done = answer(resident, asking, "group", value="resident")
    assert done["Location"] == f"/v/{asking.code}/about-you/"
    assert "30 to 44" in resident.get(done["Location"]).text
    assert Characteristic.objects.count() == 3
    assert "A few questions about you" not in resident.get(f"/v/{asking.code}/").text


def test_what_waited_on_a_phone_is_taken_once_and_overrides_nothing_newer(resident, asking, lead):
    """As the script sends it: with a key, and with how long it waited."""

    def send(question="age", **data):
        address = f"/v/{asking.code}/about-you/{question}/"
        return resident.post(address, data, headers={"Accept": "application/json"})

    first = send(value="18-29", key="a" * 32, waited="0.1")
    assert first.json() == {"taken": True, "next": f"/v/{asking.code}/about-you/neighbourhood/"}
    answer(resident, asking, "age", value="30-44")
    send(value="18-29", key="a" * 32, waited="0.2")
    send(value="75-up", key="b" * 32, waited="3600", late="yes")
    assert Characteristic.objects.get().value == "30-44"
    # Deleted is deleted, also when the phone sends the first press again.
    answer(resident, asking, "age", forget="yes")
    send(value="18-29", key="a" * 32, waited="9")
    assert not Characteristic.objects.exists()
    # Without a choice the page shows what is missing; where it is gone, words say it.
    assert send(key="c" * 32).json() == {"taken": False, "show": True}
    late = send(value="nobody", key="c" * 32, late="yes")
    assert (late.status_code, late.json()["taken"]) == (400, False)
    close_conversation(conversation=asking, by=lead)
    shut = send(value="18-29", key="d" * 32)
    assert (shut.status_code, shut.json()["taken"]) == (409, False)
    assert not Characteristic.objects.exists()


def test_after_stopping_too_and_never_without_an_answer(resident, asking, statements_of):
    assert "about-you" not in resident.get(f"/v/{asking.code}/?stop=1").text
    statement = statements_of(asking)[0]
    resident.post(f"/v/{asking.code}/", {"statement": statement.pk, "vote": "pass"})
    assert "about-you" in resident.get(f"/v/{asking.code}/?stop=1").text


def test_an_answer_is_changed_and_deleted(resident, asking):
    answer(resident, asking, "age", value="30-44")
    answer(resident, asking, "age", value="45-59")
    assert Characteristic.objects.get().value == "45-59"
    answer(resident, asking, "age", forget="yes")
    assert Characteristic.objects.count() == 0


def test_nobody_is_made_by_looking_or_deleting_or_by_no_choice(resident, asking):
    resident.get(f"/v/{asking.code}/about-you/")
    answer(resident, asking, "age", forget="yes")
    for wrong in ({}, {"value": ""}, {"value": "old"}, {"value": "Mill Lane"}):
        page = answer(resident, asking, "age", **wrong)
        assert page.status_code == 200
        assert "or skip this question" in page.text
    assert Participant.objects.count() == 0


def test_what_is_not_asked_is_not_found(resident, ask, asking):
    plain = ask()
    assert resident.get(f"/v/{plain.code}/about-you/").status_code == 404
    assert answer(resident, plain, "age", value="30-44").status_code == 404
    assert answer(resident, asking, "income", value="1").status_code == 404
    assert Characteristic.objects.count() == 0


def test_a_neighbourhood_is_asked_for_only_where_some_are_known(resident, ask, partnership):
    conversation = ask(asks=["neighbourhood"])
    assert about_questions(conversation, None) == []
    Stakeholder.objects.create(
        partnership=partnership,
        name="Ana",
        group="resident",
        neighbourhood="Old Port",
        created_at=conversation.created_at,
    )
    (question,) = about_questions(conversation, None)
    assert [value for value, _label in question.choices] == ["Old Port", "elsewhere"]


def test_after_closing_one_can_delete_and_nothing_more(resident, asking, lead):
    answer(resident, asking, "age", value="30-44")
    close_conversation(conversation=asking, by=lead)
    assert answer(resident, asking, "age", value="45-59").status_code == 409
    assert Characteristic.objects.get().value == "30-44"
    assert "Delete what I said" in resident.get(f"/v/{asking.code}/about-you/age/").text
    answer(resident, asking, "age", forget="yes")
    assert Characteristic.objects.count() == 0


def test_only_counts_from_ten_on_and_none_to_compute_back(asking, people, statements_of):
    statement = statements_of(asking)[0]
    voters = people(40)
    for voter in voters:
        cast_vote(participant=voter, statement=statement, value=1, channel="paper")
    ages = ["18-29"] * 22 + ["30-44"] * 12 + ["75-up"] * 3
    for voter, age in zip(voters, ages, strict=False):
        say_about_oneself(participant=voter, question="age", value=age)
    stranger = people(1)[0]
    say_about_oneself(participant=stranger, question="age", value="18-29")
    counts = {one.value: one.count for one in characteristic_counts(asking)["age"]}
    assert counts["18-29"] == 20
    assert counts["75-up"] is None
    # 40 people and all but one count would give the hidden one away.
    assert "group" not in characteristic_counts(asking)
    assert Vote.objects.count() == 40


def test_the_host_chooses_what_is_asked(lead_client, conversation):
    address = f"/p/elm-street/vision/questions/{conversation.code}/edit/"
    page = lead_client.get(address).text
    assert 'name="asks"' in page
    given = {
        "question": conversation.question,
        "language": "en",
        "asks": ["age", "group"],
        "moderation": "strict",
        "verification": "none",
        "mode": "honest",
        "asked_by": conversation.asked_by,
        "decides": "Which lamps are tried.",
        "closes_at": "2031-05-04T20:00",
    }
    assert lead_client.post(address, given).status_code == 302
    conversation.refresh_from_db()
    assert conversation.asks == ["age", "group"]
    assert LedgerEntry.objects.get(action="vision.conversation.changed").fields == [
        "asks",
        "closes_at",
        "decides",
    ]
    boxes = re.findall(r'<input[^>]*name="asks"[^>]*>', lead_client.get(address).text)
    assert [("checked" in box) for box in boxes] == [True, False, True]
    wrong = lead_client.post(address, given | {"asks": ["income"]})
    assert wrong.status_code == 200
    conversation.refresh_from_db()
    assert conversation.asks == ["age", "group"]


# The people concerned.


def test_shares_are_pasted_kept_and_shown_again(lead_client, partnership):
    text = "under 18: 21 %\n18-29; 18,5\n30 to 44\t22\n"
    given = {"age": text, "neighbourhood": "Mill Lane = 40\nOld Port: 60", "source": "Census"}
    assert lead_client.post(PEOPLE, given).status_code == 302
    kept = {(one.question, one.value): one.share for one in PopulationShare.objects.all()}
    assert kept == {
        ("age", "under-18"): 0.21,
        ("age", "18-29"): 0.185,
        ("age", "30-44"): 0.22,
        ("neighbourhood", "Mill Lane"): 0.4,
        ("neighbourhood", "Old Port"): 0.6,
    }
    page = lead_client.get(PEOPLE).text
    assert "18 to 29: 18.5 %" in page
    assert page.index("under 18: 21 %") < page.index("30 to 44: 22 %")
    entry = LedgerEntry.objects.get(action="vision.population_shares.set")
    assert entry.fields == ["age", "neighbourhood"]
    assert lead_client.post(PEOPLE, given).status_code == 302
    assert LedgerEntry.objects.filter(action="vision.population_shares.set").count() == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("under 18: 21\nold: 10", "Line 2: “old” is none of the names"),
        ("under 18", "Line 1: write a name"),
        ("under 18: many", "Line 1: write a name"),
        ("under 18: 0", "Line 1: a share is above 0"),
        ("under 18: 150", "Line 1: a share is above 0"),
        ("under 18: 60\n\n18-29: 41", "Line 3: up to here it is more than 100 percent"),
        ("under 18: 1\nunder-18: 2", "Line 2: under-18: 2 is there twice"),
    ],
)
def test_a_fault_names_its_line_and_nothing_is_written(lead_client, text, fault):
    page = lead_client.post(PEOPLE, {"age": text, "neighbourhood": "Mill Lane: 50"})
    assert page.status_code == 200
    assert fault in page.text
    assert PopulationShare.objects.count() == 0


def test_rounded_figures_may_add_up_to_a_little_more(lead_client):
    lead_client.post(PEOPLE, {"neighbourhood": "A: 33.4\nB: 33.4\nC: 33.4"})
    assert sum(one.share for one in PopulationShare.objects.all()) == pytest.approx(1)


def test_only_who_asks_questions_sets_them(partnership, make_member, client_of):
    assert Client().get(PEOPLE).status_code == 302
    assert client_of(make_member("observer")).get(PEOPLE).status_code == 403
    assert client_of(make_member("facilitator")).get(PEOPLE).status_code == 200


@pytest.fixture
def statements_of():
    return lambda conversation: list(conversation.statements.order_by("number"))
