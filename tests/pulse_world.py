"""Questions, rounds and answers of the pulse, for its tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.pilots.actions import pulse
from lamppost.pilots.models import Pilot, PulseAnswer, PulseQuestion, PulseRound, Site
from lamppost.vision.models import Indicator
from lamppost.voices.actions import participant_without_device
from lamppost.voices.models import Participant
from tests.pilots_world import day


def add_question(pilot: Pilot, by: User, **values: Any) -> PulseQuestion:
    filled = {"text": "Do you feel safe here after dark?", "language": "en", "scale": "yes_no"}
    return pulse.set_pulse_question(pilot=pilot, by=by, values=filled | values)


def add_round(pilot: Pilot, by: User, first: int, last: int) -> PulseRound:
    return pulse.set_pulse_round(pilot=pilot, by=by, starts_on=day(first), ends_on=day(last))


def somebody(partnership: Partnership) -> Participant:
    return participant_without_device(partnership=partnership, channel="web")


def answer(question: PulseQuestion, site: Site, value: int, who: Participant | None = None) -> Any:
    return pulse.answer_pulse(
        question=question,
        site=site,
        participant=who or somebody(question.pilot.partnership),
        value=value,
    )


def many(question: PulseQuestion, found: PulseRound, site: Site, yes: int, no: int) -> None:
    """Store answers of so many people, as they were given in that round."""
    partnership = question.pilot.partnership
    at = timezone.make_aware(dt.datetime.combine(found.starts_on, dt.time(12)))
    PulseAnswer.objects.bulk_create(
        PulseAnswer(
            question=question,
            round=found,
            site=site,
            participant=somebody(partnership),
            value=int(number < yes),
            answered_at=at + dt.timedelta(seconds=number),
            answered_on=found.starts_on,
        )
        for number in range(yes + no)
    )


def page_of(name: str, pilot: Pilot, *more: object) -> str:
    return reverse(f"pilots:{name}", args=["elm-street", pilot.pk, *more])


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def percent_indicator(pilot: Pilot, direction: str = "up", main: bool = True) -> Indicator:
    link = pilot.pilot_indicators.get(is_main=True)
    Indicator.objects.filter(pk=link.indicator_id).update(
        unit="% of those asked", direction=direction
    )
    return Indicator.objects.get(pk=link.indicator_id)
