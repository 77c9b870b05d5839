"""Names that a CSV file gives to each unit: the pair, the stratum, the ring it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.csv_rows import rows_of


def read_unit_labels(
    lines: Iterable[str], unit: str, columns: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Read columns that say one thing of each unit.

    Parameters
    ----------
    lines : iterable of str
        The same file that `read_study` reads.
    unit : str
        Column of the units.
    columns : sequence of str

    Returns
    -------
    dict of column to dict of unit to text
        Blank cells are left out; a unit that is blank in all its rows has no entry.

    Raises
    ------
    EngineError
        ``impact.study_file.column`` for a column that is not there; ``impact.study_file.cell``
        where two rows of one unit say different things.
    """
    head, rows = rows_of(lines)
    for name in (unit, *columns):
        if head.count(name) != 1:
            raise EngineError(
                "impact.study_file.column",
                f"The first row names the column {name!r} {head.count(name)} times; it has: "
                f"{', '.join(head)}. Name a column that is there once.",
                {"column": name, "times": head.count(name)},
            )
    found: dict[str, dict[str, str]] = {name: {} for name in columns}
    for number, row in rows:
        cells = dict(zip(head, row, strict=False))
        for name in columns:
            if cells.get(name) and cells.get(unit):
                _take(found[name], number, name, cells[unit], cells[name])
    return found


def _take(known: dict[str, str], number: int, column: str, unit: str, label: str) -> None:
    first = known.setdefault(unit, label)
    if first != label:
        raise EngineError(
            "impact.study_file.cell",
            f"Row {number}, column {column!r} {label!r}: {unit!r} has {first!r} in an earlier row. "
            "Write the same in each row of a unit.",
            {"row": number, "column": column, "value": label},
        )
