"""What the pages of impact share."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from lamppost.accounts.models import Partnership
from lamppost.pilots.models import Pilot

from ..models import Estimate
from ..queries import latest_estimate


def pilot_of(partnership: Partnership, pilot: int) -> Pilot:
    """Return a pilot of this partnership, or answer that there is none."""
    return get_object_or_404(Pilot, pk=pilot, partnership=partnership)


def stored_of(partnership: Partnership, pilot: int) -> Estimate:
    """Return the newest estimate of a pilot, or answer that there is none."""
    stored = latest_estimate(pilot_of(partnership, pilot))
    if stored is None:
        raise Http404
    return stored


def attachment(content: str | bytes, kind: str, name: str) -> HttpResponse:
    """Return a file to be kept."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
