"""An organisation's own view on the vision and on the decision."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.stakeholders.queries import organisation_of

from ..actions.views import NotYours, withdraw_view, write_view
from ..forms.views import ViewForm
from ..models import OrganisationView
from ..queries.views import own_view


@requires(Right.WRITE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def view_write(request: PartnershipRequest, partnership: Partnership, subject: str) -> HttpResponse:
    """Write, change or withdraw the view of the organisation that the member speaks for."""
    if subject not in OrganisationView.Subject.values:
        raise Http404
    own = organisation_of(request.membership)
    if own is None:
        return render(request, "vision/view_none.html", status=403)
    before = own_view(own, subject)
    form = ViewForm(
        request.POST or None,
        instance=before,
        initial={} if before else {"language": get_language()},
    )
    if request.method == "POST":
        try:
            if "withdraw" in request.POST and before is not None:
                withdraw_view(view=before, by=request.user)  # type: ignore[arg-type]
                messages.success(request, _("Your organisation's view is withdrawn."))
                return redirect("vision:goals", partnership.slug)
            if form.is_valid():
                write_view(
                    stakeholder=own,
                    by=request.user,  # type: ignore[arg-type]
                    subject=subject,
                    **form.cleaned_data,
                )
                messages.success(request, _("Your organisation's view is published."))
                return redirect("vision:goals", partnership.slug)
        except NotYours:
            raise PermissionDenied from None
    titles = {
        OrganisationView.Subject.VISION.value: _("Your view on the vision"),
        OrganisationView.Subject.DECISION.value: _("Your view on the decision"),
    }
    context = {"form": form, "own": own, "before": before, "title": titles[subject]}
    return render(request, "vision/view_form.html", context)
