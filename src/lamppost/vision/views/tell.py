"""Telling a story: one question on each page, without an account and without JavaScript.

The words are stored first; what goes with them (photo, recording, place, uses) is asked on pages
of its own that only the device that told it can open.
"""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, public
from lamppost.voices.models import Participant, Voice
from lamppost.voices.receipts import key_of_form
from lamppost.voices.visitors import act_as_visitor, known_participant, remember_if_new
from lamppost.voices.who_sees import of_erased

from .. import who_hears
from ..actions import NotOpen
from ..actions import stories as actions
from ..forms.stories import AudioForm, PhotoForm, PlaceForm, StoryForm, UsesForm
from ..models import Conversation, Story
from ..phases import Phase, phase
from ..queries import stories as queries
from ..queries.questions import asked_in
from .presses import by_script, faulty, press_of, refused, taken
from .vote import conversation_or_404

form_page = require_http_methods(["GET", "HEAD", "POST"])


@public
@require_safe
def story_begin(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what it is: a hope, a fear or an experience."""
    conversation = conversation_or_404(request, code)
    if phase(conversation) is not Phase.OPEN:
        return _not_open(request, conversation)
    context = {"conversation": conversation, "feelings": Story.Feeling.choices}
    return render(request, "vision/story_begin.html", context)


@public
@form_page
def story_words(request: HttpRequest, code: str, feeling: str) -> HttpResponse:
    """Take in the words; the story is told with them, and the rest is optional."""
    conversation = conversation_or_404(request, code)
    if feeling not in Story.Feeling.values:
        raise Http404
    if phase(conversation) is not Phase.OPEN:
        return _not_open(request, conversation)
    form = StoryForm(request.POST or None)
    if request.method == "POST":
        # The script sends it again once there is a network: see static/lamppost/keep.js.
        sent = _tell(request, conversation, feeling, form) if form.is_valid() else None
        if answer := sent or faulty(request, form):
            return answer
    context = {
        "conversation": conversation,
        "form": form,
        "feeling": feeling,
        "who": who_hears.of_story(),
        "key": key_of_form(request.POST.get("key")) or secrets.token_urlsafe(16),
    }
    return render(request, "vision/story_words.html", context)


def _tell(
    request: HttpRequest, conversation: Conversation, feeling: str, form: StoryForm
) -> HttpResponse:
    key = press_of(request).key

    def tell(participant: Participant) -> Story | None:
        return actions.tell_story(
            conversation=conversation,
            participant=participant,
            feeling=feeling,
            key=key,
            **form.cleaned_data,
        )

    try:
        story, device = act_as_visitor(request, conversation.partnership, tell, key)
    except NotOpen:
        return _not_open(request, conversation)
    slug = conversation.partnership.slug
    # Sent again after it was erased, there is no story to go on to.
    gone_on = reverse("vision:my_story", args=[slug, story.pk]) if story else _mine(slug)
    response = taken(request, gone_on)
    remember_if_new(response, device)
    return response


def _mine(slug: str) -> str:
    return reverse("voices:mine", args=[slug])


def _not_open(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    fault = ""
    if request.method == "POST":
        fault = _("Your story was not taken: the question is not open.")
    if by_script(request):
        return refused(fault, 409)
    context = {
        "conversation": conversation,
        "is_closed": phase(conversation) is Phase.CLOSED,
        "asked": asked_in(conversation, ""),
        "fault": fault,
    }
    return render(request, "vision/vote_not_open.html", context, status=409 if fault else 200)


# What the teller does with their own story ----------------------------------------------------


def _own(request: PartnershipRequest, partnership: Partnership, story: int) -> Story:
    found = queries.own_story(partnership, known_participant(request, partnership), story)
    if found is None:
        raise Http404
    return found


@partnership_page
@never_cache
@form_page
def my_story(request: PartnershipRequest, partnership: Partnership, story: int) -> HttpResponse:
    """Show one's own story and what became of it, and let each use be given and taken back."""
    found = _own(request, partnership, story)
    given = request.POST if request.method == "POST" else None
    form = UsesForm(given, story=found, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        show = form.cleaned_data["show_words"]
        actions.set_uses(story=found, show_words=show, uses=form.uses())
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("vision:my_story", partnership.slug, story)
    context = {
        "story": found,
        "line": queries.line_of(found, everything=True),
        "form": form,
        "is_shown": queries.is_shown(found),
        "who": who_hears.of_uses(),
        "members": who_hears.of_hidden_story(),
        "who_taken_out": of_erased(),
    }
    return render(request, "vision/my_story.html", context)


def _initial(story: Story) -> dict[str, bool]:
    uses = {name: getattr(story, name) for name in actions.USES}
    return uses | {"show_words": story.voice.consent == Voice.Consent.PUBLIC}


def _step(
    request: PartnershipRequest, story: Story, form: forms.Form, **context: Any
) -> HttpResponse:
    given = {"story": story, "form": form, "who": who_hears.of_file(), **context}
    return render(request, "vision/story_step.html", given)


@partnership_page
@never_cache
@form_page
def my_story_photo(
    request: PartnershipRequest, partnership: Partnership, story: int
) -> HttpResponse:
    """Take a photo for one's own story; ``?from=album`` chooses one that is there already."""
    found = _own(request, partnership, story)
    form = PhotoForm(
        request.POST or None,
        request.FILES or None,
        initial={"photo_words": found.photo_words, "may_show_photo": found.may_show_photo},
    )
    from_album = request.GET.get("from") == "album"
    if from_album:
        form.fields["photo"].widget.attrs.pop("capture", None)
    if request.method == "POST" and form.is_valid():
        actions.set_photo(
            story=found,
            content=form.cleaned_data["photo"],
            words=form.cleaned_data["photo_words"],
            may_show=form.cleaned_data["may_show_photo"],
        )
        messages.success(request, _("The photo has arrived."))
        return redirect("vision:my_story", partnership.slug, story)
    context = {"step": "photo", "has": bool(found.photo), "from_album": from_album}
    return _step(request, found, form, **context)


@partnership_page
@never_cache
@form_page
def my_story_audio(
    request: PartnershipRequest, partnership: Partnership, story: int
) -> HttpResponse:
    """Take a recording for one's own story; ``?from=album`` chooses one that is there already."""
    found = _own(request, partnership, story)
    form = AudioForm(
        request.POST or None,
        request.FILES or None,
        initial={"may_play_audio": found.may_play_audio},
    )
    from_album = request.GET.get("from") == "album"
    if from_album:
        form.fields["audio"].widget.attrs.pop("capture", None)
    if request.method == "POST" and form.is_valid():
        content, ending = form.cleaned_data["audio"]
        may_play = form.cleaned_data["may_play_audio"]
        actions.set_audio(story=found, content=content, ending=ending, may_play=may_play)
        messages.success(request, _("The recording has arrived."))
        return redirect("vision:my_story", partnership.slug, story)
    context = {"step": "audio", "has": bool(found.audio), "from_album": from_album}
    return _step(request, found, form, **context)


@partnership_page
@never_cache
@form_page
def my_story_place(
    request: PartnershipRequest, partnership: Partnership, story: int
) -> HttpResponse:
    """Ask where it happened."""
    found = _own(request, partnership, story)
    form = PlaceForm(request.POST or None, initial={"place": found.voice.place})
    if request.method == "POST" and form.is_valid():
        actions.set_story_place(story=found, place=form.cleaned_data["place"])
        messages.success(request, _("Saved."))
        return redirect("vision:my_story", partnership.slug, story)
    return _step(request, found, form, step="place", who=who_hears.of_place())


@partnership_page
@never_cache
@require_POST
def my_story_take_out(
    request: PartnershipRequest, partnership: Partnership, story: int
) -> HttpResponse:
    """Delete the photo or the recording of one's own story: field ``what``."""
    found = _own(request, partnership, story)
    if request.POST.get("what") == "photo":
        actions.take_out_photo(story=found)
        messages.success(request, _("The photo is deleted."))
    elif request.POST.get("what") == "audio":
        actions.take_out_audio(story=found)
        messages.success(request, _("The recording is deleted."))
    else:
        raise Http404
    return redirect("vision:my_story", partnership.slug, story)
