"""Asking for a landscape, computing it, and what becomes of people who are erased."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from django_tasks import default_task_backend

from lamppost.accounts.models import Partnership, User
from lamppost.engines.opinion import landscape as engine
from lamppost.vision.actions import (
    cast_vote_once,
    change_conversation,
    change_sheet,
    close_conversation,
    compute_landscape,
    enter_sheet,
    reopen_conversation,
    request_landscape,
    take_back_vote,
)
from lamppost.vision.actions.landscape import (
    DEBOUNCE,
    LOST_AFTER,
    TooFewNew,
    ask_for_landscape,
    count_what_closed,
    people_moved,
    refresh,
)
from lamppost.vision.models import (
    Conversation,
    ImportantMark,
    Landscape,
    LandscapeRequest,
    Statement,
    Vote,
)
from lamppost.vision.queries.important import kept_marks
from lamppost.vision.queries.landscape import engine_landscape, latest_landscape, vote_matrix
from lamppost.vision.queries.public_landscape import public_landscape
from lamppost.vision.tasks import refresh_landscape
from lamppost.voices.actions import erase_participant, moderate_voice
from lamppost.voices.models import Voice
from tests.vision_world import add_people, add_statement, let_vote, make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(partnership: Partnership) -> Conversation:
    return make_conversation(partnership)


@pytest.fixture
def tasks_run(settings) -> None:  # type: ignore[no-untyped-def]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def one_more(conversation: Conversation, people: int, *, minutes: int = 1) -> None:
    """Some people vote once, a little after now."""
    statement = conversation.statements.first()
    assert statement is not None
    when = timezone.now() + dt.timedelta(minutes=minutes)
    for person in add_people(conversation, people):
        Vote.objects.create(participant=person, statement=statement, value=1, cast_at=when)


def test_without_a_vote_there_is_nothing_to_compute(conversation: Conversation) -> None:
    assert compute_landscape(conversation=conversation) is None
    assert latest_landscape(conversation) is None


def test_the_stored_landscape_holds_what_the_engine_found(conversation: Conversation) -> None:
    let_vote(conversation)
    stored = compute_landscape(conversation=conversation)
    assert stored is not None
    matrix = vote_matrix(conversation)
    assert matrix is not None
    assert engine_landscape(stored) == engine(matrix)
    assert (stored.participants, stored.statements, stored.votes) == (50, 8, 400)
    assert stored == latest_landscape(conversation)
    assert stored.mode == "honest"


def test_rows_are_people_as_they_came_and_columns_statements_by_number(
    conversation: Conversation,
) -> None:
    people = let_vote(conversation, (3, 2))
    waiting = add_statement(conversation, 20, "Waits.", state="waiting")
    declined = add_statement(conversation, 15, "Declined.", state="declined")
    add_statement(conversation, 30, "Nobody voted on this.")
    add_people(conversation, 1)
    for statement in (waiting, declined):
        Vote.objects.create(participant=people[0], statement=statement, value=1)
    matrix = vote_matrix(conversation)
    assert matrix is not None
    assert matrix.participants == tuple(str(person.pk) for person in people)
    assert matrix.statements == (*range(8), 15, 20)
    assert matrix.moderation.tolist() == [1] * 8 + [-1, 0]


def test_however_often_asked_one_task_waits(
    conversation: Conversation, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    with django_capture_on_commit_callbacks() as waiting:
        for _ in range(5):
            request_landscape(conversation=conversation)
    assert len(waiting) == 1
    assert LandscapeRequest.objects.count() == 1


def test_a_request_whose_task_was_lost_is_asked_again(
    conversation: Conversation, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    request_landscape(conversation=conversation)
    LandscapeRequest.objects.update(requested_at=timezone.now() - LOST_AFTER * 2)
    with django_capture_on_commit_callbacks() as waiting:
        request_landscape(conversation=conversation)
        request_landscape(conversation=conversation)
    assert len(waiting) == 1


def test_the_task_computes_and_takes_the_request_away(
    conversation: Conversation, tasks_run: None, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    with django_capture_on_commit_callbacks(execute=True):
        let_vote(conversation)
    assert Landscape.objects.count() == 1
    assert not LandscapeRequest.objects.exists()


def test_a_task_of_a_question_that_is_gone_does_nothing(conversation: Conversation) -> None:
    assert refresh_landscape.call(conversation.pk + 1000) is False


class TestReleaseInSteps:
    """Two readings an instant apart cannot be subtracted to learn one person's vote."""

    @pytest.fixture(autouse=True)
    def _computed(self, conversation: Conversation) -> None:
        let_vote(conversation)
        compute_landscape(conversation=conversation)

    def test_nine_more_people_are_not_enough(self, conversation: Conversation) -> None:
        request_landscape(conversation=conversation)
        one_more(conversation, 9)
        assert refresh(conversation=conversation) is False
        assert Landscape.objects.get().participants == 50
        assert not LandscapeRequest.objects.exists(), "the next vote asks anew"

    def test_ten_more_people_are(self, conversation: Conversation) -> None:
        one_more(conversation, 10)
        assert refresh(conversation=conversation) is True
        assert latest_landscape(conversation).participants == 60  # type: ignore[union-attr]

    def test_moderation_is_enough(self, conversation: Conversation, lead: User) -> None:
        statement = conversation.statements.first()
        assert statement is not None
        moderate_voice(voice=statement.voice, state="declined", by=lead)
        assert LandscapeRequest.objects.exists()
        assert refresh(conversation=conversation) is True

    def test_closing_is_enough(self, conversation: Conversation) -> None:
        one_more(conversation, 1)
        conversation.closes_at = timezone.now()
        conversation.save()
        assert refresh(conversation=conversation) is True
        assert refresh(conversation=conversation) is False, "once"

    def test_marks_move_with_the_landscape_and_not_with_a_press(
        self, conversation: Conversation
    ) -> None:
        statement = conversation.statements.first()
        assert statement is not None

        def mark(people: int) -> None:
            for person in add_people(conversation, people):
                ImportantMark.objects.create(
                    conversation=conversation,
                    participant=person,
                    statement=statement,
                    marked_at=timezone.now(),
                )

        def told() -> dict[int, int]:
            stored = latest_landscape(conversation)
            assert stored is not None
            kept = kept_marks(stored.integrity, without_flagged=False)
            assert kept_marks(stored.integrity, without_flagged=True) == kept
            return kept

        assert told() == {}
        mark(14)
        one_more(conversation, 10)
        assert refresh(conversation=conversation) is True
        assert told() == {statement.number: 10}
        mark(1)
        assert told() == {statement.number: 10}
        compute_landscape(conversation=conversation)
        assert told() == {statement.number: 15}

    def test_closing_again_after_opening_again_sets_nobody_apart(
        self, conversation: Conversation, lead: User
    ) -> None:
        one_more(conversation, 1)
        close_conversation(conversation=conversation, by=lead)
        conversation.refresh_from_db()
        assert refresh(conversation=conversation) is True
        for _turn in range(2):
            reopen_conversation(conversation=conversation, by=lead)
            conversation.refresh_from_db()
            one_more(conversation, 1, minutes=0)
            close_conversation(conversation=conversation, by=lead)
            conversation.refresh_from_db()
            assert refresh(conversation=conversation) is False
        # The mark stands beside the engine's record, and is no part of it.
        assert engine_landscape(latest_landscape(conversation)).participants == 51  # type: ignore[arg-type]
        reopen_conversation(conversation=conversation, by=lead)
        conversation.refresh_from_db()
        one_more(conversation, 8, minutes=0)
        assert refresh(conversation=conversation) is True, "ten moved"
        one_more(conversation, 1, minutes=0)
        close_conversation(conversation=conversation, by=lead)
        conversation.refresh_from_db()
        assert refresh(conversation=conversation) is False

    def test_staff_may_ask_unless_few_moved(
        self,
        conversation: Conversation,
        lead: User,
        tasks_run: None,
        django_capture_on_commit_callbacks,
    ) -> None:  # type: ignore[no-untyped-def]
        first = latest_landscape(conversation)
        with django_capture_on_commit_callbacks(execute=True):
            ask_for_landscape(conversation=conversation, by=lead)
        again = latest_landscape(conversation)
        assert again.computed_at > first.computed_at  # type: ignore[union-attr]
        one_more(conversation, 1)
        with pytest.raises(TooFewNew):
            ask_for_landscape(conversation=conversation, by=lead)
        # Whoever votes between the press and the computing is not set apart either.
        assert refresh(conversation=conversation, whatever=True) is False
        assert latest_landscape(conversation).participants == 50  # type: ignore[union-attr]
        assert conversation.partnership.ledger.filter(action="vision.landscape.asked_for").exists()

    def test_one_erasure_moves_no_public_number(self, conversation: Conversation) -> None:
        person = conversation.partnership.participants.first()
        assert person is not None
        before = public_landscape(conversation)
        erase_participant(participant=person)
        assert refresh(conversation=conversation) is False
        after = public_landscape(conversation)
        assert before is not None
        assert after is not None
        assert after.statements == before.statements
        assert str(person.pk) not in latest_landscape(conversation).result["positions"]  # type: ignore[union-attr]

    def test_who_came_and_who_left_make_a_step_together(self, conversation: Conversation) -> None:
        for person in conversation.partnership.participants.all()[:5]:
            erase_participant(participant=person)
        one_more(conversation, 4)
        assert refresh(conversation=conversation) is False
        erase_participant(participant=conversation.partnership.participants.first())  # type: ignore[arg-type]
        assert refresh(conversation=conversation) is True
        assert latest_landscape(conversation).participants == 48  # type: ignore[union-attr]
        assert refresh(conversation=conversation) is False, "the count begins anew"

    def test_many_answers_taken_back_by_one_person_are_one_person(
        self, conversation: Conversation
    ) -> None:
        people = list(conversation.partnership.participants.all()[:10])
        for vote in Vote.objects.filter(participant=people[0]):
            take_back_vote(vote=vote)
        assert refresh(conversation=conversation) is False
        for person in people[1:9]:
            take_back_vote(vote=person.votes.first())  # type: ignore[arg-type]
        assert refresh(conversation=conversation) is False
        erase_participant(participant=people[0])
        assert refresh(conversation=conversation) is False, "counted already"
        take_back_vote(vote=people[9].votes.first())  # type: ignore[arg-type]
        assert refresh(conversation=conversation) is True

    def test_moderation_does_not_let_one_person_out(
        self, conversation: Conversation, lead: User
    ) -> None:
        statement = conversation.statements.last()
        assert statement is not None
        one_more(conversation, 1)
        moderate_voice(voice=statement.voice, state="declined", by=lead)
        assert refresh(conversation=conversation) is False
        shown = public_landscape(conversation)
        assert shown is not None
        assert statement.number not in {one.number for one in shown.statements}, "hidden at once"
        one_more(conversation, 9)
        assert refresh(conversation=conversation) is True

    def test_sheets_with_an_older_date_are_people_too(self, conversation: Conversation) -> None:
        one_more(conversation, 9, minutes=-600)
        assert refresh(conversation=conversation) is False
        one_more(conversation, 1, minutes=-600)
        assert refresh(conversation=conversation) is True


