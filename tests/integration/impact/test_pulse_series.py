"""Answers to the pulse as the series of an indicator: coverage, panel, estimate."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from lamppost.impact.actions import compute_estimate
from lamppost.pilots.models import PulseAnswer, PulseQuestion, PulseRound
from lamppost.sensing import desk
from lamppost.sensing.queries import coverage, readings
from lamppost.voices.actions import participant_without_device
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World

pytestmark = pytest.mark.django_db
EACH = 20


@pytest.fixture
def asked(world: World) -> PulseQuestion:
    """Rounds of a week, two before and two after; after, worry falls at the pilot sites."""
    world.indicator.unit = "% of those asked"
    world.indicator.save()
    question = PulseQuestion.objects.create(
        pilot=world.pilot,
        position=1,
        text="Do you worry here?",
        scale="yes_no",
        indicator=world.indicator,
    )
    people = [
        participant_without_device(partnership=world.pilot.partnership, channel="paper")
        for _number in range(EACH)
    ]
    starts = [MONDAY, MONDAY + dt.timedelta(21), TECHNOLOGY_ON, TECHNOLOGY_ON + dt.timedelta(21)]
    for number, start in enumerate(starts, 1):
        one = PulseRound.objects.create(
            pilot=world.pilot, number=number, starts_on=start, ends_on=start + dt.timedelta(6)
        )
        at = timezone.make_aware(dt.datetime.combine(start, dt.time(12)))
        PulseAnswer.objects.bulk_create(
            PulseAnswer(
                question=question,
                round=one,
                site=site,
                participant=person,
                value=int(
                    place
                    < 12 + (order + number) % 3 - (6 if number > 2 and site.arm == "pilot" else 0)
                ),
                answered_at=at,
                answered_on=start,
            )
            for order, site in enumerate(world.sites)
            for place, person in enumerate(people)
        )
    return question


def test_each_site_and_round_is_a_reading(world: World, asked: PulseQuestion) -> None:
    found = readings(world.pilot, world.indicator)
    assert len(found) == 6 * 4
    assert sorted(set(found.values)) == [30.0, 35.0, 40.0, 60.0, 65.0, 70.0]
    early = readings(world.pilot, world.indicator, until=min(found.times) + 1)
    assert len(early) == 6


def test_weeks_with_answers_count_for_the_baseline(world: World, asked: PulseQuestion) -> None:
    sites = coverage(world.pilot, world.indicator).sites
    assert {(one.readings, one.weeks) for one in sites} == {(4 * EACH, 4)}
    assert desk.gate_checks(world.pilot, "baseline") == []
    world.pilot.baseline_weeks = 5
    [obstacle] = desk.gate_checks(world.pilot, "baseline")
    assert obstacle.url.endswith("/pulse/")


def test_the_estimate_finds_what_changed_and_keeps_no_shares_of_sites(
    world: World, asked: PulseQuestion
) -> None:
    stored = compute_estimate(pilot=world.pilot)
    assert stored.result["finding"]["estimate"] == pytest.approx(-30)
    assert stored.result["panel"] is None
    assert stored.result["lines"]["pilot"]


def test_where_too_few_answered_a_site_has_no_reading(world: World, asked: PulseQuestion) -> None:
    few = list(
        asked.answers.filter(site=world.sites[0]).values_list("pk", flat=True)[: 4 * EACH - 9]
    )
    PulseAnswer.objects.filter(pk__in=few).delete()
    assert world.sites[0].name not in readings(world.pilot, world.indicator).units
