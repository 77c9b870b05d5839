"""Writes of voices: the one door in, moderation, and the way out."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from lamppost.accounts import ledger
from lamppost.accounts.models import Partnership, User

from .models import Channel, Participant, Voice
from .ports import ERASE_CONTRIBUTION, PARTICIPANT_ERASED, VOICE_MODERATED, VOICE_REDACTED
from .redaction import redact

# Which sentence the person agreed to; a new wording gets a new name and never replaces an old one.
CONSENT_WORDING = "show-without-name-1"


def participant_with_key(
    *, partnership: Partnership, key: str, channel: str = Channel.WEB, reference: str = ""
) -> Participant:
    """Return the participant with this opaque key, made when new."""
    found, _ = Participant.objects.get_or_create(
        partnership=partnership,
        key=key,
        defaults={"channel": channel, "reference": reference, "created_at": timezone.now()},
    )
    return found


def participant_without_device(
    *, partnership: Partnership, channel: str, reference: str = ""
) -> Participant:
    """Make a participant for paper, the room or an import: nobody's cookie leads to it."""
    return Participant.objects.create(
        partnership=partnership,
        key=secrets.token_hex(32),
        channel=channel,
        reference=reference,
        created_at=timezone.now(),
    )


@transaction.atomic
def submit_voice(
    *,
    partnership: Partnership,
    kind: str,
    text: str,
    language: str,
    participant: Participant | None = None,
    channel: str = Channel.WEB,
    consent: bool = False,
    place: str = "",
    said_at: dt.datetime | None = None,
    by: User | None = None,
    accepted: bool = False,
    at_once: bool = False,
    part_of: Voice | None = None,
) -> Voice:
    """Take in somebody's words: the only door.

    Parameters
    ----------
    text
        As written; kept unchanged. What may be shown is a redacted copy.
    consent
        Whether the person agreed that the words may be shown without a name.
    by
        The member of staff or organisation who entered it for the person, or None.
    accepted
        True for the partnership's own statements, which need no moderation.
    at_once
        True where words are shown before somebody looked at them; `state_by` stays empty until
        then (see `queries.UNSEEN`).
    part_of
        The words of which these are a part; what their author agreed to holds for these.
    """
    now = timezone.now()
    voice = Voice.objects.create(
        partnership=partnership,
        participant=participant,
        kind=kind,
        text=text.strip(),
        public_text=redact(text.strip()),
        language=language,
        channel=channel,
        consent=Voice.Consent.PUBLIC if consent else Voice.Consent.NONE,
        consent_wording=(part_of.consent_wording if part_of else CONSENT_WORDING) * consent,
        consent_at=(part_of.consent_at if part_of else now) if consent else None,
        state=Voice.State.ACCEPTED if accepted or at_once else Voice.State.WAITING,
        state_by=by if accepted else None,
        state_at=now if accepted else None,
        place=place,
        said_at=said_at or now,
        entered_by=by,
    )
    if by is not None and accepted:
        action = "voices.own_statement.added"
        ledger.record(partnership=partnership, by=by, action=action, about=voice)
    elif by is not None:
        ledger.record(partnership=partnership, by=by, action="voices.voice.entered", about=voice)
    return voice


@dataclass(frozen=True)
class ImportedWords:
    """Words that were published elsewhere before they came here.

    Attributes
    ----------
    state
        Their moderation as published.
    participant
        Who said it, or None.
    """

    text: str
    said_at: dt.datetime
    state: str
    participant: Participant | None = None


@transaction.atomic
def import_voices(
    *,
    partnership: Partnership,
    kind: str,
    words: Iterable[ImportedWords],
    language: str,
    consent_wording: str,
) -> list[Voice]:
    """Take in many words that are public already: the same door, opened once.

    Parameters
    ----------
    consent_wording
        Under which terms they were published; the moment of consent is when they were said.
    """
    now = timezone.now()
    voices = [
        Voice(
            partnership=partnership,
            participant=said.participant,
            kind=kind,
            text=said.text.strip(),
            public_text=redact(said.text.strip()),
            language=language,
            channel=Channel.IMPORT,
            consent=Voice.Consent.PUBLIC,
            consent_wording=consent_wording,
            consent_at=said.said_at,
            state=said.state,
            state_at=None if said.state == Voice.State.WAITING else now,
            said_at=said.said_at,
        )
        for said in words
    ]
    return Voice.objects.bulk_create(voices, batch_size=1000)


