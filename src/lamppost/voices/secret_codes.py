"""Codes that people type from paper: made, read leniently, kept only as keyed digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

# No letters and digits that look alike on paper: 31 signs, 4.95 bits each.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
# Said aloud across a table: no vowels, so that no word comes up by chance.
SPOKEN = "bcdfghjkmnpqrstvwxz"
GROUPS, LETTERS = 4, 4
WORD = 6


def new_code() -> str:
    """Return four groups of four signs: 79 random bits."""
    letters = [secrets.choice(ALPHABET) for _ in range(GROUPS * LETTERS)]
    return "-".join("".join(letters[at : at + LETTERS]) for at in range(0, len(letters), LETTERS))


def plain(text: str) -> str:
    """Return `text` as codes are compared: letters and digits alone, small, in one form."""
    folded = unicodedata.normalize("NFKC", text[:200]).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def is_whole(text: str) -> bool:
    """Say whether `text` has as many signs as a code."""
    return len(plain(text)) == GROUPS * LETTERS


def digest(purpose: str, text: str) -> str:
    """Return the HMAC-SHA-256 (RFC 2104) of `text` for this purpose alone."""
    message = f"lamppost.voices.{purpose}|{text}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def spoken_word(seed: str) -> str:
    """Return six consonants that follow from `seed` and the installation's secret."""
    number = int(digest("word", seed), 16)
    letters = []
    for _ in range(WORD):
        number, place = divmod(number, len(SPOKEN))
        letters.append(SPOKEN[place])
    return "".join(letters)
