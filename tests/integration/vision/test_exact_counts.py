"""Exact counts, as they come in, are for whoever runs the question; nobody else reads a press."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from lamppost.accounts.roles import RIGHTS_OF_ROLE, Right, Role
from lamppost.vision import who_sees
from lamppost.vision.actions import cast_vote, compute_landscape
from lamppost.vision.actions.resident import mark_important
from lamppost.vision.models import Vote
from tests.readers import let_roles, named_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Every press makes another token, and the page names the moment at which it was made.
CHANGING = re.compile(r'name="(?:csrfmiddlewaretoken|read_at)" value="[^"]+"|X-CSRFToken[^}]+')


@pytest.fixture
def asked(conversation, statements, people):
    """Forty people answered, and a landscape counted them."""
    for place, person in enumerate(people(40)):
        for number, statement in enumerate(statements):
            value = 1 if (place + number) % 4 else -1
            cast_vote(participant=person, statement=statement, value=value)
    compute_landscape(conversation=conversation)
    return conversation


def pages(client: Client, conversation) -> dict[str, str]:
    """All that this visitor reads where counts of the question could stand."""
    slug, code = conversation.partnership.slug, conversation.code
    vision = f"/p/{slug}/vision"
    addresses = [
        f"/p/{slug}/",
        f"{vision}/",
        f"{vision}/questions/{code}/",
        f"{vision}/questions/{code}/statements/1/",
        f"{vision}/questions/{code}/statements.csv",
        f"{vision}/questions/{code}/paper/",
        f"{vision}/landscape/{code}/",
    ]
    answers = {address: client.get(address) for address in addresses}
    return {
        address: CHANGING.sub("", answer.text)
        for address, answer in answers.items()
        if answer.status_code == 200
    }


def press(conversation, statement) -> None:
    """Somebody answers one statement, and marks it."""
    before = Vote.objects.count()
    client = Client()
    client.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "disagree"})
    vote = Vote.objects.latest("pk")
    mark_important(participant=vote.participant, statement=statement)
    assert Vote.objects.count() == before + 1


def roles_that_read_a_press(conversation, statement, make_member, client_of) -> set[Role]:
    clients = {role: client_of(make_member(role)) for role in Role}
    for client in clients.values():
        client.get(f"/p/{conversation.partnership.slug}/")  # its news are read
    before = {role: pages(client, conversation) for role, client in clients.items()}
    press(conversation, statement)
    after = {role: pages(client, conversation) for role, client in clients.items()}
    return {role for role in Role if before[role] != after[role]}


@pytest.mark.parametrize(
    "table", [{}, {Role.ANALYST: {Right.MODERATE}, Role.COMPANY: {Right.EDIT_VISION}}]
)
def test_one_press_moves_nothing_but_for_the_roles_that_the_vote_page_names(
    asked, statements, make_member, client_of, monkeypatch, table
):
    let_roles(monkeypatch, table)
    told = who_sees.of_vote(asked).split("exact numbers")[1]
    page = Client().get(f"/v/{asked.code}/").text
    assert who_sees.of_vote(asked) in page
    readers = roles_that_read_a_press(asked, statements[0], make_member, client_of)
    assert readers == named_in(told)
    assert readers == {
        role for role in Role if RIGHTS_OF_ROLE[role] & {Right.EDIT_VISION, Right.MODERATE}
    }


def test_the_first_presses_are_no_news_and_no_number_for_the_others(
    conversation, statements, make_member, client_of
):
    readers = roles_that_read_a_press(conversation, statements[0], make_member, client_of)
    assert readers == {Role.LEAD, Role.FACILITATOR}


@pytest.mark.parametrize("role", ["observer", "company", "organisation", "researcher", "analyst"])
def test_other_members_read_what_is_released(asked, make_member, client_of, role):
    client = client_of(make_member(role))
    base = f"/p/{asked.partnership.slug}/vision"
    page = client.get(f"{base}/questions/{asked.code}/").text
    assert "<dt>people answered</dt><dd>at least 40</dd>" in page
    assert 'data-label="Votes">at least 40<' in page
    # 30 of 40, in steps of five percent.
    assert 'data-label="Agree">75 %<' in page
    listed = client.get(f"{base}/").text
    assert "at least 40 people answered" in listed
    assert "votes" not in listed


def test_who_runs_the_question_reads_exact_counts(asked, statements, make_member, client_of):
    press(asked, statements[0])
    page = client_of(make_member("facilitator")).get(
        f"/p/{asked.partnership.slug}/vision/questions/{asked.code}/"
    )
    assert "<dt>people answered</dt><dd>41</dd>" in page.text
    assert "<dt>votes</dt><dd>121</dd>" in page.text


def test_news_of_votes_come_to_all_with_the_landscape(asked, make_member, client_of):
    page = client_of(make_member("observer")).get(f"/p/{asked.partnership.slug}/").text
    assert "<b>at least 120</b> New votes" in page


def test_a_column_of_dashes_is_not_shown(conversation, statements, make_member, client_of):
    """Nothing is released yet: the table has the words alone, for whoever runs it the counts."""
    address = f"/p/{conversation.partnership.slug}/vision/questions/{conversation.code}/"
    seen = client_of(make_member(Role.OBSERVER)).get(address).text
    assert statements[0].voice.public_text in seen
    assert 'data-label="Agree"' not in seen
    assert 'data-label="Agree"' in client_of(make_member(Role.LEAD)).get(address).text
