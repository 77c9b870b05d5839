"""Keep what residents are asked at the sites, from the notices on."""

from __future__ import annotations

from ..models import Pilot
from ..queries.site_question import usual_question


def keep_question(pilot: Pilot) -> None:
    """Let the pilot ask for good what its playbook asks now, where it has no question of its own.

    It is signed with the notices, and asked in the same words from then on.
    """
    if not pilot.site_question:
        pilot.site_question = usual_question(pilot.partnership, pilot.playbook)
        pilot.save(update_fields=["site_question"])
