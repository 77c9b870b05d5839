"""Writes of the ladder: a step reached, a device led back to its participant, return codes.

One address, account or code is one participant in a partnership. Whoever shows one that belongs to
another participant is led back there, and what this device gave before goes with them.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from lamppost.accounts import ledger
from lamppost.accounts.models import Partnership, User

from .actions import participant_with_key
from .mail import send_code
from .models import Challenge, DeviceLink, Level, Participant, ReturnCode, Verification
from .ports import PARTICIPANT_ERASED, PARTICIPANTS_JOINED, Moved
from .queries import participant_with
from .secret_codes import digest, new_code, plain, spoken_word

CODE_LIFE = dt.timedelta(minutes=15)
WORD_LIFE = dt.timedelta(minutes=10)
# Begun steps are kept so long, to count how many mails went to one address.
KEPT = dt.timedelta(hours=1)
MOST_TRIES = 5
# Where a dot before the @ changes nothing → the name under which it is counted.
HOSTS_WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
MOST_MAILS = 5


class OtherIdentity(ValueError):  # noqa: N818 - an answer, not a fault
    """This device took part with another address or account already."""


class TooManyMails(ValueError):  # noqa: N818 - an answer, not a fault
    """Enough codes went to this address, or from this device, within the hour."""


class TooManyMailsOfAll(ValueError):  # noqa: N818 - an answer, not a fault
    """As many codes as the instance allows went out for this partnership within the hour."""


class NoSuchStep(ValueError):  # noqa: N818 - an answer, not a fault
    """Nothing was begun, or it is over: ask for a new code."""


class WrongCode(ValueError):  # noqa: N818 - an answer, not a fault
    """Not the code that was sent; it holds how many tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


@dataclass(frozen=True)
class Joined:
    """Who a visitor is after a step.

    Attributes
    ----------
    led_back
        True when this device was led back to a participant that was there already.
    moved
        What this device gave before: kept with that participant, or set aside because they had
        answered the same already.
    """

    participant: Participant
    led_back: bool = False
    moved: Moved = field(default_factory=Moved)


# A step reached -----------------------------------------------------------------------------


def identity_of(kind: str, text: str, partnership: Partnership) -> str:
    """Return the keyed digest of an address, account or code in this partnership.

    Parameters
    ----------
    kind
        ``email``, ``account`` (by passkey or by the city's sign-in: one person) or ``code``.
    """
    return digest(f"identity.{kind}", f"{partnership.pk}|{text}")


def reach(
    *,
    partnership: Partnership,
    key: str,
    level: str,
    identity: str = "",
    by: User | None = None,
) -> Joined:
    """Write down that the visitor with this key reached a step; earlier votes stay theirs.

    Parameters
    ----------
    key
        The device's or account's opaque key.
    identity
        From `identity_of`; empty where nothing but staff's eyes vouches.
    by
        The member of staff who saw the person.

    Raises
    ------
    OtherIdentity
        This device reached the same step with something else before.
    """
    try:
        return _reach(partnership, key, level, identity, by)
    except IntegrityError:
        # Somebody was quicker with the same address: now it belongs to a participant.
        return _reach(partnership, key, level, identity, by)


@transaction.atomic
def _reach(
    partnership: Partnership, key: str, level: str, identity: str, by: User | None
) -> Joined:
    if identity:
        owner = Participant.objects.filter(
            partnership=partnership, verifications__identity=identity
        ).first()
        if owner is not None:
            joined = link_device(partnership=partnership, key=key, participant=owner)
            _write_down(joined.participant, level, identity, by)
            return joined
    mine = participant_with(partnership, key) or participant_with_key(
        partnership=partnership, key=key
    )
    _write_down(mine, level, identity, by)
    return Joined(mine)


def _write_down(participant: Participant, level: str, identity: str, by: User | None) -> None:
    there, is_new = Verification.objects.get_or_create(
        participant=participant,
        level=level,
        defaults={"identity": identity, "verified_at": timezone.now(), "verified_by": by},
    )
    # A second printed code of the same person, for another question, changes nothing here.
    if not is_new and identity and there.identity != identity and level != Level.CODE:
        raise OtherIdentity


