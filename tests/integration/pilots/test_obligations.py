"""What the agreement settles becomes dated tasks when it is signed: once, with owner and day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import actions, queries
from lamppost.pilots.actions.agreement import save_clauses
from lamppost.pilots.actions.tasks import TaskRefused, delete_task
from lamppost.pilots.models import Clause, ClauseCode, GateUse, Pilot, PilotTask, Site
from lamppost.pilots.queries.obligations import obligations_of, years_after
from lamppost.pilots.queries.signed_facts import fact_pairs, facts_of
from lamppost.pilots.queries.tasks import task_list
from tests.pilots_world import day, pass_one, pass_up_to

SETTLED = {"settled": True, "where": "§ 1", "missing_reason": ""}
MISSING = {"settled": False, "where": "", "missing_reason": "It stays"}


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def settle(pilot: Pilot, lead: User, **other: dict[str, Any]) -> None:
    answers = {code: other.get(code, SETTLED) for code in ClauseCode.values}
    save_clauses(pilot=pilot, by=lead, answers=answers)


@pytest.fixture
def agreed(pilot: Pilot, lead: User) -> Pilot:
    """A pilot of which the agreement is the next gate; its plan has all days."""
    GateUse.objects.create(partnership=pilot.partnership, kind="agreement", used=True)
    pass_up_to(pilot, lead, "stakeholders")
    plan = {
        "company": "Glow",
        "baseline_starts_on": day(10),
        "ends_on": day(10 + 900),
        "results_due_on": day(950),
        "retention": "Until one year after the pilot ends",
        "removal_days": 60,
    }
    Pilot.objects.filter(pk=pilot.pk).update(**plan)
    pilot.refresh_from_db()
    return pilot


def made(pilot: Pilot) -> dict[str, list[tuple[str, dt.date]]]:
    found: dict[str, list[tuple[str, dt.date]]] = {}
    for task in pilot.tasks.exclude(clause=""):
        found.setdefault(task.clause, []).append((task.owner, task.due_on))
    return found


def test_signing_makes_a_task_of_each_clause_by_rule(agreed: Pilot, lead: User) -> None:
    settle(agreed, lead, service_levels=MISSING)
    assert made(agreed) == {}
    assert queries.gate_obstacles(agreed, "agreement")[1:] == []  # but for who signs it
    pass_one(agreed, lead, "agreement", day())
    city, end = "Street lighting office", day(910)
    assert made(agreed) == {
        "ownership": [("Glow", end)],
        "audit": [(city, years_after(day(10), 1)), (city, years_after(day(10), 2))],
        "deletion": [("Glow", end + dt.timedelta(365))],
        "secondary_use": [("Glow", end + dt.timedelta(365))],
        "removal": [("Glow", end + dt.timedelta(60))],
        "publication": [(city, day(950))],
    }
    assert LedgerEntry.objects.filter(action="pilots.task.added").count() == 7


def test_what_is_written_in_the_checklist_is_made_and_the_rest_follows_the_plan(
    lead_client: Client, agreed: Pilot, lead: User
) -> None:
    asked = lead_client.get(url(agreed, "edit_agreement")).context["forms"]
    data = {field.html_name: field.value() or "" for form in asked for field in form}
    assert data["deletion-task_due_on"] == day(1275)
    data |= {f"{code}-{name}": value for code in ClauseCode.values for name, value in
             (("settled", "yes"), ("where", "§ 1"))}  # fmt: skip
    data |= {
        "deletion-task_text": "Send the letter.",
        "deletion-task_owner": "Glow, legal desk",
        "deletion-task_due_on": day(920).isoformat(),
        "audit-task_every_year": "once",
        "service_levels-no_task_reason": "The town mends them itself.",
    }
    assert lead_client.post(url(agreed, "edit_agreement"), data).status_code == 302
    kept = Clause.objects.get(code="removal")
    assert (kept.task_text, kept.task_due_on, kept.task_every_year) == ("", None, None)
    Pilot.objects.filter(pk=agreed.pk).update(ends_on=day(800))
    agreed.refresh_from_db()
    page = text(Client().get(url(agreed, "agreement")))
    assert "No dated task:" in page
    assert "The town mends them itself." in page
    pass_one(agreed, lead, "agreement", day())
    found = made(agreed)
    assert found["deletion"] == [("Glow, legal desk", day(920))]
    assert found["removal"] == [("Glow", day(860))]  # the plan's end was moved before signing
    assert len(found["audit"]) == 1
    assert "service_levels" not in found


def test_no_gate_while_a_clause_has_neither_task_nor_reason(agreed: Pilot, lead: User) -> None:
    Pilot.objects.filter(pk=agreed.pk).update(ends_on=None, decision_due_on=None)
    agreed.refresh_from_db()
    settle(agreed, lead, publication={**SETTLED, "no_task_reason": "Printed every week."})
    [stands] = [
        one for one in queries.gate_obstacles(agreed, "agreement") if "dated task" in one.text
    ]
    assert len(stands.items) == 5  # publication says why not, the audit has a start of measuring
    assert stands.url.endswith("/agreement/edit/#ownership")
    given = {**SETTLED, "task_due_on": day(30)}
    settle(agreed, lead, **dict.fromkeys(ClauseCode.values, given))
    assert [one.text for one in queries.gate_obstacles(agreed, "agreement")[1:]] == []


def test_what_follows_is_signed_and_changing_it_voids_the_signature(
    agreed: Pilot, lead: User
) -> None:
    settle(agreed, lead)
    signed = facts_of(agreed, "agreement")
    words = dict(fact_pairs(signed))
    assert words["what follows: Who owns the data"].startswith("Hand all data over to the city.")
    settle(agreed, lead, removal={**SETTLED, "task_due_on": day(5)})
    changed = facts_of(agreed, "agreement")
    assert {name for name in signed if signed[name] != changed[name]} == {"obligation:removal"}


def test_tasks_are_made_once_and_a_signed_one_cannot_be_deleted(agreed: Pilot, lead: User) -> None:
    settle(agreed, lead)
    gate = pass_one(agreed, lead, "agreement", day())
    before = made(agreed)
    with pytest.raises(TaskRefused, match="signed agreement"):
        delete_task(task=agreed.tasks.get(clause="removal"), by=lead)
    actions.reopen_gate(gate=gate, by=lead, reason="A typing mistake")
    pass_one(agreed, lead, "agreement", day())
    assert made(agreed) == before


def test_a_city_without_the_gate_gets_its_tasks_with_the_checklist(
    pilot: Pilot, lead: User
) -> None:
    settle(pilot, lead, audit=MISSING)
    assert set(made(pilot)) == set(ClauseCode.values) - {"audit"}


def test_a_stop_brings_the_agreed_removal_forward_and_adds_none(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    Pilot.objects.filter(pk=running.pk).update(ends_on=day(100), removal_days=60)
    running.refresh_from_db()
    settle(running, lead)  # the gate is not in use: the tasks are there at once
    why = {"reason": "It failed.", "decided_by": "Council", "unheard_reason": "It was urgent."}
    actions.decide(pilot=running, by=lead, kind="stop", decided_on=day(), **why)
    task = PilotTask.objects.get(clause="removal")
    assert not PilotTask.objects.filter(kind="removal").exists()
    assert (task.due_on, task.first_due_on) == (day(60), day(160))
    assert task.move_lines[0].why == "The pilot is stopped before its planned end."
    actions.reopen_gate(gate=running.gates.get(kind="decision"), by=lead, reason="A mistake")
    task.refresh_from_db()
    assert task.due_on == day(160)


def test_after_a_stop_what_the_end_set_is_counted_from_that_day(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    plan = {"ends_on": day(100), "results_due_on": day(121), "baseline_starts_on": day(-60)}
    Pilot.objects.filter(pk=running.pk).update(**plan, retention="30 days", company="Glow")
    running.refresh_from_db()
    by_hand = {**SETTLED, "task_due_on": day(70)}
    settle(running, lead, service_levels=by_hand)
    silent = PilotTask.objects.create(pilot=running, kind="device", text="Silent", due_on=day(3))
    before = dict(running.tasks.exclude(clause="").values_list("clause", "due_on"))
    assert before["ownership"] == day(100)
    why = {"reason": "It failed.", "decided_by": "Council", "unheard_reason": "It was urgent."}
    actions.decide(pilot=running, by=lead, kind="stop", decided_on=day(-1), **why)
    after = dict(running.tasks.exclude(clause="").values_list("clause", "due_on"))
    assert after == {
        "ownership": day(-1),
        "audit": day(-1),
        "deletion": day(29),
        "secondary_use": day(29),
        "removal": day(59),
        "publication": day(20),
        "service_levels": day(70),
    }
    silent.refresh_from_db()
    assert silent.done_on == day(-1)
    assert "Nothing is measured any more" in silent.proof
    actions.reopen_gate(gate=running.gates.get(kind="decision"), by=lead, reason="A mistake")
    assert dict(running.tasks.exclude(clause="").values_list("clause", "due_on")) == before
    silent.refresh_from_db()
    assert (silent.done_on, silent.proof) == (None, "")


def test_after_a_stop_later_audits_fall_away(agreed: Pilot, lead: User) -> None:
    settle(agreed, lead)
    pass_one(agreed, lead, "agreement", day())
    why = {"reason": "No money.", "decided_by": "Council", "unheard_reason": "It was urgent."}
    actions.decide(pilot=agreed, by=lead, kind="stop", decided_on=day(), **why)
    first, second = agreed.tasks.filter(clause="audit").order_by("due_on")
    assert (first.due_on, first.done_on) == (day(), None)
    assert (second.done_on, second.proof) == (day(), first.move_lines[0].why)


def test_what_is_scaled_stays_and_has_not_to_be_removed(running: Pilot, lead: User) -> None:
    settle(running, lead)
    why = {"reason": "It works.", "decided_by": "Council"}
    actions.decide(pilot=running, by=lead, kind="expand", decided_on=day(), **why)
    task = PilotTask.objects.get(clause="removal")
    assert (task.done_on, "stays" in task.proof) == (day(), True)
    assert PilotTask.objects.filter(done_on=None).exclude(clause="").count() == 6
    actions.reopen_gate(gate=running.gates.get(kind="decision"), by=lead, reason="A mistake")
    task.refresh_from_db()
    assert (task.done_on, task.proof) == (None, "")


def test_a_task_that_was_brought_forward_is_late_after_its_new_day(
    running: Pilot, lead: User
) -> None:
    Pilot.objects.filter(pk=running.pk).update(ends_on=day(100))
    running.refresh_from_db()
    settle(running, lead)
    PilotTask.objects.filter(clause="removal").update(first_due_on=day(90), due_on=day(-3))
    line = next(one for one in task_list(running).to_do if one.task.clause == "removal")
    assert (line.state, line.days) == ("late", -3)


def test_the_same_day_a_year_later() -> None:
    assert years_after(dt.date(2028, 2, 29), 1) == dt.date(2029, 2, 28)
    assert years_after(dt.date(2027, 5, 1), 2) == dt.date(2029, 5, 1)


def test_nothing_about_tasks_is_kept_of_a_missing_clause(agreed: Pilot, lead: User) -> None:
    settle(agreed, lead, removal={**SETTLED, "task_due_on": day(5), "task_text": "Take it down"})
    settle(agreed, lead, removal=MISSING)
    kept = Clause.objects.get(code="removal")
    assert (kept.task_text, kept.task_due_on) == ("", None)
    assert not obligations_of(agreed)["removal"].tasks
