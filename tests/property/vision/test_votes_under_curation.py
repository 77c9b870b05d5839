"""Whatever is voted, moderated, merged, split, erased: the counts equal a slow rebuild."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lamppost.vision.actions import (
    AlreadyThere,
    NotVotable,
    bulk_votes,
    cast_vote,
    erase_statement,
    take_back_vote,
)
from lamppost.vision.actions.curation import (
    NotMergeable,
    NotSplittable,
    merge_statement,
    split_statement,
    undo_merge,
    undo_split,
)
from lamppost.vision.models import Statement, Vote
from lamppost.vision.queries.conversations import statement_lines
from lamppost.vision.queries.landscape import moderation_of, vote_matrix
from lamppost.vision.queries.merging import votes_that_count
from lamppost.vision.queries.public_landscape import _words
from lamppost.vision.queries.votes import votable
from lamppost.voices.actions import erase_participant, moderate_voice
from lamppost.voices.models import Channel, Participant
from tests.vision_world import add_people, make_conversation

pytestmark = pytest.mark.django_db

PEOPLE, STATEMENTS = 4, 5
MODERATION = {"accepted": 1, "waiting": 0, "declined": -1}
person = st.integers(0, PEOPLE - 1)
number = st.integers(0, STATEMENTS + 1)
value = st.sampled_from([-1, 0, 1])
step = st.one_of(
    st.tuples(st.just("vote"), person, number, value),
    st.tuples(st.just("vote"), person, number, value),
    st.tuples(st.just("take_back"), person, number, value),
    st.tuples(st.just("moderate"), number, st.sampled_from(sorted(MODERATION)), value),
    st.tuples(st.just("merge"), number, number, value),
    st.tuples(st.just("merge"), number, number, value),
    st.tuples(st.just("unmerge"), number, number, value),
    st.tuples(st.just("split"), number, number, value),
    st.tuples(st.just("unsplit"), number, number, value),
    st.tuples(st.just("erase_person"), person, number, value),
    st.tuples(st.just("erase_words"), number, number, value),
    st.tuples(st.just("import"), person, number, value),
)


class World:
    """A question, its people, and what they cast as this test remembers it."""

    def __init__(self, partnership, lead):
        self.lead = lead
        self.conversation = make_conversation(partnership, STATEMENTS)
        self.people = [one.pk for one in add_people(self.conversation, PEOPLE)]
        self.cast: dict[tuple[int, int], int] = {}
        self.parts = 0

    def statement(self, given):
        found = list(
            self.conversation.statements.select_related("voice", "conversation").order_by("number")
        )
        return found[given] if given < len(found) else None

    def do(self, what, first, second, third):
        try:
            with transaction.atomic():
                getattr(self, what)(first, second, third)
        except (NotVotable, NotMergeable, NotSplittable, AlreadyThere):
            pass  # refused, so nothing changed: what follows checks that too

    def vote(self, who, what, worth):
        participant = Participant.objects.filter(pk=self.people[who]).first()
        statement = self.statement(what)
        if participant and statement:
            cast_vote(participant=participant, statement=statement, value=worth)
            self.cast[participant.pk, statement.pk] = worth

    def take_back(self, who, what, _):
        statement = self.statement(what)
        vote = Vote.objects.filter(participant=self.people[who], statement=statement).first()
        if vote:
            take_back_vote(vote=vote)
            del self.cast[self.people[who], statement.pk]

    def moderate(self, what, state, _):
        statement = self.statement(what)
        if statement and statement.voice.text:
            moderate_voice(voice=statement.voice, state=state, reason="x", by=self.lead)

    def merge(self, one, other, _):
        statement, into = self.statement(one), self.statement(other)
        if statement and into:
            merge_statement(statement=statement, into=into, by=self.lead)

    def unmerge(self, one, _other, _):
        if statement := self.statement(one):
            undo_merge(statement=statement, by=self.lead)

    def split(self, one, _other, _):
        if statement := self.statement(one):
            self.parts += 2
            texts = [f"Part {self.parts} of it", f"Another part, {self.parts + 1}"]
            split_statement(statement=statement, texts=texts, by=self.lead)

    def unsplit(self, one, _other, _):
        statement = self.statement(one)
        if statement and statement.parts.exists() and statement.voice.text:
            undo_split(statement=statement, by=self.lead)

    def erase_person(self, who, *_):
        if participant := Participant.objects.filter(pk=self.people[who]).first():
            erase_participant(participant=participant)
            self.cast = {cell: v for cell, v in self.cast.items() if cell[0] != self.people[who]}

    def erase_words(self, one, *_):
        if statement := self.statement(one):
            erase_statement(statement=statement)

    def __getattr__(self, name):
        if name == "import":
            return self.take_in
        raise AttributeError(name)

    def take_in(self, who, what, worth):
        statement = self.statement(what)
        if statement and Participant.objects.filter(pk=self.people[who]).exists():
            row = (self.people[who], statement.pk, worth, None, Channel.IMPORT.value)
            bulk_votes(conversation=self.conversation, rows=[row])
            self.cast[self.people[who], statement.pk] = worth


def slowly(conversation):
    """Every person and every statement in turn, as the rule is told; no shared code."""
    statements = list(conversation.statements.select_related("voice", "merged_into"))
    votes = list(Vote.objects.filter(statement__conversation=conversation))
    cells = {}
    for one in statements:
        if one.merged_into is not None:
            continue
        says_the_same = [other for other in statements if other.merged_into_id == one.pk]
        for who in sorted({vote.participant_id for vote in votes}):
            own = [v for v in votes if (v.participant_id, v.statement_id) == (who, one.pk)]
            others = [
                (v.cast_at is not None, v.cast_at.timestamp() if v.cast_at else 0.0, -o.number, v)
                for o in says_the_same
                for v in votes
                if (v.participant_id, v.statement_id) == (who, o.pk)
            ]
            if own:
                cells[who, one.number] = own[0].value
            elif others:
                cells[who, one.number] = max(others, key=lambda found: found[:3])[3].value
    states = {one.number: MODERATION[one.voice.state] for one in statements}
    return cells, states


def check(world):
    conversation = world.conversation
    stored = Vote.objects.filter(statement__conversation=conversation)
    assert {(v.participant_id, v.statement_id): v.value for v in stored} == world.cast
    cells, states = slowly(conversation)
    matrix = vote_matrix(conversation)
    if matrix is None:
        assert not cells
        return
    found = {
        (int(who), what): int(matrix.values[row, column])
        for row, who in enumerate(matrix.participants)
        for column, what in enumerate(matrix.statements)
        if matrix.values[row, column] != -128
    }
    assert found == cells
    assert dict(zip(matrix.statements, matrix.moderation.tolist(), strict=True)) == {
        what: states[what] for what in matrix.statements
    }
    assert moderation_of(conversation) == {what: states[what] for what in matrix.statements}
    assert votes_that_count(conversation) == len(cells)
    counts = Counter((what, worth) for (_who, what), worth in cells.items())
    for line in statement_lines(conversation):
        if line.counts_for is None:
            shown = (line.agree, line.passed, line.disagree)
            assert shown == tuple(counts[line.number, worth] for worth in (1, 0, -1))
    merged = set(Statement.objects.exclude(merged_into=None).values_list("number", flat=True))
    assert not merged & set(matrix.statements)
    assert not merged & set(_words(conversation))
    assert not merged & set(votable(conversation).values_list("number", flat=True))


@given(st.lists(step, min_size=4, max_size=18))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example([("vote", 0, 0, 1), ("vote", 0, 1, -1), ("merge", 1, 0, 0), ("erase_words", 0, 0, 0)])
@example([("vote", 0, 1, 1), ("import", 0, 2, -1), ("merge", 1, 0, 0), ("merge", 2, 0, 0)])
def test_counts_equal_a_slow_rebuild(partnership, lead, steps):
    with transaction.atomic():
        world = World(partnership, lead)
        for one in steps:
            world.do(*one)
            check(world)
        transaction.set_rollback(True)