class TestTheLastVotersAreCounted:
    """Whoever voted before the end is in the result, however few came last."""

    @pytest.fixture(autouse=True)
    def _computed(self, conversation: Conversation) -> None:
        let_vote(conversation)
        compute_landscape(conversation=conversation)
        one_more(conversation, 2, minutes=0)
        assert refresh(conversation=conversation) is False

    def people(self, conversation: Conversation) -> int:
        return latest_landscape(conversation).participants  # type: ignore[union-attr]

    def test_closing_counts_them(
        self,
        conversation: Conversation,
        lead: User,
        tasks_run: None,
        django_capture_on_commit_callbacks,
    ) -> None:  # type: ignore[no-untyped-def]
        with django_capture_on_commit_callbacks(execute=True):
            close_conversation(conversation=conversation, by=lead)
        assert self.people(conversation) == 52
        assert not LandscapeRequest.objects.exists()

    def test_closing_asks_though_a_request_waits(
        self, conversation: Conversation, lead: User, django_capture_on_commit_callbacks
    ) -> None:  # type: ignore[no-untyped-def]
        request_landscape(conversation=conversation)
        with django_capture_on_commit_callbacks() as waiting:
            close_conversation(conversation=conversation, by=lead)
        assert len(waiting) == 1

    def test_a_date_of_closing_puts_a_task_there(
        self,
        conversation: Conversation,
        lead: User,
        settings,
        django_capture_on_commit_callbacks,
    ) -> None:  # type: ignore[no-untyped-def]
        closes = timezone.now() + dt.timedelta(days=3)
        with django_capture_on_commit_callbacks(execute=True):
            change_conversation(conversation=conversation, by=lead, values={"closes_at": closes})
        (task,) = default_task_backend.results
        assert task.task.run_after == closes + DEBOUNCE
        assert task.args == [conversation.pk]
        Conversation.objects.filter(pk=conversation.pk).update(closes_at=timezone.now())
        assert refresh_landscape.call(*task.args) is True
        assert self.people(conversation) == 52

    def test_a_changed_question_with_the_same_date_asks_for_nothing(
        self, conversation: Conversation, lead: User, django_capture_on_commit_callbacks
    ) -> None:  # type: ignore[no-untyped-def]
        with django_capture_on_commit_callbacks() as waiting:
            change_conversation(conversation=conversation, by=lead, values={"decides": "Much."})
        assert not waiting

    def test_the_worker_makes_up_for_what_closed_while_it_was_off(
        self,
        conversation: Conversation,
        partnership: Partnership,
        tasks_run: None,
        django_capture_on_commit_callbacks,
    ) -> None:  # type: ignore[no-untyped-def]
        make_conversation(partnership, closes_at=timezone.now())
        conversation.closes_at = timezone.now()
        conversation.save()
        with django_capture_on_commit_callbacks(execute=True):
            assert count_what_closed() == 1, "not of a question that nobody answered"
        assert self.people(conversation) == 52
        assert count_what_closed() == 0


