"""Writes of statements: what a resident adds, and what the partnership starts with."""

from __future__ import annotations

import re
import unicodedata

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from lamppost.accounts.models import User
from lamppost.voices.actions import erase_words, submit_voice
from lamppost.voices.models import Channel, Participant, Voice

from ..models import Conversation, Statement
from ..phases import Phase, phase
from .votes import NotOpen, refresh_later

LONGEST = 300


class NeedsConsent(ValueError):  # noqa: N818 - an answer, not a fault
    """Others vote on a statement, so it is of no use without consent to show it."""


class TooManyWait(ValueError):  # noqa: N818 - an answer, not a fault
    """So many sentences of this person have not been read yet; more are taken in afterwards."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


class AlreadyThere(ValueError):  # noqa: N818 - an answer, not a fault
    """The same words are in this conversation already."""

    def __init__(self, statement: Statement) -> None:
        super().__init__()
        self.statement = statement


def normalised(text: str) -> str:
    """Return `text` as it is compared: letters and digits alone, in one case and one form."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", plain))


def same_words(conversation: Conversation, text: str) -> Statement | None:
    """Return the statement with the same words, unless it was declined.

    For words that were merged into another statement, the other.
    """
    wanted = normalised(text)
    others = conversation.statements.select_related("voice", "merged_into__voice").exclude(
        voice__state=Voice.State.DECLINED
    )
    for one in others:
        if wanted in (normalised(one.voice.text), normalised(one.voice.public_text)):
            return one.merged_into or one
    return None


@transaction.atomic
def submit_statement(
    *,
    conversation: Conversation,
    participant: Participant | None,
    text: str,
    language: str,
    channel: str = Channel.WEB,
    consent: bool,
    by: User | None = None,
) -> Statement:
    """Take in a statement; it waits until somebody has looked at it.

    Where the question is moderated openly, others can answer it at once, and somebody looks at it
    afterwards.

    Parameters
    ----------
    participant
        Who said it; None where it was said in a room and nobody's sheet goes with it.
    by
        The member of staff or of an organisation who entered it for the person, or None.

    Raises
    ------
    NotOpen
        Over the web, the conversation takes no answers now.
    NeedsConsent
        Without consent nobody could vote on it.
    AlreadyThere
        The same words are here already; it holds the statement.
    TooManyWait
        Over the web, as many of theirs as the setting ``STATEMENTS_WAITING`` allows were read by
        nobody yet; it holds how many.
    """
    if channel == Channel.WEB and phase(conversation) is not Phase.OPEN:
        raise NotOpen
    if not consent:
        raise NeedsConsent
    if channel == Channel.WEB and participant is not None and by is None:
        _not_too_many(participant)
    return store_statement(
        conversation,
        text,
        language,
        is_seed=False,
        participant=participant,
        channel=channel,
        consent=True,
        by=by,
        at_once=conversation.moderation == Conversation.Moderation.OPEN,
    )


def _not_too_many(participant: Participant) -> None:
    """Refuse where so many statements of theirs were read by nobody, shown at once or not."""
    # The lock keeps two quick presses from going past the limit together.
    locked = Participant.objects.select_for_update().get(pk=participant.pk)
    unread = Q(state=Voice.State.WAITING) | Q(
        state=Voice.State.ACCEPTED, state_by=None, state_at=None
    )
    theirs = locked.voices.filter(unread, kind=Voice.Kind.STATEMENT).exclude(text="")
    if (count := theirs.count()) >= settings.STATEMENTS_WAITING:
        raise TooManyWait(count)


@transaction.atomic
def add_seed_statement(
    *, conversation: Conversation, by: User, text: str, language: str
) -> Statement:
    """Add one of the partnership's own statements; it needs no moderation.

    Raises
    ------
    AlreadyThere
        The same words are here already.
    """
    return store_statement(
        conversation, text, language, is_seed=True, consent=True, by=by, accepted=True
    )


@transaction.atomic
def erase_statement(*, statement: Statement) -> None:
    """Erase the words of a statement for its author.

    Once others could vote on it, the empty record and their votes stay: a vote belongs to whoever
    cast it. The number is never given to another statement, since it may stand on printed sheets:
    also of one that was declined, which may have been shown before.
    """
    refresh_later(statement.conversation)
    # What says the same stands on its own again; earlier words and translations go with the words.
    statement.merged.update(merged_into=None)
    statement.edits.all().delete()
    statement.translations.all().delete()
    voice = statement.voice
    never_decided = voice.state == Voice.State.WAITING and voice.state_at is None
    if never_decided and not statement.votes.exists():
        statement.voice.delete()
    else:
        erase_words(voice=statement.voice)


def store_statement(
    conversation: Conversation, text: str, language: str, *, is_seed: bool, **given: object
) -> Statement:
    """Store a statement inside the caller's transaction, with the next number.

    Raises
    ------
    AlreadyThere
        The same words are here already.
    """
    # The lock makes numbers run on without gaps or doubles where two are added at once.
    locked = Conversation.objects.select_for_update(of=("self",)).select_related("partnership")
    kept = locked.get(pk=conversation.pk)
    if found := same_words(kept, text):
        raise AlreadyThere(found)
    voice = submit_voice(
        partnership=kept.partnership,
        kind=Voice.Kind.STATEMENT,
        text=text,
        language=language,
        **given,  # type: ignore[arg-type]
    )
    last = kept.statements.aggregate(last=Max("number"))["last"] or 0
    statement = Statement.objects.create(
        conversation=kept, voice=voice, number=last + 1, is_seed=is_seed
    )
    if is_seed:
        refresh_later(kept)
    return statement
