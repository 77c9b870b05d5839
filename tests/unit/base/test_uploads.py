"""Files that somebody sends: how their limits are said."""

from __future__ import annotations

import pytest

from lamppost.base.uploads import size_words


@pytest.mark.parametrize(
    ("count", "said"),
    [(500_000, "500 kB"), (1_000_000, "1 MB"), (16_000_000, "16 MB"), (2_500_000, "2.5 MB")],
)
def test_large_sizes_are_said_in_megabytes(count: int, said: str) -> None:
    assert size_words(count) == said
