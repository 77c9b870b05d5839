"""The text of the vision: writing, publishing, and every publication as it stood."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from ..actions import vision as actions
from ..forms.vision import PublishForm, VisionForm
from ..publications import compare
from ..queries import vision as queries
from .conversations import user_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


@requires(Right.EDIT_VISION)
@form_page
def vision_edit(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Write the draft; nobody outside sees it before it is published."""
    draft, last = queries.draft_of(partnership), queries.latest_vision(partnership)
    there = draft or last
    initial = {
        "text": there.text if there else "",
        "language": there.language if there else partnership.language,
    }
    form = VisionForm(request.POST or None, initial=initial, stored=initial["text"])
    if request.method == "POST" and form.is_valid():
        actions.write_draft(partnership=partnership, by=user_of(request), **form.cleaned_data)
        messages.success(request, _("The draft is saved. Nobody outside sees it yet."))
        return redirect("vision:vision_publish", partnership.slug)
    context = {"form": form, "draft": draft, "last": last}
    return render(request, "vision/vision_edit.html", context)


@requires(Right.EDIT_VISION)
@form_page
def vision_publish(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Look at the draft and at what changes, and publish it."""
    draft, last = queries.draft_of(partnership), queries.latest_vision(partnership)
    there = draft or last
    if there is None:
        messages.info(request, _("Write the text first."))
        return redirect("vision:vision_edit", partnership.slug)
    given = request.POST if request.method == "POST" else None
    form = PublishForm(given, is_first=last is None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_vision(
                partnership=partnership, by=user_of(request), **form.cleaned_data
            )
        except actions.NothingChanged:
            messages.info(request, _("Text and goals are as they were published. Nothing changed."))
        except actions.NothingToPublish:
            messages.error(request, _("There is no text. Nothing was published."))
        else:
            messages.success(request, _("Published. Everybody can read it."))
        return redirect("vision:goals", partnership.slug)
    goals = actions.goals_as_they_stand(partnership)
    context = {
        "form": form,
        "vision": there,
        "draft": draft,
        "goals": goals,
        "comparison": compare(last.text, there.text, last.goals, goals) if last else None,
    }
    return render(request, "vision/vision_publish.html", context)


@requires(Right.EDIT_VISION)
@form_page
def vision_discard(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Ask once more, then throw the draft away."""
    if request.method == "POST":
        actions.discard_draft(partnership=partnership, by=user_of(request))
        messages.success(request, _("The draft is thrown away. What is published stays."))
        return redirect("vision:goals", partnership.slug)
    context = {
        "question": _("Throw the draft of the vision away?"),
        "consequence": _("What is published stays as it is."),
        "confirm_label": _("Throw it away"),
        "cancel_url": reverse("vision:vision_edit", args=[partnership.slug]),
    }
    return render(request, "base_confirm.html", context)


@partnership_page
@require_safe
def vision_versions(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List every publication with its day and what changed."""
    page = page_of(request, queries.versions(partnership))
    return render(request, "vision/vision_versions.html", {"page": page})


@partnership_page
@require_safe
def vision_version(
    request: PartnershipRequest, partnership: Partnership, version: int
) -> HttpResponse:
    """Show one publication as it stood, and what was added and taken out."""
    found = queries.version(partnership, version)
    if found is None:
        raise Http404
    return render(request, "vision/vision_version.html", {"version": found})
