"""Who will see what a resident gives: the one place that pages take these sentences from.

`words_seen_by` and `RULES` say it for machines; the sentences are made from them, and
`tests/integration/vision/test_who_sees.py` compares them with what each page really shows to
each kind of visitor.
"""

from __future__ import annotations

from enum import Enum

from django.utils.translation import gettext as _

from lamppost.accounts.roles import RIGHTS_OF_ROLE, Right, Role
from lamppost.voices.models import Voice

from .models import Conversation


class Who(Enum):
    """Who may look, from the fewest to everybody."""

    MODERATORS = "moderators"
    MEMBERS = "members"
    EVERYBODY = "everybody"


def words_seen_by(state: str, consent: str) -> frozenset[Who]:
    """Return who can read a statement's words in this state and with this consent.

    As they were written they are read by moderators alone; everybody else reads them without
    contact details.
    """
    public = state == Voice.State.ACCEPTED and consent == Voice.Consent.PUBLIC
    return frozenset(Who) if public else frozenset({Who.MODERATORS, Who.MEMBERS})


def first_state(conversation: Conversation) -> str:
    """Return the state in which a resident's new statement begins."""
    is_open = conversation.moderation == Conversation.Moderation.OPEN
    return Voice.State.ACCEPTED if is_open else Voice.State.WAITING


def roles_with(right: Right) -> list[str]:
    """Return the names of the roles that hold `right`, in the order in which roles are listed."""
    return [str(role.label) for role in Role if right in RIGHTS_OF_ROLE[role]]


def of_vote(conversation: Conversation) -> str:
    """Who sees a vote."""
    return _(
        "everybody sees how many agree and disagree, never a name. Single answers are not "
        "published. Only those who lead the partnership can download them, without a name. "
        "You can change or delete yours on this device."
    )


def of_vote_at_kiosk(conversation: Conversation) -> str:
    """Who sees a vote given at a tablet, which forgets whose it was."""
    return _(
        "everybody sees how many agree and disagree, never a name. Single answers are not "
        "published. Only those who lead the partnership can download them, without a name. "
        "Nothing stays on this tablet, so nobody can change it afterwards, you neither."
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
        )
    return f"{sees} {back}"


def of_mark(conversation: Conversation) -> str:
    """Who sees which statement somebody marked; a sentence to follow that on votes."""
    return _(
        "How many marked a statement as important is seen by members of the partnership, and by "
        "everybody from ten people on, never who."
    )


def of_characteristic(conversation: Conversation) -> str:
    """Who sees what somebody says of themselves."""
    return _(
        "nobody sees what you chose. Only how many chose each is shown, from ten people on. It is "
        "kept without a name, and you can change or delete it at any time."
    )
