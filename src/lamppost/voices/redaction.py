"""Redaction of contact details from words that will be shown: e-mail, phone, payment card.

Thin but safe: it would rather hide a number that was no phone than show one that was.
"""

from __future__ import annotations

import re

MARK = {"email": "[e-mail removed]", "card": "[card number removed]", "phone": "[number removed]"}

_EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\"]+\s?(?:@|\(at\)|\[at\])\s?[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".!?]+",
    re.IGNORECASE,
)
# Digits of any script, with the separators that people put between them.
_DIGITS = re.compile(
    r"(?<![\w.])\+?\(?\d(?:[\s\u00a0\u202f()./\-\u2010-\u2015]{0,3}\d){6,18}(?!\w)"
)
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
PHONE_DIGITS = 7


def luhn(digits: str) -> bool:
    """Say whether `digits` pass the check of ISO/IEC 7812 (Luhn)."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character)
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def redact(text: str) -> str:
    """Return `text` with contact details replaced by a mark that says what was removed.

    Parameters
    ----------
    text
        Anything that a person wrote, in any script.

    Returns
    -------
    str
        The text as it may be shown. Redacting twice changes nothing more.
    """
    return _DIGITS.sub(_hide_number, _EMAIL.sub(MARK["email"], text))


def _hide_number(match: re.Match[str]) -> str:
    found = match.group()
    if _DATE.fullmatch(found.strip()):
        return found
    digits = "".join(str(int(c)) for c in found if c.isdigit())
    if 13 <= len(digits) <= 19 and luhn(digits):
        return MARK["card"]
    return MARK["phone"] if len(digits) >= PHONE_DIGITS else found
