"""You said, we did: commitments with their clock, and "did this fix it?" from the mail."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import (
    PartnershipRequest,
    attach,
    partnership_page,
    public,
    requires,
)
from lamppost.accounts.roles import Right

from .. import who_sees
from ..actions import commitments as actions
from ..actions.follows import follow_with
from ..forms.commitments import CommitmentForm, FixForm, KeptForm, RefusalForm, StartForm
from ..models import Commitment, FixAnswer, Follow, Pilot
from ..queries.commitments import changes_of, commitments_of
from ..queries.feedback import chosen
from ..queries.themes import theme_named, themes_of
from .common import may, pilot_of, url, user_of
from .record import Page, confirm_page, form_page


@partnership_page
@require_GET
def commitment_list(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Every commitment with its clock, for everybody."""
    found = pilot_of(partnership, pilot)
    told = commitments_of(found)
    context = {
        "pilot": found,
        "commitments": told,
        # Those that kept a promise stand with it already.
        "changes": changes_of(found).filter(commitment=None),
        "late": sum(1 for one in told if one.days_late),
        "themes": themes_of(found),
        "sees_all": may(request, Right.VIEW_FEEDBACK),
        "may_edit": may(request, Right.EDIT_PILOTS),
    }
    return render(request, "pilots/commitments.html", context)


def _of(pilot: Pilot, pk: int) -> Commitment:
    found = Commitment.objects.select_related("pilot__partnership")
    return get_object_or_404(found, pilot=pilot, pk=pk)


def _page(pilot: Pilot, title: str, saved: str, lead: str = "") -> Page:
    back, parent = url("commitments", pilot), _("You said, we did")
    who = _("Everybody: on the pilot's page and at its sites.")
    return Page(title, parent, back, saved, lead=lead, who=who)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_commitment(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    source = request.POST if request.method == "POST" else request.GET
    answers = chosen(found, source.getlist("feedback"))
    theme = theme_named(found, source.get("theme", ""))
    start: dict[str, object] = {"owner": found.owner_department}
    if theme is not None:
        start |= {"theme": theme.pk, "you_said": theme.words or theme.name}
    form = CommitmentForm(request.POST or None, pilot=found, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.make_commitment(
            pilot=found, by=user_of(request), values=form.cleaned_data, feedback=answers
        )
        messages.success(request, _("The commitment is public, with its day."))
        return redirect(url("commitments", found))
    context = {"pilot": found, "form": form, "answers": answers, "theme": theme}
    return render(request, "pilots/commitment_form.html", context)


Write = Callable[[HttpRequest, Pilot, Commitment], HttpResponse]


def _about_one(write: Write) -> Callable[..., HttpResponse]:
    """Open a page that changes one commitment."""

    def opened(
        request: HttpRequest, partnership: Partnership, pilot: int, commitment: int
    ) -> HttpResponse:
        found = pilot_of(partnership, pilot)
        return write(request, found, _of(found, commitment))

    opened.__name__, opened.__doc__ = write.__name__, write.__doc__
    return requires(Right.EDIT_PILOTS)(require_http_methods(["GET", "POST"])(opened))


@_about_one
def edit_commitment(request: HttpRequest, pilot: Pilot, commitment: Commitment) -> HttpResponse:
    """Change words, owner or day."""
    shown = _of(pilot, commitment.pk)
    form = CommitmentForm(request.POST or None, pilot=pilot, instance=shown)
    page = _page(pilot, _("Change the commitment"), _("The commitment is saved."))
    return form_page(
        request,
        pilot,
        page,
        form,
        lambda: actions.change_commitment(
            commitment=commitment, by=user_of(request), values=form.values(), why=form.why()
        ),
    )


@_about_one
def start_commitment(request: HttpRequest, pilot: Pilot, commitment: Commitment) -> HttpResponse:
    """Say what is being done."""
    form = StartForm(request.POST or None, initial={"we_will": commitment.we_will})
    page = _page(pilot, _("It is being done"), _("Saved."), commitment.you_said)
    return form_page(
        request,
        pilot,
        page,
        form,
        lambda: actions.start_commitment(
            commitment=commitment, by=user_of(request), **form.cleaned_data
        ),
    )


@_about_one
def keep_commitment(request: HttpRequest, pilot: Pilot, commitment: Commitment) -> HttpResponse:
    """Say that it is done."""
    start = {"we_did": commitment.we_will, "done_on": timezone.localdate()}
    form = KeptForm(request.POST or None, initial=start)
    page = _page(pilot, _("It is done"), _("It is public. Those who asked are told."), "")
    return form_page(
        request,
        pilot,
        page,
        form,
        lambda: actions.keep_commitment(
            commitment=commitment, by=user_of(request), **form.cleaned_data
        ),
    )


@_about_one
def refuse_commitment(request: HttpRequest, pilot: Pilot, commitment: Commitment) -> HttpResponse:
    """Say that it will not be done, and why."""
    form = RefusalForm(request.POST or None)
    page = _page(pilot, _("It will not be done"), _("It is public. Those who asked are told."))
    return form_page(
        request,
        pilot,
        page,
        form,
        lambda: actions.refuse_commitment(
            commitment=commitment, by=user_of(request), **form.cleaned_data
        ),
    )


@_about_one
def delete_commitment(request: HttpRequest, pilot: Pilot, commitment: Commitment) -> HttpResponse:
    """Delete one that was made by mistake."""
    return confirm_page(
        request,
        lambda: actions.delete_commitment(commitment=commitment, by=user_of(request)),
        done=_("The commitment is deleted. Residents' words stay."),
        back=url("commitments", pilot),
        question=_("Delete this commitment?"),
        consequence=_("It disappears from the public pages. What residents said stays."),
        confirm_label=_("Delete"),
    )


def _followed(token: str, pk: int) -> tuple[Follow, Commitment]:
    follow = follow_with(token)
    commitment = Commitment.objects.select_related("pilot__partnership").filter(pk=pk).first()
    if follow is None or commitment is None:
        raise Http404
    if commitment.state != Commitment.State.DONE:
        raise Http404
    if not commitment.feedback.filter(pk=follow.feedback_id).exists():
        raise Http404
    return follow, commitment


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fixed(request: HttpRequest, token: str, commitment: int) -> HttpResponse:
    """Did this fix it? The mail's link chooses an answer; one press sends it."""
    follow, about = _followed(token, commitment)
    attach(request, about.pilot.partnership)
    given = FixAnswer.objects.filter(commitment=about, feedback=follow.feedback_id).first()
    asked = request.GET.get("answer", given.answer if given else "")
    form = FixForm(request.POST or None, initial={"answer": asked})
    sent = False
    if request.method == "POST" and form.is_valid():
        actions.answer_fix(commitment=about, follow=follow, **form.cleaned_data)
        sent = True
    context = {
        "commitment": about,
        "pilot": about.pilot,
        "form": form,
        "sent": sent,
        "who": who_sees.of_fix(),
    }
    return render(request, "pilots/fixed.html", context)
