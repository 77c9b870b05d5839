"""Every warning of the engine has plain words; shares and counts are said in the reader's way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from lamppost.engines.opinion import cautions
from lamppost.vision import landscape_words as words

PARAMS = {"groups": 2, "participants": 3, "needed": 7, "group": 0, "size": 4, "statements": 1}


@pytest.mark.parametrize("name", sorted(cautions._MESSAGES))
def test_every_warning_of_the_engine_has_plain_words(name: str) -> None:
    sentence = words.caution(f"opinion.{name}", PARAMS)
    assert sentence.endswith(".")
    assert "!" not in sentence
    assert "{" not in sentence
    assert "%(" not in sentence


def test_the_size_of_a_small_group_is_never_said() -> None:
    assert not re.search(r"\d", words.caution("opinion.small_group", PARAMS))


def test_an_unknown_warning_says_nothing() -> None:
    assert words.caution("opinion.of_a_later_version", {}) == ""


def test_numbers() -> None:
    with translation.override("en"):
        assert words.percent(0.845) == "84 %"
        assert words.percent(1) == "100 %"
        assert words.at_least(None) == "fewer than ten"
        assert words.at_least(1920) == "at least 1,920"
        assert words.group_name("B") == "Group B"


def test_the_open_data_columns_are_documented() -> None:
    from lamppost.vision.open_data import COLUMNS

    page = Path(__file__).parents[3] / "docs" / "explanation" / "landscape.md"
    text = page.read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in text] == []


def test_letters_do_not_run_out() -> None:
    letters = [words.letter_of(number) for number in range(60)]
    assert letters[:2] == ["A", "B"]
    assert letters[25:28] == ["Z", "AA", "AB"]
    assert letters[52] == "BA"
    assert len(set(letters)) == 60


@pytest.mark.parametrize(
    ("pattern", "groups", "settled", "tested", "said"),
    [
        ("groups", 3, True, True, "Opinions fall into 3 groups."),
        ("spectrum", 2, True, True, "Opinions lie on a spectrum: two sides"),
        ("none", 0, False, True, "No pattern beyond chance"),
        ("groups", 0, False, True, "not settled"),
        ("spectrum", 0, False, True, "not settled"),
        ("groups", 2, False, False, "As Polis does it, people are put into 2 groups."),
    ],
)
def test_three_states_in_plain_words(
    pattern: str, groups: int, settled: bool, tested: bool, said: str
) -> None:
    with translation.override("en"):
        assert said in words.headline(pattern, groups, settled=settled, tested=tested)


def test_every_kind_of_flag_has_a_sentence() -> None:
    from lamppost.engines.opinion.integrity.flags import KINDS

    assert [kind for kind in KINDS if not words.flag(kind)] == []
    assert words.flag("of_a_later_version") == ""
