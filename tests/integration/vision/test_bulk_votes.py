"""Many votes at once: all or none, the last counts, nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.vision.actions import BulkVotesRefused, bulk_votes
from lamppost.vision.models import Conversation, LandscapeRequest, ReplacedVote, Statement, Vote
from lamppost.voices.models import Participant
from tests.vision_world import add_people, add_statement, make_conversation

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


@pytest.fixture
def conversation(partnership: Partnership) -> Conversation:
    return make_conversation(partnership, 3)


@pytest.fixture
def person(conversation: Conversation) -> Participant:
    return add_people(conversation, 1)[0]


@pytest.fixture
def statement(conversation: Conversation) -> Statement:
    return conversation.statements.get(number=1)


def test_votes_are_taken_and_a_landscape_is_asked_for(
    conversation: Conversation, person: Participant
) -> None:
    statements = list(conversation.statements.all())
    answers = zip(statements, (1, 0, -1), strict=True)
    rows = [(person.pk, s.pk, value, NOON, "paper") for s, value in answers]
    assert bulk_votes(conversation=conversation, rows=iter(rows)) == 3
    votes = Vote.objects.order_by("statement__number")
    assert [(v.value, v.cast_at, v.channel) for v in votes] == [
        (1, NOON, "paper"),
        (0, NOON, "paper"),
        (-1, NOON, "paper"),
    ]
    assert LandscapeRequest.objects.filter(conversation=conversation).count() == 1


def test_nothing_asks_for_nothing(conversation: Conversation) -> None:
    assert bulk_votes(conversation=conversation, rows=[]) == 0
    assert not LandscapeRequest.objects.exists()


def test_the_last_counts_and_the_earlier_are_kept(
    conversation: Conversation, person: Participant, statement: Statement
) -> None:
    later = NOON + dt.timedelta(hours=1)
    rows = [(person.pk, statement.pk, 1, NOON, "web"), (person.pk, statement.pk, -1, later, "web")]
    assert bulk_votes(conversation=conversation, rows=rows) == 2
    vote = Vote.objects.get()
    assert (vote.value, vote.cast_at) == (-1, later)
    earlier = ReplacedVote.objects.get()
    assert (earlier.vote, earlier.value, earlier.cast_at) == (vote, 1, NOON)
    last = later + dt.timedelta(hours=1)
    again = [(person.pk, statement.pk, 0, last, "paper")]
    assert bulk_votes(conversation=conversation, rows=again) == 1
    vote.refresh_from_db()
    assert (vote.value, vote.cast_at, vote.channel) == (0, last, "paper")
    assert list(ReplacedVote.objects.values_list("value", flat=True)) == [1, -1]
    assert bulk_votes(conversation=conversation, rows=again) == 0, "the same row again"
    assert ReplacedVote.objects.count() == 2


def test_a_statement_need_not_be_accepted(conversation: Conversation, person: Participant) -> None:
    declined = add_statement(conversation, 9, "Later declined.", state="declined")
    rows = [(person.pk, declined.pk, 1, None, "import")]
    assert bulk_votes(conversation=conversation, rows=rows) == 1


@pytest.mark.parametrize("fault", ["participant", "statement", "value", "channel"])
def test_one_wrong_row_refuses_all(
    conversation: Conversation,
    other_partnership: Partnership,
    person: Participant,
    statement: Statement,
    fault: str,
) -> None:
    other = make_conversation(other_partnership, 1)
    stranger = add_people(other, 1)[0]
    foreign = other.statements.get(number=0)
    good = [person.pk, statement.pk, 1, timezone.now(), "web"]
    wrong: dict[str, tuple[int, object]] = {
        "participant": (0, stranger.pk),
        "statement": (1, foreign.pk),
        "value": (2, 2),
        "channel": (4, "pigeon"),
    }
    place, value = wrong[fault]
    bad = [*good]
    bad[place] = value
    with pytest.raises(BulkVotesRefused, match=r"Row 2: .*Nothing was taken in"):
        bulk_votes(conversation=conversation, rows=[tuple(good), tuple(bad)])  # type: ignore[list-item]
    assert not Vote.objects.exists()
    assert not LandscapeRequest.objects.exists()
