"""Reads of the ladder: who has reached the step that a question asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lamppost.voices.levels import has_reached, highest, rank
from lamppost.voices.models import Level, Participant, Verification

from ..models import Conversation, EntryCode, PaperSheet, Vote


def reached(conversation: Conversation, participant: Participant | None) -> bool:
    """Say whether somebody may vote: they reached the step that is asked for, or a higher one.

    A printed code is good for the question it was made for; a code of another question is not.
    """
    if rank(conversation.verification) == 0:
        return True
    if participant is None:
        return False
    if conversation.verification == Level.CODE:
        return used_code(conversation, participant) or has_reached(participant, Level.IN_PERSON)
    return has_reached(participant, conversation.verification)


def used_code(conversation: Conversation, participant: Participant) -> bool:
    """Say whether the participant used a printed code of this question."""
    return EntryCode.objects.filter(conversation=conversation, used_by=participant).exists()


def levels_by_participant(conversation: Conversation) -> dict[int, str]:
    """Return the highest step of everybody who voted: participant id → `Level` value.

    A sheet that staff or an organisation typed in counts as seen by them. Three queries, however
    many people there are.
    """
    voters = set(
        Vote.objects.filter(statement__conversation=conversation)
        .order_by()
        .values_list("participant", flat=True)
        .distinct()
    )
    found: Mapping[int, list[str]] = defaultdict(list)
    steps = Verification.objects.filter(participant__partnership=conversation.partnership_id)
    for participant, level in steps.values_list("participant", "level"):
        if participant in voters:
            found[participant].append(level)
    sheets = PaperSheet.objects.filter(conversation=conversation)
    for participant in sheets.values_list("participant", flat=True):
        found[participant].append(Level.IN_PERSON.value)
    return {participant: highest(found.get(participant, ())) for participant in voters}


def voters_by_level(conversation: Conversation) -> dict[str, int]:
    """Return how many voters stand on each step, the lowest first; steps without anybody too."""
    counts = dict.fromkeys(Level.values, 0)
    for level in levels_by_participant(conversation).values():
        counts[level] += 1
    return counts
