"""Add, change and delete sites, and draw by lot which of them get the technology."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User

from ..models import Pilot, RetiredCode, Site
from ..ports import SITE_KEEPERS

# Nothing that is taken for something else when read from a post or over the phone, and no vowels.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
CODE_LENGTH = 6
SEED_BITS = 48


class SitesFixed(ValueError):  # noqa: N818 - a refusal
    """The sites can no longer be changed in this way; the message says why."""


class LotRefused(ValueError):  # noqa: N818 - a refusal
    """There is nothing to draw from, or it was drawn already."""


@transaction.atomic
def add_site(*, pilot: Pilot, by: User, values: Mapping[str, Any]) -> Site:
    """Add a site; it gets a short code of its own.

    Raises
    ------
    SitesFixed
        When the technology is on: sites are named before the start.
    """
    kept = _locked(pilot)
    _may_add(kept)
    site = _create(kept, values)
    _no_longer_drawn(kept)
    record(partnership=kept.partnership, by=by, action="pilots.site.added", about=site)
    return site


@transaction.atomic
def add_sites(*, pilot: Pilot, by: User, rows: Iterable[Mapping[str, Any]]) -> list[Site]:
    """Add many sites at once, all or none, with one entry in the ledger."""
    kept = _locked(pilot)
    _may_add(kept)
    sites = [_create(kept, values) for values in rows]
    _no_longer_drawn(kept)
    record(partnership=kept.partnership, by=by, action="pilots.sites.imported", about=kept)
    return sites


def _locked(pilot: Pilot) -> Pilot:
    return Pilot.objects.select_for_update().get(pk=pilot.pk)


def _may_add(pilot: Pilot) -> None:
    # Of a pilot that ran already when it was entered the sites are named afterwards.
    named = pilot.measuring_on if pilot.joined_late_on else pilot.technology_on
    if named:
        raise SitesFixed(
            _("The technology is on. Sites are named before that; start another pilot for more.")
        )


def _is_taken(code: str) -> bool:
    """Say whether a site has this code, or had it: what is printed leads to one place for ever."""
    return any(model.objects.filter(code=code).exists() for model in (Site, RetiredCode))


def _create(pilot: Pilot, values: Mapping[str, Any]) -> Site:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
        if _is_taken(code):
            continue
        try:
            with transaction.atomic():
                return Site.objects.create(**{"pilot": pilot, "code": code, **values})
        except IntegrityError:
            if "code" in values or not Site.objects.filter(code=code).exists():
                raise


def _no_longer_drawn(pilot: Pilot) -> None:
    """A site that a person added, moved or took out was not drawn by lot."""
    if pilot.lottery_seed is not None:
        pilot.randomised, pilot.lottery_seed = False, None
        pilot.save(update_fields=["randomised", "lottery_seed"])


@transaction.atomic
def change_site(*, site: Site, by: User, values: Mapping[str, Any]) -> Site:
    """Change a site; pilot or comparison is fixed once measuring has started.

    Raises
    ------
    SitesFixed
        When the arm would change after the measuring gate.
    """
    kept = Site.objects.select_for_update().select_related("pilot__partnership").get(pk=site.pk)
    changed = changed_fields(kept, dict(values))
    if not changed:
        return kept
    if "arm" in changed:
        if kept.pilot.measuring_on:
            raise SitesFixed(_("Measuring has started: pilot and comparison sites stay as named."))
        _no_longer_drawn(kept.pilot)
    kept.save(update_fields=changed)
    record(
        partnership=kept.pilot.partnership,
        by=by,
        action="pilots.site.changed",
        about=kept,
        fields=changed,
    )
    return kept


@transaction.atomic
def delete_site(*, site: Site, by: User) -> None:
    """Delete a site at which nothing was measured or said.

    Raises
    ------
    SitesFixed
        After the measuring gate, or when somebody left an answer or a reading there.
    """
    kept = Site.objects.select_related("pilot__partnership").get(pk=site.pk)
    pilot = kept.pilot = _locked(kept.pilot)
    if why := why_site_stays(kept):
        raise SitesFixed(why)
    record(partnership=pilot.partnership, by=by, action="pilots.site.deleted", about=kept)
    retire_code(kept)
    kept.delete()
    _no_longer_drawn(pilot)


def retire_code(site: Site) -> RetiredCode:
    """Let the code of a site answer for ever, although the site is about to be deleted."""
    return RetiredCode.objects.create(
        code=site.code,
        partnership=site.pilot.partnership,
        pilot=site.pilot,
        site_name=site.name,
        pilot_title=site.pilot.title,
        language=site.pilot.partnership.language,
        retired_on=timezone.localdate(),
    )


def why_site_stays(site: Site) -> str:
    """Say why a site cannot be deleted; empty when it can."""
    if site.pilot.measuring_on:
        return _("Measuring has started: no site can be taken out.")
    if site.feedback.exists():
        return _("Residents left answers here. They would be lost with the site.")
    kept_by = [obstacle for answer in SITE_KEEPERS.ask(site) for obstacle in answer]
    return " ".join(str(obstacle.text) for obstacle in kept_by)


@transaction.atomic
def draw_by_lot(*, pilot: Pilot, by: User, pilot_sites: int, seed: int | None = None) -> int:
    """Draw which sites get the technology, and return the seed.

    The sites are ordered by the SHA-256 of ``"<seed>:<code>"``, as hexadecimal digits; the first
    `pilot_sites` of them get the technology, the others are compared. Anybody can repeat that.

    Raises
    ------
    LotRefused
        When the sites were drawn already, measuring has started, or the number does not leave
        at least one site on each side.
    """
    kept = _locked(pilot)
    sites = list(kept.sites.all())
    if kept.measuring_on:
        raise LotRefused(_("Measuring has started: pilot and comparison sites stay as named."))
    if kept.technology_on:
        raise LotRefused(
            _("The technology is on. A lot drawn now would not have chosen the sites.")
        )
    if kept.lottery_seed is not None:
        raise LotRefused(_("These sites were drawn already. A second draw would be a choice."))
    if not 0 < pilot_sites < len(sites):
        raise LotRefused(
            _("There are %(count)d sites. Leave at least one on each side.") % {"count": len(sites)}
        )
    kept.lottery_seed = secrets.randbits(SEED_BITS) if seed is None else seed
    drawn = lot_order([site.code for site in sites], kept.lottery_seed)[:pilot_sites]
    for site in sites:
        site.arm = Site.Arm.PILOT if site.code in drawn else Site.Arm.COMPARISON
    Site.objects.bulk_update(sites, ["arm"])
    kept.randomised = True
    kept.save(update_fields=["randomised", "lottery_seed"])
    record(
        partnership=kept.partnership,
        by=by,
        action="pilots.sites.drawn",
        about=kept,
        fields=["arm", f"seed {kept.lottery_seed}"],
    )
    return kept.lottery_seed


def lot_order(codes: Iterable[str], seed: int) -> list[str]:
    """Return the codes in the order of the lot."""
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest())
