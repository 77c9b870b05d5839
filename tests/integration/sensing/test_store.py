"""The observation store: what goes in comes out, once."""

from __future__ import annotations

import math

import pytest
from django.db import IntegrityError, transaction

from lamppost.sensing.actions import datastream
from lamppost.sensing.models import Observation
from lamppost.sensing.queries import coverage, readings
from lamppost.sensing.store import write_observations
from tests.impact_world import MONDAY, World, fill, noon


def test_writes_and_counts_only_what_is_new(world: World) -> None:
    stream = datastream(site=world.sites[0], indicator=world.indicator).pk
    assert write_observations([(stream, 1, 1.5), (stream, 2, 2.5)]) == 2
    assert write_observations([(stream, 2, 9.0), (stream, 3, 3.5)]) == 1
    stored = dict(Observation.objects.order_by("time").values_list("time", "value"))
    assert stored == {1: 1.5, 2: 2.5, 3: 3.5}


def test_replace_overwrites(world: World) -> None:
    stream = datastream(site=world.sites[0], indicator=world.indicator).pk
    write_observations([(stream, 1, 1.5)])
    assert write_observations([(stream, 1, 4.0), (stream, 2, 5.0)], replace=True) == 2
    assert list(Observation.objects.order_by("time").values_list("value", flat=True)) == [4.0, 5.0]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_refuses_what_is_no_number_and_writes_nothing(world: World, value: float) -> None:
    stream = datastream(site=world.sites[0], indicator=world.indicator).pk
    with pytest.raises(ValueError, match="not a number"):
        write_observations([(stream, 1, 1.0), (stream, 2, value)])
    assert not Observation.objects.exists()


def test_twice_in_one_transaction_and_rolled_back_with_it(world: World) -> None:
    stream = datastream(site=world.sites[0], indicator=world.indicator).pk

    def write_and_fail() -> None:
        with transaction.atomic():
            write_observations([(stream, 1, 1.0)])
            write_observations([(stream, 2, 2.0)])
            assert Observation.objects.count() == 2
            raise IntegrityError

    with pytest.raises(IntegrityError):
        write_and_fail()
    assert not Observation.objects.exists()


def test_readings_are_columns_with_every_site_named(world: World) -> None:
    fill(world, weeks=2)
    found = readings(world.pilot, world.indicator)
    assert len(found) == len(found.times) == len(found.values) == 6 * 14
    assert found.pilot_sites == tuple(site.name for site in world.pilot_sites)
    assert found.comparison_sites == tuple(site.name for site in world.comparison_sites)
    some = readings(world.pilot, world.indicator, since=noon(MONDAY), until=noon(MONDAY) + 1)
    assert set(some.times) == {noon(MONDAY)}


def test_coverage_counts_weeks_from_monday_and_names_silent_sites(world: World) -> None:
    stream = datastream(site=world.sites[0], indicator=world.indicator).pk
    day = 86_400_000_000
    sunday = noon(MONDAY) - day
    write_observations([(stream, sunday, 1.0), (stream, noon(MONDAY), 1.0)])
    found = coverage(world.pilot, world.indicator)
    assert (found.sites[0].readings, found.sites[0].weeks) == (2, 2)
    assert found.silent == tuple(world.sites[1:])
    assert found.readings == 2
