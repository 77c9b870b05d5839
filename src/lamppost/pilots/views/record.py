"""What the small pages of a pilot's record share: a form and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lamppost.accounts.roles import Right

from ..actions.agreement import RecordFixed
from ..actions.commitments import CommitmentRefused
from ..actions.gates import GateShut
from ..actions.jurors import DeclarationRefused
from ..actions.life import LifeRefused
from ..actions.lot import LotRefused
from ..actions.outcome import ChangeFixed
from ..actions.planning import PlanFixed
from ..actions.pulse import PulseRefused
from ..actions.signing import SigningRefused
from ..actions.specification import SpecificationFixed
from ..actions.tasks import TaskRefused
from ..forms.life import ReasonForm
from ..models import GateKind, Pilot
from .common import may, user_of

REFUSALS = (
    RecordFixed,
    DeclarationRefused,
    TaskRefused,
    SigningRefused,
    LifeRefused,
    GateShut,
    CommitmentRefused,
    LotRefused,
    SpecificationFixed,
    ChangeFixed,
    PlanFixed,
    PulseRefused,
)
# What the page that asks once more sends besides what was filled in, which may have a "reason" too.
ASKED = "reopens"


@dataclass(frozen=True)
class Page:
    """A page with one form.

    Attributes
    ----------
    back
        Where the form leads to, and its way out.
    parent
        Name of the page above it.
    lead, lead_language
        What stands below the title; its language where it is the partnership's words.
    who
        Who will see what is written; empty where that is said elsewhere.
    """

    title: str
    parent: str
    back: str
    saved: str
    save: str = ""
    lead: str = ""
    lead_language: str = ""
    who: str = ""


def form_page(
    request: HttpRequest,
    pilot: Pilot,
    page: Page,
    form: BaseForm,
    act: Callable[[], Any],
    template: str = "pilots/record_form.html",
    **more: Any,
) -> HttpResponse:
    """Show a form; on a valid POST do `act` and go back, or say beside the form why not.

    Parameters
    ----------
    more
        What a template of its own needs besides.
    """
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except REFUSALS as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, page.saved)
            return redirect(page.back)
    context = {
        **more,
        "pilot": pilot,
        "form": form,
        "page": page,
        "multipart": form.is_multipart(),
        "save": page.save or _("Save"),
    }
    return render(request, template, context)


def action_page(
    request: HttpRequest, pilot: Pilot, page: Page, form: BaseForm, action: Callable[..., Any]
) -> HttpResponse:
    """Show a form whose fields are all that `action` needs besides the pilot and who does it."""
    by = user_of(request)
    return form_page(
        request, pilot, page, form, lambda: action(pilot=pilot, by=by, **form.cleaned_data)
    )


def confirm_page(
    request: HttpRequest, act: Callable[[], Any], *, done: str, back: str, **words: str
) -> HttpResponse:
    """Ask once more; on POST do `act`, and say what came of it."""
    if request.method != "POST":
        return render(request, "base_confirm.html", {**words, "cancel_url": back})
    return press(request, act, done=done, back=back)


def press(request: HttpRequest, act: Callable[[], Any], *, done: str, back: str) -> HttpResponse:
    """Do what a single button asks for, and say what came of it."""
    try:
        act()
    except REFUSALS as why:
        messages.error(request, str(why))
    else:
        messages.success(request, done)
    return redirect(back)


def reopens_page(
    request: HttpRequest,
    pilot: Pilot,
    again: Sequence[str],
    changes: Sequence[tuple[str, str, str]],
    carried: Sequence[str],
    back: str,
    *,
    voids: bool = False,
) -> HttpResponse:
    """Name what of a signed gate or a draw would change and what follows, and ask for the reason.

    Parameters
    ----------
    again
        The gates that would open; the first signed it.
    changes
        What changes: its name, as it was signed, as it would be.
    carried
        What was filled in, as hidden fields.
    back
        The page above.
    voids
        Whether a draw, or the number promised for one, would no longer stand.
    """
    context = {
        "pilot": pilot,
        "gate": GateKind(again[0]).label if again else "",
        "voids": voids,
        "promised": voids and pilot.lottery_seed is None,
        "carried": carried,
        "form": ReasonForm(request.POST if ASKED in request.POST else None, prefix=ASKED),
        "changes": changes,
        "again": [GateKind(one).label for one in again],
        "stops": pilot.measuring and bool(again),
        "back": back,
    }
    return render(request, "pilots/reopens.html", context)


def reopening(request: HttpRequest) -> dict[str, Any]:
    """Return `reopens` and `reason` as the page that asks once more sent them."""
    reason = ReasonForm(request.POST, prefix=ASKED)
    asked = may(request, Right.PASS_GATES) and ASKED in request.POST and reason.is_valid()
    return {"reopens": asked, "reason": reason.cleaned_data["reason"] if asked else ""}
