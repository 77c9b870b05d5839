"""Alerts that wait for somebody, the late ones first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from lamppost.accounts.models import Partnership

from ..models import Alert, Pilot


@dataclass(frozen=True)
class AlertLine:
    """One alert with whether its time is over."""

    alert: Alert
    is_late: bool


def _alerts() -> QuerySet[Alert]:
    return Alert.objects.select_related(
        "owner", "closed_by", "feedback__voice", "feedback__site__pilot__partnership"
    )


def _open(found: QuerySet[Alert], now: dt.datetime | None) -> list[AlertLine]:
    moment = now or timezone.now()
    waiting = found.filter(closed_at=None).order_by("due_at", "pk")
    return [AlertLine(alert, alert.due_at < moment) for alert in waiting]


def open_alerts(pilot: Pilot, now: dt.datetime | None = None) -> list[AlertLine]:
    """Return the alerts of a pilot that nobody has closed; what is late comes first."""
    return _open(_alerts().filter(feedback__site__pilot=pilot), now)


def open_alerts_of(partnership: Partnership, now: dt.datetime | None = None) -> list[AlertLine]:
    """Return the open alerts of all its pilots."""
    return _open(_alerts().filter(feedback__site__pilot__partnership=partnership), now)


def alert_of(pilot: Pilot, pk: int) -> Alert | None:
    """Return an alert of this pilot, open or closed."""
    return _alerts().filter(feedback__site__pilot=pilot, pk=pk).first()


def closed_alerts(pilot: Pilot, limit: int = 25) -> list[Alert]:
    """Return the alerts that were closed last."""
    found = _alerts().filter(feedback__site__pilot=pilot, closed_at__isnull=False)
    return list(found.order_by("-closed_at", "-pk")[:limit])
