"""The lot: promised before it is drawn, drawn once, repeatable by anybody."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import DrawnSite, GateKind, Pilot, Site
from ..queries.matching import pairs_of
from .sites import signing_sites

# Nobody can try all numbers of this length until one fits what was published.
SEED_BITS = 128


class LotRefused(ValueError):  # noqa: N818 - a refusal
    """There is nothing to draw from, or it was drawn already."""


def commitment_to(seed: int) -> str:
    """Return what is published before the draw: the SHA-256 of the seed in decimal digits."""
    return hashlib.sha256(str(seed).encode()).hexdigest()


def lot_order(codes: Iterable[str], seed: int) -> list[str]:
    """Return the codes in the order of the lot."""
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest())


@transaction.atomic
def promise_lot(*, pilot: Pilot, by: User, seed: int | None = None) -> str:
    """Choose the seed now and publish its SHA-256, so that nobody can look for one that suits.

    The sites stand: one that is added, taken out or moved between pilot and comparison afterwards
    makes the promise void. Their neighbourhood and what is known of them, by which `draw_by_lot`
    may form blocks, can still be corrected: nobody sees the number before it is drawn.

    Parameters
    ----------
    seed
        The number, where a town that is made up has to be drawn in the same way each time.

    Returns
    -------
    str
        The commitment, public from now on.
    """
    kept = _locked(pilot)
    _may_draw(kept)
    if kept.lottery_commitment:
        raise LotRefused(_("The number is promised already. Draw now."))
    kept.lottery_secret = secrets.randbits(SEED_BITS) if seed is None else seed
    kept.lottery_commitment = commitment_to(kept.lottery_secret)
    kept.lottery_committed_at = timezone.now()
    kept.save(update_fields=["lottery_secret", "lottery_commitment", "lottery_committed_at"])
    record(partnership=kept.partnership, by=by, action="pilots.lot.promised", about=kept)
    return kept.lottery_commitment


@transaction.atomic
def draw_by_lot(*, pilot: Pilot, by: User, pilot_sites: int, within: str = "") -> int:
    """Draw which sites get the technology, and return the seed.

    The sites are ordered by the SHA-256 of ``"<seed>:<code>"``, as hexadecimal digits; the first
    `pilot_sites` of them get the technology, the others are compared. Anybody can repeat that.

    Parameters
    ----------
    within
        ``pairs``: of every two sites that are alike the first in that order gets it, and
        `pilot_sites` is not used; ``area``: of every neighbourhood the first half, rounded down
        at least one. Empty: of all sites.

    Raises
    ------
    LotRefused
        When no number was promised, the sites were drawn already, measuring has started, or the
        number does not leave at least one site on each side.
    """
    kept = _locked(pilot)
    sites = _may_draw(kept)
    if not within and not 0 < pilot_sites < len(sites):
        raise LotRefused(
            _("There are %(count)d sites. Leave at least one on each side.") % {"count": len(sites)}
        )
    blocks = _blocks(kept, sites, within)
    seed = _promised(kept)
    for name, block in blocks:
        most = pilot_sites if not within else max(1, len(block) // 2)
        drawn = lot_order([site.code for site in block], seed)[:most]
        for site in block:
            site.arm = Site.Arm.PILOT if site.code in drawn else Site.Arm.COMPARISON
            site.block, site.step, site.starts_on = name, None, None
    _store(kept, sites, by, seed)
    return seed


@transaction.atomic
def draw_steps(*, pilot: Pilot, by: User, starts: Sequence[dt.date], left_out: int = 0) -> int:
    """Draw the order in which sites get the technology, in steps that start on these days.

    Sites of later steps are what earlier ones are compared with (a stepped rollout; Hussey and
    Hughes 2007, Contemporary Clinical Trials 28(2)). Steps are as equal as they can be, the
    earlier ones larger.

    Parameters
    ----------
    left_out
        How many sites stay as they are: the last ones of the draw become comparison sites. With 0
        the last step is compared with nothing, and the gates ask for a public reason.

    Raises
    ------
    LotRefused
        As `draw_by_lot`; also when the days are fewer than two, not in order, or more than the
        sites that are drawn.
    """
    kept = _locked(pilot)
    sites = _may_draw(kept)
    drawn, steps = len(sites) - left_out, len(starts)
    if steps < 2 or list(starts) != sorted(set(starts)):
        raise LotRefused(_("Give at least two days, each later than the one before."))
    if left_out < 0 or steps > drawn:
        raise LotRefused(
            _("There are %(count)d sites. Leave at least one for each step.")
            % {"count": len(sites)}
        )
    seed = _promised(kept)
    by_code = {site.code: site for site in sites}
    order = lot_order(by_code, seed)
    for place, code in enumerate(order):
        site = by_code[code]
        site.arm, site.block = Site.Arm.COMPARISON, ""
        site.step, site.starts_on = None, None
        if place < drawn:
            step = place * steps // drawn
            site.arm, site.step, site.starts_on = Site.Arm.PILOT, step + 1, starts[step]
    _store(kept, sites, by, seed)
    return seed


def _locked(pilot: Pilot) -> Pilot:
    return Pilot.objects.select_for_update().get(pk=pilot.pk)


def lot_refusal(pilot: Pilot) -> str:
    """Return why no lot can be drawn now; empty when one can."""
    try:
        _may_draw(pilot)
    except LotRefused as refused:
        return str(refused)
    return ""


def _may_draw(pilot: Pilot) -> list[Site]:
    if pilot.measuring_on:
        raise LotRefused(_("Measuring has started: pilot and comparison sites stay as named."))
    if pilot.technology_on:
        raise LotRefused(
            _("The technology is on. A lot drawn now would not have chosen the sites.")
        )
    if pilot.lottery_seed is not None:
        raise LotRefused(_("These sites were drawn already. A second draw would be a choice."))
    if kinds := signing_sites(pilot):
        text = _("The list of sites is signed. Open the gate “%(gate)s” again to draw.")
        raise LotRefused(text % {"gate": GateKind(kinds[-1]).label})
    sites = list(pilot.sites.all())
    if len(sites) < 2:
        raise LotRefused(_("Add at least two sites first."))
    return sites


def _promised(pilot: Pilot) -> int:
    """Return the number that was promised; without one whoever draws could look for one."""
    if pilot.lottery_secret is None:
        raise LotRefused(
            _(
                "No number is promised. Press “Promise the number” first, so that everybody can "
                "check that you did not choose it."
            )
        )
    secret: int = pilot.lottery_secret
    return secret


def _blocks(pilot: Pilot, sites: list[Site], within: str) -> list[tuple[str, list[Site]]]:
    if within == "pairs":
        return _pairs(pilot, sites)
    if within == "area":
        return _areas(sites)
    return [("", sites)]


def _pairs(pilot: Pilot, sites: list[Site]) -> list[tuple[str, list[Site]]]:
    by_pk = {site.pk: site for site in sites}
    pairs = pairs_of(pilot)
    alone = set(by_pk) - {pk for pair in pairs for pk in pair}
    if not pairs or len(alone) > 1:
        raise LotRefused(
            _("Too little is known of the sites to find pairs. Write down what is known of each.")
        )
    blocks = [(f"{number}", [by_pk[a], by_pk[b]]) for number, (a, b) in enumerate(pairs, 1)]
    for pk in alone:  # an odd one is compared with, and decides nothing
        by_pk[pk].arm, by_pk[pk].block = Site.Arm.COMPARISON, ""
    return blocks


def _areas(sites: list[Site]) -> list[tuple[str, list[Site]]]:
    found: dict[str, list[Site]] = {}
    for site in sites:
        found.setdefault(site.neighbourhood.strip(), []).append(site)
    lonely = [name or "…" for name, block in found.items() if len(block) < 2]
    if lonely:
        raise LotRefused(
            _("A neighbourhood needs two sites to draw within it. One only: %(names)s.")
            % {"names": ", ".join(sorted(lonely))}
        )
    return sorted((name[:40], block) for name, block in found.items())


def _store(pilot: Pilot, sites: list[Site], by: User, seed: int) -> None:
    Site.objects.bulk_update(sites, ["arm", "block", "step", "starts_on"])
    pilot.lottery_seed, pilot.randomised, pilot.lottery_secret = seed, True, None
    pilot.save(update_fields=["randomised", "lottery_seed", "lottery_secret"])
    DrawnSite.objects.bulk_create(DrawnSite(pilot=pilot, site=site) for site in sites)
    record(
        partnership=pilot.partnership,
        by=by,
        action="pilots.sites.drawn",
        about=pilot,
        fields=["arm", f"drawn number {seed}"],
    )
