"""What everybody may see of the answers while the pilot runs, by site and week where possible."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from ..models import Pilot
from ..summaries import PlaceRows, table_of
from .released import places_of, tens_of


@dataclass(frozen=True)
class PublicLive:
    """Answers that everybody may see.

    Attributes
    ----------
    waiting
        Names of sites that have no number of their own yet. Whether nobody or nine answered there
        is not told: the day of a first answer would be one person's.
    until
        The last day that is counted: yesterday, since an answer may still change today.
    """

    places: tuple[PlaceRows, ...]
    waiting: tuple[str, ...]
    until: dt.date


def public_live(pilot: Pilot, today: dt.date | None = None) -> PublicLive:
    """Return the table by place and period."""
    today = today or timezone.localdate()
    places = places_of(pilot)
    table = table_of(tens_of(pilot, today), places, pilot.technology_on)
    alone = {one.places[0].site for one in table if len(one.places) == 1}
    waiting = tuple(place.name for place in places if place.site not in alone)
    return PublicLive(table, waiting, today - dt.timedelta(1))
