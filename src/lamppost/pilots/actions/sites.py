"""Add, change and delete sites, and draw by lot which of them get the technology."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Partnership, User

from ..models import Area, GateKind, Pilot, RetiredCode, Site, SiteCovariate
from ..ports import SITE_KEEPERS
from ..queries.open_questions import letters
from ..queries.signed_facts import site_fact
from .counting import count_for_good
from .life import reopen_gates
from .void_draw import is_promised_or_drawn, void_draw

# Nothing that is taken for something else when read from a post or over the phone, and no vowels.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
CODE_LENGTH = 6


class SitesFixed(ValueError):  # noqa: N818 - a refusal
    """The sites can no longer be changed in this way; the message says why."""


class SitesReopen(SitesFixed):
    """The list of sites is signed or drawn: to change it has consequences. Ask, then say so.

    Attributes
    ----------
    kinds
        The gates that would open.
    voids
        Whether the draw, or the number promised for it, would no longer stand.
    """

    def __init__(self, message: str, kinds: Iterable[str], *, voids: bool) -> None:
        super().__init__(message)
        self.kinds, self.voids = tuple(kinds), voids


@transaction.atomic
def add_site(
    *, pilot: Pilot, by: User, values: Mapping[str, Any], reopens: bool = False, reason: str = ""
) -> Site:
    """Add a site; it gets a short code of its own.

    Parameters
    ----------
    reopens
        True when whoever adds it knows that the list of sites has to be signed anew, and that a
        draw no longer stands.
    reason
        Why, when gates are opened again. Everybody reads it; neither a draw nor a promised number
        is given up without one.

    Raises
    ------
    SitesFixed
        When measuring has started or the technology is on: sites are named before the start.
    SitesReopen
        When the list of sites is signed, drawn or promised a draw, and `reopens` is not said.
    """
    kept = _locked(pilot)
    _may_add(kept)
    _open_list(kept, by, str(values["name"]), reopens, reason)
    site = _create(kept, values)
    _no_longer_drawn(kept)
    record(partnership=kept.partnership, by=by, action="pilots.site.added", about=site)
    return site


@transaction.atomic
def add_sites(
    *,
    pilot: Pilot,
    by: User,
    rows: Iterable[Mapping[str, Any]],
    reopens: bool = False,
    reason: str = "",
) -> list[Site]:
    """Add many sites at once, all or none, with one entry in the ledger.

    Parameters
    ----------
    reopens, reason
        As of `add_site`.

    Raises
    ------
    SitesFixed, SitesReopen
        As `add_site`.
    """
    kept, given = _locked(pilot), list(rows)
    _may_add(kept)
    _open_list(kept, by, ", ".join(str(one["name"]) for one in given), reopens, reason)
    sites = [_create(kept, values) for values in given]
    _no_longer_drawn(kept)
    record(partnership=kept.partnership, by=by, action="pilots.sites.imported", about=kept)
    return sites


def _locked(pilot: Pilot) -> Pilot:
    return Pilot.objects.select_for_update().get(pk=pilot.pk)


def signing_sites(pilot: Pilot) -> list[str]:
    """Return the passed gates that sign the list of sites."""
    kinds = [GateKind.SITES.value, GateKind.DISCLOSURE.value]
    passed = set(pilot.gates.filter(kind__in=kinds).values_list("kind", flat=True))
    return [kind for kind in kinds if kind in passed]


def _open_list(
    pilot: Pilot, by: User, what: str, reopens: bool, reason: str, *, redraws: bool = True
) -> None:
    """Open the gates again that sign the list of sites, or refuse where nobody knows of it.

    Parameters
    ----------
    redraws
        Whether it changes who was drawn: then the draw no longer stands.
    """
    kinds, voids = signing_sites(pilot), redraws and is_promised_or_drawn(pilot)
    if not kinds and not voids:
        return
    if pilot.decided_on:
        raise SitesFixed(_("This pilot is decided. What was signed for it stays."))
    if not reopens or (voids and not letters(reason)):
        raise SitesReopen(_reopens_message(pilot, kinds, voids), kinds, voids=voids)
    if voids:
        void_draw(pilot, by, reason)
    if not kinds:
        return
    with translation.override(pilot.partnership.language):
        told = _("The list of sites changes (%(what)s).") % {"what": what}
        if pilot.measuring:
            told = f"{told} {_('Nothing is measured until it is signed anew.')}"
    reopen_gates(pilot=pilot, by=by, kinds=kinds, told=told, reason=reason)
    pilot.refresh_from_db()


def _reopens_message(pilot: Pilot, kinds: Collection[str], voids: bool) -> str:
    drawn = ""
    if voids and pilot.lottery_seed is None:
        drawn = _("A number is promised for these sites. After this the promise no longer stands.")
    elif voids:
        drawn = _("The sites were drawn by lot. After this the draw no longer stands.")
    if not kinds:
        return drawn
    names = ", ".join(str(GateKind(kind).label) for kind in kinds)
    signed = _(
        "The list of sites was signed (%(gates)s). If you change it, it has to be signed again, "
        "and until then nothing is measured."
    ) % {"gates": names}
    return f"{signed} {drawn}".strip()


def _may_add(pilot: Pilot) -> None:
    if why := why_no_more_sites(pilot):
        raise SitesFixed(why)


def why_no_more_sites(pilot: Pilot) -> str:
    """Say why no site can be added; empty when one can.

    A site that is named once measuring has started has no baseline, and nobody signed for it. Of
    a pilot that ran already when it was entered the sites are named afterwards.
    """
    if pilot.decided_on:
        return _("It is decided how this pilot ends. Start another pilot for more sites.")
    if pilot.technology_on and not pilot.joined_late_on:
        return _("The technology is on. Sites are named before that; start another pilot for more.")
    return _stay_as_named(pilot) if pilot.measuring_on else ""


def _stay_as_named(pilot: Pilot) -> str:
    """Say that measuring fixed the sites, and what to open where that can still be done."""
    said = _("Measuring has started: pilot and comparison sites stay as named.")
    if not pilot.gates.filter(kind=GateKind.MEASURING).exists():
        return said
    remedy = _("Open the gate “%(gate)s” again first.") % {"gate": GateKind.MEASURING.label}
    return f"{said} {remedy}"


def _is_taken(code: str) -> bool:
    """Say whether a site has this code, or had it: what is printed leads to one place for ever."""
    return any(model.objects.filter(code=code).exists() for model in (Site, RetiredCode))


def _create(pilot: Pilot, values: Mapping[str, Any]) -> Site:
    given = dict(values)
    known = given.pop("known", {})
    while True:
        code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
        if _is_taken(code):
            continue
        try:
            with transaction.atomic():
                site = Site.objects.create(**{"pilot": pilot, "code": code, **given})
            _write_known(site, known)
            return site
        except IntegrityError:
            if "code" in given or not Site.objects.filter(code=code).exists():
                raise


def _write_known(site: Site, known: Mapping[str, float]) -> None:
    site.covariates.all().delete()
    SiteCovariate.objects.bulk_create(
        SiteCovariate(site=site, name=name, value=value) for name, value in known.items()
    )


def _no_longer_drawn(pilot: Pilot) -> None:
    """A site that a person added, moved or took out was not drawn by lot."""
    if pilot.lottery_seed is not None:
        pilot.randomised, pilot.lottery_seed = False, None
        pilot.save(update_fields=["randomised", "lottery_seed"])
        pilot.sites.exclude(step=None, block="").update(step=None, starts_on=None, block="")
    if pilot.lottery_commitment:
        # A number promised for other sites is worth nothing for these.
        pilot.lottery_commitment, pilot.lottery_committed_at = "", None
        pilot.lottery_secret = None
        pilot.save(update_fields=["lottery_commitment", "lottery_committed_at", "lottery_secret"])


@transaction.atomic
def change_site(
    *, site: Site, by: User, values: Mapping[str, Any], reopens: bool = False, reason: str = ""
) -> Site:
    """Change a site; pilot or comparison is fixed once measuring has started.

    Parameters
    ----------
    reopens, reason
        As of `add_site`. What is known of a site is signed by no gate.

    Raises
    ------
    SitesFixed
        When the arm would change after the measuring gate.
    SitesReopen
        When the list of sites is signed or drawn, and `reopens` is not said.
    """
    kept = Site.objects.select_for_update().select_related("pilot__partnership").get(pk=site.pk)
    signed = kept.name, site_fact(kept)
    given = dict(values)
    known = given.pop("known", None)
    changed = changed_fields(kept, given)
    if known is not None and known != dict(kept.covariates.values_list("name", "value")):
        _write_known(kept, known)
        changed = [*changed, "known"]
    if not changed:
        return kept
    if "arm" in changed and kept.pilot.measuring_on:
        raise SitesFixed(_stay_as_named(kept.pilot))
    if signed != (kept.name, site_fact(kept)):
        moved = "arm" in changed
        _open_list(kept.pilot, by, signed[0], reopens, reason, redraws=moved)
    if "arm" in changed:
        _no_longer_drawn(kept.pilot)
    if {"arm", "neighbourhood", "name"} & set(changed):
        count_for_good(kept.pilot)
    if stored := [name for name in changed if name != "known"]:
        kept.save(update_fields=stored)
    record(
        partnership=kept.pilot.partnership,
        by=by,
        action="pilots.site.changed",
        about=kept,
        fields=changed,
    )
    return kept


@transaction.atomic
def delete_site(*, site: Site, by: User, reopens: bool = False, reason: str = "") -> None:
    """Delete a site at which nothing was measured or said.

    Parameters
    ----------
    reopens, reason
        As of `add_site`.

    Raises
    ------
    SitesFixed
        After the measuring gate, or when somebody left an answer or a reading there.
    SitesReopen
        When the list of sites is signed or drawn, and `reopens` is not said.
    """
    kept = Site.objects.select_related("pilot__partnership").get(pk=site.pk)
    pilot = kept.pilot = _locked(kept.pilot)
    if why := why_site_stays(kept):
        raise SitesFixed(why)
    _open_list(pilot, by, kept.name, reopens, reason)
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
def set_areas(*, partnership: Partnership, by: User, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write down the neighbourhoods, in place of those that were there."""
    Area.objects.filter(partnership=partnership).delete()
    Area.objects.bulk_create(Area(partnership=partnership, **row) for row in rows)
    record(partnership=partnership, by=by, action="pilots.areas.set", about=partnership)
