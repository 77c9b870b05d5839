"""Mid-term and final report of a pilot, generated from its record.

No required answer is blank: what is missing is listed, with where to give it; and printed as "not
recorded, because …" only where the lead wrote why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..models import Pilot, ReportNote
from . import report_parts as parts
from .open_questions import letters
from .report_missing import asked_for
from .report_parts import Facts, Part

MIDTERM, FINAL = ReportNote.Which.MIDTERM.value, ReportNote.Which.FINAL.value
BOTH = frozenset({MIDTERM, FINAL})
ONLY_FINAL = frozenset({FINAL})

# Question → what answers it, and in which reports an answer is required.
QUESTIONS: dict[str, tuple[Callable[[Facts], Part], frozenset[str]]] = {
    "challenge": (parts.challenge, BOTH),
    "solution": (parts.solution, BOTH),
    "partners": (parts.partners, BOTH),
    "selection": (parts.selection, frozenset()),
    "timeline": (parts.timeline, BOTH),
    "sites": (parts.sites, BOTH),
    "data": (parts.data_protection, BOTH),
    "baseline": (parts.baseline, BOTH),
    "residents": (parts.residents, BOTH),
    "done": (parts.done, BOTH),
    "changes": (parts.changes, BOTH),
    "results": (parts.results, ONLY_FINAL),
    "costs": (parts.costs, BOTH),
    "not_worked": (parts.not_worked, BOTH),
    "lesson": (parts.lesson, ONLY_FINAL),
    "bought": (parts.bought, ONLY_FINAL),
    "decision": (parts.decision, ONLY_FINAL),
    "next": (parts.next_steps, BOTH),
}
# A report from halfway says nothing of the end.
NOT_AT_MIDTERM = frozenset({"lesson", "bought", "decision"})


@dataclass(frozen=True)
class Section:
    """One question of a report with its answer.

    Attributes
    ----------
    part
        What the record says.
    required
        Whether the report is incomplete without an answer.
    note
        What the lead wrote: more words, or why nothing is recorded.
    """

    code: str
    part: Part
    required: bool
    note: ReportNote | None

    @property
    def missing(self) -> bool:
        return self.required and not self.part.answered and self.note is None

    @property
    def asked_for(self) -> str:
        """What is missing, and who can add it; empty where the record or the lead answers."""
        if self.part.answered or self.note is not None:
            return ""
        return asked_for(self.code)

    @property
    def reason(self) -> str:
        """Why nothing is recorded; empty where something is."""
        return self.note.missing_reason if self.note and not self.part.answered else ""


@dataclass(frozen=True)
class Report:
    """A report as it stands now."""

    which: str
    title: str
    sections: tuple[Section, ...]

    @property
    def missing(self) -> list[Section]:
        return [section for section in self.sections if section.missing]


def questions_of(which: str) -> list[str]:
    """Return the codes of a report's questions, in their order."""
    left_out = NOT_AT_MIDTERM if which == MIDTERM else frozenset()
    return [code for code in QUESTIONS if code not in left_out]


def report_of(pilot: Pilot, which: str) -> Report:
    """Return the report `which` of `pilot` as its record stands now."""
    facts = Facts.of(pilot, which)
    # A dash that an earlier version took for an answer is none.
    written = pilot.report_notes.filter(which=which)
    notes = {one.code: one for one in written if letters(one.text or one.missing_reason)}
    sections = []
    for code in questions_of(which):
        answer, required_in = QUESTIONS[code]
        sections.append(Section(code, answer(facts), which in required_in, notes.get(code)))
    return Report(which, str(ReportNote.Which(which).label), tuple(sections))


def question_title(pilot: Pilot, which: str, code: str) -> str:
    """Return the question in words."""
    return str(QUESTIONS[code][0](Facts.of(pilot, which)).title)
