"""Plain records of the demo town: what happened, to whom, when. No database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .truth import Truth


@dataclass(frozen=True)
class Dates:
    """The days on which things happened, all counted from one today."""

    today: dt.date
    founded: dt.date
    question_opens: dt.date
    goals_agreed: dt.date
    pilot_planned: dt.date
    measuring_starts: dt.date
    technology_on: dt.date
    turned_down: dt.date
    pilot_ends: dt.date
    decided: dt.date
    lesson: dt.date
    question_closes: dt.date


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in; `organisation` is set for those who speak for one."""

    role: str
    name: str
    email: str
    organisation: str = ""


@dataclass(frozen=True)
class Person:
    """A stakeholder, person or organisation, with the fields of the record."""

    name: str
    kind: str
    group: str
    organisation: str
    neighbourhood: str
    influence: int
    interest: int
    concerns: str
    contact_preference: str
    contact: str
    language: str
    status: str


@dataclass(frozen=True)
class Meeting:
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    agenda: str
    minutes: str
    invited: tuple[str, ...]
    attended: tuple[str, ...]


@dataclass(frozen=True)
class Participant:
    """Somebody who votes; `opinion_group` is planted and never stored."""

    number: int
    opinion_group: int
    channel: str
    language: str
    came_at: dt.datetime


@dataclass(frozen=True)
class Statement:
    """One sentence; `author` is a participant's number, None for the partnership's own."""

    number: int
    text: str
    language: str
    author: int | None
    state: str
    reason: str
    consent: bool
    said_at: dt.datetime
    moderated_at: dt.datetime | None
    # Says the same as this one, and was merged into it.
    merged_into: int | None = None
    merged_at: dt.datetime | None = None
    # Its words before staff mended them, and why; `text` is what is shown.
    earlier: str = ""
    mended_because: str = ""


@dataclass(frozen=True)
class Vote:
    participant: int
    statement: int
    value: int
    cast_at: dt.datetime
    channel: str


@dataclass(frozen=True)
class Conversation:
    question: str
    background: str
    asked_by: str
    decides: str
    statements: tuple[Statement, ...]
    participants: tuple[Participant, ...]
    votes: tuple[Vote, ...]
    # Somebody thought again: these replace the vote of the same participant and statement.
    second_thoughts: tuple[Vote, ...]


@dataclass(frozen=True)
class Mark:
    """A statement that a participant marked as especially important."""

    participant: int
    statement: int
    marked_at: dt.datetime


@dataclass(frozen=True)
class Self:
    """What a participant said of themselves."""

    participant: int
    question: str
    value: str
    said_at: dt.datetime


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper that was typed in; `checked_at` when somebody else did it again."""

    participant: int
    reference: str
    entered_at: dt.datetime
    checked_at: dt.datetime | None


@dataclass(frozen=True)
class Story:
    """A hope, a fear or an experience; `uses` are what the teller agreed to beside the words."""

    feeling: str
    words: str
    language: str
    author: int
    place: str
    consent: bool
    uses: tuple[str, ...]
    state: str
    reason: str
    photo_words: str
    told_at: dt.datetime


@dataclass(frozen=True)
class Objection:
    """What somebody missed in a publication of the vision, and the answer."""

    words: str
    language: str
    author: int
    answer: str
    said_at: dt.datetime
    answered_at: dt.datetime


@dataclass(frozen=True)
class Indicator:
    code: str
    goal: int
    name: str
    unit: str
    direction: str
    worth_it: float


@dataclass(frozen=True)
class Goal:
    title: str
    description: str
    statements: tuple[int, ...]


@dataclass(frozen=True)
class Site:
    name: str
    code: str
    arm: str
    neighbourhood: str
    latitude: float
    longitude: float
    reason: str


@dataclass(frozen=True)
class Gate:
    kind: str
    document: str
    signed_by_name: str
    passed_on: dt.date


@dataclass(frozen=True)
class Comment:
    """Feedback at a site; `participant` counts on beyond the voters, None from paper."""

    site: str
    participant: int | None
    rating: str
    words: str
    language: str
    channel: str
    consent: bool
    state: str
    reason: str
    given_at: dt.datetime
    about_brightness: bool


@dataclass(frozen=True)
class Reading:
    site: str
    indicator: str
    at: dt.datetime
    value: float


@dataclass(frozen=True)
class Change:
    you_said: str
    we_did: str
    changed_on: dt.date
    about_brightness: bool


@dataclass(frozen=True)
class View:
    """What an organisation itself says; `by` is the account's name."""

    organisation: str
    by: str
    subject: str
    text: str
    language: str
    written_on: dt.date


@dataclass(frozen=True)
class Decision:
    kind: str
    reason: str
    decided_by: str
    decided_on: dt.date
    next_step: str


