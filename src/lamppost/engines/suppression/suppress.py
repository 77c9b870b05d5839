"""Primary and complementary suppression of a table of counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.suppression.ranges import Edge, Network
from lamppost.engines.suppression.tables import (
    DEFAULT_THRESHOLD,
    Count,
    Counts,
    SuppressedTable,
    check_threshold,
    checked_counts,
)


def suppress(table: Counts, *, threshold: int = DEFAULT_THRESHOLD) -> SuppressedTable:
    """Hide small counts, and further counts so that none can be computed back.

    Every count from 1 to threshold - 1 is hidden, totals too. Then further counts are hidden
    until the range that a reader can compute for each small count, from all that is published,
    spans at least threshold - 2: as wide as "from 1 to threshold - 1". Every other hidden count
    keeps at least two possible values. Zeros are published.

    Parameters
    ----------
    table : sequence of int, or sequence of rows of int
        Counts without totals: the totals are computed, and published unless hidden.
    threshold : int
        At least 5.

    Returns
    -------
    SuppressedTable

    Raises
    ------
    EngineError
        ``suppression.threshold_too_low``, ``.shape``, ``.not_a_count``, ``.too_large``.

    Notes
    -----
    Deterministic: the cheapest counts are hidden, few before many, cells before totals, small
    before large, and the first among equals. Protects one table against arithmetic on its own
    totals. It does not protect against subtraction of a second table on the same people, nor
    fully against a reader who runs this very function on every table that could stand behind
    the published one (minimality attack; Wong, Fu, Wang and Pei, VLDB 2007): where the total is
    barely above the small counts, a few such tables have only one source.
    A few milliseconds for 8 × 5 cells; grows with the square of the cells.
    """
    check_threshold(threshold)
    counts = checked_counts(table)
    edges, places = _edges(counts)
    hidden = _hidden(edges, threshold)
    return _published(counts, edges, places, hidden, threshold)


@dataclass(frozen=True)
class SuppressedShares:
    """Shares of several groups that may be published; None is hidden.

    Attributes
    ----------
    shares : tuple of float or None
        Numerator / denominator of each group, 0 to 1. None too where the denominator is 0.
    overall : float or None
        The share of all groups together.
    counts : SuppressedTable
        Rows of [numerator, denominator - numerator]; the row totals are the denominators that
        may be printed beside the shares.
    """

    shares: tuple[float | None, ...]
    overall: float | None
    counts: SuppressedTable


def suppress_shares(
    numerators: Sequence[int],
    denominators: Sequence[int],
    *,
    threshold: int = DEFAULT_THRESHOLD,
) -> SuppressedShares:
    """Hide shares that rest on small counts, and those from which they could be computed.

    A share is shown only when its numerator, the rest and the denominator may all be shown in
    one table with totals; so shares, denominators and the overall share can stand together.

    Parameters
    ----------
    numerators, denominators : sequences of int, equal length
        One pair per group, 0 <= numerator <= denominator; nobody counts in two groups.
    threshold : int
        At least 5.

    Returns
    -------
    SuppressedShares

    Raises
    ------
    EngineError
        ``suppression.shares_do_not_fit`` and those of `suppress`.
    """
    top, bottom = np.asarray(numerators), np.asarray(denominators)
    if top.ndim != 1 or top.shape != bottom.shape or bool((top > bottom).any()):
        raise EngineError(
            "suppression.shares_do_not_fit",
            "Give one numerator and one denominator for each group, the numerator not above the "
            "denominator.",
            {},
        )
    table = suppress(np.column_stack([top, bottom - top]), threshold=threshold)
    rows = zip(table.cells, table.row_totals, strict=True)
    shares = tuple(_share(row, total) for row, total in rows)
    return SuppressedShares(shares, _share(table.column_totals, table.total), table)


def _share(parts: tuple[Count, ...], total: Count) -> float | None:
    if total is None or total == 0 or parts[0] is None or parts[1] is None:
        return None
    return parts[0] / total


def _edges(counts: NDArray[np.int64]) -> tuple[list[Edge], list[tuple[int, int]]]:
    """Every count and total as an edge, with its place in the table that includes totals."""
    if counts.ndim == 1:
        return _edges_of_one_row(counts)
    rows, columns = counts.shape
    with_totals = _with_totals(counts)
    total = int(with_totals[-1, -1])
    edges, places = [], []
    for row in range(rows + 1):
        for column in range(columns + 1):
            value = int(with_totals[row, column])
            margins = (row == rows) + (column == columns)
            cost = _cost(value, total, margins, counts.size)
            edges.append(Edge(row, column, value, -1 if margins == 1 else 1, cost))
            places.append((row, column))
    return edges, places


def _edges_of_one_row(counts: NDArray[np.int64]) -> tuple[list[Edge], list[tuple[int, int]]]:
    # One equation, cells - total = 0: all edges run between the same two nodes.
    total, size = int(counts.sum()), int(counts.size)
    edges = [Edge(0, 0, int(value), 1, _cost(int(value), total, 0, size)) for value in counts]
    edges.append(Edge(0, 0, total, -1, _cost(total, total, 2, size)))
    return edges, [(0, column) for column in range(size + 1)]


def _with_totals(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    with_rows = np.column_stack([counts, counts.sum(axis=1)])
    return np.vstack([with_rows, with_rows.sum(axis=0)])


def _cost(value: int, total: int, margins: int, cells: int) -> int:
    """Few before many, small before large; a total costs more than all cells together."""
    weight: int = (2 * cells + 2) ** margins
    return (total + 1 + value) * weight


def _hidden(edges: list[Edge], threshold: int) -> set[int]:
    network = Network(edges)
    small = [n for n, edge in enumerate(edges) if 0 < edge.value < threshold]
    hidden = set(small)
    for target in sorted(small, key=lambda number: (edges[number].value, number)):
        _protect(network, target, hidden, threshold - 2)
    waiting = sorted(hidden - set(small))
    while waiting:
        before = set(hidden)
        for target in waiting:
            _protect(network, target, hidden, 1)
        waiting = sorted(hidden - before)
    return hidden


def _protect(network: Network, target: int, hidden: set[int], room: int) -> None:
    if network.range_width(target, hidden, room) < room:
        hidden.update(network.cheapest_cover(target, hidden, room))


def _published(
    counts: NDArray[np.int64],
    edges: list[Edge],
    places: list[tuple[int, int]],
    hidden: set[int],
    threshold: int,
) -> SuppressedTable:
    shown: dict[tuple[int, int], Count] = {
        place: None if number in hidden else edges[number].value
        for number, place in enumerate(places)
    }
    if counts.ndim == 1:
        cells = (tuple(shown[0, column] for column in range(counts.size)),)
        return SuppressedTable(cells, (), (), shown[0, counts.size], threshold, 1)
    rows, columns = counts.shape
    return SuppressedTable(
        cells=tuple(tuple(shown[row, column] for column in range(columns)) for row in range(rows)),
        row_totals=tuple(shown[row, columns] for row in range(rows)),
        column_totals=tuple(shown[rows, column] for column in range(columns)),
        total=shown[rows, columns],
        threshold=threshold,
        dimensions=2,
    )
