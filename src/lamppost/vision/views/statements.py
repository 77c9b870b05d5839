"""More statements of the partnership's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right

from ..actions import add_seed_statements
from ..forms.conversations import SeedsForm
from .conversations import conversation_of


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def add_seeds(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Add the partnership's own statements, one on each line."""
    conversation = conversation_of(partnership, code)
    form = SeedsForm(request.POST or None, initial={"language": conversation.language})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["seeds"]
        added = add_seed_statements(
            conversation=conversation,
            by=request.user,  # type: ignore[arg-type]
            texts=wanted,
            language=form.cleaned_data["language"],
        )
        _say_added(request, len(added), len(wanted) - len(added))
        return redirect(reverse("vision:conversation", args=[partnership.slug, code]))
    context = {"conversation": conversation, "form": form}
    return render(request, "vision/statement_seeds.html", context)


def _say_added(request: HttpRequest, added: int, there: int) -> None:
    text = ngettext("%(count)d statement was added.", "%(count)d statements were added.", added) % {
        "count": added
    }
    if there:
        text += " " + ngettext(
            "%(count)d was there already.", "%(count)d were there already.", there
        ) % {"count": there}
    messages.success(request, text)
