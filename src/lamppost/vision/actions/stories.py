"""Writes of stories: what a resident tells, its files, its uses, and statements drawn from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.base.files import forget_file, keep_file
from lamppost.voices.actions import (
    moderate_voice,
    set_consent,
    set_place,
    submit_voice,
    wait_again,
)
from lamppost.voices.models import Channel, Participant, Voice
from lamppost.voices.receipts import made_of, remember_made, taken_before
from lamppost.voices.redaction import redact

from ..models import Conversation, Statement, Story, Workshop
from ..phases import Phase, phase
from .statements import store_statement
from .votes import NotOpen

USES = ("may_show_photo", "may_play_audio", "may_become_statement", "may_be_quoted")


class NotAllowed(ValueError):  # noqa: N818 - an answer, not a fault
    """The teller did not agree to this use, or the story is not accepted."""


@transaction.atomic
def tell_story(
    *,
    conversation: Conversation,
    participant: Participant,
    feeling: str,
    text: str,
    language: str,
    consent: bool,
    key: str = "",
) -> Story | None:
    """Take in a resident's story; it always waits until somebody has read it.

    Parameters
    ----------
    key
        Names this one sending of the form: sent again, nothing is told anew.

    Returns
    -------
    Story or None
        Sent again, the story of the first time; None where it was erased since.

    Raises
    ------
    NotOpen
        The question takes nothing now.
    """
    if phase(conversation) is not Phase.OPEN:
        raise NotOpen
    if taken_before(participant=participant, key=key):
        told = Story.objects.filter(voice__participant=participant)
        return told.filter(pk=made_of(participant, key) or 0).first()
    voice = submit_voice(
        partnership=conversation.partnership,
        kind=Voice.Kind.STORY,
        text=text,
        language=language,
        participant=participant,
        consent=consent,
    )
    story = Story.objects.create(voice=voice, feeling=feeling, conversation=conversation)
    remember_made(participant=participant, key=key, made=story.pk)
    return story


@transaction.atomic
def tell_in_room(
    *,
    workshop: Workshop,
    group: str,
    feeling: str,
    text: str,
    language: str,
    consent: bool,
    by: User,
) -> Story:
    """Take in what a group of a workshop said, typed in by staff."""
    voice = submit_voice(
        partnership=workshop.partnership,
        kind=Voice.Kind.STORY,
        text=text,
        language=language,
        channel=Channel.ROOM,
        consent=consent,
        by=by,
    )
    return Story.objects.create(
        voice=voice,
        feeling=feeling,
        workshop=workshop,
        conversation=workshop.conversation,
        group=group,
    )


@transaction.atomic
def tell_many_in_room(*, texts: Iterable[str], **said: Any) -> int:
    """Take in several at once, all or none, alike in everything else; return how many."""
    return len([tell_in_room(text=text, **said) for text in texts])


@transaction.atomic
def set_photo(*, story: Story, content: bytes, words: str, may_show: bool) -> None:
    """Put a photo beside the words; the story waits again until somebody has looked at it."""
    story.photo_words, story.may_show_photo = redact(words.strip())[:200], may_show
    keep_file(story, "photo", content, "jpg")
    wait_again(voice=story.voice)


@transaction.atomic
def set_audio(*, story: Story, content: bytes, ending: str, may_play: bool) -> None:
    """Put a recording beside the words; the story waits again until somebody has heard it."""
    story.may_play_audio = may_play
    keep_file(story, "audio", content, ending)
    wait_again(voice=story.voice)


@transaction.atomic
def take_out_photo(*, story: Story) -> None:
    """Delete the photo, and what was said of it."""
    forget_file(story.photo)
    story.photo, story.photo_words, story.may_show_photo = "", "", False
    story.save(update_fields=["photo", "photo_words", "may_show_photo"])


@transaction.atomic
def take_out_audio(*, story: Story) -> None:
    """Delete the recording."""
    forget_file(story.audio)
    story.audio, story.may_play_audio = "", False
    story.save(update_fields=["audio", "may_play_audio"])


@transaction.atomic
def set_story_place(*, story: Story, place: str) -> None:
    """Say where it happened, or take that back; new words wait until somebody has read them."""
    wanted = redact(place.strip())[:120]
    if wanted == story.voice.place:
        return
    set_place(voice=story.voice, place=wanted)
    if wanted:
        wait_again(voice=story.voice)


@transaction.atomic
def set_uses(*, story: Story, show_words: bool, uses: dict[str, bool]) -> None:
    """Change what may be done with a story, each use for itself; the teller, at any time."""
    for name in USES:
        setattr(story, name, uses.get(name, False))
    story.save(update_fields=list(USES))
    if show_words != (story.voice.consent == Voice.Consent.PUBLIC):
        set_consent(voice=story.voice, consent=show_words)


@transaction.atomic
def draw_statement(
    *, story: Story, conversation: Conversation, text: str, language: str, by: User
) -> Statement:
    """Make a statement of a story, with the teller's consent; it is theirs like any other.

    Raises
    ------
    NotAllowed
        The teller did not agree to it, or the story is not accepted.
    AlreadyThere
        The same words are in the question already.
    """
    voice = Voice.objects.select_for_update().get(pk=story.voice_id)
    shown = voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC
    if not (shown and story.may_become_statement):
        raise NotAllowed
    if conversation.partnership_id != voice.partnership_id:
        raise ValueError("a statement is drawn for a question of the story's own partnership")
    statement = store_statement(
        conversation,
        text,
        language,
        is_seed=False,
        participant=voice.participant,
        channel=voice.channel,
        consent=True,
        part_of=voice,
        by=by,
    )
    statement.story = story
    statement.save(update_fields=["story"])
    moderate_voice(voice=statement.voice, state=Voice.State.ACCEPTED, by=by)
    record(
        partnership=voice.partnership, by=by, action="vision.statement.drawn_from_story",
        about=statement,
    )  # fmt: skip
    return statement
