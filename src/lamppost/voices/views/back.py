"""Coming back from another device: a code to print, where it is typed in, taking it back."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, public

from .. import queries, steps, who_sees
from ..forms import ReturnCodeForm
from ..identity import key_of
from ..joined_words import led_back_words, other_identity
from ..tries import may_try
from ..visitors import key_for, known_participant, remember_if_new


@partnership_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def return_code(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Make a code and show it once, to be printed or written down."""
    participant = known_participant(request, partnership)
    if request.method == "POST" and participant is not None:
        try:
            code = steps.make_return_code(participant=participant)
        except IntegrityError:
            # They erased everything in another window this very moment.
            return redirect("voices:return_code", partnership.slug)
        context = {"code": code, "back_address": f"{settings.LAMPPOST_URL}{reverse('back')}"}
        return render(request, "voices/return_code_made.html", context)
    ways: dict[str, object] = {
        "participant": participant,
        "ways": queries.ways_back(participant, key_of(request, partnership)),
        "who_by_code": who_sees.of_code_taken_back(),
        "who_elsewhere": who_sees.of_other_devices(),
    }
    return render(request, "voices/return_code.html", ways)


@partnership_page
@never_cache
@require_POST
def return_code_revoke(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Let the printed code lead nowhere any more."""
    participant = known_participant(request, partnership)
    if participant is not None:
        steps.revoke_return_code(participant=participant)
        messages.success(request, _("The code leads nowhere now. You can make a new one."))
    return redirect("voices:return_code", partnership.slug)


@partnership_page
@never_cache
@require_POST
def only_here(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Cut every other device off, and the code with them."""
    participant, key = known_participant(request, partnership), key_of(request, partnership)
    if participant is not None and key is not None:
        others = steps.only_this_device(participant=participant, key=key)
        text = ngettext(
            "%(count)d other device is cut off. What it gave stays with yours.",
            "%(count)d other devices are cut off. What they gave stays with yours.",
            others,
        )
        messages.success(request, text % {"count": others})
    return redirect("voices:return_code", partnership.slug)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest) -> HttpResponse:
    """Take a return code, and let this device lead to the answers it belongs to."""
    form = ReturnCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _come_back(request, form)
        if answer is not None:
            return answer
    return render(request, "voices/back.html", {"form": form})


def _come_back(request: HttpRequest, form: ReturnCodeForm) -> HttpResponse | None:
    given = form.cleaned_data["code"]
    # Looked up in any case, so that a refusal takes as long as an answer.
    found = queries.return_code(given)
    if not may_try(request, "return", given):
        form.add_error("code", _("These were many tries. Wait a quarter of an hour."))
        return None
    if found is None:
        fault = _(
            "This code leads nowhere. Look at the paper again. A newer code ends the one before it."
        )
        form.add_error("code", fault)
        return None
    partnership = found.participant.partnership
    key, device = key_for(request, partnership)
    try:
        joined = steps.come_back(code=found, key=key)
    except steps.OtherIdentity:
        form.add_error(None, other_identity())
        return None
    messages.success(request, _("You are back. Here is what you gave."))
    if joined.moved.kept or joined.moved.set_aside:
        messages.info(request, led_back_words(joined))
    response = redirect("voices:mine", partnership.slug)
    remember_if_new(response, device)
    return response
