"""Take over what a playbook suggests: indicators into the vision, questions into the pulse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import override

from lamppost.accounts.models import User
from lamppost.vision.actions.goals import add_goal, add_indicator
from lamppost.vision.models import Goal, Indicator

from ..models import Pilot, PilotIndicator
from ..playbooks import playbook_of
from ..playbooks.kinds import SuggestedIndicator
from ..queries.offered import question_values
from .pulse import set_pulse_question


@dataclass(frozen=True)
class Taken:
    """What was ticked in the plan.

    Attributes
    ----------
    indicators
        Codes of the playbook's indicators.
    questions
        Places of the playbook's pulse questions, from 1.
    goal, new_goal
        The goal that the indicators belong to, or the title of one to make.
    besides
        The vision's own, measured besides where the first of the playbook's is the main one.
    """

    indicators: Sequence[str] = ()
    questions: Sequence[int] = ()
    goal: Goal | None = None
    new_goal: str = ""
    besides: Sequence[Indicator] = ()


@transaction.atomic
def take_over(*, pilot: Pilot, by: User, taken: Taken) -> None:
    """Add what was ticked, in the partnership's language; the first indicator may be the main one.

    Raises
    ------
    PulseRefused
        When more than three questions would be asked.
    """
    playbook = playbook_of(pilot.playbook)
    wanted = [one for one in playbook.indicators if one.code in taken.indicators]
    if wanted:
        goal = taken.goal or add_goal(
            partnership=pilot.partnership, by=by, values={"title": taken.new_goal.strip()}
        )
        for one in wanted:
            _promise(pilot, add_indicator(goal=goal, by=by, values=_as_values(pilot, one)))
    for other in taken.besides:
        _promise(pilot, other)
    for place, question in enumerate(playbook.pulse, start=1):
        if place in taken.questions:
            set_pulse_question(pilot=pilot, by=by, values=question_values(pilot, question))


def _as_values(pilot: Pilot, one: SuggestedIndicator) -> dict[str, Any]:
    with override(pilot.partnership.language):
        return {
            "name": str(one.name)[:160],
            "unit": str(one.unit)[:40],
            "direction": one.direction,
            "worth_it": one.worth_it,
            "code": one.code,
        }


def _promise(pilot: Pilot, indicator: Indicator) -> None:
    has_main = pilot.pilot_indicators.filter(is_main=True).exists()
    PilotIndicator.objects.create(pilot=pilot, indicator=indicator, is_main=not has_main)
