"""What a playbook offers that a pilot has not taken over yet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import override

from lamppost.accounts.models import Partnership
from lamppost.vision.models import Indicator

from ..models import Pilot, PulseQuestion
from ..playbooks import playbook_of
from ..playbooks.kinds import SuggestedIndicator, SuggestedQuestion


def offered_indicators(partnership: Partnership, playbook: str) -> list[SuggestedIndicator]:
    """Return the playbook's indicators that no goal of the partnership has yet."""
    known = set(
        Indicator.objects.filter(goal__partnership=partnership).values_list("code", flat=True)
    )
    return [one for one in playbook_of(playbook).indicators if one.code not in known]


def offered_questions(pilot: Pilot) -> list[tuple[int, str]]:
    """Return the playbook's pulse questions that are not asked yet, each with its place there."""
    asked = PulseQuestion.objects.filter(pilot_id=pilot.pk).values_list("text", flat=True)
    with override(pilot.partnership.language):
        known = [str(one.text) for one in playbook_of(pilot.playbook).pulse]
    return [(place, text) for place, text in enumerate(known, 1) if text not in set(asked)]


def question_values(pilot: Pilot, one: SuggestedQuestion) -> dict[str, Any]:
    """Return a suggested question as fields of `PulseQuestion`, with its translations."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            said[code] = str(one.text)
    # A language without a translation of its own shows the original: leave that out.
    text = said[pilot.partnership.language]
    fed = pilot.indicators.filter(code=one.indicator).first() if one.indicator else None
    return {
        "text": text,
        "language": pilot.partnership.language,
        "scale": one.scale,
        "translations": {code: words for code, words in said.items() if words != text},
        "indicator": fed,
    }
