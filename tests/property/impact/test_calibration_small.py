"""The calibration protocol in small: the named cells, a few panels, and the sums of its report."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from scipy.stats import binom

BENCH = Path(__file__).resolve().parents[3] / "bench"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        import impact_calibration
    finally:
        sys.path.remove(str(BENCH))
    return impact_calibration


def test_at_most_eighty_cells_are_named_each_once(bench: ModuleType) -> None:
    names = [cell.name for cell in bench.CELLS]
    assert len(set(names)) == len(names) <= 80
    made_up = [cell for cell in bench.CELLS if cell.scope and not cell.data]
    assert all(cell.before >= (90 if cell.rho == 0.9 else 40) for cell in made_up)


def test_holm_rejects_in_steps(bench: ModuleType) -> None:
    assert bench.holm([0.04, 0.001, 0.02]) == [True, True, True]
    assert bench.holm([0.03, 0.001, 0.03]) == [False, True, False]
    assert bench.holm([0.02, 0.02, 0.5]) == [False, False, False]


@pytest.mark.parametrize("name", ["lottery 4+4", "did 2+2 rho 0.6"])
def test_coverage_and_false_alarms_in_two_cells(bench: ModuleType, name: str) -> None:
    cell = next(one for one in bench.CELLS if one.name == name)
    row = bench.run_round(cell, "1", 0, 120)
    counts = row["counts"]
    assert counts["ranges"] == 120
    low = binom.ppf(0.001, 120, 0.95)
    assert counts["covered"] >= low


def test_a_run_is_taken_up_where_it_stopped(
    bench: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rounds.jsonl"
    bench.run(out, 2, float("inf"), ["lottery 3+3"])
    first = out.read_text(encoding="utf-8")
    assert len(first.splitlines()) == 3
    bench.run(out, 2, float("inf"), ["lottery 3+3"])
    assert out.read_text(encoding="utf-8") == first
    out.write_text(first[:-20], encoding="utf-8")  # the last line was cut off
    assert len(bench.read(out)) == 2
    bench.run(out, 2, float("inf"), ["lottery 3+3"])
    assert [row["counts"] for row in bench.read(out)] == [
        json.loads(line)["counts"] for line in first.splitlines()
    ]
    bench.report(out)
    shown = capsys.readouterr().out
    assert "| lottery 3+3 |" in shown
    assert "Failed after Holm" in shown
