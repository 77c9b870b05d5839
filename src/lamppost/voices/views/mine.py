"""What this device gave: see it, change it, download it, take it back."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page

from .. import queries
from ..actions import erase_contribution, erase_participant, set_consent
from ..identity import device_of, key_of
from ..models import Voice
from ..visitors import forget, known_participant, left_anywhere
from ..who_sees import of_erased

PAGE_SIZE = 25


@partnership_page
@never_cache
@require_safe
def mine(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List everything that this device or account gave in this partnership."""
    participant = known_participant(request, partnership)
    everything = queries.everything_of(participant)
    page = Paginator(everything.lines, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    context = {
        "everything": everything,
        "page": page,
        "on_device": device_of(request) is not None,
        "other_devices": queries.other_devices(participant, key_of(request, partnership)),
        "known": participant is not None,
    }
    return render(request, "voices/mine.html", context)


@partnership_page
@never_cache
@require_safe
def download(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Give it all as JSON; docs/explanation/privacy.md describes the fields."""
    participant = known_participant(request, partnership)
    with override("en"):
        record = {
            "format": "lamppost-my-answers-1",
            "partnership": partnership.slug,
            "name": partnership.name,
            "downloaded_at": timezone.now().isoformat(timespec="seconds"),
            "answers": [_record(one) for one in queries.everything_of(participant).items],
            # What the phone sent with a key, so that sent again it changes nothing.
            "receipts": queries.receipts_of(participant),
            # That an e-mail code, a passkey … stands behind them; the address is kept nowhere.
            "steps": queries.steps_of(participant),
        }
    response = HttpResponse(
        json.dumps(record, ensure_ascii=False, indent=2), content_type="application/json"
    )
    name = f"my-answers-{partnership.slug}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _record(given: queries.Given) -> dict[str, object]:
    one = given.contribution
    return {
        "kind": one.kind,
        "id": one.identifier,
        "about": one.about,
        "answer": str(one.answer),
        "text": one.text,
        "shown_as": given.shown_as,
        "language": one.language,
        "given_at": one.given_at.isoformat(timespec="seconds") if one.given_at else None,
        "state": str(one.state),
        "may_be_shown": given.public,
        "details": dict(one.details),
    }


@partnership_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_one(
    request: PartnershipRequest, partnership: Partnership, kind: str, identifier: str
) -> HttpResponse:
    """Ask once more, then erase one thing."""
    participant = known_participant(request, partnership)
    given = queries.one_of(participant, kind, identifier)
    if participant is None or given is None:
        raise Http404
    if request.method != "POST":
        return render(request, "voices/mine_erase.html", {"given": given, "who": of_erased()})
    erase_contribution(participant=participant, kind=kind, identifier=identifier)
    messages.success(request, _("It is erased."))
    return redirect("voices:mine", partnership.slug)


@partnership_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_all(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Ask once more, then erase everything this device gave here."""
    participant = known_participant(request, partnership)
    if request.method != "POST":
        everything = queries.everything_of(participant)
        context = {"everything": everything, "who": of_erased()}
        return render(request, "voices/mine_erase_all.html", context)
    if participant is not None:
        erase_participant(participant=participant)
    response = render(request, "voices/mine_erased.html")
    if not left_anywhere(request):
        forget(response)
        rotate_token(request)
    return response


@partnership_page
@never_cache
@require_POST
def consent(request: PartnershipRequest, partnership: Partnership, voice: int) -> HttpResponse:
    """Withdraw consent to show one's own words, or give it again."""
    participant = known_participant(request, partnership)
    found = Voice.objects.filter(partnership=partnership, participant=participant, pk=voice).first()
    if participant is None or found is None:
        raise Http404
    agreed = request.POST.get("consent") == "yes"
    set_consent(voice=found, consent=agreed)
    if agreed:
        messages.success(request, _("Your words may be shown again, without your name."))
    else:
        messages.success(request, _("Your words are not shown any more."))
    return redirect("voices:mine", partnership.slug)
