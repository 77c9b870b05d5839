"""Tell residents what happens to a pilot."""

from __future__ import annotations

from django.utils import timezone

from ..models import Notice, Pilot
from ..queries.gates import shortened


def tell(pilot: Pilot, kind: str, text: str, gate: str = "") -> Notice:
    """Tell residents: at the sites, on their notices, and on the pilot's page."""
    return Notice.objects.create(
        pilot=pilot,
        kind=Notice.Kind(kind),
        gate=gate,
        text=shortened(" ".join(text.split()), 600),
        told_at=timezone.now(),
    )
