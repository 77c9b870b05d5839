"""Residents' answers at the sites as the series of an indicator, counted ten people at a time.

At each site answers wait until a week is over in which ten people or more have answered since the
last count; then their share is one reading, and everybody counts anew. The average of a kind of
site is public, so its sites that have ten wait further until, of all of theirs together, ten or
more said so and ten or more did not. A reading is written once and stays, whoever erases an answer
later. Days on which the technology came on or was changed part the counts, so that no reading holds
answers from both sides; what is too little on one side is left out.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.pilots.queries import change_dates, closed_times, register_until
from lamppost.pilots.queries.pulse import feeds
from lamppost.pilots.queries.steps import start_of
from lamppost.pilots.tens import TEN
from lamppost.vision.models import Indicator

from .actions import datastream
from .models import Datastream, FeedbackSeries, Observation
from .queries import FEEDBACK, microseconds, moment_of
from .store import Row, write_observations

WEEK = dt.timedelta(7)
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
    """What ten people or more said at a site; those counted together have the same day."""

    day: dt.date
    better: int
    worse: int
    people: int

    def value(self, of: str) -> float:
        """Return the reading in per cent."""
        worse = self.worse if of == FeedbackSeries.Of.DIFFERENCE else 0
        return round(100 * (self.better - worse) / self.people, 1)


def shares_of_ten(
    answers: Mapping[int, Iterable[Said]],
    cuts: Mapping[int, Iterable[dt.date]],
    until: dt.date,
    kinds: Collection[str] = (FeedbackSeries.Of.BETTER,),
) -> Iterator[tuple[int, Share]]:
    """Yield site and share of the sites of one kind, oldest first.

    All that are counted at once get the last day of their answers: were they dated apart, a week's
    average could be that of one site alone.

    Parameters
    ----------
    answers
        By site, ordered by moment; the latest of a person within a count is theirs.
    cuts
        By site, days from which everybody counts anew.
    until
        First day that is not over yet.
    kinds
        What is read of these answers (`FeedbackSeries.Of`): it must rest on ten people each way.
    """
    coming = {site: deque(said) for site, said in answers.items()}
    parts = {site: set(cuts.get(site, ())) for site in coming}
    ends = {_monday(one.day) + WEEK for said in coming.values() for one in said}
    waiting: dict[int, dict[str, Said]] = {site: {} for site in coming}
    for end in sorted(ends.union(*parts.values())):
        if end > until:
            return
        for site, said in coming.items():
            while said and said[0].day < end:
                one = said.popleft()
                waiting[site][one.person] = one
        over = [site for site in coming if end == _monday(end) or end in parts[site]]
        ready = {site: waiting[site] for site in over if len(waiting[site]) >= TEN}
        if shares := _counted_together(ready, kinds):
            yield from shares.items()
        for site in over:
            if site in shares or end in parts[site]:
                waiting[site] = {}


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(day.weekday())


def _counted_together(
    ready: Mapping[int, Mapping[str, Said]], kinds: Collection[str]
) -> dict[int, Share]:
    """Return the share of each site, or nothing where their average rests on too few."""
    if not ready:
        return {}
    day = max(one.day for said in ready.values() for one in said.values())
    shares = {site: _share(said.values(), day) for site, said in ready.items()}
    return shares if _enough(shares.values(), kinds) else {}


def _share(said: Collection[Said], day: dt.date) -> Share:
    ratings = [one.rating for one in said]
    return Share(day, ratings.count(_BETTER), ratings.count(_WORSE), len(ratings))


def _enough(shares: Collection[Share], kinds: Collection[str]) -> bool:
    """Say whether ten people or more said each of what can be told apart in these readings."""
    better = sum(one.better for one in shares)
    worse = sum(one.worse for one in shares)
    people = sum(one.people for one in shares)
    ways = [better, people - better]
    if FeedbackSeries.Of.DIFFERENCE in kinds:
        ways = [better, worse]
        if FeedbackSeries.Of.BETTER in kinds:
            ways.append(people - better - worse)
    return min(ways) >= TEN


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
    kinds = {one.of for one in series}
    sites: dict[str, list[Site]] = {}
    cuts: dict[int, list[dt.date]] = {}
    for site in pilot.sites.all():
        sites.setdefault(site.arm, []).append(site)
        begun = start_of(pilot, site) if pilot.technology_on else None
        cuts[site.pk] = [*changes, *(day for day in (pilot.technology_on, begun) if day)]
    rows: list[Row] = []
    for one in series:
        for arm in sites.values():
            streams = {
                site.pk: datastream(site=site, indicator=one.indicator, source=FEEDBACK)
                for site in arm
            }
            new = {pk: _since(stream, said.get(pk, ())) for pk, stream in streams.items()}
            rows += [
                (streams[pk].pk, _noon(share.day), share.value(one.of))
                for pk, share in shares_of_ten(new, cuts, today, kinds)
            ]
    write_observations(rows)
    return len(rows)


def _since(stream: Datastream, said: Iterable[Said]) -> list[Said]:
    """Return the answers that came after the last reading."""
    after = _last_day(stream)
    return [one for one in said if after is None or one.day > after]


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
