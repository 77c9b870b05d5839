"""Count residents' answers for good: what was public once is never changed by what comes later."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.db import transaction
from django.utils import timezone

from ..models import CountedTen, Feedback, Pilot
from ..queries.released import counted_afresh, places_of, starts_of


def count_for_good(pilot: Pilot, today: dt.date | None = None) -> int:
    """Keep the tens of the days that are over; return how many are new.

    Called before anything is written that could change them: a new or late answer, one that is
    erased, a site that moves, a change, a gate. Cheap where today's call was made already.
    """
    today = today or timezone.localdate()
    until = today - dt.timedelta(1)
    if pilot.counted_until and pilot.counted_until >= until:
        return 0
    return _keep(pilot, today, until)


@transaction.atomic
def _keep(pilot: Pilot, today: dt.date, until: dt.date) -> int:
    kept = Pilot.objects.select_for_update(of=("self",)).get(pk=pilot.pk)
    pilot.counted_until = until
    if kept.counted_until and kept.counted_until >= until:
        return 0
    counted = counted_afresh(kept, today, places_of(kept), starts_of(kept))
    new = [one for one in counted if one.numbers]
    for one in new:
        row = CountedTen.objects.create(
            pilot=kept,
            site_id=cast(int | None, one.site),
            area=one.area,
            arm=one.arm,
            since=one.since,
            rating=one.rating,
            counted_on=one.on,
            people=one.people,
        )
        Feedback.objects.filter(pk__in=cast(tuple[int, ...], one.numbers)).update(ten=row)
    Pilot.objects.filter(pk=kept.pk).update(counted_until=until)
    return len(new)


def count_all_for_good() -> int:
    """Count every pilot's answers; the worker does it once a day."""
    return sum(count_for_good(pilot) for pilot in Pilot.objects.all())
