"""A room: the large screen for staff, and the phones of those who joined."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, attach, public, requires
from lamppost.accounts.roles import Right
from lamppost.base.addresses import client_address
from lamppost.voices.models import Participant
from lamppost.voices.receipts import is_taken
from lamppost.voices.visitors import act_as_visitor, known_participant, remember_if_new

from .. import who_sees
from ..actions import VALUES, NeedsStep, NotOpen, NotVotable
from ..actions import rooms as actions
from ..codes import qr_svg
from ..models import Conversation, Room, Statement
from ..phases import Phase, phase
from ..queries import rooms as queries
from ..queries.votes import statement_to_vote_on
from .conversations import conversation_of, user_of
from .presses import by_script, press_of, refused, taken
from .step_first import keep_and_ask, needs_step
from .vote import number_of

MOVES = {
    "next": actions.next_statement,
    "previous": actions.previous_statement,
    "close": actions.close_statement,
}


def _room_or_404(partnership: Partnership, code: str, room: int) -> Room:
    found = queries.room_of(conversation_of(partnership, code), room)
    if found is None:
        raise Http404
    return found


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """List the rooms of a question, and open one."""
    conversation = conversation_of(partnership, code)
    if request.method == "POST":
        try:
            room = actions.open_room(conversation=conversation, by=user_of(request))
        except NotOpen:
            messages.warning(request, _("The question takes no answers now. Open it first."))
            return redirect("vision:rooms", partnership.slug, code)
        return redirect("vision:room_screen", partnership.slug, code, room.pk)
    context = {
        "conversation": conversation,
        "page": queries.room_page(conversation, request.GET.get("page", "1")),
        "is_open": phase(conversation) is Phase.OPEN,
    }
    return render(request, "vision/rooms.html", context)


@requires(Right.EDIT_VISION)
@never_cache
@require_safe
def room_screen(
    request: PartnershipRequest, partnership: Partnership, code: str, room: int
) -> HttpResponse:
    """Show the large screen."""
    found = _room_or_404(partnership, code, room)
    path = reverse("room_join", args=[found.join_code])
    context = {
        "room": found,
        "conversation": found.conversation,
        "screen": queries.screen_of(found),
        "join_address": f"{settings.LAMPPOST_URL}{reverse('room')}".removeprefix("https://"),
        "code_svg": qr_svg(f"{settings.LAMPPOST_URL}{path}"),
        "shown_from": queries.SHOWN_FROM,
    }
    return render(request, "vision/room_screen.html", context)


@requires(Right.EDIT_VISION)
@require_POST
def room_move(
    request: PartnershipRequest, partnership: Partnership, code: str, room: int
) -> HttpResponse:
    """Go to the next statement or the one before, or close the one on the screen."""
    found = _room_or_404(partnership, code, room)
    move = MOVES.get(request.POST.get("do", ""))
    if move is not None:
        try:
            move(room=found, by=user_of(request))
        except actions.RoomClosed:
            messages.warning(request, _("The room is closed."))
    return _after_choice(request, partnership, code, room)


@requires(Right.EDIT_VISION)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_choose(
    request: PartnershipRequest, partnership: Partnership, code: str, room: int
) -> HttpResponse:
    """List the statements, and put the one that is chosen on the screen."""
    found = _room_or_404(partnership, code, room)
    if request.method == "POST":
        chosen = _numbered(found.conversation, number_of(request.POST.get("number")))
        if chosen is None:
            raise Http404
        try:
            actions.show_statement(room=found, statement=chosen, by=user_of(request))
        except actions.RoomClosed:
            messages.warning(request, _("The room is closed."))
        except NotVotable:
            messages.warning(request, _("That statement was taken back. Choose another one."))
        else:
            return _after_choice(request, partnership, code, room)
        return redirect("vision:room_choose", partnership.slug, code, room)
    context = {
        "room": found,
        "conversation": found.conversation,
        "live": actions.is_live(found),
        "page": queries.room_choices(found, request.GET.get("page", "1"), get_language() or ""),
        "from_list": "list" in request.GET,
    }
    return render(request, "vision/room_choose.html", context)


def _numbered(conversation: Conversation, number: int | None) -> Statement | None:
    return None if number is None else conversation.statements.filter(number=number).first()


def _after_choice(
    request: PartnershipRequest, partnership: Partnership, code: str, room: int
) -> HttpResponse:
    """Go on to the large screen; back to the list for who chooses on another device."""
    if request.POST.get("then") != "list":
        return redirect("vision:room_screen", partnership.slug, code, room)
    page = number_of(request.POST.get("page")) or 1
    address = reverse("vision:room_choose", args=[partnership.slug, code, room])
    return redirect(f"{address}?{urlencode({'list': 1, 'page': page})}")


@requires(Right.EDIT_VISION)
@require_POST
def room_close(
    request: PartnershipRequest, partnership: Partnership, code: str, room: int
) -> HttpResponse:
    """End the room."""
    found = _room_or_404(partnership, code, room)
    actions.close_room(room=found, by=user_of(request))
    messages.success(request, _("The room is closed. Its answers count like all others."))
    return redirect("vision:rooms", partnership.slug, code)


# Phones ---------------------------------------------------------------------------------------


@public
@never_cache
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """Take a join code from the large screen."""
    code = request.GET.get("code", "")
    found = queries.room_with(code) if code else None
    if found is not None:
        return redirect("room_join", found.join_code)
    return render(request, "vision/room_code.html", {"code": code[:20]})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_join(request: HttpRequest, join_code: str) -> HttpResponse:
    """Show on a phone what is on the screen, or take an answer to it."""
    found = queries.room_with(join_code)
    if found is None:
        raise Http404
    attach(request, found.conversation.partnership)
    if request.method == "POST":
        return _take(request, found)
    return _phone(request, found)


def _phone(
    request: HttpRequest, found: Room, *, fault: str = "", status: int = 200
) -> HttpResponse:
    participant = known_participant(request, found.conversation.partnership)
    screen = queries.screen_of(found, participant, get_language() or "en")
    context = {
        "room": found,
        "conversation": found.conversation,
        "screen": screen,
        "ballot": screen.ballot,
        "is_open": phase(found.conversation) is Phase.OPEN,
        "here": reverse("room_join", args=[found.join_code]),
        "late": "late" in request.GET,
        "fault": fault,
        "who": who_sees.of_vote(found.conversation),
        "language_next": reverse("room_join", args=[found.join_code]),
    }
    return render(request, "vision/room_phone.html", context, status=status)


def _take(request: HttpRequest, found: Room) -> HttpResponse:
    conversation = found.conversation
    statement = statement_to_vote_on(conversation, request.POST.get("statement", ""))
    if statement is None:
        raise Http404
    value = VALUES.get(request.POST.get("vote", ""))
    if value is None:
        fault = _("Nothing was counted. Press one of the three answers.")
        return _not_taken(request, found, fault, 400)
    if actions.is_live(found) and needs_step(request, conversation):
        return keep_and_ask(request, conversation, statement, room=found.join_code)
    press, here = press_of(request), reverse("room_join", args=[found.join_code])
    if not actions.is_live(found) or phase(conversation) is not Phase.OPEN:
        # Sent again after it closed, it may have been counted in time.
        if is_taken(conversation.partnership, press.key):
            return taken(request, here)
        return _not_taken(request, found, _("The room takes no answers any more."), 409)

    def answer(participant: Participant) -> bool:
        return actions.answer_in_room(
            room=found,
            participant=participant,
            statement=statement,
            value=value,
            address=client_address(request),
            key=press.key,
            tapped_at=press.tapped_at,
        )

    try:
        in_time, device = act_as_visitor(request, conversation.partnership, answer, press.key)
    except (actions.RoomClosed, NotOpen):
        return _not_taken(request, found, _("The room takes no answers any more."), 409)
    except NeedsStep:
        return keep_and_ask(request, conversation, statement, room=found.join_code)
    except NotVotable:
        fault = _("That statement was taken back, so your answer was not counted.")
        return _not_taken(request, found, fault, 409)
    response = taken(request, here if in_time else f"{here}?late=1")
    remember_if_new(response, device)
    return response


def _not_taken(request: HttpRequest, found: Room, fault: str, status: int) -> HttpResponse:
    """Answer that nothing was counted, and why: to the script, or with the page."""
    if by_script(request):
        return refused(fault, status)
    return _phone(request, found, fault=fault, status=status)


@public
@never_cache
@require_safe
def room_state(request: HttpRequest, join_code: str) -> HttpResponse:
    """Say what is on the screen, for the script that looks again."""
    found = queries.room_with(join_code)
    if found is None:
        raise Http404
    screen = queries.screen_of(found)
    return JsonResponse({"state": screen.state, "answered": screen.answered})
