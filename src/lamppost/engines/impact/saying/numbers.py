"""Numbers for sentences: as few digits as can be, as many as it takes to stay true."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, isfinite, log10

_MOST_DECIMALS = 15
_FIGURES = 2  # of a range's half width
_MINUS = "\N{MINUS SIGN}"


def plain(value: float, decimals: int) -> str:
    """Write a number with so many decimals, below zero decimals rounded to tens, hundreds, ...

    Never an exponent and never minus zero.
    """
    rounded = round(value, decimals) + 0.0
    text = f"{rounded:.{max(decimals, 0)}f}"
    if text.startswith("-"):
        bare = text[1:]
        text = bare if not float(bare) else _MINUS + bare
    return text


def short(value: float, figures: int = 2) -> str:
    """Write a number with so many figures, without an exponent; 1,234 as 1200."""
    if not isfinite(value) or value == 0:
        return "0" if value == 0 else str(value)
    decimals = figures - 1 - floor(log10(abs(value)))
    text = plain(value, min(decimals, _MOST_DECIMALS))
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals_for(
    values: Iterable[float], *, spread: float, anchors: Iterable[float] = (0.0,)
) -> int:
    """Decimals with which rounded numbers stay on the side of each anchor that they are on.

    Parameters
    ----------
    values : iterable of float
        The numbers of one sentence.
    spread : float
        Width of the range: its half is written with two figures where that is enough.
    anchors : iterable of float
        Numbers that the sentence compares with: zero, and the size that would be worth it.

    Returns
    -------
    int
        0 to 15: a number above zero is never written as 0, one below the worth-it size never as
        that size.

    Examples
    --------
    >>> decimals_for([-2.34, 4.96], spread=7.3, anchors=(0.0, 5.0))
    2
    """
    fixed = [float(one) for one in anchors if isfinite(one)]
    known = [*(float(one) for one in values if isfinite(one)), *fixed]
    pairs = [(one, anchor) for one in known for anchor in fixed]
    least = 0
    if spread > 0 and isfinite(spread):
        least = min(max(_FIGURES - 1 - floor(log10(spread / 2)), 0), _MOST_DECIMALS)
    for decimals in range(least, _MOST_DECIMALS):
        if all(_same_order(one, anchor, decimals) for one, anchor in pairs):
            return decimals
    return _MOST_DECIMALS


def _same_order(one: float, other: float, decimals: int) -> bool:
    a, b = round(one, decimals), round(other, decimals)
    return (a < b) == (one < other) and (a > b) == (one > other)
