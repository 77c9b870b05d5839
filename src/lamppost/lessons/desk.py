"""What lessons answers to accounts: its lamp, what needs somebody today, what came in."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem, NewsItem, StageStatus
from lamppost.accounts.roles import Right
from lamppost.pilots.models import Pilot
from lamppost.pilots.ports import LessonSaid, Result

from .models import Lesson


def stage_status(partnership: Partnership) -> StageStatus:
    """Lit when a lesson is published."""
    count = Lesson.objects.filter(
        pilot__partnership=partnership, published_at__isnull=False
    ).count()
    note = ngettext("%(count)d lesson", "%(count)d lessons", count) % {"count": count}
    return StageStatus(
        "lessons",
        _("Lessons"),
        reverse("lessons:list", args=[partnership.slug]),
        lit=bool(count),
        note=note if count else _("no lesson yet"),
    )


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Ask for the lesson of every pilot that is decided and has none published."""
    if Right.EDIT_LESSONS not in rights:
        return []
    waiting = Pilot.objects.filter(partnership=partnership, decided_on__isnull=False).exclude(
        lesson__published_at__isnull=False
    )
    return [
        DeskItem(
            _("Write the lesson of “%(pilot)s”") % {"pilot": pilot.title},
            reverse("lessons:list", args=[partnership.slug]),
        )
        for pilot in waiting
    ]


def news_items(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
    """Count the lessons published since then."""
    found = Lesson.objects.filter(pilot__partnership=partnership, published_at__isnull=False)
    if since is not None:
        found = found.filter(published_at__gt=since)
    count = found.count()
    if not count:
        return []
    title = ngettext("%(count)d new lesson", "%(count)d new lessons", count) % {"count": count}
    return [NewsItem(title, reverse("lessons:list", args=[partnership.slug]), count)]


def pilot_results(pilot: Pilot) -> list[Result]:
    """The published lesson of a pilot."""
    found = Lesson.objects.filter(pilot=pilot, published_at__isnull=False)
    return [
        Result(_("The lesson"), reverse("lesson", args=[one.public_id]), "lesson") for one in found
    ]


def lesson_said(pilot: Pilot) -> list[LessonSaid]:
    """The lesson of a pilot, drafted or published, for its reports."""
    return [_said(one) for one in Lesson.objects.filter(pilot=pilot)]


def _said(lesson: Lesson) -> LessonSaid:
    pilot = lesson.pilot
    edit = reverse("lessons:edit", args=[pilot.partnership.slug, pilot.pk])
    public = lesson.published_at is not None
    return LessonSaid(
        title=lesson.title,
        worked=lesson.worked,
        did_not_work=lesson.did_not_work,
        cost=lesson.cost,
        again=str(lesson.get_again_display()) if lesson.again else "",
        language=lesson.language,
        published=public,
        url=reverse("lesson", args=[lesson.public_id]) if public else edit,
    )
