"""A pause, a stop, joining late, gates that are used: each page says what follows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.pilots import actions, queries, registered
from lamppost.pilots.actions.gate_use import choose_gates
from lamppost.pilots.models import MANDATORY, GateKind, GateUse, Notice, Pilot, PilotTask, Site
from lamppost.pilots.queries.gate_words import gate_use_lines, on_change
from lamppost.pilots.queries.gates import used_gates
from lamppost.pilots.queries.pilots import pilot_rows
from lamppost.pilots.queries.told import current_notice
from tests.integration.pilots.test_staff_pages import plan, text, url
from tests.pilots_world import (
    add_sites,
    day,
    draw,
    make_pilot,
    pass_one,
    pass_up_to,
    sign_by_another,
)


def where_residents_look(pilot: Pilot) -> list[str]:
    site = pilot.sites.order_by("pk").first()
    assert site is not None
    return [url(pilot, "pilot"), reverse("site", args=[site.code])]


# Pause and go on --------------------------------------------------------------------------------


def test_a_pause_is_confirmed_and_public(
    lead_client: Client, client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    address = url(pilot, "pause")
    assert address in text(lead_client.get(url(pilot, "work")))
    asked = text(lead_client.get(address))
    assert "Every reading is refused" in asked
    assert queries.accepts_readings(pilot)
    assert "reason" in lead_client.post(address, {"reason": " "}).context["form"].errors
    lead_client.post(address, {"reason": "A lamp fell down."})
    assert not queries.accepts_readings(pilot)
    for page in where_residents_look(pilot):
        assert "A lamp fell down." in text(client.get(page)), page
    work = text(lead_client.get(url(pilot, "work")))
    assert "This pilot is paused" in work
    assert url(pilot, "resume") in work
    assert "paused already" in text(lead_client.post(address, {"reason": "Again"}, follow=True))
    assert "paused already" in text(lead_client.get(address, follow=True))
    [title] = [str(i.title) for i in registered.desk_items(pilot.partnership, rights())]
    assert "it is paused" in title


def rights() -> frozenset[object]:
    from lamppost.accounts.roles import Right

    return frozenset({Right.PASS_GATES})


def test_going_on_lets_readings_in_where_the_gates_stand(
    lead_client: Client, client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    assert "not paused" in text(lead_client.get(url(pilot, "resume"), follow=True))
    lead_client.post(url(pilot, "pause"), {"reason": "A lamp fell down."})
    assert "stays empty in the results" in text(lead_client.get(url(pilot, "resume")))
    lead_client.post(url(pilot, "resume"), {"text": "The lamp is mended."})
    assert queries.accepts_readings(pilot)
    for page in where_residents_look(pilot):
        shown = text(client.get(page))
        assert "The lamp is mended." in shown
        assert "A lamp fell down." not in shown


def test_a_paused_pilot_starts_nothing(
    lead_client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "disclosure")
    lead_client.post(url(pilot, "pause"), {"reason": "Wait"})
    page = text(lead_client.get(url(pilot, "gate", "measuring")))
    assert "The pilot is paused." in page
    with pytest.raises(actions.GateShut, match="paused"):
        pass_up_to(pilot, lead, "measuring")


def test_stopping_leads_through_the_decision(
    lead_client: Client, client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    running = pilot
    pass_up_to(running, lead, "baseline")
    link = f"{url(running, 'decide')}?kind=stop"
    assert link in text(lead_client.get(url(running, "work")))
    page = lead_client.get(link)
    assert page.context["form"]["kind"].value() == "stop"
    values = {"kind": "stop", "reason": "Too bright", "decided_by": "Council", "decided_on": day()}
    lead_client.post(link, values)
    assert PilotTask.objects.get(kind="removal").pilot == running
    for page in where_residents_look(running):
        assert "Too bright" in text(client.get(page))
    assert url(running, "pause") not in text(lead_client.get(url(running, "work")))
    late = lead_client.post(url(running, "pause"), {"reason": "Late"}, follow=True)
    assert "There is nothing to pause." in text(late)


@pytest.mark.parametrize(
    ("due", "ends", "far"), [(32, 31, True), (31, 30, False), (32, -1, False), (-1, -2, False)]
)
def test_a_decision_that_is_far_is_no_main_button_and_stopping_stays_in_reach(
    lead_client: Client, running: Pilot, due: int, ends: int, far: bool
) -> None:
    Pilot.objects.filter(pk=running.pk).update(decision_due_on=day(due), ends_on=day(ends))
    page = text(lead_client.get(url(running, "work")))
    assert (f"Due on {date_format(day(due))}" in page) == far
    decide = url(running, "decide")
    assert (f'class="button" href="{decide}"' in page) == far
    assert (f'class="button primary" href="{decide}"' in page) != far
    assert f'href="{decide}?kind=stop"' in page


# Joining late -----------------------------------------------------------------------------------


def test_a_pilot_that_runs_already_is_entered_in_two_steps(
    lead_client: Client, client: Client, partnership: Partnership
) -> None:
    address = reverse("pilots:new_from", args=[partnership.slug, "smart-street-lighting"])
    answer = lead_client.post(address, plan(runs_since=day(-200)))
    pilot = Pilot.objects.get()
    assert pilot.joined_late_on is None
    asked = lead_client.get(answer.url)  # type: ignore[attr-defined]
    assert "level 1 of 5 at most" in text(asked)
    assert asked.context["form"]["technology_on"].value() == day(-200)
    for nonsense in ("2026-13-45", "yesterday", ""):
        assert lead_client.get(url(pilot, "join_late") + f"?on={nonsense}").status_code == 200
    ahead = lead_client.post(url(pilot, "join_late"), {"technology_on": day(1)})
    assert "technology_on" in ahead.context["form"].errors
    lead_client.post(url(pilot, "join_late"), {"technology_on": day(-200)})
    pilot.refresh_from_db()
    assert (pilot.joined_late_on, pilot.technology_on) == (day(), day(-200))
    for visitor in (lead_client, client):
        page = text(visitor.get(url(pilot, "pilot")))
        assert page.count("Not recorded") == 4  # problem, stakeholders, baseline, technology
    gate = text(client.get(url(pilot, "gate", "baseline")))
    assert "ran already when it was entered" in gate
    again = lead_client.post(url(pilot, "join_late"), {"technology_on": day(-200)})
    assert "on record already" in text(again)


def test_a_late_joiner_measures_only_after_protection(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    add_sites(pilot, lead)
    draw(pilot, lead, 1)
    actions.join_late(pilot=pilot, by=lead, technology_on=day(-100))
    stored = Pilot.objects.get(pk=pilot.pk)
    assert not stored.randomised  # drawn after it had begun, so it was no lottery
    with pytest.raises(actions.LotRefused, match="technology is on"):
        actions.draw_by_lot(pilot=pilot, by=lead, pilot_sites=1)
    named_now = {"name": "Named afterwards", "arm": "comparison"}
    actions.add_site(pilot=pilot, by=lead, values=named_now)
    with pytest.raises(actions.GateShut, match="Data protection"):
        sign(pilot, lead, "measuring")
    for kind in ("data_protection", "disclosure"):
        sign(pilot, lead, kind)
        assert not queries.accepts_readings(pilot)
    sign(pilot, lead, "measuring")
    assert queries.accepts_readings(pilot)
    with pytest.raises(actions.SitesFixed):
        actions.add_site(pilot=pilot, by=lead, values={"name": "Too late", "arm": "pilot"})


def sign(pilot: Pilot, by: User, kind: str) -> None:
    pass_one(pilot, by, kind, day())


# Opening data protection by a change of plan ----------------------------------------------------


def changed(pilot: Pilot, **values: object) -> dict[str, object]:
    """Return the whole plan as the form sends it, with these changes."""
    names = ("title", "problem", "owner_department", "stop_rule", "technology", "purpose",
             "measured_data", "personal_data", "recipients", "retention", "contact",
             "no_comparison_reason", "decision_due_on", "feedback_read", "city_number",
             "company")  # fmt: skip
    kept = {name: getattr(pilot, name) or "" for name in names}
    main = pilot.pilot_indicators.get(is_main=True).indicator_id
    return {**kept, "main_indicator": main, **values}


def test_what_changes_and_what_follows_is_said_first(
    lead_client: Client, client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "measuring")
    before, values = pilot.purpose, changed(pilot, purpose="To find offenders", title="New name")
    asked = lead_client.post(url(pilot, "edit"), values)
    page = text(asked)
    assert "This opens “Data protection” again" in page
    assert "To find offenders" in page
    assert before in page
    assert "Data protection, Disclosure, Measuring starts" in page
    assert "Title" not in str(asked.context["changes"])
    stored = Pilot.objects.get(pk=pilot.pk)
    assert (stored.purpose, stored.measuring, stored.title) == (before, True, pilot.title)
    hidden = asked.context["carried"]
    assert any('name="title" value="New name"' in one for one in hidden)
    no_reason = lead_client.post(
        url(pilot, "edit"), {**values, "reopens": "yes", "reopens-reason": ""}
    )
    assert "reason" in no_reason.context["form"].errors
    assert Pilot.objects.get(pk=pilot.pk).measuring
    lead_client.post(
        url(pilot, "edit"), {**values, "reopens": "yes", "reopens-reason": "Police asked"}
    )
    stored = Pilot.objects.get(pk=pilot.pk)
    assert (stored.purpose, stored.measuring) == ("To find offenders", False)
    assert stored.title == "New name"
    assert "Nothing is measured for now" in text(lead_client.get(url(pilot, "work")))
    for where in where_residents_look(pilot):
        assert "Nothing is measured for now" in text(client.get(where))
    history = text(client.get(url(pilot, "gate", "data_protection")))
    assert "Police asked" in history
    assert before in history


def test_whoever_may_not_sign_cannot_open_a_gate_by_a_change(
    lead_client: Client,
    pilot: Pilot,
    sites: list[Site],
    lead: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from lamppost.accounts import permissions
    from lamppost.accounts.roles import RIGHTS_OF_ROLE, Right, Role

    pass_up_to(pilot, lead, "measuring")
    fewer = RIGHTS_OF_ROLE[Role.LEAD] - {Right.PASS_GATES}
    monkeypatch.setattr(permissions, "rights_of", lambda _role: fewer)
    values = changed(
        pilot, purpose="To find offenders", reopens="yes", **{"reopens-reason": "Because"}
    )
    page = lead_client.post(url(pilot, "edit"), values)
    assert "that gate has to be" in text(page)
    assert Pilot.objects.get(pk=pilot.pk).measuring


# Notices ----------------------------------------------------------------------------------------


def test_a_notice_stands_as_long_as_it_holds(pilot: Pilot, sites: list[Site], lead: User) -> None:
    assert current_notice(pilot) is None
    pass_up_to(pilot, lead, "measuring")
    actions.change_pilot(
        pilot=pilot, by=lead, values={"recipients": "Police"}, reopens=True, reason="Asked"
    )
    pilot.refresh_from_db()
    shown = current_notice(pilot)
    assert shown is not None
    assert shown.kind == Notice.Kind.REOPENED
    pass_up_to(pilot, lead, "measuring", day())
    assert current_notice(Pilot.objects.get(pk=pilot.pk)) is None


# Which gates are used ---------------------------------------------------------------------------


def test_gates_are_chosen_and_the_mandatory_ones_stay(
    lead_client: Client, partnership: Partnership, pilot: Pilot
) -> None:
    address = reverse("pilots:gate_use", args=[partnership.slug])
    assert address in text(lead_client.get(reverse("pilots:list", args=[partnership.slug])))
    page = lead_client.get(address)
    assert page.context["form"]["used"].value() == ["stakeholders"]
    assert len(page.context["fixed"]) == len(MANDATORY)
    wrong = lead_client.post(address, {"used": ["technology"]})
    assert "used" in wrong.context["form"].errors
    lead_client.post(address, {"used": ["agreement", "call"]})
    used = used_gates(partnership)
    assert "stakeholders" not in used
    assert {"agreement", "call", *MANDATORY} == set(used)
    assert sorted(LedgerEntry.objects.get(action="pilots.gate_use.changed").fields) == [
        "agreement",
        "call",
        "stakeholders",
    ]
    assert "Call for solutions" in text(lead_client.get(url(pilot, "work")))
    pilot.gates.create(kind="stakeholders", document="D", signed_by_name="S", passed_on=day())
    [row] = pilot_rows(partnership)  # a gate that is no longer used counts on neither side
    assert (row.gates_passed, row.gates) == (0, len(used))
    pilot.gates.all().delete()
    lead_client.post(address, {})
    assert set(used_gates(partnership)) == MANDATORY
    assert GateUse.objects.filter(used=True).count() == 0


def test_a_gate_taken_into_use_later_does_not_close_the_way(
    pilot: Pilot, sites: list[Site], lead: User, partnership: Partnership
) -> None:
    pass_up_to(pilot, lead, "technology")
    choose_gates(partnership=partnership, by=lead, used=["stakeholders", "sites"])
    assert queries.next_gate(pilot) == GateKind.SITES
    sign_by_another(pilot, lead, "sites", day())
    assert queries.gate_obstacles(pilot, "sites") == []


def test_every_gate_says_what_it_is_for_and_what_happens_on_change(
    partnership: Partnership,
) -> None:
    for line in gate_use_lines(partnership):
        assert bool(line.fixed) == (line.kind in MANDATORY)
        assert line.used or not line.fixed
    said = {on_change(kind) for kind in GateKind.values}
    assert len(said) == len(GateKind.values)
    assert all(len(one.split()) <= 34 for one in said)


def test_the_desk_asks_a_fixed_number_of_times(
    partnership: Partnership, lead: User, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        make_pilot(partnership, lead, title=f"Pilot {number}")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert len(registered.desk_items(partnership, rights())) == 12
