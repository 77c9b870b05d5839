"""The public landscape: conclusion first, small groups never exposed, light, as open data too."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from lamppost.accounts.models import Partnership, User
from lamppost.vision.actions import cast_vote, compute_landscape
from lamppost.vision.models import Conversation, LandscapeRequest, Vote
from lamppost.vision.queries.public_landscape import public_landscape
from tests.vision_world import (
    DIVIDING,
    SHARED,
    add_people,
    add_statement,
    let_vote,
    make_conversation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def conversation(partnership: Partnership) -> Conversation:
    return make_conversation(partnership)


@pytest.fixture
def client() -> Client:
    return Client()


def address(conversation: Conversation, more: str = "") -> str:
    return f"/p/{conversation.partnership.slug}/vision/landscape/{conversation.code}/{more}"


def page(client: Client, conversation: Conversation) -> str:
    response = client.get(address(conversation))
    assert response.status_code == 200
    return response.content.decode()


def computed(conversation: Conversation, camps: tuple[int, ...] = (30, 20)) -> None:
    let_vote(conversation, camps)
    compute_landscape(conversation=conversation)


def test_conclusion_first_then_what_divides_then_the_map(
    client: Client, conversation: Conversation
) -> None:
    computed(conversation)
    body = page(client, conversation)
    order = [
        "Opinions",
        'id="ground"',
        'id="apart"',
        'id="map"',
        'id="typical"',
        'id="heard"',
        'id="trust"',
        'id="data"',
    ]
    places = [body.index(part) for part in order]
    assert places == sorted(places)
    assert SHARED in body[body.index('id="ground"') : body.index('id="apart"')]
    assert DIVIDING in body[body.index('id="apart"') : body.index('id="map"')]
    assert "at least 50" in body
    assert "Honest mode: what could be chance is not called a group." in body
    assert "This method always finds at least two groups" not in body


def test_every_state_before_there_is_a_landscape(
    client: Client, partnership: Partnership, lead_client: Client
) -> None:
    place = f"/p/{partnership.slug}/vision/landscape/"
    assert "No question has been asked yet" in client.get(place).content.decode()
    assert "Ask the first question." in lead_client.get(place).content.decode()
    conversation = make_conversation(partnership)
    body = page(client, conversation)
    assert "Not computed yet" in body
    assert f"/v/{conversation.code}/" in body
    computed(conversation, (5, 4))
    body = page(client, conversation)
    assert "Too few people have voted" in body
    assert SHARED not in body
    assert client.get(address(conversation, "data.json")).status_code == 404
    assert client.get(address(conversation, "data.csv")).status_code == 404


def test_without_a_code_the_newest_question_is_shown(
    client: Client, conversation: Conversation
) -> None:
    computed(conversation)
    body = client.get(f"/p/{conversation.partnership.slug}/vision/landscape/").content.decode()
    assert SHARED in body


def test_a_question_of_another_partnership_is_not_found(
    client: Client, conversation: Conversation, other_partnership: Partnership
) -> None:
    computed(conversation)
    for more in ("", "data.json", "data.csv"):
        place = f"/p/{other_partnership.slug}/vision/landscape/{conversation.code}/{more}"
        assert client.get(place).status_code == 404


def test_words_that_are_not_accepted_or_not_public_are_never_shown(
    client: Client, conversation: Conversation
) -> None:
    for number, (state, consent) in enumerate(
        [("waiting", "public"), ("declined", "public"), ("accepted", "none")], start=20
    ):
        statement = add_statement(conversation, number, f"Secret words {number}", state=state)
        if consent == "none":
            statement.voice.consent = "none"
            statement.voice.save()
    computed(conversation)
    for more in ("", "data.json", "data.csv"):
        body = client.get(address(conversation, more)).content.decode()
        assert "Secret words" not in body
        assert SHARED in body


def test_what_residents_write_comes_out_harmless(
    client: Client, conversation: Conversation
) -> None:
    voice = conversation.statements.get(number=0).voice
    voice.public_text = "<script>alert(1)</script>"
    voice.language = '"><script>'
    voice.save()
    computed(conversation)
    body = page(client, conversation)
    assert "<script>alert" not in body
    assert '"><script>' not in body
    assert escape(voice.public_text) in body


class TestSmallGroups:
    """Numbers of fewer than ten people, and those that would give them away, are left out."""

    @pytest.fixture(autouse=True)
    def _small(self, conversation: Conversation) -> None:
        computed(conversation, (40, 8))

    def test_a_small_group_has_no_number_anywhere(
        self, client: Client, conversation: Conversation
    ) -> None:
        shown = public_landscape(conversation)
        assert shown is not None
        small = [place for place, group in enumerate(shown.groups) if not group.shown]
        assert len(small) == 1
        assert shown.groups[small[0]].people is None
        assert all(statement.shares[small[0]] is None for statement in shown.statements)
        record = client.get(address(conversation, "data.json")).json()
        letter = shown.groups[small[0]].letter
        people = {group["group"]: group["people_at_least"] for group in record["groups"]}
        assert people[letter] is None
        assert all(statement["shares"][letter] is None for statement in record["statements"])
        assert "size" not in json.dumps(record["warnings"])
        body = page(client, conversation)
        assert f"Group {letter} is so small that its numbers are not shown." in body
        assert not re.search(r"\b8 people\b", body)

    def test_everyone_is_left_out_where_subtraction_would_tell(
        self, conversation: Conversation
    ) -> None:
        shown = public_landscape(conversation)
        assert shown is not None
        assert any(share is not None for s in shown.statements for share in s.shares)
        assert all(statement.everyone is None for statement in shown.statements)

    def test_what_divides_is_said_to_be_hidden(
        self, client: Client, conversation: Conversation
    ) -> None:
        body = page(client, conversation)
        part = body[body.index('id="apart"') : body.index('id="map"')]
        assert "too few people of a group voted on them" in part
        assert DIVIDING not in part


def test_people_without_a_group_are_not_given_away_by_subtraction(
    conversation: Conversation,
) -> None:
    let_vote(conversation)
    lonely = conversation.statements.get(number=3)
    for person in add_people(conversation, 3):
        Vote.objects.create(participant=person, statement=lonely, value=1, cast_at=timezone.now())
    compute_landscape(conversation=conversation)
    shown = public_landscape(conversation)
    assert shown is not None
    everyone = {statement.number: statement.everyone for statement in shown.statements}
    assert everyone[3] is None
    assert everyone[2] is not None


def test_counts_move_in_steps(conversation: Conversation) -> None:
    computed(conversation, (33, 24))
    shown = public_landscape(conversation)
    assert shown is not None
    assert shown.people == 55
    assert [group.people for group in shown.groups] == [30, 20]
    votes = {share.votes for s in shown.statements for share in s.shares if share is not None}
    assert votes == {30, 20}


def test_places_on_the_map_carry_no_key_and_no_order(conversation: Conversation) -> None:
    computed(conversation)
    shown = public_landscape(conversation)
    assert shown is not None
    assert list(shown.places) == sorted(shown.places)
    assert len(shown.places) == 50


def test_open_data_holds_what_the_page_shows(client: Client, conversation: Conversation) -> None:
    computed(conversation)
    record = client.get(address(conversation, "data.json")).json()
    shown = public_landscape(conversation)
    assert shown is not None
    assert record["common_ground"] == [s.number for s in shown.common_ground] == [0]
    assert len(record["statements"]) == 8
    response = client.get(address(conversation, "data.csv"))
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert len(rows) == 8 * 3
    first = rows[0]
    share = record["statements"][0]["shares"]["A"]
    assert (first["text"], first["group"]) == (SHARED, "A")
    assert float(first["agree"]) == share["agree"]
    assert first["common_ground_rank"] == "1"
    assert {row["group"] for row in rows} == {"A", "B", "everyone"}


def test_a_formula_in_a_statement_stays_text_in_the_csv(
    client: Client, conversation: Conversation
) -> None:
    voice = conversation.statements.get(number=0).voice
    voice.public_text = "=1+1"
    voice.save()
    computed(conversation)
    assert "'=1+1" in client.get(address(conversation, "data.csv")).content.decode()


def test_queries_do_not_grow_with_people_and_statements(
    client: Client, conversation: Conversation, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    computed(conversation, (15, 12))
    with CaptureQueriesContext(connection) as few:
        client.get(address(conversation))
    for number in range(8, 60):
        add_statement(conversation, number, f"Statement number {number}.")
    computed(conversation, (200, 100))
    with django_assert_num_queries(len(few)):
        client.get(address(conversation))
    with django_assert_num_queries(2):
        public_landscape(conversation)


def test_the_page_is_light(client: Client, conversation: Conversation) -> None:
    for number in range(8, 60):
        add_statement(conversation, number, f"A rather long statement, number {number}. " * 3)
    computed(conversation, (300, 200))
    response = client.get(address(conversation), headers={"Accept-Encoding": "br"})
    assert response["Content-Encoding"] == "br"
    assert len(response.content) < 60_000


def test_nobody_but_staff_reads_that_votes_wait(
    client: Client, lead_client: Client, conversation: Conversation
) -> None:
    words = ("are being counted", "It will be computed in a moment.")
    LandscapeRequest.objects.create(conversation=conversation, requested_at=timezone.now())
    assert words[0] in page(lead_client, conversation)
    assert words[0] not in page(client, conversation), "somebody voted a moment ago"
    computed(conversation)
    LandscapeRequest.objects.create(conversation=conversation, requested_at=timezone.now())
    assert words[1] in page(lead_client, conversation)
    assert not [one for one in words if one in page(client, conversation)]


def test_how_it_works_is_one_link_away(client: Client, conversation: Conversation) -> None:
    computed(conversation)
    place = f"/p/{conversation.partnership.slug}/vision/landscape/method/"
    assert f'href="{place}"' in page(client, conversation)
    body = client.get(place).content.decode()
    assert "What it cannot tell" in body
    assert "It always finds two to five groups" in body


def test_right_to_left(client: Client, conversation: Conversation) -> None:
    computed(conversation)
    client.cookies["django_language"] = "ar"
    body = page(client, conversation)
    assert 'dir="rtl"' in body
    assert 'direction="rtl"' in body


class TestAskingAnew:
    def test_only_those_who_edit_the_vision(
        self,
        client: Client,
        conversation: Conversation,
        make_member: Callable[..., User],
        client_of: Callable[[User], Client],
    ) -> None:
        place = address(conversation, "now/")
        assert client.post(place).status_code == 302
        assert client_of(make_member("company")).post(place).status_code == 403
        assert not LandscapeRequest.objects.exists()
        assert "Compute it now" not in page(client, conversation)

    def test_lead_asks_and_is_told(self, lead_client: Client, conversation: Conversation) -> None:
        assert "Compute it now" not in page(lead_client, conversation)
        report = lead_client.get(address(conversation, "report/")).content.decode()
        assert "No report yet" in report
        computed(conversation)
        assert "Compute it now" in page(lead_client, conversation)
        assert lead_client.get(address(conversation, "now/")).status_code == 405
        response = lead_client.post(address(conversation, "now/"), follow=True)
        assert "The landscape is being computed." in response.content.decode()
        assert LandscapeRequest.objects.filter(conversation=conversation).exists()
        [person] = add_people(conversation, 1)
        cast_vote(participant=person, statement=conversation.statements.first(), value=1)
        response = lead_client.post(address(conversation, "now/"), follow=True)
        assert "Fewer than ten people have answered since." in response.content.decode()
