"""The suppressed table and the check of what comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError

LOWEST_THRESHOLD = 5
DEFAULT_THRESHOLD = 10
_MOST_CELLS = 10_000

Count = int | None
Counts = Sequence[int] | Sequence[Sequence[int]] | NDArray[np.integer[Any]]


@dataclass(frozen=True)
class SuppressedTable:
    """A table of counts that may be published; None is a hidden count.

    The table does not say which hidden counts are small and which protect another: that would
    help to compute them back. Print a hidden count as "hidden", never as "fewer than 10".

    Attributes
    ----------
    cells : tuple of rows of int or None
        A one-way table has one row.
    row_totals, column_totals : tuples of int or None
        Both empty for a one-way table.
    total : int or None
        Sum of all cells.
    threshold : int
        Non-zero counts below it are hidden.
    dimensions : int
        1 or 2.
    """

    cells: tuple[tuple[Count, ...], ...]
    row_totals: tuple[Count, ...]
    column_totals: tuple[Count, ...]
    total: Count
    threshold: int
    dimensions: int

    @property
    def hidden_cells(self) -> int:
        """Number of hidden cells, totals not counted."""
        return sum(cell is None for row in self.cells for cell in row)

    @property
    def hidden_totals(self) -> int:
        """Number of hidden totals."""
        totals = [*self.row_totals, *self.column_totals, self.total]
        return sum(total is None for total in totals)

    @property
    def shares(self) -> tuple[tuple[float | None, ...], ...]:
        """Each cell as a share of the total; None where one of the two is hidden."""
        return tuple(tuple(self._share(cell) for cell in row) for row in self.cells)

    def _share(self, cell: Count) -> float | None:
        return None if cell is None or not self.total else cell / self.total

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object; a hidden count is null."""
        record = asdict(self)
        record["cells"] = [list(row) for row in self.cells]
        record["row_totals"] = list(self.row_totals)
        record["column_totals"] = list(self.column_totals)
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> SuppressedTable:
        """Make the table again from what `to_json` returned."""
        return cls(
            cells=tuple(tuple(row) for row in record["cells"]),
            row_totals=tuple(record["row_totals"]),
            column_totals=tuple(record["column_totals"]),
            total=record["total"],
            threshold=record["threshold"],
            dimensions=record["dimensions"],
        )


def check_threshold(threshold: int) -> None:
    """Refuse a threshold below 5: it would protect nobody."""
    if threshold < LOWEST_THRESHOLD:
        raise EngineError(
            "suppression.threshold_too_low",
            f"The threshold is {threshold}. Choose {LOWEST_THRESHOLD} or more.",
            {"threshold": threshold, "lowest": LOWEST_THRESHOLD},
        )


def checked_counts(table: Counts) -> NDArray[np.int64]:
    """Return the counts as a 1-D or 2-D int64 array, or refuse them."""
    counts = _as_array(table)
    if counts.ndim not in (1, 2) or counts.size == 0:
        raise EngineError(
            "suppression.shape",
            f"The table has the shape {counts.shape}. Give one row of counts, or rows of equal "
            "length.",
            {"shape": counts.shape},
        )
    if counts.size > _MOST_CELLS:
        raise EngineError(
            "suppression.too_large",
            f"The table has {counts.size} cells. Publish at most {_MOST_CELLS} at once.",
            {"cells": counts.size, "most": _MOST_CELLS},
        )
    if counts.dtype.kind not in "iu" or bool((counts < 0).any()) or int(counts.max()) > 2**40:
        raise EngineError(
            "suppression.not_a_count",
            "The table holds something that is not a count. Give whole numbers, zero or more.",
            {},
        )
    return counts.astype(np.int64)


def _as_array(table: Counts) -> NDArray[Any]:
    try:
        return np.asarray(table)
    except ValueError:
        raise EngineError(
            "suppression.shape",
            "The rows of the table differ in length. Give rows of equal length.",
            {},
        ) from None
