"""Numbers of sheets: a few letters of whoever hands them out, and a number; no name fits in."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

_REFERENCE = re.compile(r"[^\W\d_]{0,4}-?\d{1,6}")


class ReferenceRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """Not the number of a sheet; the message says what is."""


def sheet_number(text: str) -> str:
    """Return the number of a sheet as it is stored: capital letters, Western digits, no spaces.

    Raises
    ------
    ReferenceRefused
        With what a number looks like.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in plain)
    if not _REFERENCE.fullmatch(digits):
        raise ReferenceRefused(_("Up to four letters and a number, for example NW-12. No names."))
    return digits
