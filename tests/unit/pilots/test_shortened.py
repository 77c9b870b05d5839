"""Documents of gates are cut where a sentence or a word ends."""

from __future__ import annotations

import pytest

from lamppost.pilots.queries.gates import shortened


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Short enough.", "Short enough."),
        (
            "The first sentence ends here. The second one goes on and on.",
            "The first sentence ends here. …",
        ),
        (
            "One. And then words without any end at all, many of them",
            "One. And then words without any end at …",
        ),
        ("Words, commas, and no end of it whatever, and more", "Words, commas, and no end of it …"),
        ("x" * 60, "x" * 38 + " …"),
    ],
)
def test_cut_at_a_sentence_or_a_word(text: str, wanted: str) -> None:
    cut = shortened(text, 40)
    assert cut == wanted
    assert len(cut) <= 40