@transaction.atomic
def link_device(*, partnership: Partnership, key: str, participant: Participant) -> Joined:
    """Let this device's key lead to `participant`, and bring along what it gave before.

    Raises
    ------
    OtherIdentity
        Both have shown an address or account, and not the same one: they are two people.
    """
    mine = participant_with(partnership, key)
    if mine is not None and mine.pk == participant.pk:
        return Joined(participant)
    moved = Moved()
    # A device that was led elsewhere before leaves what lies there to its own device.
    if mine is not None and mine.key == key:
        moved = _join(mine, participant)
    DeviceLink.objects.update_or_create(
        partnership=partnership,
        key=key,
        defaults={"participant": participant, "linked_at": timezone.now()},
    )
    return Joined(participant, led_back=True, moved=moved)


def _join(mine: Participant, into: Participant) -> Moved:
    """Move everything of `mine` to `into`, what both answered staying as `into` gave it."""
    theirs = dict(into.verifications.values_list("level", "identity"))
    for verification in mine.verifications.all():
        there = theirs.get(verification.level)
        if there is None:
            verification.participant = into
            verification.save(update_fields=["participant"])
        elif verification.identity and there and verification.identity != there:
            raise OtherIdentity
    mine.voices.update(participant=into)
    mine.device_links.update(participant=into)
    if not ReturnCode.objects.filter(participant=into).exists():
        ReturnCode.objects.filter(participant=mine).update(participant=into)
    had = into.receipts.values("key")
    mine.receipts.exclude(key__in=list(had.values_list("key", flat=True))).update(participant=into)
    moved = sum(PARTICIPANTS_JOINED.ask(mine, into), Moved())
    PARTICIPANT_ERASED.ask(mine)
    mine.delete()
    return moved


# E-mail ---------------------------------------------------------------------------------------


def mailbox_of(address: str) -> str:
    """Return the mailbox that an address leads to, so that one mailbox is one participant.

    What stands after a plus is a label of its owner's (RFC 5233), and some hosts pass over dots.
    """
    plain = unicodedata.normalize("NFKC", address).strip().casefold()
    local, _at, host = plain.rpartition("@")
    local = local.partition("+")[0] or local
    if host in HOSTS_WITHOUT_DOTS:
        local, host = local.replace(".", "") or local, HOSTS_WITHOUT_DOTS[host]
    return f"{local}@{host}"


@transaction.atomic
def send_email_code(*, partnership: Partnership, key: str, address: str, language: str) -> None:
    """Send six digits to an address; of the address only a keyed digest is kept.

    Raises
    ------
    TooManyMails
        Five went to it, or from this device, within the hour.
    TooManyMailsOfAll
        ``MAILS_AN_HOUR`` of the settings went out for the partnership within the hour.
    """
    forget_begun_steps()
    identity = identity_of(Level.EMAIL, mailbox_of(address), partnership)
    begun = Challenge.objects.filter(partnership=partnership, level=Level.EMAIL)
    if (
        begun.filter(identity=identity).count() >= MOST_MAILS
        or begun.filter(key=key).count() >= MOST_MAILS
    ):
        raise TooManyMails
    # Nobody makes a mail cannon of a partnership.
    if begun.count() >= settings.MAILS_AN_HOUR:
        raise TooManyMailsOfAll
    code = f"{secrets.randbelow(10**6):06d}"
    now = timezone.now()
    # A new code ends the one before.
    begun.filter(key=key, expires_at__gt=now).update(expires_at=now)
    Challenge.objects.create(
        partnership=partnership,
        level=Level.EMAIL,
        key=key,
        identity=identity,
        code_hash=digest("email-code", f"{key}|{code}"),
        made_at=now,
        expires_at=now + CODE_LIFE,
    )
    transaction.on_commit(
        partial(send_code, partnership=partnership, address=address, code=code, language=language),
        robust=True,
    )


def confirm_email_code(*, partnership: Partnership, key: str, code: str) -> Joined:
    """Take the six digits; the step is reached when they are right.

    Raises
    ------
    NoSuchStep
        None was sent to this device, it is older than 15 minutes, or the tries are used up.
    WrongCode
        Another number; the try is counted, whatever happens next.
    OtherIdentity
        See `reach`.
    """
    begun = begun_step(partnership, key, Level.EMAIL)
    if begun is None:
        raise NoSuchStep
    # Counted before it is compared, and in one statement: many at once get no more than five.
    counted = Challenge.objects.filter(pk=begun.pk, tries__lt=MOST_TRIES)
    if not counted.update(tries=F("tries") + 1):
        raise NoSuchStep
    if not hmac.compare_digest(begun.code_hash, digest("email-code", f"{key}|{plain(code)}")):
        raise WrongCode(max(MOST_TRIES - begun.tries - 1, 0))
    with transaction.atomic():
        spent, _ = Challenge.objects.filter(pk=begun.pk).delete()
        if not spent:
            raise NoSuchStep
        return reach(partnership=partnership, key=key, level=Level.EMAIL, identity=begun.identity)


