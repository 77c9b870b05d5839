"""One step before an answer counts: what was tapped is kept on the device and counted after it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.mail import mail_goes_out
from lamppost.accounts.methods import used_city_sign_in, used_passkey
from lamppost.accounts.permissions import is_demo, public
from lamppost.base.addresses import client_address
from lamppost.voices import steps
from lamppost.voices.forms import PrintedCodeForm
from lamppost.voices.joined_words import led_back_words, other_identity
from lamppost.voices.models import Level
from lamppost.voices.tries import may_try
from lamppost.voices.visitors import key_for, known_participant, remember_if_new

from .. import who_sees
from ..actions.entry_codes import CodeRefused, use_entry_code
from ..actions.ladder import count_kept
from ..actions.votes import NeedsStep, NotOpen
from ..forms.ladder import AddressForm, DigitsForm
from ..kept import drop, kept_on
from ..models import Conversation
from ..phases import Phase, phase
from ..queries.ladder import reached
from ..steps_offered import counts_here, ways_for
from .vote import conversation_or_404


def _context(request: HttpRequest, conversation: Conversation, **more: object) -> dict[str, Any]:
    kept = kept_on(request, conversation)
    return {
        "conversation": conversation,
        "kept": len(kept.answers),
        "full": kept.is_full,
        "who": who_sees.of_vote(conversation),
        **more,
    }


def _not_needed(
    request: HttpRequest, conversation: Conversation, *levels: str
) -> HttpResponse | None:
    """Lead back where nothing is left to do here, or where none of these steps would count."""
    if phase(conversation) is not Phase.OPEN:
        return redirect("vote", conversation.code)
    if levels and not any(counts_here(conversation, level) for level in levels):
        return redirect("step", conversation.code)
    kept = kept_on(request, conversation)
    if not kept and reached(conversation, known_participant(request, conversation.partnership)):
        return redirect("vote", conversation.code)
    return None


@public
@never_cache
@require_safe
def step(request: HttpRequest, code: str) -> HttpResponse:
    """Say which step is asked for, and offer the ways; or count what was kept."""
    conversation = conversation_or_404(request, code)
    if (back := _not_needed(request, conversation)) is not None:
        return back
    done = reached(conversation, known_participant(request, conversation.partnership))
    ways = ways_for(
        conversation,
        city_sign_in=bool(settings.SOCIALACCOUNT_PROVIDERS),
        mail=mail_goes_out() or is_demo(request),
    )
    context = _context(request, conversation, ways=ways, done=done)
    return render(request, "vision/step.html", context)


@public
@require_POST
def step_count(request: HttpRequest, code: str) -> HttpResponse:
    """Count what was kept, for somebody who has taken the step by now."""
    conversation = conversation_or_404(request, code)
    participant = known_participant(request, conversation.partnership)
    if participant is None or not reached(conversation, participant):
        return redirect("step", code)
    return _counted(request, conversation, steps.Joined(participant))


def _counted(
    request: HttpRequest,
    conversation: Conversation,
    joined: steps.Joined,
    device: str | None = None,
) -> HttpResponse:
    """Count what was kept and say so; lead back to the room or to the question."""
    kept = kept_on(request, conversation)
    counted = 0
    try:
        counted = count_kept(
            conversation=conversation,
            participant=joined.participant,
            answers=kept.answers,
            in_room=kept.in_room,
            address=client_address(request),
        )
    except NotOpen:
        messages.warning(request, _("The question closed in the meantime: nothing was counted."))
    except NeedsStep:
        messages.warning(request, _("This question asks for another step. Choose one below."))
        response = redirect("step", conversation.code)
        remember_if_new(response, device)
        return response
    _say(request, counted, joined)
    response = (
        redirect("room_join", kept.room) if kept.room else redirect("vote", conversation.code)
    )
    drop(response, conversation)
    remember_if_new(response, device)
    return response


def _say(request: HttpRequest, counted: int, joined: steps.Joined) -> None:
    if counted:
        text = ngettext(
            "Your answer is counted.", "Your %(count)d answers are counted.", counted
        ) % {"count": counted}
    else:
        text = _("Thank you. Your answers count from now on.")
    messages.success(request, text)
    if joined.led_back:
        messages.info(request, led_back_words(joined))


# E-mail ------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_email(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for an address and send six digits to it."""
    conversation = conversation_or_404(request, code)
    if (back := _not_needed(request, conversation, Level.EMAIL)) is not None:
        return back
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, device = key_for(request, conversation.partnership)
        try:
            steps.send_email_code(
                partnership=conversation.partnership,
                key=key,
                address=form.cleaned_data["address"],
                language=get_language() or "en",
            )
        except steps.TooManyMails:
            fault = _("Five codes went out within the hour. Look for the last one, or wait.")
            form.add_error("address", fault)
        except steps.TooManyMailsOfAll:
            fault = _("Very many people asked for a code within the hour. Try again in a while.")
            form.add_error(None, fault)
        else:
            response = redirect("step_email_code", code)
            remember_if_new(response, device)
            return response
    return render(request, "vision/step_email.html", _context(request, conversation, form=form))


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_email_code(request: HttpRequest, code: str) -> HttpResponse:
    """Take the six digits; with the right ones, count what was kept."""
    conversation = conversation_or_404(request, code)
    key, device = key_for(request, conversation.partnership)
    if steps.begun_step(conversation.partnership, key, Level.EMAIL) is None:
        return redirect("step_email", code)
    form = DigitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joined = steps.confirm_email_code(
                partnership=conversation.partnership, key=key, code=form.cleaned_data["code"]
            )
        except steps.WrongCode as wrong:
            form.add_error("code", _wrong(wrong.left))
        except steps.NoSuchStep:
            messages.warning(request, _("That code is over. Ask for a new one."))
            return redirect("step_email", code)
        except steps.OtherIdentity:
            form.add_error(None, other_identity())
        else:
            return _counted(request, conversation, joined, device)
    context = _context(request, conversation, form=form)
    return render(request, "vision/step_email_code.html", context)


