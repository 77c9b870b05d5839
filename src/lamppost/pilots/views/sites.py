"""Sites: the list with its map, one site, many sites, the lot, sheets to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from .. import actions, queries
from ..forms import SiteForm, SitesForm
from ..forms.town import middle_of_town
from ..models import GateKind, Pilot, Site
from ..queries.areas import area_names, served_areas, served_by_need
from ..queries.matching import balance_of, suggestions
from ..queries.signed_facts import SITE, fact_pairs, site_fact
from ..queries.sites import draws_of
from ..queries.steps import steps_of
from ..sheets import sheet_of
from .common import may, pilot_of, site_of, url, user_of, way_on
from .record import reopening, reopens_page

MARKS_SHOWN = 100
# Sites on one page of the list; the map shows all of them.
ROWS = 100


@partnership_page
@require_GET
def site_list(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    sites = queries.sites_by_arm(found)
    settled = queries.arms_settled(found, sites)
    marks = queries.map_marks(sites, settled=settled)
    may_edit = may(request, Right.EDIT_PILOTS)
    context = {
        "pilot": found,
        "sites": sites,
        "settled": settled,
        "map": {
            "marks": [mark.to_json() for mark in marks],
            "tiles": settings.MAP_TILES,
            "attribution": settings.MAP_ATTRIBUTION,
            "closer": _("Closer"),
            "farther": _("Farther"),
            # The map writes the number itself: it changes with the view.
            "many": _("{count} sites: look closer"),
        },
        "rows": page_of(request, sites, size=ROWS),
        "has_map": bool(marks),
        "without_place": len(sites) - len(marks),
        "may_edit": may_edit,
        "may_print": may(request, Right.VIEW_DESK),
        "way_on": way_on(request, found, GateKind.SITES, GateKind.DISCLOSURE),
        "may_add": may_edit and not actions.why_no_more_sites(found),
        "may_draw": may_edit and _may_draw(found, sites),
        "draws": draws_of(found),
        "past_draws": found.past_draws.all(),
        "drawn_within": any(site.block for site in sites),
        "steps_drawn": any(site.step for site in sites),
        "steps": steps_of(found, sites) if _has_turns(found, sites) else [],
        "alike": page_of(request, suggestions(found), size=ROWS),
        "balance": balance_of(found) if settled else [],
        "areas": served_areas(found),
        "needs": served_by_need(found),
    }
    return render(request, "pilots/sites.html", context)


def _has_turns(pilot: Pilot, sites: list[Site]) -> bool:
    """Whether sites get it one after the other; of a pilot stopped before that, none does."""
    began = pilot.technology_on or not pilot.decided_on
    return bool(began) and any(site.step for site in sites)


def _may_draw(pilot: Pilot, sites: list[Site]) -> bool:
    return len(sites) > 1 and pilot.lottery_seed is None and pilot.measuring_on is None


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_site(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    if why := actions.why_no_more_sites(found):
        return _named_already(request, found, why)
    form = SiteForm(request.POST or None, pilot=found, middle=middle_of_town(found))
    form.name_areas(area_names(partnership))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_site(
                pilot=found,
                by=user_of(request),
                values=form.cleaned_data,
                **reopening(request),
            )
        except actions.SitesReopen as asks:
            if may(request, Right.PASS_GATES):
                new = _as_listed(Site(**_columns(form.cleaned_data)))
                return _ask_to_reopen(request, found, asks, [("", new)], _carried(form))
            form.add_error(None, str(asks))
        except actions.SitesFixed as fixed:
            form.add_error(None, str(fixed))
        else:
            messages.success(request, _("The site is added, with a page and a code of its own."))
            return redirect(url("sites", found))
    context = {"pilot": found, "form": form, "map": _place_map(found)}
    return render(request, "pilots/site_form.html", context)


def _named_already(request: HttpRequest, pilot: Pilot, why: str) -> HttpResponse:
    """Say why no site can be added, to whoever comes by an address instead of the button."""
    context = {"pilot": pilot, "why": why}
    return render(request, "pilots/sites_named.html", context, status=409)


def _ask_to_reopen(
    request: HttpRequest,
    pilot: Pilot,
    asks: actions.SitesReopen,
    changes: Iterable[tuple[str, str]],
    carried: Sequence[str],
) -> HttpResponse:
    """Name which site changes and what follows, and ask for the reason.

    Parameters
    ----------
    changes
        The site as it was signed, and as it would be; one of them empty where it is new or goes.
    """
    label, none = _("site"), _("not in the list")
    named = [(label, old or none, new or none) for old, new in changes]
    back = url("sites", pilot)
    return reopens_page(request, pilot, asks.kinds, named, carried, back, voids=asks.voids)


def _as_listed(site: Site) -> str:
    """Return a site as the signed list names it."""
    [(_label, words)] = fact_pairs({f"{SITE}{site.name}": site_fact(site)})
    return f"{site.name}: {words}"


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "known"}


def _carried(form: SiteForm) -> list[str]:
    return [form[name].as_hidden() for name, field in form.fields.items() if not field.disabled]


def _place_map(pilot: Pilot) -> dict[str, Any] | None:
    """What the script draws to tap a place; None where no site of the town has one."""
    places = Site.objects.filter(pilot__partnership=pilot.partnership, latitude__isnull=False)
    known = list(places.order_by("-pilot_id", "pk")[:MARKS_SHOWN])
    if not known:
        return None
    return {
        "at": [known[0].latitude, known[0].longitude],
        "marks": [{"name": one.name, "at": [one.latitude, one.longitude]} for one in known],
        "tiles": settings.MAP_TILES,
        "attribution": settings.MAP_ATTRIBUTION,
        "closer": _("Closer"),
        "farther": _("Farther"),
        "chosen": _("The place you tapped"),
    }


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_site(
    request: HttpRequest, partnership: Partnership, pilot: int, site: int
) -> HttpResponse:
    found = site_of(partnership, pilot, site)
    form = SiteForm(
        request.POST or None,
        pilot=found.pilot,
        instance=site_of(partnership, pilot, site),
        middle=middle_of_town(found.pilot, but=found.pk),
    )
    form.name_areas(area_names(partnership))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_site(
                site=found, by=user_of(request), values=form.cleaned_data, **reopening(request)
            )
        except actions.SitesReopen as asks:
            if may(request, Right.PASS_GATES):
                changes = [(_as_listed(found), _as_listed(Site(**_columns(form.cleaned_data))))]
                return _ask_to_reopen(request, found.pilot, asks, changes, _carried(form))
            form.add_error(None, str(asks))
        except actions.SitesFixed as fixed:
            form.add_error(None, str(fixed))
        else:
            messages.success(request, _("The site is saved."))
            return redirect(url("sites", found.pilot))
    context = {
        "pilot": found.pilot,
        "form": form,
        "site": found,
        "map": _place_map(found.pilot),
    }
    return render(request, "pilots/site_form.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_site(
    request: HttpRequest, partnership: Partnership, pilot: int, site: int
) -> HttpResponse:
    found = site_of(partnership, pilot, site)
    back = url("sites", found.pilot)
    if request.method == "POST":
        try:
            actions.delete_site(site=found, by=user_of(request), **reopening(request))
        except actions.SitesReopen as asks:
            if may(request, Right.PASS_GATES):
                changes = [(_as_listed(found), "")]
                return _ask_to_reopen(request, found.pilot, asks, changes, [])
            messages.error(request, str(asks))
        except actions.SitesFixed as fixed:
            messages.error(request, str(fixed))
        else:
            messages.success(request, _("The site is deleted."))
        return redirect(back)
    if why := actions.why_site_stays(found):
        messages.error(request, why)
        return redirect(back)
    context = {
        "question": _("Delete the site “%(site)s”?") % {"site": found.name},
        "consequence": _(
            "Its page closes. Its code stays valid and leads to the pilot. Take down the signs."
        ),
        "confirm_label": _("Delete"),
        "cancel_url": back,
    }
    return render(request, "base_confirm.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def import_sites(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    if why := actions.why_no_more_sites(found):
        return _named_already(request, found, why)
    form = SitesForm(request.POST or None, request.FILES or None, pilot=found)
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_sites(
                pilot=found, by=user_of(request), rows=form.sites, **reopening(request)
            )
        except actions.SitesReopen as asks:
            if may(request, Right.PASS_GATES):
                new = [("", _as_listed(Site(**_columns(one)))) for one in form.sites]
                return _ask_to_reopen(request, found, asks, new, [form.carried()])
            form.add_error(None, str(asks))
        except actions.SitesFixed as fixed:
            form.add_error(None, str(fixed))
        else:
            text = ngettext("%(count)d site added.", "%(count)d sites added.", len(added))
            messages.success(request, text % {"count": len(added)})
            _say_what_to_look_at(request, form)
            return redirect(url("sites", found))
    return render(request, "pilots/import_sites.html", {"pilot": found, "form": form})


def _say_what_to_look_at(request: HttpRequest, form: SitesForm) -> None:
    """Name what of a file was not taken, and which of its places look like a slip."""
    if form.left_out:
        text = _("Not taken, as they are no numbers about the sites: %(columns)s.")
        messages.info(request, text % {"columns": ", ".join(form.left_out)})
    if form.far:
        text = _("More than 100 km from the town's other sites: %(sites)s. Correct their places.")
        messages.warning(request, text % {"sites": ", ".join(form.far)})


@requires(Right.VIEW_DESK)
@require_GET
def sheet(request: HttpRequest, partnership: Partnership, pilot: int, site: int) -> HttpResponse:
    found = site_of(partnership, pilot, site)
    return render(
        request, "pilots/sheets.html", {"pilot": found.pilot, "sheets": [sheet_of(found)]}
    )


@requires(Right.VIEW_DESK)
@require_GET
def sheets(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    sites = queries.sites_by_arm(found)
    for site in sites:
        site.pilot = found
    context = {"pilot": found, "sheets": [sheet_of(site) for site in sites]}
    return render(request, "pilots/sheets.html", context)
