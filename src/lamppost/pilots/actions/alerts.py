"""Alerts: words about danger get an owner and a deadline, and end only with what was done."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.roles import Right, Role, rights_of

from ..danger import danger_in
from ..feedback_mail import send_alert
from ..models import Alert, Feedback, Pilot


class AlertClosed(ValueError):  # noqa: N818 - an answer, not a fault
    """Somebody said already what was done."""


def first_owner(pilot: Pilot) -> User | None:
    """Return who owns an alert until somebody else takes it: who has led the longest.

    Without a lead of the partnership, the first who moderates; where nobody does, as after an
    import, who leads this pilot. None where no member may read feedback at all.
    """
    partnership = pilot.partnership
    leading = Membership.objects.filter(partnership=partnership, role=Role.LEAD)
    found = leading.select_related("user").order_by("joined_at", "pk").first()
    if found:
        return found.user
    return next(iter(possible_owners(partnership)), None) or _leads(pilot)


def _leads(pilot: Pilot) -> User | None:
    """Return who leads a pilot: whoever recorded its last gate; else the member of longest."""
    readers = {one.user_id: one.user for one in _readers(pilot.partnership)}
    recorded = pilot.gates.filter(entered_by__in=readers).order_by("-recorded_at", "-pk").first()
    if recorded is not None:
        return recorded.entered_by
    return next(iter(readers.values()), None)


def _readers(partnership: Partnership) -> list[Membership]:
    """Return the members who read feedback, whoever joined first before; no company's."""
    members = Membership.objects.filter(partnership=partnership).exclude(role=Role.COMPANY)
    return [
        one
        for one in members.select_related("user").order_by("joined_at", "pk")
        if Right.VIEW_FEEDBACK in rights_of(one.role)
    ]


def possible_owners(partnership: Partnership) -> list[User]:
    """Return the members who moderate: they read words as they were given, so they can own one."""
    members = Membership.objects.filter(partnership=partnership).select_related("user")
    return [
        one.user
        for one in members.order_by("user__name", "pk")
        if Right.MODERATE in rights_of(one.role)
    ]


def may_own(partnership: Partnership, user: User) -> bool:
    """Say whether somebody may open the alert that is theirs: who moderates, or in their place.

    Where nobody moderates, as after an import, that is a member who reads feedback, and no
    company's. An owner whose role changed since is none, also before it is given to another.
    """
    moderators = possible_owners(partnership)
    if moderators:
        return user in moderators
    return user.pk in {one.user_id for one in _readers(partnership)}


def owner_now(pilot: Pilot, owner: User | None) -> User | None:
    """Return who owns an alert: whoever did, while they moderate here; else the first who can.

    Where nobody moderates, whoever owns it keeps it while they read feedback here.
    """
    if owner is not None and may_own(pilot.partnership, owner):
        return owner
    return first_owner(pilot)


@transaction.atomic
def give_alerts_owners(partnership: Partnership | None = None) -> int:
    """Give every open alert whose owner left one who is there; return how many were given.

    They are told by mail. The deadline stays: the danger is as old as it is.

    Parameters
    ----------
    partnership
        Of this one alone, as after an import.
    """
    given = 0
    found = Alert.objects.select_related("owner", "feedback__site__pilot__partnership")
    if partnership is not None:
        found = found.filter(feedback__site__pilot__partnership=partnership)
    for alert in found.filter(closed_at=None):
        owner = owner_now(alert.feedback.site.pilot, alert.owner)
        if owner is None or owner == alert.owner:
            continue
        alert.owner = owner
        alert.save(update_fields=["owner"])
        transaction.on_commit(partial(send_alert, alert_id=alert.pk))
        given += 1
    return given


@transaction.atomic
def notice_danger(*, feedback: Feedback, text: str) -> Alert | None:
    """Raise an alert where `text` speaks of danger; before anybody has moderated it.

    New words raise a closed alert again, with a new deadline. An alert stays when its words are
    mended afterwards. Where its owner is gone, another one gets it.
    """
    found = danger_in(text)
    if not found:
        return None
    now = timezone.now()
    due = now + dt.timedelta(hours=settings.ALERT_HOURS)
    pilot = feedback.site.pilot
    first = {
        "words": found,
        "owner": first_owner(pilot),
        "raised_at": now,
        "due_at": due,
    }
    alert, is_new = Alert.objects.get_or_create(feedback=feedback, defaults=first)
    if not is_new:
        again = alert.closed_at is not None
        owner = owner_now(pilot, alert.owner)
        told = again or owner != alert.owner
        alert.words, alert.owner = found, owner
        if again:
            alert.raised_at, alert.due_at = now, due
            alert.closed_at, alert.closed_by, alert.outcome = None, None, ""
        alert.save()
        if not told:
            return alert
    transaction.on_commit(partial(send_alert, alert_id=alert.pk))
    return alert


@transaction.atomic
def close_alert(*, alert: Alert, outcome: str, by: User) -> None:
    """Say what was done; without it no alert ends.

    Raises
    ------
    AlertClosed
        Somebody else was faster; theirs stays.
    """
    kept = Alert.objects.select_for_update().get(pk=alert.pk)
    if kept.closed_at is not None:
        raise AlertClosed
    if not outcome.strip():
        raise ValueError("an alert is closed with what was done")
    kept.outcome, kept.closed_at, kept.closed_by = outcome.strip(), timezone.now(), by
    kept.save(update_fields=["outcome", "closed_at", "closed_by"])
    partnership = kept.feedback.site.pilot.partnership
    record(partnership=partnership, by=by, action="pilots.alert.closed", about=kept)


@transaction.atomic
def hand_over_alert(*, alert: Alert, owner: User, by: User) -> None:
    """Let somebody else own it; they are told by mail. The deadline stays."""
    kept = Alert.objects.select_for_update().get(pk=alert.pk)
    if kept.closed_at is not None:
        raise AlertClosed
    if kept.owner_id == owner.pk:
        return
    kept.owner = owner
    kept.save(update_fields=["owner"])
    record(
        partnership=kept.feedback.site.pilot.partnership,
        by=by,
        action="pilots.alert.handed_over",
        about=kept,
        fields=["owner"],
    )
    transaction.on_commit(partial(send_alert, alert_id=kept.pk))