def test_an_answer_taken_off_a_sheet_counts_as_moved(
    conversation: Conversation, lead: User
) -> None:
    statements = list(conversation.statements.all()[:2])
    let_vote(conversation)
    sheet = enter_sheet(
        conversation=conversation, by=lead, organisation=None, reference="NW-1", channel="paper",
        answers={one.pk: 1 for one in statements},
    )  # fmt: skip
    compute_landscape(conversation=conversation)
    change_sheet(sheet=sheet, by=lead, answers={statements[0].pk: 1})
    stored = latest_landscape(conversation)
    assert stored is not None
    assert people_moved(conversation, stored) == 1
    with pytest.raises(TooFewNew):
        ask_for_landscape(conversation=conversation, by=lead)


def test_a_changed_answer_that_waited_counts_as_moved(
    conversation: Conversation, lead: User
) -> None:
    let_vote(conversation)
    long_ago = timezone.now() - dt.timedelta(days=2)
    Conversation.objects.filter(pk=conversation.pk).update(created_at=long_ago)
    Vote.objects.filter(statement__conversation=conversation).update(cast_at=long_ago)
    Voice.objects.update(said_at=long_ago)
    compute_landscape(conversation=conversation)
    vote = Vote.objects.filter(statement__conversation=conversation, value=1).first()
    assert vote is not None
    asked = Statement.objects.select_related("voice", "conversation").get(pk=vote.statement_id)
    waited = timezone.now() - dt.timedelta(hours=2)
    cast_vote_once(participant=vote.participant, statement=asked, value=-1, tapped_at=waited)
    vote.refresh_from_db()
    assert (vote.value, vote.cast_at) == (-1, waited)
    stored = latest_landscape(conversation)
    assert stored is not None
    assert people_moved(conversation, stored) == 1


