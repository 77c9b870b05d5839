"""Questions of a gate's document that nobody has answered."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ..models import GateKind, Pilot
from ..playbooks import document_template
from ..playbooks.documents import SCREENING


def open_questions(pilot: Pilot, kind: str, text: str) -> list[str]:
    """Return the questions that stand in a document with nothing below them, in their order.

    A question that was taken out is none, and one with an answer beside it neither.
    """
    asked = _questions(pilot.playbook, kind)
    lines = [line.strip() for line in text.splitlines() if letters(line)]
    below = [*lines[1:], ""][: len(lines)]
    return [
        line
        for line, after in zip(lines, below, strict=True)
        if letters(line) in asked and (not after or letters(after) in asked)
    ]


def letters(text: str) -> str:
    """Return the letters and digits alone: a dash or an empty sign is no answer."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def not_answered(waiting: list[str]) -> str:
    """Name the questions that nobody answered, with the remedy."""
    quoted = " ".join(f"“{one}”" for one in waiting)
    said = _(
        "Not answered: %(questions)s Write each answer below its question, or take the line out."
    )
    return said % {"questions": quoted}


def _questions(playbook: str, kind: str) -> set[str]:
    """Return the lines of the text that a document starts from, in whichever language."""
    found: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.update(str(document_template(playbook, kind)).split("\n"))
            if kind == GateKind.DATA_PROTECTION:
                # The first line is its title.
                found.update(str(SCREENING).split("\n")[1:])
    return {letters(line) for line in found if letters(line)}
