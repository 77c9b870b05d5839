"""Whatever is voted, marked, typed in, moderated, merged, mended: counts equal a slow rebuild."""

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
)
from lamppost.vision.actions.curation import (
    ChangesTheSense,
    NotMergeable,
    NotSplittable,
    mend_statement,
    merge_statement,
    put_words_back,
    split_statement,
    undo_merge,
    undo_split,
)
from lamppost.vision.actions.paper import (
    SamePerson,
    SheetDiffers,
    SheetThere,
    change_sheet,
    check_sheet,
    enter_sheet,
    import_sheets,
    settle_sheet,
)
from lamppost.vision.actions.resident import (
    cast_vote_once,
    mark_important,
    take_back_once,
    unmark_important,
)
from lamppost.vision.models import ImportantMark, Statement, StatementEdit, Vote
from lamppost.vision.paper_csv import read_ballots, template_csv
from lamppost.vision.queries.conversations import statement_lines
from lamppost.vision.queries.important import important_counts
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
sheet = st.integers(1, 2)
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
    st.tuples(st.just("press_again"), person, number, value),
    st.tuples(st.just("mark"), person, number, value),
    st.tuples(st.just("mark"), person, number, value),
    st.tuples(st.just("unmark"), person, number, value),
    st.tuples(st.just("type_sheet"), sheet, number, value),
    st.tuples(st.just("mend_sheet"), sheet, number, value),
    st.tuples(st.just("read_sheet_twice"), sheet, number, value),
    st.tuples(st.just("sheet_in_csv"), sheet, number, value),
    st.tuples(st.just("mend"), number, number, value),
    st.tuples(st.just("unmend"), number, number, value),
)
REFUSED = (
    NotVotable,
    NotMergeable,
    NotSplittable,
    AlreadyThere,
    ChangesTheSense,
    SheetThere,
    SamePerson,
)


class World:
    """A question, its people, and what they cast as this test remembers it."""

    def __init__(self, partnership, lead, second):
        self.lead, self.second = lead, second
        self.conversation = make_conversation(partnership, STATEMENTS)
        self.people = [one.pk for one in add_people(self.conversation, PEOPLE)]
        self.cast: dict[tuple[int, int], int] = {}
        self.parts = 0
        self.marks: dict[int, int] = {}
        self.pressed: set[tuple[int, int]] = set()
        self.sheets: dict[int, int] = {}
        self.checked: set[int] = set()
        self.mended: dict[int, list[str]] = {}

    def statement(self, given):
        found = list(
            self.conversation.statements.select_related("voice", "conversation").order_by("number")
        )
        return found[given] if given < len(found) else None

    def do(self, what, first, second, third):
        try:
            with transaction.atomic():
                getattr(self, what)(first, second, third)
        except REFUSED:
            pass  # refused, so nothing changed: what follows checks that too

    def person(self, who):
        return Participant.objects.filter(pk=self.people[who]).first()

    def vote(self, who, what, worth):
        participant, statement = self.person(who), self.statement(what)
        if participant and statement:
            cast_vote(participant=participant, statement=statement, value=worth)
            self.cast[participant.pk, statement.pk] = worth

    def press_again(self, who, what, worth):
        """A press with a key, as a phone sends it until it hears an answer: the first counts."""
        participant, statement = self.person(who), self.statement(what)
        if participant and statement:
            cell = participant.pk, statement.pk
            key = f"{cell}"
            new = cast_vote_once(participant=participant, statement=statement, value=worth, key=key)
            assert new == (cell not in self.pressed)
            if new:
                self.pressed.add(cell)
                self.cast[cell] = worth

    def take_back(self, who, what, _):
        participant, statement = self.person(who), self.statement(what)
        if participant and statement:
            cell = participant.pk, statement.pk
            was_there = take_back_once(participant=participant, statement=statement)
            assert was_there == (cell in self.cast)
            if was_there:
                del self.cast[cell]
                self.unmarked(*cell)

    def mark(self, who, what, _):
        participant, statement = self.person(who), self.statement(what)
        if participant and statement:
            mark_important(participant=participant, statement=statement)
            self.marks[participant.pk] = statement.pk

    def unmark(self, who, what, _):
        participant, statement = self.person(who), self.statement(what)
        if participant and statement:
            was_there = unmark_important(participant=participant, statement=statement)
            assert was_there == (self.marks.get(participant.pk) == statement.pk)
            self.unmarked(participant.pk, statement.pk)

    def unmarked(self, who, what):
        if self.marks.get(who) == what:
            del self.marks[who]

    def answers(self, what, worth):
        """Two answers that stand side by side on a sheet."""
        given = {self.statement(what): worth, self.statement(what + 1): -worth}
        return {one.pk: value for one, value in given.items() if one}

    def paper(self, number):
        return self.conversation.paper_sheets.filter(reference=str(number)).first()

    def on_sheet(self, number, answers):
        who = self.sheets[number]
        self.cast = {cell: v for cell, v in self.cast.items() if cell[0] != who}
        self.cast |= {(who, what): worth for what, worth in answers.items()}

    def type_sheet(self, number, what, worth):
        answers = self.answers(what, worth)
        made = enter_sheet(
            conversation=self.conversation,
            by=self.lead,
            organisation=None,
            reference=str(number),
            channel=Channel.PAPER,
            answers=answers,
        )
        assert number not in self.sheets
        self.sheets[number] = made.participant_id
        self.on_sheet(number, answers)

    def mend_sheet(self, number, what, worth):
        if found := self.paper(number):
            answers = self.answers(what, worth)
            change_sheet(sheet=found, by=self.lead, answers=answers)
            self.checked.discard(number)
            self.on_sheet(number, answers)

    def read_sheet_twice(self, number, what, worth):
        """A second person reads it: the same as is stored, or both look and settle it."""
        if found := self.paper(number):
            stored = {
                cell[1]: v for cell, v in self.cast.items() if cell[0] == found.participant_id
            }
            answers = self.answers(what, worth)
            everything = {*stored, *answers}
            given = {"by": self.second, "answers": answers, "among": everything}
            first = answers
            try:
                check_sheet(sheet=found, **given)
            except SheetDiffers as differs:
                first = differs.stored
                settle_sheet(sheet=found, **given)
            assert first == stored
            self.checked.add(number)
            self.on_sheet(number, answers)

    def sheet_in_csv(self, number, what, worth):
        """One row of a file with the headings that the page gives."""
        there = list(self.conversation.statements.order_by("number"))
        answers = self.answers(what, worth)
        cells = [str(answers.get(one.pk, "")) for one in there]
        content = template_csv(there) + ",".join([str(number), *cells])
        ballots = read_ballots(self.conversation, there, content.encode())
        assert bool(ballots.faults) == (number in self.sheets or not answers)
        if not ballots.faults:
            made = import_sheets(
                conversation=self.conversation,
                by=self.lead,
                organisation=None,
                channel=Channel.PAPER,
                sheets=ballots.sheets,
            )
            self.sheets[number] = made[0].participant_id
            self.on_sheet(number, answers)

    def mend(self, what, _other, worth):
        """A full stop more each time, or a word that turns the sense, which is refused."""
        statement = self.statement(what)
        if statement and statement.voice.text:
            before = statement.voice.public_text
            text = f"not {before}" if worth < 0 else f"{before}."
            mend_statement(statement=statement, text=text, reason="x", by=self.lead)
            assert worth >= 0
            self.mended.setdefault(statement.pk, []).append(before)

    def unmend(self, what, _other, _):
        statement = self.statement(what)
        edit = statement and StatementEdit.objects.filter(statement=statement).last()
        if edit and statement.voice.text:
            self.mended[statement.pk].append(statement.voice.public_text)
            put_words_back(edit=edit, by=self.lead)
            again = self.statement(what).voice.public_text
            assert again == edit.earlier_text == self.mended[statement.pk][-2]

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
            self.marks.pop(self.people[who], None)

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


