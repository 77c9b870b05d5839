"""A panel as a CSV file: unit, period, value, treated."""

from __future__ import annotations

import csv
import io
from typing import Any

from lamppost.base.spreadsheet import guard

COLUMNS = ("unit", "period", "value", "treated")


def panel_csv(panel: dict[str, Any]) -> str:
    """Return the file of a panel's JSON record; an empty cell has no value.

    Numbers are written in full, so that the file gives the same estimate to the last digit; only
    names are guarded against formulas.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row, unit in enumerate(panel["units"]):
        treated = int(panel["treated"][row])
        for column, period in enumerate(panel["periods"]):
            value = panel["values"][row][column]
            writer.writerow([guard(unit), period, "" if value is None else repr(value), treated])
    return out.getvalue()
