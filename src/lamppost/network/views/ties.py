"""Who works with whom, from attendance."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from .. import queries
from . import tabs

BRIDGES = 10


@requires(Right.VIEW_NETWORK)
@require_safe
def ties(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    found = queries.network(partnership)
    context = {
        "tabs": tabs(partnership, "ties"),
        "network": found,
        "bridges": page_of(request, found.bridges, size=BRIDGES),
        "isolated": page_of(request, found.isolated, parameter="alone"),
        "may_see_people": Right.VIEW_STAKEHOLDERS in request.rights,
    }
    return render(request, "network/ties.html", context)
