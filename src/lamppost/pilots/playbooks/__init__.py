"""Starting points for the technologies that cities pilot; a city can add its own as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from .documents import GATE_DOCUMENTS, PROBLEM_ANSWERS, RECORD_ANSWERS
from .kinds import Disclosure, Playbook, Text
from .shelf import Shelf

__all__ = [
    "PLAYBOOKS",
    "Playbook",
    "answered_problem",
    "answered_record",
    "document_template",
    "playbook_of",
    "related_playbooks",
]

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


# Playbooks about much the same places, whose indicators may fit where one's own do not.
_RELATED = {"green-spaces": ("smart-parks",), "smart-parks": ("green-spaces",)}


def related_playbooks(code: str) -> list[Playbook]:
    """Return the playbooks whose indicators may fit too."""
    return [PLAYBOOKS[one] for one in _RELATED.get(code, ()) if one in PLAYBOOKS]


def document_template(code: str, gate: str) -> Text:
    """Return the text from which a gate's document starts, in the reader's language."""
    return playbook_of(code).documents.get(gate) or GATE_DOCUMENTS.get(gate, "")


def answered_problem(code: str, said: Mapping[str, str]) -> str:
    """Return the document of the problem gate with what the plan says below its questions.

    A playbook whose questions nobody has matched with the plan keeps them as they are.

    Parameters
    ----------
    said
        What the plan says, by the names of `PROBLEM_ANSWERS`.
    """
    own = "problem" in playbook_of(code).documents
    return _answered(code, "problem", PROBLEM_ANSWERS.get(code if own else "", ()), said)


def answered_record(code: str, gate: str, said: Mapping[str, str]) -> str:
    """Return a gate's document with what the record says below its questions.

    Questions of a playbook's own, and gates about which the record says nothing, stay as they are.

    Parameters
    ----------
    said
        What the record says, by the names of `RECORD_ANSWERS`.
    """
    own = gate in playbook_of(code).documents
    return _answered(code, gate, () if own else RECORD_ANSWERS.get(gate, ()), said)


def _answered(code: str, gate: str, names: Sequence[str], said: Mapping[str, str]) -> str:
    text = str(document_template(code, gate))
    questions = text.strip().split("\n\n")
    if len(names) != len(questions):
        return text
    pairs = zip(questions, names, strict=True)
    return "\n\n".join(f"{asked}\n{said.get(name, '')}".strip() for asked, name in pairs)
