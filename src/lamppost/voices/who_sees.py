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
