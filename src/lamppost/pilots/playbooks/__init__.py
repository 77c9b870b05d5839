"""Starting points for the technologies that cities pilot."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from .documents import GATE_DOCUMENTS
from .kinds import Concern, Disclosure, KnownLesson, Playbook, SuggestedIndicator, Text
from .mobility import TRAFFIC_MANAGEMENT, TRANSIT_APP
from .places import DIGITAL_SIGNAGE, GREEN_SPACES, SMART_PARKS
from .street_lighting import STREET_LIGHTING
from .utilities import BROADBAND_ACCESS, SUSTAINABLE_ENERGY

__all__ = [
    "PLAYBOOKS",
    "Concern",
    "Disclosure",
    "KnownLesson",
    "Playbook",
    "SuggestedIndicator",
    "document_template",
    "playbook_of",
]

PLAYBOOKS: dict[str, Playbook] = {
    playbook.code: playbook
    for playbook in (
        STREET_LIGHTING,
        TRAFFIC_MANAGEMENT,
        SUSTAINABLE_ENERGY,
        TRANSIT_APP,
        BROADBAND_ACCESS,
        SMART_PARKS,
        DIGITAL_SIGNAGE,
        GREEN_SPACES,
    )
}

_OTHER = replace(
    STREET_LIGHTING,
    code="",
    title=_("Another technology"),
    summary=_("A pilot without a playbook."),
    problem_prompts=(),
    stop_rules=(),
    indicators=(),
    site_question=_("Is it better here now?"),
    feedback_questions=(),
    concerns=(),
    not_forget=(),
    disclosure=Disclosure("", "", "", "", "", ""),
    lessons=(),
    documents={},
)


def playbook_of(code: str) -> Playbook:
    """Return the playbook of this code; one without contents for a code that nobody knows."""
    return PLAYBOOKS.get(code, _OTHER)


def document_template(code: str, gate: str) -> Text:
    """Return the text from which a gate's document starts, in the reader's language."""
    return playbook_of(code).documents.get(gate) or GATE_DOCUMENTS.get(gate, "")
