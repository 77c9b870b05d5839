"""Writes of the landscape: ask for it, compute it, forget somebody in it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from lamppost.accounts import ledger
from lamppost.accounts.models import User
from lamppost.voices.models import Participant, Voice

from ..models import Conversation, Landscape, LandscapeRequest, Vote
from ..phases import Phase, phase
from ..queries.landscape import (
    COUNTED_AT_CLOSE,
    ERASED,
    TOOK_BACK,
    latest_landscape,
    moderation_of,
    named_votes,
)
from ..queries.merging import votes_that_count
from ..tasks import refresh_landscape

# Votes of a few seconds are computed together.
DEBOUNCE = dt.timedelta(seconds=15)
# A request this old lost its task (a worker was killed) and is asked again.
LOST_AFTER = dt.timedelta(hours=1)
# A public landscape moves only when so many people came or left: two readings an instant apart
# cannot be subtracted to learn one person's vote.
RELEASE_STEP = 10


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
    transaction.on_commit(partial(_enqueue, conversation.pk, now))


def _enqueue(conversation_id: int, moment: dt.datetime) -> None:
    """Let the task run a little after `moment`; at once where tasks cannot wait."""
    ready = refresh_landscape
    if ready.get_backend().supports_defer:
        ready = ready.using(run_after=moment + DEBOUNCE)
    elif moment > timezone.now():
        return
    ready.enqueue(conversation_id)


@transaction.atomic
def count_at_close(*, conversation: Conversation) -> None:
    """Let everybody be counted when the conversation has closed, however few came last.

    Whatever waits already, a task of its own runs then: one that runs now may have looked before
    it was closed.
    """
    closes, now = conversation.closes_at, timezone.now()
    if closes is None:
        return
    if closes <= now:
        LandscapeRequest.objects.get_or_create(
            conversation=conversation, defaults={"requested_at": now}
        )
    transaction.on_commit(partial(_enqueue, conversation.pk, max(closes, now)))


def count_what_closed() -> int:
    """Ask for the last landscape of each conversation that closed while nobody counted.

    The worker does so when it starts. Returns how many were asked for.
    """
    now = timezone.now()
    closed = (
        Conversation.objects.filter(closes_at__lte=now, statements__votes__isnull=False)
        .annotate(counted_at=Max("landscapes__computed_at"))
        .filter(Q(counted_at__isnull=True) | Q(counted_at__lt=F("closes_at")))
        .distinct()
    )
    found = list(closed)
    for conversation in found:
        count_at_close(conversation=conversation)
    return len(found)


class TooFewNew(ValueError):  # noqa: N818 - a refusal
    """Of one to nine people who answered since, a new landscape would tell what they said."""


@transaction.atomic
def ask_for_landscape(*, conversation: Conversation, by: User) -> None:
    """Ask for a new landscape at once: after another mode, another text, an import.

    Raises
    ------
    TooFewNew
        Some people came, changed an answer or left since the last one, but fewer than ten. Nobody
        can ask for what would set them apart, staff neither.
    """
    if not may_be_asked_for(conversation):
        raise TooFewNew
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
        True when staff asked: nobody's answers need have changed.
    """
    # First, so that what is asked for while this looks is not taken for answered.
    LandscapeRequest.objects.filter(conversation=conversation).delete()
    asked = whatever and may_be_asked_for(conversation)
    if not (asked or changed_enough(conversation)):
        return False
    return compute_landscape(conversation=conversation) is not None


def may_be_asked_for(conversation: Conversation) -> bool:
    """Say whether no one to nine people moved since the last landscape, or it may be shown."""
    latest = latest_landscape(conversation)
    unmoved = latest is not None and people_moved(conversation, latest) == 0
    return unmoved or changed_enough(conversation)


def changed_enough(conversation: Conversation) -> bool:
    """Say whether a new landscape may be shown.

    Yes for the first one; once the question has closed since, for the first time: who closed and
    opened it again and again would read one vote after the other; after enough people came, changed
    an answer or left; and when moderation changed while nobody's answers did. Whatever is
    declined is hidden at once all the same: only the numbers wait.
    """
    latest = latest_landscape(conversation)
    if latest is None:
        return True
    closes = conversation.closes_at
    closed_since = closes is not None and latest.computed_at < closes <= timezone.now()
    if closed_since and not latest.result.get(COUNTED_AT_CLOSE):
        return True
    moved = people_moved(conversation, latest)
    if moved >= RELEASE_STEP:
        return True
    return moved == 0 and moderation_of(conversation) != _stored_moderation(latest)


