"""The story of change as plain frozen records, the same from the database and from a folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from lamppost.charts import Chart


@dataclass(frozen=True)
class Words:
    """Somebody's words, with their language and (as far as they agreed) who said them."""

    text: str
    language: str = ""
    source: str = ""

    def __str__(self) -> str:
        return self.text


Cell = str | int | Words
# A longer table is folded up on a screen.
LONGEST_OPEN = 12


@dataclass(frozen=True)
class Table:
    """Rows of evidence; a cell that somebody wrote is `Words`."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def is_long(self) -> bool:
        """Whether it is folded up on a screen."""
        return len(self.rows) > LONGEST_OPEN


@dataclass(frozen=True)
class Evidence:
    """One entry of the appendix.

    Attributes
    ----------
    anchor
        Id on the page, beginning with ``evidence-``.
    notes
        Sentences before the table.
    url, url_label
        Where to see it live, on an instance.
    """

    anchor: str
    title: str
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True)
class Claim:
    """A sentence and the evidence behind it; never one without the other."""

    text: str
    anchor: str
    label: str


@dataclass(frozen=True)
class Part:
    """What every part of the thread has.

    Attributes
    ----------
    code
        ``heard``, ``agreed``, ``tried``, ``changed`` or ``learned``.
    name
        "What we heard", and so on.
    headline
        The conclusion in one line.
    lit
        Whether there is evidence.
    unknown
        What is not known (yet), in sentences; always filled when the lamp is not lit.
    """

    code: str
    name: str
    headline: str
    lit: bool
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question with its landscape.

    Attributes
    ----------
    without
        What the charts show, with and without unusual votes; None without any.
    """

    words: Words
    claims: tuple[Claim, ...] = ()
    common_ground: Chart | None = None
    dividing: Chart | None = None
    cautions: tuple[str, ...] = ()
    without: Table | None = None


@dataclass(frozen=True)
class Heard:
    part: Part
    questions: tuple[Question, ...] = ()
    quotes: tuple[Words, ...] = ()
    people: tuple[Claim, ...] = ()
    hardly_heard: tuple[str, ...] = ()
    hardly_heard_anchor: str = ""


@dataclass(frozen=True)
class GoalAgreed:
    title: str
    description: str
    indicators: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Agreed:
    part: Part
    goals: tuple[GoalAgreed, ...] = ()
    views: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Happening:
    """Something on the pilot's own thread.

    Attributes
    ----------
    day
        When; None where the record does not say. `day_said` is the same in words.
    text
        What happened.
    said, done
        For a change: what people said and what was done.
    state
        ``lit`` for what happened, ``unlit`` for what is still to come.
    """

    day: dt.date | None
    day_said: str
    text: str
    said: str = ""
    done: str = ""
    note: str = ""
    state: str = "lit"


@dataclass(frozen=True)
class PilotTried:
    title: str
    claims: tuple[Claim, ...] = ()
    happenings: tuple[Happening, ...] = ()
    happenings_anchor: str = ""
    feedback: tuple[Chart, ...] = ()
    feedback_claim: Claim | None = None
    quotes: tuple[Words, ...] = ()
    data_note: str = ""


@dataclass(frozen=True)
class Tried:
    part: Part
    pilots: tuple[PilotTried, ...] = ()


@dataclass(frozen=True)
class PilotChanged:
    """The verdict of one pilot, or why there is none."""

    title: str
    measured: str = ""
    verdict: str = ""
    addition: str = ""
    how_sure: str = ""
    design: str = ""
    reason: str = ""
    doubt: str = ""
    otherwise: str = ""
    lines: Chart | None = None
    ruler: Chart | None = None
    claims: tuple[Claim, ...] = ()
    unknown: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Changed:
    part: Part
    pilots: tuple[PilotChanged, ...] = ()


@dataclass(frozen=True)
class LessonTold:
    title: str
    language: str
    parts: tuple[tuple[str, str], ...] = ()
    evidence: str = ""
    claim: Claim | None = None


@dataclass(frozen=True)
class PilotLearned:
    title: str
    decision: str = ""
    reason: str = ""
    claim: Claim | None = None
    next_step: str = ""
    lesson: LessonTold | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Learned:
    part: Part
    pilots: tuple[PilotLearned, ...] = ()
    views: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Story:
    """What we heard, agreed, tried, what changed, what we learned.

    Attributes
    ----------
    edition, edition_said
        The day that the page speaks of.
    origin
        Where the page comes from, in one sentence.
    evidence
        The appendix: every claim leads to one of its entries.
    """

    name: str
    town: str
    problem: str
    language: str
    made_up: bool
    edition: dt.date
    edition_said: str
    origin: str
    heard: Heard
    agreed: Agreed
    tried: Tried
    changed: Changed
    learned: Learned
    evidence: tuple[Evidence, ...] = field(default=())

    @property
    def parts(self) -> tuple[Part, ...]:
        """The five parts in order."""
        return (
            self.heard.part,
            self.agreed.part,
            self.tried.part,
            self.changed.part,
            self.learned.part,
        )

    @property
    def live_pages(self) -> dict[str, str]:
        """Anchor → the page that shows the same live, where there is one."""
        return {entry.anchor: entry.url for entry in self.evidence if entry.url}

    @property
    def claims(self) -> Iterator[Claim]:
        """Every claim on the page."""
        yield from self.heard.people
        for question in self.heard.questions:
            yield from question.claims
        for goal in self.agreed.goals:
            yield from goal.claims
        for tried in self.tried.pilots:
            yield from tried.claims
            yield from filter(None, [tried.feedback_claim])
        for changed in self.changed.pilots:
            yield from changed.claims
        for learned in self.learned.pilots:
            lesson = learned.lesson.claim if learned.lesson else None
            yield from filter(None, [learned.claim, lesson])
