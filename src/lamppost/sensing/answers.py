"""Residents' answers at the sites as the series of an indicator, counted ten people at a time.

At each site answers wait until a week is over in which ten people or more have answered since the
last count; then their share is one reading, and everybody counts anew. A reading is written once
and stays, whoever erases an answer later. Days on which the technology came on or was changed part
the counts, so that no reading holds answers from both sides; fewer than ten on one side are left
out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.pilots.models import Feedback, Pilot
from lamppost.pilots.queries import change_dates, closed_times, register_until
from lamppost.pilots.queries.pulse import feeds
from lamppost.pilots.queries.steps import start_of
from lamppost.pilots.tens import TEN
from lamppost.vision.models import Indicator

from .actions import datastream
from .models import Datastream, FeedbackSeries, Observation
from .queries import FEEDBACK, microseconds, moment_of
from .store import Row, write_observations

_BETTER, _WORSE = Feedback.Rating.BETTER.value, Feedback.Rating.WORSE.value


class SeriesRefused(ValueError):  # noqa: N818 - a refusal
    """The indicator cannot be read from feedback (any more); the message says why."""


@dataclass(frozen=True)
class Said:
    """One answer: who (an answer without a person is somebody of their own), when, and what."""

    person: str
    day: dt.date
    rating: str


@dataclass(frozen=True)
class Share:
    """What ten people or more said at a site up to a day."""

    day: dt.date
    better: int
    worse: int
    people: int

    def value(self, of: str) -> float:
        """Return the reading in per cent."""
        worse = self.worse if of == FeedbackSeries.Of.DIFFERENCE else 0
        return round(100 * (self.better - worse) / self.people, 1)


def shares_of_ten(
    answers: Iterable[Said], cuts: Iterable[dt.date], until: dt.date
) -> Iterator[Share]:
    """Yield the shares of one site, oldest first.

    Parameters
    ----------
    answers
        Ordered by moment; the latest of a person within a count is theirs.
    cuts
        Days from which everybody counts anew.
    until
        First day that is not over yet.
    """
    parts = sorted(set(cuts))
    waiting: dict[str, str] = {}
    era, last = 0, dt.date.min
    for one in answers:
        if one.day >= until:
            break
        here = sum(one.day >= day for day in parts)
        if waiting and (here != era or _monday(one.day) > _monday(last)):
            if len(waiting) >= TEN:
                yield _share(waiting, last)
                waiting = {}
            elif here != era:
                waiting = {}
        era, last = here, one.day
        waiting[one.person] = one.rating
    if len(waiting) >= TEN and _monday(last) + dt.timedelta(7) <= until:
        yield _share(waiting, last)


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(day.weekday())


def _share(waiting: Mapping[str, str], day: dt.date) -> Share:
    said = list(waiting.values())
    return Share(day, said.count(_BETTER), said.count(_WORSE), len(said))


@transaction.atomic
def set_series(*, pilot: Pilot, indicator: Indicator, of: str, by: User) -> None:
    """Read an indicator from feedback, or (with an empty `of`) no longer.

    Raises
    ------
    SeriesRefused
        Once the technology is on, and where the indicator is read in another way already.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    known = FeedbackSeries.objects.filter(pilot=kept, indicator=indicator).first()
    if (known.of if known else "") == of:
        return
    if kept.technology_on is not None:
        text = _("The technology is on. From where an indicator is read stays as it is now.")
        raise SeriesRefused(text)
    streams = Datastream.objects.filter(site__pilot=kept, indicator=indicator)
    read = streams.exclude(source=FEEDBACK).filter(observations__isnull=False)
    if of and (feeds(kept, indicator) or read.exists()):
        text = _("“%(indicator)s” is read in another way already.")
        raise SeriesRefused(text % {"indicator": indicator.name})
    # Counted anew in the other way; before the technology is on nothing rests on it yet.
    streams.filter(source=FEEDBACK).delete()
    if not of:
        FeedbackSeries.objects.filter(pilot=kept, indicator=indicator).delete()
    else:
        FeedbackSeries.objects.update_or_create(
            pilot=kept, indicator=indicator, defaults={"of": of}
        )
    record(partnership=kept.partnership, by=by, action="sensing.feedback_series.set", about=kept)
    count_answers(kept)


@transaction.atomic
def count_answers(pilot: Pilot, today: dt.date | None = None) -> int:
    """Write the readings of weeks that are over; return how many are new.

    What is written stays; answers from before the last reading of a site that come in late (typed
    from paper) are not counted in it. What was said while the pilot might not receive readings is
    never counted; what was said before is, also when its week ends only after the decision or
    after the last day of the register. During a pause, and while a gate is open again, nothing is
    written: the count waits until the pilot goes on or is decided.
    """
    series = list(FeedbackSeries.objects.filter(pilot=pilot))
    if not series or pilot.measuring_on is None or not _counts(pilot):
        return 0
    today = today or timezone.localdate()
    said, changes = _answers(pilot), change_dates(pilot)
    rows: list[Row] = []
    for site in pilot.sites.all():
        begun = start_of(pilot, site) if pilot.technology_on else None
        cuts = [*changes, *(day for day in (pilot.technology_on, begun) if day)]
        for one in series:
            stream = datastream(site=site, indicator=one.indicator, source=FEEDBACK)
            after = _last_day(stream)
            new = [each for each in said.get(site.pk, ()) if after is None or each.day > after]
            rows += [
                (stream.pk, _noon(share.day), share.value(one.of))
                for share in shares_of_ten(new, cuts, today)
            ]
    write_observations(rows)
    return len(rows)


def _counts(pilot: Pilot) -> bool:
    """Say whether readings are written: it measures, or it is decided. Reads the stored row."""
    found = Pilot.objects.filter(Q(measuring=True) | Q(decided_on__isnull=False), pk=pilot.pk)
    return found.exists()


def _answers(pilot: Pilot) -> dict[int, list[Said]]:
    rows = Feedback.objects.filter(site__pilot=pilot, given_on__gte=pilot.measuring_on)
    if last := _last_open_day(pilot):
        rows = rows.filter(given_on__lte=last)
    closed = closed_times(pilot)
    found: dict[int, list[Said]] = {}
    for pk, person, site, day, at, rating in (
        rows.exclude(rating="")
        .order_by("given_on", "given_at", "pk")
        .values_list("pk", "participant", "site", "given_on", "given_at", "rating")
    ):
        if any(first <= at and (last is None or at < last) for first, last in closed):
            continue
        who = f"answer {pk}" if person is None else str(person)
        found.setdefault(site, []).append(Said(who, day, rating))
    return found


def _last_open_day(pilot: Pilot) -> dt.date | None:
    """Return the last day on which readings may be taken, where one is known.

    That of the decision, or of the register; after the decision its entries may be deleted.
    """
    register = register_until(pilot)
    stored = Pilot.objects.values_list("decided_on", flat=True).get(pk=pilot.pk)
    return min((day for day in (stored, register) if day), default=None)


def _last_day(stream: Datastream) -> dt.date | None:
    last = Observation.objects.filter(datastream=stream).aggregate(at=Max("time"))["at"]
    return None if last is None else timezone.localdate(moment_of(last))


def _noon(day: dt.date) -> int:
    zone = timezone.get_default_timezone()
    return microseconds(dt.datetime.combine(day, dt.time(12), zone))
