"""Who will see what a resident gives to the vision, said from the rights that open it.

Votes and statements are here, stories and objections in `who_hears`; pilots and the page “My
answers” have a module of this name of their own. `RULES` names the rights any of which opens each
thing, and the roles in the sentences are those that hold one of them in `accounts.roles`;
`words_seen_by` says for each state of a statement who reads it.
`tests/integration/vision/test_who_sees.py` compares both with what each page really shows to
each kind of visitor, also after a role was given another right.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from django.utils.translation import gettext as _

from lamppost.accounts.roles import Right, Role, roles_with
from lamppost.voices.models import Voice
from lamppost.voices.who_sees import named

from .models import Conversation


class Who(Enum):
    """Who may look, from the fewest to everybody."""

    MODERATORS = "moderators"
    MEMBERS = "members"
    EVERYBODY = "everybody"


# What not everybody sees of what residents give, and the rights any of which opens it. Words and
# files are in the private export too.
RULES: dict[str, tuple[Right, ...]] = {
    "single answers": (Right.EXPORT_PRIVATE,),
    "words as written": (Right.MODERATE, Right.EXPORT_PRIVATE),
    "waiting words": (Right.VIEW_DESK, Right.MODERATE, Right.EXPORT_PRIVATE),
    # How many people, votes and marks there are at this moment, and how each statement stands.
    "exact counts": (Right.EDIT_VISION, Right.MODERATE),
    "stories": (Right.MODERATE, Right.EXPORT_PRIVATE),
    "words in the room": (
        Right.VIEW_DESK,
        Right.MODERATE,
        Right.EXPORT_PRIVATE,
    ),
    "objections": (Right.EDIT_VISION, Right.MODERATE, Right.EXPORT_PRIVATE),
    "answers to objections": (Right.EDIT_VISION, Right.EXPORT_PRIVATE),
}


def words_seen_by(state: str, consent: str) -> frozenset[Who]:
    """Return who can read a statement's words in this state and with this consent.

    As they were written they are read by moderators alone; everybody else reads them without
    contact details.
    """
    public = state == Voice.State.ACCEPTED and consent == Voice.Consent.PUBLIC
    return frozenset(Who) if public else frozenset({Who.MODERATORS, Who.MEMBERS})


def sees_exact_counts(rights: Collection[Right]) -> bool:
    """Say whether these rights open the counts as they come in; all others read what is released.

    Whoever reads them at each press, and stands beside somebody who presses, reads that answer.
    """
    return not set(rights).isdisjoint(RULES["exact counts"])


def first_state(conversation: Conversation) -> str:
    """Return the state in which a resident's new statement begins."""
    is_open = conversation.moderation == Conversation.Moderation.OPEN
    return Voice.State.ACCEPTED if is_open else Voice.State.WAITING


def who(thing: str) -> dict[str, str]:
    """Return the roles that see `thing` of `RULES`, for a sentence."""
    return named(*RULES[thing])


def unless_every_member(thing: str) -> str:
    """Return which members see `thing`, where a sentence says members and not all of them do."""
    if len(roles_with(*RULES[thing])) == len(Role):
        return ""
    return " " + _("Members who see it: %(roles)s.") % who(thing)


def of_vote(conversation: Conversation) -> str:
    """Who sees a vote."""
    return (
        _(
            "everybody sees how many agree and disagree, never a name. Single answers are not "
            "published. Only these members of the partnership can download them, without a name: "
            "%(roles)s. You can change or delete yours on this device."
        )
        % who("single answers")
        + _exactly()
    )


def _exactly() -> str:
    """Who sees the counts as they come in; everybody else's move when ten more have answered."""
    return " " + _("These members see the exact numbers as they come in: %(roles)s.") % who(
        "exact counts"
    )


def in_short() -> str:
    """Who sees a vote, in the one line that fits above the buttons; `of_vote` says the rest."""
    return _("everybody sees how many agree and disagree, never a name.")


def of_vote_at_kiosk(conversation: Conversation) -> str:
    """Who sees a vote given at a tablet, which forgets whose it was."""
    return (
        _(
            "everybody sees how many agree and disagree, never a name. Single answers are not "
            "published. Only these members of the partnership can download them, without a name: "
            "%(roles)s. Nothing stays on this tablet, so nobody can change it afterwards, you "
            "neither."
        )
        % who("single answers")
        + _exactly()
    )


def of_statement(conversation: Conversation) -> str:
    """Who sees a new statement."""
    back = _("You can take it back at any time under “My answers”.")
    if Who.EVERYBODY in words_seen_by(first_state(conversation), Voice.Consent.PUBLIC):
        sees = _(
            "everybody, at once, without your name. E-mail addresses and phone numbers are taken "
            "out. Somebody reads it afterwards and can take it away again."
        )
    else:
        sees = _(
            "first the members of this partnership: one of them reads every sentence before it is "
            "shown. Then everybody who answers, without your name."
        ) + unless_every_member("waiting words")
    written = _("Only these members read it as you wrote it: %(roles)s.") % who("words as written")
    return f"{sees} {written} {back}"


def of_mark(conversation: Conversation) -> str:
    """Who sees which statement somebody marked; a sentence to follow that on votes."""
    return _(
        "How many marked a statement as important is seen by members of the partnership, and by "
        "everybody from ten people on, never who."
    ) + unless_every_member("exact counts")


def of_characteristic(conversation: Conversation) -> str:
    """Who sees what somebody says of themselves."""
    return _(
        "only how many chose each is shown, from ten people on. Single answers are not published. "
        "Only these members of the partnership can download them, without a name: %(roles)s. "
        "You can change or delete yours at any time."
    ) % who("single answers")