@transaction.atomic
def moderate_voice(*, voice: Voice, state: str, reason: str = "", by: User) -> None:
    """Accept or decline a voice, or put it back to waiting (undo)."""
    voice.state = Voice.State(state)
    voice.state_reason = reason
    voice.state_by = by
    voice.state_at = timezone.now()
    voice.save(update_fields=["state", "state_reason", "state_by", "state_at"])
    VOICE_MODERATED.ask(voice)
    ledger.record(
        partnership=voice.partnership, by=by, action=f"voices.voice.{voice.state}", about=voice
    )


@transaction.atomic
def moderate_voices(*, voices: Iterable[Voice], state: str, reason: str = "", by: User) -> None:
    """Decide about several at once, all or none; each stands in the ledger."""
    for voice in voices:
        moderate_voice(voice=voice, state=state, reason=reason, by=by)


@transaction.atomic
def edit_public_text(*, voice: Voice, public_text: str, by: User, place: str | None = None) -> None:
    """Take more out of what is shown (a name, an address); the original stays as it was given.

    Parameters
    ----------
    place
        What is left of where it happened; None leaves it as it is.
    """
    wanted = {"public_text": redact(public_text.strip())}
    if place is not None:
        wanted["place"] = redact(place.strip())[:120]
    changed = [name for name, text in wanted.items() if text != getattr(voice, name)]
    if not changed:
        return
    for name in changed:
        setattr(voice, name, wanted[name])
    voice.save(update_fields=changed)
    if "public_text" in changed:
        VOICE_REDACTED.ask(voice, by)
    ledger.record(
        partnership=voice.partnership,
        by=by,
        action="voices.voice.redacted",
        about=voice,
        fields=changed,
    )


@transaction.atomic
def set_public_text(*, voice: Voice, public_text: str) -> None:
    """Store what is shown, for an action of a later stage that keeps the history of it."""
    voice.public_text = redact(public_text.strip())
    voice.save(update_fields=["public_text"])


@transaction.atomic
def set_place(*, voice: Voice, place: str) -> None:
    """Store where it happened, for an action of a later stage."""
    voice.place = place
    voice.save(update_fields=["place"])


@transaction.atomic
def wait_again(*, voice: Voice) -> None:
    """Let words wait for moderation once more: the person added something that nobody has seen."""
    voice.state, voice.state_reason = Voice.State.WAITING, ""
    voice.state_by = voice.state_at = None
    voice.save(update_fields=["state", "state_reason", "state_by", "state_at"])
    VOICE_MODERATED.ask(voice)


@transaction.atomic
def set_consent(*, voice: Voice, consent: bool) -> None:
    """Give or withdraw consent to being shown; the person themselves, at any time."""
    voice.consent = Voice.Consent.PUBLIC if consent else Voice.Consent.NONE
    voice.consent_wording = CONSENT_WORDING if consent else ""
    voice.consent_at = timezone.now() if consent else None
    voice.save(update_fields=["consent", "consent_wording", "consent_at"])
    VOICE_MODERATED.ask(voice)


@transaction.atomic
def erase_words(*, voice: Voice) -> None:
    """Erase the words and who said them, and keep an empty record for what hangs on it.

    For words that others have answered: their answers stay theirs.
    """
    voice.text = voice.public_text = voice.place = ""
    voice.participant = None
    voice.consent, voice.consent_wording, voice.consent_at = Voice.Consent.NONE, "", None
    voice.state, voice.state_reason, voice.state_by = Voice.State.DECLINED, "", None
    voice.state_at = timezone.now()
    voice.save()
    VOICE_MODERATED.ask(voice)


@transaction.atomic
def erase_contribution(*, participant: Participant, kind: str, identifier: str) -> bool:
    """Erase one thing that this participant gave; False when it is not theirs."""
    return any(ERASE_CONTRIBUTION.ask(participant, kind, identifier))


@transaction.atomic
def erase_participant(*, participant: Participant) -> None:
    """Erase a participant with every vote and word; counts are computed again without them.

    What the same person sends meanwhile waits for the lock, and then finds nobody.
    """
    Participant.objects.select_for_update().filter(pk=participant.pk).first()
    PARTICIPANT_ERASED.ask(participant)
    participant.delete()
