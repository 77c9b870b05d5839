"""Dated tasks: from the agreement, done and undone, sites taken down, the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, User
from lamppost.accounts.roles import Right
from lamppost.pilots import actions
from lamppost.pilots.actions import tasks as task_actions
from lamppost.pilots.models import Notice, Pilot, PilotTask, RegisterEntry, Site
from lamppost.pilots.queries.tasks import desk_tasks, task_list
from lamppost.pilots.registered import desk_items
from tests.pilots_world import day


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def task(pilot: Pilot, lead: User) -> PilotTask:
    values = {"text": "Clean the lenses", "owner": "Streets", "due_on": day(-2)}
    return task_actions.add_task(pilot=pilot, by=lead, values=values)


@pytest.fixture
def removal(pilot: Pilot, sites: list[Site], lead: User) -> PilotTask:
    """What `decide` makes when a pilot is stopped."""
    values = {"text": "Take everything down", "owner": "Glow", "due_on": day(30)}
    return task_actions.add_task(pilot=pilot, by=lead, values=values, kind="removal")


@pytest.mark.parametrize(
    ("clause", "owner", "due"),
    [
        ("deletion", "Glow", 465),
        ("removal", "Glow", 160),
        ("publication", "Street lighting office", 110),
        ("service_levels", "Glow", 100),
        ("audit", "Street lighting office", 100),
        ("ownership", "Glow", 100),
        ("secondary_use", "Glow", 465),
    ],
)
def test_a_clause_becomes_a_task_with_the_plans_day(
    lead_client: Client, pilot: Pilot, clause: str, owner: str, due: int
) -> None:
    plan = {
        "company": "Glow",
        "ends_on": day(100),
        "removal_days": 60,
        "results_due_on": day(110),
        "technology_starts_on": day(20),
    }
    Pilot.objects.filter(pk=pilot.pk).update(**plan)
    address = url(pilot, "new_obligation", clause)
    form = lead_client.get(address).context["form"]
    start = {name: form[name].value() for name in form.fields}
    assert (start["owner"], start["due_on"]) == (owner, day(due))
    lead_client.post(address, start)
    made = PilotTask.objects.get()
    assert (made.kind, made.clause, made.due_on) == ("obligation", clause, day(due))
    assert made.text in text(Client().get(url(pilot, "agreement")))
    assert lead_client.get(url(pilot, "new_obligation", "beauty")).status_code == 404


def test_without_dates_the_form_asks_for_the_day(lead_client: Client, pilot: Pilot) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(decision_due_on=None)
    address = url(pilot, "new_obligation", "deletion")
    form = lead_client.get(address).context["form"]
    assert form["due_on"].value() is None
    answer = lead_client.post(address, {"text": "Delete", "owner": "Glow", "due_on": ""})
    assert "due_on" in answer.context["form"].errors


def test_late_tasks_say_so_in_words(
    lead_client: Client, pilot: Pilot, task: PilotTask, lead: User
) -> None:
    for offset in (0, 14, 15):
        values = {"text": f"Due in {offset}", "owner": "Streets", "due_on": day(offset)}
        task_actions.add_task(pilot=pilot, by=lead, values=values)
    lines = task_list(pilot).to_do
    assert [(one.state, one.when) for one in lines] == [
        ("late", "2 days late"),
        ("soon", "due today"),
        ("soon", "in 14 days"),
        ("open", "in 15 days"),
    ]
    page = text(lead_client.get(url(pilot, "tasks")))
    assert "2 days late" in page
    assert "1 of them late" in page
    items = desk_tasks(pilot.partnership)
    assert [item.urgent for item in items] == [True, False, False]
    titles = [str(one.title) for one in desk_items(pilot.partnership, frozenset(Right))]
    assert any("Clean the lenses" in title for title in titles)
    nobody = desk_items(pilot.partnership, frozenset({Right.VIEW_DESK}))
    assert not any("Clean the lenses" in str(one.title) for one in nobody)


def test_more_tasks_than_the_desk_has_room_for(pilot: Pilot, lead: User) -> None:
    for number in range(5):
        values = {"text": f"No. {number}", "owner": "Streets", "due_on": day(number)}
        task_actions.add_task(pilot=pilot, by=lead, values=values)
    items = desk_tasks(pilot.partnership)
    assert [item.count for item in items] == [0, 0, 0, 2]


def test_a_task_is_changed_done_opened_again_and_deleted(
    lead_client: Client, pilot: Pilot, task: PilotTask
) -> None:
    done, tasks = url(pilot, "do_task", task.pk), url(pilot, "tasks")
    changed = {"text": "Clean all lenses", "owner": "Glow", "due_on": day(3)}
    changed["why_moved"] = "The ladder was away."
    lead_client.post(url(pilot, "edit_task", task.pk), changed)
    no_proof = lead_client.post(done, {"done_on": day(), "proof": ""})
    assert "proof" in no_proof.context["form"].errors
    ahead = lead_client.post(done, {"done_on": day(1), "proof": "Photo"})
    assert "done_on" in ahead.context["form"].errors
    lead_client.post(done, {"done_on": day(), "proof": "Photo 12"})
    task.refresh_from_db()
    assert (task.text, task.done_on, task.proof) == ("Clean all lenses", day(), "Photo 12")
    assert "Photo 12" in text(lead_client.get(tasks))
    refused = lead_client.post(url(pilot, "edit_task", task.pk), changed)
    assert "Open it again first" in text(refused)
    assert "Open it again first" in text(lead_client.get(done, follow=True))
    kept = lead_client.post(url(pilot, "delete_task", task.pk), follow=True)
    assert "Open it again first" in text(kept)
    assert lead_client.get(url(pilot, "undo_task", task.pk)).status_code == 405
    lead_client.post(url(pilot, "undo_task", task.pk))
    task.refresh_from_db()
    assert task.done_on is None
    assert lead_client.get(url(pilot, "delete_task", task.pk)).status_code == 200
    lead_client.post(url(pilot, "delete_task", task.pk))
    assert not PilotTask.objects.exists()
    assert "Nothing to do" in text(lead_client.get(tasks))


def test_sites_are_taken_down_one_after_another_and_residents_told(
    lead_client: Client, pilot: Pilot, removal: PilotTask, sites: list[Site]
) -> None:
    RegisterEntry.objects.create(
        pilot=pilot,
        name="Lamp",
        sensor_type="optical",
        no_personal_data_because="A light barrier sees nobody",
        organisation="City",
        email="lamps@city.example",
        active_until=day(60),
    )
    done = url(pilot, "do_task", removal.pk)
    values = {"done_on": day(), "proof": "Photos"}
    assert "sites" in lead_client.post(done, values).context["form"].errors
    first = lead_client.post(done, {**values, "sites": [sites[0].pk]}, follow=True)
    assert "until every site is taken down" in text(first)
    assert pilot.sites.get(pk=sites[0].pk).removed_on == day()
    assert PilotTask.objects.get(pk=removal.pk).done_on is None
    assert sites[0].name in pilot.notices.get(kind="removed").text
    rest = [site.pk for site in sites[1:]]
    left = lead_client.get(done).context["form"].fields["sites"].queryset
    assert {site.pk for site in left} == set(rest)
    lead_client.post(done, {**values, "sites": rest})
    assert not pilot.sites.filter(removed_on__isnull=True).exists()
    assert PilotTask.objects.get(pk=removal.pk).done_on == day()
    register = PilotTask.objects.get(kind="disclosure")
    assert "register" in register.text
    page = text(lead_client.get(url(pilot, "tasks")))
    assert page.count("It is still there") == len(sites)
    lead_client.post(url(pilot, "put_back", sites[0].pk))
    assert pilot.sites.get(pk=sites[0].pk).removed_on is None
    assert pilot.notices.filter(kind=Notice.Kind.CHANGED).count() == 1


def test_a_site_of_another_pilot_is_not_taken_down(
    pilot: Pilot, removal: PilotTask, lead: User, sites: list[Site]
) -> None:
    pilot_of_others = Pilot.objects.create(
        partnership=pilot.partnership, title="Other", created_at=pilot.created_at
    )
    other = Site.objects.create(pilot=pilot_of_others, code="zz9", name="Far")
    done = task_actions.do_task(task=removal, by=lead, done_on=day(), proof="P", sites=[other])
    assert not done
    assert Site.objects.filter(removed_on__isnull=False).count() == 0


def test_stopping_makes_a_task_that_is_not_deleted(
    lead_client: Client, running: Pilot, lead: User
) -> None:
    words = {"reason": "It glares", "decided_by": "Council", "decided_on": day()}
    actions.decide(pilot=running, by=lead, kind="stop", **words)
    task = PilotTask.objects.get(kind="removal")
    answer = lead_client.post(url(running, "delete_task", task.pk), follow=True)
    assert "follows from what happened" in text(answer)
    assert PilotTask.objects.filter(pk=task.pk).exists()
    page = text(lead_client.get(url(running, "tasks")))
    assert "Say what was taken down" in page
    assert url(running, "delete_task", task.pk) not in page


def test_a_day_that_moves_is_counted_from_the_first(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    values = {"text": "Send the proof.", "owner": "Supplier", "due_on": day(-2)}
    task = task_actions.add_task(
        pilot=pilot, by=lead, values=values, kind="obligation", clause="deletion"
    )
    edit = url(pilot, "edit_task", task.pk)
    moved = {**values, "due_on": day(20).isoformat()}
    assert "Say why the day moves" in text(lead_client.post(edit, moved))
    assert lead_client.post(edit, {**moved, "why_moved": "The firm asked."}).status_code == 302
    line = task_list(pilot).to_do[0]
    assert (line.state, line.days, line.task.due_on) == ("late", -2, day(20))
    public = text(Client().get(url(pilot, "agreement")))
    assert "moved 1 time" in public
    assert "The firm asked." in public
    assert LedgerEntry.objects.get(action="pilots.task.moved").fields == ["due_on"]
