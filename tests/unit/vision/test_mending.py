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
        "The night is too dark at bus stop.",
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


def test_words_that_change_places_change_the_sense():
    assert not keeps_the_sense("Cars should wait for people.", "People should wait for cars.")
    assert not keeps_the_sense("Not cars, but people first.", "Cars, but not people first.")
    # Where "not" stands, the end does not come to the front either.
    assert not keeps_the_sense("Lamps, not cameras.", "Not cameras, lamps.")
    assert keeps_the_sense("A bench and a tree, a fountain.", "A bench and tree, a fountain.")


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("The park feels safe.", "The park feels unsafe.", False),
        ("Posters there are legal.", "Posters there are illegal.", False),
        ("These lamps are useful.", "These lamps are useless.", False),
        ("The light should increase.", "The light should decrease.", False),
        ("El parque es seguro.", "El parque es inseguro.", False),
        ("The nights are longer.", "The nights are lower.", False),
        ("The stop is dark.", "The stop is hardly dark.", False),
        ("The stop is dark.", "The stop's dark.", True),
        ("The illuminatiom is bad.", "The illumination is bad.", True),
        ("Lmaps for the bus.", "Lamps for the bus.", True),
        ("Ebnches, please.", "Benches, please.", True),
        ("New stretlampss", "New streetlamps", True),
        ("مصباح جديد", "المصباح جديد", True),
    ],
)
def test_a_word_that_looks_alike_is_not_always_the_same(before, after, kept):
    assert keeps_the_sense(before, after) is kept
    assert keeps_the_sense(after, before) is kept
