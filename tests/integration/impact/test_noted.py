"""What the record says beside the readings goes into the checks of a verdict."""

from __future__ import annotations

import datetime as dt

from lamppost.impact.actions import compute_estimate
from lamppost.impact.notebook import notebook
from lamppost.impact.noted import device_changes, who_answered
from lamppost.impact.plans import ruling
from lamppost.impact.said import said_of
from lamppost.pilots.models import PulseQuestion, PulseRound, PulseShare
from lamppost.pilots.queries.pulse import pulse_panel
from lamppost.sensing.actions import datastream
from lamppost.sensing.models import Observation
from tests.impact_world import TECHNOLOGY_ON, World, fill, noon


def test_another_device_at_every_pilot_site_may_be_what_is_seen(world: World) -> None:
    fill(world)
    assert device_changes(world.pilot, world.indicator) is None
    day = TECHNOLOGY_ON + dt.timedelta(1)
    for site in world.pilot_sites:
        old = datastream(site=site, indicator=world.indicator)
        new = datastream(site=site, indicator=world.indicator, source="new counter")
        later = Observation.objects.filter(datastream=old, time__gte=noon(day))
        later.update(datastream=new)
    found = device_changes(world.pilot, world.indicator)
    assert found == tuple((site.name, day.isoformat()) for site in world.pilot_sites)
    stored = compute_estimate(pilot=world.pilot)
    [check] = [one for one in said_of(stored).checks if one.name == "sensor_changed"]
    assert check.status == "block"
    assert "Pilot places: 3. Other places: 0." in check.sentence
    assert stored.result["finding"]["verdict"]["code"] == "cannot_tell"
    code = notebook(stored, "x")["cells"][3]["source"]
    assert f"SensorChange('{world.pilot_sites[0].name}', '{TECHNOLOGY_ON}')" in code


def test_who_answered_is_told_by_area_from_what_is_counted(world: World) -> None:
    pilot, (here, there, _) = world.pilot, world.pilot_sites
    there.neighbourhood = "Old Town"
    there.save()
    question = PulseQuestion.objects.create(
        pilot=pilot, position=1, text="Safe?", scale="yes_no", indicator=world.indicator
    )
    begins = (-28, -3, 14)
    rounds = [
        PulseRound.objects.create(
            pilot=pilot, number=number, starts_on=TECHNOLOGY_ON + dt.timedelta(day),
            ends_on=TECHNOLOGY_ON + dt.timedelta(day + 6),
        )
        for number, day in enumerate(begins, 1)
    ]  # fmt: skip
    for found, site, people in ((0, here, 40), (1, here, 99), (2, here, 10), (2, there, 30)):
        PulseShare.objects.create(
            question=question,
            round=rounds[found],
            site=site,
            good=5,
            people=people,
            counted_on=rounds[found].ends_on,
        )
    assert who_answered(pilot, world.indicator, ruling({}, pilot)) == (
        ("Mill Quarter", 40, 10, "pilot"),
        ("Old Town", 0, 30, "pilot"),
    )


def test_who_answered_before_and_after_goes_by_the_start_of_the_site_itself(world: World) -> None:
    pilot, (here, there, _) = world.pilot, world.pilot_sites
    other = world.comparison_sites[0]
    there.step, there.starts_on = 2, TECHNOLOGY_ON + dt.timedelta(28)
    there.save()
    question = PulseQuestion.objects.create(
        pilot=pilot, position=1, text="Safe?", scale="yes_no", indicator=world.indicator
    )
    # A week of which each site knows by its own start whether it lies before, after, or in it.
    for number, day in enumerate((14, 26, 35), 1):
        found = PulseRound.objects.create(
            pilot=pilot, number=number, starts_on=TECHNOLOGY_ON + dt.timedelta(day),
            ends_on=TECHNOLOGY_ON + dt.timedelta(day + 6),
        )  # fmt: skip
        for site, people in ((here, 20), (there, 40), (other, 60)):
            PulseShare.objects.create(
                question=question, round=found, site=site, good=people // 2, people=people,
                counted_on=found.ends_on,
            )  # fmt: skip
    for site, area in ((here, "Mill"), (there, "Old Town"), (other, "Mill")):
        site.neighbourhood = area
        site.save()
    assert who_answered(pilot, world.indicator, ruling({}, pilot)) == (
        ("Mill", 0, 180, "comparison"),
        ("Mill", 0, 60, "pilot"),
        ("Old Town", 40, 40, "pilot"),
    )
    read = {(one.site.name, one.at.date()) for one in pulse_panel(pilot, world.indicator)}
    assert len(read) == 8
    # The round in which it came to this site is a reading everywhere but here.
    assert sum(name == there.name for name, _day in read) == 2
