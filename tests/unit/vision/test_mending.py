"""What counts as mending a slip, and what changes the sense."""

from __future__ import annotations

import pytest

from lamppost.vision.mending import keeps_the_sense

STOP = "The bus stop is too dark at night."


@pytest.mark.parametrize(
    "after",
    [
        "The bus stop is too dark at night",
        "the bus-stop is too dark at night!",
        "The bus stop is much too dark at night.",
        "The bus stop is too dark at nigth.",
        "The busstop is too dark at night.",
        "At night the bus stop is too dark.",
    ],
)
def test_slips_are_mended(after):
    assert keeps_the_sense(STOP, after)
    assert keeps_the_sense(after, STOP)


@pytest.mark.parametrize(
    "after",
    [
        "The bus stop is not too dark at night.",
        "The bus stop isn't too dark at night.",
        "The bus stop is too bright at night.",
        "Every bus stop is too dark at night.",
        "The bus stop is too dark at night and nobody cares for the people there.",
        "2 bus stops are too dark at night.",
        "Dark.",
    ],
)
def test_what_changes_the_sense_is_not_a_slip(after):
    assert not keeps_the_sense(STOP, after)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("Las farolas son demasiado brillantes", "Las farolas son demasiado brillantes.", True),
        ("Las farolas son brillantes", "Las farolas no son brillantes", False),
        ("Solo las farolas nuevas", "Las farolas nuevas", False),
        ("الشارع مظلم", "الشارع ليس مظلم", False),
        ("الشارع مظلم جدا", "الشارع مظلم جداً", True),
        ("Lamps until 22", "Lamps until 23", False),
    ],
)
def test_other_languages_and_numbers(before, after, kept):
    assert keeps_the_sense(before, after) is kept