@dataclass(frozen=True)
class Pilot:
    title: str
    problem: str
    owner_department: str
    technology: str
    stop_rule: str
    company: str
    notice: dict[str, str]
    starts_on: dt.date
    technology_on: dt.date
    ends_on: dt.date
    decision_due_on: dt.date
    drawn_on: dt.date
    sites: tuple[Site, ...]
    gates: tuple[Gate, ...]
    changes: tuple[Change, ...]
    decision: Decision


@dataclass(frozen=True)
class Measure:
    """What another pilot measures: readings once a week around `level`, with a planted effect."""

    code: str
    goal: int
    name: str
    unit: str
    direction: str
    worth_it: float
    source: str
    level: float
    spread: float
    effect: float
    digits: int


@dataclass(frozen=True)
class OtherPilot:
    """One of the town's other pilots, told in a few words; days are weeks from today.

    Attributes
    ----------
    plan
        Fields of the pilot.
    planned, measuring, technology, ends, due
        When, in weeks from this week's Monday; below zero is past.
    places
        Name, neighbourhood, arm, reason.
    call
        As `load.record.Record.call` takes it.
    bids, declarations, chosen_by, chosen_why
        Of the selection; no bids where there was none.
    clauses
        Code → where it stands, or why it is missing.
    gates
        Kind, document, who signed, weeks from the plan.
    device
        Entry in the sensor register.
    answers
        Rating, words (empty for one tap), language; residents gave them since the technology.
    """

    title: str
    playbook: str
    plan: dict[str, str]
    planned: int
    measuring: int
    technology: int
    ends: int
    due: int
    places: tuple[tuple[str, str, str, str], ...]
    measure: Measure
    device: dict[str, str]
    gates: tuple[tuple[str, str, str, int], ...]
    call: dict[str, str]
    clauses: dict[str, tuple[str, str]]
    bids: tuple[tuple[str, str, str, str], ...] = ()
    declarations: tuple[tuple[str, str], ...] = ()
    chosen_by: str = ""
    chosen_why: str = ""
    specification: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Town:
    """The whole made-up town."""

    name: str
    partnership: str
    slug: str
    problem: str
    playbook: str
    dates: Dates
    accounts: tuple[Account, ...]
    people: tuple[Person, ...]
    targets: dict[tuple[str, str], int]
    meetings: tuple[Meeting, ...]
    conversation: Conversation
    marks: tuple[Mark, ...]
    selves: tuple[Self, ...]
    sheets: tuple[Sheet, ...]
    stories: tuple[Story, ...]
    objection: Objection
    goals: tuple[Goal, ...]
    indicators: tuple[Indicator, ...]
    pilot: Pilot
    comments: tuple[Comment, ...]
    readings: tuple[Reading, ...]
    views: tuple[View, ...]
    lesson: dict[str, str]
    truth: Truth


@dataclass(frozen=True)
class Process:
    """What a finished pilot measures, and how its readings come about.

    Attributes
    ----------
    level, spread
        Mean of all sites, and how much they differ.
    weather
        How much a week moves all sites together.
    drift
        How much a site changes by itself from before to after.
    chance
        How much one reading is off by itself.
    town
        What changes everywhere in town when the technology comes on, and has nothing to do with it.
    effect
        What the technology truly does.
    """

    code: str
    goal: int
    name: str
    unit: str
    direction: str
    worth_it: float
    level: float
    spread: float
    weather: float
    drift: float
    chance: float
    town: float
    effect: float
    digits: int


@dataclass(frozen=True)
class Asked:
    """What people were asked beside the readings, once before and once near the end.

    Attributes
    ----------
    answers
        The answer that counts, and the other one.
    people
        How many of each group answer at each site.
    share
        How many of them give the answer that counts, from 0 to 1.
    effects
        Group → what the technology truly adds to that share; nothing for all others.
    """

    code: str
    name: str
    worth_it: float
    answers: tuple[str, str]
    people: int
    share: float
    effects: dict[str, float]


@dataclass(frozen=True)
class TriedPilot:
    """A pilot that is over, with what it truly did.

    Attributes
    ----------
    places
        Name, neighbourhood, reason.
    drawn
        How many of the places the lot chooses; 0: the first `pilots` were chosen by somebody.
    truth
        ``nothing``, ``harm``, ``only_against_comparison`` or ``too_small``.
    specification
        What is piloted, property by property.
    ratings
        How often better, the same and worse come among the answers without words.
    asked
        A survey by age, where there was one.
    """

    title: str
    playbook: str
    question: str
    plan: dict[str, str]
    places: tuple[tuple[str, str, str], ...]
    process: Process
    truth: str
    device: dict[str, str]
    gates: tuple[tuple[str, str, str, int], ...]
    call: dict[str, str]
    clauses: dict[str, tuple[str, str]]
    bids: tuple[tuple[str, str, str, str], ...]
    declarations: tuple[tuple[str, str], ...]
    chosen_by: str
    chosen_why: str
    specification: tuple[tuple[str, str], ...]
    ratings: tuple[int, int, int]
    answers: tuple[tuple[str, str, str], ...] = ()
    drawn: int = 0
    pilots: int = 0
    asked: Asked | None = None
