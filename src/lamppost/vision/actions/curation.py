"""Writes of the host on statements that are there: merge, split, mend; each can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.voices.actions import moderate_voice, set_public_text
from lamppost.voices.models import Voice

from ..mending import keeps_the_sense
from ..models import Statement, StatementEdit
from ..models.statements import TAKEN_OUT
from .statements import store_statement
from .votes import refresh_later

MOST_PARTS = 4


class NotMergeable(ValueError):  # noqa: N818 - an answer, not a fault
    """These two cannot be merged; the message says why and what to do."""


class NotSplittable(ValueError):  # noqa: N818 - an answer, not a fault
    """This statement cannot be split; the message says why."""


class ChangesTheSense(ValueError):  # noqa: N818 - an answer, not a fault
    """The new words say something else than those that people answered."""


def _locked(statement: Statement) -> Statement:
    return (
        Statement.objects.select_for_update(of=("self",))
        .select_related("voice__partnership", "conversation__partnership", "merged_into")
        .get(pk=statement.pk)
    )


def _is_shown(statement: Statement) -> bool:
    voice = statement.voice
    return voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC


@transaction.atomic
def merge_statement(*, statement: Statement, into: Statement, by: User) -> Statement:
    """Let `statement` say the same as `into`: it is not shown any more, its votes count there.

    Words that wait are accepted by this: somebody looked at them and found them good.

    Raises
    ------
    NotMergeable
        With the reason and the remedy.
    """
    kept, target = _locked(statement), _locked(into)
    _refuse_merge(kept, target)
    if kept.voice.state == Voice.State.WAITING:
        moderate_voice(voice=kept.voice, state=Voice.State.ACCEPTED, by=by)
    kept.merged_into = target
    kept.save(update_fields=["merged_into"])
    refresh_later(kept.conversation)
    _record(kept, by, "merged", ["merged_into"])
    return kept


def _refuse_merge(statement: Statement, into: Statement) -> None:
    numbers = {"number": statement.number, "other": into.number}
    if statement.conversation_id != into.conversation_id or statement.pk == into.pk:
        raise NotMergeable(_("Choose another statement of the same question."))
    if into.merged_into is not None:
        text = _("No. %(other)d was merged into no. %(root)d. Merge into no. %(root)d instead.")
        raise NotMergeable(text % {**numbers, "root": into.merged_into.number})
    if statement.merged_into is not None:
        text = _("No. %(number)d was merged into no. %(root)d already. Undo that first.")
        raise NotMergeable(text % {**numbers, "root": statement.merged_into.number})
    if statement.merged.exists():
        text = _(
            "Others were merged into no. %(number)d. Merge no. %(other)d into it, or undo those "
            "first."
        )
        raise NotMergeable(text % numbers)
    if not _is_shown(into):
        text = _("No. %(other)d is not shown. Accept it first, or choose another one.")
        raise NotMergeable(text % numbers)
    if statement.voice.state == Voice.State.DECLINED:
        text = _("No. %(number)d was declined. Put it back first.")
        raise NotMergeable(text % numbers)


@transaction.atomic
def undo_merge(*, statement: Statement, by: User) -> Statement:
    """Let a merged statement stand on its own again, with its own votes."""
    kept = _locked(statement)
    if kept.merged_into is None:
        return kept
    kept.merged_into = None
    kept.save(update_fields=["merged_into"])
    refresh_later(kept.conversation)
    _record(kept, by, "merge_undone", ["merged_into"])
    return kept


@transaction.atomic
def split_statement(*, statement: Statement, texts: Sequence[str], by: User) -> list[Statement]:
    """Put two or more statements in the place of one that says several things.

    The parts belong to the author, who can erase them. The original is declined with the reason
    and keeps its votes; they do not count for the parts.

    Raises
    ------
    NotSplittable
        Already declined or merged, without consent, or not two to four parts.
    AlreadyThere
        A part says exactly what another statement says; nothing was changed.
    """
    kept = _locked(statement)
    _refuse_split(kept, texts)
    voice = kept.voice
    parts = [
        store_statement(
            kept.conversation,
            text,
            voice.language,
            is_seed=kept.is_seed,
            participant=voice.participant,
            channel=voice.channel,
            consent=True,
            by=by,
            accepted=True,
            part_of=voice,
        )
        for text in texts
    ]
    for part in parts:
        part.split_from = kept
        part.save(update_fields=["split_from"])
    moderate_voice(voice=voice, state=Voice.State.DECLINED, reason=_why_split(kept, parts), by=by)
    refresh_later(kept.conversation)
    _record(kept, by, "split", ["state"])
    return parts


def _refuse_split(statement: Statement, texts: Sequence[str]) -> None:
    if not 2 <= len(texts) <= MOST_PARTS:
        text = _("Write two to %(most)d statements.")
        raise NotSplittable(text % {"most": MOST_PARTS})
    if statement.merged_into is not None:
        text = _("It was merged into no. %(root)d. Undo that first.")
        raise NotSplittable(text % {"root": statement.merged_into.number})
    if statement.voice.state == Voice.State.DECLINED:
        raise NotSplittable(_("It was declined. Put it back first."))
    if statement.voice.consent != Voice.Consent.PUBLIC:
        raise NotSplittable(_("Its author does not want it to be shown."))


def _language_of(statement: Statement) -> str:
    """The language in which its author wrote where we speak it, else the question's."""
    known = {code for code, _name in settings.LANGUAGES}
    written = statement.voice.language
    return written if written in known else statement.conversation.language


