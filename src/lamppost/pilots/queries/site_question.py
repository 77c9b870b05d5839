"""What residents are asked at the sites of a pilot: better, the same, or worse."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import override

from lamppost.accounts.models import Partnership

from ..models import Pilot
from ..playbooks import playbook_of


class Asked(NamedTuple):
    """A question as it is shown.

    Attributes
    ----------
    text
        The question.
    language
        The language in which it is written (BCP 47); empty where it is the reader's.
    """

    text: str
    language: str


def site_question(pilot: Pilot) -> Asked:
    """Return the pilot's own question; without one the playbook's, or the general one.

    From its notices on every pilot has one of its own (`actions.asked.keep_question`): a
    playbook that is edited changes no question that was asked.

    A question that is word for word the playbook's is shown in the reader's language, wherever
    the playbook is translated. Any other stays in the language in which the city wrote it.
    """
    own = pilot.site_question
    if own and own != usual_question(pilot.partnership, pilot.playbook):
        return Asked(own, pilot.partnership.language)
    playbook = playbook_of(pilot.playbook)
    return Asked(str(playbook.site_question), playbook.shown_language)


def usual_question(partnership: Partnership, playbook: str) -> str:
    """Return what the playbook of this code asks now, in the partnership's language."""
    return question_in(partnership.language, playbook)


def question_in(language: str, playbook: str) -> str:
    """Return what the playbook of this code asks now, in a language."""
    with override(language):
        return str(playbook_of(playbook).site_question)
