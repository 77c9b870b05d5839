"""Sentences of verdicts against their numbers, by a reader that shares no code with them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        import impact_sentences
    finally:
        sys.path.remove(str(BENCH))
    return impact_sentences


def test_sentences_are_right_and_spoiled_ones_are_seen(bench: ModuleType) -> None:
    words = set()
    for asked, found in bench.generated(3, bench.CELLS[::6]):
        sentence = found["verdict"]["sentence"]
        assert list(bench.faults(sentence, found, asked)) == []
        words.add(found["verdict"]["code"])
        for wrong in bench.spoiled(sentence):
            assert list(bench.faults(wrong, found, asked)), wrong
    assert {"caused", "likely", "suggests", "cannot_tell"} <= words
