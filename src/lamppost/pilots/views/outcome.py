"""What is piloted and what is to be bought; what the groups say; how all pilots ended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, public, requires
from lamppost.accounts.roles import Right
from lamppost.stakeholders.models import Group

from ..actions import specification as actions
from ..actions.outcome import record_change, record_view
from ..forms.commitments import GroupViewForm, SpecificationForm, VersionForm
from ..models import GateKind, GroupView, Pilot
from ..queries.outcome import Endings, endings, late_in_words
from ..queries.specification import (
    both_written,
    differences,
    first_on,
    lines_of,
    piloted_lines,
    versions_told,
)
from .common import may, pilot_of, url, user_of, way_on
from .record import Page, form_page


@partnership_page
@require_GET
def specification(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """All versions of what was piloted beside what is to be bought."""
    found = pilot_of(partnership, pilot)
    written, compared = bool(piloted_lines(found)), both_written(found)
    context = {
        "pilot": found,
        "versions": versions_told(found),
        "written": written,
        "was_on": first_on(found) is not None,
        "bought": lines_of(found, None),
        "compared": compared,
        "differences": differences(found) if compared else [],
        "late": late_in_words(found) if compared else "",
        "may_edit": may(request, Right.EDIT_PILOTS) and found.decided_on is None,
        "may_work": may(request, Right.VIEW_DESK),
        "way_on": way_on(request, found, GateKind.TECHNOLOGY),
    }
    return render(request, "pilots/specification.html", context)


def _as_text(lines: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in lines)


def _page(pilot: Pilot, title: str, saved: str, lead: str = "") -> Page:
    back, parent = url("specification", pilot), _("What is piloted, and what is bought")
    return Page(title, parent, back, saved, lead=lead, who=_("Everybody."))


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_specification(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    start = {"lines": _as_text(piloted_lines(found))}
    form = SpecificationForm(request.POST or None, initial=start)
    page = _page(found, _("What is piloted"), _("Saved."))
    return form_page(
        request,
        found,
        page,
        form,
        lambda: actions.set_specification(pilot=found, by=user_of(request), **form.cleaned_data),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_bought(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """What is to be bought; it starts from what was piloted."""
    found = pilot_of(partnership, pilot)
    start = {"lines": _as_text(lines_of(found, None) or piloted_lines(found))}
    form = SpecificationForm(request.POST or None, initial=start)
    lead = _("Copy it from the tender. What differs from what was piloted is shown to everybody.")
    page = _page(found, _("What is to be bought"), _("Saved."), lead)
    return form_page(
        request,
        found,
        page,
        form,
        lambda: actions.set_bought(pilot=found, by=user_of(request), **form.cleaned_data),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_version(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """A change of the technology: a new version from a day on."""
    found = pilot_of(partnership, pilot)
    start = {"lines": _as_text(piloted_lines(found)), "from_on": timezone.localdate()}
    form = VersionForm(request.POST or None, initial=start)

    def add() -> None:
        given: dict[str, Any] = form.cleaned_data
        record_change(
            pilot=found,
            by=user_of(request),
            you_said=_("(a change of the technology)"),
            we_did=given["what"],
            changed_on=given["from_on"],
            version=given["what"],
            lines=given["lines"],
        )

    lead = _("The chart marks this day, and each version gets a figure of its own.")
    page = _page(found, _("A new version"), _("The new version is public."), lead)
    return form_page(request, found, page, form, add)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def group_view(
    request: HttpRequest, partnership: Partnership, pilot: int, group: str
) -> HttpResponse:
    """What one of the five groups says about how the pilot should end."""
    found = pilot_of(partnership, pilot)
    if group not in Group.values:
        raise Http404
    kept = GroupView.objects.filter(pilot=found, group=group).first()
    start = {"said_on": timezone.localdate(), "said_by": str(Group(group).label)}
    form = GroupViewForm(request.POST or None, instance=kept, initial=start)
    title = _("What “%(group)s” says about how it ends") % {"group": Group(group).label}
    who, saved = _("Everybody, beside the decision."), _("What they say is recorded.")
    page = Page(title, _("The decision"), url("decide", found), saved, who=who)
    return form_page(
        request,
        found,
        page,
        form,
        lambda: record_view(pilot=found, by=user_of(request), group=group, **form.cleaned_data),
    )


@public
@require_GET
def ended(request: HttpRequest) -> HttpResponse:
    """How all pilots of this city ended, with median days."""
    context = {"real": endings(made_up=False), "made_up": endings(made_up=True)}
    return render(request, "pilots/endings.html", context)


@public
@require_GET
def ended_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    record = {
        "schema": "lamppost.endings/1",
        "url": settings.LAMPPOST_URL,
        "real": _as_record(endings(made_up=False)),
        "made_up": _as_record(endings(made_up=True)),
    }
    response = JsonResponse(record)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _as_record(found: Endings) -> dict[str, Any]:
    return {
        "pilots": found.pilots,
        "ended": found.ended,
        "scaled": found.scaled,
        "rate": found.rate,
        "endings": {
            row.code: {"count": row.count, "median_days": row.median_days} for row in found.rows
        },
    }
