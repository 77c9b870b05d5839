"""Residents who wish to be told what becomes of their feedback, until they were or wish no more."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from functools import partial

from django.db import transaction
from django.utils import timezone

from ..feedback_mail import send_told
from ..models import Feedback, Follow


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def follow_with(token: str) -> Follow | None:
    """Return the wish that this token of a mail belongs to."""
    found = Follow.objects.select_related("feedback__site__pilot__partnership")
    return found.filter(token_sha256=hash_of(token)).first()


@transaction.atomic
def ask_to_be_told(*, feedback: Feedback, email: str, language: str) -> Follow:
    """Keep the address for one mail about this feedback; a new address takes the old one's place.

    The mail goes only about what this person said themselves, so no confirmation is asked for.
    """
    values = {
        "email": email,
        "language": language,
        "token_sha256": hash_of(secrets.token_urlsafe(24)),
        "asked_at": timezone.now(),
        "told_at": None,
    }
    follow, _is_new = Follow.objects.update_or_create(feedback=feedback, defaults=values)
    return follow


@transaction.atomic
def forget_address(*, follow: Follow) -> None:
    """Delete the address; the feedback itself stays."""
    follow.email = ""
    follow.save(update_fields=["email"])


@transaction.atomic
def fresh_token(*, follow: Follow) -> str:
    """Return a token for a mail and keep its hash; the one of an earlier mail opens no more."""
    token = secrets.token_urlsafe(24)
    follow.token_sha256 = hash_of(token)
    follow.save(update_fields=["token_sha256"])
    return token


@transaction.atomic
def tell_followers(
    *, feedback: Iterable[Feedback], template: str, context: Mapping[str, object]
) -> int:
    """Tell those who asked to be what became of these answers, and forget their addresses.

    Mails go when the transaction is through. Where the mail server is down, the address is kept
    for the next time.

    Parameters
    ----------
    template
        See `feedback_mail.send_told`.

    Returns
    -------
    int
        How many are told.
    """
    wanted = Follow.objects.filter(feedback__in=list(feedback)).exclude(email="")
    waiting = list(wanted.select_for_update())
    for follow in waiting:
        token = fresh_token(follow=follow)
        send = partial(
            send_told, follow_id=follow.pk, token=token, template=template, context=context
        )
        transaction.on_commit(send)
    return len(waiting)
