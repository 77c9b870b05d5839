"""Where the town is, so that a place far outside it is seen before it is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median

from ..models import Pilot, Site

KILOMETRES_A_DEGREE = 111.2
# Farther than any city is wide: such a place is a slip, or in another town.
FAR = 100.0

Place = tuple[float, float]


def middle_of_town(pilot: Pilot, *, but: int | None = None) -> Place | None:
    """Return the middle of the partnership's sites, the site `but` left out; None without any."""
    known = Site.objects.filter(pilot__partnership=pilot.partnership_id)
    found = known.exclude(pk=but or 0).values_list("latitude", "longitude")
    return middle_of((one, other) for one, other in found if one is not None and other is not None)


def middle_of(places: Iterable[Place]) -> Place | None:
    """Return the median of latitudes and of longitudes, in degrees, so that one slip moves none."""
    found = list(places)
    return (median(one[0] for one in found), median(one[1] for one in found)) if found else None


def kilometres(one: Place, other: Place) -> float:
    """Return about how far two places (latitude, longitude) are apart, in km.

    On a plane that touches the earth between them: right to a percent within a few hundred
    kilometres, which is enough to tell a town from another.
    """
    north = one[0] - other[0]
    east = (one[1] - other[1] + 180) % 360 - 180
    return KILOMETRES_A_DEGREE * math.hypot(
        north, east * math.cos(math.radians((one[0] + other[0]) / 2))
    )


def swapped(place: Place, middle: Place | None) -> bool:
    """Tell whether a place far from the town lies in it with latitude and longitude exchanged."""
    return (
        middle is not None
        and kilometres(place, middle) > FAR
        and kilometres((place[1], place[0]), middle) <= FAR
    )


def is_far(place: Place, middle: Place | None) -> bool:
    """Tell whether a place is farther from the town than any city is wide."""
    return middle is not None and kilometres(place, middle) > FAR
