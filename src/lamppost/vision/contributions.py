"""What vision answers to voices: what a participant gave here, and erasing it."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lamppost.voices.models import Participant, Voice
from lamppost.voices.ports import Contribution, VoiceAbout
from lamppost.voices.who_sees import if_hidden

from .actions.resident import erase_story
from .actions.statements import erase_statement
from .actions.stories import USES
from .actions.votes import refresh_later, take_back_vote
from .models import (
    Characteristic,
    Conversation,
    ImportantMark,
    Objection,
    Statement,
    Story,
    Vote,
)
from .phases import Phase, phase
from .queries.about import ASKS, choices_of
from .queries.questions import asked_by_reader
from .queries.reading import Read, read_in
from .queries.stories import of_voices
from .queries.votes import WORD_OF, WORDS
from .who_sees import RULES

ANSWERS: dict[int, Promise] = {value: WORDS[word] for value, word in WORD_OF.items()}


def contributions(participant: Participant) -> list[Contribution]:
    """Return every statement, story, vote and mark of a participant, and what they said of
    themselves."""
    statements = Statement.objects.filter(voice__participant=participant)
    votes = list(
        Vote.objects.filter(participant=participant).select_related(
            "statement__voice", "statement__conversation"
        )
    )
    voted = {vote.statement_id: vote.pk for vote in votes}
    marks = list(
        ImportantMark.objects.filter(participant=participant).select_related(
            "statement__voice", "statement__conversation"
        )
    )
    read = _as_read([*(one.statement for one in votes), *(one.statement for one in marks)])
    stories = Story.objects.filter(voice__participant=participant)
    return [
        *(
            _of_statement(one)
            for one in statements.select_related("voice", "conversation__partnership")
        ),
        *(
            _of_story(one)
            for one in stories.select_related("voice__partnership", "conversation", "workshop")
        ),
        *(_of_vote(vote, read[vote.statement_id]) for vote in votes),
        *(_of_mark(mark, voted.get(mark.statement_id), read[mark.statement_id]) for mark in marks),
        *_about_oneself(participant),
        *_objections(participant),
    ]


def _objections(participant: Participant) -> list[Contribution]:
    said = Objection.objects.filter(voice__participant=participant)
    return [
        Contribution(
            kind="objection",
            identifier=str(one.pk),
            about=_("the vision"),
            text=one.voice.text,
            language=one.voice.language,
            given_at=one.voice.said_at,
            state=one.voice.get_state_display(),
            voice_id=one.voice_id,
            who_if_hidden=if_hidden(*RULES["objections"]),
            details={"partnership_answers": one.answer},
            follow_url=reverse("vision:my_objection", args=[one.voice.partnership.slug, one.pk]),
        )
        for one in said.select_related("voice__partnership")
    ]


def _of_story(story: Story) -> Contribution:
    voice = story.voice
    question = asked_by_reader(story.conversation).question if story.conversation else ""
    return Contribution(
        kind="story",
        identifier=str(story.pk),
        about=question or (story.workshop.title if story.workshop else voice.place),
        answer=story.get_feeling_display(),
        text=voice.text,
        language=voice.language,
        given_at=voice.said_at,
        state=voice.get_state_display(),
        voice_id=voice.pk,
        who_if_hidden=if_hidden(*RULES["stories"]),
        consequence=gettext_lazy("Photo and recording are erased with it.")
        if story.photo or story.audio
        else "",
        follow_url=reverse("vision:my_story", args=[voice.partnership.slug, story.pk]),
        details={
            "feeling": story.feeling,
            "place": voice.place,
            "photo": bool(story.photo),
            "photo_words": story.photo_words,
            "recording": bool(story.audio),
            **{name: getattr(story, name) for name in USES},
        },
    )


def _of_mark(mark: ImportantMark, vote: int | None, read: Read) -> Contribution:
    """A mark, which is shown with the vote on its statement where there is one."""
    words, language = _words_of(mark.statement, read)
    return Contribution(
        kind="important",
        identifier=str(mark.pk),
        about=words,
        answer=gettext_lazy("especially important to you"),
        language=language,
        given_at=mark.marked_at,
        belongs_to=("vote", str(vote)) if vote else None,
        remove_label=gettext_lazy("No longer especially important"),
    )


def _about_oneself(participant: Participant) -> list[Contribution]:
    found = []
    for one in participant.characteristics.order_by("question"):
        labels = dict(choices_of(participant.partnership, one.question))
        found.append(
            Contribution(
                kind="about_you",
                identifier=str(one.pk),
                about=str(ASKS.get(one.question, one.question)),
                answer=labels.get(one.value, one.value),
                given_at=one.said_at,
            )
        )
    return found


def _as_read(statements: list[Statement]) -> dict[int, Read]:
    """Return the words of statements (by id) in the language of the page, as they were voted on."""
    once = list({one.pk: one for one in statements}.values())
    return {
        one.pk: read for one, read in zip(once, read_in(get_language() or "", once), strict=True)
    }


def _words_of(statement: Statement, read: Read) -> tuple[str, str]:
    """The words of a statement as they are shown, and their language; else that it is gone."""
    voice = statement.voice
    shown = voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC
    return (read.text, read.language) if shown else (_("A statement that is no longer shown"), "")


def _as_said(statement: Statement, read: Read) -> dict[str, object]:
    """For the download: the words as they were said, where they were read in another language."""
    if not read.original_language:
        return {}
    return {"as_said": statement.voice.public_text, "said_in": read.original_language}


def _of_statement(statement: Statement) -> Contribution:
    voice = statement.voice
    return Contribution(
        kind="statement",
        identifier=str(statement.pk),
        about=asked_by_reader(statement.conversation).question,
        text=voice.text,
        language=voice.language,
        given_at=voice.said_at,
        state=voice.get_state_display(),
        voice_id=voice.pk,
        who_if_hidden=if_hidden(*RULES["waiting words"]),
        consequence=gettext_lazy(
            "Nobody can read or answer it any more. Answers that others gave to it stay theirs."
        ),
        follow_url=reverse(
            "vision:my_statement",
            args=[statement.conversation.partnership.slug, statement.pk],
        ),
    )


def _of_vote(vote: Vote, read: Read) -> Contribution:
    statement = vote.statement
    words, language = _words_of(statement, read)
    change = ""
    if (
        language
        and statement.merged_into_id is None
        and phase(statement.conversation) is Phase.OPEN
    ):
        change = f"{reverse('vote', args=[statement.conversation.code])}?s={statement.number}"
    return Contribution(
        kind="vote",
        identifier=str(vote.pk),
        about=words,
        answer=ANSWERS[vote.value],
        language=language,
        given_at=vote.cast_at,
        change_url=change,
        details=_as_said(statement, read) if language else {},
        consequence=gettext_lazy(
            "The counts leave it out when they are next published. They change in steps, so that "
            "nobody can tell whose answer it was."
        ),
    )


def erase_contribution(participant: Participant, kind: str, identifier: str) -> bool:
    """Erase one thing of this kind when it is this participant's."""
    if not (identifier.isascii() and identifier.isdigit() and len(identifier) < 19):
        return False
    found = _found(participant, kind, int(identifier))
    if isinstance(found, Vote):
        take_back_vote(vote=found)
    elif isinstance(found, Statement):
        erase_statement(statement=found)
    elif isinstance(found, Story):
        erase_story(story=found)
    elif isinstance(found, Objection):
        found.voice.delete()
    elif found is not None:
        found.delete()
    return found is not None