def people_moved(conversation: Conversation, latest: Landscape) -> int:
    """Return how many people, at least, came, changed an answer or left since `latest`."""
    votes = Vote.objects.filter(statement__conversation=conversation)
    recent = votes.filter(cast_at__gt=latest.computed_at)
    people = {str(pk) for pk in recent.values_list("participant", flat=True).distinct()}
    erased: int = latest.result.get(ERASED, 0)
    named = len(people | set(latest.result.get(TOOK_BACK, {}))) + erased
    # Sheets and imports may bear an older date, or none: more people, or more votes, tell of them.
    more_people = votes.values("participant").distinct().count() - (latest.participants - erased)
    one_person = max(conversation.statements.count(), 1)
    more_votes = -(-max(votes_that_count(conversation) - latest.votes, 0) // one_person)
    return max(named, more_people, more_votes)


def _stored_moderation(stored: Landscape) -> dict[int, int]:
    return {item["statement"]: item["moderation"] for item in stored.result["results"]}


def compute_landscape(*, conversation: Conversation) -> Landscape | None:
    """Compute and store the landscape of a conversation now; None while nobody has voted.

    Of each day the last landscape is kept, and of all but the newest only what is said of
    statements and groups: who stands where is kept once. A waiting request is answered by this;
    it is taken away before the votes are read, so that a vote during the work asks anew. Heavy;
    call it from tasks and commands.
    """
    from ..checking import integrity_of
    from ..computing import forget_progress, landscape_of, tell_progress
    from ..queries.important import marks_with_landscape
    from ..queries.trust import flagged_people
    from ..weighting import taking_part
    from .traces import traces_were_used

    LandscapeRequest.objects.filter(conversation=conversation).delete()
    # Before the votes are read: what is cast meanwhile is later than this landscape.
    now = timezone.now()
    votes = named_votes(conversation)
    if votes is None:
        return None
    closed = phase(conversation, now) is Phase.CLOSED
    try:
        found = landscape_of(conversation, votes, tell_progress(conversation))
        integrity = integrity_of(conversation, votes, found)
        integrity["part"] = taking_part(conversation, votes, found)
        integrity["important"] = marks_with_landscape(conversation, flagged_people(integrity))
    finally:
        forget_progress(conversation)
    with transaction.atomic():
        stored = Landscape.objects.create(
            conversation=conversation,
            computed_at=now,
            participants=found.participants,
            statements=found.statements,
            votes=found.votes,
            mode=found.mode,
            seed=found.seed,
            result={**found.to_json(), **_mark_of_closing(conversation, closed=closed)},
            integrity=integrity,
        )
        _tidy(stored)
        if closed:
            # The last report has seen them; what it says of networks stays in the flags.
            traces_were_used(conversation)
    return stored


def _mark_of_closing(conversation: Conversation, *, closed: bool) -> dict[str, bool]:
    """Say that a closing has been counted, now or in the landscape before; else nothing."""
    latest = latest_landscape(conversation)
    before = latest is not None and latest.result.get(COUNTED_AT_CLOSE, False)
    return {COUNTED_AT_CLOSE: True} if closed or before else {}


def _tidy(newest: Landscape) -> None:
    earlier = Landscape.objects.filter(conversation=newest.conversation).exclude(pk=newest.pk)
    earlier.filter(computed_at__date=newest.computed_at.date()).delete()
    for stored in earlier.order_by("-computed_at")[:1]:
        if _take_people_out(stored.result):
            _unname(stored.integrity)
            _take_people_out(stored.integrity or {})
            stored.save(update_fields=["result", "integrity"])


def _take_people_out(result: dict[str, Any]) -> bool:
    held = bool(result.get("membership") or result.get("positions"))
    result["membership"], result["positions"], result["probability"] = {}, {}, {}
    result.pop(TOOK_BACK, None)
    return held


@transaction.atomic
def forget_participant(participant: Participant) -> None:
    """Take an erased participant out of every stored landscape, and ask for new ones.

    Registered with ``voices.ports.PARTICIPANT_ERASED``.
    """
    key = str(participant.pk)
    stored = Landscape.objects.select_for_update(of=("self",)).filter(
        conversation__partnership=participant.partnership_id
    )
    for landscape in stored.select_related("conversation"):
        held = _pop_person(landscape.result, key)
        _pop_person(landscape.integrity or {}, key)
        if held:
            landscape.result[ERASED] = landscape.result.get(ERASED, 0) + 1
            _unname(landscape.integrity, key)
            landscape.save(update_fields=["result", "integrity"])
            request_landscape(conversation=landscape.conversation)


def _pop_person(record: dict[str, Any], key: str) -> bool:
    """Take one person out of a landscape, or out of that beside it; say whether they were there."""
    names = ("membership", "positions", "probability", TOOK_BACK)
    taken = [record.get(name, {}).pop(key, None) for name in names]
    return any(one is not None for one in taken)


def _unname(integrity: dict[str, Any] | None, key: str | None = None) -> None:
    """Take one participant, or everybody, out of the flags; how many there were stays."""
    for flag in (integrity or {}).get("flags", ()):
        flag["people"] = [one for one in flag["people"] if key is not None and one != key]


def note_taken_back(vote: Vote) -> None:
    """Remember in the newest landscape that somebody it counts took an answer back."""
    latest = latest_landscape(vote.statement.conversation)
    if latest is not None:
        _note_moved(latest, vote)


def note_late(vote: Vote, conversation: Conversation) -> None:
    """Remember somebody whose press waited and who answered, it says, before the newest landscape.

    By its time alone it would be none that moved, and two landscapes would differ by one person.
    """
    latest = latest_landscape(conversation)
    if latest is not None and vote.cast_at is not None and vote.cast_at <= latest.computed_at:
        _note_moved(latest, vote)


def _note_moved(latest: Landscape, vote: Vote) -> None:
    kept = Landscape.objects.select_for_update().get(pk=latest.pk)
    key = str(vote.participant_id)
    if key in kept.result.get("positions", {}):
        kept.result.setdefault(TOOK_BACK, {})[key] = 1
        kept.save(update_fields=["result"])


def count_again_after_moderation(voice: Voice) -> None:
    """Ask for a new landscape when a statement was accepted or declined.

    Registered with ``voices.ports.VOICE_MODERATED``.
    """
    if voice.kind == Voice.Kind.STATEMENT:
        for conversation in Conversation.objects.filter(statements__voice=voice):
            request_landscape(conversation=conversation)
