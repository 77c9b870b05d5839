"""A panel as a CSV file: unit, period, value, treated, cohort; of counts also exposure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from lamppost.base.spreadsheet import guard

COLUMNS = ("unit", "period", "value", "treated", "cohort")
EXPOSURE = "exposure"


def panel_csv(panel: Mapping[str, Any]) -> str:
    """Return the file of a panel's JSON record; an empty cell has no value.

    Numbers are written in full, so that the file gives the same estimate to the last digit; only
    names are guarded against formulas. ``cohort`` is the first period with the technology on, empty
    for comparison sites: what ``lamppost estimate --cohort cohort`` reads. Of counts there is also
    ``exposure``, the readings of each cell: ``--counts --exposure exposure``.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    over = panel.get("exposure")
    writer.writerow(COLUMNS if over is None else (*COLUMNS, EXPOSURE))
    for row, unit in enumerate(panel["units"]):
        cohort = panel["starts"][row]
        for column, period in enumerate(panel["periods"]):
            value = panel["values"][row][column]
            cell = "" if value is None else repr(value)
            told = [guard(unit), period, cell, int(cohort is not None), cohort or ""]
            writer.writerow(told if over is None else [*told, repr(over[row][column])])
    return out.getvalue()
