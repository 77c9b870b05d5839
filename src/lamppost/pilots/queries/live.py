"""What everybody may see of the answers while the pilot runs, by site and week where possible."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.utils import timezone

from ..models import Feedback, Pilot
from ..summaries import Answer, Place, ShownRow, Width, in_steps, public_table

A_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class PlaceRows:
    """The rows of one site, or of several that are put together."""

    places: tuple[Place, ...]
    width: Width
    rows: tuple[ShownRow, ...]

    @property
    def arm(self) -> str:
        return self.places[0].arm

    @property
    def area(self) -> str:
        """The neighbourhood that they all lie in, or empty."""
        areas = {place.area for place in self.places}
        return areas.pop() if len(areas) == 1 else ""


@dataclass(frozen=True)
class PublicLive:
    """Answers that everybody may see.

    Attributes
    ----------
    silent
        Names of sites where nobody answered yet.
    until
        The last day that is counted: yesterday, since an answer may still change today.
    """

    places: tuple[PlaceRows, ...]
    silent: tuple[str, ...]
    until: dt.date


def public_live(pilot: Pilot, today: dt.date | None = None) -> PublicLive:
    """Return the table by place and period; counted once for everybody until something changes."""
    today = today or timezone.localdate()
    key = f"pilots.live.{pilot.pk}.{today}.{pilot.technology_on}.{_state(pilot, today)}"
    found = cache.get(key)
    if found is None:
        found = _table(pilot, today)
        cache.set(key, found, A_DAY)
    table, silent = found
    return PublicLive(_by_place(table), silent, today - dt.timedelta(1))


def _state(pilot: Pilot, before: dt.date) -> str:
    """Return what changes whenever the table would; one query."""
    found = Feedback.objects.filter(site__pilot=pilot, given_on__lt=before).aggregate(
        answers=Count("pk"),
        newest=Max("pk"),
        better=Count("pk", filter=Q(rating="better")),
        worse=Count("pk", filter=Q(rating="worse")),
    )
    places = list(pilot.sites.values_list("pk", "name", "neighbourhood", "arm"))
    return sha256(repr((sorted(found.items()), sorted(places))).encode()).hexdigest()[:20]


def _table(pilot: Pilot, today: dt.date) -> tuple[list[ShownRow], tuple[str, ...]]:
    places = [Place(site.pk, site.name, site.neighbourhood, site.arm) for site in pilot.sites.all()]
    answers = answers_of(pilot, today)
    answered = {one.site for one in answers}
    silent = tuple(place.name for place in places if place.site not in answered)
    table = [in_steps(row) for row in public_table(answers, places, pilot.technology_on)]
    return table, silent


def answers_of(pilot: Pilot, before: dt.date) -> list[Answer]:
    """Return every answer that was given before a day."""
    rows = Feedback.objects.filter(site__pilot=pilot, given_on__lt=before).order_by()
    columns = ("participant", "pk", "site", "given_at", "given_on", "rating")
    return [
        Answer(person or f"answer {pk}", site, at, day, rating)
        for person, pk, site, at, day, rating in rows.values_list(*columns)
    ]


def _by_place(table: list[ShownRow]) -> tuple[PlaceRows, ...]:
    found: dict[tuple[Place, ...], list[ShownRow]] = {}
    for one in table:
        found.setdefault(one.row.places, []).append(one)
    return tuple(
        PlaceRows(places, rows[0].row.width, tuple(rows)) for places, rows in found.items()
    )
