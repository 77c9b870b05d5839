"""Who will see words that somebody lets be shown under “My answers”, said from the rights."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lamppost.accounts.roles import Right, roles_with

from .models import Voice


def if_shown(voice: Voice) -> str:
    """Who reads these words from the moment on at which their author agrees to it."""
    if voice.state == Voice.State.ACCEPTED:
        return _("if you let it be shown, everybody, at once, without your name.")
    roles = ", ".join(roles_with(Right.MODERATE)) or _("nobody")
    return _(
        "if you let it be shown, everybody, without your name, once one of these members has "
        "accepted it: %(roles)s."
    ) % {"roles": roles}
