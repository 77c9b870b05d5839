"""The fixed words of signs and data chains, in the languages of `sign_texts.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts() -> dict[str, dict[str, Any]]:
    """Return all words: language → key → text."""
    source = files("lamppost.pilots").joinpath("sign_texts.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def languages() -> list[tuple[str, str]]:
    """Return code and own name of each language that a sign can be printed in."""
    return [(code, str(words["name"])) for code, words in texts().items()]


def sign_language(code: str) -> str:
    """Return the language of a sign for a reader of `code`: the same, or English."""
    base = code.split("-")[0].lower()
    return base if base in texts() else "en"


def in_all(key: str, *more: str | int) -> list[dict[str, str]]:
    """Return one text in every language, as DTPR writes it: a list of locale and value."""
    found = []
    for code, words in texts().items():
        value: Any = words[key]
        for step in more:
            value = value[step]
        found.append({"locale": code, "value": str(value)})
    return found
