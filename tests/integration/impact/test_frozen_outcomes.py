"""What a frozen plan names stays in sight, whatever becomes of it later."""

from __future__ import annotations

import pytest

from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.page import outcome_lines
from lamppost.pilots.models import PilotIndicator
from lamppost.vision.models import Indicator
from tests.impact_world import World, fill


def other(world: World, name: str, code: str = "") -> Indicator:
    found = Indicator.objects.create(
        goal=world.indicator.goal, name=name, unit="lux", worth_it=1, code=code
    )
    PilotIndicator.objects.create(pilot=world.pilot, indicator=found)
    return found


def freeze(world: World, **values: object) -> None:
    stated = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    set_plan(pilot=world.pilot, by=None, values={**stated, **values})
    freeze_plan(pilot=world.pilot)


@pytest.mark.parametrize("lost", ["deleted", "renamed", "coded"])
def test_an_outcome_that_is_there_no_more_stays_in_the_table(world: World, lost: str) -> None:
    gone = other(world, "Light at windows", code="light")
    freeze(world)
    fill(world)
    PilotIndicator.objects.filter(indicator=gone).delete()
    if lost == "deleted":
        gone.delete()
    else:
        # Past the action, as if the refusal had a hole.
        field = {"renamed": "name", "coded": "code"}[lost]
        Indicator.objects.filter(pk=gone.pk).update(**{field: "other"})
    lines = outcome_lines(compute_estimate(pilot=world.pilot).result)
    assert [(one.name, one.planned, one.reached) for one in lines] == [
        ("People who feel unsafe", True, True),
        ("Light at windows", True, False),
    ]


def test_an_outcome_with_the_same_code_is_not_the_one_that_was_planned(world: World) -> None:
    planned = other(world, "Light at windows", code="light")
    freeze(world)
    PilotIndicator.objects.filter(indicator=planned).delete()
    late = other(world, "Chosen afterwards", code="light")
    fill(world)
    fill(World(world.pilot, late, world.pilot_sites, world.comparison_sites))
    lines = outcome_lines(compute_estimate(pilot=world.pilot).result)
    assert [(one.name, one.planned) for one in lines[1:]] == [
        ("Light at windows", True),
        ("Chosen afterwards", False),
    ]


def test_a_twin_added_later_is_not_planned(world: World) -> None:
    other(world, "Light at windows", code="light")
    freeze(world)
    late = other(world, "Light at windows", code="light")
    fill(world)
    fill(World(world.pilot, late, world.pilot_sites, world.comparison_sites))
    lines = outcome_lines(compute_estimate(pilot=world.pilot).result)
    assert [(one.planned, one.reached) for one in lines[1:]] == [(True, False), (False, True)]