def begun_step(partnership: Partnership, key: str, level: str) -> Challenge | None:
    """Return the step that this device has begun and that is not over."""
    return (
        Challenge.objects.filter(
            partnership=partnership, level=level, key=key, expires_at__gt=timezone.now()
        )
        .order_by("-made_at", "-pk")
        .first()
    )


def forget_begun_steps() -> int:
    """Delete steps that were begun more than an hour ago; return how many."""
    return Challenge.objects.filter(made_at__lt=timezone.now() - KEPT).delete()[0]


# In person --------------------------------------------------------------------------------------


@transaction.atomic
def begin_in_person(*, partnership: Partnership, key: str) -> Challenge:
    """Put a word of six letters on this device's screen, for ten minutes."""
    forget_begun_steps()
    now = timezone.now()
    begun = Challenge.objects.filter(partnership=partnership, level=Level.IN_PERSON)
    begun.filter(key=key).delete()
    while True:
        made = Challenge.objects.create(
            partnership=partnership,
            level=Level.IN_PERSON,
            key=key,
            code_hash="",
            made_at=now,
            expires_at=now + WORD_LIFE,
        )
        made.code_hash = digest("in-person", word_of(made))
        if not begun.filter(code_hash=made.code_hash).exists():
            made.save(update_fields=["code_hash"])
            return made
        made.delete()


def word_of(begun: Challenge) -> str:
    """Return the word that stands on the screen; it is kept nowhere."""
    return spoken_word(f"{begun.pk}|{begun.key}")


@transaction.atomic
def confirm_in_person(*, partnership: Partnership, word: str, by: User) -> Joined:
    """Confirm that staff saw the person on whose screen this word stands.

    Raises
    ------
    NoSuchStep
        No screen shows this word now.
    """
    begun = Challenge.objects.filter(
        partnership=partnership,
        level=Level.IN_PERSON,
        code_hash=digest("in-person", plain(word)),
        expires_at__gt=timezone.now(),
    ).first()
    if begun is None:
        raise NoSuchStep
    begun.delete()
    joined = reach(partnership=partnership, key=begun.key, level=Level.IN_PERSON, by=by)
    # Nothing in the ledger leads to the participant.
    ledger.record(partnership=partnership, by=by, action="voices.verification.recorded")
    return joined


# Return codes ---------------------------------------------------------------------------------


@transaction.atomic
def make_return_code(*, participant: Participant) -> str:
    """Make a code to come back with, in place of the one before; only its digest is kept."""
    code = new_code()
    ReturnCode.objects.update_or_create(
        participant=participant,
        defaults={
            "code_hash": digest("return-code", plain(code)),
            "made_at": timezone.now(),
            "used_at": None,
        },
    )
    return code


@transaction.atomic
def revoke_return_code(*, participant: Participant) -> None:
    """Let the code lead nowhere from now on."""
    ReturnCode.objects.filter(participant=participant).delete()


@transaction.atomic
def come_back(*, code: ReturnCode, key: str) -> Joined:
    """Link the device with this key to the participant of a return code.

    Raises
    ------
    OtherIdentity
        See `link_device`.
    """
    participant = code.participant
    joined = link_device(partnership=participant.partnership, key=key, participant=participant)
    ReturnCode.objects.filter(pk=code.pk).update(used_at=timezone.now())
    return joined


@transaction.atomic
def only_this_device(*, participant: Participant, key: str) -> int:
    """Let this device alone lead to the participant; return how many others are cut off."""
    others = participant.device_links.exclude(key=key).count() + (participant.key != key)
    participant.device_links.all().delete()
    ReturnCode.objects.filter(participant=participant).delete()
    if participant.key != key:
        participant.key = key
        participant.save(update_fields=["key"])
    return others
