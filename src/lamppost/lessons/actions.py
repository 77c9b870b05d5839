"""Writes of lessons: draft from the record, change, publish, take back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User
from lamppost.impact.queries import evidence_of
from lamppost.pilots.actions import open_lesson_gate, publish_lesson_gate
from lamppost.pilots.models import Pilot

from .drafting import draft_values
from .models import Lesson


class LessonIncompleteError(ValueError):
    """A lesson says what did not work, or it is not published."""


@transaction.atomic
def draft_lesson(*, pilot: Pilot, by: User | None) -> Lesson:
    """Start the lesson of a pilot from its record; the one there is, when there is one."""
    found = Lesson.objects.filter(pilot=pilot).first()
    if found is not None:
        return found
    level = evidence_of(pilot)
    lesson = Lesson.objects.create(
        pilot=pilot,
        evidence_level=level.level,
        evidence_reason=level.reason,
        written_by=by,
        changed_at=timezone.now(),
        **draft_values(pilot),
    )
    _record(lesson, by, "drafted", [])
    return lesson


@transaction.atomic
def change_lesson(*, lesson: Lesson, by: User | None, values: Mapping[str, Any]) -> Lesson:
    """Change the words; the evidence level is none of them.

    Raises
    ------
    LessonIncompleteError
        When a published lesson would no longer say what did not work.
    """
    kept = Lesson.objects.select_for_update().get(pk=lesson.pk)
    changed = changed_fields(kept, dict(values))
    if kept.published_at is not None:
        _check_complete(kept)
    if changed:
        kept.changed_at = timezone.now()
        kept.save()
        _record(kept, by, "changed", changed)
    return kept


@transaction.atomic
def publish_lesson(*, lesson: Lesson, by: User | None) -> Lesson:
    """Show the lesson to everybody; its evidence level is computed anew from the design.

    Raises
    ------
    LessonIncompleteError
        When it does not say what did not work.
    """
    kept = Lesson.objects.select_for_update().get(pk=lesson.pk)
    _check_complete(kept)
    level = evidence_of(kept.pilot)
    now = timezone.now()
    kept.evidence_level, kept.evidence_reason = level.level, level.reason
    kept.changed_at = now
    kept.published_at = kept.published_at or now
    kept.save()
    _record(kept, by, "published", [])
    publish_lesson_gate(pilot=kept.pilot, by=by, on=timezone.localdate(now))
    return kept


@transaction.atomic
def unpublish_lesson(*, lesson: Lesson, by: User | None) -> Lesson:
    """Take a lesson back; its page and its place in the feed are gone, its words stay."""
    kept = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if kept.published_at is not None:
        kept.published_at = None
        kept.changed_at = timezone.now()
        kept.save(update_fields=["published_at", "changed_at"])
        _record(kept, by, "taken_back", [])
        open_lesson_gate(pilot=kept.pilot, by=by)
    return kept


def _check_complete(lesson: Lesson) -> None:
    if not lesson.did_not_work.strip():
        raise LessonIncompleteError(
            _("Say what did not work. A lesson without it helps nobody decide.")
        )


def _record(lesson: Lesson, by: User | None, verb: str, fields: list[str]) -> None:
    record(
        partnership=lesson.pilot.partnership,
        by=by,
        action=f"lessons.lesson.{verb}",
        about=lesson,
        fields=fields,
    )
