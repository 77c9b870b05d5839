"""A tablet at a place: one person after another, nobody's answers left on it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lamppost.accounts.permissions import attach, public
from lamppost.base.addresses import client_address
from lamppost.voices.identity import new_device
from lamppost.voices.levels import rank

from .. import who_sees
from ..actions import VALUES, NeedsStep, NotOpen, NotVotable
from ..actions.kiosks import vote_at_kiosk
from ..models import Kiosk
from ..phases import Phase, phase
from ..queries.kiosks import is_running, kiosk_with, person_at
from ..queries.votes import answered, next_ballot, statement_to_vote_on

COOKIE = "lamppost_kiosk"
SALT = "lamppost.vision.kiosk"
# After so many seconds without a touch the next person begins; the page looks by itself then.
QUIET = 60
# A press on the last second is on its way when the time is over.
GRACE = 15


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """Show the start, a statement or the thanks; take a press."""
    found = kiosk_with(token)
    if found is None:
        raise Http404
    attach(request, found.conversation.partnership)
    here = reverse("kiosk", args=[token])
    if not _takes_answers(found):
        answer = _page(request, found, here, "over", status=410)
        return _forget(answer, here)
    if request.method == "POST":
        return _take(request, found, here)
    return _show(request, found, here)


def _takes_answers(found: Kiosk) -> bool:
    conversation = found.conversation
    asks_nothing = rank(conversation.verification) == 0
    return is_running(found) and phase(conversation) is Phase.OPEN and asks_nothing


def _person(request: HttpRequest, seconds: int) -> str | None:
    """Return who stands there: touched within so many seconds, else nobody."""
    raw = request.COOKIES.get(COOKIE, "")
    try:
        return signing.TimestampSigner(salt=SALT).unsign(raw, max_age=seconds)
    except signing.BadSignature:
        return None


def _remember(response: HttpResponse, person: str, here: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        signing.TimestampSigner(salt=SALT).sign(person),
        max_age=QUIET + GRACE,
        path=here,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _forget(response: HttpResponse, here: str) -> HttpResponse:
    """Leave nothing of this person on the tablet, their language neither."""
    response.delete_cookie(COOKIE, path=here, samesite="Lax")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


def _take(request: HttpRequest, found: Kiosk, here: str) -> HttpResponse:
    if request.POST.get("do") == "finish":
        rotate_token(request)
        return _forget(_see(f"{here}?done=1"), here)
    if request.POST.get("do") == "start":
        return _remember(_see(here), new_device(), here)
    person = _person(request, QUIET + GRACE)
    if person is None:
        rotate_token(request)
        return _forget(_see(here), here)
    if request.POST.get("do") == "stay":
        return _remember(_see(here), person, here)
    statement = statement_to_vote_on(found.conversation, request.POST.get("statement", ""))
    value = VALUES.get(request.POST.get("vote", ""))
    if statement is None or value is None:
        return _remember(_see(here), person, here)
    try:
        vote_at_kiosk(
            kiosk=found,
            person=person,
            statement=statement,
            value=value,
            address=client_address(request),
        )
    except (NotOpen, NotVotable, NeedsStep):
        return _remember(_see(f"{here}?gone=1"), person, here)
    return _remember(_see(here), person, here)


def _see(url: str) -> HttpResponse:
    response = redirect(url)
    response.status_code = 303
    return response


def _show(request: HttpRequest, found: Kiosk, here: str) -> HttpResponse:
    person = _person(request, QUIET)
    if person is None:
        was_somebody = COOKIE in request.COOKIES
        if was_somebody:  # before the page is made: its form carries the new token
            rotate_token(request)
        answer = _page(request, found, here, "done" if "done" in request.GET else "start")
        return _forget(answer, here) if was_somebody else answer
    participant = person_at(found, person)
    ballot = next_ballot(found.conversation, participant, person, get_language() or "en")
    context: dict[str, Any] = {
        "ballot": ballot,
        "answered": answered(found.conversation, participant),
        "who": who_sees.of_vote_at_kiosk(found.conversation),
        "fault": _("That statement was taken back. Here is another.")
        if "gone" in request.GET
        else "",
    }
    return _page(request, found, here, "ballot" if ballot else "end", **context)


def _page(
    request: HttpRequest, found: Kiosk, here: str, state: str, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "kiosk": found,
        "conversation": found.conversation,
        "here": here,
        "state": state,
        # The page asks again by itself; then the tablet is free for the next person.
        "again": {"ballot": QUIET, "end": 20, "done": 10}.get(state, 300),
        "language_next": here,
        **more,
    }
    return render(request, "vision/kiosk.html", context, status=status)
