"""What the pulse answers to the ports of earlier stages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from lamppost.vision.joining import move_rows
from lamppost.vision.models import Indicator
from lamppost.voices.models import Participant
from lamppost.voices.ports import Contribution, Moved

from .actions.counting import count_before_leaving
from .actions.pulse import erase_pulse_answer
from .models import GateKind, Pilot, PulseAnswer, Site
from .ports import Obstacle
from .queries.pulse import answer_words, open_round, words_of


def contributions(participant: Participant) -> list[Contribution]:
    """Every answer to a fixed question that this participant gave."""
    found = PulseAnswer.objects.filter(participant=participant).order_by("answered_at", "pk")
    return [
        _contribution(answer)
        for answer in found.select_related("question", "round", "site__pilot__partnership")
    ]


def _contribution(answer: PulseAnswer) -> Contribution:
    words, language = words_of(answer.question)
    now = open_round(answer.site.pilot)
    address = reverse("site_pulse", args=[answer.site.code])
    return Contribution(
        kind="pulse",
        identifier=str(answer.pk),
        about=f"{words} ({answer.site.name})",
        answer=answer_words(answer),
        language=language,
        given_at=answer.answered_at,
        change_url=f"{address}?question={answer.question_id}" if now == answer.round else "",
        details={"site": answer.site.name, "round": answer.round.number, "value": answer.value},
    )


def erase_contribution(participant: Participant, kind: str, identifier: str) -> bool:
    """Erase one answer."""
    return kind == "pulse" and erase_pulse_answer(participant=participant, identifier=identifier)


def participants_joined(mine: Participant, into: Participant) -> Moved:
    """Let answers of a participant who proved to be another be the other's.

    Where both answered a question at a site in the same round, the other's answer stays.
    """
    fields = ("question", "round", "site")
    count_before_leaving(mine)
    return Moved(*move_rows(PulseAnswer.objects.all(), fields, mine, into))


def site_keepers(site: Site) -> list[Obstacle]:
    """Keep a site at which people answered."""
    if not PulseAnswer.objects.filter(site=site).exists():
        return []
    return [Obstacle(_("People answered the pulse at this site."))]


def indicator_keepers(indicator: Indicator) -> list[str]:
    """Keep name, unit and direction of an indicator that answers feed."""
    if not PulseAnswer.objects.filter(question__indicator=indicator).exists():
        return []
    return [_("People answered a question of the pulse that feeds this indicator.")]


def gate_keepers(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Keep the day on which the technology came on, once there are answers from after it."""
    if kind != GateKind.TECHNOLOGY or pilot.technology_on is None:
        return []
    after = PulseAnswer.objects.filter(question__pilot=pilot, answered_on__gte=pilot.technology_on)
    if not after.exists():
        return []
    text = _("People answered the pulse after the technology came on. That day stays now.")
    return [Obstacle(text)]
