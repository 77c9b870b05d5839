"""Numbers as the reader writes them."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi

_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"


def say(value: float, decimals: int) -> str:
    """Write a number for the reader, with a true minus sign; isolated on right-to-left pages.

    No line breaks within it: after a hyphen it could.
    """
    rounded = float(f"{value:.{decimals}f}") + 0.0
    text = number_format(abs(rounded), decimals, use_l10n=True, force_grouping=True)
    if rounded < 0:
        text = f"\u2212{text}"
    return f"{_LEFT_TO_RIGHT}{text}{_END}" if get_language_bidi() else text
