"""Reads of workshops: the list, the agenda with its times, what was said and agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.network.models import Meeting
from lamppost.stakeholders.models import Group
from lamppost.voices.models import Voice

from ..models import AgendaItem, Agreement, Conversation, Statement, Story, Workshop
from .goals import SHOWABLE
from .landscape import latest_landscape
from .released import released

FROM = ("ground", "undecided", "all")


def is_held(workshop: Workshop) -> bool:
    """Say whether its day has come, so that everybody may read what was agreed."""
    return workshop.held_on is not None and workshop.held_on <= timezone.localdate()


def workshops(partnership: Partnership, *, held_only: bool) -> QuerySet[Workshop]:
    """Return workshops, the newest first; those that were held for everybody."""
    found = Workshop.objects.filter(partnership=partnership)
    if held_only:
        found = found.filter(held_on__lte=timezone.localdate())
    counted = found.select_related("meeting", "conversation").annotate(
        agreed=Count("agreements", distinct=True), said=Count("stories", distinct=True)
    )
    return counted.order_by("-held_on", "-pk")


def free_meetings(partnership: Partnership, workshop: Workshop | None) -> QuerySet[Meeting]:
    """Return meetings that are no workshop yet, and the one that this workshop has."""
    own = workshop.meeting_id if workshop else None
    found = Meeting.objects.filter(partnership=partnership)
    return found.filter(Q(workshop__isnull=True) | Q(pk=own)).exclude(
        Q(cancelled=True) & ~Q(pk=own)
    )


@dataclass(frozen=True)
class AgendaLine:
    """A part of the agenda, with the minute and, where a meeting says it, the time it begins."""

    item: AgendaItem
    begins: int
    at: dt.datetime | None

    @property
    def offset(self) -> str:
        return f"{self.begins // 60}:{self.begins % 60:02d}"


@dataclass(frozen=True)
class Agenda:
    """The whole agenda."""

    lines: tuple[AgendaLine, ...]
    minutes: int
    too_long: int = 0


def agenda_of(workshop: Workshop) -> Agenda:
    """Return the agenda with its times.

    `too_long` says by how many minutes it is longer than the meeting.
    """
    meeting, minutes, lines = workshop.meeting, 0, []
    for item in workshop.agenda.all():
        at = meeting.starts_at + dt.timedelta(minutes=minutes) if meeting else None
        lines.append(AgendaLine(item, minutes, at))
        minutes += item.minutes
    room = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60) if meeting else minutes
    return Agenda(tuple(lines), minutes, max(minutes - room, 0))


def shown_statements_of(workshop: Workshop) -> list[Statement]:
    """Return the statements in the room that may be shown, in their order."""
    found = workshop.statements.filter(**SHOWABLE).select_related("voice", "conversation")
    return list(found.order_by("conversation", "number"))


def agreements_of(workshop: Workshop) -> list[Agreement]:
    """Return what was agreed, with the statements behind it that may be shown."""
    shown = Statement.objects.filter(**SHOWABLE).select_related("voice", "conversation")
    return list(workshop.agreements.prefetch_related(Prefetch("statements", queryset=shown)))


def to_choose(workshop: Workshop, which: str) -> QuerySet[Statement]:
    """Return the statements that can be brought: common ground, undecided ones, or all.

    Undecided is what is neither common ground nor divides in the newest public landscape.
    """
    asked = Conversation.objects.filter(partnership=workshop.partnership)
    if workshop.conversation_id:
        asked = asked.filter(pk=workshop.conversation_id)
    found = Statement.objects.filter(conversation__in=asked, is_meta=False, **SHOWABLE)
    found = found.select_related("voice", "conversation").order_by("conversation", "number")
    if which == "all":
        return found
    wanted = Q(pk__in=[])
    for conversation in asked:
        wanted |= Q(conversation=conversation) & _wanted(conversation, which)
    return found.filter(wanted)


def _wanted(conversation: Conversation, which: str) -> Q:
    stored = latest_landscape(conversation)
    shown = conversation.statements.filter(is_meta=False, **SHOWABLE)
    part = released(stored.result, set(shown.values_list("number", flat=True))) if stored else {}
    ground = list(part.get("common_ground", ()))
    if which == "ground":
        return Q(number__in=ground)
    return ~Q(number__in=[*ground, *part.get("dividing", ())])


@dataclass(frozen=True)
class Said:
    """What a group of a workshop said."""

    group: str
    label: str
    hopes: tuple[Story, ...]
    fears: tuple[Story, ...]
    experiences: tuple[Story, ...]


def hopes_and_fears(workshop: Workshop, *, everything: bool) -> list[Said]:
    """Return what was said by group: released words for everybody, all that is not declined for
    members."""
    found = Story.objects.filter(workshop=workshop).exclude(voice__text="")
    found = found.select_related("voice").order_by("pk")
    if everything:
        found = found.exclude(voice__state=Voice.State.DECLINED)
    else:
        found = found.filter(voice__state=Voice.State.ACCEPTED, voice__consent=Voice.Consent.PUBLIC)
    stories = list(found)
    labels: list[tuple[str, str]] = [(value, str(label)) for value, label in Group.choices]
    every = [_said(group, label, stories) for group, label in [*labels, ("", "")]]
    return [one for one in every if one.hopes or one.fears or one.experiences]


def _said(group: str, label: str, stories: Sequence[Story]) -> Said:
    def of(feeling: str) -> tuple[Story, ...]:
        return tuple(s for s in stories if s.group == group and s.feeling == feeling)

    return Said(group, label, of("hope"), of("fear"), of("experience"))


def near_workshops(partnership: Partnership, days: int) -> tuple[list[Workshop], list[Workshop]]:
    """Return workshops of the next days, and of the last ones those without an outcome."""
    today, near = timezone.localdate(), dt.timedelta(days=days)
    outcome = Agreement.objects.filter(workshop=OuterRef("pk"))
    found = Workshop.objects.filter(
        Q(held_on__gte=today) | ~Q(Exists(outcome)),
        partnership=partnership,
        held_on__gte=today - near,
        held_on__lte=today + near,
    )
    every = list(found.order_by("held_on", "pk"))
    soon = [one for one in every if one.held_on is not None and one.held_on >= today]
    return soon, [one for one in every if one not in soon]
