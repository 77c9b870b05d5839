"""Stories: the public list, one story, its files, and a statement drawn from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of
from lamppost.voices.visitors import known_participant

from ..actions import AlreadyThere
from ..actions.stories import NotAllowed, draw_statement
from ..forms.stories import DrawForm
from ..media import answer_with
from ..models import Story
from ..phases import Phase, phase
from ..queries import stories as queries
from .conversations import user_of


@partnership_page
@never_cache
@require_safe
def stories(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List what residents told: all, or hopes, fears or experiences alone."""
    feeling = request.GET.get("feeling", "")
    feeling = feeling if feeling in Story.Feeling.values else ""
    page = page_of(request, queries.shown_stories(partnership, feeling))
    found = [one for one in queries.questions_for(partnership) if phase(one) is Phase.OPEN]
    context = {
        "page": page,
        "lines": queries.lines_of(page),
        "feeling": feeling,
        "tabs": _tabs(feeling),
        "conversation": found[0] if found else None,
    }
    return render(request, "vision/stories.html", context)


def _tabs(feeling: str) -> list[dict[str, object]]:
    names = [("", _("All")), ("hope", _("Hopes")), ("fear", _("Fears"))]
    names.append(("experience", _("Experiences")))
    return [
        {"title": title, "url": f"?feeling={code}" if code else "?", "current": code == feeling}
        for code, title in names
    ]


def _story(request: PartnershipRequest, partnership: Partnership, story: int) -> Story:
    moderator = Right.MODERATE in request.rights
    found = queries.story_of(partnership, story, moderator=moderator)
    if found is None:
        raise Http404
    return found


@partnership_page
@never_cache
@require_safe
def story(request: PartnershipRequest, partnership: Partnership, story: int) -> HttpResponse:
    """Show one story with the statements drawn from it; moderators see those that wait too."""
    found = _story(request, partnership, story)
    moderator = Right.MODERATE in request.rights
    context = {
        "line": queries.line_of(found, everything=moderator),
        "is_shown": queries.is_shown(found),
        "moderator": moderator,
        "may_draw": moderator and queries.is_shown(found) and found.may_become_statement,
    }
    return render(request, "vision/story.html", context)


@requires(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def story_draw(request: PartnershipRequest, partnership: Partnership, story: int) -> HttpResponse:
    """Draw a statement from a story whose teller agreed to it."""
    found = _story(request, partnership, story)
    if not (queries.is_shown(found) and found.may_become_statement):
        messages.error(request, _("Whoever told it did not agree that a statement is made of it."))
        return redirect("vision:story", partnership.slug, story)
    initial = {"conversation": found.conversation_id, "text": found.voice.public_text[:300]}
    form = DrawForm(
        request.POST or None, questions=queries.questions_for(partnership), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = draw_statement(
                story=found,
                conversation=form.cleaned_data["conversation"],
                text=form.cleaned_data["text"],
                language=found.voice.language,
                by=user_of(request),
            )
        except AlreadyThere as there:
            text = _("No. %(number)d says that already. Nothing was added.")
            form.add_error("text", text % {"number": there.statement.number})
        except NotAllowed:
            messages.error(request, _("The teller took it back a moment ago. Nothing was added."))
            return redirect("vision:story", partnership.slug, story)
        else:
            text = _("Statement no. %(number)d stands. Everybody can answer it.")
            messages.success(request, text % {"number": made.number})
            return redirect("vision:story", partnership.slug, story)
    context = {"form": form, "line": queries.line_of(found)}
    return render(request, "vision/story_draw.html", context)


# Files ------------------------------------------------------------------------------------------


def _readable(
    request: PartnershipRequest, partnership: Partnership, story: int
) -> tuple[Story, bool]:
    """The story, and whether whoever asks sees all of it: a moderator, or who told it."""
    if Right.MODERATE in request.rights:
        found = queries.story_of(partnership, story, moderator=True)
        if found is not None:
            return found, True
    own = queries.own_story(partnership, known_participant(request, partnership), story)
    if own is not None:
        return own, True
    return _story(request, partnership, story), False


@partnership_page
@never_cache
@require_safe
def story_photo(request: PartnershipRequest, partnership: Partnership, story: int) -> HttpResponse:
    """Give the photo to whoever may see it; to everybody else there is none."""
    found, everything = _readable(request, partnership, story)
    if not found.photo or not (everything or queries.photo_shown(found)):
        raise Http404
    return answer_with(request, found.photo)


@partnership_page
@never_cache
@require_safe
def story_audio(request: PartnershipRequest, partnership: Partnership, story: int) -> HttpResponse:
    """Give the recording to whoever may hear it; to everybody else there is none."""
    found, everything = _readable(request, partnership, story)
    if not found.audio or not (everything or queries.audio_shown(found)):
        raise Http404
    return answer_with(request, found.audio)
