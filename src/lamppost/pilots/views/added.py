"""What a resident adds to today's answer: a photo, where exactly, and whether to be told.

One question on each page, without an account; each can be left out, and none needs JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import (
    PartnershipRequest,
    attach,
    partnership_page,
    public,
    requires,
)
from lamppost.accounts.roles import Right
from lamppost.vision.forms.stories import PhotoForm
from lamppost.vision.media import answer_with
from lamppost.voices.visitors import known_participant

from .. import actions, queries, who_sees
from ..forms import ExactPlaceForm, TellMeForm
from ..forms.feedback import PhotoWordsForm
from ..models import Feedback, Follow, Site
from ..queries.feedback import photo_shown, photo_words_shown
from .common import url, user_of
from .record import Page
from .record import form_page as answer_form
from .resident import answer_today, is_closed, site_with

form_page = require_http_methods(["GET", "HEAD", "POST"])
Step = Callable[[HttpRequest, Site, Feedback], HttpResponse]


def _of_today(step: Step) -> Callable[..., HttpResponse]:
    """Open a page that adds to the answer this visitor gave today; without one there is none."""

    @wraps(step)
    def opened(request: HttpRequest, code: str) -> HttpResponse:
        site = site_with(code)
        attach(request, site.pilot.partnership)
        answer = answer_today(request, site)
        if answer is None or is_closed(site):
            return redirect("site", code=site.code)
        return step(request, site, answer)

    return public(never_cache(form_page(opened)))


def _page(
    request: HttpRequest, site: Site, step: str, form: forms.Form, **more: Any
) -> HttpResponse:
    context = {"site": site, "pilot": site.pilot, "step": step, "form": form, **more}
    return render(request, "pilots/site_step.html", context)


def _language(site: Site) -> str:
    return get_language() or site.pilot.partnership.language


def _done(request: HttpRequest, site: Site, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("site_thanks", code=site.code)


@_of_today
def site_photo(request: HttpRequest, site: Site, answer: Feedback) -> HttpResponse:
    """Take a photo; ``?from=album`` chooses one that is there already, ``remove`` deletes it."""
    if request.method == "POST" and "remove" in request.POST:
        actions.take_out_feedback_photo(feedback=answer)
        return _done(request, site, _("The photo is deleted."))
    start = {"photo_words": answer.photo_words, "may_show_photo": answer.may_show_photo}
    form = PhotoForm(request.POST or None, request.FILES or None, initial=start)
    from_album = request.GET.get("from") == "album"
    if from_album:
        form.fields["photo"].widget.attrs.pop("capture", None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.set_feedback_photo(
            feedback=answer,
            content=given["photo"],
            words=given["photo_words"],
            may_show=given["may_show_photo"],
            language=_language(site),
        )
        return _done(request, site, _("The photo has arrived."))
    has, who = bool(answer.photo), who_sees.of_photo()
    return _page(request, site, "photo", form, has=has, from_album=from_album, who=who)


@_of_today
def site_place(request: HttpRequest, site: Site, answer: Feedback) -> HttpResponse:
    """Ask where exactly; the map is drawn by a script, the address works without."""
    start = {name: getattr(answer, name) for name in ("latitude", "longitude", "address")}
    form = ExactPlaceForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.set_feedback_place(feedback=answer, **form.cleaned_data)
        return _done(request, site, _("Saved."))
    more = {"map": _map(site), "who": who_sees.of_place()}
    return _page(request, site, "place", form, **more)


def _map(site: Site) -> dict[str, Any] | None:
    """What the script draws; None where nobody knows where the site is."""
    if site.latitude is None or site.longitude is None:
        return None
    marks = queries.map_marks(list(site.pilot.sites.all()), settled=False)
    return {
        "at": [site.latitude, site.longitude],
        "marks": [{"name": one.name, "at": [one.latitude, one.longitude]} for one in marks],
        "tiles": settings.MAP_TILES,
        "attribution": settings.MAP_ATTRIBUTION,
        "closer": _("Closer"),
        "farther": _("Farther"),
        "chosen": _("The place you tapped"),
    }


@_of_today
def site_tell_me(request: HttpRequest, site: Site, answer: Feedback) -> HttpResponse:
    """Take an address for one mail about what became of it, or take it out again."""
    follow = Follow.objects.filter(feedback=answer).first()
    if request.method == "POST" and "remove" in request.POST:
        if follow is not None:
            actions.forget_address(follow=follow)
        return _done(request, site, _("Your address is deleted."))
    start = {"email": follow.email} if follow else {}
    form = TellMeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        actions.ask_to_be_told(feedback=answer, email=email, language=_language(site))
        return _done(request, site, _("We will tell you."))
    has = bool(follow and follow.email)
    return _page(request, site, "tell_me", form, has=has, who=who_sees.of_address())


@public
@never_cache
@form_page
def told(request: HttpRequest, token: str) -> HttpResponse:
    """Take an address out from a mail: the link opens the page, one press does it."""
    follow = actions.follow_with(token)
    if follow is None:
        raise Http404
    site = follow.feedback.site
    attach(request, site.pilot.partnership)
    if request.method == "POST":
        actions.forget_address(follow=follow)
    context = {
        "site": site,
        "pilot": site.pilot,
        "gone": not follow.email,
        "who": who_sees.of_end(),
    }
    return render(request, "pilots/told.html", context)


@requires(Right.MODERATE)
@form_page
def moderate_photo(
    request: PartnershipRequest, partnership: Partnership, pilot: int, feedback: int
) -> HttpResponse:
    """Keep one photo back or change its words, apart from the words of the answer."""
    found = _with_photo(partnership, pilot, feedback)
    start = {"words": photo_words_shown(found), "withheld": found.photo_withheld}
    form = PhotoWordsForm(request.POST or None, initial=start)
    here = found.site.pilot
    page = Page(
        title=_("One photo"),
        parent=_("Feedback"),
        back=url("feedback", here),
        saved=_("What you say of the photo is saved."),
        who=_("everybody, unless you keep the photo back. Its own person sees it always."),
    )
    return answer_form(
        request,
        here,
        page,
        form,
        lambda: actions.moderate_photo(feedback=found, by=user_of(request), **form.cleaned_data),
        "pilots/photo_words.html",
        one=found,
    )


def _with_photo(partnership: Partnership, pilot: int, feedback: int) -> Feedback:
    found = (
        Feedback.objects.select_related("voice", "site__pilot__partnership")
        .filter(site__pilot__partnership=partnership, site__pilot=pilot, pk=feedback)
        .exclude(photo="")
        .first()
    )
    if found is None:
        raise Http404
    return found


@partnership_page
@never_cache
@require_safe
def feedback_photo(
    request: PartnershipRequest, partnership: Partnership, pilot: int, feedback: int
) -> HttpResponse:
    """Give the photo to whoever may see it; to everybody else there is none."""
    found = _with_photo(partnership, pilot, feedback)
    participant = known_participant(request, partnership)
    own = participant is not None and found.participant_id == participant.pk
    if not (own or Right.MODERATE in request.rights or photo_shown(found)):
        raise Http404
    return answer_with(request, found.photo)
