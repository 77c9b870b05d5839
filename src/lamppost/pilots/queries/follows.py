"""Mails to residents that did not go out, for those who work on the pilot; never an address."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from ..actions.follows import MOST_TRIES
from ..models import Follow, Pilot


@dataclass(frozen=True)
class Undelivered:
    """How many mails wait for another try, and how many were given up."""

    again: int
    given_up: int

    @property
    def any(self) -> int:
        return self.again + self.given_up


def undelivered(pilot: Pilot) -> Undelivered:
    """Count the mails of a pilot that the server did not take."""
    tried = Follow.objects.filter(feedback__site__pilot=pilot, tries__gt=0).exclude(email="")
    found = tried.aggregate(
        again=Count("pk", filter=Q(tries__lt=MOST_TRIES)),
        given_up=Count("pk", filter=Q(tries__gte=MOST_TRIES)),
    )
    return Undelivered(found["again"], found["given_up"])
