"""Days on which many answered at one site over one network: a reason to look, no more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from ..models import Feedback, Pilot, PulseAnswer
from .counted import GOOD_FROM


@dataclass(frozen=True)
class Burst:
    """Many people at one site on one day, over one network."""

    site: str
    day: dt.date
    people: int


def feedback_bursts(pilot: Pilot) -> list[Burst]:
    """Return the bursts among the answers at the sites, the newest first."""
    found = Feedback.objects.filter(site__pilot=pilot, one_network=True).order_by()
    rows = found.values_list("given_on", "site__name")
    counted = rows.annotate(people=Count("participant", distinct=True))
    return [Burst(site, day, people) for day, site, people in counted.order_by("-given_on")]


def pulse_bursts(pilot: Pilot) -> list[Burst]:
    """Return the bursts among the answers to the pulse, the newest first."""
    found = PulseAnswer.objects.filter(site__pilot=pilot, one_network=True).order_by()
    rows = found.values_list("answered_on", "site__name")
    counted = rows.annotate(people=Count("participant", distinct=True))
    return [Burst(site, day, people) for day, site, people in counted.order_by("-answered_on")]


@dataclass(frozen=True)
class WithAndWithout:
    """Good answers to one question, of all, with bursts and without."""

    text: str
    language: str
    good: int
    answers: int
    good_without: int
    without: int


def pulse_with_and_without(pilot: Pilot) -> list[WithAndWithout]:
    """Count good answers of every question of the pulse with and without bursts, for members."""
    found = []
    for question in pilot.pulse_questions.all():
        good, calm = Q(value__gte=GOOD_FROM[question.scale]), Q(one_network=False)
        counted = question.answers.aggregate(
            good=Count("pk", filter=good),
            answers=Count("pk"),
            good_without=Count("pk", filter=good & calm),
            without=Count("pk", filter=calm),
        )
        found.append(WithAndWithout(question.text, question.language, **counted))
    return found
