"""Reads of lessons: the public list and its search, one lesson with its record, drafts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from lamppost.accounts.models import Partnership
from lamppost.impact.models import Estimate
from lamppost.impact.queries import latest_estimate
from lamppost.pilots.models import Decision, Feedback, Pilot, Site
from lamppost.pilots.queries import public_words
from lamppost.voices.models import Voice

from .models import Lesson

PAGE_SIZE = 25
SEARCHED = (
    "title",
    "problem",
    "tried",
    "worked",
    "did_not_work",
    "surprises",
    "conditions",
    "pilot__partnership__town",
)


@dataclass(frozen=True)
class Filters:
    """What the public list shows: empty means everything."""

    text: str = ""
    playbook: str = ""
    decision: str = ""
    evidence: int | None = None


def published() -> QuerySet[Lesson]:
    """Return the published lessons, the newest first."""
    return (
        Lesson.objects.filter(published_at__isnull=False)
        .select_related("pilot__partnership", "pilot__decision")
        .order_by("-published_at", "-pk")
    )


def lesson_page(filters: Filters, number: str) -> Page[Lesson]:
    """Return one page of the published lessons; every word of the text must be in one field."""
    found = published()
    for word in filters.text.split():
        anywhere = Q()
        for field in SEARCHED:
            anywhere |= Q(**{f"{field}__icontains": word})
        found = found.filter(anywhere)
    if filters.playbook:
        found = found.filter(pilot__playbook=filters.playbook)
    if filters.decision == "none":
        found = found.filter(pilot__decision__isnull=True)
    elif filters.decision:
        found = found.filter(pilot__decision__kind=filters.decision)
    if filters.evidence is not None:
        found = found.filter(evidence_level__gte=filters.evidence)
    return Paginator(found, PAGE_SIZE).get_page(number)


def playbooks_used() -> list[str]:
    """Return the codes of the playbooks of published lessons, in order."""
    used = published().order_by("pilot__playbook").values_list("pilot__playbook", flat=True)
    return list(used.distinct())


def published_lesson(public_id: uuid.UUID) -> Lesson | None:
    """Return a published lesson by its public id."""
    return published().filter(public_id=public_id).first()


@dataclass(frozen=True)
class LessonRecord:
    """What stands beside a lesson: the pilot's own record, as it is now."""

    lesson: Lesson
    pilot: Pilot
    decision: Decision | None
    estimate: Estimate | None
    quotes: Sequence[Feedback]
    pilot_sites: int
    comparison_sites: int


def record_of(lesson: Lesson, quotes: int = 4) -> LessonRecord:
    """Return a lesson with the record that it rests on."""
    pilot = lesson.pilot
    counted = Site.objects.filter(pilot=pilot).aggregate(
        pilot=Count("pk", filter=Q(arm=Site.Arm.PILOT)),
        comparison=Count("pk", filter=Q(arm=Site.Arm.COMPARISON)),
    )
    return LessonRecord(
        lesson=lesson,
        pilot=pilot,
        decision=Decision.objects.filter(pilot=pilot).first(),
        estimate=latest_estimate(pilot),
        quotes=public_words(pilot, limit=quotes),
        pilot_sites=counted["pilot"],
        comparison_sites=counted["comparison"],
    )


def records_of(lessons: Sequence[Lesson], quotes: int = 4) -> list[LessonRecord]:
    """Return many lessons with their records, in a fixed number of queries."""
    pilots = [lesson.pilot_id for lesson in lessons]
    found = {
        pilot.pk: pilot
        for pilot in Pilot.objects.filter(pk__in=pilots)
        .select_related("partnership", "decision")
        .annotate(
            pilot_sites=Count("sites", filter=Q(sites__arm=Site.Arm.PILOT)),
            comparison_sites=Count("sites", filter=Q(sites__arm=Site.Arm.COMPARISON)),
        )
    }
    estimates = _newest_estimates(pilots)
    words = _public_words_of(pilots, quotes)
    return [
        LessonRecord(
            lesson=lesson,
            pilot=found[lesson.pilot_id],
            decision=getattr(found[lesson.pilot_id], "decision", None),
            estimate=estimates.get(lesson.pilot_id),
            quotes=words.get(lesson.pilot_id, []),
            pilot_sites=found[lesson.pilot_id].pilot_sites,
            comparison_sites=found[lesson.pilot_id].comparison_sites,
        )
        for lesson in lessons
    ]


def _newest_estimates(pilots: Sequence[int]) -> dict[int, Estimate]:
    newest: dict[int, int] = {}
    rows = (
        Estimate.objects.filter(pilot__in=pilots)
        .order_by("computed_at", "pk")
        .values_list("pilot", "pk")
    )
    for pilot, pk in rows:
        newest[pilot] = pk
    found = Estimate.objects.select_related("indicator").in_bulk(newest.values())
    return {pilot: found[pk] for pilot, pk in newest.items()}


def _public_words_of(pilots: Sequence[int], limit: int) -> dict[int, list[Feedback]]:
    """Return what `public_words` does, for many pilots in one query."""
    words: dict[int, list[Feedback]] = {}
    rows = (
        Feedback.objects.filter(
            site__pilot__in=pilots,
            voice__state=Voice.State.ACCEPTED,
            voice__consent=Voice.Consent.PUBLIC,
        )
        .exclude(voice__public_text="")
        .select_related("voice", "site")
    )
    for row in rows.iterator():
        kept = words.setdefault(row.site.pilot_id, [])
        who = row.participant_id
        again = who is not None and any(one.participant_id == who for one in kept)
        if len(kept) < limit and not again:
            kept.append(row)
    return words


@dataclass(frozen=True)
class PilotLesson:
    """One pilot of a partnership with its lesson, draft or published, or none yet."""

    pilot: Pilot
    lesson: Lesson | None


def pilot_lessons(partnership: Partnership, *, drafts: bool) -> list[PilotLesson]:
    """Return the pilots with their lessons; drafts only for those who may write them."""
    lessons = Lesson.objects.all() if drafts else Lesson.objects.filter(published_at__isnull=False)
    found = {lesson.pilot_id: lesson for lesson in lessons.filter(pilot__partnership=partnership)}
    pilots = Pilot.objects.filter(partnership=partnership).select_related("decision")
    return [PilotLesson(pilot, found.get(pilot.pk)) for pilot in pilots]
