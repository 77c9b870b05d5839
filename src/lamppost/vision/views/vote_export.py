"""The vote matrix for hosts: Polis-compatible CSV files, or Parquet."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right

from .. import vote_files
from ..actions.vote_export import note_vote_export
from ..models import Conversation
from ..phases import Phase, phase

NAMES = {"polis": "zip", "parquet": "parquet"}


@requires(Right.EXPORT_PRIVATE)
@require_http_methods(["GET", "HEAD", "POST"])
def votes(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Say what the files hold; POST writes the ledger and sends one of them."""
    conversation = get_object_or_404(Conversation, partnership=partnership, code=code)
    if request.method != "POST":
        context = {
            "conversation": conversation,
            "closed": phase(conversation) is Phase.CLOSED,
            "has_parquet": vote_files.has_parquet(),
        }
        return render(request, "vision/landscape_votes.html", context)
    chosen = request.POST.get("as", "")
    if chosen not in NAMES or (chosen == "parquet" and not vote_files.has_parquet()):
        messages.error(request, _("Choose one of the files that can be made here."))
        return redirect("vision:landscape_votes", partnership.slug, code)
    write = vote_files.polis_archive if chosen == "polis" else vote_files.parquet_file
    stream = write(conversation)
    if stream is None:
        messages.error(request, _("Nobody has voted yet, so there is nothing to download."))
        return redirect("vision:landscape_votes", partnership.slug, code)
    note_vote_export(conversation=conversation, by=cast(User, request.user), form=chosen)
    name = f"{partnership.slug}-{code}-votes-PRIVATE.{NAMES[chosen]}"
    response = FileResponse(stream, as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)
