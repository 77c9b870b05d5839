"""Pages of the network: meetings, sheets, calendars, ties."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.accounts.mail import mail_goes_out
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import is_demo

from ..models import Meeting


def tabs(partnership: Partnership, current: str) -> list[dict[str, object]]:
    """The views of this stage."""
    names = {"list": _("Meetings"), "ties": _("Ties"), "calendar": _("Calendar")}
    return [
        {
            "title": title,
            "url": reverse(f"network:{name}", args=[partnership.slug]),
            "current": name == current,
        }
        for name, title in names.items()
    ]


def one_meeting(partnership: Partnership, pk: int) -> Meeting:
    """Return a meeting of this partnership, or answer "not found"."""
    found = Meeting.objects.select_related("partnership")
    return get_object_or_404(found, pk=pk, partnership=partnership)


def to(partnership: Partnership, name: str, *args: object) -> HttpResponseRedirect:
    """Redirect to a page of this stage."""
    return redirect(reverse(f"network:{name}", args=[partnership.slug, *args]))


def mails_said(request: HttpRequest, count: int) -> str:
    """Say how many mails go out, or that this instance only writes them to files."""
    if mail_goes_out() or is_demo(request):
        said = ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", count)
    else:
        said = ngettext(
            "This instance sends no mail: %(count)d mail is only written to a file. "
            "Tell that person yourself.",
            "This instance sends no mail: %(count)d mails are only written to files. "
            "Tell these people yourself.",
            count,
        )
    return said % {"count": count}
