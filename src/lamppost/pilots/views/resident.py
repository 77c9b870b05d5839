"""What a resident meets at a lamp post: one question, then their words if they wish."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.permissions import attach, public
from lamppost.base.addresses import client_address
from lamppost.vision.views.presses import Press, by_script, faulty, press_of, refused, taken
from lamppost.voices.models import Participant
from lamppost.voices.receipts import is_taken
from lamppost.voices.visitors import act_as_visitor, known_participant, remember_if_new

from .. import actions, queries, who_sees
from ..forms import WordsForm
from ..models import Feedback, Follow, Pilot, Site
from ..queries.asking import Asking, asking, heading, words_note, words_question
from ..queries.commitments import promised_here
from ..queries.feedback import answer_of, photo_shown, photo_words_shown
from ..queries.pulse import questions_now
from ..queries.site_question import site_question
from ..queries.told import current_notice, down_by
from ..sign_texts import languages


def site_with(code: str) -> Site:
    """Return the site of this code, or answer 404."""
    found = Site.objects.select_related("pilot__partnership", "pilot__decision")
    return get_object_or_404(found, code=code.lower())


def answer_today(request: HttpRequest, site: Site) -> Feedback | None:
    """Return what this visitor answered here today."""
    participant = known_participant(request, site.pilot.partnership)
    return answer_of(site, participant, timezone.localdate())


def is_closed(site: Site) -> bool:
    """Say whether answers are taken no more."""
    return asking(site) is Asking.NOTHING


@public
@require_http_methods(["GET", "POST"])
def site_page(request: HttpRequest, code: str) -> HttpResponse:
    """Ask whether it is better here; the answer is one press."""
    site = site_with(code)
    attach(request, site.pilot.partnership)
    unknown = False
    if request.method == "POST":
        press = press_of(request)
        if asking(site, press.tapped_at) is not Asking.NOW:
            # The page was open for long: what it asked is asked no more.
            return _not_counted(request, site, press)
        if request.POST.get("answer") in Feedback.Rating.values:
            return _take(request, site, press, "site_words", rating=request.POST["answer"])
        unknown = True
    context = _context(request, site) | {"unknown": unknown}
    return render(request, "pilots/site.html", context, status=400 if unknown else 200)


def words_with_photos(pilot: Pilot, site: Site | None = None, limit: int = 3) -> list[Feedback]:
    """Return the newest words that everybody may read, each with whether its photo is shown."""
    words = queries.public_words(pilot, site, limit=limit)
    for one in words:
        one.shows_photo = photo_shown(one)  # type: ignore[attr-defined]
        one.photo_words = photo_words_shown(one)
    return words


def _take(
    request: HttpRequest, site: Site, press: Press, following: str, **given: Any
) -> HttpResponse:
    """Take in what was given, once, and go on to the page of this name."""

    def give(participant: Participant) -> object:
        return actions.give_feedback_once(
            site=site,
            participant=participant,
            key=press.key,
            tapped_at=press.tapped_at,
            address=client_address(request),
            **given,
        )

    try:
        _given, device = act_as_visitor(request, site.pilot.partnership, give, press.key)
    except actions.FeedbackClosed as closed:
        return _not_counted(request, site, press, str(closed))
    response = taken(request, reverse(following, args=[site.code]))
    remember_if_new(response, device)
    return response


def _not_counted(request: HttpRequest, site: Site, press: Press, say: str = "") -> HttpResponse:
    """Answer that nothing was counted: to the script in words, else with the page itself."""
    if not by_script(request):
        return redirect("site", code=site.code)
    if is_taken(site.pilot.partnership, press.key):
        # Sent again after the end, it was counted in time.
        return taken(request, reverse("site", args=[site.code]))
    return refused(say or _("Your answer was not counted: the question is closed."), 409)


def _context(request: HttpRequest, site: Site) -> dict[str, Any]:
    pilot = site.pilot
    facts = queries.disclosure_facts(site)
    question = site_question(pilot)
    return {
        "site": site,
        "pilot": pilot,
        "heading": heading(site, question.text),
        "question_language": question.language,
        "asks": asking(site).value,
        "note": words_note(site),
        "answer": answer_today(request, site),
        "facts": facts,
        "words": words_with_photos(pilot, site),
        "changes": pilot.changes.order_by("-changed_on", "-pk")[:3],
        "promised": promised_here(pilot),
        "decision": getattr(pilot, "decision", None),
        "told": current_notice(pilot, site),
        "down_by": down_by(pilot, site),
        "who": who_sees.of_answer(),
        "pulse_open": questions_now(pilot),
        "languages": languages(),
    }


@public
@require_http_methods(["GET", "POST"])
def site_words(request: HttpRequest, code: str) -> HttpResponse:
    """Take words after the answer; without an answer today there is nothing to add to."""
    site = site_with(code)
    attach(request, site.pilot.partnership)
    press = press_of(request)
    answer, asks = answer_today(request, site), asking(site, press.tapped_at)
    if asks is Asking.NOTHING or (asks is Asking.NOW and answer is None and not press.tapped_at):
        return _not_counted(request, site, press)
    form = WordsForm(request.POST or None, initial=_given(answer))
    if asks is Asking.WORDS:
        form.fields["words"].label = words_question(site)
    if request.method == "POST":
        sent = _take_words(request, site, form.cleaned_data) if form.is_valid() else None
        if response := sent or faulty(request, form):
            return response
    context = {
        "site": site,
        "pilot": site.pilot,
        "answer": answer,
        "form": form,
        "heading": words_question(site) if asks is Asking.WORDS else "",
        "who": who_sees.of_words(),
    }
    return render(request, "pilots/site_words.html", context)


def _take_words(request: HttpRequest, site: Site, given: dict[str, Any]) -> HttpResponse:
    return _take(
        request,
        site,
        press_of(request),
        "site_thanks",
        # What was pressed today stays; before the technology is on nothing is.
        rating="",
        words=given["words"],
        language=get_language() or site.pilot.partnership.language,
        consent=given["consent"],
    )


def _given(answer: Feedback | None) -> dict[str, Any]:
    voice = answer.voice if answer else None
    return {"words": voice.text, "consent": voice.consent == "public"} if voice else {}


@public
@require_GET
def site_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Thank, and offer what can be added: each step for itself, none of them needed."""
    site = site_with(code)
    attach(request, site.pilot.partnership)
    answer = answer_today(request, site)
    if answer is None:  # nothing to thank for: the address was kept, or the answer erased
        return redirect("site", code=site.code)
    context = {
        "site": site,
        "pilot": site.pilot,
        "answer": answer,
        "follow": Follow.objects.filter(feedback=answer).first(),
        "may_add": not is_closed(site),
    }
    return render(request, "pilots/site_thanks.html", context)


@public
@require_GET
def disclosure(request: HttpRequest, code: str) -> JsonResponse:
    """What is measured here and by whom, for programs; of a deleted site, where to go."""
    retired = queries.retired_code(code)
    record = (
        queries.retired_record(retired) if retired else queries.disclosure_record(site_with(code))
    )
    response = JsonResponse(record)
    response["Access-Control-Allow-Origin"] = "*"
    return response
