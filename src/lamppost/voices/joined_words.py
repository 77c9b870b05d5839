"""What a device is told when it is led back to a participant, or is not."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .steps import Joined


def led_back_words(joined: Joined) -> str:
    """Say in plain words what became of what two devices gave."""
    lines = [_("You took part from another device before. Both lead to the same answers now.")]
    if joined.moved.kept:
        lines.append(
            ngettext(
                "%(count)d answer that you gave on this device went along.",
                "%(count)d answers that you gave on this device went along.",
                joined.moved.kept,
            )
            % {"count": joined.moved.kept}
        )
    if joined.moved.set_aside:
        lines.append(
            ngettext(
                "%(count)d you had answered there already: that answer stays.",
                "%(count)d you had answered there already: those answers stay.",
                joined.moved.set_aside,
            )
            % {"count": joined.moved.set_aside}
        )
    return " ".join(lines)


def other_identity() -> str:
    """Say that this device belongs to somebody else's answers."""
    return _(
        "On this device somebody answered with another address, account or code. "
        "Use another browser, or erase those answers first under “My answers”."
    )
