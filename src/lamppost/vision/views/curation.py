"""The host's work on one statement: merge, split, mend, decline; and its history for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, public, requires
from lamppost.accounts.roles import Right
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Voice

from .. import effects
from ..actions import AlreadyThere, curation
from ..forms.curation import DeclineForm, MendForm, MergeForm, SplitForm
from ..models import Conversation, Statement, StatementEdit
from ..queries import curation as queries
from ..queries.effects_kept import effect_kept
from ..queries.stories import story_behind
from ..tasks import effect_of_declining
from .conversations import conversation_of, user_of
from .vote import conversation_or_404

MOST_AT_ONCE = 25
# What a page showed counts for a day.
SEEN = "vision.decline"
SEEN_FOR = 24 * 60 * 60


def _statement(partnership: Partnership, code: str, number: int) -> Statement:
    found = queries.statement_numbered(conversation_of(partnership, code), number)
    if found is None:
        raise Http404
    return found


def _address(name: str, statement: Statement) -> str:
    conversation = statement.conversation
    return reverse(
        f"vision:{name}", args=[conversation.partnership.slug, conversation.code, statement.number]
    )


@requires(Right.MODERATE)
@require_safe
def statement(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int
) -> HttpResponse:
    """Show one statement with its votes, its history, and what says the same."""
    found = _statement(partnership, code, number)
    context = {
        "conversation": found.conversation,
        "whole": queries.whole(found),
        "story": story_behind(found),
    }
    return render(request, "vision/statement.html", context)


@requires(Right.MODERATE)
@require_POST
def statement_merge(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int
) -> HttpResponse:
    """Let a statement say the same as another; one press undoes it."""
    found = _statement(partnership, code, number)
    form = MergeForm(request.POST)
    into = None
    if form.is_valid():
        into = queries.statement_numbered(found.conversation, form.cleaned_data["into"])
    if into is None:
        messages.error(request, _("There is no statement with this number. Nothing was merged."))
        return redirect(_back(request, found))
    try:
        curation.merge_statement(statement=found, into=into, by=user_of(request))
    except curation.NotMergeable as why:
        messages.error(request, str(why))
    else:
        text = _("No. %(number)d counts for no. %(into)d now. You can undo it on its page.")
        messages.success(request, text % {"number": found.number, "into": into.number})
    return redirect(_back(request, found))


def _back(request: PartnershipRequest, found: Statement) -> str:
    """The queue when the press came from there, else the statement's page."""
    if request.POST.get("from") == "queue":
        return reverse("voices:queue", args=[found.conversation.partnership.slug])
    return _address("statement", found)


@requires(Right.MODERATE)
@require_POST
def statement_unmerge(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int
) -> HttpResponse:
    """Let a merged statement stand on its own again."""
    found = _statement(partnership, code, number)
    curation.undo_merge(statement=found, by=user_of(request))
    text = _("No. %(number)d stands on its own again, with its own votes.")
    messages.success(request, text % {"number": found.number})
    return redirect(_address("statement", found))


