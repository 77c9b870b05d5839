"""What a playbook is made of. All texts are translatable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

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
    """

    code: str
    name: Text
    unit: Text
    direction: str
    worth_it: float
    observed_property: str
    how: Text


@dataclass(frozen=True)
class Concern:
    """What people typically worry about, and what answers it."""

    worry: Text
    answer: Text


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
    """

    title: Text
    finding: Text
    level: int
    source: str


@dataclass(frozen=True)
class Disclosure:
    """What the notice at a site says until somebody changes it."""

    purpose: Text
    technology: Text
    measured_data: Text
    personal_data: str
    retention: Text
    contact: Text


@dataclass(frozen=True)
class Playbook:
    """A starting point for one kind of technology.

    Attributes
    ----------
    code
        As stored in `Partnership.playbook` and `Pilot.playbook`.
    title, summary
        What it is, in a line and in a sentence.
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
