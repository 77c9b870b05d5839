"""Two results of nearly the same people: no sum or difference is about fewer than ten."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.opinion import MISSING, VoteMatrix, landscape
from lamppost.vision.apart import ALL, EVERYONE, NOTHING, aligned, hidden_beside, may_be_told
from lamppost.vision.queries.released import released


def table(*rows: tuple[int, ...]) -> Any:
    return np.array(rows, dtype=np.int64)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        # Rows: group A, nobody's. Columns: group A, nobody's, flagged.
        (table((40, 0, 20), (0, 0, 0)), ALL),
        (table((40, 0, 3), (0, 0, 0)), NOTHING),
        (table((40, 0, 0), (0, 0, 0)), ALL),
        # Three people moved from A to B beside the twelve flagged: A, A's rest and the flagged
        # together would tell how the three voted; how all who are left voted tells nothing.
        (table((40, 3, 0, 12), (0, 50, 0, 0), (0, 0, 0, 0)), EVERYONE),
        (table((40, 13, 0, 12), (0, 50, 0, 0), (0, 0, 0, 0)), ALL),
        # Of the twelve flagged nine were in A: nothing else moved, so A alone tells the nine.
        (table((40, 0, 0, 9), (0, 50, 0, 3), (0, 0, 0, 0)), EVERYONE),
        # Nobody is left to speak of.
        (table((0, 0, 30), (0, 0, 0)), ALL),
    ],
)
def test_what_may_be_told(counts: Any, told: str) -> None:
    assert may_be_told(counts) == told


@settings(max_examples=60)
@given(
    st.integers(1, 3).flatmap(
        lambda rows: st.lists(
            st.lists(st.sampled_from([0, 0, 1, 4, 9, 10, 11, 35]), min_size=3, max_size=3),
            min_size=rows, max_size=rows,
        )
    )
)  # fmt: skip
def test_no_sum_with_any_factors_is_about_fewer_than_ten_people(rows: list[list[int]]) -> None:
    counts = np.array(rows)
    told = may_be_told(counts)
    sums = list(_released_sums(counts, groups=told == ALL, everyone=told in (ALL, EVERYONE)))
    seen = _sizes(sums, counts)
    # What the first result alone tells is not judged here: it was so before.
    before = _sizes(list(_released_sums(counts, groups=False, everyone=False)), counts)
    assert {size for size in seen - before if 0 < size < 10} == set()


def _released_sums(counts: Any, *, groups: bool, everyone: bool) -> Any:
    """Indicators of the cells behind each released number, by the rule of `released`."""
    yield from _of_parts(counts.sum(axis=1), counts.shape, axis=0)
    rest = counts[:, :-1]
    for one in _of_parts(rest.sum(axis=0), counts.shape, axis=1):
        whole = bool(one[:, :-1].all())
        if (whole and everyone) or (groups and not whole):
            yield one


def _of_parts(parts: Any, shape: tuple[int, int], axis: int) -> Any:
    for place, count in enumerate(parts[:-1]):
        if count >= 10:
            one = np.zeros(shape, dtype=np.int64)
            one[(place, slice(None)) if axis == 0 else (slice(None), place)] = 1
            yield one
    if parts.sum() >= 10 and not ((parts > 0) & (parts < 10)).any():
        one = np.ones(shape, dtype=np.int64)
        if axis == 1:
            one[:, -1] = 0
        yield one


def _sizes(sums: list[Any], counts: Any) -> set[int]:
    """How many people stand behind each sum of the released numbers, with any small factors."""
    factors = np.array(list(product((-2, -1, 0, 1, 2), repeat=len(sums))), dtype=np.int64)
    cells = np.array([one.ravel() for one in sums], dtype=np.int64).reshape(-1, counts.size)
    return set(((factors @ cells != 0) @ counts.ravel()).tolist())


def two_camps(*, copies: int) -> tuple[VoteMatrix, Any]:
    """40 and 30 people who oppose each other on 12 statements, and so many more of the first."""
    rng = np.random.default_rng(3)
    camp = np.repeat([0, 1, 0], [40, 30, copies])
    lean = np.where(camp == 0, 1, -1)[:, None] * np.where(np.arange(12) % 2, 1, -1)
    noise = rng.random(lean.shape)
    values = np.where(noise < 0.1, -lean, lean).astype(np.int8)
    values[rng.random(lean.shape) < 0.05] = MISSING
    matrix = VoteMatrix.from_triples(
        [
            (f"p{row:03d}", column, int(values[row, column]))
            for row in range(len(camp))
            for column in range(12)
            if values[row, column] != MISSING
        ]
    )
    return matrix, np.arange(len(camp)) >= 70


@pytest.mark.parametrize(("copies", "left_out"), [(20, 20), (4, 4)])
def test_groups_keep_their_names_and_few_flagged_people_are_hidden(
    copies: int, left_out: int
) -> None:
    matrix, flagged = two_camps(copies=copies)
    kept = ~flagged
    names = tuple(n for n, keep in zip(matrix.participants, kept.tolist(), strict=True) if keep)
    rest = VoteMatrix(
        names, matrix.statements, matrix.values[kept], matrix.moderation, matrix.is_meta
    )
    every, without = landscape(matrix), landscape(rest)
    assert every.groups, "there is something to compare"
    record = aligned(every, without)
    same = [record["membership"][key] == every.membership[key] for key in record["membership"]]
    assert sum(same) > 0.95 * len(same)
    sizes = {group["id"]: group["size"] for group in record["groups"]}
    assert sizes == {g: list(record["membership"].values()).count(g) for g in sizes}
    for row in record["results"]:
        assert [share["group"] for share in row["groups"]] == sorted(sizes)
    hidden = hidden_beside(matrix, every.to_json(), record, flagged)
    shown = set(matrix.statements)
    told = released(record, shown, hidden)
    if left_out < 10:
        assert hidden == {"everyone": [], "nothing": list(matrix.statements)}
        assert (told["common_ground"], told["dividing"], told["undecided"]) == ([], [], [])
    else:
        assert set(told["dividing"]) == shown - set(hidden["everyone"])
        assert len(told["dividing"]) >= 6
