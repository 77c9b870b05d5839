"""Attack on what is public of a survey: which tables look the same to everybody?

A count is found out when every table with the same look has the same count. So each table that
there could be is released, and those that look the same are laid beside each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamppost.engines.impact.series.surveys import stance_shares
from lamppost.sensing import released
from lamppost.sensing.released import released_rows

calmly = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
HALVES = {"men": 0.5, "women": 0.5}
# Who gave a counted answer, and who another one, by group.
Table = tuple[tuple[int, int], ...]


def kept(table: Table) -> list[dict[str, Any]]:
    """The exact rows as they are kept: groups where each has ten people, none below ten."""
    good, people = sum(one[0] for one in table), sum(map(sum, table))
    if people < 10:
        return [{"people": None, "share": None}]
    rows: list[dict[str, Any]] = [{"people": people, "share": round(good / people, 4)}]
    if len(table) > 1 and min(map(sum, table)) >= 10:
        rows += [
            {"group": group, "people": sum(one), "share": round(one[0] / sum(one), 4)}
            for group, one in zip(HALVES, table, strict=True)
        ]
    return rows


@cache
def look(table: Table) -> str:
    rows = released_rows(kept(table), HALVES if len(table) > 1 else {})
    return repr([{**row, "group": row.get("group")} for row in rows])


@pytest.fixture(autouse=True)
def _ranges_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work each range out once; many tables have the same."""
    known: dict[tuple[bytes, bytes], tuple[float, float]] = {}
    limits = released._limits

    def remembered(table: Any, weights: Any) -> tuple[float, float]:
        key = (table.tobytes(), weights.tobytes())
        if key not in known:
            known[key] = limits(table, weights)
        return known[key]

    monkeypatch.setattr(released, "_limits", remembered)


def tables_of(groups: int, most: int) -> Iterator[Table]:
    """Every table of up to so many people: nobody outside can rule one of them out."""
    for counts in product(range(most), repeat=2 * groups - 1):
        for last in range(most - sum(counts)):
            cells = (*counts, last)
            yield tuple(zip(cells[::2], cells[1::2], strict=True))


@pytest.mark.parametrize(("groups", "most"), [(1, 60), (2, 30)])
def test_no_small_count_of_a_survey_is_found_out(groups: int, most: int) -> None:
    """Any count below ten, of a group or of all, could be any other below ten."""
    alike: dict[str, list[Table]] = defaultdict(list)
    for table in tables_of(groups, most):
        alike[look(table)].append(table)
    assert any("'share': 0" in text for text in alike)
    for text, tables in alike.items():
        cells = [{one[group][way] for one in tables} for group, way in places(groups)]
        ways = [{sum(part[way] for part in one) for one in tables} for way in (0, 1)]
        for possible in cells + ways:
            assert min(possible) >= 10 or possible >= set(range(10)), (tables[0], possible)
        assert "'share': None" in text or min(map(min, ways)) >= 10, tables[0]


def places(groups: int) -> list[tuple[int, int]]:
    return list(product(range(groups), (0, 1)))


tables = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=2)


@settings(calmly, max_examples=100)
@given(tables, st.integers(0, 2**16))
def test_a_survey_that_is_replaced_without_one_answer_tells_nobody(
    made: list[tuple[int, int]], seed: int
) -> None:
    """It looks the same, or a whole ten has moved."""
    group, way = Random(seed).randrange(len(made)), seed % 2
    if not made[group][way]:
        return
    fewer = [list(one) for one in made]
    fewer[group][way] -= 1
    tens_moved = made[group][way] % 10 == 0
    before, after = tuple(made), tuple(tuple(one) for one in fewer)
    people = sum(map(sum, made))
    hidden_moves = people % 10 == 0 or sum(made[group]) == 10
    assert tens_moved or hidden_moves or look(before) == look(after)  # type: ignore[arg-type]


@settings(calmly, max_examples=60)
@given(st.lists(st.tuples(st.integers(5, 90), st.integers(5, 90)), min_size=1, max_size=2))
def test_the_public_range_holds_the_exact_one(made: list[tuple[int, int]]) -> None:
    population = HALVES if len(made) > 1 else {}
    [whole, *_groups] = released_rows(kept(tuple(made)), population)
    if whole["share"] is None:
        return
    answers = {
        group: {"good": good, "other": other}
        for group, (good, other) in zip(HALVES, made, strict=False)
    }
    exact = next(one for one in stance_shares(answers, population or None) if one.stance == "good")
    assert whole["low"] - 0.005 <= exact.interval.low <= exact.interval.high
    assert exact.interval.high <= whole["high"] + 0.005
    assert whole["low"] <= whole["share"] <= whole["high"]
