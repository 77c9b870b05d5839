"""What the pulse asks of the baseline gate."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Pilot, PulseAnswer, Site
from ..ports import Obstacle


def pulse_obstacles(pilot: Pilot) -> list[Obstacle]:
    """Ask for a round before the technology is on, where the main indicator is a pulse question.

    Without it nobody knows how residents felt before.
    """
    main = pilot.pilot_indicators.filter(is_main=True).first()
    if main is None or not pilot.pulse_questions.filter(indicator=main.indicator_id).exists():
        return []
    answers = PulseAnswer.objects.filter(
        question__pilot=pilot, question__indicator=main.indicator_id
    )
    answered = set(answers.order_by().values_list("site__arm", flat=True).distinct())
    arms = pilot.sites.order_by().values_list("arm", flat=True).distinct()
    silent = [str(Site.Arm(arm).label) for arm in sorted(arms, reverse=True) if arm not in answered]
    if not silent:
        return []
    url = reverse("pilots:pulse", args=[pilot.partnership.slug, pilot.pk])
    text = _(
        "The main indicator is asked in the pulse, and nobody answered yet at: %(arms)s. Hold a "
        "round before the technology is on."
    )
    return [Obstacle(text % {"arms": ", ".join(silent)}, url, _("Go to the pulse"))]
