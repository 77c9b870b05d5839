"""What vision answers to voices: what a participant gave here, and erasing it."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.voices.models import Participant, Voice
from lamppost.voices.ports import Contribution, VoiceAbout

from .actions.statements import erase_statement
from .actions.votes import refresh_later, take_back_vote
from .models import Conversation, Statement, Vote
from .phases import Phase, phase

ANSWERS: dict[int, Promise] = {
    1: gettext_lazy("agree"),
    0: gettext_lazy("pass"),
    -1: gettext_lazy("disagree"),
}


def contributions(participant: Participant) -> list[Contribution]:
    """Return every statement and every vote of a participant."""
    statements = Statement.objects.filter(voice__participant=participant)
    votes = Vote.objects.filter(participant=participant)
    return [
        *(_of_statement(one) for one in statements.select_related("voice", "conversation")),
        *(
            _of_vote(vote)
            for vote in votes.select_related("statement__voice", "statement__conversation")
        ),
    ]


def _of_statement(statement: Statement) -> Contribution:
    voice = statement.voice
    return Contribution(
        kind="statement",
        identifier=str(statement.pk),
        about=statement.conversation.question,
        text=voice.text,
        language=voice.language,
        given_at=voice.said_at,
        state=voice.get_state_display(),
        voice_id=voice.pk,
        consequence=gettext_lazy(
            "Nobody can read or answer it any more. Answers that others gave to it stay theirs."
        ),
    )


def _of_vote(vote: Vote) -> Contribution:
    statement, voice = vote.statement, vote.statement.voice
    shown = voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC
    change = ""
    if shown and statement.merged_into_id is None and phase(statement.conversation) is Phase.OPEN:
        change = f"{reverse('vote', args=[statement.conversation.code])}?s={statement.number}"
    return Contribution(
        kind="vote",
        identifier=str(vote.pk),
        about=voice.public_text if shown else _("A statement that is no longer shown"),
        answer=ANSWERS[vote.value],
        language=voice.language if shown else "",
        given_at=vote.cast_at,
        change_url=change,
        consequence=gettext_lazy(
            "The counts leave it out when they are next published. They change in steps, so that "
            "nobody can tell whose answer it was."
        ),
    )


def erase_contribution(participant: Participant, kind: str, identifier: str) -> bool:
    """Erase one vote or statement when it is this participant's."""
    if not (identifier.isascii() and identifier.isdigit() and len(identifier) < 19):
        return False
    if kind == "vote":
        vote = Vote.objects.filter(participant=participant, pk=identifier).first()
        if vote is not None:
            take_back_vote(vote=vote)
        return vote is not None
    if kind == "statement":
        statement = (
            Statement.objects.filter(voice__participant=participant, pk=identifier)
            .select_related("voice", "conversation")
            .first()
        )
        if statement is not None:
            erase_statement(statement=statement)
        return statement is not None
    return False


def participant_erased(participant: Participant) -> None:
    """Erase the words of every statement, so that votes of others on them stay; count again."""
    own = Statement.objects.filter(voice__participant=participant)
    for statement in own.select_related("voice", "conversation"):
        erase_statement(statement=statement)
    answered = Conversation.objects.filter(statements__votes__participant=participant)
    for conversation in answered.distinct():
        refresh_later(conversation)


def about_voices(ids: Collection[int]) -> dict[int, VoiceAbout]:
    """Return the question that each of these statements answers."""
    found = Statement.objects.filter(voice__in=ids).select_related("conversation__partnership")
    return {one.voice_id: _about(one.conversation) for one in found}


def _about(conversation: Conversation) -> VoiceAbout:
    address = [conversation.partnership.slug, conversation.code]
    return VoiceAbout(
        title=conversation.question,
        language=conversation.language,
        url=reverse("vision:conversation", args=address),
    )
