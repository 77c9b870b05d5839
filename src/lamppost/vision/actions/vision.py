"""Writes of the vision's text and of objections to it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import Partnership, User
from lamppost.voices.actions import submit_voice
from lamppost.voices.models import Participant, Voice
from lamppost.voices.receipts import taken_before

from ..models import Goal, Objection, Statement, Vision
from ..publications import INDICATOR_FIELDS


class NothingToPublish(ValueError):  # noqa: N818 - an answer, not a fault
    """There is no draft, or its text is empty."""


class NothingChanged(ValueError):  # noqa: N818 - an answer, not a fault
    """Text and goals are as they were published last."""


def goals_as_they_stand(partnership: Partnership) -> list[dict[str, Any]]:
    """Return goals, indicators and the statements behind them, as plain data without words."""
    named = Statement.objects.select_related("conversation")
    goals = Goal.objects.filter(partnership=partnership).prefetch_related(
        "indicators", Prefetch("statements", queryset=named)
    )
    return [
        {
            "id": goal.pk,
            "title": goal.title,
            "description": goal.description,
            "agreed_on": goal.agreed_on.isoformat() if goal.agreed_on else None,
            "statements": [
                {"conversation": one.conversation.code, "number": one.number}
                for one in goal.statements.all()
            ],
            "indicators": [
                {name: getattr(one, name) for name in INDICATOR_FIELDS}
                for one in goal.indicators.all()
            ],
        }
        for goal in goals
    ]


@transaction.atomic
def write_draft(*, partnership: Partnership, by: User, text: str, language: str) -> Vision:
    """Write the draft of the text; what is published stays as it is."""
    values = {"text": text.strip(), "language": language, "by": by, "changed_at": timezone.now()}
    draft, _is_new = Vision.objects.update_or_create(
        partnership=partnership, published_at=None, defaults=values
    )
    record(partnership=partnership, by=by, action="vision.vision.drafted", about=draft)
    return draft


@transaction.atomic
def publish_vision(*, partnership: Partnership, by: User, what_changed: str = "") -> Vision:
    """Publish the draft with the goals as they stand; it is never changed afterwards.

    Where there is no draft and goals changed, the text of the last publication stays.

    Raises
    ------
    NothingToPublish
        There is no text.
    NothingChanged
        Text and goals are as they were published last.
    """
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    own = Vision.objects.filter(partnership=partnership)
    draft = own.filter(published_at=None).first()
    last = own.exclude(published_at=None).order_by("-published_at", "-pk").first()
    source = draft or last
    if source is None or not source.text.strip():
        raise NothingToPublish
    goals = goals_as_they_stand(partnership)
    if last is not None:
        before = (last.text, last.language, last.goals)
        if before == (source.text, source.language, goals):
            raise NothingChanged
    now = timezone.now()
    made = draft or Vision(partnership=partnership, text=source.text, language=source.language)
    made.goals, made.what_changed = goals, what_changed.strip()
    made.by, made.changed_at, made.published_at = by, now, now
    made.save()
    record(partnership=partnership, by=by, action="vision.vision.published", about=made)
    return made


@transaction.atomic
def discard_draft(*, partnership: Partnership, by: User) -> None:
    """Throw the draft away; what is published stays."""
    draft = Vision.objects.filter(partnership=partnership, published_at=None).first()
    if draft is not None:
        record(partnership=partnership, by=by, action="vision.vision.deleted", about=draft)
        draft.delete()


@transaction.atomic
def object_to_vision(
    *,
    vision: Vision,
    participant: Participant,
    text: str,
    language: str,
    consent: bool,
    key: str = "",
) -> Objection | None:
    """Take in that somebody does not find their words in the vision; it waits to be read.

    Returns None where the same form was sent before.
    """
    if vision.published_at is None:
        raise ValueError("nobody can object to a draft")
    if taken_before(participant=participant, key=key):
        return None
    voice = submit_voice(
        partnership=vision.partnership,
        kind=Voice.Kind.OBJECTION,
        text=text,
        language=language,
        participant=participant,
        consent=consent,
    )
    return Objection.objects.create(vision=vision, voice=voice)


@transaction.atomic
def answer_objection(*, objection: Objection, answer: str, by: User) -> None:
    """Answer an objection, or answer it anew; an empty answer takes it back."""
    objection.answer = answer.strip()
    objection.answered_at = timezone.now() if objection.answer else None
    objection.answered_by = by if objection.answer else None
    objection.save(update_fields=["answer", "answered_at", "answered_by"])
    record(
        partnership=objection.voice.partnership, by=by, action="vision.objection.answered",
        about=objection, fields=["answer"],
    )  # fmt: skip
