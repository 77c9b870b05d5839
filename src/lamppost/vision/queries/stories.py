"""Reads of stories: what everybody may see, what moderators see, and what the teller sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from lamppost.accounts.models import Partnership
from lamppost.voices.models import Participant, Voice

from ..models import Conversation, Statement, Story

SHOWN = Q(voice__state=Voice.State.ACCEPTED, voice__consent=Voice.Consent.PUBLIC)


@dataclass(frozen=True)
class StoryLine:
    """A story as everybody may see it.

    Attributes
    ----------
    photo, audio
        Whether there is one that may be shown or played to whoever reads this.
    statements
        What was drawn from it and is shown.
    """

    story: Story
    photo: bool
    audio: bool
    statements: tuple[Statement, ...] = ()

    @property
    def voice(self) -> Voice:
        return self.story.voice


def is_shown(story: Story) -> bool:
    """Say whether everybody may read its words."""
    voice = story.voice
    return voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC


def photo_shown(story: Story) -> bool:
    """Say whether everybody may see its photo."""
    return bool(story.photo) and story.may_show_photo and is_shown(story)


def audio_shown(story: Story) -> bool:
    """Say whether everybody may hear its recording."""
    return bool(story.audio) and story.may_play_audio and is_shown(story)


def _stories(partnership: Partnership) -> QuerySet[Story]:
    drawn = Statement.objects.filter(
        voice__state=Voice.State.ACCEPTED,
        voice__consent=Voice.Consent.PUBLIC,
        merged_into__isnull=True,
    ).select_related("voice", "conversation")
    return (
        Story.objects.filter(voice__partnership=partnership)
        .exclude(voice__text="")
        .select_related("voice", "conversation", "workshop")
        .prefetch_related(Prefetch("statements", queryset=drawn))
    )


def shown_stories(partnership: Partnership, feeling: str = "") -> QuerySet[Story]:
    """Return the stories that everybody may read, the newest first."""
    found = _stories(partnership).filter(SHOWN)
    return found.filter(feeling=feeling) if feeling else found


def story_of(partnership: Partnership, story_id: int, *, moderator: bool) -> Story | None:
    """Return a story of this partnership that may be read: by everybody, or by moderators."""
    found = _stories(partnership).filter(pk=story_id).first()
    return found if found is not None and (moderator or is_shown(found)) else None


def own_story(
    partnership: Partnership, participant: Participant | None, story_id: int
) -> Story | None:
    """Return a story that this participant told, with its statements; None for anybody else's."""
    if participant is None:
        return None
    return _stories(partnership).filter(pk=story_id, voice__participant=participant).first()


def line_of(story: Story, *, everything: bool = False) -> StoryLine:
    """Return a story as it is shown; `everything` for moderators and for whoever told it."""
    return StoryLine(
        story,
        photo=bool(story.photo) and (everything or photo_shown(story)),
        audio=bool(story.audio) and (everything or audio_shown(story)),
        statements=tuple(story.statements.all()),
    )


def lines_of(stories: Iterable[Story]) -> list[StoryLine]:
    """Return stories as everybody may see them."""
    return [line_of(story) for story in stories]


def of_voices(ids: Iterable[int]) -> list[Story]:
    """Return the stories with these words."""
    return list(
        Story.objects.filter(voice__in=list(ids)).select_related(
            "voice__partnership", "conversation", "workshop"
        )
    )


def story_behind(statement: Statement) -> Story | None:
    """Return the story that a statement was drawn from, while it is shown."""
    if statement.story_id is None:
        return None
    return Story.objects.filter(SHOWN, pk=statement.story_id).select_related("voice").first()


def shown_behind(statements: Iterable[Statement]) -> set[int]:
    """Return which stories behind these statements everybody may read; no query where none is."""
    ids = {one.story_id for one in statements if one.story_id is not None}
    if not ids:
        return set()
    return set(Story.objects.filter(SHOWN, pk__in=ids).values_list("pk", flat=True))


def questions_for(partnership: Partnership) -> QuerySet[Conversation]:
    """Return the questions that a statement can be drawn for, the newest first."""
    return Conversation.objects.filter(partnership=partnership)
