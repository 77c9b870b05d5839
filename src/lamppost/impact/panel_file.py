"""A panel as a CSV file: unit, period, value, treated, cohort."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from lamppost.base.spreadsheet import guard

COLUMNS = ("unit", "period", "value", "treated", "cohort")


def panel_csv(panel: Mapping[str, Any]) -> str:
    """Return the file of a panel's JSON record; an empty cell has no value.

    Numbers are written in full, so that the file gives the same estimate to the last digit; only
    names are guarded against formulas. ``cohort`` is the first period with the technology on, empty
    for comparison sites: what ``lamppost estimate --cohort cohort`` reads.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row, unit in enumerate(panel["units"]):
        cohort = panel["starts"][row]
        for column, period in enumerate(panel["periods"]):
            value = panel["values"][row][column]
            cell = "" if value is None else repr(value)
            writer.writerow([guard(unit), period, cell, int(cohort is not None), cohort or ""])
    return out.getvalue()
