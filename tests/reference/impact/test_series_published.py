"""Single series against published results (skipped where the data are not beside the checkout)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lamppost.engines.impact.series import (
    interrupted_counts,
    interrupted_series,
    step_in_logs,
    structural_series,
)
from lamppost.engines.impact.study import Study


@pytest.fixture
def data(shared_data: Path) -> Path:
    folder = shared_data / "impact"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    return folder


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    return found


def rows_of(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


def example(folder: Path, name: str) -> Study:
    columns = {
        "arma": ("y", "X"),
        "google": ("y", "x1", "x2"),
        "volks": ("VolksWagen", "BMW", "Allianz"),
        "comparison": ("CHANGED", "NOT_CHANGED_1", "NOT_CHANGED_2", "NOT_CHANGED_3"),
    }[name]
    starts = {"google": ("date", "2020-03-02"), "volks": ("Date", "2015-09-20"),
              "comparison": ("DATE", "2019-07-15")}  # fmt: skip
    rows = rows_of(folder / f"{name}_data.csv", " " if name == "volks" else ",")
    start = 70
    if name in starts:
        column, day = starts[name]
        start = [row[column] for row in rows].index(day)
    table = np.array([[float(row[column]) for row in rows] for column in columns])
    begin = np.array([start] + [len(rows)] * (len(columns) - 1))
    return Study(columns, tuple(range(len(rows))), table, begin)


@pytest.mark.parametrize(
    ("name", "options"),
    [("arma", {}), ("google", {}), ("volks", {"season": (52,), "waves": 26}), ("comparison", {})],
)
def test_causal_impacts_r_summaries(data: Path, name: str, options: dict[str, Any]) -> None:
    """The four captured R summaries, without random draws, and the same when run again."""
    folder = data / "causalimpact_examples"
    wanted = expected(folder)[name]
    study = example(folder, name)
    found = structural_series(study, **options)
    tolerance = wanted["tolerance"]
    assert found.interval is not None
    assert found.estimate == pytest.approx(wanted["value"]["average"], abs=tolerance["average"])
    if "ci" in tolerance:
        ends = (found.interval.low, found.interval.high)
        assert ends == pytest.approx(tuple(wanted["value"]["ci"]), abs=tolerance["ci"])
    again = structural_series(study, **options)
    assert again.to_json() == found.to_json()


def test_our_answer_to_the_same_examples(data: Path) -> None:
    """Correlated errors: same sign and size; wider where errors resemble each other (volks)."""
    folder = data / "causalimpact_examples"
    widths = {}
    for name in ("arma", "google", "volks"):
        study = example(folder, name)
        ours, theirs = interrupted_series(study), structural_series(study)
        assert ours.interval is not None
        assert theirs.interval is not None
        assert theirs.interval.low < ours.estimate < theirs.interval.high
        widths[name] = (ours.interval.high - ours.interval.low) / (
            theirs.interval.high - theirs.interval.low
        )
        assert ours.interval.excludes_zero
        assert not ours.facts["still_correlated"]
        assert ours.p_value is not None
        assert ours.p_value < 0.05
    assert widths["arma"] < 1
    assert widths["volks"] > 1.5


@pytest.mark.parametrize("seats", ["drivers", "front", "rear"])
def test_seat_belt_law(data: Path, seats: str) -> None:
    """Drivers and front seats fell; rear seats, which the law left alone, rose."""
    folder = data / "seatbelts"
    wanted = expected(folder)["hac_log_regression"]
    rows = rows_of(folder / "Seatbelts.csv")
    law = [row["law"] for row in rows].index("1")
    logs = {name: np.log([[float(row[name]) for row in rows]]) for name in ("kms", "PetrolPrice")}
    counts = np.array([[float(row[seats]) for row in rows]])
    study = Study((seats,), tuple(range(len(rows))), counts, np.array([law]), covariates=logs)
    options: dict[str, Any] = {"season": (12,), "covariates": ("kms", "PetrolPrice")}
    found = step_in_logs(study, **options)
    assert found.percent == pytest.approx(wanted["value"][seats], abs=wanted["tolerance"])
    # The counterfactual from the 169 months before alone agrees within its range.
    counted = interrupted_counts(study, **options)
    assert counted.ratio_interval is not None
    assert counted.ratio_interval.low < found.ratio < counted.ratio_interval.high
    assert (counted.ratio_interval.high < 1) == (seats != "rear")
