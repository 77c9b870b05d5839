"""Writes of printed codes: made in batches, used once, withdrawn."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.voices import steps
from lamppost.voices.models import Level, Participant
from lamppost.voices.queries import participant_with
from lamppost.voices.secret_codes import digest, new_code, plain

from ..models import Conversation, EntryCode, Statement, Vote
from ..queries.ladder import used_code
from .votes import cast_vote

MOST = 300

WORDS: dict[str, Promise] = {
    "unknown": gettext_lazy(
        "This code is not one of this question. Look at the paper again, letter by letter."
    ),
    "withdrawn": gettext_lazy(
        "This code was withdrawn. Ask whoever gave it to you for another one."
    ),
    "used": gettext_lazy(
        "This code was used already. It counts once. To come back from another device, use the "
        "return code that you made under “My answers”."
    ),
    "another": gettext_lazy("A code was used on this device already. One code is for one person."),
}


class CodeRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """A printed code does not count here; `why` is a key of `WORDS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def say(self) -> str:
        """Return why, in plain words and the reader's language."""
        return str(WORDS[self.why])


def hash_of(code: str) -> str:
    """Return the keyed digest under which a printed code is kept."""
    return digest("entry-code", plain(code))


@transaction.atomic
def make_entry_codes(*, conversation: Conversation, by: User, batch: str, count: int) -> list[str]:
    """Make codes for a question; they are returned once, and only their digests are kept."""
    now = timezone.now()
    codes = [new_code() for _ in range(count)]
    made = EntryCode.objects.bulk_create(
        EntryCode(
            conversation=conversation,
            batch=batch,
            code_hash=hash_of(code),
            made_by=by,
            made_at=now,
        )
        for code in codes
    )
    record(
        partnership=conversation.partnership,
        by=by,
        action="vision.entry_codes.added",
        about=made[0],
    )
    return codes


def look_at(conversation: Conversation, code: str) -> EntryCode:
    """Return a code that may be used.

    Raises
    ------
    CodeRefused
        There is none such, it was withdrawn, or it was used.
    """
    found = EntryCode.objects.filter(conversation=conversation, code_hash=hash_of(code)).first()
    if found is None:
        raise CodeRefused("unknown")
    if found.withdrawn_at is not None:
        raise CodeRefused("withdrawn")
    if found.used_at is not None:
        raise CodeRefused("used")
    return found


@transaction.atomic
def use_entry_code(*, conversation: Conversation, key: str, code: str) -> steps.Joined:
    """Spend a code for the visitor with this key; the step is reached then.

    Raises
    ------
    CodeRefused
        See `look_at`; or another code of this question was used with this key already.
    """
    mine = participant_with(conversation.partnership, key)
    try:
        found = look_at(conversation, code)
    except CodeRefused as refused:
        if refused.why == "used" and mine is not None and _is_theirs(conversation, code, mine.pk):
            return steps.Joined(mine)
        raise
    if mine is not None and used_code(conversation, mine):
        raise CodeRefused("another")
    # In one statement: of two that come at the same moment, one finds it used.
    free = EntryCode.objects.filter(pk=found.pk, used_at=None, withdrawn_at=None)
    if not free.update(used_at=timezone.now()):
        raise CodeRefused("used")
    identity = steps.identity_of("code", plain(code), conversation.partnership)
    joined = steps.reach(
        partnership=conversation.partnership, key=key, level=Level.CODE, identity=identity
    )
    EntryCode.objects.filter(pk=found.pk).update(used_by=joined.participant)
    return joined


def _is_theirs(conversation: Conversation, code: str, participant_id: int) -> bool:
    return EntryCode.objects.filter(
        conversation=conversation, code_hash=hash_of(code), used_by=participant_id
    ).exists()


def refused_to(conversation: Conversation, code: str, participant: Participant | None) -> bool:
    """Say whether a code that may not be used is refused to somebody: not to who used it."""
    return participant is None or not _is_theirs(conversation, code, participant.pk)


@transaction.atomic
def vote_with_code(
    *,
    conversation: Conversation,
    key: str,
    code: str,
    statement: Statement,
    value: int,
    address: str = "",
) -> Vote:
    """Spend a code with its first vote: both or neither.

    Raises
    ------
    CodeRefused
        See `use_entry_code`.
    NotOpen, NotVotable, NeedsStep
        As `cast_vote`; the code is not spent then.
    """
    joined = use_entry_code(conversation=conversation, key=key, code=code)
    return cast_vote(
        participant=joined.participant, statement=statement, value=value, address=address
    )


@transaction.atomic
def withdraw_entry_codes(*, batch: EntryCode, by: User) -> int:
    """Withdraw what is unused of a batch; return how many. What was used stays counted."""
    free = EntryCode.objects.filter(
        conversation=batch.conversation,
        batch=batch.batch,
        made_at=batch.made_at,
        used_at=None,
        withdrawn_at=None,
    )
    count = free.update(withdrawn_at=timezone.now())
    record(
        partnership=batch.conversation.partnership,
        by=by,
        action="vision.entry_codes.withdrawn",
        about=batch,
    )
    return count
