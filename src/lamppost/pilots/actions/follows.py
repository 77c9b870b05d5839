"""Residents who wish to be told what becomes of their feedback, until they were or wish no more."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..feedback_mail import send_told
from ..models import Commitment, Feedback, Follow, Theme

# In all, once a day.
MOST_TRIES = 5
AGAIN_AFTER = dt.timedelta(hours=20)
# Said in the privacy text, and on the page that takes the address (`who_sees.of_address`).
KEPT_DAYS = 90
LONGEST_DAYS = 730
SETTLED = (Commitment.State.DONE, Commitment.State.WONT)


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
        "about": None,
        "about_theme": None,
        "tries": 0,
        "tried_at": None,
    }
    follow, _is_new = Follow.objects.update_or_create(feedback=feedback, defaults=values)
    return follow


@transaction.atomic
def forget_address(*, follow: Follow) -> None:
    """Delete the address; the feedback itself stays."""
    follow.email, follow.about, follow.about_theme = "", None, None
    follow.save(update_fields=["email", "about", "about_theme"])


@transaction.atomic
def fresh_token(*, follow: Follow) -> str:
    """Return a token for a mail and keep its hash; the one of an earlier mail opens no more."""
    token = secrets.token_urlsafe(24)
    follow.token_sha256 = hash_of(token)
    follow.save(update_fields=["token_sha256"])
    return token


@transaction.atomic
def tell_followers(*, commitment: Commitment) -> int:
    """Tell those who asked to be what became of what they said, and forget their addresses.

    Mails go when the transaction is through. Where the mail server is down, the address is kept
    and the mail is tried again (`retry_mails`).

    Returns
    -------
    int
        How many are told.
    """
    return _tell(commitment.feedback.all(), {"about": commitment, "about_theme": None})


@transaction.atomic
def tell_of_reply(*, theme: Theme) -> int:
    """Tell those who spoke of a theme what is said to it, as `tell_followers` does.

    Where something is still promised about it, they are told when that is settled.
    """
    if not theme.reply or theme.commitments.exclude(state__in=SETTLED).exists():
        return 0
    return _tell(theme.feedback.all(), {"about": None, "about_theme": theme})


def _tell(answers: QuerySet[Feedback], about: Mapping[str, object]) -> int:
    wanted = Follow.objects.filter(feedback__in=answers).exclude(email="")
    waiting = list(wanted.select_for_update())
    for follow in waiting:
        for name, value in {**about, "tries": 0, "tried_at": None}.items():
            setattr(follow, name, value)
        follow.save(update_fields=[*about, "tries", "tried_at"])
        transaction.on_commit(partial(_send, follow.pk))
    return len(waiting)


# What somebody is to be told is known.
_KNOWN = Q(about__isnull=False) | Q(about_theme__isnull=False)


def _send(follow_id: int) -> bool:
    """Try one mail, unless somebody else is trying it; say whether it went out."""
    follow = Follow.objects.exclude(email="").filter(_KNOWN, pk=follow_id).first()
    if follow is None or follow.tries >= MOST_TRIES:
        return False
    token = secrets.token_urlsafe(24)
    # Whoever counts the try sends the mail: two workers at once send one.
    mine = Follow.objects.filter(pk=follow_id, tries=follow.tries).exclude(email="")
    if not mine.update(
        tries=follow.tries + 1, tried_at=timezone.now(), token_sha256=hash_of(token)
    ):
        return False
    return send_told(follow_id=follow_id, token=token)


def retry_mails() -> int:
    """Try mails again that the server did not take, `MOST_TRIES` times in all.

    Returns how many went out.

    The worker does it once a day.
    """
    before = timezone.now() - AGAIN_AFTER
    failed = Follow.objects.exclude(email="").filter(
        _KNOWN, tries__lt=MOST_TRIES, tried_at__lt=before
    )
    return sum(_send(one) for one in failed.values_list("pk", flat=True))


@transaction.atomic
def sweep_addresses(today: dt.date | None = None) -> int:
    """Delete addresses of those who were never told; return how many.

    `KEPT_DAYS` after what they wait for is over: the last commitment about what they said, or
    without one the decision on the pilot. In any case `LONGEST_DAYS` after they gave it.
    """
    today = today or timezone.localdate()
    waiting = Follow.objects.exclude(email="").select_related("feedback__site__pilot")
    gone = [
        follow.pk
        for follow in waiting.prefetch_related("feedback__commitments")
        if _kept_until(follow) < today
    ]
    return Follow.objects.filter(pk__in=gone).update(email="")


def _kept_until(follow: Follow) -> dt.date:
    longest = timezone.localdate(follow.asked_at) + dt.timedelta(LONGEST_DAYS)
    promised = list(follow.feedback.commitments.all())
    ends = [
        timezone.localdate(one.changed_at) if one.state in SETTLED else one.due_on
        for one in promised
    ]
    decided = follow.feedback.site.pilot.decided_on
    if decided:
        ends.append(decided)
    if not ends:
        return longest
    return min(longest, max(ends) + dt.timedelta(KEPT_DAYS))
