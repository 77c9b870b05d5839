"""Writes of the landscape: ask for it, compute it, forget somebody in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from lamppost.accounts import ledger
from lamppost.accounts.models import User
from lamppost.voices.models import Participant, Voice

from ..models import Conversation, Landscape, LandscapeRequest, Vote
from ..queries.landscape import latest_landscape, moderation_of, vote_matrix
from ..tasks import refresh_landscape

# Votes of a few seconds are computed together.
DEBOUNCE = dt.timedelta(seconds=15)
# A request this old lost its task (a worker was killed) and is asked again.
LOST_AFTER = dt.timedelta(hours=1)
# A public landscape moves only when so many people have voted: two readings an instant apart
# cannot be subtracted to learn one person's vote.
RELEASE_STEP = 5


@transaction.atomic
def request_landscape(*, conversation: Conversation) -> None:
    """Ask for a new landscape; however often asked, at most one task waits for a conversation."""
    now = timezone.now()
    request, made = LandscapeRequest.objects.get_or_create(
        conversation=conversation, defaults={"requested_at": now}
    )
    if not made:
        if request.requested_at > now - LOST_AFTER:
            return
        request.requested_at = now
        request.save(update_fields=["requested_at"])
    transaction.on_commit(lambda: _enqueue(conversation.pk))


def _enqueue(conversation_id: int) -> None:
    ready = refresh_landscape
    if ready.get_backend().supports_defer:
        ready = ready.using(run_after=timezone.now() + DEBOUNCE)
    ready.enqueue(conversation_id)


@transaction.atomic
def ask_for_landscape(*, conversation: Conversation, by: User) -> None:
    """Ask for a new landscape at once, however little has changed; staff answer for that."""
    LandscapeRequest.objects.get_or_create(
        conversation=conversation, defaults={"requested_at": timezone.now()}
    )
    ledger.record(
        partnership=conversation.partnership,
        by=by,
        action="vision.landscape.asked_for",
        about=conversation,
    )
    transaction.on_commit(lambda: refresh_landscape.enqueue(conversation.pk, whatever=True))


def refresh(*, conversation: Conversation, whatever: bool = False) -> bool:
    """Do what a waiting request asks for; say whether a new landscape was stored.

    Parameters
    ----------
    whatever
        True when staff asked: little need have changed.
    """
    if not (whatever or changed_enough(conversation)):
        LandscapeRequest.objects.filter(conversation=conversation).delete()
        return False
    return compute_landscape(conversation=conversation) is not None


def changed_enough(conversation: Conversation) -> bool:
    """Say whether a new landscape may be shown.

    Yes for the first one, after enough people have voted, when moderation changed, when votes
    were erased, and when the question has closed since.
    """
    latest = latest_landscape(conversation)
    if latest is None:
        return True
    since = Vote.objects.filter(
        statement__conversation=conversation, cast_at__gt=latest.computed_at
    )
    if since.values("participant").distinct().count() >= RELEASE_STEP:
        return True
    votes = Vote.objects.filter(statement__conversation=conversation).count()
    if votes < latest.votes or abs(votes - latest.votes) >= RELEASE_STEP * latest.statements:
        return True
    closes = conversation.closes_at
    if closes is not None and latest.computed_at < closes <= timezone.now():
        return True
    return moderation_of(conversation) != _stored_moderation(latest)


def _stored_moderation(stored: Landscape) -> dict[int, int]:
    return {item["statement"]: item["moderation"] for item in stored.result["results"]}


def compute_landscape(*, conversation: Conversation) -> Landscape | None:
    """Compute and store the landscape of a conversation now; None while nobody has voted.

    Of each day the last landscape is kept, and of all but the newest only what is said of
    statements and groups: who stands where is kept once. A waiting request is answered by this;
    it is taken away before the votes are read, so that a vote during the work asks anew. Heavy;
    call it from tasks and commands.
    """
    from lamppost.engines.opinion import landscape

    LandscapeRequest.objects.filter(conversation=conversation).delete()
    matrix = vote_matrix(conversation)
    if matrix is None:
        return None
    now = timezone.now()
    found = landscape(matrix)
    with transaction.atomic():
        stored = Landscape.objects.create(
            conversation=conversation,
            computed_at=now,
            participants=found.participants,
            statements=found.statements,
            votes=found.votes,
            mode=found.mode,
            seed=found.seed,
            result=found.to_json(),
        )
        _tidy(stored)
    return stored


def _tidy(newest: Landscape) -> None:
    earlier = Landscape.objects.filter(conversation=newest.conversation).exclude(pk=newest.pk)
    earlier.filter(computed_at__date=newest.computed_at.date()).delete()
    for stored in earlier.order_by("-computed_at")[:1]:
        if _take_people_out(stored.result):
            stored.save(update_fields=["result"])


def _take_people_out(result: dict[str, Any]) -> bool:
    held = bool(result.get("membership") or result.get("positions"))
    result["membership"], result["positions"] = {}, {}
    return held


@transaction.atomic
def forget_participant(participant: Participant) -> None:
    """Take an erased participant out of every stored landscape, and ask for new ones.

    Registered with ``voices.ports.PARTICIPANT_ERASED``.
    """
    key = str(participant.pk)
    stored = Landscape.objects.filter(
        conversation__statements__votes__participant=participant
    ).distinct()
    for landscape in stored.select_related("conversation"):
        found = [landscape.result[name].pop(key, None) for name in ("membership", "positions")]
        if any(part is not None for part in found):
            landscape.save(update_fields=["result"])
        request_landscape(conversation=landscape.conversation)


def count_again_after_moderation(voice: Voice) -> None:
    """Ask for a new landscape when a statement was accepted or declined.

    Registered with ``voices.ports.VOICE_MODERATED``.
    """
    if voice.kind == Voice.Kind.STATEMENT:
        for conversation in Conversation.objects.filter(statements__voice=voice):
            request_landscape(conversation=conversation)
