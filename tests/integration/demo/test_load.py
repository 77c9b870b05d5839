"""The made-up town goes through the stages' own actions into the database, whole and once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend

from lamppost.accounts.models import LedgerEntry, Membership, Partnership, User
from lamppost.accounts.roles import Role
from lamppost.demo.load import is_loaded, load_town, remove_town
from lamppost.demo.load.clock import at, noon
from lamppost.demo.load.no_tasks import no_tasks
from lamppost.demo.records import TriedPilot
from lamppost.demo.words import translations
from lamppost.demo.words.statements import STATEMENTS
from lamppost.demo.words.stories import SAY_SO
from lamppost.demo.words.tried import TRIED
from lamppost.impact import foresight_words
from lamppost.impact.models import Estimate, EvaluationPlan, Foresight
from lamppost.impact.people import by_group
from lamppost.impact.plans import ruling
from lamppost.lessons.models import Lesson
from lamppost.network.models import Meeting
from lamppost.pilots.actions.lot import lot_order
from lamppost.pilots.models import (
    Alert,
    Change,
    EndingView,
    Feedback,
    Gate,
    GateKind,
    Pilot,
    PilotTask,
    ReportNote,
    SignatureLink,
    Site,
)
from lamppost.pilots.queries import unanswered_count
from lamppost.pilots.queries.commitments import commitments_of
from lamppost.pilots.queries.gates import gate_lines
from lamppost.pilots.queries.pilots import state_of
from lamppost.pilots.queries.report import report_of
from lamppost.pilots.queries.specification import differences, lines_of
from lamppost.sensing.models import Observation
from lamppost.stakeholders.models import Stakeholder
from lamppost.vision.actions.stories import USES
from lamppost.vision.models import (
    Conversation,
    Goal,
    Landscape,
    OrganisationView,
    ReplacedVote,
    Statement,
    StatementEdit,
    StatementTranslation,
    Story,
    Vision,
    Vote,
    Workshop,
)
from lamppost.voices.models import Participant, Voice

from .conftest import TODAY, Loaded


def test_it_is_marked_as_made_up(loaded: Loaded) -> None:
    assert loaded.partnership.made_up
    assert is_loaded()


def test_everybody_of_the_list_is_there_once(loaded: Loaded) -> None:
    names = Stakeholder.objects.filter(partnership=loaded.partnership).values_list(
        "name", flat=True
    )
    assert sorted(names) == sorted(person.name for person in loaded.town.people)


def test_there_is_an_account_of_every_role(loaded: Loaded) -> None:
    members = Membership.objects.filter(partnership=loaded.partnership)
    assert set(members.values_list("role", flat=True)) == set(Role.values)
    assert members.filter(stakeholder__isnull=True).count() == 0
    domains = {email.partition("@")[2] for email in User.objects.values_list("email", flat=True)}
    assert domains == {"example.org"}


def test_meetings_have_who_came(loaded: Loaded) -> None:
    for planned in loaded.town.meetings:
        meeting = Meeting.objects.get(partnership=loaded.partnership, title=planned.title)
        came = meeting.attendance.filter(attended=True)
        assert set(came.values_list("stakeholder__name", flat=True)) == set(planned.attended)
        assert meeting.minutes == planned.minutes


def test_the_question_holds_every_statement_and_vote(loaded: Loaded) -> None:
    question = loaded.town.conversation
    record = Conversation.objects.get(partnership=loaded.partnership)
    states = Counter(record.statements.values_list("voice__state", flat=True))
    assert states == Counter(one.state for one in question.statements)
    votes = Vote.objects.filter(statement__conversation=record)
    assert votes.count() == len(question.votes)
    assert ReplacedVote.objects.filter(vote__in=votes).count() == len(question.second_thoughts)
    last = {}
    for vote in sorted((*question.votes, *question.second_thoughts), key=lambda v: v.cast_at):
        last[vote.participant, vote.statement] = vote.value
    sums: Counter[int] = Counter()
    for (_, number), value in last.items():
        sums[number] += value
    stored: Counter[int] = Counter()
    for number, value in votes.values_list("statement__number", "value"):
        stored[number] += value
    assert stored == sums
    assert set(votes.values_list("channel", flat=True)) == {"web", "paper", "room"}


def test_words_were_said_when_the_town_says_so(loaded: Loaded) -> None:
    said = {one.earlier or one.text: one for one in loaded.town.conversation.statements}
    for voice in Voice.objects.filter(partnership=loaded.partnership, kind="statement"):
        planned = said[voice.text]
        assert voice.said_at == planned.said_at
        assert voice.language == planned.language
        assert voice.state_at == (planned.moderated_at if voice.state != "waiting" else None)


def test_one_statement_was_mended_and_one_merged(loaded: Loaded) -> None:
    record = Conversation.objects.get(partnership=loaded.partnership)
    (edit,) = StatementEdit.objects.filter(statement__conversation=record)
    assert (edit.statement.number, edit.earlier_text) == (18, edit.statement.voice.text)
    assert edit.statement.voice.public_text == "A broken lamp should be mended within a week."
    merged = record.statements.get(merged_into__isnull=False)
    assert merged.merged_into is not None
    assert merged.merged_into.number == 3
    newest = Landscape.objects.filter(conversation=record).latest()
    assert newest.votes < Vote.objects.filter(statement__conversation=record).count()


def test_the_question_speaks_three_languages(loaded: Loaded) -> None:
    record = Conversation.objects.get(partnership=loaded.partnership)
    assert set(record.translations.values_list("language", flat=True)) == {"ar", "es"}
    rows = StatementTranslation.objects.filter(statement__conversation=record)
    assert Counter(rows.values_list("language", flat=True)) == {
        language: len(texts) for language, texts in translations.STATEMENTS.items()
    }
    written = rows.values_list("statement__number", "language")
    said_otherwise = record.statements.filter(voice__state="accepted").exclude(voice__language="en")
    for number in said_otherwise.values_list("number", flat=True):
        assert (number, "en") in written
    assert not rows.filter(text__contains="{").exists()
    for number, one in enumerate(STATEMENTS, start=1):
        if one.role == "common ground":
            wanted = {"ar", "en", "es"} - {one.language}
            assert wanted <= {language for said, language in written if said == number}
    languages = rows.values_list("language", "statement__voice__language")
    assert all(translated != original for translated, original in languages)


def test_the_landscape_counts_what_voters_said_of_themselves(loaded: Loaded) -> None:
    record = Conversation.objects.get(partnership=loaded.partnership)
    integrity = Landscape.objects.filter(conversation=record).latest().integrity
    assert integrity is not None
    assert set(integrity["part"]["about"]) == set(SAY_SO)


def test_the_landscape_counts_sheets_and_marks(loaded: Loaded) -> None:
    record = Conversation.objects.get(partnership=loaded.partnership)
    integrity = Landscape.objects.filter(conversation=record).latest().integrity
    assert integrity is not None
    sheets = record.paper_sheets.count()
    assert integrity["levels"]["in_person"] == sheets > 0
    marks = Counter(record.important_marks.values_list("statement__number", flat=True))
    told = {int(number) for number in integrity["important"]["all"]}
    assert told == {number for number, many in marks.items() if many >= 10}


def test_stories_have_their_consent_and_one_photo(loaded: Loaded) -> None:
    told = Story.objects.filter(voice__partnership=loaded.partnership, workshop=None)
    planned = {one.words: one for one in loaded.town.stories}
    assert told.count() == len(planned)
    for story in told.select_related("voice"):
        one = planned[story.voice.text]
        assert (story.voice.state, story.voice.place) == (one.state, one.place)
        assert story.voice.consent == ("public" if one.consent else "none")
        assert story.voice.said_at == one.told_at
        assert all(getattr(story, use) == (use in one.uses) for use in USES)
    (shown,) = told.exclude(photo="")
    with shown.photo.open() as photo:
        assert photo.read(3) == b"\xff\xd8\xff"


def test_workshops_heard_every_group_and_agreed(loaded: Loaded) -> None:
    first, second = Workshop.objects.filter(partnership=loaded.partnership).order_by("held_on")
    groups = set(first.stories.values_list("group", flat=True))
    assert len(groups) == 5
    assert first.agenda.exists()
    assert second.agenda.exists()
    for workshop in (first, second):
        assert workshop.meeting is not None
        assert workshop.meeting.starts_at.date() == workshop.held_on
        assert workshop.agreements.exists()
    assert all(agreed.statements.exists() for agreed in second.agreements.all())


def lamps(loaded: Loaded) -> Pilot:
    return loaded.partnership.pilots.get(playbook="smart-street-lighting")


def test_the_vision_was_published_twice_and_the_objection_answered(loaded: Loaded) -> None:
    first, second = Vision.objects.filter(partnership=loaded.partnership).order_by("published_at")
    assert [len(version.goals) for version in (first, second)] == [3, 3]
    assert second.what_changed
    objection = first.objections.get()
    assert objection.voice.state == "accepted"
    assert objection.answered_at > second.published_at > objection.voice.said_at
    sources = Goal.objects.filter(partnership=loaded.partnership).values_list(
        "indicators__baseline_source", flat=True
    )
    assert all(sources)


def test_a_telephone_number_is_not_shown(loaded: Loaded) -> None:
    shown = Voice.objects.filter(partnership=loaded.partnership)
    assert shown.filter(text__contains="01632 960").exists()
    assert not shown.filter(public_text__contains="01632 960").exists()
    assert not shown.filter(public_text__contains="@").exists()


def test_a_landscape_was_computed_before_the_goals_and_now(loaded: Loaded) -> None:
    days = [
        landscape.computed_at.date()
        for landscape in Landscape.objects.filter(conversation__partnership=loaded.partnership)
    ]
    assert days == [TODAY, loaded.town.dates.goals_agreed]


def test_goals_name_the_common_ground(loaded: Loaded) -> None:
    goals = Goal.objects.filter(partnership=loaded.partnership)
    numbers = {n for goal in goals for n in goal.statements.values_list("number", flat=True)}
    assert numbers <= set(loaded.town.truth.common_ground)
    assert len(goals) == 3
    # Four of the lamps, one of each other pilot, and what people were asked beside it.
    asked = sum(one.asked is not None for one in TRIED)
    assert sum(goal.indicators.count() for goal in goals) == 4 + 3 + len(TRIED) + asked


def test_the_lot_and_the_gates_are_the_product_s_own(loaded: Loaded) -> None:
    pilot = lamps(loaded)
    assert pilot.randomised
    assert pilot.lottery_seed == loaded.town.truth.seed
    drawn = pilot.sites.filter(arm=Site.Arm.PILOT).values_list("name", flat=True)
    assert set(drawn) == set(loaded.town.truth.pilot_sites)
    kinds = set(Gate.objects.filter(pilot=pilot).values_list("kind", flat=True))
    assert kinds == {gate.kind for gate in loaded.town.pilot.gates} | {GateKind.LESSON.value}
    assert pilot.decision.kind == "expand"


def test_gates_were_written_down_on_their_own_days(loaded: Loaded) -> None:
    gates = list(Gate.objects.filter(pilot__partnership=loaded.partnership))
    assert len(gates) == 12 + 8 + 10 + 3 + sum(len(one.gates) for one in TRIED)
    for gate in gates:
        assert gate.recorded_at is not None
        assert gate.recorded_at.date() == gate.passed_on, gate.kind


def test_every_reading_is_stored(loaded: Loaded) -> None:
    stored = Observation.objects.filter(datastream__site__pilot=lamps(loaded)).count()
    assert stored == len(loaded.town.readings)


def test_the_plan_was_frozen_before_the_lamps(loaded: Loaded) -> None:
    plan = EvaluationPlan.objects.get(pilot=lamps(loaded))
    assert plan.frozen_at is not None
    assert plan.frozen_at < noon(loaded.town.dates.technology_on, 0)


def test_the_stored_estimate_covers_what_was_planted(loaded: Loaded) -> None:
    estimate = Estimate.objects.filter(pilot=lamps(loaded)).latest()
    low, high = estimate.result["finding"]["interval"]
    truth = loaded.town.truth.effect(estimate.indicator.code)
    assert low <= truth.average <= high < 0


@pytest.mark.parametrize("planned", TRIED, ids=lambda one: one.truth)
def test_a_pilot_that_is_over_has_the_words_of_its_planted_effect(
    loaded: Loaded, planned: TriedPilot
) -> None:
    pilot = loaded.partnership.pilots.get(title=planned.title)
    plan = EvaluationPlan.objects.get(pilot=pilot)
    halfway, end = Estimate.objects.filter(pilot=pilot).order_by("computed_at")
    verdict = end.result["finding"]["verdict"]
    wanted = {
        "nothing": ("no_sign", "none"),
        "harm": ("caused", "rise"),
        "only_against_comparison": ("suggests", "fall"),
        "too_small": ("cannot_tell", "none"),
    }
    assert (verdict["code"], verdict["direction"]) == wanted[planned.truth]
    assert plan.frozen_at is not None
    assert plan.frozen_at < noon(pilot.technology_on, 0)
    # Before the launch it was tried out on the readings from before, whatever that said.
    assert plan.frozen["planned"]["computed_on"] < pilot.technology_on.isoformat()
    if planned.truth == "too_small":  # and it was said that it would be missed
        assert plan.frozen["planned"]["power_of_worth"] < 0.5
    assert (halfway.result["look"], end.result["look"]) == (0, 1)
    alone = end.result["figures"]["before_after"]["interval"]
    if planned.truth == "only_against_comparison":
        assert alone["low"] < 0 < alone["high"]


def test_who_benefits_by_age_is_found_as_it_was_planted(loaded: Loaded) -> None:
    planned = next(one for one in TRIED if one.asked is not None)
    assert planned.asked is not None
    pilot = loaded.partnership.pilots.get(title=planned.title)
    [found] = by_group(pilot, ruling(pilot.evaluation_plan.frozen, pilot))
    assert (found.by, found.missing) == ("age", "")
    assert found.chance is not None
    assert found.chance < 0.05
    for one in found.changes:
        truth = planned.asked.effects.get(one.group, 0.0)
        assert one.low <= truth <= one.high, one.group
        assert (one.low > 0) == (truth > 0), one.group


def test_the_plan_of_the_lamps_says_what_it_could_notice(loaded: Loaded) -> None:
    plan = EvaluationPlan.objects.get(pilot=lamps(loaded))
    assert plan.frozen["planned"]["size"] > 0


def test_feedback_is_there_with_its_words(loaded: Loaded) -> None:
    planned = loaded.town.comments
    answers = Feedback.objects.filter(site__pilot=lamps(loaded))
    assert Counter(answers.values_list("rating", flat=True)) == Counter(c.rating for c in planned)
    words = answers.exclude(voice=None).values_list("voice__text", "voice__state")
    assert Counter(words) == Counter((c.words, c.state) for c in planned if c.words)


def test_the_change_names_the_answers_behind_it(loaded: Loaded) -> None:
    change = Change.objects.get(pilot=lamps(loaded), changed_on=loaded.town.dates.turned_down)
    behind = change.feedback.select_related("voice")
    assert behind
    assert {one.rating for one in behind} == {"worse"}
    assert all(one.given_on < change.changed_on for one in behind)


def test_organisations_wrote_their_own_views(loaded: Loaded) -> None:
    on_the_vision = OrganisationView.objects.filter(partnership=loaded.partnership)
    on_the_ending = EndingView.objects.filter(pilot=lamps(loaded))
    views = [*on_the_vision, *on_the_ending]
    assert len(views) == len(loaded.town.views)
    assert on_the_ending.count() == 3
    for view in views:
        member = Membership.objects.get(user=view.by, partnership=loaded.partnership)
        assert member.role == Role.ORGANISATION
        assert member.stakeholder.organisation == view.stakeholder


def test_the_lesson_is_published_and_says_what_did_not_work(loaded: Loaded) -> None:
    lesson = Lesson.objects.get(pilot__partnership=loaded.partnership)
    assert lesson.published_at is not None
    assert "eight weeks" in lesson.did_not_work
    assert lesson.evidence_level == 5


def test_the_ledger_tells_it_in_the_order_of_the_town(loaded: Loaded) -> None:
    entries = LedgerEntry.objects.filter(partnership=loaded.partnership)
    at_of = {}
    for entry in entries.order_by("at"):
        at_of.setdefault(entry.action, entry.at)
    story = [
        "accounts.partnership.created",
        "vision.conversation.opened",
        "vision.goal.added",
        "pilots.pilot.started",
        "pilots.sites.drawn",
        "pilots.change.recorded",
    ]
    moments = [at_of[action] for action in story]
    assert moments == sorted(moments)
    assert moments[0].date() == loaded.town.dates.founded
    assert not entries.filter(at__gt=noon(TODAY, 0)).exists()
    without_account = entries.filter(by=None)
    assert {entry.action for entry in without_account} == {"pilots.signature.given"}
    by_link = SignatureLink.objects.filter(signer__pilot__partnership=loaded.partnership)
    assert without_account.count() == by_link.exclude(used_at=None).count() > 0


class TestTheRecordOfTheLamps:
    def test_the_jury_chose_and_one_of_them_declared_an_interest(self, loaded: Loaded) -> None:
        call = lamps(loaded).call
        assert call.bids.count() == 3
        assert call.bids.get(chosen=True).organisation == lamps(loaded).company
        assert call.declarations.filter(none=True).count() == 4
        assert call.declarations.get(none=False).interest

    def test_one_clause_is_missing_and_says_why(self, loaded: Loaded) -> None:
        clauses = lamps(loaded).clauses
        assert clauses.filter(settled=True).count() == 6
        assert clauses.get(settled=False).missing_reason

    def test_everybody_named_signed_before_the_gate(self, loaded: Loaded) -> None:
        signed = {
            gate.kind: len(gate.signatures)
            for gate in Gate.objects.filter(pilot=lamps(loaded)).exclude(signatures=[])
        }
        assert signed == {"agreement": 2, "data_protection": 2, "baseline": 1}

    def test_what_is_bought_is_what_was_piloted_last(self, loaded: Loaded) -> None:
        pilot = lamps(loaded)
        first, *later = pilot.versions.all()
        turned_down = loaded.town.dates.turned_down
        assert first.from_on == loaded.town.dates.technology_on
        (second,) = [one for one in later if one.from_on == turned_down]
        assert second.change.changed_on == second.from_on
        assert not differences(pilot)
        assert lines_of(pilot, second) != lines_of(pilot, first)

    def test_promises_are_kept_late_refused_and_open(self, loaded: Loaded) -> None:
        with at(noon(TODAY)):
            found = commitments_of(lamps(loaded))
        states = {one.commitment.state: one.days_late for one in found}
        assert states.keys() == {"done", "doing", "wont", "heard"}
        assert states["doing"] > 0
        assert states["heard"] == 0

    def test_the_pulse_was_asked_before_and_after_in_both_arms(self, loaded: Loaded) -> None:
        pilot = lamps(loaded)
        before, after = pilot.pulse_rounds.all()
        assert before.ends_on < pilot.technology_on < after.starts_on
        yes = {}
        for number, found in enumerate((before, after)):
            assert found.answers.values("site").distinct().count() == 16
            for arm in Site.Arm.values:
                values = found.answers.filter(site__arm=arm).values_list("value", flat=True)
                yes[number, arm] = sum(values) / len(values)
        assert yes[1, "pilot"] - yes[0, "pilot"] > 0.1 + yes[1, "comparison"] - yes[0, "comparison"]

    def test_all_five_groups_said_what_they_think(self, loaded: Loaded) -> None:
        assert lamps(loaded).group_views.count() == 5
        assert loaded.partnership.areas.exclude(need="").count() == 6
        left = lamps(loaded).tasks.filter(done_on=None)
        assert {one.clause for one in left} == {"deletion", "secondary_use", ""}
        # It is scaled: only what measured for comparison comes down, and the register says so.
        assert [one.text for one in left if not one.clause] == [
            "Take down what measured at the comparison sites."
        ]
        assert lamps(loaded).register_entries.get().until > TODAY + dt.timedelta(300)
        assert lamps(loaded).tasks.get(clause="removal").proof  # it was decided that they stay
        late = PilotTask.objects.filter(done_on=None, due_on__lt=TODAY)
        assert not late.exists()

    def test_words_that_nobody_answered_are_few_and_new(self, loaded: Loaded) -> None:
        assert unanswered_count(lamps(loaded)) < 20
        tried = loaded.partnership.pilots.filter(playbook="transit-app").first()
        assert tried is not None
        assert unanswered_count(tried) == 0
        assert tried.themes.get().reply


class TestTheOtherPilots:
    def state(self, loaded: Loaded, playbook: str) -> tuple[Pilot, str]:
        pilot = loaded.partnership.pilots.get(playbook=playbook)
        with at(noon(TODAY)):
            return pilot, state_of(pilot).code

    def test_the_crossings_measure_and_their_order_is_drawn(self, loaded: Loaded) -> None:
        pilot, state = self.state(loaded, "traffic-management")
        assert (state, pilot.measuring, pilot.technology_on) == ("measuring", True, None)
        assert Counter(pilot.sites.values_list("step", flat=True)) == {1: 2, 2: 2, 3: 2, 4: 2}
        assert pilot.call.no_call_reason
        order = lot_order(pilot.sites.values_list("code", flat=True), pilot.lottery_seed)
        steps = dict(pilot.sites.values_list("code", "step"))
        assert [steps[code] for code in order] == [1, 1, 2, 2, 3, 3, 4, 4]

    def test_the_park_runs_was_paused_and_has_an_open_alert(self, loaded: Loaded) -> None:
        pilot, state = self.state(loaded, "smart-parks")
        assert (state, pilot.paused_on) == ("running", None)
        assert list(pilot.notices.values_list("kind", flat=True)) == ["resumed", "paused"]
        alerts = Alert.objects.filter(feedback__site__pilot=pilot)
        assert alerts.get(closed_at=None).due_at > noon(TODAY)
        assert alerts.exclude(closed_at=None).get().outcome
        photo = Feedback.objects.filter(site__pilot=pilot).exclude(photo="").get()
        assert not photo.may_show_photo
        weeks = Counter(
            day.isocalendar()[:2]
            for day in Feedback.objects.filter(site__pilot=pilot).values_list("given_on", flat=True)
        )
        assert min(weeks.values()) < 10 <= max(weeks.values())

    def test_the_launderette_joined_late_and_is_overdue(self, loaded: Loaded) -> None:
        pilot, state = self.state(loaded, "broadband-access")
        assert (state, pilot.joined_late_on is not None) == ("late", True)
        assert pilot.decision_due_on < TODAY
        unknown = [line.kind for line in gate_lines(pilot) if line.state == "unknown"]
        assert "baseline" in unknown


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    def counts() -> list[int]:
        models = (Stakeholder, Participant, Statement, Vote, Voice, Feedback, LedgerEntry, User)
        return [model.objects.count() for model in models]

    Stakeholder.objects.filter(name="Agnes Thorne").update(concerns="changed by hand")
    before = counts()
    again = load_town(loaded.town, passwords={})
    assert again == loaded.partnership
    assert counts() == before
    assert Stakeholder.objects.get(name="Agnes Thorne").concerns == "changed by hand"


def test_removing_takes_everything_of_the_town_and_nothing_else(
    loaded: Loaded,
    other_partnership: Partnership,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]],
) -> None:
    somebody = User.objects.create_user("me@example.org", "a long passphrase")
    photos = [model.objects.exclude(photo="").get().photo for model in (Story, Feedback)]
    kept = {}
    for photo in photos:
        with photo.open() as opened:
            kept[photo.name] = opened.read()
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_town() == 1
    for photo in photos:
        assert not photo.storage.exists(photo.name)
        # The town itself comes back with the rollback.
        photo.storage.save(photo.name, ContentFile(kept[photo.name]))
    assert list(Partnership.objects.all()) == [other_partnership]
    assert list(User.objects.all()) == [somebody]
    for model in (Participant, Vote, Voice, Feedback, Observation, Estimate, Lesson):
        assert not model.objects.exists(), model
    assert remove_town() == 0


def test_the_clock_goes_back_to_normal_after_a_fault() -> None:
    real = timezone.now
    with at(noon(TODAY)):
        assert timezone.now() == noon(TODAY)
    assert timezone.now is real
    with pytest.raises(ZeroDivisionError), at(noon(TODAY)):
        raise ZeroDivisionError
    assert timezone.now is real


def test_tasks_go_nowhere_while_it_loads_and_somewhere_after_a_fault() -> None:
    real = task_backends["default"]
    with no_tasks():
        assert isinstance(task_backends["default"], DummyBackend)
    with pytest.raises(ZeroDivisionError), no_tasks():
        raise ZeroDivisionError
    assert task_backends["default"] is real


def test_a_theme_stands_behind_a_promise(loaded: Loaded) -> None:
    theme = lamps(loaded).themes.get(reply="")
    (promised,) = theme.commitments.all()
    assert promised.feedback.count() == theme.feedback.count() > 0


def test_no_answer_of_any_report_is_blank(loaded: Loaded) -> None:
    pilots = Pilot.objects.filter(partnership=loaded.partnership)
    assert pilots.count() == 4 + len(TRIED)
    for pilot in pilots:
        for which in ReportNote.Which.values:
            for one in report_of(pilot, which).sections:
                filled = one.part.lines if one.part.answered else one.asked_for or one.reason
                assert filled, (pilot.title, which, one.code)
    final = report_of(lamps(loaded), ReportNote.Which.FINAL.value)
    assert final.missing == []


def test_every_pilot_that_is_judged_was_tried_out_before(loaded: Loaded) -> None:
    plans = EvaluationPlan.objects.filter(pilot__partnership=loaded.partnership)
    assert plans.count() == 7
    for plan in plans.select_related("pilot"):
        asked = Foresight.objects.get(pilot=plan.pilot)
        assert asked.result, (plan.pilot.title, asked.refused)
        assert asked.result["smallest"]["down" if asked.indicator.direction == "down" else "up"]
        if plan.frozen_at is not None:
            main = plan.frozen["main"]
            assert foresight_words.planned(plan.frozen["planned"], main["unit"])
    assert plans.filter(frozen_at__isnull=False).count() == 6