@requires(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def statement_split(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int
) -> HttpResponse:
    """Put several statements in the place of one that says several things."""
    found = _statement(partnership, code, number)
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            parts = curation.split_statement(
                statement=found, texts=form.cleaned_data["parts"], by=user_of(request)
            )
        except AlreadyThere as there:
            text = _("No. %(number)d says this already. Nothing was changed.")
            form.add_error("parts", text % {"number": there.statement.number})
        except curation.NotSplittable as why:
            form.add_error(None, str(why))
        else:
            numbers = ", ".join(str(part.number) for part in parts)
            text = _("It goes on as no. %(numbers)s. You can undo it on this page.")
            messages.success(request, text % {"numbers": numbers})
            return redirect(_address("statement", found))
    context = {"form": form, "whole": queries.whole(found), "conversation": found.conversation}
    return render(request, "vision/statement_split.html", context)


@requires(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def statement_unsplit(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int
) -> HttpResponse:
    """Ask once more, then bring the original of a split back."""
    found = _statement(partnership, code, number)
    parts = list(found.parts.select_related("voice").order_by("number"))
    if not parts:
        return redirect(_address("statement", found))
    if request.method == "POST":
        curation.undo_split(statement=found, by=user_of(request))
        messages.success(request, _("The split is undone."))
        return redirect(_address("statement", found))
    context = {
        "question": _("Undo the split of no. %(number)d?") % {"number": found.number},
        "consequence": _unsplit_words([part.number for part in parts]),
        "confirm_label": _("Undo the split"),
        "cancel_url": _address("statement", found),
        "undo": _("You can split it again."),
        "who": _("whoever moderates. The ledger notes it."),
    }
    return render(request, "base_confirm.html", context)


def _unsplit_words(parts: list[int]) -> str:
    text = _("Declined, with the answers kept: no. %(numbers)s.")
    return " ".join(
        [
            _("The original is shown again, or waits for you if nobody had answered it."),
            text % {"numbers": ", ".join(map(str, parts))},
        ]
    )


@requires(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def statement_mend(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int
) -> HttpResponse:
    """Mend a slip; everybody can see the earlier words and why."""
    found = _statement(partnership, code, number)
    form = MendForm(request.POST or None, before=found.voice.public_text)
    if request.method == "POST" and form.is_valid():
        try:
            curation.mend_statement(
                statement=found,
                text=form.cleaned_data["text"],
                reason=form.cleaned_data["reason"],
                by=user_of(request),
            )
        except curation.ChangesTheSense as why:
            form.add_error("text", str(why))
        else:
            messages.success(request, _("Mended. The earlier words stand in the history."))
            return redirect(_address("statement", found))
    context = {"form": form, "whole": queries.whole(found), "conversation": found.conversation}
    return render(request, "vision/statement_mend.html", context)


def _edit(found: Statement, edit: int) -> StatementEdit:
    """Return earlier words that can still be read."""
    one: StatementEdit = get_object_or_404(StatementEdit, statement=found, pk=edit)
    if one.is_hidden:
        raise Http404
    one.statement = found
    return one


@requires(Right.MODERATE)
@require_POST
def statement_words_back(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int, edit: int
) -> HttpResponse:
    """Show the words from before a mend again."""
    found = _statement(partnership, code, number)
    curation.put_words_back(edit=_edit(found, edit), by=user_of(request))
    messages.success(request, _("The earlier words are shown again."))
    return redirect(_address("statement", found))


@requires(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def statement_words_hide(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int, edit: int
) -> HttpResponse:
    """Ask once more, then take earlier words out of the history."""
    found = _statement(partnership, code, number)
    one = _edit(found, edit)
    if request.method == "POST":
        curation.hide_earlier_words(edit=one, by=user_of(request))
        messages.success(request, _("Nobody can read these earlier words any more."))
        return redirect(_address("statement", found))
    context = {
        "question": _("Take these earlier words out of the history?"),
        "consequence": f"“{one.earlier_text}”",
        "confirm_label": _("Take them out"),
        "cancel_url": _address("statement", found),
        "who": _("nobody any more. When and why it was mended stays; the ledger notes it."),
    }
    return render(request, "base_confirm.html", context)


@requires(Right.MODERATE)
@require_POST
def statement_accept(
    request: PartnershipRequest, partnership: Partnership, code: str, number: int
) -> HttpResponse:
    """Accept a statement, or put a declined one back."""
    found = _statement(partnership, code, number)
    moderate_voice(voice=found.voice, state=Voice.State.ACCEPTED, by=user_of(request))
    messages.success(request, _("Accepted. Everybody can answer it."))
    return redirect(_address("statement", found))


def _chosen(request: PartnershipRequest, conversation: Conversation) -> list[Statement]:
    """The statements that are named, once each; another question's are not found."""
    given = request.POST if request.method == "POST" else request.GET
    named = [one for one in given.getlist("n") if one.isascii() and one.isdigit()]
    numbers = {int(one) for one in named[:MOST_AT_ONCE] if len(one) < 10}
    return effects.statements_numbered(conversation, numbers)


@requires(Right.MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Show what declining would change, ask why, and decline."""
    conversation = conversation_of(partnership, code)
    chosen = _chosen(request, conversation)
    if not chosen:
        messages.error(request, _("No statement was named. Choose it in the list."))
        return redirect("vision:conversation", partnership.slug, code)
    pressed = request.method == "POST"
    if request.method == "GET" and (task := _begun(request, conversation, chosen)):
        return redirect(f"{request.get_full_path()}&task={task}")
    # What counts on a press is what its page showed, not what was computed since.
    compared = pressed and _has_seen(request, conversation, chosen)
    begun = {"reason": request.GET.get("reason", "")}
    form = DeclineForm(request.POST or None, initial=begun, compared=compared)
    if pressed and form.is_valid():
        return _declined(request, partnership, chosen, form.cleaned_data["reason"])
    shown = _effect(request, conversation, chosen)
    context = {"form": form, "conversation": conversation, "chosen": chosen, **shown}
    effect = shown.get("effect")
    if isinstance(effect, effects.Effect):
        form.comparison_is_here()
        context["seen"] = _what_is_shown(request, chosen, effect.votes)
    return render(request, "vision/statement_decline.html", context)


def _declined(
    request: PartnershipRequest, partnership: Partnership, chosen: list[Statement], reason: str
) -> HttpResponse:
    for one in chosen:
        moderate_voice(
            voice=one.voice, state=Voice.State.DECLINED, reason=reason, by=user_of(request)
        )
    text = ngettext(
        "Declined. Its page lets you put it back.",
        "%(count)d statements declined. Their pages let you put them back.",
        len(chosen),
    )
    messages.success(request, text % {"count": len(chosen)})
    return redirect(reverse("voices:queue", args=[partnership.slug]))


def _what_is_shown(request: PartnershipRequest, chosen: list[Statement], votes: int) -> str:
    """Sign to whom the effect of declining which statements was shown, and of how many votes."""
    told = [user_of(request).pk, [one.pk for one in chosen], votes]
    return signing.dumps(told, salt=SEEN)


def _has_seen(
    request: PartnershipRequest, conversation: Conversation, chosen: list[Statement]
) -> bool:
    """Say whether the page of this press showed what declining exactly these would change.

    "Nobody has answered it" is no comparison any more once somebody has.
    """
    try:
        told = signing.loads(request.POST.get("seen", ""), salt=SEEN, max_age=SEEN_FOR)
    except signing.BadSignature:
        return False
    if not isinstance(told, list) or told[:2] != [user_of(request).pk, [one.pk for one in chosen]]:
        return False
    return bool(told[2]) or not effects.votes_on(conversation, [one.number for one in chosen])


def _begun(request: PartnershipRequest, conversation: Conversation, chosen: list[Statement]) -> str:
    """Begin to compare in the background where it is large and nobody has; the task, or nothing."""
    numbers = [one.number for one in chosen]
    if "task" in request.GET or not effects.is_large(conversation):
        return ""
    if not effects.votes_on(conversation, numbers) or any(effect_kept(conversation, numbers)):
        return ""
    return str(effect_of_declining.enqueue(conversation.pk, numbers).id)


def _effect(
    request: PartnershipRequest, conversation: Conversation, chosen: list[Statement]
) -> dict[str, object]:
    """The effect where it is quick; else the task's answer, or how many votes wait for it."""
    numbers = [one.number for one in chosen]
    votes = effects.votes_on(conversation, numbers)
    if not votes:
        return {"effect": effects.Effect(0)}
    if not effects.is_large(conversation):
        found = effects.effect_of_declining(conversation, numbers)
        return {"effect": found} | _ground(conversation, found)
    works, answer = _answer(request.GET.get("task", ""), conversation, numbers)
    if answer is None and not works:
        works, answer = effect_kept(conversation, numbers)
    if answer is None:
        return {"votes": votes, "works": works}
    return {"effect": answer} | _ground(conversation, answer)


def _ground(conversation: Conversation, effect: effects.Effect) -> dict[str, object]:
    return {
        "enter": effects.statements_numbered(conversation, effect.enter),
        "leave": effects.statements_numbered(conversation, effect.leave),
    }


def _answer(
    task: str, conversation: Conversation, numbers: list[int]
) -> tuple[bool, effects.Effect | None]:
    """Whether a task about exactly this works at it, and what it found."""
    from django_tasks import TaskResultStatus
    from django_tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch

    if not task:
        return False, None
    try:
        result = effect_of_declining.get_result(task[:64])
    except (TaskResultDoesNotExist, TaskResultMismatch, NotImplementedError):
        return False, None
    if list(result.args) != [conversation.pk, numbers]:
        return False, None
    if result.status == TaskResultStatus.SUCCESSFUL:
        return False, effects.Effect.from_json(result.return_value or {})
    return result.status != TaskResultStatus.FAILED, None


@requires(Right.MODERATE)
@require_POST
def decline_effect(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> HttpResponse:
    """Let a worker compute the effect of a large question."""
    conversation = conversation_of(partnership, code)
    chosen = _chosen(request, conversation)
    if not chosen:
        raise Http404
    result = effect_of_declining.enqueue(conversation.pk, [one.number for one in chosen])
    query = "&".join(f"n={one.number}" for one in chosen)
    page = reverse("vision:decline", args=[partnership.slug, code])
    return redirect(f"{page}?{query}&task={result.id}")


@public
@require_safe
def statement_history(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show everybody the earlier words of a statement, and what was merged or split."""
    conversation = conversation_or_404(request, code)
    found = queries.history(conversation, number)
    if found is None:
        raise Http404
    context = {
        "conversation": conversation,
        "history": found,
        "story": story_behind(found.statement),
    }
    return render(request, "vision/statement_history.html", context)
