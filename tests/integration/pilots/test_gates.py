"""Gates are passed in their order, on a document and a signature, and never without them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.accounts.roles import Role
from lamppost.pilots import actions, ports, queries
from lamppost.pilots.actions import register, signing
from lamppost.pilots.models import Decision, Gate, Pilot, PulseAnswer, Site
from lamppost.pilots.playbooks import document_template
from lamppost.pilots.queries.gate_asks import needs_of
from lamppost.pilots.queries.gates import needed_for
from lamppost.pilots.queries.signing import only_questions, start_text
from lamppost.pilots.queries.taking_part import who_is_there
from lamppost.pilots.queries.told import current_notice
from lamppost.stakeholders.actions import continue_without_group
from lamppost.stakeholders.models import Stakeholder
from tests.pilots_world import (
    ORDER,
    add_device,
    add_sites,
    day,
    make_pilot,
    pass_one,
    pass_up_to,
    sign_by_another,
)
from tests.pulse_world import add_question, add_round, many


def sign(pilot: Pilot, by: User, kind: str, passed_on: dt.date | None = None) -> Gate:
    return pass_one(pilot, by, kind, passed_on or day(), "https://city.example/document")


def test_a_decision_taken_back_measures_nothing_whose_device_is_gone(
    running: Pilot, lead: User
) -> None:
    actions.decide(
        pilot=running, by=lead, kind="adapt", reason="R", decided_by="C", decided_on=day()
    )
    register.delete_entry(entry=running.register_entries.get(), by=lead)
    actions.reopen_gate(gate=running.gates.get(kind="decision"), by=lead)
    kept = Pilot.objects.get(pk=running.pk)
    assert (kept.measuring, kept.disclosure_on) == (False, None)
    assert kept.gates.filter(kind="measuring").exists()
    assert "Nothing is measured until" in kept.notices.latest("pk").text
    add_device(kept, lead)
    pass_up_to(kept, lead, "disclosure", day())
    assert Pilot.objects.get(pk=running.pk).measuring


def all_answered(questions: str) -> str:
    """Write an answer below each question."""
    return "\n".join(
        f"{line}\nThe street office." if line.strip() else line for line in questions.split("\n")
    )


def test_the_questions_alone_are_no_document(pilot: Pilot, lead: User) -> None:
    questions = str(document_template(pilot.playbook, "problem"))
    with pytest.raises(actions.GateShut, match="only the questions"):
        actions.pass_gate(
            pilot=pilot,
            by=lead,
            kind="problem",
            document=f"  {questions}\r\n",
            signed_by_name="Sam",
            passed_on=day(),
        )
    assert not Gate.objects.exists()
    one_of_them = {"kind": "problem", "document": f"{questions}\nThe street office."}
    with pytest.raises(actions.GateShut, match="Not answered: “"):
        actions.pass_gate(
            pilot=pilot, by=lead, signed_by_name="Sam", passed_on=day(), **one_of_them
        )
    answered = actions.pass_gate(
        pilot=pilot,
        by=lead,
        kind="problem",
        document=all_answered(questions),
        signed_by_name="Sam",
        passed_on=day(),
    )
    assert answered.pk


def test_a_saved_draft_of_questions_stands_under_what_is_missing(
    pilot: Pilot, lead: User, client: Client
) -> None:
    client.force_login(lead)
    page = reverse("pilots:gate", args=[pilot.partnership.slug, pilot.pk, "problem"])
    questions = str(document_template(pilot.playbook, "problem"))
    signing.save_draft(pilot=pilot, by=lead, kind="problem", text=questions)
    said = "The document still holds only the questions."
    assert said in client.get(page).content.decode()
    assert [said in str(one.text) for one in queries.gate_obstacles(pilot, "problem")] == [True]
    later = needed_for(pilot, "agreement")
    assert not any(said in str(one.text) for one in later)
    signing.save_draft(
        pilot=pilot, by=lead, kind="problem", text=f"{questions}\nThe street office."
    )
    [missing] = queries.gate_obstacles(pilot, "problem")
    assert str(missing.text).startswith("Not answered: “")
    signing.save_draft(pilot=pilot, by=lead, kind="problem", text=all_answered(questions))
    assert queries.gate_obstacles(pilot, "problem") == []


@pytest.mark.parametrize("playbook", ["smart-street-lighting", "green-spaces"])
def test_the_document_of_the_problem_is_answered_from_the_plan(pilot: Pilot, playbook: str) -> None:
    pilot.playbook, pilot.second_year = playbook, "The lighting budget"
    text = start_text(pilot, "problem")
    answers = [one.partition("\n")[2] for one in text.split("\n\n")]
    assert [one for one in answers if one] == [
        pilot.problem,
        pilot.owner_department,
        "People walking after dark (people per hour)",
        pilot.stop_rule,
        "The lighting budget",
    ]
    assert not only_questions(pilot, "problem", text)


def test_a_missing_pulse_is_said_at_the_baseline_and_shuts_nothing(
    pilot: Pilot, sites: list[Site], lead: User, client: Client
) -> None:
    client.force_login(lead)
    pass_up_to(pilot, lead, "measuring")
    args = [pilot.partnership.slug, pilot.pk, "baseline"]
    for name in ("pilots:gate", "pilots:sign_gate"):
        assert "The pulse has no question" in client.get(reverse(name, args=args)).text
    question = add_question(pilot, lead)
    assert "Nobody answered the pulse yet" in client.get(reverse("pilots:gate", args=args)).text
    many(question, add_round(pilot, lead, -3, -1), sites[0], 6, 6)
    assert 'id="cautions"' not in client.get(reverse("pilots:gate", args=args)).text
    PulseAnswer.objects.all().delete()
    sign(pilot, lead, "baseline")


def test_a_gate_written_down_late_says_so(pilot: Pilot, lead: User, client: Client) -> None:
    late = sign(pilot, lead, "problem", day(-8))
    assert late.recorded_at is not None
    assert late.recorded_late_on == timezone.localdate()
    address = reverse("pilots:gate", args=[pilot.partnership.slug, pilot.pk, "problem"])
    assert "Recorded on" in client.get(address).content.decode()
    public = reverse("pilots:pilot", args=[pilot.partnership.slug, pilot.pk])
    assert "Recorded on" in client.get(public).content.decode()
    late.passed_on = day(-7)
    late.save()
    assert late.recorded_late_on is None
    assert "Recorded on" not in client.get(address).content.decode()


def obstacle_texts(pilot: Pilot, kind: str) -> str:
    return " ".join(str(one.text) for one in queries.gate_obstacles(pilot, kind))


@pytest.mark.parametrize("kind", ORDER[1:-1])
def test_no_gate_before_the_one_before(
    pilot: Pilot, sites: list[Site], lead: User, kind: str
) -> None:
    with pytest.raises(actions.GateShut, match="Problem and owner"):
        sign(pilot, lead, kind)
    assert not Gate.objects.exists()


def test_all_gates_in_order_write_their_dates(pilot: Pilot, sites: list[Site], lead: User) -> None:
    pass_up_to(pilot, lead, "technology", day(-3))
    assert pilot.measuring_on == pilot.technology_on == day(-3)
    stored = Pilot.objects.get(pk=pilot.pk)
    assert stored.data_protection_on == stored.disclosure_on == stored.technology_on == day(-3)
    lines = queries.gate_lines(stored)
    assert [line.state for line in lines] == ["lit"] * 7 + ["now", "unlit"]
    assert stored.baseline_on == day(-3)
    assert stored.measuring
    assert stored.compared
    assert LedgerEntry.objects.filter(action="pilots.gate.passed", by=lead).count() == 7


def test_the_ledger_holds_no_words(pilot: Pilot, lead: User) -> None:
    sign(pilot, lead, "problem")
    entry = LedgerEntry.objects.get(action="pilots.gate.passed")
    assert entry.fields == ["problem"]


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("stop_rule", "what would make you stop"),
        ("owner_department", "department that owns"),
        ("problem", "residents' words"),
    ],
)
def test_problem_gate_asks_for_its_parts(pilot: Pilot, field: str, wanted: str) -> None:
    setattr(pilot, field, " ")
    assert wanted in obstacle_texts(pilot, "problem")


def test_problem_gate_asks_for_an_indicator(pilot: Pilot) -> None:
    pilot.pilot_indicators.all().delete()
    [obstacle] = queries.gate_obstacles(pilot, "problem")
    assert "indicator" in str(obstacle.text)
    assert obstacle.url.endswith("/edit/#id_main_indicator")


def test_stakeholders_gate_names_each_empty_group(partnership: Partnership, lead: User) -> None:
    pilot = make_pilot(partnership, lead)
    sign(pilot, lead, "problem")
    assert len(queries.gate_obstacles(pilot, "stakeholders")) == 5
    for group in ("municipal", "community", "company", "academic", "resident"):
        continue_without_group(partnership=partnership, by=lead, group=group, reason="Not yet.")
    assert queries.gate_obstacles(pilot, "stakeholders") == []


def test_the_stakeholders_gate_shows_who_fills_each_group(
    pilot: Pilot, lead: User, client: Client
) -> None:
    page = reverse("pilots:gate", args=[pilot.partnership.slug, pilot.pk, "stakeholders"])
    assert 'id="who"' not in client.get(page).text
    first = Stakeholder.objects.filter(partnership=pilot.partnership).first()
    assert first is not None
    first.name = "Night Nurses of the clinic"
    first.save()
    found = who_is_there(pilot)
    assert [len(one.taking_part) for one in found.groups] == [1] * 5
    walkers, women = found.not_forget[:2]
    assert (walkers.perhaps, women.perhaps) == (("Night Nurses of the clinic",), ())
    client.force_login(lead)
    shown = client.get(page).text
    assert "Night Nurses of the clinic" in shown
    assert f"stakeholders/?group={first.group}" in shown
    assert "nobody by such a name yet" in shown


@pytest.mark.parametrize(
    "field", ["technology", "measured_data", "personal_data", "retention", "contact"]
)
def test_data_protection_needs_every_fact_of_the_notice(
    pilot: Pilot, lead: User, field: str
) -> None:
    pass_up_to(pilot, lead, "stakeholders")
    sign_by_another(pilot, lead, "data_protection", day())
    assert queries.gate_obstacles(pilot, "data_protection") == []
    setattr(pilot, field, "")
    found = queries.gate_obstacles(pilot, "data_protection")
    assert len([one for one in found if "signed something else" not in str(one.text)]) == 1


def test_disclosure_needs_sites_and_comparison_or_a_reason(pilot: Pilot, lead: User) -> None:
    pass_up_to(pilot, lead, "data_protection")
    assert len(queries.gate_obstacles(pilot, "disclosure")) == 2
    add_sites(pilot, lead, 1, 0)
    assert "comparison" in obstacle_texts(pilot, "disclosure")
    pilot.no_comparison_reason = "There is only one lane like it."
    assert queries.gate_obstacles(pilot, "disclosure") == []


def test_later_stages_can_shut_a_gate(
    pilot: Pilot, sites: list[Site], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_up_to(pilot, lead, "measuring")

    def too_few(pilot: Pilot, kind: str) -> list[ports.Obstacle]:
        return [ports.Obstacle("Three readings are too few.")] if kind == "baseline" else []

    monkeypatch.setattr(ports.GATE_CHECKS, "_functions", [too_few])
    with pytest.raises(actions.GateShut, match="too few"):
        sign(pilot, lead, "baseline")


def test_what_follows_from_a_gate_is_in_its_transaction(
    pilot: Pilot, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(pilot: Pilot, kind: str) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(ports.GATE_PASSED, "_functions", [breaks])
    with pytest.raises(RuntimeError):
        sign(pilot, lead, "problem")
    assert not Gate.objects.exists()


def test_technology_needs_the_day_of_the_decision(
    partnership: Partnership, lead: User, pilot: Pilot, sites: list[Site]
) -> None:
    pass_up_to(pilot, lead, "baseline")
    pilot.decision_due_on = None
    assert "decision is due" in obstacle_texts(pilot, "technology")


def test_the_day_of_the_decision_stays_once_the_technology_is_on(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "baseline")
    why = {"why_later": "The devices came early."}
    actions.change_pilot(pilot=pilot, by=lead, values={"decision_due_on": day(40)}, **why)
    pass_up_to(pilot, lead, "technology")
    for name in ("decision_due_on", "results_due_on"):
        with pytest.raises(actions.PlanFixed, match="Technology on"):
            actions.change_pilot(pilot=pilot, by=lead, values={name: day(400)})
    assert Pilot.objects.get(pk=pilot.pk).decision_due_on == day(40)
    assert pilot.gates.get(kind="technology").facts["decision_due_on"] == day(40).isoformat()


def test_how_long_the_baseline_lasts_is_settled_before_measuring(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    pass_up_to(pilot, lead, "disclosure")
    actions.change_pilot(pilot=pilot, by=lead, values={"baseline_weeks": 12})
    pass_up_to(pilot, lead, "measuring")
    assert pilot.gates.get(kind="measuring").facts["baseline_weeks"] == "12"
    with pytest.raises(actions.PlanFixed, match="Measuring"):
        actions.change_pilot(pilot=pilot, by=lead, values={"baseline_weeks": 1})
    form = lead_client.get(reverse("pilots:edit", args=[pilot.partnership.slug, pilot.pk])).context[
        "form"
    ]
    for name in ("baseline_weeks", "main_indicator"):
        assert form.fields[name].disabled
    actions.reopen_gate(gate=pilot.gates.get(kind="measuring"), by=lead)
    actions.change_pilot(pilot=pilot, by=lead, values={"baseline_weeks": 1})
    with pytest.raises(IntegrityError), transaction.atomic():
        Pilot.objects.filter(pk=pilot.pk).update(baseline_weeks=0)


def test_dates_never_run_backwards(pilot: Pilot, lead: User) -> None:
    sign(pilot, lead, "problem", day(-5))
    with pytest.raises(actions.GateShut, match="that day or a later one") as shut:
        sign(pilot, lead, "stakeholders", day(-6))
    assert date_format(day(-5)) in str(shut.value)
    assert day(-5).isoformat() not in str(shut.value)
    with pytest.raises(actions.GateShut, match="future"):
        sign(pilot, lead, "stakeholders", day(1))
    sign(pilot, lead, "stakeholders", day(-5))


def test_notice_days(pilot: Pilot, sites: list[Site], lead: User, settings: LazySettings) -> None:
    assert needs_of("measuring") == ["every device in the sensor register, or why there is none"]
    settings.NOTICE_DAYS = 5
    assert "notices and register public for 5 days before" in needs_of("measuring")
    pass_up_to(pilot, lead, "disclosure", day(-4))
    with pytest.raises(actions.GateShut, match="5 days"):
        sign(pilot, lead, "measuring", day())
    settings.NOTICE_DAYS = 4
    sign(pilot, lead, "measuring", day())


@pytest.mark.parametrize(("document", "signer"), [(" ", "Sam"), ("Document", " ")])
def test_no_gate_without_document_and_signature(
    pilot: Pilot, lead: User, document: str, signer: str
) -> None:
    with pytest.raises(actions.GateShut):
        actions.pass_gate(
            pilot=pilot,
            by=lead,
            kind="problem",
            document=document,
            signed_by_name=signer,
            passed_on=day(),
        )


def test_a_gate_is_passed_once(pilot: Pilot, lead: User) -> None:
    sign(pilot, lead, "problem")
    with pytest.raises(actions.GateShut, match="already"):
        sign(pilot, lead, "problem")


def test_only_the_last_gate_opens_again(running: Pilot, lead: User) -> None:
    with pytest.raises(actions.GateShut, match="Technology on"):
        actions.reopen_gate(gate=running.gates.get(kind="measuring"), by=lead)
    for kind in ("technology", "baseline", "measuring"):
        actions.reopen_gate(gate=running.gates.get(kind=kind), by=lead)
    stored = Pilot.objects.get(pk=running.pk)
    assert stored.technology_on is None
    assert stored.measuring_on is None
    assert not queries.accepts_readings(stored)
    assert stored.disclosure_on is not None


def test_readings_are_accepted_between_measuring_and_decision(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "disclosure")
    assert not queries.accepts_readings(pilot)
    sign(pilot, lead, "measuring", day(-10))
    assert queries.accepts_readings(pilot)
    assert queries.first_reading_day(pilot) == day(-10)
    pass_up_to(pilot, lead, "technology", day(-2))
    assert queries.accepts_readings(pilot)
    decide(pilot, lead, "expand")
    assert not queries.accepts_readings(pilot)


def decide(pilot: Pilot, by: User, kind: str) -> Decision:
    return actions.decide(
        pilot=pilot,
        by=by,
        kind=kind,
        reason="It got better and costs less.",
        decided_by="City council",
        decided_on=day(),
    )


@pytest.mark.parametrize("kind", ["expand", "adapt"])
def test_scale_and_adapt_need_every_gate(
    pilot: Pilot, sites: list[Site], lead: User, kind: str
) -> None:
    pass_up_to(pilot, lead, "baseline")
    with pytest.raises(actions.GateShut, match="Technology on"):
        decide(pilot, lead, kind)
    assert not Decision.objects.exists()


def test_a_pilot_may_be_stopped_at_any_time_and_then_nothing_goes_on(
    pilot: Pilot, lead: User
) -> None:
    sign(pilot, lead, "problem")
    decide(pilot, lead, "stop")
    assert pilot.decided_on == day()
    with pytest.raises(actions.GateShut, match="decided"):
        sign(pilot, lead, "stakeholders")
    with pytest.raises(actions.GateShut, match="decided"):
        decide(pilot, lead, "stop")
    actions.reopen_gate(gate=pilot.gates.get(kind="decision"), by=lead)
    assert not Decision.objects.exists()
    assert Pilot.objects.get(pk=pilot.pk).decided_on is None


def test_the_decision_gate_is_passed_by_deciding(running: Pilot, lead: User) -> None:
    with pytest.raises(actions.GateShut, match="scale, adapt or stop"):
        sign(running, lead, "decision")
    decide(running, lead, "adapt")
    assert running.gates.get(kind="decision").signed_by_name == "City council"
    # The lesson is still due, whatever was decided.
    assert queries.next_gate(running) == "lesson"
    with pytest.raises(actions.GateShut, match="lesson is published"):
        sign(running, lead, "lesson")
    actions.publish_lesson_gate(pilot=running, by=lead, on=day())
    assert queries.next_gate(running) is None
    actions.open_lesson_gate(pilot=running, by=lead)
    assert queries.next_gate(running) == "lesson"


def test_the_database_holds_the_order_by_itself(pilot: Pilot) -> None:
    for fields in (
        {"measuring": True},
        {"measuring": True, "measuring_on": day(), "data_protection_on": day()},
        {"technology_on": day()},
        {"technology_on": day(), "measuring_on": day(), "compared": True},
        {"technology_on": day(), "measuring_on": day(), "baseline_on": day()},
        {"paused_on": day()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pilot.objects.filter(pk=pilot.pk).update(**fields)


def test_the_database_takes_no_technology_without_the_planned_baseline(pilot: Pilot) -> None:
    stored = Pilot.objects.filter(pk=pilot.pk)
    whole = {
        "measuring_on": day(-30),
        "baseline_on": day(-2),
        "baseline_days": 21,
        "technology_on": day(),
        "compared": True,
    }
    for fields in (
        {"baseline_days": None},
        {"baseline_days": 20},
        {"baseline_days": 0},
        {"baseline_weeks": 5},
        {"baseline_weeks": 1, "baseline_days": 6},
        # People are asked in waves: seven days are no half a year of them either.
        {"baseline_weeks": 26, "baseline_days": 7, "baseline_in_waves": True},
        {"baseline_weeks": 26, "baseline_days": 174, "baseline_in_waves": True},
        {"baseline_on": day(1)},
        {"baseline_on": day(-31)},
        {"compared": False},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            stored.update(**whole | fields)
    for fields in (
        {"baseline_weeks": 1, "baseline_days": 7},
        {"baseline_weeks": 26, "baseline_days": 175, "baseline_in_waves": True},
        {},
    ):
        assert stored.update(**{"baseline_weeks": 4, "baseline_in_waves": False} | whole | fields)
    # What was planned cannot be made longer afterwards either.
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.update(baseline_weeks=5)


def test_what_a_gate_signed_cannot_change(pilot: Pilot, lead: User) -> None:
    pass_up_to(pilot, lead, "data_protection")
    with pytest.raises(actions.PlanFixed, match="Data protection"):
        actions.change_pilot(pilot=pilot, by=lead, values={"measured_data": "Faces"})
    assert Pilot.objects.get(pk=pilot.pk).measured_data != "Faces"
    actions.reopen_gate(gate=pilot.gates.get(kind="data_protection"), by=lead)
    actions.change_pilot(pilot=pilot, by=lead, values={"measured_data": "Footsteps"})
    assert Pilot.objects.get(pk=pilot.pk).measured_data == "Footsteps"


def test_a_changed_purpose_stops_measuring_at_once(running: Pilot, lead: User) -> None:
    """San Diego: bought to save energy, used by the police later."""
    actions.change_pilot(
        pilot=running, by=lead, values={"purpose": "To find suspects"}, reopens=True, reason="Asked"
    )
    assert not queries.accepts_readings(running)
    stored = Pilot.objects.get(pk=running.pk)
    assert stored.purpose == "To find suspects"
    assert stored.technology_on is not None
    assert stored.measuring_on is not None
    past = stored.past_gates.get(kind="data_protection")
    assert (past.facts["purpose"], past.reason) == (running.purpose, "Asked")
    assert "what it is measured for" in stored.notices.get().text
    assert queries.next_gate(running) == "data_protection"
    with pytest.raises(actions.GateShut, match="opened again"):
        sign(stored, lead, "data_protection", passed_on=day(-1))
    for kind in ("data_protection", "disclosure", "measuring"):
        assert not queries.accepts_readings(running)
        sign(stored, lead, kind, passed_on=day())
    assert queries.accepts_readings(running)
    assert Pilot.objects.get(pk=running.pk).measuring_on == running.measuring_on


def test_a_pause_ends_ingest_and_says_why(running: Pilot, lead: User) -> None:
    with pytest.raises(actions.LifeRefused, match="Say why"):
        actions.pause_pilot(pilot=running, by=lead, reason=" ")
    actions.pause_pilot(pilot=running, by=lead, reason="A lamp fell down.")
    assert not queries.accepts_readings(running)
    assert queries.state_of(running).code == "paused"
    with pytest.raises(actions.LifeRefused, match="paused already"):
        actions.pause_pilot(pilot=running, by=lead, reason="Again")
    actions.resume_pilot(pilot=running, by=lead)
    assert queries.accepts_readings(running)
    kinds = running.notices.values_list("kind", flat=True)
    assert list(kinds) == ["resumed", "paused"]


def test_stopping_tells_residents_and_makes_removal_a_task(running: Pilot, lead: User) -> None:
    decide(running, lead, "stop")
    task = running.tasks.get()
    assert (task.kind, task.due_on) == ("removal", day() + dt.timedelta(running.removal_days))
    assert running.notices.get().kind == "stopped"
    stored = Pilot.objects.get(pk=running.pk)
    told = current_notice(stored)
    assert told is not None
    assert told.kind == "stopped"
    actions.reopen_gate(gate=running.gates.get(kind="decision"), by=lead)
    assert not running.tasks.exists()
    stored = Pilot.objects.get(pk=running.pk)
    told = current_notice(stored)
    assert told is not None
    assert told.text == "The decision to stop is taken back. The pilot goes on."
    stored.notices.update(told_at=timezone.now() - dt.timedelta(30))
    assert current_notice(stored) is None
    assert queries.accepts_readings(running)


@pytest.mark.parametrize("last", ["sites", "disclosure", "opened again"])
def test_what_hangs_is_taken_down_whenever_it_stops(
    pilot: Pilot, sites: list[Site], lead: User, last: str
) -> None:
    if last == "sites":
        pass_up_to(pilot, lead, ORDER[ORDER.index("disclosure") - 1])
    else:
        pass_up_to(pilot, lead, "disclosure")
    if last == "opened again":
        actions.reopen_gate(gate=pilot.gates.get(kind="disclosure"), by=lead)
    decide(pilot, lead, "stop")
    kinds = list(pilot.tasks.values_list("kind", flat=True))
    assert kinds == ([] if last == "sites" else ["removal"])


def test_who_joined_late_says_when_it_is_decided(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    actions.join_late(pilot=pilot, by=lead, technology_on=day(-200))
    dates = {"decision_due_on": None, "ends_on": day(60)}
    actions.change_pilot(pilot=pilot, by=lead, values=dates)
    for kind in ("data_protection", "disclosure"):
        sign(pilot, lead, kind)
    with pytest.raises(actions.GateShut, match="decision is due"):
        sign(pilot, lead, "measuring")
    actions.change_pilot(pilot=pilot, by=lead, values={"decision_due_on": day(40)})
    sign(pilot, lead, "measuring")


def test_a_pilot_that_joined_late(pilot: Pilot, sites: list[Site], lead: User) -> None:
    with pytest.raises(actions.LifeRefused, match="lies ahead"):
        actions.join_late(pilot=pilot, by=lead, technology_on=day(1))
    pilot.created_at -= dt.timedelta(9)
    pilot.save()
    with pytest.raises(actions.LifeRefused, match="did not run then"):
        actions.join_late(pilot=pilot, by=lead, technology_on=day(-8))
    actions.join_late(pilot=pilot, by=lead, technology_on=day(-200))
    states = {line.kind: line.state for line in queries.gate_lines(pilot)}
    assert states["baseline"] == states["technology"] == states["problem"] == "unknown"
    assert states["data_protection"] == "now"
    assert not queries.accepts_readings(pilot)
    with pytest.raises(actions.GateShut, match="not recorded"):
        sign(pilot, lead, "baseline")
    with pytest.raises(actions.GateShut, match="Data protection"):
        sign(pilot, lead, "measuring")
    for kind in ("data_protection", "disclosure", "measuring"):
        sign(pilot, lead, kind)
    assert queries.accepts_readings(pilot)
    decide(pilot, lead, "adapt")


@pytest.mark.parametrize(("planned", "named"), [(-3, -3), (3, 0), (-40, 0), (None, 0)], ids=str)
def test_the_day_of_measuring_is_the_planned_one_where_it_may_be(
    pilot: Pilot,
    sites: list[Site],
    lead: User,
    lead_client: Client,
    planned: int | None,
    named: int,
) -> None:
    pass_up_to(pilot, lead, ORDER[ORDER.index("measuring") - 1])
    planned_on = None if planned is None else day(planned)
    Pilot.objects.filter(pk=pilot.pk).update(baseline_starts_on=planned_on)
    address = reverse("pilots:sign_gate", args=[pilot.partnership.slug, pilot.pk, "measuring"])
    page = lead_client.get(address)
    assert page.context["form"].initial["passed_on"] == day(named)
    assert "Readings from this day on count." in page.text


def test_what_is_missing_leads_only_where_a_member_may_go(
    pilot: Pilot, make_member: Any, client_of: Any, lead_client: Client
) -> None:
    """A deputy reads the page to sign; a link to the plan would be a closed door."""
    Pilot.objects.filter(pk=pilot.pk).update(owner_department="")
    deputy = client_of(make_member(Role.ANALYST))
    plan = reverse("pilots:edit", args=[pilot.partnership.slug, pilot.pk])
    args = [pilot.partnership.slug, pilot.pk]
    for address in (
        reverse("pilots:gate", args=[*args, "problem"]),
        reverse("pilots:work", args=args),
    ):
        assert f"{plan}#" in lead_client.get(address).text
        page = deputy.get(address).text
        assert "Name the department that owns the problem" in page
        assert plan not in page
    assert deputy.get(plan).status_code == 403
