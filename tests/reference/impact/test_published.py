"""The difference of site changes against published numbers and an independent implementation."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from lamppost.engines.impact import Panel, estimate_site_changes


@pytest.fixture
def data(shared_data: Path) -> Path:
    folder = shared_data / "impact"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    return folder


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    return found


def test_card_and_krueger_minimum_wage(data: Path) -> None:
    """384 restaurants seen in both waves: full-time equivalents rose by 2.75 in New Jersey."""
    folder = data / "card_krueger"
    with (folder / "card-krueger.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["fte"] != "NA"]
    employed: dict[str, dict[str, float]] = {}
    state = {row["id"]: row["nj"] == "1" for row in rows}
    for row in rows:
        employed.setdefault(row["id"], {})[row["d"]] = float(row["fte"])
    both = sorted(store for store, waves in employed.items() if len(waves) == 2)
    panel = Panel(
        units=tuple(both),
        periods=(0, 1),
        values=np.array([[employed[store]["0"], employed[store]["1"]] for store in both]),
        treated=np.array([state[store] for store in both]),
        start=1,
    )
    wanted = expected(folder)["did_balanced_384"]
    found = estimate_site_changes(panel, direction="up")
    assert len(both) == 384
    assert found.effect == pytest.approx(wanted["value"], abs=wanted["tolerance"])
    # A rise: the whole interval lies above zero.
    assert found.interval is not None
    assert found.interval.low > 0


@pytest.mark.parametrize("seed", range(20))
def test_interval_is_scipys_two_sample_t(seed: int) -> None:
    random = np.random.default_rng(seed)
    pilots, comparisons = random.integers(2, 12, size=2)
    sites, before, after = pilots + comparisons, random.integers(1, 9), random.integers(1, 9)
    values = random.normal(50, 7, (sites, before + after))
    values[random.random(values.shape) < 0.1] = np.nan
    values[:, 0], values[:, -1] = random.normal(50, 7, sites), random.normal(50, 7, sites)
    panel = Panel(
        units=tuple(f"{n:02}" for n in range(sites)),
        periods=tuple(range(before + after)),
        values=values,
        treated=np.arange(sites) < pilots,
        start=int(before),
    )
    found = estimate_site_changes(panel, level=0.9, max_assignments=99)
    changes = np.nanmean(values[:, before:], axis=1) - np.nanmean(values[:, :before], axis=1)
    peer = stats.ttest_ind(changes[:pilots], changes[pilots:], equal_var=True)
    ends = peer.confidence_interval(0.9)
    assert found.interval is not None
    assert found.effect == pytest.approx(changes[:pilots].mean() - changes[pilots:].mean())
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))
    assert found.degrees_of_freedom == peer.df
