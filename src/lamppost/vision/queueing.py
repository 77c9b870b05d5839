"""What vision answers to the moderation queue: what says the same, and what declining changes."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from lamppost.voices.ports import AlikeWords

from .alike import AlikeIndex, groups_among
from .effects import is_large
from .models import Conversation, Statement, Vote
from .queries.curation import shown_statements
from .tasks import effect_of_declining

ALIKE_MOST = 3


def _statements(ids: Collection[int]) -> dict[int, list[Statement]]:
    """The statements of these voices by their conversation, in the order of the ids."""
    found = Statement.objects.filter(voice__in=ids).select_related(
        "voice", "conversation__partnership"
    )
    place = {pk: number for number, pk in enumerate(ids)}
    by_conversation: dict[int, list[Statement]] = {}
    for one in sorted(found, key=lambda one: place[one.voice_id]):
        by_conversation.setdefault(one.conversation_id, []).append(one)
    return by_conversation


def alike_groups(ids: Collection[int]) -> list[list[int]]:
    """Return the voices that say nearly the same, of the same question, in groups."""
    groups = []
    for statements in _statements(ids).values():
        words = {one.voice_id: one.voice.text for one in statements}
        groups += [group for group in groups_among(words) if len(group) > 1]
    return groups


def alike_shown(ids: Collection[int]) -> dict[int, list[AlikeWords]]:
    """Return for each voice the statements that are shown already and say nearly the same."""
    found = {}
    for statements in _statements(ids).values():
        conversation = statements[0].conversation
        shown = {one.pk: one for one in shown_statements(conversation)}
        index = AlikeIndex({pk: one.voice.public_text for pk, one in shown.items()})
        for one in statements:
            near = index.near(one.voice.text, leave_out={one.pk}, most=ALIKE_MOST)
            url = _merge_url(conversation, one)
            found[one.voice_id] = [
                _words(shown[same.key], round(100 * same.likeness), url) for same in near
            ]
    return found


def _merge_url(conversation: Conversation, statement: Statement) -> str:
    address = [conversation.partnership.slug, conversation.code, statement.number]
    return reverse("vision:statement_merge", args=address)


def _words(statement: Statement, percent: int, url: str) -> AlikeWords:
    voice = statement.voice
    return AlikeWords(statement.number, voice.public_text, voice.language, percent, url)


def before_declining(ids: Collection[int]) -> str:
    """Return the page with the effect where somebody has answered one of these statements.

    In a large question the comparison is begun in the background.
    """
    merged = Vote.objects.filter(statement__merged_into=OuterRef("pk"))
    own = Vote.objects.filter(statement=OuterRef("pk"))
    chosen = Statement.objects.filter(voice__in=ids).select_related("conversation__partnership")
    answered = chosen.filter(Q(Exists(own)) | Q(Exists(merged))).first()
    if answered is None:
        return ""
    conversation = answered.conversation
    here = chosen.filter(conversation=conversation).order_by("number")
    numbers = here.values_list("number", flat=True)
    query = "&".join(f"n={number}" for number in numbers)
    page = reverse("vision:decline", args=[conversation.partnership.slug, conversation.code])
    if is_large(conversation):
        # Begun at once, so that it is there when the page is looked at again.
        task = effect_of_declining.enqueue(conversation.pk, list(numbers))
        query += f"&task={task.id}"
    return f"{page}?{query}"
