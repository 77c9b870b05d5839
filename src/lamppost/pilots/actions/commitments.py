"""You said, we did: promises with an owner and a day, and whether they fixed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User
from lamppost.network.models import Meeting

from ..models import Change, Commitment, Feedback, FixAnswer, Follow, Pilot, Theme
from ..queries.open_questions import letters
from .counting import count_said_for_good
from .follows import tell_followers
from .moving import MOVED, move_day
from .outcome import record_change


class CommitmentRefused(ValueError):  # noqa: N818 - a refusal
    """That cannot be done with this commitment; the message says why."""


@transaction.atomic
def make_commitment(
    *, pilot: Pilot, by: User, values: Mapping[str, Any], feedback: Iterable[Feedback] = ()
) -> Commitment:
    """Promise something about what residents said.

    Parameters
    ----------
    values
        ``you_said``, ``owner``, ``due_on`` and perhaps ``we_will``, ``meeting``, ``theme``;
        checked by the form.
    feedback
        The answers behind it besides those of the theme; those of other pilots are left out.
    """
    now = timezone.now()
    commitment = Commitment.objects.create(pilot=pilot, made_at=now, changed_at=now, **values)
    behind = [one for one in feedback if one.site.pilot_id == pilot.pk]
    theme: Theme | None = values.get("theme")
    commitment.feedback.set([*behind, *(theme.feedback.all() if theme else ())])
    _record(commitment, by, "made")
    return commitment


@transaction.atomic
def change_commitment(
    *, commitment: Commitment, by: User, values: Mapping[str, Any], why: str = ""
) -> None:
    """Change the words, the owner, the day; every change stands in the ledger.

    Parameters
    ----------
    why
        Why the day moves; public, beside the day that was promised first.

    Raises
    ------
    CommitmentRefused
        When it is settled (done, or will not be done), or the day moves without a reason.
    """
    kept = _open(_locked(commitment))
    try:
        moved = move_day(kept, values.get("due_on"), why)
    except ValueError:
        raise CommitmentRefused(_("Say why the day moves. Everybody reads it.")) from None
    if moved:
        kept.save(update_fields=["due_on", *MOVED])
        _record(kept, by, "moved", ["due_on"])
    if changed := changed_fields(kept, dict(values)):
        kept.changed_at = timezone.now()
        kept.save(update_fields=[*changed, "changed_at"])
        _record(kept, by, "changed", changed)


@transaction.atomic
def start_commitment(*, commitment: Commitment, by: User, we_will: str) -> None:
    """Say what is being done about it."""
    kept = _open(_locked(commitment))
    if not letters(we_will):
        raise CommitmentRefused(_("Say what is being done."))
    kept.state, kept.we_will = Commitment.State.DOING, we_will.strip()
    kept.changed_at = timezone.now()
    kept.save(update_fields=["state", "we_will", "changed_at"])
    _record(kept, by, "started")


@transaction.atomic
def refuse_commitment(*, commitment: Commitment, by: User, reason: str) -> None:
    """Say that it will not be done, and why; those who asked to be told are told."""
    kept = _open(_locked(commitment))
    if not letters(reason):
        raise CommitmentRefused(_("Say why it will not be done."))
    kept.state, kept.wont_reason = Commitment.State.WONT, reason.strip()
    kept.changed_at = timezone.now()
    kept.save(update_fields=["state", "wont_reason", "changed_at"])
    _record(kept, by, "refused")
    tell_followers(commitment=kept)


@transaction.atomic
def keep_commitment(
    *, commitment: Commitment, by: User, we_did: str, done_on: dt.date, version: str = ""
) -> Change:
    """Mark it as done: the change is public with its day, and those who asked to be told are told.

    Parameters
    ----------
    version
        What changed of the technology, where that is so. A new version of the pilot either way.

    Raises
    ------
    CommitmentRefused
        When it is settled already, or does not say what was done.
    """
    kept = _open(_locked(commitment))
    if not letters(we_did):
        raise CommitmentRefused(_("Say what was done."))
    change = record_change(
        pilot=kept.pilot,
        by=by,
        you_said=kept.you_said,
        we_did=we_did,
        changed_on=done_on,
        feedback=kept.feedback.select_related("site"),
        meeting=kept.meeting,
        version=version,
    )
    kept.state, kept.we_will, kept.done_on = Commitment.State.DONE, we_did.strip(), done_on
    kept.change, kept.changed_at = change, timezone.now()
    kept.save(update_fields=["state", "we_will", "done_on", "change", "changed_at"])
    _record(kept, by, "kept")
    tell_followers(commitment=kept)
    return change


@transaction.atomic
def answer_with_change(
    *,
    pilot: Pilot,
    by: User,
    you_said: str,
    we_did: str,
    changed_on: dt.date,
    feedback: Iterable[Feedback] = (),
    meeting: Meeting | None = None,
) -> Change:
    """Record a change that answers residents, as `record_change` does.

    Where one of them asked to be told, it is a promise that is kept already: they get the mail,
    and can answer whether it fixed it.
    """
    answers = list(feedback)
    if not Follow.objects.filter(feedback__in=answers).exclude(email="").exists():
        return record_change(
            pilot=pilot,
            by=by,
            you_said=you_said,
            we_did=we_did,
            changed_on=changed_on,
            feedback=answers,
            meeting=meeting,
        )
    said = {"you_said": you_said.strip(), "owner": pilot.owner_department, "meeting": meeting}
    made = make_commitment(
        pilot=pilot, by=by, values={**said, "due_on": changed_on}, feedback=answers
    )
    return keep_commitment(commitment=made, by=by, we_did=we_did, done_on=changed_on)


@transaction.atomic
def answer_with_refusal(
    *,
    pilot: Pilot,
    by: User,
    you_said: str,
    we_did: str,
    changed_on: dt.date,
    feedback: Iterable[Feedback] = (),
    meeting: Meeting | None = None,
) -> Commitment:
    """Say that something will not be done, and why: no change and no new version of the pilot.

    Those behind it who asked to be told get a mail that says so.

    Parameters
    ----------
    we_did
        Why it will not be done.
    """
    said = {"you_said": you_said.strip(), "owner": pilot.owner_department, "meeting": meeting}
    made = make_commitment(
        pilot=pilot, by=by, values={**said, "due_on": changed_on}, feedback=feedback
    )
    refuse_commitment(commitment=made, by=by, reason=we_did)
    made.refresh_from_db()
    return made


@transaction.atomic
def delete_commitment(*, commitment: Commitment, by: User) -> None:
    """Delete a commitment that was made by mistake: only before anything was said about it.

    Raises
    ------
    CommitmentRefused
        When it says already what is or will not be done.
    """
    kept = _locked(commitment)
    if kept.state != Commitment.State.HEARD:
        raise CommitmentRefused(_("Residents read what you do about it already. It stays."))
    _record(kept, by, "deleted")
    kept.delete()


@transaction.atomic
def answer_fix(*, commitment: Commitment, follow: Follow, answer: str) -> FixAnswer:
    """Keep whether it fixed what somebody spoke of; a later answer takes the earlier one's place.

    Raises
    ------
    CommitmentRefused
        When this is not about what they said, or nothing was done yet.
    """
    mine = commitment.feedback.filter(pk=follow.feedback_id).exists()
    if not mine or commitment.state != Commitment.State.DONE:
        raise CommitmentRefused(_("There is nothing to answer here."))
    count_said_for_good(commitment.pilot)
    found, _is_new = FixAnswer.objects.update_or_create(
        commitment=commitment,
        feedback_id=follow.feedback_id,
        defaults={"answer": FixAnswer.Answer(answer), "answered_at": timezone.now()},
    )
    return found


def _locked(commitment: Commitment) -> Commitment:
    found = Commitment.objects.select_for_update(of=("self",))
    return found.select_related("pilot__partnership", "meeting").get(pk=commitment.pk)


def _open(commitment: Commitment) -> Commitment:
    if commitment.state in (Commitment.State.DONE, Commitment.State.WONT):
        raise CommitmentRefused(_("This is settled and public. Make a new commitment instead."))
    return commitment


def _record(commitment: Commitment, by: User, verb: str, fields: Iterable[str] = ()) -> None:
    record(
        partnership=commitment.pilot.partnership,
        by=by,
        action=f"pilots.commitment.{verb}",
        about=commitment,
        fields=fields,
    )
