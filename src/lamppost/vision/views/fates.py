"""What became of a resident's own statement; only they can open it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page
from lamppost.voices.visitors import known_participant

from ..queries.fates import fate_of, own_statement


@partnership_page
@never_cache
@require_safe
def my_statement(
    request: PartnershipRequest, partnership: Partnership, statement: int
) -> HttpResponse:
    """Show what became of one's own statement: read, mended, merged, answered, behind a goal."""
    found = own_statement(known_participant(request, partnership), statement)
    if found is None:
        raise Http404
    return render(request, "vision/my_statement.html", {"fate": fate_of(found), "said": found})
