"""Which steps a resident may take where a question asks for one."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lamppost.voices.levels import at_least
from lamppost.voices.models import Level

from .models import Conversation

# Level → the route's name, what it is called on the page, what somebody needs.
WAYS: dict[str, tuple[str, Promise, Promise]] = {
    Level.EMAIL: (
        "step_email",
        gettext_lazy("A code by e-mail"),
        gettext_lazy("You get six digits and type them in. The address is not kept."),
    ),
    Level.PASSKEY: (
        "step_account",
        gettext_lazy("A passkey"),
        gettext_lazy(
            "For an account on this site that has a passkey. It needs JavaScript; the other ways "
            "do not."
        ),
    ),
    Level.SIGN_IN: (
        "step_account",
        gettext_lazy("The city's sign-in"),
        gettext_lazy("You sign in with the city. Your name is not put beside your answers."),
    ),
    Level.CODE: (
        "step_code",
        gettext_lazy("A printed code"),
        gettext_lazy("It came by post or was handed to you. It works once."),
    ),
    Level.IN_PERSON: (
        "step_in_person",
        gettext_lazy("In person"),
        gettext_lazy("You show a word on this screen to somebody from the partnership."),
    ),
}


@dataclass(frozen=True)
class Way:
    """One way to take the step."""

    level: str
    title: Promise
    how: Promise
    url: str


def counts_here(conversation: Conversation, level: str) -> bool:
    """Say whether a step is one that this question asks for, or a higher one."""
    return level in at_least(conversation.verification)


def ways_for(conversation: Conversation, *, city_sign_in: bool, mail: bool) -> list[Way]:
    """Return the ways that count here, the one that is asked for first.

    Parameters
    ----------
    city_sign_in, mail
        Whether this site knows the city's sign-in, and whether it sends mail at all.
    """
    missing = {Level.SIGN_IN.value: not city_sign_in, Level.EMAIL.value: not mail}
    ways = []
    for level in at_least(conversation.verification):
        if level not in WAYS or missing.get(level):
            continue
        route, title, how = WAYS[level]
        ways.append(Way(level, title, how, reverse(route, args=[conversation.code])))
    return ways
