"""Lessons as a JSON Feed 1.1 (jsonfeed.org/version/1.1), each with a ``_lamppost`` object.

``docs/reference/lesson-feed.md`` describes every field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lamppost import __version__
from lamppost.impact.models import Estimate
from lamppost.impact.said import said_of
from lamppost.pilots.playbooks import playbook_of

from .queries import LessonRecord, published, records_of

PAGE_SIZE = 200
ABOUT = "https://jsonfeed.org/version/1.1"
SCHEMA = 1


def feed(number: int = 1) -> dict[str, Any] | None:
    """Return one page of the feed, the newest lessons first; None for a page that is not there."""
    pages = Paginator(published(), PAGE_SIZE)
    if number not in pages.page_range:
        return None
    page = pages.page(number)
    found: dict[str, Any] = {
        "version": ABOUT,
        "title": _("Lessons from urban technology pilots"),
        "home_page_url": _absolute(reverse("lessons")),
        "feed_url": _absolute(reverse("lessons_feed")),
        "description": _("What worked, what did not, and how strong the evidence is."),
        "_lamppost": {"schema": SCHEMA, "version": __version__, "about": _absolute("/")},
        "items": [item(record) for record in records_of(list(page.object_list))],
    }
    if page.has_next():
        found["next_url"] = f"{found['feed_url']}?page={page.next_page_number()}"
    return found


def _absolute(path: str) -> str:
    return f"{settings.LAMPPOST_URL}{path}"


def item(record: LessonRecord) -> dict[str, Any]:
    """Return one lesson as an item of the feed, in the lesson's own language."""
    lesson = record.lesson
    with translation.override(lesson.language):
        address = _absolute(reverse("lesson", args=[lesson.public_id]))
        found: dict[str, Any] = {
            "id": address,
            "url": address,
            "title": lesson.title,
            "content_text": content_text(record),
            "summary": lesson.did_not_work.split("\n", 1)[0][:300],
            "date_published": lesson.published_at.isoformat() if lesson.published_at else None,
            "date_modified": lesson.changed_at.isoformat(),
            "language": lesson.language,
            "tags": _tags(record),
            "authors": [{"name": record.pilot.partnership.town or record.pilot.partnership.name}],
            "_lamppost": extension(record),
        }
    return found


def _tags(record: LessonRecord) -> list[str]:
    decision = [record.decision.kind] if record.decision else []
    return [record.pilot.playbook, *decision, f"evidence-{record.lesson.evidence_level}"]


def sections(record: LessonRecord) -> list[tuple[str, str]]:
    """Return the lesson's own parts that are filled, in reading order, with their headings."""
    lesson = record.lesson
    parts = [
        (_("The problem"), lesson.problem),
        (_("What was tried"), lesson.tried),
        (_("What worked"), lesson.worked),
        (_("What did not work"), lesson.did_not_work),
        (_("Surprises"), lesson.surprises),
        (_("Conditions that mattered"), lesson.conditions),
        (_("Cost and who paid"), lesson.cost),
    ]
    return [(heading, text) for heading, text in parts if text.strip()]


def content_text(record: LessonRecord) -> str:
    """Return the whole lesson as plain text, for readers that know nothing of ``_lamppost``."""
    parts = [f"{heading}\n{text}" for heading, text in sections(record)]
    if record.lesson.again:
        parts.append(f"{_('Would we do it again?')}\n{record.lesson.get_again_display()}")
    return "\n\n".join(parts)


def extension(record: LessonRecord) -> dict[str, Any]:
    """Return what a city needs to judge whether it would work there."""
    lesson, pilot = record.lesson, record.pilot
    return {
        "schema": SCHEMA,
        "public_id": str(lesson.public_id),
        "licence": "CC-BY-4.0",
        "made_up": pilot.partnership.made_up,
        "town": pilot.partnership.town,
        "partnership": pilot.partnership.name,
        "problem": lesson.problem,
        "tried": lesson.tried,
        "worked": lesson.worked,
        "did_not_work": lesson.did_not_work,
        "surprises": lesson.surprises,
        "conditions": lesson.conditions,
        "cost": lesson.cost,
        "again": lesson.again,
        "evidence": {
            "scale": "maryland",
            "level": lesson.evidence_level,
            "reason": lesson.evidence_reason,
        },
        "pilot": _pilot(record),
        "decision": _decision(record),
        "outcome": _outcome(record.estimate) if record.estimate else None,
        "quotes": _quotes(record),
    }


def _pilot(record: LessonRecord) -> dict[str, Any]:
    pilot = record.pilot
    days = {
        "measuring_on": pilot.measuring_on,
        "technology_on": pilot.technology_on,
        "ends_on": pilot.ends_on,
    }
    return {
        "title": pilot.title,
        "playbook": pilot.playbook,
        "playbook_title": str(playbook_of(pilot.playbook).title),
        "technology": pilot.technology,
        "company": pilot.company,
        "sites_drawn_by_lot": pilot.randomised,
        "pilot_sites": record.pilot_sites,
        "comparison_sites": record.comparison_sites,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def _decision(record: LessonRecord) -> dict[str, Any] | None:
    decision = record.decision
    if decision is None:
        return None
    return {
        "kind": decision.kind,
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "decided_on": decision.decided_on.isoformat(),
    }


def _outcome(estimate: Estimate) -> dict[str, Any]:
    result = estimate.result
    indicator, figures = result["indicator"], result["figures"]
    verdict = result["finding"]["verdict"]
    return {
        "sentence": said_of(estimate).sentence,
        "indicator": indicator["name"],
        "unit": indicator["unit"],
        "wanted": indicator["direction"],
        "word": verdict["code"],
        "change": verdict["direction"],
        "size": verdict["size"],
        "low": verdict["low"],
        "high": verdict["high"],
        "level": result["plan"]["level"],
        "worth_it": result["plan"]["worth_it"],
        "doubts": list(verdict["doubts"]),
        "readings": estimate.readings,
        "periods_before": figures["periods_before"],
        "periods_after": figures["periods_after"],
        "computed_at": estimate.computed_at.isoformat(),
    }


def _quotes(record: LessonRecord) -> Sequence[dict[str, str]]:
    return [
        {"text": one.voice.public_text, "language": one.voice.language, "rating": one.rating}
        for one in record.quotes
        if one.voice is not None
    ]
