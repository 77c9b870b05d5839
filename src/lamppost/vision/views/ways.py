"""The host's pages of the ways to take part: all of them, and each with what it needs."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.voices import steps
from lamppost.voices.levels import rank
from lamppost.voices.models import Level

from ..actions import NeedsStep, change_conversation
from ..actions.entry_codes import make_entry_codes, withdraw_entry_codes
from ..actions.kiosks import end_kiosk, issue_kiosk
from ..codes import address_of, qr_svg
from ..forms.ladder import InPersonForm, LevelForm, chosen_level
from ..forms.ways import CodesForm, KioskForm, OriginsForm
from ..models import Conversation, Kiosk
from ..origins import origins_of
from ..queries import entry_codes, kiosks
from ..queries.ladder import voters_by_level
from .conversations import conversation_of, user_of


def _absolute(route: str, *parts: object) -> str:
    return f"{settings.LAMPPOST_URL}{reverse(route, args=parts)}"


@requires(Right.VIEW_DESK)
@require_safe
def ways(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Show every way to take part in a question."""
    conversation = conversation_of(partnership, code)
    context = {
        "conversation": conversation,
        "address": address_of(conversation),
        "level": conversation.get_verification_display(),
        "asks_step": rank(conversation.verification) > 0,
    }
    return render(request, "vision/ways.html", context)


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def ladder(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Choose what somebody must show before their answers count."""
    conversation = conversation_of(partnership, code)
    form = LevelForm(request.POST or None, initial={"verification": conversation.verification})
    if request.method == "POST" and form.is_valid():
        change_conversation(
            conversation=conversation, by=user_of(request), values=chosen_level(form)
        )
        messages.success(request, _("Saved. It holds for every answer from now on."))
        return redirect("vision:ways", partnership.slug, code)
    counts = voters_by_level(conversation)
    labels = dict(form.fields["verification"].choices)  # type: ignore[attr-defined]
    context = {
        "conversation": conversation,
        "form": form,
        "counts": [(labels[level], count) for level, count in counts.items()],
        "city_sign_in": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
    return render(request, "vision/ladder.html", context)


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "HEAD", "POST"])
def in_person(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Confirm somebody who stands here, by the word on their screen."""
    conversation = conversation_of(partnership, code)
    form = InPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            steps.confirm_in_person(
                partnership=partnership, word=form.cleaned_data["word"], by=user_of(request)
            )
        except steps.NoSuchStep:
            fault = _("No screen shows this word now. Ask for a new one: each lasts ten minutes.")
            form.add_error("word", fault)
        else:
            messages.success(request, _("Confirmed. Their screen says so within five seconds."))
            return redirect("vision:in_person", partnership.slug, code)
    context = {"conversation": conversation, "form": form}
    return render(request, "vision/in_person.html", context)


# Printed codes ----------------------------------------------------------------------------------


@requires(Right.EDIT_VISION)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """List batches of codes; make one, which is shown this once to be printed."""
    conversation = conversation_of(partnership, code)
    form = CodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = make_entry_codes(conversation=conversation, by=user_of(request), **form.cleaned_data)
        return _codes_to_print(request, conversation, form.cleaned_data["batch"], made)
    context = {
        "conversation": conversation,
        "form": form,
        "asked_for": rank(conversation.verification) >= rank(Level.CODE),
        "page": entry_codes.batches(conversation, request.GET.get("page", "1")),
    }
    return render(request, "vision/codes.html", context)


def _codes_to_print(
    request: PartnershipRequest, conversation: Conversation, batch: str, made: list[str]
) -> HttpResponse:
    labels = []
    for code in made:
        address = _absolute("entry", conversation.code, code)
        labels.append({"code": code, "svg": qr_svg(address)})
    context = {
        "conversation": conversation,
        "batch": batch,
        "labels": labels,
        "address": address_of(conversation),
    }
    return render(request, "vision/codes_print.html", context)


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def codes_withdraw(
    request: PartnershipRequest, partnership: Partnership, code: str, batch: int
) -> HttpResponse:
    """Ask once more, then withdraw what is unused of a batch."""
    conversation = conversation_of(partnership, code)
    found = entry_codes.batch_of(conversation, batch)
    if found is None:
        raise Http404
    back = reverse("vision:codes", args=[partnership.slug, code])
    if request.method == "POST":
        count = withdraw_entry_codes(batch=found, by=user_of(request))
        text = ngettext("%(count)d code is withdrawn.", "%(count)d codes are withdrawn.", count) % {
            "count": count
        }
        messages.success(request, text)
        return redirect(back)
    unused = entry_codes.unused_of(found)
    context = {
        "question": _("Withdraw the unused codes of “%(batch)s”?") % {"batch": found.batch},
        "consequence": ngettext(
            "%(count)d code opens nothing any more. What was answered with used ones stays.",
            "%(count)d codes open nothing any more. What was answered with used ones stays.",
            unused,
        )
        % {"count": unused},
        "confirm_label": _("Withdraw"),
        "cancel_url": back,
    }
    return render(request, "base_confirm.html", context)


# Kiosks -----------------------------------------------------------------------------------------


@requires(Right.EDIT_VISION)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_list(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """List the question's kiosks; issue one, whose address is shown this once."""
    conversation = conversation_of(partnership, code)
    form = KioskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kiosk, token = issue_kiosk(
                conversation=conversation, by=user_of(request), **form.cleaned_data
            )
        except NeedsStep:
            form.add_error(None, _no_kiosk())
        else:
            address = _absolute("kiosk", token)
            context = {
                "conversation": conversation,
                "kiosk": kiosk,
                "address": address,
                "code_svg": qr_svg(address),
            }
            return render(request, "vision/kiosk_issued.html", context)
    context = {
        "conversation": conversation,
        "form": form,
        "page": kiosks.kiosk_page(conversation, request.GET.get("page", "1")),
        "refused": _no_kiosk() if rank(conversation.verification) else "",
    }
    return render(request, "vision/kiosks.html", context)


def _no_kiosk() -> str:
    return _(
        "This question asks for a step before an answer counts, and a tablet cannot check it. "
        "Use a room, paper or phones, or let anybody answer."
    )


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_end(
    request: PartnershipRequest, partnership: Partnership, code: str, kiosk: int
) -> HttpResponse:
    """Ask once more, then end a kiosk."""
    conversation = conversation_of(partnership, code)
    found = Kiosk.objects.filter(conversation=conversation, pk=kiosk).first()
    if found is None:
        raise Http404
    found.conversation = conversation
    back = reverse("vision:kiosks", args=[partnership.slug, code])
    if request.method == "POST":
        end_kiosk(kiosk=found, by=user_of(request))
        messages.success(request, _("The kiosk is ended. What was answered there stays."))
        return redirect(back)
    context = {
        "question": _("End the kiosk “%(place)s”?") % {"place": found.place},
        "consequence": _(
            "Its address opens nothing any more. What was answered there stays counted."
        ),
        "confirm_label": _("End it"),
        "cancel_url": back,
    }
    return render(request, "base_confirm.html", context)


# The card ---------------------------------------------------------------------------------------


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def card_host(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Say which sites may show the card, and copy what goes into their page."""
    conversation = conversation_of(partnership, code)
    form = OriginsForm(request.POST or None, initial={"embed_origins": conversation.embed_origins})
    if request.method == "POST" and form.is_valid():
        change_conversation(
            conversation=conversation, by=user_of(request), values=form.cleaned_data
        )
        messages.success(request, _("Saved. Caches may show it up to five minutes late."))
        return redirect("vision:card_host", partnership.slug, code)
    context = {
        "conversation": conversation,
        "form": form,
        "origins": origins_of(conversation),
        "card_address": _absolute("card", code),
        "snippet": _snippet(conversation),
    }
    return render(request, "vision/card_host.html", context)


def _snippet(conversation: Conversation) -> str:
    """Return the lines for the other page, the question escaped as an attribute of that page."""
    address, title = _absolute("card", conversation.code), escape(conversation.question)
    size = 'width="100%" height="440" loading="lazy" frameborder="0"'
    return f'<iframe src="{address}" title="{title}" {size}></iframe>'
