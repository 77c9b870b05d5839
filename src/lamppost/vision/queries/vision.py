"""Reads of the vision: what is published, earlier versions, and what residents object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lamppost.accounts.models import Partnership
from lamppost.voices.models import Participant, Voice

from ..actions.vision import goals_as_they_stand
from ..models import Indicator, Objection, Statement, Vision
from ..publications import Comparison, compare, statements_named
from .goals import SHOWABLE


@dataclass(frozen=True)
class KeptIndicator:
    """An indicator as it stood."""

    name: str
    unit: str
    direction: str
    worth_it: float | None
    baseline_source: str


@dataclass(frozen=True)
class KeptGoal:
    """A goal as it stood, with those statements behind it that may still be shown.

    Attributes
    ----------
    gone
        How many of the statements behind it are not shown any more.
    """

    title: str
    description: str
    agreed_on: dt.date | None
    statements: tuple[Statement, ...]
    gone: int
    indicators: tuple[KeptIndicator, ...]


@dataclass(frozen=True)
class Version:
    """A publication: its number, counted from the first, and what changed since the one before."""

    number: int
    vision: Vision
    goals: tuple[KeptGoal, ...] = ()
    comparison: Comparison | None = None
    is_latest: bool = False


def published(partnership: Partnership) -> QuerySet[Vision]:
    """Return the publications, the newest first."""
    found = Vision.objects.filter(partnership=partnership, published_at__isnull=False)
    return found.order_by("-published_at", "-pk")


def latest_vision(partnership: Partnership) -> Vision | None:
    """Return what is published now."""
    return published(partnership).first()


def draft_of(partnership: Partnership) -> Vision | None:
    """Return the draft, if somebody writes at one."""
    return Vision.objects.filter(partnership=partnership, published_at=None).first()


def goals_changed(partnership: Partnership, last: Vision | None) -> bool:
    """Say whether goals are other than they were published."""
    return last is not None and last.goals != goals_as_they_stand(partnership)


def versions(partnership: Partnership) -> list[Version]:
    """Return every publication with its number, the newest first."""
    found = list(published(partnership))
    return [
        Version(len(found) - place, one, is_latest=place == 0) for place, one in enumerate(found)
    ]


def version(partnership: Partnership, number: int) -> Version | None:
    """Return one publication with its goals and what changed since the one before."""
    every = list(reversed(list(published(partnership))))
    if not 1 <= number <= len(every):
        return None
    one = every[number - 1]
    before = every[number - 2] if number > 1 else None
    comparison = compare(before.text, one.text, before.goals, one.goals) if before else None
    return Version(number, one, _goals(partnership, one), comparison, number == len(every))


def _goals(partnership: Partnership, vision: Vision) -> tuple[KeptGoal, ...]:
    shown = _shown(partnership, vision.goals)
    return tuple(_goal(goal, shown) for goal in vision.goals)


def _shown(
    partnership: Partnership, goals: list[dict[str, Any]]
) -> dict[tuple[str, int], Statement]:
    """Those of the named statements that may be shown now."""
    named = statements_named(goals)
    wanted = Q(pk__in=[])
    for code in {code for code, _number in named}:
        numbers = [number for other, number in named if other == code]
        wanted |= Q(conversation__code=code, number__in=numbers)
    found = Statement.objects.filter(wanted, conversation__partnership=partnership, **SHOWABLE)
    return {
        (one.conversation.code, one.number): one
        for one in found.select_related("voice", "conversation")
    }


def _goal(kept: dict[str, Any], shown: dict[tuple[str, int], Statement]) -> KeptGoal:
    named = [(one["conversation"], one["number"]) for one in kept["statements"]]
    statements = tuple(shown[one] for one in named if one in shown)
    directions = dict(Indicator.Direction.choices)
    return KeptGoal(
        title=kept["title"],
        description=kept["description"],
        agreed_on=dt.date.fromisoformat(kept["agreed_on"]) if kept["agreed_on"] else None,
        statements=statements,
        gone=len(named) - len(statements),
        indicators=tuple(
            KeptIndicator(**{**one, "direction": str(directions.get(one["direction"], ""))})
            for one in kept["indicators"]
        ),
    )


# Objections ---------------------------------------------------------------------------------

_PUBLIC = Q(voice__state=Voice.State.ACCEPTED, voice__consent=Voice.Consent.PUBLIC)


def objections(partnership: Partnership) -> QuerySet[Objection]:
    """Return every objection, the newest first, for staff."""
    found = Objection.objects.filter(vision__partnership=partnership).exclude(voice__text="")
    return found.select_related("voice", "vision").order_by("-pk")


def shown_objections(partnership: Partnership) -> QuerySet[Objection]:
    """Return the objections that everybody may read."""
    return objections(partnership).filter(_PUBLIC)


def waiting_objections(partnership: Partnership) -> int:
    """Return how many objections nobody has read yet."""
    return objections(partnership).filter(voice__state=Voice.State.WAITING).count()


def unanswered(partnership: Partnership) -> int:
    """Return how many objections wait for an answer; those that were declined do not."""
    found = objections(partnership).exclude(voice__state=Voice.State.DECLINED)
    return found.filter(answer="").count()


def own_objection(
    partnership: Partnership, participant: Participant | None, objection_id: int
) -> Objection | None:
    """Return an objection of this participant; None for anybody else's."""
    if participant is None:
        return None
    return objections(partnership).filter(voice__participant=participant, pk=objection_id).first()
