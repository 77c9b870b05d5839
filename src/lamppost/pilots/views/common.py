"""What the views share: the objects of this partnership, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.roles import Right
from lamppost.accounts.routes import may_open
from lamppost.voices.actions import participant_without_device
from lamppost.voices.models import Participant

from ..models import Pilot, Site
from ..ports import Obstacle
from ..queries.gates import GateLine, gate_lines


def pilot_of(partnership: Partnership, pk: int) -> Pilot:
    """Return the partnership's pilot, or answer 404."""
    found = Pilot.objects.select_related("partnership", "decision")
    return get_object_or_404(found, partnership=partnership, pk=pk)


def site_of(partnership: Partnership, pilot: int, pk: int) -> Site:
    """Return a site of the partnership's pilot, or answer 404."""
    found = Site.objects.select_related("pilot__partnership", "pilot__decision")
    return get_object_or_404(found, pilot__partnership=partnership, pilot_id=pilot, pk=pk)


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; only for routes that require a right."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also when no field of it was filled in."""
    return request.POST if request.method == "POST" else None


def may(request: HttpRequest, right: Right) -> bool:
    return right in getattr(request, "rights", ())


def who_passes(request: HttpRequest) -> User | None:
    """Return who would pass a gate: whoever is signed in, where they may."""
    return user_of(request) if may(request, Right.PASS_GATES) else None


def ways_open(request: HttpRequest, obstacles: Iterable[Obstacle]) -> list[Obstacle]:
    """Return what is missing, with links only to pages that this member may open."""
    rights: frozenset[Right] = frozenset(getattr(request, "rights", ()))
    return [one if may_open(one.url, rights) else replace(one, url="") for one in obstacles]


def url(name: str, pilot: Pilot, *more: object) -> str:
    """Return the address of one of a pilot's pages."""
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def person_of_sheet(partnership: Partnership, channel: str, reference: str) -> Participant:
    """Return whose sheet this is: the same person for the same number, else a new one."""
    found = Participant.objects.filter(
        partnership=partnership, channel=channel, reference=reference
    )
    known = found.first() if reference else None
    return known or participant_without_device(
        partnership=partnership, channel=channel, reference=reference
    )


def way_on(request: HttpRequest, pilot: Pilot, *kinds: str) -> GateLine | None:
    """Return the gate that waits now, for a lead, when it is one of these; else None."""
    if not may(request, Right.PASS_GATES):
        return None
    lines = gate_lines(pilot, with_obstacles=False)
    return next((line for line in lines if line.state == "now" and line.kind in kinds), None)
