"""Count residents' answers for good: what was public once is never changed by what comes later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from lamppost.voices.models import Participant

from ..models import (
    Change,
    ChangeFeedback,
    Commitment,
    CommitmentFeedback,
    CountedTen,
    Feedback,
    FixAnswer,
    FixTen,
    Pilot,
    PulseAnswer,
    PulseShare,
    PulseTen,
    Theme,
    ThemeFeedback,
)
from ..queries.counted import About, behind, fix_said, new_shares, pulse_said
from ..queries.released import counted_afresh, places_of, starts_of
from ..tens import Said, new_tens, whole_tens


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


@transaction.atomic
def count_said_for_good(pilot: Pilot, today: dt.date | None = None) -> int:
    """Keep what is public of the pulse, of "did this fix it?" and of who stands behind what.

    Return how many rows are new.

    Called before an answer is erased, changed or moved to another person, and once a day.
    """
    today = today or timezone.localdate()
    kept = Pilot.objects.select_for_update(of=("self",)).get(pk=pilot.pk)
    return _keep_pulse(kept, today) + _keep_fixes(kept, today) + keep_behind(kept)


def _keep_pulse(pilot: Pilot, today: dt.date) -> int:
    said, new = pulse_said(pilot, today), 0
    for (asked, number, arm), answers in said.by_arm.items():
        for good, people in new_tens(answers).items():
            ten = PulseTen.objects.create(
                question_id=asked,
                round_id=number,
                arm=arm,
                good=bool(good),
                counted_on=today,
                people=len(people),
            )
            PulseAnswer.objects.filter(pk__in=_numbers(people)).update(ten=ten)
            new += 1
    for (asked, number, site), (good_ones, everybody) in new_shares(said).items():
        share = PulseShare.objects.create(
            question_id=asked,
            round_id=number,
            site_id=site,
            counted_on=today,
            people=len(everybody),
            good=len(good_ones),
        )
        PulseAnswer.objects.filter(pk__in=_numbers(everybody)).update(share=share)
        new += 1
    return new


def _keep_fixes(pilot: Pilot, today: dt.date) -> int:
    new = 0
    for about, answers in fix_said(pilot, today).items():
        for answer, people in new_tens(answers).items():
            ten = FixTen.objects.create(
                commitment_id=about, answer=str(answer), counted_on=today, people=len(people)
            )
            FixAnswer.objects.filter(pk__in=_numbers(people)).update(ten=ten)
            new += 1
    return new


# What has people behind it, and how its links name it.
BEHIND = (
    (Theme, ThemeFeedback, "theme"),
    (Commitment, CommitmentFeedback, "commitment"),
    (Change, ChangeFeedback, "change"),
)


def keep_behind(pilot: Pilot) -> int:
    """Count the people behind themes, promises and changes for good, ten at a time.

    Return behind how many of them more people are counted now.
    """
    return sum(
        _keep_behind(about, links.objects.filter(**{name: about}).select_related("feedback"))
        for records, links, name in BEHIND
        for about in records.objects.filter(pilot=pilot)
    )


def _keep_behind(about: About, links: QuerySet[Any]) -> int:
    who = behind(about, links)
    new = whole_tens(len(who.waiting))
    counted = [one for own in list(who.waiting.values())[:new] for one in own]
    if counted or who.again:
        links.filter(pk__in=[*counted, *who.again]).update(counted=True)
    if new:
        type(about).objects.filter(pk=about.pk).update(counted_people=F("counted_people") + new)
    return bool(new)


@transaction.atomic
def take_from_behind(about: About, answers: Iterable[Feedback]) -> None:
    """Take answers from behind a record that are about something else: the lead's correction.

    Whoever has none left there is counted no more; those who left by themselves stay counted.
    """
    before = behind(about, about.links.select_related("feedback"))
    about.feedback.remove(*answers)
    after = behind(about, about.links.select_related("feedback"))
    gone = (before.people - len(before.waiting)) - (after.people - len(after.waiting))
    if gone:
        left = max(0, about.counted_people - gone)
        type(about).objects.filter(pk=about.pk).update(counted_people=left)


def _numbers(people: Iterable[Said]) -> list[int]:
    return [cast(int, one.number) for one in people]


def count_before_leaving(participant: Participant) -> None:
    """Keep what is public of everything that a person said, before it goes or becomes another's."""
    mine = {"participant": participant}
    at = Feedback.objects.filter(**mine).values("site__pilot")
    asked = PulseAnswer.objects.filter(**mine).values("question__pilot")
    for pilot in Pilot.objects.filter(Q(pk__in=at) | Q(pk__in=asked)):
        count_for_good(pilot)
        count_said_for_good(pilot)


def count_all_for_good() -> int:
    """Count every pilot's answers; the worker does it once a day."""
    return sum(count_for_good(one) + count_said_for_good(one) for one in Pilot.objects.all())
