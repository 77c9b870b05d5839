from __future__ import annotations

import datetime as dt

import pytest

from lamppost.accounts.models import Partnership, User
from lamppost.impact.actions import compute_estimate
from lamppost.lessons.actions import change_lesson, draft_lesson, publish_lesson
from lamppost.lessons.models import Lesson
from lamppost.pilots.models import Change, Decision
from tests.impact_world import TECHNOLOGY_ON, World, fill, make_world


@pytest.fixture
def world(partnership: Partnership) -> World:
    """Return a pilot with an estimate, a change and a decision."""
    world = make_world(partnership)
    fill(world)
    compute_estimate(pilot=world.pilot)
    Change.objects.create(
        pilot=world.pilot,
        you_said="Too bright at night",
        we_did="Shields fitted.",
        changed_on=TECHNOLOGY_ON + dt.timedelta(days=10),
    )
    Decision.objects.create(
        pilot=world.pilot,
        kind="adapt",
        reason="Works, with shields.",
        decided_by="City council",
        decided_on=TECHNOLOGY_ON + dt.timedelta(days=50),
    )
    world.pilot.decided_on = TECHNOLOGY_ON + dt.timedelta(days=50)
    world.pilot.measuring = False
    world.pilot.save()
    return world


@pytest.fixture
def lesson(world: World, lead: User) -> Lesson:
    """Return a published lesson."""
    drafted = draft_lesson(pilot=world.pilot, by=lead)
    changed = change_lesson(lesson=drafted, by=lead, values={"did_not_work": "Bats left the lane."})
    return publish_lesson(lesson=changed, by=lead)
