"""Which statements say nearly the same."""

from __future__ import annotations

import pytest

from lamppost.vision.duplicates import (
    ALIKE,
    groups_of,
    likeness,
    near_duplicates,
    normalised,
    shape,
)

SAME = [
    ("The bus stop is too dark.", "THE BUS STOP IS TOO DARK"),
    ("The bus stop is too dark.", "It is too dark at the bus stop."),
    ("More lamps on Elm Street please", "Elm Street needs more lamps"),
    ("I feel watched by cameras", "Cameras make me feel watched."),
    ("La parada está demasiado oscura", "La parada esta muy oscura"),
    ("الضوء ضعيف", "الضوء ضعيف جدا"),
    ("バス停が暗すぎる", "バス停は暗すぎる"),
]
DIFFERENT = [
    ("The bus stop is too dark.", "Mend the path first."),
    ("The bus stop is too dark.", "The bus stop needs a bench."),
    ("Everybody should get home safely.", "The lamps should be off after midnight."),
    ("الضوء ضعيف", "الكاميرات تراقبني"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_thought_in_other_words_is_found(one, other):
    assert likeness(shape(one), shape(other)) >= ALIKE
    assert likeness(shape(one), shape(other)) == likeness(shape(other), shape(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_thought_is_left_alone(one, other):
    assert likeness(shape(one), shape(other)) < ALIKE


def test_the_most_alike_come_first_and_not_too_many():
    others = {1: "Mend the path.", 2: "The stop is dark.", 3: "The bus stop is dark", 4: ""}
    others |= dict.fromkeys(range(10, 20), "The bus stop is dark!")
    found = near_duplicates("The bus stop is dark.", others)
    assert [one.key for one in found] == [3, 10, 11, 12, 13]
    assert (found[0].text, found[0].likeness) == ("The bus stop is dark", 1)
    assert [one.key for one in near_duplicates("The bus stop is dark.", others, most=99)][-1] == 2


def test_accents_case_and_signs_do_not_count():
    assert normalised("  ¿Más LUZ? ") == "mas luz"


def test_words_without_letters_are_like_nothing():
    assert near_duplicates("…", {1: "…", 2: "!!!"}) == []
    assert likeness(shape(""), shape("")) == 0


def test_texts_fall_into_groups_in_the_order_given():
    texts = {"a": "The bus stop is dark.", "b": "Mend the path.", "c": "The bus stop is dark!"}
    assert groups_of(texts) == [["a", "c"], ["b"]]


@pytest.mark.parametrize(
    "contact",
    ["0171 2345678 or me@x-lamps.example.org", "maria.lopez@mail.example.org"],
)
def test_contact_details_do_not_hide_that_it_is_the_same(contact):
    one = "Broken lamps must be fixed in a week"
    other = f"Broken lamps have to be fixed within one week, {contact}"
    assert [near.key for near in near_duplicates(other, {1: one})] == [1]
