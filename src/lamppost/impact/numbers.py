"""Numbers in a sentence: as many decimals as their uncertainty deserves, in the reader's locale."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from lamppost.base.numbers import say
from lamppost.base.templatetags.lamppost_ui import isolated
from lamppost.engines.core.unit_words import after

__all__ = [
    "decimals_for",
    "decimals_of",
    "name",
    "quoted",
    "say",
    "shares_mean",
    "stated_decimals",
    "unit_after",
]

_MOST_DECIMALS = 6
# Scales whose zero is a convention: nothing is a tenth less loud, warm or sour than another.
_NO_ZERO = re.compile(
    r"""(?x) ^\W* (
        db | db\W?\(?[abcz]\)? | l(aeq|den|night|eq) | decib[eé]l\w* | ديسيبل
        | °\s*[cf] | ℃ | ℉ | degrees? | deg\s*[cf] | celsius | fahrenheit
        | degrees?\s+(celsius|fahrenheit|c|f) | grados? | grados?\s+(celsius|centígrados?|c)
        | درج(ة|ات) | درج(ة|ات)\s+مئوية
        | ph
    ) \W*$"""
)


def decimals_for(
    values: Iterable[float | None],
    spread: float | None = None,
    apart_from: float | None = None,
) -> int:
    """Return how many decimals `values` need, so that all different ones look different.

    Parameters
    ----------
    values
        The numbers of one sentence; a number other than zero must not look like zero.
    spread
        Width of the range; two of its digits are shown. The largest number's, when absent.
    apart_from
        A size from which every number of another size must look different, whatever its sign.
    """
    known = sorted({value for value in values if value is not None and math.isfinite(value)})
    scale = spread or max((abs(value) for value in known), default=0.0)
    decimals = 0
    if scale > 0 and math.isfinite(scale):
        decimals = min(max(0, 1 - math.floor(math.log10(scale))), _MOST_DECIMALS)
    pairs = [*pairwise(sorted({0.0, *known}))]
    if apart_from is not None:
        sizes = [abs(value) for value in known]
        pairs += [(one, apart_from) for one in sizes if not math.isclose(one, apart_from)]
    while decimals < _MOST_DECIMALS and any(_alike(a, b, decimals) for a, b in pairs):
        decimals += 1
    return decimals


def decimals_of(verdict: Mapping[str, Any]) -> int | None:
    """Return with how many decimals a verdict writes its size and range; None where it has none."""
    known = [
        part["params"]["decimals"]
        for part in verdict["parts"]
        if isinstance(part["params"].get("decimals"), int) and not part["key"].endswith("percent")
    ]
    return min(max(0, *known), _MOST_DECIMALS) if known else None


def stated_decimals(value: float) -> int:
    """Return the decimals with which somebody wrote a number, up to six: 2 stays 2, 0.25 stays."""
    for decimals in range(_MOST_DECIMALS):
        if round(value, decimals) == value:
            return decimals
    return _MOST_DECIMALS


def shares_mean(unit: str) -> bool:
    """Say whether a share of a usual reading means anything: not of decibels, °C, °F or pH."""
    return not _NO_ZERO.match(unit.strip().lower())


def _alike(one: float, other: float, decimals: int) -> bool:
    return float(f"{one:.{decimals}f}") == float(f"{other:.{decimals}f}")


def name(text: str) -> str:
    """Put somebody's own name for something into our sentence, whatever its direction.

    The plain-text form of ``<bdi>``: marks and brackets around it stay in their places.
    """
    return isolated(text)


def unit_after(number: str, unit: str) -> str:
    """Return a unit as it stands after a written number, put into our sentence as `name` does."""
    return name(after(number, unit))


def quoted(text: str) -> str:
    """Put somebody's own name into our sentence between the quotation marks of its language."""
    return _("“%(name)s”") % {"name": name(text)}