def _why_split(statement: Statement, parts: Iterable[Statement]) -> str:
    """What the author reads, in the language in which they wrote."""
    with override(_language_of(statement)):
        text = _(
            "It says more than one thing. It goes on as no. %(numbers)s. Answers given to it do "
            "not count for those."
        )
        return text % {"numbers": ", ".join(str(part.number) for part in parts)}


@transaction.atomic
def undo_split(*, statement: Statement, by: User) -> None:
    """Bring the original back; its parts are declined and stand on their own.

    None is deleted: everybody could see its number, which may stand on printed sheets and is
    never given again. An original that nobody had answered waits for a decision again.
    """
    kept = _locked(statement)
    for part in kept.parts.select_related("voice__partnership"):
        reason = _("The split was undone.")
        moderate_voice(voice=part.voice, state=Voice.State.DECLINED, reason=reason, by=by)
    kept.parts.update(split_from=None)
    was_shown = kept.is_seed or kept.votes.exists()
    state = Voice.State.ACCEPTED if was_shown else Voice.State.WAITING
    moderate_voice(voice=kept.voice, state=state, by=by)
    _record(kept, by, "split_undone", ["state"])


@transaction.atomic
def mend_statement(*, statement: Statement, text: str, reason: str, by: User) -> StatementEdit:
    """Mend a slip in the words that are shown; everybody can see the earlier ones and why.

    Raises
    ------
    ChangesTheSense
        The new words say something else: split it, or add a new one.
    """
    kept = _locked(statement)
    before = kept.voice.public_text
    if not keeps_the_sense(before, text):
        raise ChangesTheSense(
            _(
                "This changes what the statement says, and people answer what it says. Split it, "
                "or add a new one."
            )
        )
    return _mend(kept, text, reason, by)


@transaction.atomic
def note_taken_out(voice: Voice, by: User) -> None:
    """Keep in the history that something was taken out of words that everybody could read.

    Registered with ``voices.ports.VOICE_REDACTED``. What it was is kept out of the history too.
    """
    if voice.state != Voice.State.ACCEPTED:
        return
    for statement in Statement.objects.filter(voice=voice).select_related("conversation", "voice"):
        with override(_language_of(statement)):
            reason = _("Something that not everybody may read was taken out.")
        StatementEdit.objects.create(
            statement=statement,
            earlier_text=TAKEN_OUT,
            reason=reason,
            by=by,
            edited_at=timezone.now(),
        )


@transaction.atomic
def put_words_back(*, edit: StatementEdit, by: User) -> StatementEdit:
    """Undo a mend: the words from before it are shown again, and this is in the history too.

    Raises
    ------
    ValueError
        These words were taken out of the history: there is nothing to show.
    """
    if edit.is_hidden:
        raise ValueError("these earlier words were taken out of the history")
    return _mend(_locked(edit.statement), edit.earlier_text, _("The earlier words again."), by)


def _mend(statement: Statement, text: str, reason: str, by: User) -> StatementEdit:
    edit = StatementEdit.objects.create(
        statement=statement,
        earlier_text=statement.voice.public_text,
        reason=reason,
        by=by,
        edited_at=timezone.now(),
    )
    set_public_text(voice=statement.voice, public_text=text)
    _record(statement, by, "mended", ["public_text"])
    return edit


@transaction.atomic
def hide_earlier_words(*, edit: StatementEdit, by: User) -> None:
    """Take earlier words out of the history, for example a name; when and why stay."""
    edit.earlier_text = TAKEN_OUT
    edit.save(update_fields=["earlier_text"])
    _record(edit.statement, by, "earlier_words_hidden", ["earlier_text"])


def _record(statement: Statement, by: User, verb: str, fields: Iterable[str]) -> None:
    record(
        partnership=statement.conversation.partnership,
        by=by,
        action=f"vision.statement.{verb}",
        about=statement,
        fields=fields,
    )
