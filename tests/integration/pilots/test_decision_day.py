"""The day of the decision is set at the start; moving it leaves a public trace."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions, queries
from lamppost.pilots.models import Pilot
from tests.pilots_world import day, pass_up_to


def test_the_first_gate_asks_for_the_day(pilot: Pilot, lead: User) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(decision_due_on=None)
    pilot.refresh_from_db()
    asked = [str(one.text) for one in queries.gate_obstacles(pilot, "problem")]
    assert asked == ["Set the day on which the decision is due. It is public from the start."]


def test_a_new_plan_starts_with_a_day_about_a_year_from_now(
    partnership: Partnership, lead_client: Client
) -> None:
    address = reverse("pilots:new_from", args=[partnership.slug, "smart-street-lighting"])
    form = lead_client.get(address).context["form"]
    assert form["decision_due_on"].value() == timezone.localdate() + dt.timedelta(364)
    assert "why_later" not in form.fields


def test_before_the_first_gate_the_day_moves_without_a_word(pilot: Pilot, lead: User) -> None:
    actions.change_pilot(pilot=pilot, by=lead, values={"decision_due_on": day(90)})
    pilot.refresh_from_db()
    assert (pilot.decision_due_on, pilot.first_decision_due_on) == (day(90), None)


def test_after_it_everybody_reads_why(pilot: Pilot, lead: User, lead_client: Client) -> None:
    pass_up_to(pilot, lead, "problem")
    for wrong, words in (({"decision_due_on": day(200)}, "Say why"), (
        {"decision_due_on": None}, "public since the first gate")):  # fmt: skip
        with pytest.raises(actions.PlanFixed, match=words):
            actions.change_pilot(pilot=pilot, by=lead, values=wrong)
    edit = reverse("pilots:edit", args=[pilot.partnership.slug, pilot.pk])
    form = lead_client.get(edit).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value}
    data |= {"decision_due_on": day(200)}
    assert "why_later" in lead_client.post(edit, data).context["form"].errors
    data |= {"why_later": "The devices came late."}
    assert lead_client.post(edit, data).status_code == 302
    pilot.refresh_from_db()
    assert (pilot.decision_due_on, pilot.first_decision_due_on) == (day(200), day(100))
    [move] = pilot.decision_move_lines
    assert (move.before, move.after, move.why) == (day(100), day(200), "The devices came late.")
    public = Client().get(reverse("pilots:pilot", args=[pilot.partnership.slug, pilot.pk])).text
    assert "The devices came late." in public
    assert "moved 1 time" in public


def test_once_the_technology_is_on_the_day_stays(running: Pilot, lead: User) -> None:
    with pytest.raises(actions.PlanFixed, match="Technology on"):
        actions.change_pilot(
            pilot=running, by=lead, values={"decision_due_on": day(300)}, why_later="Later"
        )
