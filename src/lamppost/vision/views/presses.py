"""Presses that a phone may send again: how they come in, and how they are answered.

With JavaScript a press is sent by `static/lamppost/keep.js`, with a key and with how long it
waited, and is answered in JSON. Without it the same form is sent and a page follows. The rows are
the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from lamppost.voices.receipts import key_of_form, tapped_at


@dataclass(frozen=True)
class Press:
    """What names a press: its key, and when it was made if it waited."""

    key: str
    tapped_at: dt.datetime | None


def press_of(request: HttpRequest) -> Press:
    """Return the key of a press and when it was made; neither without JavaScript."""
    return Press(key_of_form(request.POST.get("key")), tapped_at(request.POST.get("waited")))


def by_script(request: HttpRequest) -> bool:
    """Say whether the script asks, which reads JSON."""
    return request.headers.get("Accept") == "application/json"


def came_late(request: HttpRequest) -> bool:
    """Say whether it waited on a phone and its page is gone: nobody is there to choose."""
    return by_script(request) and request.POST.get("late") == "yes"


def taken(request: HttpRequest, url: str) -> HttpResponse:
    """Answer that it was taken in (now or before), and where to go on."""
    if by_script(request):
        return JsonResponse({"taken": True, "next": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def refused(say: str, status: int) -> HttpResponse:
    """Tell the script in plain words that it was not taken in, and that sending again is no use."""
    return JsonResponse({"taken": False, "say": say}, status=status)


def faulty(request: HttpRequest, form: BaseForm) -> HttpResponse | None:
    """Answer the script when a form has errors: the page shows them, or words say them.

    None where no script asks: the page itself shows them.
    """
    if not by_script(request):
        return None
    if not came_late(request):
        return to_be_shown()
    return refused(" ".join(str(e) for errors in form.errors.values() for e in errors), 400)


def to_be_shown() -> HttpResponse:
    """Tell the script to send the form as a page: there is something to read or to choose."""
    return JsonResponse({"taken": False, "show": True}, status=200)
