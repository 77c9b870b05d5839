"""What Polis computes beside groups: against plain Python, published values, real exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import (
    Landscape,
    VoteMatrix,
    landscape,
    polis_figures,
    polis_priorities,
)
from lamppost.engines.opinion.polis_host import priority

from . import plain
from .test_opinion_against_plain import SEEDS, conversation
from .test_opinion_real_exports import read


@pytest.mark.parametrize(
    ("agrees", "passes", "seen", "extremity", "is_meta", "expected"),
    [
        # red-dwarf 0.4.0, tests/utils/test_stats.py: the limits of the same formula
        (10_000, 0, 10_000, 0.0, False, 1.0),
        (5_000, 0, 10_000, 0.0, False, 1 / 16 + 3 / 16),
        (0, 10_000, 10_000, 0.0, False, 0.0),
        (0, 0, 10_000, 0.0, False, 0.0),
        (10_000, 0, 10_000, 4.0, False, 25.0),
        (0, 10_000, 10_000, 4.0, False, 0.0),
        (10, 15, 25, 1.0, True, 49.0),
        # conversation.clj asks for these two without saying what they are: worked out by hand
        (1, 0, 1, 0.0, False, ((1 - 1 / 3) * 2 / 3 * (1 + 8 * 0.870550563296124)) ** 2),
        (18, 3, 20, 1.0, False, ((1 - 4 / 22) * 2 * 19 / 22 * 1.5) ** 2),
    ],
)
def test_priorities_of_published_cases(
    agrees: int, passes: int, seen: int, extremity: float, is_meta: bool, expected: float
) -> None:
    found = priority(agrees, passes, seen, extremity, is_meta=is_meta)
    assert found == pytest.approx(expected, abs=0.02 if seen == 10_000 else 1e-12)
    assert found == pytest.approx(plain.priority(agrees, passes, seen, extremity, is_meta))


def check(found: Landscape) -> None:
    """Every figure of a landscape against the slow ones."""
    told = polis_figures(found)
    slow = plain.participant_stats(dict(found.positions), dict(found.membership))
    people = list(found.membership)
    parts = plain.subgroups(
        [found.positions[name] for name in people], [found.membership[name] for name in people]
    )
    assert list(told.people) == people
    for name, part in zip(people, parts, strict=True):
        one = told.people[name]
        figures = (one.centricness, one.coreness, one.extremeness)
        assert figures == pytest.approx(slow[name], abs=1e-9)
        assert (one.group, one.subgroup) == (found.membership[name], part)
    assert sum(part.size for part in told.subgroups) == len(people)
    for row in found.results:
        seen = [one for one in told.priorities if one.statement == row.statement]
        assert len(seen) == (row.moderation != -1)
        for one in seen:
            counts = [
                sum(getattr(group, name) for group in row.groups)
                for name in ("agree", "passes", "seen")
            ]
            assert one.priority == pytest.approx(
                plain.priority(*counts, row.extremity, row.is_meta), rel=1e-12
            )
    assert sum(one.chance for one in told.priorities) == pytest.approx(1)
    order = [one.priority for one in told.priorities]
    assert order == sorted(order, reverse=True)
    assert told.priorities == polis_priorities(found)


@pytest.mark.parametrize("people", [9, 40, 140])
@pytest.mark.parametrize("seed", SEEDS)
def test_all_figures_against_plain_python(seed: int, people: int) -> None:
    check(landscape(conversation(seed, people=people), mode="polis"))


@pytest.mark.parametrize("name", ["london.youth.policing", "bg2050-volunteers"])
def test_all_figures_of_real_conversations(shared_data: Path, name: str) -> None:
    check(landscape(read(shared_data, name).matrix, mode="polis"))


def test_the_honest_mode_has_no_such_figures() -> None:
    with pytest.raises(EngineError, match="compute that first") as refused:
        polis_figures(landscape(conversation(1)))
    assert refused.value.code == "opinion.polis.other_mode"


def test_without_groups_only_priorities_are_left() -> None:
    one = VoteMatrix.from_triples([("p", 1, 1), ("p", 2, -1)], moderation={1: 1, 2: 1})
    found = landscape(one, mode="polis")
    assert not found.groups
    told = polis_figures(found)
    assert (told.people, told.subgroups) == ({}, ())
    assert all(one.priority > 0 for one in told.priorities)
