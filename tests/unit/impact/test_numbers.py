"""Numbers in sentences."""

from __future__ import annotations

import pytest
from django.utils import translation

from lamppost.impact.foresight_words import sized
from lamppost.impact.numbers import decimals_for, name, quoted, say, shares_mean


@pytest.mark.parametrize(
    ("values", "spread", "wanted"),
    [
        ([4.6], 1.4, 1),
        ([46.0], 14.0, 0),
        ([0.46], 0.14, 2),
        ([460.0], 140.0, 0),
        ([0.0], 0.0, 0),
        ([], None, 0),
        ([1.0, 1.001], 10.0, 3),
        ([None, 5.0], None, 1),
        ([1e-9], 1.0, 6),
    ],
)
def test_decimals(values: list[float | None], spread: float | None, wanted: int) -> None:
    assert decimals_for(values, spread) == wanted


@pytest.mark.parametrize(
    ("value", "decimals", "wanted"),
    [(-0.5, 1, "−0.5"), (-0.04, 1, "0.0"), (1234.5, 1, "1,234.5"), (2.5, 0, "2"), (-3, 0, "−3")],
)
def test_say(value: float, decimals: int, wanted: str) -> None:
    assert say(value, decimals) == wanted


def test_say_follows_the_locale() -> None:
    with translation.override("es"):
        assert say(1234.5, 1) in {"1.234,5", "1\xa0234,5", "1234,5"}


def test_names_stand_between_the_marks_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert quoted("Mill Lane (north)") == "“Mill Lane (north)”"
    # A name written from right to left keeps the marks beside it in their places on any page.
    assert quoted("شارع") == "“\u2068شارع\u2069”"
    with translation.override("ar"):
        assert name("Mill Lane (north)") == "\u2068Mill Lane (north)\u2069"
    monkeypatch.setattr("lamppost.impact.numbers._", {"“%(name)s”": "«%(name)s»"}.__getitem__)
    assert quoted("Mill Lane") == "«Mill Lane»"


@pytest.mark.parametrize(
    "unit",
    [
        "decibels",
        "dB",
        "dB(A)",
        "dBA",
        "decibelios",
        "°C",
        "° C",
        "degrees Celsius",
        "pH",
        "درجة مئوية",
    ],
)
def test_no_share_is_said_of_a_scale_without_a_zero(unit: str) -> None:
    """1.4 decibels are not 2.6 % of 54 decibels, whatever the division says."""
    assert not shares_mean(unit)
    assert "%" not in sized(1.4, unit, 54.0)


@pytest.mark.parametrize(
    "unit", ["minutes", "of 100", "µg/m³", "phones", "celsius days a year", "dbs"]
)
def test_a_share_is_said_of_what_has_a_zero(unit: str) -> None:
    assert shares_mean(unit)
    assert "2.6" in sized(1.4, unit, 54.0)
