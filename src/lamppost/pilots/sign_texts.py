"""The fixed words of signs, notices and data chains, in the languages of `sign_texts.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts() -> dict[str, dict[str, Any]]:
    """Return all words: language → key → text; those of the notice stand under ``notice``."""
    signs, notices = _read("sign_texts.toml"), _read("notice_texts.toml")
    return {code: {**words, **notices[code]} for code, words in signs.items()}


def _read(name: str) -> dict[str, dict[str, Any]]:
    source = files("lamppost.pilots").joinpath(name)
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
