"""What a playbook is made of. All texts are translatable.

`playbook.schema.json` says the same of the files; `loading` makes these from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .frameworks import FRAMEWORKS

Text = str | Promise


@dataclass(frozen=True)
class SuggestedIndicator:
    """An indicator that fits the technology.

    Attributes
    ----------
    code
        Stable name within the playbook.
    name, unit
        What is measured, and in what.
    direction
        ``down`` (less is better) or ``up``.
    worth_it
        A change that would be worth the effort, in `unit`; a start for the discussion.
    observed_property
        What a sensor reports, in the words of SensorThings.
    how
        How it is usually measured, and what to watch.
    ucum
        The unit as UCUM writes it; empty where UCUM has none.
    crosswalk
        Framework (``citykeys``, ``u4ssc``, ``iso_37120``, ``iso_37122``, ``sdg_11``) → numbers
        under which it counts something near to this.
    no_match
        Framework → why it has no number here: ``no_indicator`` or ``not_checked``; for CITYkeys
        after its theme.
    counted_nowhere
        Why no framework does, where none fits.
    """

    code: str
    name: Text
    unit: Text
    direction: str
    worth_it: float
    observed_property: str
    how: Text
    ucum: str = ""
    crosswalk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_match: Mapping[str, str] = field(default_factory=dict)
    counted_nowhere: Text = ""

    @property
    def lines(self) -> list[tuple[Text, Text]]:
        """Unit, worth-it size and observed property, each with its label."""
        unit = format_lazy("{unit} ({ucum})", unit=self.unit, ucum=self.ucum)
        return [
            (_("Unit"), unit if self.ucum and self.ucum != str(self.unit) else self.unit),
            (_("A change worth it"), number_format(self.worth_it)),
            (_("Observed property"), self.observed_property),
        ]

    @property
    def elsewhere(self) -> list[tuple[str, str, Text]]:
        """Framework's name, a number of it, and in our words what is counted under that."""
        return [
            (FRAMEWORKS[name].name, number, FRAMEWORKS[name].words(number))
            for name, numbers in self.crosswalk.items()
            for number in numbers
        ]

    @property
    def unknown_in(self) -> str:
        """The frameworks that count nothing near to this, as far as is known."""
        return self._without("no_indicator")

    @property
    def unchecked_in(self) -> str:
        """The frameworks that may count it, but whose number could not be checked."""
        return self._without("not_checked")

    def _without(self, why: str) -> str:
        found = []
        for name, said in self.no_match.items():
            theme, _colon, reason = said.rpartition(": ")
            if reason == why:
                found.append(FRAMEWORKS[name].name + (f" ({theme})" if theme else ""))
        return ", ".join(found)


@dataclass(frozen=True)
class SuggestedQuestion:
    """A fixed question for the pulse.

    Attributes
    ----------
    scale
        ``yes_no`` or ``five``.
    indicator
        Code of the indicator that the answers feed, or empty.
    """

    text: Text
    scale: str
    indicator: str = ""


@dataclass(frozen=True)
class Concern:
    """What people typically worry about, and what answers it."""

    worry: Text
    answer: Text


@dataclass(frozen=True)
class Risk:
    """A risk to people's data, and what answers it."""

    risk: Text
    measure: Text


@dataclass(frozen=True)
class KnownLesson:
    """What another city found.

    Attributes
    ----------
    title, finding
        Where and when; what came out.
    level
        Maryland scale from 0 (no evidence of effect) to 5 (randomised), graded from the design
        described.
    source
        Where it is published.
    case
        A short name by which it can be referred to, or empty.
    design
        What was compared with what, or empty.
    failed
        It was stopped, missed its aim or did harm.
    """

    title: Text
    finding: Text
    level: int
    source: str
    case: str = ""
    design: Text = ""
    failed: bool = False


@dataclass(frozen=True)
class Disclosure:
    """What the notice at a site says until somebody changes it.

    Attributes
    ----------
    dtpr
        Category of DTPR's device taxonomy (``purpose``, ``tech``, …) → ids of its elements.
    """

    purpose: Text
    technology: Text
    measured_data: Text
    personal_data: str
    retention: Text
    contact: Text
    dtpr: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def elements(self) -> list[tuple[str, str]]:
        """Category and element of DTPR, one pair each, in DTPR's own names."""
        return [(category, one) for category, ids in self.dtpr.items() for one in ids]


@dataclass(frozen=True)
class Playbook:
    """A starting point for one kind of technology.

    Attributes
    ----------
    code
        As stored in `Partnership.playbook` and `Pilot.playbook`.
    title, summary
        What it is, in a line and in a sentence.
    residents_say
        The problem as residents may say it: examples, not quotes of anybody.
    problem_prompts
        Questions that help to write the problem in residents' words.
    stop_rules
        Examples of what would make the city stop.
    indicators
        The first one is the usual main one.
    site_question
        What the page of a site asks; the answers are better, the same, worse.
    feedback_questions
        Further questions for conversations at the site.
    concerns
        Typical worries and what answers them.
    not_forget
        People who are easily left out.
    disclosure
        The notice at the site.
    lessons
        What other cities found, failures too.
    documents
        Gate (its code) → text to start the document from; other gates have a common one.
    pulse
        One to three fixed questions.
    risks
        Risks to people's data.
    checklist
        What to have done before the technology is on.
    own
        Whether the city added it.
    language
        Language in which it is written.
    languages
        Further languages into which its file translates it; empty for our own, whose texts are
        translated with the rest of the interface.
    """

    code: str
    title: Text
    summary: Text
    problem_prompts: tuple[Text, ...]
    stop_rules: tuple[Text, ...]
    indicators: tuple[SuggestedIndicator, ...]
    site_question: Text
    feedback_questions: tuple[Text, ...]
    concerns: tuple[Concern, ...]
    not_forget: tuple[Text, ...]
    disclosure: Disclosure
    lessons: tuple[KnownLesson, ...] = ()
    documents: Mapping[str, Text] = field(default_factory=dict)
    pulse: tuple[SuggestedQuestion, ...] = ()
    risks: tuple[Risk, ...] = ()
    checklist: tuple[Text, ...] = ()
    residents_say: tuple[Text, ...] = ()
    own: bool = False
    language: str = "en"
    languages: tuple[str, ...] = ()

    @property
    def shown_language(self) -> str:
        """In which language its texts are shown to whoever reads now; empty: in theirs."""
        reader = get_language() or ""
        known = {self.language, *self.languages}
        if not self.own or reader in known or reader.split("-")[0] in known:
            return ""
        return self.language
