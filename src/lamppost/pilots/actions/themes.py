"""Themes: several answers under a few words of the lead's own, and what is promised about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User

from ..models import Commitment, Feedback, Pilot, Theme
from .commitments import CommitmentRefused
from .counting import take_from_behind
from .follows import tell_of_reply

OPEN = (Commitment.State.HEARD, Commitment.State.DOING)


@transaction.atomic
def make_theme(
    *, pilot: Pilot, by: User, values: Mapping[str, Any], feedback: Iterable[Feedback] = ()
) -> Theme:
    """Name what several people speak of, and put their answers under it.

    Parameters
    ----------
    values
        ``name`` and perhaps ``words``; checked by the form.
    """
    theme = Theme.objects.create(pilot=pilot, made_at=timezone.now(), **values)
    theme.feedback.set(_of(pilot, feedback))
    _record(theme, by, "made")
    tell_of_reply(theme=theme)
    return theme


@transaction.atomic
def change_theme(*, theme: Theme, by: User, values: Mapping[str, Any]) -> None:
    """Change its name or its words."""
    kept = _locked(theme)
    if changed := changed_fields(kept, dict(values)):
        kept.save(update_fields=changed)
        _record(kept, by, "changed", changed)
    if "reply" in changed:
        tell_of_reply(theme=kept)


@transaction.atomic
def put_under(*, theme: Theme, by: User, feedback: Iterable[Feedback]) -> int:
    """Put answers under a theme; they stand behind its open commitments from now on.

    Returns
    -------
    int
        How many were not there before.
    """
    kept = _locked(theme)
    known = set(kept.feedback.values_list("pk", flat=True))
    new = [one for one in _of(kept.pilot, feedback) if one.pk not in known]
    if new:
        kept.feedback.add(*new)
        for commitment in kept.commitments.filter(state__in=OPEN):
            commitment.feedback.add(*new)
        _record(kept, by, "changed", ["feedback"])
        tell_of_reply(theme=kept)
    return len(new)


@transaction.atomic
def take_out(*, theme: Theme, by: User, feedback: Iterable[Feedback]) -> None:
    """Take answers out of a theme that are about something else, and from behind what is open."""
    kept = _locked(theme)
    taken = list(kept.feedback.filter(pk__in=[one.pk for one in feedback]))
    if taken:
        take_from_behind(kept, taken)
        for commitment in kept.commitments.filter(state__in=OPEN):
            take_from_behind(commitment, taken)
        _record(kept, by, "changed", ["feedback"])


@transaction.atomic
def delete_theme(*, theme: Theme, by: User) -> None:
    """Delete a theme that was made by mistake; the answers stay.

    Raises
    ------
    CommitmentRefused
        When something is promised about it: everybody reads that.
    """
    kept = _locked(theme)
    if kept.commitments.exists():
        raise CommitmentRefused(_("Something is promised about this theme. It stays."))
    _record(kept, by, "deleted")
    kept.delete()


def _of(pilot: Pilot, feedback: Iterable[Feedback]) -> list[Feedback]:
    return [one for one in feedback if one.site.pilot_id == pilot.pk]


def _locked(theme: Theme) -> Theme:
    found = Theme.objects.select_for_update(of=("self",)).select_related("pilot__partnership")
    return found.get(pk=theme.pk)


def _record(theme: Theme, by: User, verb: str, fields: Iterable[str] = ()) -> None:
    record(
        partnership=theme.pilot.partnership,
        by=by,
        action=f"pilots.theme.{verb}",
        about=theme,
        fields=fields,
    )
