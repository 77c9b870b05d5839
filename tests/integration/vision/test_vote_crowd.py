"""Many voters at once: no failed answer, no lost and no doubled vote."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.vision.actions import cast_vote
from lamppost.vision.models import Conversation, LandscapeRequest, ReplacedVote, Statement, Vote
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import Participant, Voice

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 16
ANSWERS = ("agree", "disagree", "pass")


@pytest.fixture
def crowded(partnership: Partnership) -> Conversation:
    conversation = Conversation.objects.create(
        partnership=partnership,
        code="crowded",
        question="What would feel right?",
        created_at=timezone.now(),
    )
    for number in range(1, 5):
        voice = Voice.objects.create(
            partnership=partnership,
            kind="statement",
            text=f"Sentence {number}.",
            public_text=f"Sentence {number}.",
            state="accepted",
            consent="public",
            consent_wording="test",
            consent_at=timezone.now(),
            said_at=timezone.now(),
        )
        Statement.objects.create(conversation=conversation, voice=voice, number=number)
    return conversation


def all_at_once(work: Callable[[int], list[int]]) -> list[int]:
    """Run `work` in as many threads as there are voters and return the status of every answer."""
    barrier = Barrier(CROWD)

    def voter(number: int) -> list[int]:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as pool:
        return [status for statuses in pool.map(voter, range(CROWD)) for status in statuses]


def post(client: Client, statement_id: int, answer: str) -> int:
    data = {"statement": statement_id, "vote": answer}
    return client.post("/v/crowded/", data).status_code


def test_every_voter_of_a_crowd_is_counted_once_for_each_statement(crowded: Conversation) -> None:
    ids = list(crowded.statements.values_list("pk", flat=True))

    def work(number: int) -> list[int]:
        client = Client()
        own = random.Random(number).sample(ids, len(ids))
        return [post(client, one, ANSWERS[number % 3]) for one in own]

    statuses = all_at_once(work)
    assert set(statuses) == {303}
    assert Participant.objects.count() == CROWD
    assert Vote.objects.count() == CROWD * len(ids) == len(statuses)
    for one in ids:
        assert Vote.objects.filter(statement=one).count() == CROWD
    assert ReplacedVote.objects.count() == 0
    assert LandscapeRequest.objects.count() == 1


def test_one_device_that_presses_many_times_at_once_has_one_vote(crowded: Conversation) -> None:
    first = Client()
    ids = list(crowded.statements.values_list("pk", flat=True))
    post(first, ids[0], "agree")
    cookie = first.cookies[COOKIE].value

    def work(number: int) -> list[int]:
        client = Client()
        client.cookies[COOKIE] = cookie
        return [post(client, ids[1], ANSWERS[number % 3])]

    assert set(all_at_once(work)) == {303}
    assert Participant.objects.count() == 1
    vote = Vote.objects.get(statement=ids[1])
    history = [*vote.replaced.order_by("pk").values_list("value", flat=True), vote.value]
    assert all(one != following for one, following in itertools.pairwise(history))


def test_the_first_press_sent_many_times_at_once_is_one_participant(crowded: Conversation) -> None:
    page = Client()
    page.get("/v/crowded/")
    token = page.cookies["csrftoken"].value
    one = crowded.statements.values_list("pk", flat=True)[0]

    def work(_number: int) -> list[int]:
        client = Client()
        client.cookies["csrftoken"] = token
        return [post(client, one, "agree")]

    assert set(all_at_once(work)) == {303}
    assert Participant.objects.count() == 1
    assert Vote.objects.count() == 1


def test_the_database_itself_refuses_a_second_vote(crowded: Conversation) -> None:
    from django.db import IntegrityError, transaction

    post(Client(), crowded.statements.first().pk, "agree")
    vote = Vote.objects.get()
    copy = Vote(participant=vote.participant, statement=vote.statement, value=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    assert cast_vote(participant=vote.participant, statement=vote.statement, value=1).pk == vote.pk
