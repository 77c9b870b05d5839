"""What each decision means for what stands at the sites, for residents and for the register."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions.agreement import RecordFixed, save_clauses
from lamppost.pilots.actions.life import pause_pilot, resume_pilot
from lamppost.pilots.actions.planning import PlanFixed
from lamppost.pilots.actions.register import change_entry
from lamppost.pilots.actions.standing import removals
from lamppost.pilots.actions.tasks import (
    TaskRefused,
    add_task,
    change_task,
    delete_task,
    do_task,
    put_back,
)
from lamppost.pilots.models import ClauseCode, Notice, Pilot, PilotTask, Site
from lamppost.pilots.queries.register import entries_of, export, in_force
from lamppost.pilots.queries.tasks import line_of, sites_still_there
from lamppost.pilots.queries.told import down_by
from lamppost.pilots.until import compared_until, last_day
from tests.integration.pilots.test_obligations import settle
from tests.pilots_world import day

WHY = {"reason": "It works.", "decided_by": "Council"}
LATER = day(400)


@pytest.fixture
def ending(running: Pilot, sites: list[Site]) -> Pilot:
    """A running pilot whose plan ends in 30 days; everything is taken down 14 days later."""
    Pilot.objects.filter(pk=running.pk).update(ends_on=day(30), removal_days=14)
    running.refresh_from_db()
    running.register_entries.update(active_until=day(44))
    return running


def decide(pilot: Pilot, by: User, kind: str, on: dt.date | None = None) -> None:
    actions.decide(pilot=pilot, by=by, kind=kind, decided_on=on or day(), **WHY)


def open_tasks(pilot: Pilot, kind: str) -> list[PilotTask]:
    return list(PilotTask.objects.filter(pilot=pilot, kind=kind, done_on=None))


def told(pilot: Pilot) -> list[str]:
    return list(pilot.notices.order_by("-pk").values_list("text", flat=True))


@pytest.mark.parametrize("kind", ["rollout", "expand"])
def test_what_is_scaled_stays_and_the_register_says_until_when(
    ending: Pilot, lead: User, kind: str
) -> None:
    settle(ending, lead)
    decide(ending, lead, kind)
    agreed = ending.tasks.get(clause=ClauseCode.REMOVAL)
    assert (agreed.done_on, "stays" in agreed.proof) == (day(), True)
    # Only what measured for comparison comes down.
    [task] = open_tasks(ending, "removal")
    assert task.due_on == day(14)
    assert {site.arm for site in sites_still_there(task)} == {"comparison"}
    assert "what stands at the pilot sites stays" in told(ending)[0]
    # The register is no longer held to the end of the pilot; a task asks for the new day.
    [order] = open_tasks(ending, "disclosure")
    assert "until when each device stays" in order.text
    [entry] = ending.register_entries.all()
    change_entry(entry=entry, by=lead, values={"active_until": LATER})
    [shown] = entries_of(Pilot.objects.get(pk=ending.pk))
    assert shown.until == LATER
    assert {one["active_until"] for one in export([shown], day(300))} == {LATER.isoformat()}
    assert shown in in_force(day(300))


def test_comparison_sites_come_down_and_the_register_keeps_the_rest(
    ending: Pilot, lead: User
) -> None:
    decide(ending, lead, "expand")
    [task] = open_tasks(ending, "removal")
    assert do_task(task=task, by=lead, done_on=day(), proof="Photos", sites=ending.sites.all())
    assert set(ending.sites.filter(removed_on=None).values_list("arm", flat=True)) == {"pilot"}
    assert not [one for one in open_tasks(ending, "disclosure") if "Close" in one.text]


@pytest.mark.parametrize("kind", ["replicate", "adapt"])
def test_what_is_not_kept_is_taken_down_by_a_day(ending: Pilot, lead: User, kind: str) -> None:
    decide(ending, lead, kind)
    [task] = open_tasks(ending, "removal")
    assert (task.due_on, sites_still_there(task).count()) == (day(44), ending.sites.count())
    assert "stays for now, and is taken down by" in told(ending)[0]
    assert not open_tasks(ending, "disclosure")
    with pytest.raises(Exception, match="Give that day or an earlier one"):
        change_entry(entry=ending.register_entries.get(), by=lead, values={"active_until": day(60)})
    # The day moves with a public reason: residents are told, and the register follows.
    change_task(task=task, by=lead, values={"due_on": day(90)}, why="The next trial starts then.")
    assert "Before, it was" in told(ending)[0]
    [order] = open_tasks(ending, "disclosure")
    assert "this last day" in order.text
    change_entry(entry=ending.register_entries.get(), by=lead, values={"active_until": day(90)})
    assert entries_of(Pilot.objects.get(pk=ending.pk))[0].until == day(90)


def test_of_what_is_kept_only_the_comparison_sites_are_said_to_come_down(
    ending: Pilot, lead: User
) -> None:
    decide(ending, lead, "rollout")
    [task] = open_tasks(ending, "removal")
    change_task(task=task, by=lead, values={"due_on": day(50)}, why="The crane comes late.")
    assert told(ending)[0].startswith("What measured at the comparison sites is taken down by")


def test_a_day_that_moves_twice_leaves_one_order_for_the_register(
    ending: Pilot, lead: User
) -> None:
    decide(ending, lead, "adapt")
    [task] = open_tasks(ending, "removal")
    for offset in (90, 120):
        change_task(task=task, by=lead, values={"due_on": day(offset)}, why="Later.")
        task.refresh_from_db()
        [order] = open_tasks(ending, "disclosure")
        assert date_format(day(offset)) in order.text
    change_task(task=task, by=lead, values={"due_on": day(44)}, why="As it was.")
    assert not open_tasks(ending, "disclosure")  # that is what the register says
    task.refresh_from_db()
    change_task(task=task, by=lead, values={"due_on": day(90)}, why="Later.")
    actions.reopen_gate(gate=ending.gates.get(kind="decision"), by=lead, reason="A mistake")
    assert not open_tasks(ending, "disclosure")


@pytest.mark.parametrize(
    ("kind", "latest"), [("adapt", 30 + 14 + 90), ("stop", 14 + 90), ("rollout", 14 + 90)]
)
def test_taking_down_is_put_off_no_further_than_the_limit(
    ending: Pilot, lead: User, kind: str, latest: int
) -> None:
    decide(ending, lead, kind)
    [task] = open_tasks(ending, "removal")
    for far in (latest + 1, 3 * 365):
        with pytest.raises(TaskRefused, match="no further"):
            change_task(task=task, by=lead, values={"due_on": day(far)}, why="The crane.")
    change_task(task=task, by=lead, values={"due_on": day(latest)}, why="The crane.")
    values = {"text": "Take the poles down", "owner": "Glow", "due_on": day(latest + 1)}
    with pytest.raises(TaskRefused, match="no further"):
        add_task(pilot=decided(ending), by=lead, values=values, clause="removal")
    # A day of before that rule: the register names none after the limit.
    PilotTask.objects.filter(pk=task.pk).update(due_on=day(3 * 365))
    ending.register_entries.update(active_until=day(3 * 365))
    kept = decided(ending)
    last = compared_until(kept) if kind == "rollout" else last_day(kept)
    assert last == day(latest)
    if kind != "rollout":
        assert entries_of(kept)[0].until == day(latest)
        late = {"active_until": day(latest + 1)}
        with pytest.raises(Exception, match="Give that day or an earlier one"):
            change_entry(entry=kept.register_entries.get(), by=lead, values=late)


def test_nothing_is_measured_while_no_site_stands(ending: Pilot, lead: User) -> None:
    decide(ending, lead, "adapt")
    [task] = open_tasks(ending, "removal")
    do_task(task=task, by=lead, done_on=day(), proof="12", sites=list(ending.sites.all()))
    actions.reopen_gate(gate=ending.gates.get(kind="decision"), by=lead, reason="A mistake")
    assert not Pilot.objects.get(pk=ending.pk).measuring
    put_back(site=ending.sites.all()[0], by=lead)
    assert Pilot.objects.get(pk=ending.pk).measuring
    # Without a decision either: what is agreed is taken down before the end.
    values = {"text": "Take the rest down", "owner": "Glow", "due_on": day(1)}
    early = add_task(pilot=ending, by=lead, values=values, kind="removal")
    do_task(task=early, by=lead, done_on=day(), proof="13", sites=[ending.sites.all()[0]])
    assert not Pilot.objects.get(pk=ending.pk).measuring
    # A pause that ends lets nothing be measured there.
    pause_pilot(pilot=decided(ending), by=lead, reason="All is down")
    resume_pilot(pilot=decided(ending), by=lead)
    assert not Pilot.objects.get(pk=ending.pk).measuring


def decided(pilot: Pilot) -> Pilot:
    return Pilot.objects.select_related("decision").get(pk=pilot.pk)


def test_taking_down_is_agreed_for_no_day_after_the_limit(pilot: Pilot, lead: User) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(ends_on=day(30), removal_days=14)
    answer = {"settled": True, "where": "7", "missing_reason": "", "task_text": "Down"}
    given = {"removal": {**answer, "task_due_on": day(135)}}
    with pytest.raises(RecordFixed, match="no further"):
        save_clauses(pilot=pilot, by=lead, answers=given)
    given["removal"]["task_due_on"] = day(134)
    save_clauses(pilot=pilot, by=lead, answers=given)


def test_an_agreed_removal_keeps_its_day_and_is_the_only_one(ending: Pilot, lead: User) -> None:
    settle(ending, lead)
    decide(ending, lead, "adapt")
    assert not open_tasks(ending, "removal")
    task = ending.tasks.get(clause=ClauseCode.REMOVAL)
    assert (task.done_on, task.due_on, task.moves) == (None, day(44), [])


def test_the_last_that_says_when_it_goes_stays(ending: Pilot, lead: User) -> None:
    settle(ending, lead)  # the gate is not in use: what it asks for may be deleted
    decide(ending, lead, "adapt")
    [first] = removals(ending)
    with pytest.raises(TaskRefused, match="follows from what happened"):
        delete_task(task=first, by=lead)
    values = {"text": "Take the poles down", "owner": "Glow", "due_on": day(50)}
    add_task(pilot=ending, by=lead, values=values, clause=ClauseCode.REMOVAL)
    delete_task(task=first, by=lead)
    assert [one.text for one in removals(ending)] == ["Take the poles down"]


def test_a_decision_after_the_planned_end_moves_what_would_be_late(
    ending: Pilot, lead: User
) -> None:
    settle(ending, lead)
    Pilot.objects.filter(pk=ending.pk).update(ends_on=day(-19), decision_due_on=day(-10))
    ending.tasks.filter(clause=ClauseCode.REMOVAL).update(due_on=day(-5))
    ending.register_entries.update(active_until=day(-5))
    ending.refresh_from_db()
    decide(ending, lead, "adapt")
    task = ending.tasks.get(clause=ClauseCode.REMOVAL)
    assert (task.due_on, task.first_due_on) == (day(14), day(-5))
    assert task.move_lines[0].why == "The pilot was decided after this day."
    assert open_tasks(ending, "disclosure")
    gate = ending.gates.get(kind="decision")
    actions.reopen_gate(gate=gate, by=lead, reason="A mistake")
    task.refresh_from_db()
    assert task.due_on == day(-5)
    assert not open_tasks(ending, "disclosure")


@pytest.mark.parametrize("kind", ["expand", "adapt"])
def test_a_decision_that_is_taken_back_leaves_nothing_behind(
    ending: Pilot, lead: User, kind: str
) -> None:
    decide(ending, lead, kind)
    actions.reopen_gate(gate=ending.gates.get(kind="decision"), by=lead, reason="A mistake")
    assert not open_tasks(ending, "removal")
    assert not open_tasks(ending, "disclosure")
    assert told(ending)[0] == "The decision is taken back. The pilot goes on."
    assert ending.notices.latest("pk").kind == Notice.Kind.RESUMED


def test_nothing_is_said_of_what_never_stood(ending: Pilot, lead: User) -> None:
    ending.register_entries.update(moves_in=["Nearby"])
    decide(ending, lead, "rollout")
    assert not open_tasks(ending, "removal")  # nothing stands at the comparison sites
    assert "comparison" not in told(ending)[0]


def test_residents_read_it_and_the_form_says_it(
    ending: Pilot, lead: User, lead_client: Client, client: Client
) -> None:
    address = reverse("pilots:decide", args=[ending.partnership.slug, ending.pk])
    assert "stands at the pilot sites stays" in lead_client.get(address).content.decode()
    decide(ending, lead, "rollout", timezone.localdate())
    site = ending.sites.filter(arm="pilot").first()
    assert site
    page = client.get(reverse("site_notice", args=[site.code])).content.decode()
    assert "what stands at the pilot sites stays" in page


def test_at_comparison_sites_of_what_is_kept_the_register_ends_with_taking_down(
    ending: Pilot, lead: User, client: Client
) -> None:
    decide(ending, lead, "rollout")
    change_entry(entry=ending.register_entries.get(), by=lead, values={"active_until": LATER})
    kept = Pilot.objects.get(pk=ending.pk)
    days = {site.name: LATER if site.arm == "pilot" else day(14) for site in kept.sites.all()}
    shown = export(entries_of(kept))
    assert {one["location_description"].split(",")[0]: one["active_until"] for one in shown} == {
        name: until.isoformat() for name, until in days.items()
    }
    past = {one["location_description"].split(",")[0] for one in export(entries_of(kept), day(20))}
    assert past == {name for name, until in days.items() if until == LATER}
    site = kept.sites.filter(arm="comparison").first()
    assert site is not None
    notice = client.get(reverse("site_notice", args=[site.code])).text
    assert f"there until {date_format(day(14))}" in notice
    [entry] = client.get(reverse("site_dtpr", args=[site.code])).json()["_lamppost"]["register"]
    assert entry["active_until"] == day(14).isoformat()


@pytest.mark.parametrize(("kind", "stays"), [("adapt", False), ("replicate", False),
                                             ("rollout", True)])  # fmt: skip
def test_only_what_is_kept_is_said_to_stay(
    ending: Pilot, lead: User, client: Client, kind: str, stays: bool
) -> None:
    decide(ending, lead, kind)
    site = ending.sites.filter(arm="pilot").first()
    assert site is not None
    page = client.get(reverse("site", args=[site.code])).text
    assert ("the technology stays" in page) is stays
    assert client.get(reverse("site_notice_in", args=[site.code, "en"])).text.count(
        "the technology stays"
    ) == int(stays)


def test_where_nothing_stands_any_more_nothing_is_said_to_stay(
    ending: Pilot, lead: User, client: Client
) -> None:
    decide(ending, lead, "adapt")
    site = ending.sites.filter(arm="pilot").first()
    assert site is not None
    assert "stays for now" in client.get(reverse("site", args=[site.code])).text
    for down in (day(), day(-3)):  # also where it was noted days later
        ending.sites.update(removed_on=down)
        assert "stays for now" not in client.get(reverse("site", args=[site.code])).text
    actions.reopen_gate(gate=ending.gates.get(kind="decision"), by=lead, reason="A mistake")
    ending.refresh_from_db()
    decide(ending, lead, "rollout")
    assert not any("what stands at the pilot sites stays" in one for one in told(ending))
    assert not [one for one in open_tasks(ending, "disclosure") if "each device stays" in one.text]


@pytest.mark.parametrize("kind", ["rollout", "adapt", "stop"])
def test_a_decision_that_is_written_down_late_tells_no_day_that_is_over(
    ending: Pilot, lead: User, kind: str
) -> None:
    ending.gates.update(passed_on=day(-20))
    long_ago = {"technology_on": day(-20), "ends_on": day(-20), "decision_due_on": day(-20)}
    Pilot.objects.filter(pk=ending.pk).update(**long_ago)
    ending.refresh_from_db()
    decide(ending, lead, kind, day(-18))
    [task] = open_tasks(ending, "removal")
    assert task.due_on == day()
    assert kind == "stop" or date_format(day()) in told(ending)[0]


def test_an_agreed_day_that_is_over_is_not_told_as_ahead(ending: Pilot, lead: User) -> None:
    settle(ending, lead)
    ending.gates.update(passed_on=day(-20))
    long_ago = {"technology_on": day(-20), "ends_on": day(-20), "decision_due_on": day(-20)}
    Pilot.objects.filter(pk=ending.pk).update(**long_ago)
    ending.tasks.filter(clause=ClauseCode.REMOVAL).update(due_on=day(-6))
    ending.refresh_from_db()
    decide(ending, lead, "adapt", day(-18))
    assert ending.tasks.get(clause=ClauseCode.REMOVAL).due_on == day(-6)
    assert not any(date_format(day(-6)) in one for one in told(ending))


def test_a_decided_pilot_is_not_asked_how_it_ends(
    ending: Pilot, lead: User, lead_client: Client
) -> None:
    decide(ending, lead, "adapt")
    page = lead_client.get(reverse("pilots:decide", args=[ending.partnership.slug, ending.pk])).text
    assert "Open the decision again" in page
    assert "Stop this pilot?" not in page
    assert "A decision is due on" not in page
    assert 'name="decided_by"' not in page


@pytest.mark.parametrize("kind", ["stop", "adapt"])
@pytest.mark.parametrize("name", ["ends_on", "removal_days", "decision_due_on"])
def test_the_plan_of_a_decided_pilot_moves_no_day_of_taking_down(
    ending: Pilot, lead: User, kind: str, name: str
) -> None:
    decide(ending, lead, kind)
    until = [entry.until for entry in entries_of(Pilot.objects.get(pk=ending.pk))]
    value = 200 if name == "removal_days" else day(60)
    with pytest.raises(PlanFixed, match="This pilot is decided"):
        actions.change_pilot(
            pilot=ending, by=lead, values={name: value}, why_later="Later.", reopens=True
        )
    assert [entry.until for entry in entries_of(Pilot.objects.get(pk=ending.pk))] == until


def test_a_stop_before_anything_is_put_up_brings_the_agreed_day_forward_too(
    pilot: Pilot, lead: User
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(ends_on=day(300), removal_days=14)
    values = {"text": "Take it down", "owner": "Glow", "due_on": day(314)}
    add_task(pilot=decided(pilot), by=lead, values=values, clause="removal", kind="obligation")
    decide(pilot, lead, "stop")
    [task] = removals(decided(pilot))
    assert task.due_on == last_day(decided(pilot)) == day(14)


def test_after_a_stop_everybody_reads_by_when_it_is_down(
    ending: Pilot, sites: list[Site], lead: User, client: Client
) -> None:
    pages = (
        reverse("site", args=[sites[0].code]),
        reverse("pilots:pilot", args=[ending.partnership.slug, ending.pk]),
    )
    decide(ending, lead, "stop")
    for page in pages:
        shown = client.get(page).content.decode()
        assert f"Everything is taken down by {date_format(day(14))}." in shown
    # Why it stopped stands once, with the decision.
    assert client.get(pages[0]).content.decode().count("It works.") == 1
    open_ones = PilotTask.objects.filter(pilot=ending, done_on=None, kind="removal")
    open_ones.update(due_on=day(-1))
    assert "That is late." in client.get(pages[0]).content.decode()
    sites[0].removed_on = day()
    sites[0].save()
    assert down_by(Pilot.objects.get(pk=ending.pk), sites[0]) is None
    open_ones.update(done_on=day())
    assert down_by(Pilot.objects.get(pk=ending.pk)) is None


def test_what_stays_is_not_said_to_be_taken_down(
    ending: Pilot, lead: User, lead_client: Client
) -> None:
    settle(ending, lead)
    decide(ending, lead, "rollout")
    address = reverse("pilots:tasks", args=[ending.partnership.slug, ending.pk])
    page = lead_client.get(address).content.decode()
    assert page.count("Not needed") == 1
    agreed = Pilot.objects.get(pk=ending.pk).tasks.get(clause=ClauseCode.REMOVAL)
    assert line_of(agreed, day()).is_not_needed
    agreed.done_on = day(-1)
    assert not line_of(agreed, day()).is_not_needed


def test_a_checklist_that_is_written_after_a_stop_agrees_to_the_day_that_was_told(
    ending: Pilot, lead: User
) -> None:
    Pilot.objects.filter(pk=ending.pk).update(company="Glow", ends_on=day(300))
    decide(decided(ending), lead, "stop")
    settle(decided(ending), lead)
    days = {task.due_on for task in removals(decided(ending))}
    assert days == {last_day(decided(ending))} == {day(14)}
