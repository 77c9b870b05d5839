"""Starting points for the technologies that cities pilot; a city can add its own as files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .documents import GATE_DOCUMENTS
from .kinds import Disclosure, Playbook, Text
from .shelf import Shelf

__all__ = ["PLAYBOOKS", "Playbook", "document_template", "playbook_of"]

PLAYBOOKS = Shelf()

_OTHER = Playbook(
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
)


def playbook_of(code: str) -> Playbook:
    """Return the playbook of this code; one without contents for a code that nobody knows."""
    return PLAYBOOKS.get(code, _OTHER)


def document_template(code: str, gate: str) -> Text:
    """Return the text from which a gate's document starts, in the reader's language."""
    return playbook_of(code).documents.get(gate) or GATE_DOCUMENTS.get(gate, "")
