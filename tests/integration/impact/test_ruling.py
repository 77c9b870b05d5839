"""What the verdict and its pages say where a pilot is another than its frozen plan."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.models import Estimate, EvaluationPlan
from lamppost.impact.notebook import notebook
from lamppost.impact.plans import plan_of
from lamppost.impact.queries import is_behind
from lamppost.impact.said import said_of
from lamppost.pilots.actions import PlanFixed, change_pilot
from lamppost.pilots.models import Pilot, PilotVersion, Site
from lamppost.sensing.actions import datastream
from lamppost.sensing.devices import Done, note_devices
from lamppost.sensing.models import DeviceNote
from lamppost.sensing.store import write_observations
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World, fill, make_world, noon

ENDS = TECHNOLOGY_ON + dt.timedelta(weeks=10, days=-1)
LONGER = ENDS + dt.timedelta(weeks=6)
EARLIER = ENDS - dt.timedelta(weeks=4)
GOES_ON = "though the pilot goes on. What is read later is not planned."


@pytest.fixture
def world(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> World:
    found = make_world(partnership, ends_on=ENDS, decision_due_on=LONGER + dt.timedelta(99))
    at = dt.datetime.combine(TECHNOLOGY_ON - dt.timedelta(2), dt.time(9), dt.UTC)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: at)
        values = {"indicator": found.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
        set_plan(pilot=found.pilot, by=None, values=values)
        freeze_plan(pilot=found.pilot)
    fill(found, weeks=16)
    return found


def estimate(world: World) -> Estimate:
    """Compute as if nobody had looked before."""
    Estimate.objects.all().delete()
    return compute_estimate(pilot=Pilot.objects.get(pk=world.pilot.pk))


def pages(world: World) -> dict[str, str]:
    args = [world.pilot.partnership.slug, world.pilot.pk]
    names = ("pilot", "sheet", "method", "data", "plan_read")
    return {
        one: " ".join(Client().get(reverse(f"impact:{one}", args=args)).content.decode().split())
        for one in names
    }


def move_end(world: World, day: dt.date, *, on: dt.date | None = None) -> None:
    moves = [{"what": "ends_on", "from": ENDS.isoformat(), "to": day.isoformat(),
              "on": on.isoformat(), "why": "Snow lay until May."}] if on else []  # fmt: skip
    Pilot.objects.filter(pk=world.pilot.pk).update(ends_on=day, plan_moves=moves)


def late_readings(world: World, size: float) -> None:
    """Write readings from after the end of the plan, in which the pilot sites rise by `size`."""
    rows = []
    for number, site in enumerate(world.sites):
        stream = datastream(site=site, indicator=world.indicator)
        for day in range((LONGER - ENDS).days):
            date = ENDS + dt.timedelta(days=day + 1)
            value = 20 + 0.1 * ((number + day) % 5) + (size if site.arm == "pilot" else 0.0)
            rows.append((stream.pk, noon(date), value))
    write_observations(rows)


def test_a_longer_pilot_keeps_the_estimate_of_its_plan(world: World) -> None:
    planned = estimate(world)
    late_readings(world, 30.0)
    assert estimate(world).result["finding"] == planned.result["finding"]
    move_end(world, LONGER, on=ENDS + dt.timedelta(3))
    stored = estimate(world)
    assert stored.result["finding"] == planned.result["finding"]
    assert stored.result["lines"] == planned.result["lines"]
    beyond = stored.result["ruled"]["beyond"]
    assert beyond["periods"] == len(beyond["lines"]["periods"]) == 6
    assert beyond["lines"]["periods"][0] > stored.result["lines"]["periods"][-1]
    # What nobody planned says otherwise, and stands beside it without a word of a verdict.
    assert beyond["estimate"] > 0 > planned.result["finding"]["estimate"]
    said = said_of(stored)
    assert GOES_ON in said.ruled[0]
    assert said.ruled[1].startswith("Not planned: with the later readings")
    assert said.ruled[1].endswith("That bears no word of a verdict.")
    [check] = [one for one in said.checks if one.name == "plan_changed"]
    assert check.status == "pass"


def test_every_page_says_how_far_the_estimate_goes(world: World) -> None:
    move_end(world, LONGER, on=ENDS + dt.timedelta(3))
    late_readings(world, 30.0)
    stored = estimate(world)
    found = pages(world)
    for name, text in found.items():
        assert GOES_ON in text, name
    for name in ("pilot", "sheet", "method"):
        assert "That bears no word of a verdict." in found[name], name
    for name in ("pilot", "sheet"):
        assert "from here on not planned" in found[name], name
    for name in ("pilot", "sheet", "plan_read"):
        assert "Snow lay until May." in found[name], name
    cells = notebook(stored, "x")["cells"]
    assert any(GOES_ON in one["source"] for one in cells)


@pytest.mark.parametrize("weeks", [2, 4, 6])
def test_no_end_is_chosen_once_readings_are_known(world: World, weeks: int) -> None:
    """Whoever moves the end back afterwards finds the verdict as it was."""
    planned = estimate(world)
    end = ENDS - dt.timedelta(weeks=weeks)
    move_end(world, end, on=ENDS + dt.timedelta(20))
    stored = estimate(world)
    assert stored.result["finding"] == planned.result["finding"]
    assert "was said only after that day, so it does not count." in said_of(stored).ruled[0]


def test_an_end_that_was_said_ahead_counts_and_is_told(world: World) -> None:
    planned = estimate(world)
    move_end(world, EARLIER, on=EARLIER - dt.timedelta(3))
    stored = estimate(world)
    assert stored.result["lines"]["periods"] == planned.result["lines"]["periods"][:-4]
    said = said_of(stored)
    assert "as was said ahead. The estimate runs to that day." in said.ruled[0]
    [check] = [one for one in said.checks if one.name == "plan_changed"]
    assert check.status == "warn"


def test_a_site_added_later_is_not_planned_and_a_turned_one_counts_as_planned(
    world: World,
) -> None:
    planned = estimate(world)
    late = Site.objects.create(pilot=world.pilot, code="late", name="Late lane", arm="comparison")
    stream = datastream(site=late, indicator=world.indicator)
    write_observations(
        [(stream.pk, noon(MONDAY + dt.timedelta(day)), 5.0 + day) for day in range(112)]
    )
    turned = world.comparison_sites[0]
    Site.objects.filter(pk=turned.pk).update(arm="pilot")
    stored = estimate(world)
    assert stored.result["finding"]["estimate"] == planned.result["finding"]["estimate"]
    said = " ".join(said_of(stored).ruled)
    assert "Late lane came after the plan was frozen" in said.replace("⁨", "").replace("⁩", "")
    assert "is of another kind than in the frozen plan" in said


def test_the_estimate_that_does_not_know_the_new_end_says_so(world: World) -> None:
    stored = estimate(world)
    pilot = Pilot.objects.get(pk=world.pilot.pk)
    assert is_behind(pilot, stored, plan_of(pilot)) == ""
    move_end(world, LONGER)
    pilot.refresh_from_db()
    assert is_behind(pilot, stored, plan_of(pilot)) == "plan"


def test_what_is_changed_after_the_end_of_the_plan_is_in_none_of_its_readings(
    world: World, lead: User
) -> None:
    move_end(world, LONGER, on=ENDS)
    PilotVersion.objects.create(
        pilot=world.pilot, number=1, what="as agreed", from_on=TECHNOLOGY_ON, written_on=MONDAY
    )
    PilotVersion.objects.create(
        pilot=world.pilot, number=2, what="brighter", from_on=ENDS + dt.timedelta(9),
        written_on=ENDS,
    )  # fmt: skip
    done = [Done(world.pilot_sites[0], ENDS + dt.timedelta(9), DeviceNote.What.REPLACED)]
    note_devices(pilot=world.pilot, by=lead, rows=done)
    stored = estimate(world)
    assert stored.result["setting"]["breaks"] == []
    checks = {one.name: one.status for one in said_of(stored).checks}
    assert checks["sensor_changed"] == "pass"
    assert checks.get("spec_changed", "pass") == "pass"
    pilot = Pilot.objects.get(pk=world.pilot.pk)
    assert is_behind(pilot, stored, plan_of(pilot)) == ""


def test_a_day_of_a_frozen_plan_moves_with_a_public_reason(world: World, lead: User) -> None:
    values = {"ends_on": timezone.localdate() + dt.timedelta(30)}
    with pytest.raises(PlanFixed, match="Say why they move"):
        change_pilot(pilot=world.pilot, by=lead, values=values)
    change_pilot(pilot=world.pilot, by=lead, values=values, why_moved=" Snow lay until May. ")
    [move] = Pilot.objects.get(pk=world.pilot.pk).plan_move_lines
    assert (move.before, move.after, move.why) == (ENDS, values["ends_on"], "Snow lay until May.")
    assert move.on == timezone.localdate()
    entry = LedgerEntry.objects.filter(action="pilots.pilot.changed").latest("pk")
    assert {"ends_on", "plan_moves"} <= set(entry.fields)
    text = pages_of_plan(world)
    assert "Snow lay until May." in text
    assert GOES_ON in text


def pages_of_plan(world: World) -> str:
    args = [world.pilot.partnership.slug, world.pilot.pk]
    return " ".join(Client().get(reverse("impact:plan_read", args=args)).content.decode().split())


def test_without_a_frozen_plan_nobody_asks_why(world: World, lead: User) -> None:
    EvaluationPlan.objects.all().delete()
    change_pilot(pilot=world.pilot, by=lead, values={"ends_on": LONGER})
    assert Pilot.objects.get(pk=world.pilot.pk).plan_moves == []


def test_the_form_asks_why_the_end_moves(world: World, lead_client: Client) -> None:
    url = reverse("pilots:edit", args=[world.pilot.partnership.slug, world.pilot.pk])
    form = lead_client.get(url).context["form"]
    sent = {
        name: value
        for name, field in form.fields.items()
        if not field.disabled and (value := form[name].value()) not in (None, "")
    }
    sent["ends_on"] = LONGER.isoformat()
    text = lead_client.post(url, sent).content.decode()
    assert "Say why the day moves. Everybody reads it." in text
    assert Pilot.objects.get(pk=world.pilot.pk).ends_on == ENDS
    answer = lead_client.post(url, {**sent, "why_moved": "Snow lay until May."})
    assert answer.status_code == 302, answer.content.decode()
    [move] = Pilot.objects.get(pk=world.pilot.pk).plan_moves
    assert json.dumps(move)
    assert move["why"] == "Snow lay until May."
