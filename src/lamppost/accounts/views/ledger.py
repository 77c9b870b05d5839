"""The ledger: every member may read who did what, when."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from lamppost.accounts import ledger_words, queries
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right


@requires(Right.VIEW_LEDGER)
def ledger(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    stage = request.GET.get("stage", "")
    if stage not in ledger_words.STAGES:
        stage = ""
    page = queries.ledger_page(partnership, stage, request.GET.get("page", "1"))
    return render(
        request,
        "accounts/ledger.html",
        {
            "page": page,
            "lines": [ledger_words.line_of(entry) for entry in page],
            "stage": stage,
            "stages_of_ledger": ledger_words.STAGES.items(),
        },
    )
