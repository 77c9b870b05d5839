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

from lamppost.accounts.models import Partnership, User
from lamppost.vision.actions import cast_vote
from lamppost.vision.models import Conversation, LandscapeRequest, ReplacedVote, Statement, Vote
from lamppost.voices.actions import erase_participant, moderate_voice
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


def undo(client: Client, statement_id: int) -> int:
    return client.post("/v/crowded/undo/", {"statement": statement_id}).status_code


def test_votes_changes_and_undos_of_one_device_at_once_leave_one_vote_or_none(
    crowded: Conversation,
) -> None:
    first = Client()
    one = crowded.statements.values_list("pk", flat=True)[0]
    post(first, one, "agree")
    cookie = first.cookies[COOKIE].value

    def work(number: int) -> list[int]:
        client = Client()
        client.cookies[COOKIE] = cookie
        own = random.Random(number)
        return [
            undo(client, one) if own.random() < 0.4 else post(client, one, own.choice(ANSWERS))
            for _ in range(5)
        ]

    assert set(all_at_once(work)) == {303}
    assert Participant.objects.count() == 1
    assert Vote.objects.filter(statement=one).count() <= 1
    assert not ReplacedVote.objects.exclude(vote__in=Vote.objects.all()).exists()
    assert post(first, one, "disagree") == 303
    assert Vote.objects.get(statement=one).value == -1


def test_a_statement_declined_while_all_vote_on_it_shows_no_error_and_keeps_what_was_counted(
    crowded: Conversation,
) -> None:
    lead = User.objects.create_user("lead@example.org", "a long passphrase")
    statement = crowded.statements.select_related("voice").first()
    assert statement is not None
    counted: list[int] = []

    def work(number: int) -> list[int]:
        if number == 0:
            for state in ("declined", "accepted", "declined"):
                moderate_voice(voice=statement.voice, state=state, reason="x", by=lead)
            return []
        client = Client()
        statuses = [post(client, statement.pk, one) for one in ANSWERS]
        counted.append(303 in statuses)
        return statuses

    # 409: the page says that the statement was taken back, and shows another one.
    assert set(all_at_once(work)) <= {303, 409}
    votes = Vote.objects.filter(statement=statement)
    assert votes.count() == votes.values("participant").distinct().count() == sum(counted)
    assert post(Client(), statement.pk, "agree") == 409


def test_whoever_erases_everything_while_voting_leaves_no_vote_of_nobody(
    crowded: Conversation,
) -> None:
    first = Client()
    ids = list(crowded.statements.values_list("pk", flat=True))
    post(first, ids[0], "agree")
    cookie = first.cookies[COOKIE].value

    def work(number: int) -> list[int]:
        client = Client()
        client.cookies[COOKIE] = cookie
        if number == 0:
            erase_participant(participant=Participant.objects.get())
            return []
        return [post(client, ids[number % len(ids)], "pass")]

    assert set(all_at_once(work)) == {303}
    people = Participant.objects.count()
    assert people <= 1
    assert Vote.objects.values("participant").distinct().count() == people


def test_the_database_itself_refuses_a_second_vote(crowded: Conversation) -> None:
    from django.db import IntegrityError, transaction

    post(Client(), crowded.statements.first().pk, "agree")
    vote = Vote.objects.get()
    copy = Vote(participant=vote.participant, statement=vote.statement, value=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    assert cast_vote(participant=vote.participant, statement=vote.statement, value=1).pk == vote.pk
