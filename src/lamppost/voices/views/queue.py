"""The moderation queue: words wait here until somebody has read them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right

from .. import queries
from ..actions import edit_public_text, moderate_voices
from ..forms import DecisionForm, PublicTextForm, QueueFilter
from ..models import Voice
from ..ports import BEFORE_DECLINING

FILTERS = ("state", "kind", "language", "shown")


def _voice(partnership: Partnership, voice_id: int) -> Voice:
    found = queries.voice_of(partnership, voice_id)
    if found is None:
        raise Http404
    return found


def _user(request: PartnershipRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _filters(form: QueueFilter) -> queries.QueueFilters:
    form.is_valid()
    given = {name: form.cleaned_data.get(name, "") for name in FILTERS}
    return queries.QueueFilters(
        state=given["state"] or Voice.State.WAITING,
        kind=given["kind"],
        language=given["language"],
        shown=given["shown"] or "yes",
    )


@requires(Right.MODERATE)
@require_safe
def queue(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Show the words that wait, the oldest first, each with its two answers."""
    form = QueueFilter(request.GET, languages=queries.languages_of(partnership))
    filters = _filters(form)
    page, groups = queries.queue(partnership, filters, request.GET.get("page", "1"))
    context = {
        "form": form,
        "page": page,
        "groups": groups,
        "unseen": queries.unseen_count(partnership),
        "filters": filters,
        "tabs": _tabs(request, partnership, filters),
        "back": request.GET.urlencode(),
        "is_default": filters == queries.QueueFilters(),
        "done": _just_done(request, partnership),
    }
    return render(request, "voices/queue.html", context)


def _tabs(
    request: PartnershipRequest, partnership: Partnership, filters: queries.QueueFilters
) -> list[dict[str, Any]]:
    """Words that may be shown, words that only the partnership reads, and both."""
    titles = {
        "yes": _("May be shown"),
        "no": _("Only for the partnership"),
        "all": pgettext("kinds of words", "Both"),
    }
    tabs = []
    for shown, title in titles.items():
        query = request.GET.copy()
        query["shown"] = shown
        for name in ("page", "done"):
            query.pop(name, None)
        waiting = 0 if shown == "all" else queries.waiting_count(partnership, shown)
        tabs.append(
            {
                "title": f"{title} ({number_format(waiting)})" if waiting else title,
                "url": f"?{query.urlencode()}",
                "current": filters.shown == shown,
            }
        )
    return tabs


def _numbers(given: list[str]) -> list[int]:
    named = [one for one in given if one.isascii() and one.isdigit() and len(one) < 19]
    return [int(one) for one in named[: queries.PAGE_SIZE]]


def _just_done(request: PartnershipRequest, partnership: Partnership) -> list[queries.QueueLine]:
    """What was decided a moment ago, so that it can be undone."""
    voices = queries.voices_of(partnership, _numbers(request.GET.get("done", "").split(",")))
    decided = [voice for voice in voices if voice.state != Voice.State.WAITING]
    return queries.queue_lines(decided)


@requires(Right.MODERATE)
@require_POST
def decide(request: PartnershipRequest, partnership: Partnership, voice: int) -> HttpResponse:
    """Accept or decline words, or put them back."""
    return _decide(request, partnership, [_voice(partnership, voice)])


@requires(Right.MODERATE)
@require_POST
def decide_many(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Accept, decline or put back several at once: all or none."""
    wanted = _numbers(request.POST.getlist("voice"))
    found = queries.voices_of(partnership, wanted)
    if not found or len(found) != len(set(wanted)):
        raise Http404
    return _decide(request, partnership, found)


def _decide(
    request: PartnershipRequest, partnership: Partnership, voices: list[Voice]
) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, " ".join(str(fault) for fault in faults))
        return redirect(_back(request, partnership))
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    ids = [voice.pk for voice in voices]
    if decision == Voice.State.DECLINED:
        page = next((page for page in BEFORE_DECLINING.ask(ids) if page), "")
        if page:
            # Others have answered them: what that changes is shown first.
            return redirect(f"{page}&{urlencode({'reason': reason})}")
    moderate_voices(voices=voices, state=decision, reason=reason, by=_user(request))
    return redirect(_back(request, partnership, done=ids))


def _back(
    request: PartnershipRequest, partnership: Partnership, done: list[int] | None = None
) -> str:
    """The queue with the filters it had; nothing else of what was sent comes back."""
    given = QueryDict(request.POST.get("back", ""))
    query = QueryDict(mutable=True)
    for name in (*FILTERS, "page"):
        if given.get(name):
            query[name] = str(given[name])
    if done:
        query["done"] = ",".join(map(str, done))
    return f"{reverse('voices:queue', args=[partnership.slug])}?{query.urlencode()}"


@requires(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_text(request: PartnershipRequest, partnership: Partnership, voice: int) -> HttpResponse:
    """Take more out of what is shown: a name, an address."""
    found = _voice(partnership, voice)
    form = PublicTextForm(
        request.POST or None,
        original=found.text,
        shown=found.public_text,
        place=found.place if found.kind == Voice.Kind.STORY else "",
        initial={"public_text": found.public_text, "place": found.place},
    )
    if request.method == "POST" and form.is_valid():
        edit_public_text(voice=found, by=_user(request), **form.cleaned_data)
        messages.success(request, _("Saved. The original stays as it was given."))
        return redirect(_back(request, partnership))
    context = {"form": form, "voice": found, "back": request.GET.get("back", "")}
    return render(request, "voices/queue_text.html", context)
