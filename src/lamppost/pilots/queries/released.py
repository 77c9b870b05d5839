"""The tens of a pilot: what every page, chart, export and report may know of residents' answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.utils import timezone

from ..models import CountedTen, Feedback, Pilot
from ..tens import Answer, Place, Ten, count_tens
from .closing import closed_on

A_DAY = 24 * 60 * 60


def tens_of(pilot: Pilot, today: dt.date | None = None) -> list[Ten]:
    """Return every ten up to yesterday; counted once for everybody until something changes.

    What is counted for good stays (`actions.counting`); days that are over since then are added.
    """
    today = today or timezone.localdate()
    places, starts = places_of(pilot), starts_of(pilot)
    key = f"pilots.tens.{pilot.pk}.{today}.{_state(pilot, today, places, starts)}"
    found: list[Ten] | None = cache.get(key)
    if found is None:
        counted = counted_afresh(pilot, today, places, starts)
        found = [replace(one, numbers=()) for one in counted]
        cache.set(key, found, A_DAY)
    return found


def counted_afresh(
    pilot: Pilot, today: dt.date, places: Sequence[Place], starts: Sequence[dt.date]
) -> list[Ten]:
    """Return every ten up to the day before `today`, new ones with the numbers of their answers."""
    return count_tens(
        _answers(pilot, today),
        places,
        starts,
        today - dt.timedelta(1),
        kept=_kept(pilot),
        kept_until=pilot.counted_until,
    )


def places_of(pilot: Pilot) -> list[Place]:
    """Return the sites as the tables know them."""
    return [Place(one.pk, one.name, one.neighbourhood, one.arm) for one in pilot.sites.all()]


def starts_of(pilot: Pilot) -> list[dt.date]:
    """Return the days from which people are counted anew: the technology, changes, the end."""
    found = list(pilot.changes.values_list("changed_on", flat=True))
    if pilot.technology_on:
        found.append(pilot.technology_on)
    if last := closed_on(pilot):
        found.append(last + dt.timedelta(1))
    return found


def _kept(pilot: Pilot) -> list[Ten]:
    rows = CountedTen.objects.filter(pilot=pilot).order_by("counted_on", "pk")
    columns = ("arm", "since", "rating", "site", "area", "counted_on", "people")
    return [Ten(*row) for row in rows.values_list(*columns)]


def _answers(pilot: Pilot, before: dt.date) -> list[Answer]:
    rows = Feedback.objects.filter(site__pilot=pilot, given_on__lt=before).order_by()
    columns = (
        *("participant", "pk", "site", "given_at", "given_on", "rating"),
        *("ten", "ten__arm", "ten__since"),
    )
    return [
        Answer(
            f"answer {pk}" if person is None else person,
            site,
            at,
            day,
            rating,
            (arm, since) if ten else None,
            pk,
        )
        for person, pk, site, at, day, rating, ten, arm, since in rows.values_list(*columns)
    ]


def _state(
    pilot: Pilot, before: dt.date, places: Sequence[Place], starts: Sequence[dt.date]
) -> str:
    """Return what changes whenever the tens would."""
    found = Feedback.objects.filter(site__pilot=pilot, given_on__lt=before).aggregate(
        answers=Count("pk"),
        newest=Max("pk"),
        better=Count("pk", filter=Q(rating="better")),
        worse=Count("pk", filter=Q(rating="worse")),
        counted=Count("ten"),
    )
    parts = (sorted(found.items()), places, starts, pilot.counted_until)
    return sha256(repr(parts).encode()).hexdigest()[:20]