def test_one_landscape_a_day_is_kept_and_people_only_in_the_newest(
    conversation: Conversation,
) -> None:
    let_vote(conversation)
    for days in (3, 2):
        stored = compute_landscape(conversation=conversation)
        assert stored is not None
        when = timezone.now() - dt.timedelta(days=days)
        Landscape.objects.filter(pk=stored.pk).update(computed_at=when)
    for _ in range(3):
        compute_landscape(conversation=conversation)
    newest, *earlier = Landscape.objects.order_by("-computed_at")
    assert len(earlier) == 2
    assert len(newest.result["positions"]) == 50
    for stored in earlier:
        assert stored.result["positions"] == {}
        assert stored.result["membership"] == {}
        assert engine_landscape(stored).common_ground == engine_landscape(newest).common_ground


def test_an_erased_person_leaves_the_stored_landscape_at_once(conversation: Conversation) -> None:
    gone, stays = let_vote(conversation)[:2]
    compute_landscape(conversation=conversation)
    key = str(gone.pk)
    stored = Landscape.objects.get()
    assert stored.integrity is not None
    beside = {name: {key: 0, str(stays.pk): 0} for name in ("membership", "positions")}
    stored.integrity.update(beside)
    stored.save()
    erase_participant(participant=gone)
    stored = Landscape.objects.get()
    assert stored.integrity is not None
    assert [set(stored.integrity[name]) for name in beside] == [{str(stays.pk)}] * 2
    assert key not in stored.result["positions"]
    assert key not in stored.result["membership"]
    assert str(stays.pk) in stored.result["positions"]
    assert LandscapeRequest.objects.filter(conversation=conversation).exists()


def test_words_that_are_no_statement_ask_for_nothing(
    conversation: Conversation, lead: User
) -> None:
    voice = conversation.statements.first().voice  # type: ignore[union-attr]
    voice.kind = "feedback"
    voice.save()
    moderate_voice(voice=voice, state="declined", by=lead)
    assert not LandscapeRequest.objects.exists()
