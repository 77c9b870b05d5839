"""The words of the notice page: every language says everything, and nothing that is not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from lamppost.pilots.models import Notice, RegisterEntry
from lamppost.pilots.queries.disclosure import DAYS, STATES
from lamppost.pilots.sign_texts import texts

CODES = ["en", "es", "fr", "pt", "ar", "de"]


def flat(words: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        elif isinstance(value, list):
            yield from ((f"{above}{key}.{at}", one) for at, one in enumerate(value))
        else:
            yield f"{above}{key}", value


def test_there_are_six() -> None:
    assert list(texts()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_every_text(code: str) -> None:
    english, here = dict(flat(texts()["en"])), dict(flat(texts()[code]))
    assert set(here) == set(english)
    assert [key for key, text in here.items() if not text.strip()] == []
    for key, text in here.items():
        assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", english[key]), key
    if code != "en":
        notice = [key for key in here if key.startswith("notice.")]
        same = {key for key in notice if here[key] == english[key]}
        assert same <= {"notice.sensors.camera"}, "left in English"


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("states", set(STATES)),
        ("day_names", set(DAYS)),
        ("badges", {"planned", "measuring", "compared", "open", "paused", "ended", "removed"}),
        ("sensors", set(RegisterEntry.SensorType.values)),
        ("grounds", set(RegisterEntry.LegalGround.values)),
        ("told_kinds", set(Notice.Kind.values)),
    ],
)
def test_whatever_the_record_can_hold_has_a_word(part: str, wanted: set[str]) -> None:
    assert set(texts()["en"]["notice"][part]) == wanted
