"""The pulse on paper: for each site a sheet with boxes, and the code that leads to its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from .models import Pilot, PulseQuestion, Site
from .queries import sites_by_arm
from .queries.pulse import choices_of, words_of
from .sheets import qr_svg


@dataclass(frozen=True)
class PaperQuestion:
    """A question as it is printed: in each of its languages, with its answers in each."""

    says: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class PulseSheet:
    """What is printed for one site."""

    site: Site
    address: str
    code_svg: str
    questions: tuple[PaperQuestion, ...]


def pulse_address(site: Site) -> str:
    """Return the full public address at which a site's questions are asked."""
    return f"{settings.LAMPPOST_URL}{reverse('site_pulse', args=[site.code])}"


def pulse_sheets(pilot: Pilot) -> list[PulseSheet]:
    """Return a sheet for every site, pilot sites first; none while there is no question."""
    questions = tuple(_printed(question) for question in pilot.pulse_questions.all())
    if not questions:
        return []
    return [_sheet(site, questions) for site in sites_by_arm(pilot)]


def _sheet(site: Site, questions: tuple[PaperQuestion, ...]) -> PulseSheet:
    address = pulse_address(site)
    return PulseSheet(site, address.removeprefix("https://"), qr_svg(address), questions)


def _printed(question: PulseQuestion) -> PaperQuestion:
    says = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            words, language = words_of(question)
            answers = tuple(text for _value, text in choices_of(question))
        if language == code:
            says.append((code, words, answers))
    first = [one for one in says if one[0] == question.language]
    return PaperQuestion(tuple(first + [one for one in says if one[0] != question.language]))