@pytest.fixture
def second(make_member):
    """Whoever reads a sheet that the lead typed in."""
    return make_member("lead", name="Sam Second")


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
    check_marks(world)
    sheets = {int(one.reference): one for one in conversation.paper_sheets.all()}
    assert {number: one.participant_id for number, one in sheets.items()} == world.sheets
    assert {number for number, one in sheets.items() if one.checked_by_id} == world.checked
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


def check_marks(world):
    """Each person marks one; a mark goes with its statement, and counts where that counts."""
    there = dict(world.conversation.statements.values_list("pk", "number"))
    world.marks = {who: what for who, what in world.marks.items() if what in there}
    marks = ImportantMark.objects.filter(conversation=world.conversation)
    assert dict(marks.values_list("participant", "statement")) == world.marks
    into = dict(
        world.conversation.statements.exclude(merged_into=None).values_list(
            "pk", "merged_into__number"
        )
    )
    counted = Counter(into.get(what, there[what]) for what in world.marks.values())
    assert important_counts(world.conversation) == counted


@given(st.lists(step, min_size=4, max_size=18))
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example([("vote", 0, 0, 1), ("vote", 0, 1, -1), ("merge", 1, 0, 0), ("erase_words", 0, 0, 0)])
@example([("vote", 0, 1, 1), ("import", 0, 2, -1), ("merge", 1, 0, 0), ("merge", 2, 0, 0)])
@example([("type_sheet", 1, 0, 1), ("read_sheet_twice", 1, 0, 1), ("mend_sheet", 1, 2, 0)])
@example([("sheet_in_csv", 2, 0, 1), ("read_sheet_twice", 2, 1, 1), ("type_sheet", 2, 0, 1)])
@example([("mark", 0, 1, 0), ("merge", 1, 0, 0), ("mark", 1, 0, 0), ("unmerge", 1, 0, 0)])
@example([("vote", 0, 1, 1), ("mark", 0, 1, 0), ("take_back", 0, 1, 0), ("press_again", 0, 1, 1)])
@example([("mend", 0, 0, 1), ("mend", 0, 0, -1), ("unmend", 0, 0, 0), ("unmend", 0, 0, 0)])
def test_counts_equal_a_slow_rebuild(partnership, lead, second, steps):
    with transaction.atomic():
        world = World(partnership, lead, second)
        for one in steps:
            world.do(*one)
            check(world)
        transaction.set_rollback(True)
