"""The call, the offers and the choice: everybody's page, and those on which they are recorded."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, requires
from lamppost.accounts.roles import Right

from ..actions import agreement as actions
from ..attachments import attachment
from ..forms.agreement import (
    BidForm,
    CallForm,
    DeclarationForm,
    SelectionForm,
    WithdrawForm,
    today_first,
)
from ..models import Bid, Call, ConflictOfInterest, GateKind, Pilot
from ..queries import agreement as queries
from ..queries.gates import passed_kinds
from .common import may, pilot_of, url, user_of, way_on
from .record import Page, confirm_page, form_page


@partnership_page
@require_GET
def call_page(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show the call, who offered for how much, who chose and why, and what they declared."""
    found = pilot_of(partnership, pilot)
    call = queries.call_of(found)
    is_member, may_edit = may(request, Right.VIEW_DESK), may(request, Right.EDIT_PILOTS)
    passed = passed_kinds(found)
    context = {
        "pilot": found,
        "call": call,
        "state": queries.call_state(call),
        "past": found.past_calls.all(),
        "selection": queries.selection_of(call),
        "shows_bids": is_member or queries.offers_are_public(call),
        "is_public": queries.offers_are_public(call),
        "is_member": is_member,
        "edits_call": may_edit and not passed & {"call", "selection"},
        "edits_choice": may_edit and "selection" not in passed,
        "may_declare": may_edit and call is not None,
        "opened": queries.has_opened(call),
        "way_on": way_on(request, found, GateKind.CALL, GateKind.SELECTION),
    }
    return render(request, "pilots/call.html", context)


@partnership_page
@require_GET
def call_document(
    request: HttpRequest, partnership: Partnership, pilot: int, withdrawn: int = 0
) -> HttpResponse:
    """Give the document of the call, or of one that was withdrawn."""
    found = pilot_of(partnership, pilot)
    if withdrawn:
        past = get_object_or_404(found.past_calls, pk=withdrawn)
        return attachment(past.document, f"call-{withdrawn}")
    call = queries.call_of(found)
    if call is None:
        raise Http404
    return attachment(call.document, "call")


def _page(pilot: Pilot, title: str, saved: str, **more: str) -> Page:
    more = {"who": _("Everybody."), **more}
    return Page(title, _("Call and selection"), url("call", pilot), saved, **more)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_call(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    stored = Call.objects.filter(pilot=found).first() or Call(pilot=found)
    form = CallForm(request.POST or None, request.FILES or None, instance=stored)
    form.order_fields(form.order())

    def save() -> None:
        actions.save_call(
            pilot=found,
            by=user_of(request),
            values=form.call(),
            document=form.cleaned_data["file"],
        )

    page = _page(
        found,
        _("The call for solutions"),
        _("The call is recorded."),
        lead=_(
            "Give its days, its criteria, and its document or address; where there was no call, "
            "only the reason at the end."
        ),
    )
    return form_page(request, found, page, form, save)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def withdraw_call(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    if not queries.has_opened(queries.call_of(found)):
        return redirect(url("call", found))
    form = WithdrawForm(request.POST or None)

    def withdraw() -> None:
        actions.withdraw_call(pilot=found, by=user_of(request), **form.cleaned_data)

    page = _page(
        found,
        _("Withdraw this call"),
        _("The call is withdrawn. Record the new one."),
        save=_("Withdraw the call"),
        lead=_(
            "What it asked for stays on the public page, with your reason. Then a new call can be "
            "recorded, with other criteria."
        ),
    )
    return form_page(request, found, page, form, withdraw)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_bid(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    form = BidForm(request.POST or None, call=queries.call_of(found))

    def add() -> None:
        actions.add_bid(pilot=found, by=user_of(request), values=form.cleaned_data)

    return form_page(request, found, _bid_page(found, _("Add an offer")), form, add)


def _bid_page(pilot: Pilot, title: str) -> Page:
    who = _("Members now; everybody as soon as it is recorded who was chosen, amounts included.")
    return _page(pilot, title, _("The offer is recorded."), who=who)


def _bid_of(pilot: Pilot, pk: int) -> Bid:
    return get_object_or_404(Bid.objects.select_related("call__pilot"), call__pilot=pilot, pk=pk)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_bid(request: HttpRequest, partnership: Partnership, pilot: int, bid: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _bid_of(found, bid)
    form = BidForm(request.POST or None, call=kept.call, instance=_bid_of(found, bid))

    def change() -> None:
        actions.change_bid(bid=kept, by=user_of(request), values=form.cleaned_data)

    return form_page(request, found, _bid_page(found, _("Change the offer")), form, change)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_bid(
    request: HttpRequest, partnership: Partnership, pilot: int, bid: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _bid_of(found, bid)
    return confirm_page(
        request,
        lambda: actions.delete_bid(bid=kept, by=user_of(request)),
        done=_("The offer is deleted."),
        back=url("call", found),
        question=_("Delete the offer of “%(who)s”?") % {"who": kept.organisation},
        consequence=_("It is taken off the record; the ledger keeps that it was there."),
        confirm_label=_("Delete"),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def select(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    call = queries.call_of(found)
    if not queries.selection_of(call).bids:
        messages.info(request, _("Add who offered first. Then say which offer was chosen."))
        return redirect(url("new_bid", found))
    assert call is not None  # noqa: S101 - it has offers
    chosen = queries.selection_of(call).chosen
    start = {
        "bid": chosen and chosen.pk,
        "chosen_on": call.chosen_on or today_first()["chosen_on"],
        "chosen_by": call.chosen_by,
        "jurors": "\n".join(call.declarations.values_list("juror", flat=True)),
        "chosen_why": call.chosen_why,
    }
    form = SelectionForm(request.POST or None, call=call, initial=start)

    def choose() -> None:
        actions.choose_bid(pilot=found, by=user_of(request), **form.cleaned_data)

    page = _page(
        found,
        _("Who was chosen, and why"),
        _("The choice is recorded. All offers with their amounts are public now."),
        who=_("Everybody, together with all offers and their amounts."),
    )
    return form_page(request, found, page, form, choose)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_declaration(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    start = {**today_first(), "juror": request.GET.get("juror", "")}
    form = DeclarationForm(request.POST or None, call=queries.call_of(found), initial=start)

    def declare() -> None:
        actions.declare_interest(pilot=found, by=user_of(request), values=form.cleaned_data)

    page = _page(
        found,
        _("A declaration of interests"),
        _("The declaration is recorded."),
        lead=_("One for each person who chose: an interest in an offer, or that there is none."),
    )
    return form_page(request, found, page, form, declare)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_declaration(
    request: HttpRequest, partnership: Partnership, pilot: int, declaration: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = get_object_or_404(
        ConflictOfInterest.objects.select_related("call__pilot"),
        call__pilot=found,
        pk=declaration,
    )
    return confirm_page(
        request,
        lambda: actions.delete_declaration(declaration=kept, by=user_of(request)),
        done=_("The declaration is deleted."),
        back=url("call", found),
        question=_("Delete the declaration of “%(who)s”?") % {"who": kept.juror},
        consequence=_("It is taken off the record; the ledger keeps that it was there."),
        confirm_label=_("Delete"),
    )
