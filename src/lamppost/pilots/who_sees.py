"""Who will see what a resident gives at a site: the one place that its pages take this from.

`RULES` names the rights any of which opens each thing, and the roles in the sentences are those
that hold one of them in `accounts.roles`. `tests/integration/pilots/test_who_sees.py` compares
the sentences with what the pages and the private export show to each role, under several tables
of roles.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from lamppost.accounts.roles import Right, roles_with
from lamppost.voices.models import Voice
from lamppost.voices.who_sees import if_hidden, named

# What not everybody sees of what residents give at a site, and the rights any of which opens it.
# Whoever moderates sees the answer and the place beside words about danger.
RULES: dict[str, tuple[Right, ...]] = {
    "answers": (Right.VIEW_FEEDBACK, Right.EDIT_PILOTS, Right.MODERATE, Right.EXPORT_PRIVATE),
    "waiting words": (Right.MODERATE, Right.EXPORT_PRIVATE),
    "accepted words": (
        Right.VIEW_FEEDBACK,
        Right.EDIT_PILOTS,
        Right.MODERATE,
        Right.EXPORT_PRIVATE,
    ),
    "photos": (Right.MODERATE, Right.EXPORT_PRIVATE),
    "places": (Right.VIEW_FEEDBACK, Right.MODERATE, Right.EXPORT_PRIVATE),
    "addresses": (Right.EXPORT_PRIVATE,),
    "alerts": (Right.MODERATE, Right.EXPORT_PRIVATE),
    "turnout": (Right.VIEW_FEEDBACK, Right.EXPORT_PRIVATE),
    "single answers": (Right.EXPORT_PRIVATE,),
}


def _who(thing: str) -> dict[str, str]:
    return named(*RULES[thing])


def of_answer() -> str:
    """Who sees better, the same, worse."""
    return _(
        "these members of the partnership see each answer and when it came, never a name: "
        "%(roles)s. Everybody else sees only numbers of ten people or more. "
        "You can change or delete yours on this device."
    ) % _who("answers")


def _readers_of_words() -> str:
    """Who reads words while they wait, and who else once they are accepted."""
    first = _("first these members of the partnership, who read the words: %(roles)s.")
    waiting = roles_with(*RULES["waiting words"])
    others = [one for one in roles_with(*RULES["accepted words"]) if one not in waiting]
    said = f"{first % _who('waiting words')} {_in_their_place()}"
    if not others:
        return said
    then = _("Once they are accepted, also: %(roles)s.") % {"roles": ", ".join(others)}
    return f"{said} {then}"


def _in_their_place() -> str:
    """Who reads words about danger where nobody moderates (`actions.alerts.may_own`)."""
    return _(
        "Where nobody moderates, one other member reads words about danger, so that somebody "
        "looks after them."
    )


def of_words() -> str:
    """Who reads the words."""
    rest = _("Everybody reads them only if you tick the box. Never with your name.")
    return f"{_readers_of_words()} {rest}"


def of_hidden_words(voice: Voice) -> str:
    """Who still reads the words once their author lets them be shown no more."""
    accepted = voice.state == Voice.State.ACCEPTED
    return if_hidden(*RULES["accepted words" if accepted else "waiting words"])


def of_photo() -> str:
    """Who sees the photo."""
    return _(
        "first these members of the partnership, who look at every photo: %(roles)s. Others see "
        "it only once it is accepted, and only if you tick the box. Where and when it was taken "
        "is not kept."
    ) % _who("photos")


def of_place() -> str:
    """Who learns where it is."""
    return _(
        "only these members of the partnership: %(roles)s. It is never shown in public."
    ) % _who("places")


def of_address() -> str:
    """Who sees the e-mail address."""
    return _(
        "no page shows your address. Only these members of the partnership can download it: "
        "%(roles)s. It is used for one mail about what you said, and deleted then. "
        "If nothing comes of it, it is deleted 90 days after the pilot is decided. "
        "You can take it out before, here and in the mail."
    ) % _who("addresses")


def of_end() -> str:
    """Who sees that an address was taken out."""
    return _("nobody. Your address is deleted at once.")


def of_alert() -> str:
    """Who reads what was done about words of danger."""
    said = _(
        "only these members of the partnership: %(roles)s. The ledger keeps that you closed it, "
        "not what you wrote."
    )
    return f"{said % _who('alerts')} {_in_their_place()}"


def of_owner() -> str:
    """Who sees who looks after words of danger."""
    return _(
        "only these members of the partnership: %(roles)s. The one you choose gets a mail."
    ) % _who("alerts")


def of_paper() -> str:
    """Who reads what staff enter for somebody."""
    rest = _(
        "Everybody reads them only when the person agreed. The ledger keeps that you entered it."
    )
    return f"{_readers_of_words()} {rest}"


def of_fix() -> str:
    """Who sees whether a kept promise fixed it for somebody."""
    return _(
        "everybody sees only numbers of ten people or more, never a name. Only these members of "
        "the partnership can download single answers: %(roles)s."
    ) % _who("single answers")


def of_pulse() -> str:
    """Who sees an answer to the fixed questions."""
    sees = _(
        "these members of the partnership see how many people answered at each site, not what: "
        "%(roles)s."
    )
    downloads = _("Only these can download single answers, without a name: %(roles)s.")
    rest = _(
        "Everybody sees shares of ten people or more, once the round is over. "
        "You can change yours until the round ends, and delete it later too."
    )
    return " ".join((sees % _who("turnout"), downloads % _who("single answers"), rest))


def of_pulse_sheet() -> str:
    """Who sees what staff enter from a sheet of the pulse."""
    sheets = _(
        "everybody sees shares of ten people or more, once the round is over. Single sheets are "
        "not published."
    )
    downloads = _("Only these can download single answers, without a name: %(roles)s.")
    return " ".join(
        (
            sheets,
            downloads % _who("single answers"),
            _("The ledger keeps that you entered one."),
        )
    )