Kept = Vote | Statement | Story | Objection | ImportantMark | Characteristic


def _found(participant: Participant, kind: str, pk: int) -> Kept | None:
    if kind == "vote":
        return Vote.objects.filter(participant=participant, pk=pk).first()
    if kind == "important":
        return ImportantMark.objects.filter(participant=participant, pk=pk).first()
    if kind == "about_you":
        return Characteristic.objects.filter(participant=participant, pk=pk).first()
    if kind == "story":
        stories = Story.objects.filter(voice__participant=participant, pk=pk)
        return stories.select_related("voice").first()
    if kind == "objection":
        said = Objection.objects.filter(voice__participant=participant, pk=pk)
        return said.select_related("voice").first()
    if kind == "statement":
        statements = Statement.objects.filter(voice__participant=participant, pk=pk)
        return statements.select_related("voice", "conversation").first()
    return None


def participant_erased(participant: Participant) -> None:
    """Erase the words of every statement, so that votes of others on them stay; count again.

    The votes are locked first: an answer that is being replaced meanwhile would leave its earlier
    value behind, with no vote to belong to (seen once on PostgreSQL, as a failed erasure).
    """
    list(Vote.objects.select_for_update().filter(participant=participant).values_list("pk"))
    own = Statement.objects.filter(voice__participant=participant)
    for statement in own.select_related("voice", "conversation"):
        erase_statement(statement=statement)
    for story in Story.objects.filter(voice__participant=participant).select_related("voice"):
        erase_story(story=story)
    answered = Conversation.objects.filter(statements__votes__participant=participant)
    for conversation in answered.distinct():
        refresh_later(conversation)


def about_voices(ids: Collection[int]) -> dict[int, VoiceAbout]:
    """Return the question that each of these statements answers."""
    found = Statement.objects.filter(voice__in=ids).select_related("conversation__partnership")
    about = {one.voice_id: _about(one.conversation) for one in found}
    about |= {one.voice_id: _about_story(one) for one in of_voices(ids)}
    objections = Objection.objects.filter(voice__in=ids).select_related("voice__partnership")
    return about | {one.voice_id: _about_objection(one) for one in objections}


def _about_story(story: Story) -> VoiceAbout:
    """The story's page, which says what its teller agreed to, and its files."""
    address = [story.voice.partnership.slug, story.pk]
    kind = str(story.get_feeling_display())
    asked, told = story.conversation, story.workshop
    title = asked.question if asked else told.title if told else ""
    return VoiceAbout(
        title=f"{kind} · {title}" if title else kind,
        language=asked.language if asked else "",
        url=reverse("vision:story", args=address),
        photo_url=reverse("vision:story_photo", args=address) if story.photo else "",
        photo_words=story.photo_words,
        audio_url=reverse("vision:story_audio", args=address) if story.audio else "",
    )


def _about_objection(objection: Objection) -> VoiceAbout:
    address = reverse("vision:objections", args=[objection.voice.partnership.slug])
    return VoiceAbout(_("the vision"), get_language() or "", address)


def _about(conversation: Conversation) -> VoiceAbout:
    address = [conversation.partnership.slug, conversation.code]
    return VoiceAbout(
        title=conversation.question,
        language=conversation.language,
        url=reverse("vision:conversation", args=address),
    )
