"""A draw that no longer stands: kept with its number, what was drawn, and the public reason."""

from __future__ import annotations

from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import DrawnSite, PastDraw, Pilot


def void_draw(pilot: Pilot, by: User | None, reason: str) -> PastDraw:
    """Keep the draw among those that no longer stand; its sites are drawn no more.

    Called before a site of it is changed, inside the same transaction.
    """
    assert pilot.lottery_seed is not None  # noqa: S101 - asked only of a pilot that was drawn
    kept = PastDraw.objects.create(
        pilot=pilot,
        seed=pilot.lottery_seed,
        commitment=pilot.lottery_commitment,
        committed_at=pilot.lottery_committed_at,
        sites=[
            {"code": site.code, "name": site.name, "arm": site.arm, "step": site.step}
            for site in pilot.sites.order_by("code")
        ],
        voided_at=timezone.now(),
        reason=reason.strip(),
    )
    DrawnSite.objects.filter(pilot=pilot).delete()
    record(partnership=pilot.partnership, by=by, action="pilots.lot.voided", about=kept)
    return kept
