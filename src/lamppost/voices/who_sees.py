"""Who will see words under “My answers” after their author's next press, said from the rights."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lamppost.accounts.roles import Right, roles_with

from .models import Voice


def named(*rights: Right) -> dict[str, str]:
    """Return the roles that hold any of these rights, for a sentence; “nobody” where none does."""
    return {"roles": ", ".join(roles_with(*rights)) or _("nobody")}


def if_shown(voice: Voice) -> str:
    """Who reads these words from the moment on at which their author agrees to it."""
    if voice.state == Voice.State.ACCEPTED:
        return _("if you let it be shown, everybody, at once, without your name.")
    return _(
        "if you let it be shown, everybody, without your name, once one of these members has "
        "accepted it: %(roles)s."
    ) % named(Right.MODERATE)


def if_hidden(*rights: Right) -> str:
    """Who still reads words that their author lets be shown no more; `rights` opens them."""
    return _(
        "if you do not let it be shown any more, only these members of the partnership, from now "
        "on: %(roles)s."
    ) % named(*rights)


def of_erased() -> str:
    """Who sees what its author erases, or a file that is taken out of a story."""
    return _("nobody any more. What others downloaded before stays with them.")


def of_code_taken_back() -> str:
    """Who sees answers by a printed code that was taken back."""
    return _("nobody by this code any more, not even with the paper.")


def of_other_devices() -> str:
    """Who sees the answers once every other device is cut off."""
    return _(
        "you alone. Other devices do not show your answers any more, and the return code leads "
        "nowhere."
    )


def of_device_given_on() -> str:
    """Who sees the answers of whoever had this device before somebody else."""
    return _("nobody on this device any more. Your answers stay counted.")
