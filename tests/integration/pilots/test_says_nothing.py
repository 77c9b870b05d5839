"""A dash or an empty sign is no public reason: no gate opens by it, nothing is paused with it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions import life, register
from lamppost.pilots.actions.agreement import RecordFixed, save_call, withdraw_call
from lamppost.pilots.actions.moving import move_day
from lamppost.pilots.models import Clause, ClauseCode, Pilot, PilotTask
from lamppost.pilots.queries.agreement import agreement_obstacles, call_obstacles
from lamppost.pilots.queries.gates import needed_for
from lamppost.pilots.queries.outcome import decision_obstacles
from lamppost.pilots.queries.register import entry_problems, register_obstacles
from tests.pilots_world import add_sites, day

EMPTY = ["-", "…", "\u200b", " \u2060.", "—"]

every = pytest.mark.parametrize("nothing", EMPTY)


@every
def test_a_missing_clause_needs_words(pilot: Pilot, lead_client: Client, nothing: str) -> None:
    sent: dict[str, str] = {}
    for code in ClauseCode.values:
        sent |= {f"{code}-settled": "no", f"{code}-missing_reason": nothing}
    url = reverse("pilots:edit_agreement", args=[pilot.partnership.slug, pilot.pk])
    assert "Say in public why it is missing." in lead_client.post(url, sent).content.decode()
    assert not pilot.clauses.exists()


def test_a_dash_of_before_settles_no_clause(pilot: Pilot) -> None:
    for code in ClauseCode.values:
        Clause.objects.create(pilot=pilot, code=code, settled=False, missing_reason="-")
    (missing,) = agreement_obstacles(pilot)
    assert len(missing.items) == len(ClauseCode.values)


@every
def test_no_comparison_and_no_device_need_words(pilot: Pilot, lead: User, nothing: str) -> None:
    add_sites(pilot, lead, 2, 0)
    pilot.no_comparison_reason = nothing
    pilot.save(update_fields=["no_comparison_reason"])
    said = [str(one.text) for one in needed_for(pilot, "sites")]
    assert any("Name comparison sites" in text for text in said)
    pilot.register_entries.all().delete()
    with pytest.raises(register.RegisterRefused):
        register.say_no_device(pilot=pilot, by=lead, reason=nothing)
    pilot.no_device_reason = nothing
    assert register_obstacles(pilot)


@every
def test_a_camera_explains_in_words(pilot: Pilot, nothing: str) -> None:
    given = {"sensor_type": "camera", "no_personal_data_because": nothing}
    assert "no_personal_data_because" in dict(entry_problems(pilot, given))


@every
def test_no_call_needs_words(pilot: Pilot, lead: User, nothing: str) -> None:
    empty = {"link": "", "opened_on": None, "closes_on": None, "criteria": ""}
    save_call(pilot=pilot, by=lead, values={**empty, "no_call_reason": nothing})
    assert call_obstacles(pilot)
    opened = {**empty, "link": "https://city.example/call", "opened_on": day(-3)}
    save_call(pilot=pilot, by=lead, values={**opened, "no_call_reason": ""})
    with pytest.raises(RecordFixed):
        withdraw_call(pilot=pilot, by=lead, reason=nothing)


@every
def test_pause_stop_and_moved_day_need_words(running: Pilot, lead: User, nothing: str) -> None:
    with pytest.raises(life.LifeRefused):
        life.pause_pilot(pilot=running, by=lead, reason=nothing)
    stop = {"kind": "stop", "decided_by": "Council", "decided_on": day()}
    with pytest.raises(actions.GateShut):
        actions.decide(pilot=running, by=lead, reason=nothing, **stop)  # type: ignore[arg-type]
    task = PilotTask(pilot=running, text="Take down", due_on=day(3))
    with pytest.raises(ValueError, match="without a reason"):
        move_day(task, day(9), nothing)
    running.group_views.all().delete()
    assert decision_obstacles(running, "stop", lead, unheard_reason=nothing)
