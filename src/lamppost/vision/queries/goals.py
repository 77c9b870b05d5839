"""Reads of goals: the list for the page, and what may stand behind a goal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q

from lamppost.accounts.models import Partnership
from lamppost.voices.models import Voice

from ..landscape_words import of_hundred
from ..models import Conversation, Goal, Indicator, Landscape, Statement
from ..ports import INDICATOR_SUGGESTIONS, IndicatorSuggestion
from .curation import may_be_shown
from .landscape import latest_landscape
from .reading import Read, read_in
from .released import released

SHOWABLE = {
    "voice__state": Voice.State.ACCEPTED,
    "voice__consent": Voice.Consent.PUBLIC,
    "merged_into__isnull": True,
}


@dataclass(frozen=True)
class GoalLine:
    """A goal with the statements behind it that may be shown, and its indicators."""

    goal: Goal
    statements: tuple[Statement, ...]
    indicators: tuple[Indicator, ...]
    words: Mapping[int, Read]

    @property
    def of_residents(self) -> list[Read]:
        return [self.words[one.pk] for one in self.statements if not one.is_seed]

    @property
    def of_the_partnership(self) -> list[Read]:
        """Statements with which the partnership itself began."""
        return [self.words[one.pk] for one in self.statements if one.is_seed]


def goal_lines(partnership: Partnership, reading: str = "") -> list[GoalLine]:
    """Return every goal in order; three queries, and one for translations.

    In the place of a statement that was merged stands the one for which it counts; its words are
    read in `reading` where the host translated them.
    """
    behind = Statement.objects.select_related(
        "voice", "conversation", "merged_into__voice", "merged_into__conversation"
    )
    goals = Goal.objects.filter(partnership=partnership).prefetch_related(
        Prefetch("statements", queryset=behind), "indicators"
    )
    shown = {goal.pk: _shown(goal.statements.all()) for goal in goals}
    every = [one for found in shown.values() for one in found]
    words = {one.pk: read for one, read in zip(every, read_in(reading, every), strict=True)}
    return [GoalLine(goal, shown[goal.pk], tuple(goal.indicators.all()), words) for goal in goals]


def _shown(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    standing = {one.pk: one for one in (found.merged_into or found for found in statements)}
    return tuple(one for one in standing.values() if may_be_shown(one))


@dataclass(frozen=True)
class Candidate:
    """A statement that may stand behind a goal.

    Attributes
    ----------
    words
        In full, as the host reads it.
    support
        Range of the share that agrees, of the part that agrees least; None where it is no common
        ground of the newest landscape.
    """

    statement_id: int
    number: int
    words: Read
    support: tuple[float, float] | None = None

    @property
    def support_in_words(self) -> str:
        return of_hundred(*self.support) if self.support else ""


@dataclass(frozen=True)
class Candidates:
    """The candidates of one question: those behind the goal first, each the best supported first.

    Attributes
    ----------
    pattern
        Empty where there are no groups.
    """

    conversation: Conversation
    pattern: str
    statements: tuple[Candidate, ...]


def candidates(
    partnership: Partnership, goal: Goal | None = None, reading: str = ""
) -> list[Candidates]:
    """Return the statements that may stand behind a goal, by question.

    What stands behind `goal` already comes first, common ground or not; then the common ground
    that is public of each question's newest landscape, best first.
    """
    chosen = set(goal.statements.values_list("pk", flat=True)) if goal is not None else set()
    found = [
        _candidates(one, chosen, reading)
        for one in Conversation.objects.filter(partnership=partnership)
    ]
    return [one for one in found if one.statements]


def _candidates(conversation: Conversation, chosen: Collection[int], reading: str) -> Candidates:
    support, pattern = _support(conversation)
    usable = Q(is_meta=False, number__in=support.keys(), **SHOWABLE)
    rows = conversation.statements.filter(usable | Q(pk__in=chosen)).select_related("voice")
    place = {number: place for place, number in enumerate(support)}
    ordered = sorted(
        rows,
        key=lambda one: (one.pk not in chosen, place.get(one.number, len(place)), one.number),
    )
    words = read_in(reading, ordered)
    return Candidates(
        conversation,
        pattern,
        tuple(
            Candidate(one.pk, one.number, read, support.get(one.number))
            for one, read in zip(ordered, words, strict=True)
        ),
    )


def _support(conversation: Conversation) -> tuple[dict[int, tuple[float, float]], str]:
    """Return number → range of the least agreeing part, of the public common ground; pattern."""
    stored = latest_landscape(conversation)
    if stored is None:
        return {}, ""
    shown = conversation.statements.filter(is_meta=False, **SHOWABLE)
    record = released(stored.result, list(shown.values_list("number", flat=True)))
    rows = {row["statement"]: row for row in record.get("statements", ())}
    found = {number: _least(rows[number]) for number in record.get("common_ground", ())}
    return found, record["pattern"] if record.get("groups") else ""


def _least(row: Mapping[str, Any]) -> tuple[float, float]:
    shares = [share for share in row["shares"] or [row["everyone"]] if share]
    least = min(shares, key=lambda share: share["low"])
    return least["low"], least["high"]


def has_landscape(partnership: Partnership) -> bool:
    """Say whether any question of the partnership has a landscape."""
    return Landscape.objects.filter(conversation__partnership=partnership).exists()


def suggestions(partnership: Partnership, playbook: str = "") -> list[IndicatorSuggestion]:
    """Return the indicators that fit the playbook and that no goal has yet."""
    taken = set(
        Indicator.objects.filter(goal__partnership=partnership).values_list("code", flat=True)
    )
    found = [item for answer in INDICATOR_SUGGESTIONS.ask(partnership, playbook) for item in answer]
    return [item for item in found if item.code not in taken]


@dataclass(frozen=True)
class GoalCounts:
    """How far the vision is."""

    goals: int
    agreed: int
    agreed_and_measured: int


def goal_counts(partnership: Partnership) -> GoalCounts:
    """Count goals, those agreed, and those agreed that have an indicator; one query."""
    rows = list(
        Goal.objects.filter(partnership=partnership)
        .order_by()
        .values_list("pk", "agreed_on", "indicators__pk")
    )
    agreed = {pk for pk, on, _ in rows if on is not None}
    measured = {pk for pk, on, indicator in rows if on is not None and indicator is not None}
    return GoalCounts(len({pk for pk, _, _ in rows}), len(agreed), len(measured))
