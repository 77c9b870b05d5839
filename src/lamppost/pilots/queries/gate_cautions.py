"""What does not shut a gate and should be known before it is passed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import GateKind, Pilot, PulseAnswer
from ..ports import GATE_CAUTIONS, Obstacle
from .pulse_gate import pulse_obstacles


def gate_cautions(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Return what will be missing for good when the gate is passed now; it does not shut it."""
    found = [one for answer in GATE_CAUTIONS.ask(pilot, kind) for one in answer]
    return found + (_pulse(pilot) if kind == GateKind.BASELINE else [])


def _pulse(pilot: Pilot) -> list[Obstacle]:
    """Say that residents were not asked before; where that shuts the gate it is said there."""
    answers = PulseAnswer.objects.filter(question__pilot=pilot)
    if answers.exists() or pulse_obstacles(pilot):
        return []
    if pilot.pulse_questions.exists():
        text = _("Nobody answered the pulse yet: how residents feel before will not be known.")
    else:
        text = _("The pulse has no question: how residents feel before will not be known.")
    url = reverse("pilots:pulse", args=[pilot.partnership.slug, pilot.pk])
    return [Obstacle(text, url, _("Go to the pulse"))]
