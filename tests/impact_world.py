"""A small pilot with sites and readings, for the tests of sensing, impact and lessons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.pilots.models import Pilot, PilotIndicator, RegisterEntry, Site
from lamppost.sensing.actions import datastream
from lamppost.sensing.queries import microseconds
from lamppost.sensing.store import write_observations
from lamppost.vision.models import Goal, Indicator

MONDAY = dt.date(2026, 1, 5)
TECHNOLOGY_ON = MONDAY + dt.timedelta(weeks=6)


@dataclass(frozen=True)
class World:
    pilot: Pilot
    indicator: Indicator
    pilot_sites: list[Site]
    comparison_sites: list[Site]

    @property
    def sites(self) -> list[Site]:
        return [*self.pilot_sites, *self.comparison_sites]


def make_world(
    partnership: Partnership,
    *,
    pilot_sites: int = 3,
    comparison_sites: int = 3,
    measuring: bool = True,
    technology: bool = True,
    **fields: object,
) -> World:
    """Make a pilot that has passed its measuring gate, and by default its technology gate."""
    goal = Goal.objects.create(partnership=partnership, title="Walk home without fear")
    indicator = Indicator.objects.create(
        goal=goal, name="People who feel unsafe", unit="per night", direction="down", worth_it=2
    )
    dates: dict[str, object] = {}
    if measuring:
        dates = {
            "data_protection_on": MONDAY - dt.timedelta(weeks=2),
            "disclosure_on": MONDAY - dt.timedelta(weeks=1),
            "measuring_on": MONDAY,
            "measuring": True,
            "registered": True,
        }
        if technology:
            dates |= {
                "baseline_on": TECHNOLOGY_ON,
                "baseline_days": 41,
                "technology_on": TECHNOLOGY_ON,
                "compared": comparison_sites > 0,
                "no_comparison_reason": "" if comparison_sites else "There is no like street",
            }
    pilot = Pilot.objects.create(
        partnership=partnership,
        title="Lights that wake when somebody walks",
        playbook="smart-street-lighting",
        problem="The lane is dark and people walk round it.",
        owner_department="Streets",
        technology="Sensor lamps, version 2",
        created_at=timezone.now(),
        **(dates | fields),
    )
    PilotIndicator.objects.create(pilot=pilot, indicator=indicator, is_main=True)
    RegisterEntry.objects.create(
        pilot=pilot, name="Counter", sensor_type="proximity", organisation="Streets",
        email="streets@city.example", active_until=timezone.localdate() + dt.timedelta(90),
    )  # fmt: skip
    return World(
        pilot,
        indicator,
        _sites(pilot, "pilot", pilot_sites),
        _sites(pilot, "comparison", comparison_sites),
    )


def _sites(pilot: Pilot, arm: str, count: int) -> list[Site]:
    return [
        Site.objects.create(
            pilot=pilot,
            code=f"{arm[0]}{pilot.pk}-{number}",
            name=f"{arm.title()} lane {number:02}",
            arm=arm,
            neighbourhood="Mill Quarter",
        )
        for number in range(1, count + 1)
    ]


def noon(day: dt.date) -> int:
    return microseconds(dt.datetime.combine(day, dt.time(12), dt.UTC))


def fill(world: World, *, weeks: int = 12, effect: float = -5.0, start: dt.date = MONDAY) -> None:
    """Write one reading a day at each site; the technology changes pilot sites by `effect`."""
    rows = []
    for number, site in enumerate(world.sites):
        stream = datastream(site=site, indicator=world.indicator)
        for day in range(7 * weeks):
            date = start + dt.timedelta(days=day)
            wobble = ((number * 7 + day * 3) % 11 - 5) / 10 + 0.3 * (number % 3)
            after = world.pilot.technology_on is not None and date >= world.pilot.technology_on
            change = effect + 0.4 * (number % 3) if after and site.arm == "pilot" else 0.0
            rows.append((stream.pk, noon(date), 20 + wobble + 0.02 * day + change))
    write_observations(rows)
