"""A draw or a promise that no longer stands: kept with its number, its sites and the reason."""

from __future__ import annotations

from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import DrawnSite, PastDraw, Pilot


def is_promised_or_drawn(pilot: Pilot) -> bool:
    """Say whether a change of the sites makes a draw void, or the promise of one."""
    return pilot.lottery_seed is not None or pilot.lottery_secret is not None


def void_draw(pilot: Pilot, by: User | None, reason: str) -> PastDraw:
    """Keep the draw among those that no longer stand; its sites are drawn no more.

    Of a number that was promised and not drawn the number is kept in the same way: who gives up
    promises until one suits is seen by everybody. Called before a site of it is changed, inside
    the same transaction.
    """
    drawn = pilot.lottery_seed is not None
    seed = pilot.lottery_seed if drawn else pilot.lottery_secret
    assert seed is not None  # noqa: S101 - asked only of a pilot that was promised or drawn
    kept = PastDraw.objects.create(
        pilot=pilot,
        seed=seed,
        commitment=pilot.lottery_commitment,
        committed_at=pilot.lottery_committed_at,
        sites=[
            {
                "code": site.code,
                "name": site.name,
                "arm": site.arm if drawn else "",
                "step": site.step,
            }
            for site in pilot.sites.order_by("code")
        ],
        voided_at=timezone.now(),
        reason=reason.strip(),
    )
    DrawnSite.objects.filter(pilot=pilot).delete()
    record(partnership=pilot.partnership, by=by, action="pilots.lot.voided", about=kept)
    return kept
