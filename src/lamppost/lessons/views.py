"""Pages of lessons: the public list, a lesson, the feed; drafting and publishing."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, public, requires
from lamppost.accounts.roles import Right
from lamppost.impact import words
from lamppost.impact.said import said_of
from lamppost.pilots.models import Pilot

from . import actions
from .feed import feed, sections
from .forms import LessonForm, SearchForm
from .models import Lesson
from .queries import (
    lesson_page,
    pilot_lessons,
    playbooks_used,
    published_lesson,
    record_of,
)


@public
@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """List what was learned, everywhere on this instance."""
    form = SearchForm(request.GET, playbooks=playbooks_used())
    filters = form.filters()
    page = lesson_page(filters, request.GET.get("page", "1"))
    asked = any((filters.text, filters.playbook, filters.decision, filters.evidence))
    return render(
        request, "lessons/public_list.html", {"search": form, "page": page, "asked": asked}
    )


@public
@require_GET
def public_lesson(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one published lesson to anybody."""
    lesson = published_lesson(public_id)
    if lesson is None:
        raise Http404
    return render(request, "lessons/lesson.html", _lesson_context(lesson))


def _lesson_context(lesson: Lesson) -> dict[str, object]:
    record = record_of(lesson)
    return {
        "lesson": lesson,
        "record": record,
        "sections": sections(record),
        "said": said_of(record.estimate) if record.estimate else None,
        "evidence_reason": words.EVIDENCE.get(lesson.evidence_reason, ""),
        "made_up": lesson.pilot.partnership.made_up,
        "home": lesson.pilot.partnership,
    }


@public
@require_safe
def lesson_feed(request: HttpRequest) -> HttpResponse:
    """Send the feed; 304 when nothing changed."""
    number = request.GET.get("page", "1")
    found = feed(int(number)) if number.isascii() and number.isdecimal() else None
    if found is None:
        raise Http404
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="application/feed+json; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=0, must-revalidate"
    answer["Access-Control-Allow-Origin"] = "*"
    conditional = get_conditional_response(request, etag=etag, response=answer)
    return cast(HttpResponse, conditional)


@partnership_page
@require_GET
def partnership_list(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List the pilots with their lessons; drafts only for those who may write them."""
    may_edit = Right.EDIT_LESSONS in request.rights
    rows = pilot_lessons(partnership, drafts=may_edit)
    return render(request, "lessons/list.html", {"rows": rows, "may_edit": may_edit})


def _pilot(partnership: Partnership, pilot: int) -> Pilot:
    return get_object_or_404(Pilot, pk=pilot, partnership=partnership)


def _lesson(partnership: Partnership, pilot: int) -> Lesson:
    return get_object_or_404(
        Lesson.objects.select_related("pilot__partnership"), pilot=_pilot(partnership, pilot)
    )


@requires(Right.EDIT_LESSONS)
@require_POST
def draft(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Start a lesson from the record."""
    found = _pilot(partnership, pilot)
    actions.draft_lesson(pilot=found, by=cast(User, request.user))
    return redirect("lessons:edit", partnership.slug, found.pk)


@requires(Right.EDIT_LESSONS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Write the lesson; keep it, or publish it."""
    lesson = _lesson(partnership, pilot)
    sent = request.POST if request.method == "POST" else None
    # An empty form is shown as it must be filled to be published.
    publishing = sent is None or "publish" in sent or lesson.published_at is not None
    form = LessonForm(sent, instance=lesson, publishing=publishing)
    if sent is not None and form.is_valid():
        return _keep(request, lesson, form, publishing="publish" in sent)
    context = {
        "form": form,
        "lesson": lesson,
        "pilot": lesson.pilot,
        "evidence_reason": words.EVIDENCE.get(lesson.evidence_reason, ""),
    }
    return render(request, "lessons/edit.html", context, status=422 if form.errors else 200)


def _keep(
    request: PartnershipRequest, lesson: Lesson, form: LessonForm, *, publishing: bool
) -> HttpResponse:
    by = cast(User, request.user)
    # The form has set the new values on its own instance; the action compares with what is stored.
    kept = actions.change_lesson(lesson=lesson, by=by, values=form.cleaned_data)
    if publishing:
        actions.publish_lesson(lesson=kept, by=by)
        messages.success(request, _("The lesson is published. Everybody can read it."))
        return redirect("lesson", kept.public_id)
    messages.success(request, _("The lesson is kept."))
    return redirect("lessons:edit", request.partnership.slug, lesson.pilot_id)


@requires(Right.EDIT_LESSONS)
@require_http_methods(["GET", "HEAD", "POST"])
def unpublish(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Take a lesson back, after asking once more."""
    lesson = _lesson(partnership, pilot)
    if request.method == "POST":
        actions.unpublish_lesson(lesson=lesson, by=cast(User, request.user))
        messages.success(request, _("The lesson is taken back. Only your team can read it now."))
        return redirect("lessons:edit", partnership.slug, lesson.pilot_id)
    return render(request, "lessons/unpublish.html", {"lesson": lesson, "pilot": lesson.pilot})


@requires(Right.EDIT_LESSONS)
@require_GET
def preview(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show the lesson as it will be read."""
    lesson = _lesson(partnership, pilot)
    return render(request, "lessons/lesson.html", _lesson_context(lesson) | {"is_preview": True})
