"""All rows of published figures through the command line, and the same digits in any order.

``pytest -s`` prints the table of docs/benchmarks.md. Skipped where the data are not beside the
checkout.
"""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from lamppost.cli import main
from tests.impact_panels import assert_close
from tests.reference.impact.published_rows import ROWS, Found, Lines


@pytest.fixture(scope="module")
def data() -> Path:
    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "impact"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    return folder


class Runner:
    """Runs the command on lines, once for the same question, and once more on shuffled ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, Found] = {}

    def __call__(self, lines: Lines, columns: str, *options: str, predictors: Any = None) -> Found:
        key = json.dumps([lines, columns, options, predictors])
        if key not in self.known:
            once = self.run(lines, columns, options, predictors)
            assert_close(self.run(shuffled(lines), columns, options, predictors), once)
            self.known[key] = once
        return self.known[key]

    def run(self, lines: Lines, columns: str, options: tuple[str, ...], predictors: Any) -> Found:
        panel, target = self.folder / "panel.csv", self.folder / "found.json"
        with panel.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
        named = zip(("--unit", "--time", "--outcome"), columns.split(), strict=True)
        told = [one for pair in named for one in pair] + list(options)
        if predictors is not None:
            specification = self.folder / "predictors.json"
            specification.write_text(json.dumps(predictors))
            told += ["--predictors", str(specification)]
        assert main(["estimate", str(panel), *told, "--json", str(target)]) == 0
        found: Found = json.loads(target.read_text())
        return found


def shuffled(lines: Lines) -> Lines:
    order = random.Random(11)
    names = order.sample(list(lines[0]), len(lines[0]))
    return [{name: row[name] for name in names} for row in order.sample(lines, len(lines))]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return Runner(tmp_path_factory.mktemp("rows"))


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_matched_in_any_order_of_rows_and_columns(
    data: Path, run: Runner, row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = list(ROWS[row](data, run))
    capsys.readouterr()
    for one in found:
        print(
            f"| {row} | {one.what} | {one.published:.7g} | {one.ours:.7g} | {one.tolerance:.3g} "
            f"| {'met' if one.met else '**missed**'} |"
        )
    assert found
    assert all(one.met for one in found), [one for one in found if not one.met]
