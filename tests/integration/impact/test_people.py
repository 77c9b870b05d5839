"""Who benefits by group of people, from the file of a survey to the page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import User
from lamppost.impact.actions import compute_estimate
from lamppost.impact.people import by_group
from lamppost.impact.plans import ruling
from lamppost.pilots.models import PilotIndicator
from lamppost.sensing.surveys import import_survey
from lamppost.vision.models import Indicator
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World, fill

WAVES = (MONDAY + dt.timedelta(7), TECHNOLOGY_ON + dt.timedelta(14))
AGES = {"18-29": 0.5, "75-up": 0.5}


@pytest.fixture
def asked(world: World) -> Indicator:
    goal = world.indicator.goal
    found = Indicator.objects.create(goal=goal, name="Waiting is bearable", unit="of 100",
                                     direction="up")  # fmt: skip
    PilotIndicator.objects.create(pilot=world.pilot, indicator=found)
    fill(world, weeks=12)
    compute_estimate(pilot=world.pilot)
    return found


def survey(world: World, *, few: int = 60, old_after: int = 56, waves: int = 2) -> bytes:
    """At each site 70 of each age; of the old more agree at the pilot sites afterwards."""
    rows = ["site,period,answer,group,people"]
    for number, day in enumerate(WAVES[:waves]):
        for site in world.sites:
            there = number == 1 and site.arm == "pilot"
            for group, good in (("18-29", 30), ("75-up", old_after if there else 30)):
                people = few if there and group == "18-29" else 70
                rows.append(f"{site.name},{day},agree,{group},{good if people == 70 else 3}")
                rows.append(f"{site.name},{day},no,{group},{people - good}")
    return "\n".join(rows).encode()


def take(world: World, asked: Indicator, lead: User, text: bytes, ages: dict[str, float]) -> None:
    import_survey(
        pilot=world.pilot, indicator=asked, by=lead, content=text, file_name="survey.csv",
        counted="agree", population=ages, by_what="age" if ages else "",
    )  # fmt: skip


def page(world: World, name: str = "pilot") -> str:
    slug = world.pilot.partnership.slug
    found = Client().get(reverse(f"impact:{name}", args=[slug, world.pilot.pk]))
    assert found.status_code == 200
    return found.content.decode()


@pytest.mark.usefixtures("asked")
def test_without_a_survey_the_page_says_what_to_collect(world: World) -> None:
    assert by_group(world.pilot, ruling({}, world.pilot)) == []
    assert "no survey was taken in" in page(world)


def test_each_group_has_its_change_against_the_comparison_sites(
    world: World, asked: Indicator, lead: User
) -> None:
    take(world, asked, lead, survey(world, few=70), AGES)
    [found] = by_group(world.pilot, ruling({}, world.pilot))
    young, old = found.changes
    assert (found.by, young.group, old.group) == ("age", "18-29", "75-up")
    assert young.low < 0 < young.high
    assert old.low > 0
    text = page(world)
    rose = "It rose against the comparison sites for: 75 or older."
    assert f"{rose} That is what was hoped for." in text
    assert "a rise, for the better" in text
    assert "For the others we cannot tell." in text
    assert "For whom it changed" in text
    assert "18 to 29" in text
    # The waves of every survey stand there, also of an indicator beside the main one.
    assert "at least 420" in text
    assert "It rose against the comparison sites for: 75 or older." in page(world, "sheet")


def test_too_few_of_one_group_hides_every_group_in_words(
    world: World, asked: Indicator, lead: User
) -> None:
    take(world, asked, lead, survey(world, few=40), AGES)
    text = page(world)
    assert "Too few to say who benefits by group of people" in text
    assert "For whom it changed" not in text
    # The wave in which too few answered has no group either; the one before has both.
    assert text.count("<bdi>75 or older</bdi>") == 3


def test_groups_that_nobody_asked_for_are_asked_for(
    world: World, asked: Indicator, lead: User
) -> None:
    take(world, asked, lead, survey(world), {})
    assert "nobody’s group was asked" in page(world)


def test_a_first_wave_alone_waits_for_the_second(
    world: World, asked: Indicator, lead: User
) -> None:
    take(world, asked, lead, survey(world, waves=1), AGES)
    assert "Ask the same question again." in page(world)


def test_what_people_say_after_the_end_is_not_of_the_pilot(
    world: World, asked: Indicator, lead: User
) -> None:
    take(world, asked, lead, survey(world, few=70), AGES)
    world.pilot.ends_on = WAVES[1] - dt.timedelta(1)
    assert [one.missing for one in by_group(world.pilot, ruling({}, world.pilot))] == ["after"]


def test_a_rise_of_what_should_fall_is_for_the_worse(
    world: World, asked: Indicator, lead: User
) -> None:
    Indicator.objects.filter(pk=asked.pk).update(direction="down", name="Waiting is a burden")
    asked.refresh_from_db()
    take(world, asked, lead, survey(world, few=70), AGES)
    text = page(world)
    rose = "It rose against the comparison sites for: 75 or older."
    assert f"{rose} That is a change for the worse." in text
    assert "a rise, for the worse" in text
    assert "gained" not in text


def test_waves_that_asked_for_other_groups_are_not_called_missing(
    world: World, asked: Indicator, lead: User
) -> None:
    first, second = survey(world, few=70, waves=1), survey(world, few=70)
    head, *rows = second.decode().split("\n")
    later = [row.replace("75-up", "60-74") for row in rows if str(WAVES[1]) in row]
    take(world, asked, lead, first, AGES)
    take(world, asked, lead, "\n".join([head, *later]).encode(), {"18-29": 0.5, "60-74": 0.5})
    [found] = by_group(world.pilot, ruling({}, world.pilot))
    assert (found.missing, [change.group for change in found.changes]) == ("", ["18-29"])
    assert "there is no survey" not in page(world)
