"""What somebody tapped before they had shown a sign: kept on their device, counted after it.

It lies in a signed cookie, so that nothing is stored on the server of somebody who then goes away.
The pages of a question and of its rooms read it; tablets and cards never do.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from .models import Conversation

SALT = "lamppost.vision.kept"
AGE = 60 * 60 * 24 * 30
# A cookie holds some 4,000 bytes, and all that a device sends at once some 8,000; packed, sixty
# answers take about 600.
MOST = 60


@dataclass(frozen=True)
class Kept:
    """Answers that wait, and the room that they were given in.

    Attributes
    ----------
    answers
        Statement id → 1, 0 or -1, in the order in which they were tapped.
    room
        The join code of a room, or empty.
    in_room
        Which of the statements were answered in the room; the others on the question's page.
    """

    answers: dict[int, int] = field(default_factory=dict)
    room: str = ""
    in_room: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.answers)

    @property
    def is_full(self) -> bool:
        """Whether no further answer can wait; then the pages ask for the step alone."""
        return len(self.answers) >= MOST


def _name(conversation: Conversation) -> str:
    return f"lamppost_kept_{conversation.code}"


def kept_on(request: HttpRequest, conversation: Conversation) -> Kept:
    """Return what this device keeps for the conversation; nothing where it was tampered with."""
    raw = request.COOKIES.get(_name(conversation), "")
    try:
        found = signing.loads(raw, salt=f"{SALT}.{conversation.code}", max_age=AGE)
        answers = {int(one): int(value) for one, value in found["answers"]}
        room = str(found["room"])
        # A cookie of an earlier version does not say which; then all were.
        in_room = found.get("in_room", list(answers) if room else [])
        return Kept(answers, room, frozenset(int(one) for one in in_room))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Kept()


def keep(
    response: HttpResponse,
    request: HttpRequest,
    conversation: Conversation,
    statement_id: int,
    value: int,
    room: str = "",
) -> None:
    """Keep one more answer on the device; where it is full, one that is there may change alone."""
    there = kept_on(request, conversation)
    if there.is_full and statement_id not in there.answers:
        return
    answers = {one: said for one, said in there.answers.items() if one != statement_id}
    answers[statement_id] = value
    waiting = list(answers.items())
    in_room = there.in_room - {statement_id} | ({statement_id} if room else frozenset())
    response.set_cookie(
        _name(conversation),
        signing.dumps(
            {
                "answers": waiting,
                "room": room or there.room,
                "in_room": [one for one, _said in waiting if one in in_room],
            },
            salt=f"{SALT}.{conversation.code}",
            compress=True,
        ),
        max_age=AGE,
        # A room has an address of its own, and adds to what was kept on the question's page.
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def drop(response: HttpResponse, conversation: Conversation) -> None:
    """Forget what was kept: it is counted."""
    response.delete_cookie(_name(conversation), path="/", samesite="Lax")
