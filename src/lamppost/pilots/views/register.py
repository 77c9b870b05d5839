"""The sensor register: of a pilot, and of the whole instance; as pages and for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, public, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of
from lamppost.base.spreadsheet import write_csv

from ..actions import register as actions
from ..forms.register import EntryForm, NoDeviceForm
from ..models import GateKind, Pilot, RegisterEntry
from ..queries import register as queries
from .common import may, pilot_of, url, user_of, way_on
from .record import Page, confirm_page, form_page


@partnership_page
@require_GET
def register(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show what stands in the register for a pilot, and what it still lacks."""
    found = pilot_of(partnership, pilot)
    may_edit = may(request, Right.EDIT_PILOTS)
    context = {
        "pilot": found,
        "entries": queries.entries_of(found),
        "obstacles": queries.register_obstacles(found) if may_edit else [],
        "may_edit": may_edit,
        "is_member": may(request, Right.VIEW_DESK),
        "way_on": way_on(request, found, GateKind.DISCLOSURE),
        "days": settings.NOTICE_DAYS,
        "from_day": None if found.measuring_on else queries.measuring_from(found),
    }
    return render(request, "pilots/register.html", context)


def _save(
    request: HttpRequest, found: Pilot, form: EntryForm, page: Page, entry: RegisterEntry | None
) -> HttpResponse:
    def save() -> None:
        values: dict[str, Any] = {"by": user_of(request), "values": form.entry()}
        values["reopens"] = form.cleaned_data["reopens"]
        try:
            if entry is None:
                actions.add_entry(pilot=found, **values)
            else:
                actions.change_entry(entry=entry, **values)
        except actions.RegisterReopens:
            form.asked.add("reopens")
            raise

    return form_page(request, found, page, form, save)


def _page(pilot: Pilot, title: str, saved: str) -> Page:
    who = _("Everybody. The register is public.")
    return Page(title, _("Sensor register"), url("register", pilot), saved, who=who)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_entry(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    page = _page(found, _("Add a device"), _("The device stands in the register."))
    return _save(request, found, EntryForm(request.POST or None, pilot=found), page, None)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def no_device(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say in public why no device stands anywhere, or take that back."""
    found = pilot_of(partnership, pilot)
    title = _("No device stands anywhere")
    page = _page(found, title, _("The register says it."))
    form = NoDeviceForm(request.POST or None, pilot=found)

    def save() -> None:
        data = form.cleaned_data
        try:
            actions.say_no_device(
                pilot=found, by=user_of(request), reason=data["reason"], reopens=data["reopens"]
            )
        except actions.RegisterReopens:
            form.asks_again()
            raise

    return form_page(request, found, page, form, save)


def _entry_of(pilot: Pilot, pk: int) -> RegisterEntry:
    return get_object_or_404(pilot.register_entries, pk=pk)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_entry(
    request: HttpRequest, partnership: Partnership, pilot: int, entry: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    form = EntryForm(request.POST or None, pilot=found, instance=_entry_of(found, entry))
    page = _page(found, _("Change a device"), _("The entry is saved."))
    return _save(request, found, form, page, _entry_of(found, entry))


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_entry(
    request: HttpRequest, partnership: Partnership, pilot: int, entry: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _entry_of(found, entry)
    return confirm_page(
        request,
        lambda: actions.delete_entry(entry=kept, by=user_of(request)),
        done=_("The entry is deleted."),
        back=url("register", found),
        question=_("Delete “%(entry)s” from the register?") % {"entry": kept.name},
        consequence=_("Nobody finds this device in the public register any more."),
        confirm_label=_("Delete"),
    )


@partnership_page
@require_GET
def register_json(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    return _as_json(queries.entries_of(pilot_of(partnership, pilot)))


@partnership_page
@require_GET
def register_csv(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    return _as_csv(queries.entries_of(pilot_of(partnership, pilot)), f"register-{pilot}")


@public
@require_GET
def whole_register(request: HttpRequest) -> HttpResponse:
    """Show every device of every pilot of this instance."""
    page = page_of(request, queries.in_force())
    return render(request, "pilots/register_all.html", {"page": page})


@public
@require_GET
def whole_register_json(request: HttpRequest) -> HttpResponse:
    return _as_json(queries.in_force())


@public
@require_GET
def whole_register_csv(request: HttpRequest) -> HttpResponse:
    return _as_csv(queries.in_force(), "register")


def _as_json(entries: Iterable[RegisterEntry]) -> HttpResponse:
    records: list[dict[str, Any]] = queries.export(entries)
    response = JsonResponse(records, safe=False, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _as_csv(entries: Iterable[RegisterEntry], name: str) -> HttpResponse:
    content = write_csv(queries.CSV_COLUMNS, queries.csv_rows(queries.export(entries)))
    response = HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