def _wrong(left: int) -> str:
    if not left:
        return _("That was not the code, and the tries are used up. Ask for a new one.")
    return ngettext(
        "That is not the code. You have %(count)d more try.",
        "That is not the code. You have %(count)d more tries.",
        left,
    ) % {"count": left}


# Passkey and the city's sign-in ------------------------------------------------------------------


def _account_level(request: HttpRequest) -> str:
    """Return the step that this session's sign-in stands for."""
    if used_city_sign_in(request):
        return str(Level.SIGN_IN)
    return str(Level.PASSKEY) if used_passkey(request) else str(Level.NONE)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_account(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to signing in; afterwards let the account vouch for this device."""
    conversation = conversation_or_404(request, code)
    if (back := _not_needed(request, conversation, Level.PASSKEY, Level.SIGN_IN)) is not None:
        return back
    level = _account_level(request)
    enough = counts_here(conversation, level)
    if request.method != "POST" or not enough:
        here = reverse("step_account", args=[code])
        context = _context(
            request,
            conversation,
            enough=enough,
            asks_passkey=counts_here(conversation, Level.PASSKEY),
            city_sign_in=bool(settings.SOCIALACCOUNT_PROVIDERS),
            sign_in_url=f"{reverse('account_login')}?next={here}",
        )
        return render(request, "vision/step_account.html", context)
    key, device = key_for(request, conversation.partnership)
    account = steps.identity_of("account", str(request.user.pk), conversation.partnership)
    try:
        joined = steps.reach(
            partnership=conversation.partnership, key=key, level=level, identity=account
        )
    except steps.OtherIdentity:
        messages.warning(request, other_identity())
        return redirect("step", code)
    return _counted(request, conversation, joined, device)


# A printed code ------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_code(request: HttpRequest, code: str) -> HttpResponse:
    """Take a printed code; with a good one, count what was kept."""
    conversation = conversation_or_404(request, code)
    if (back := _not_needed(request, conversation, Level.CODE)) is not None:
        return back
    form = PrintedCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, device = key_for(request, conversation.partnership)
        given = form.cleaned_data["code"]
        if not may_try(request, "entry", given):
            form.add_error("code", _("These were many tries. Wait a quarter of an hour."))
        else:
            try:
                joined = use_entry_code(conversation=conversation, key=key, code=given)
            except CodeRefused as refused:
                form.add_error("code", refused.say())
            else:
                return _counted(request, conversation, joined, device)
    return render(request, "vision/step_code.html", _context(request, conversation, form=form))


# In person ------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_in_person(request: HttpRequest, code: str) -> HttpResponse:
    """Show a word for staff to type in; the page looks by itself whether they did."""
    conversation = conversation_or_404(request, code)
    if (back := _not_needed(request, conversation, Level.IN_PERSON)) is not None:
        return back
    key, device = key_for(request, conversation.partnership)
    if request.method == "POST":
        steps.begin_in_person(partnership=conversation.partnership, key=key)
        response = redirect("step_in_person", code)
        remember_if_new(response, device)
        return response
    if reached(conversation, known_participant(request, conversation.partnership)):
        return redirect("step", code)
    begun = steps.begun_step(conversation.partnership, key, Level.IN_PERSON)
    context = _context(
        request,
        conversation,
        word=steps.word_of(begun) if begun else "",
        until=timezone.localtime(begun.expires_at) if begun else None,
    )
    return render(request, "vision/step_in_person.html", context)
