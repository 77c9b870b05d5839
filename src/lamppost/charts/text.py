"""Estimates of how wide text is, and wrapping that never loses a letter.

The server has no fonts, so widths are estimated from the kind of each character and rounded up.
"""

import math
import re
import unicodedata
from typing import Final

# What XML 1.0 cannot carry; such characters become a space.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW: Final = frozenset("iljtfrI.,:;'|!()[]’‘·")
_WIDE: Final = frozenset("mwMW@%&—…")
_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f")
_SCALE: Final = 1.04  # some system fonts run a little wider than the estimate


def clean(text: str) -> str:
    """Return ``text`` on one line, without characters that XML forbids."""
    return " ".join(_NOT_XML.sub(" ", text).split())


def _character_width(character: str) -> float:
    if character in _JOINERS or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if character == " ":
        return 0.3
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3 if ord(character) >= 0x1F000 else 1.02
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.9
    if "a" <= character <= "z" or character.isdigit():
        return 0.57
    if ord(character) > 0x2FFF:
        return 1.3
    return 0.68


def text_width(text: str, size: float) -> float:
    """Estimate the width of ``text`` in pixels at font size ``size`` (pixels)."""
    return sum(_character_width(character) for character in text) * size * _SCALE


def _clusters(word: str) -> list[str]:
    """Split a word where a line may break inside it: never before a mark that joins backwards."""
    pieces: list[str] = []
    for character in word:
        joins = bool(pieces) and (
            character in _JOINERS
            or unicodedata.category(character) in ("Mn", "Mc", "Me")
            or 0x1F3FB <= ord(character) <= 0x1F3FF
            or pieces[-1].endswith("\u200d")
        )
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_ideographic(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _word_pieces(word: str, width: float, size: float) -> list[str]:
    """Return the unbreakable parts of a word: itself, or its clusters where it may be broken."""
    if text_width(word, size) > width or any(_is_ideographic(letter) for letter in word):
        return _clusters(word)
    return [word]


def wrap(text: str, width: float, size: float) -> tuple[str, ...]:
    """Break ``text`` into lines no wider than ``width`` pixels.

    Breaks at spaces, between ideographs, and inside a word only where the word alone is wider
    than the line.  No letter is ever dropped.

    Parameters
    ----------
    text : str
        The text; white space is normalised.
    width : float
        Line width in pixels.
    size : float
        Font size in pixels.

    Returns
    -------
    tuple of str
        The lines, at least one (which may be empty).
    """
    lines: list[str] = []
    line = ""
    for word in clean(text).split(" "):
        for number, piece in enumerate(_word_pieces(word, width, size)):
            glue = " " if line and number == 0 else ""
            if line and text_width(line + glue + piece, size) > width:
                lines.append(line)
                line = piece
            else:
                line += glue + piece
    return (*lines, line)


def text_direction(text: str, default: str) -> str:
    """Return ``"ltr"`` or ``"rtl"`` from the first letter that has a direction."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return default


def plain_number(value: float) -> str:
    """Format a number without locale: at most two decimals, and a true minus sign."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", "\u2212")
