"""The difference of site changes against slow independent arithmetic and simulation."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from scipy import integrate

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import Estimate, Panel, estimate_site_changes


def make_panel(values, treated, start, readings=0) -> Panel:
    values = np.asarray(values, dtype=float)
    return Panel(
        units=tuple(f"site {n:02}" for n in range(len(values))),
        periods=tuple(range(values.shape[1])),
        values=values,
        treated=np.asarray(treated, dtype=bool),
        start=start,
        readings=readings,
    )


def random_panel(rng, pilots, comparisons, *, effect=0.0, periods=6, start=3) -> Panel:
    values = rng.normal(10, 3, (pilots + comparisons, 1)) + rng.normal(
        0, 1, (pilots + comparisons, periods)
    )
    treated = np.arange(pilots + comparisons) < pilots
    values[:pilots, start:] += effect
    return make_panel(values, treated, start)


def slow_changes(panel: Panel) -> tuple[list[Fraction], list[Fraction]]:
    """Exact changes of pilot and comparison sites, in fractions."""
    arms: tuple[list[Fraction], list[Fraction]] = ([], [])
    for row, treated in zip(panel.values, panel.treated, strict=True):
        before = [Fraction(float(v)) for v in row[: panel.start] if v == v]
        after = [Fraction(float(v)) for v in row[panel.start :] if v == v]
        change = sum(after) / len(after) - sum(before) / len(before)
        arms[0 if treated else 1].append(change)
    return arms


def slow_t_quantile(freedom: int, probability: float) -> float:
    """Quantile of t by integrating its density and halving an interval."""

    def density(x: float) -> float:
        return (1 + x * x / freedom) ** (-(freedom + 1) / 2)

    whole = 2 * integrate.quad(density, 0, np.inf)[0]
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        below = 0.5 + integrate.quad(density, 0, middle)[0] / whole
        low, high = (middle, high) if below < probability else (low, middle)
    return low


@pytest.mark.parametrize(
    ("pilots", "comparisons", "level"), [(2, 2, 0.9), (3, 5, 0.95), (8, 16, 0.9)]
)
def test_equals_slow_arithmetic(pilots: int, comparisons: int, level: float) -> None:
    panel = random_panel(np.random.default_rng(pilots), pilots, comparisons, effect=-1)
    estimate = estimate_site_changes(panel, level=level, max_assignments=99)
    pilot, comparison = slow_changes(panel)
    effect = float(sum(pilot) / len(pilot) - sum(comparison) / len(comparison))
    squares = sum(len(arm) * statistics.pvariance(arm) for arm in (pilot, comparison))
    freedom = pilots + comparisons - 2
    error = sqrt(squares / freedom * Fraction(pilots + comparisons, pilots * comparisons))
    half = slow_t_quantile(freedom, 0.5 + level / 2) * error
    assert estimate.effect == pytest.approx(effect, rel=1e-12)
    assert estimate.standard_error == pytest.approx(error, rel=1e-12)
    assert estimate.degrees_of_freedom == freedom
    assert estimate.interval.low == pytest.approx(effect - half, rel=1e-7)
    assert estimate.interval.high == pytest.approx(effect + half, rel=1e-7)
    weaker = estimate.before_after
    assert weaker.effect == pytest.approx(float(sum(pilot) / len(pilot)), rel=1e-12)
    paired = statistics.stdev(map(float, pilot)) / sqrt(pilots)
    paired_half = slow_t_quantile(pilots - 1, 0.5 + level / 2) * paired
    assert weaker.interval.high - weaker.effect == pytest.approx(paired_half, rel=1e-7)


@pytest.mark.parametrize(("pilots", "comparisons"), [(1, 4), (2, 3), (3, 3), (4, 5)])
def test_permutation_equals_enumeration_in_fractions(pilots: int, comparisons: int) -> None:
    rng = np.random.default_rng(10 * pilots + comparisons)
    # Small whole numbers make many exact ties.
    values = rng.integers(0, 4, (pilots + comparisons, 2)).astype(float)
    panel = make_panel(values, np.arange(pilots + comparisons) < pilots, 1)
    pilot, comparison = slow_changes(panel)
    changes = pilot + comparison

    def effect(chosen) -> Fraction:
        inside = sum(changes[i] for i in chosen) / pilots
        outside = sum(c for i, c in enumerate(changes) if i not in chosen) / comparisons
        return abs(inside - outside)

    sizes = [effect(set(c)) for c in combinations(range(len(changes)), pilots)]
    share = sum(size >= effect(set(range(pilots))) for size in sizes) / len(sizes)
    permutation = estimate_site_changes(panel).permutation
    assert permutation.exact
    assert permutation.assignments == len(sizes)
    assert permutation.p_value == pytest.approx(share, abs=1e-12)


def test_smallest_p_and_whether_the_level_can_be_reached() -> None:
    rng = np.random.default_rng(5)

    def permutation(pilots, comparisons, **settings):
        panel = random_panel(rng, pilots, comparisons, effect=1000)
        return estimate_site_changes(panel, **settings).permutation

    three = permutation(3, 3)
    assert three.p_value == three.smallest_p == pytest.approx(0.1)
    assert not three.can_reach_level
    four = permutation(3, 4)
    assert four.p_value == four.smallest_p == pytest.approx(1 / 35)
    assert four.can_reach_level
    assert not permutation(2, 2, level=0.9).can_reach_level
    assert permutation(1, 19).can_reach_level
    assert not permutation(1, 18).can_reach_level
    assert permutation(3, 3, level=0.9).can_reach_level


def test_drawn_assignments_follow_the_exact_share() -> None:
    panel = random_panel(np.random.default_rng(3), 6, 8, effect=-0.4)
    exact = estimate_site_changes(panel, max_assignments=5000).permutation
    drawn = estimate_site_changes(panel, max_assignments=2500, seed=4).permutation
    again = estimate_site_changes(panel, max_assignments=2500, seed=4).permutation
    assert exact.exact
    assert not drawn.exact
    assert drawn == again
    assert drawn.assignments == 2500
    error = sqrt(exact.p_value * (1 - exact.p_value) / 2500)
    assert abs(drawn.p_value - exact.p_value) < 4 * error + 1 / 2501


def test_drawn_p_is_never_zero() -> None:
    panel = random_panel(np.random.default_rng(3), 12, 12, effect=1000)
    permutation = estimate_site_changes(panel, max_assignments=999).permutation
    assert permutation.p_value >= permutation.smallest_p == 1 / 1000


def test_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20260105)
    covered = 0
    for _ in range(2000):
        pilots, comparisons = ((2, 2), (3, 5), (8, 16))[rng.integers(3)]
        panel = random_panel(rng, pilots, comparisons, effect=-0.7)
        interval = estimate_site_changes(panel, max_assignments=99).interval
        covered += interval.low <= -0.7 <= interval.high
    assert 0.93 <= covered / 2000 <= 0.97


def test_correlated_readings_do_not_make_it_too_sure() -> None:
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(1000):
        noise = rng.normal(size=(8, 40))
        for period in range(1, 40):
            noise[:, period] += 0.8 * noise[:, period - 1]
        panel = make_panel(noise, np.arange(8) < 4, 20)
        wrong += estimate_site_changes(panel, max_assignments=99).interval.excludes_zero
    assert wrong / 1000 <= 0.07


def test_pilot_flat_and_comparison_down_is_found() -> None:
    """SFpark's shape: before and after sees nothing, the comparison shows the difference."""
    rng = np.random.default_rng(11)
    covered = seen = 0
    for _ in range(1000):
        values = 50 + rng.normal(0, 0.5, (14, 20))
        values[7:, 10:] -= 5
        estimate = estimate_site_changes(make_panel(values, np.arange(14) < 7, 10))
        covered += estimate.interval.low <= 5 <= estimate.interval.high
        seen += estimate.before_after.interval.excludes_zero
    assert covered / 1000 >= 0.93
    assert seen / 1000 <= 0.07


def test_order_of_rows_changes_no_digit() -> None:
    rng = np.random.default_rng(9)
    panel = random_panel(rng, 9, 11)
    order = rng.permutation(20)
    shuffled = Panel(
        units=tuple(panel.units[i] for i in order),
        periods=panel.periods,
        values=panel.values[order],
        treated=panel.treated[order],
        start=panel.start,
    )
    assert estimate_site_changes(panel) == estimate_site_changes(shuffled)


def test_one_site_in_an_arm_gives_no_interval() -> None:
    estimate = estimate_site_changes(make_panel([[1, 2], [1, 4]], [True, False], 1))
    assert estimate.effect == -2
    assert estimate.interval is None
    assert estimate.before_after.interval is None
    assert "too_few_sites_for_interval" in {caveat.code for caveat in estimate.caveats}


def test_sites_without_variation_give_no_interval() -> None:
    values = [[0.1, 0.3]] * 3 + [[0.1, 0.2]] * 3
    estimate = estimate_site_changes(make_panel(values, [True] * 3 + [False] * 3, 1))
    assert estimate.interval is None
    assert estimate.standard_error is None
    assert "no_variation_between_sites" in {caveat.code for caveat in estimate.caveats}


def test_sites_without_readings_are_left_out_and_named() -> None:
    nan = np.nan
    values = [[1, 2, 3], [1, 2, nan], [nan, nan, 3], [nan] * 3, [4, 4, 5], [2, nan, 2]]
    estimate = estimate_site_changes(
        make_panel(values, [True, True, False, False, False, True], 2, readings=12)
    )
    assert [(site.unit, site.reason) for site in estimate.left_out] == [
        ("site 01", "no_after"),
        ("site 02", "no_before"),
        ("site 03", "no_readings"),
    ]
    assert (estimate.pilot_sites, estimate.comparison_sites) == (2, 1)
    assert (estimate.periods_before, estimate.periods_after, estimate.readings) == (2, 1, 12)
    codes = [caveat.code for caveat in estimate.caveats]
    assert codes.count("site_left_out") == 3
    assert {"empty_cells", "gaps_differ_by_arm"} <= set(codes)
    assert estimate.sites[-1].periods_before == 1


def test_unequal_spread_is_said() -> None:
    values = [[0, 10], [0, -10], [0, 5], [0, 0.1], [0, 0.2], [0, 0.15]]
    estimate = estimate_site_changes(make_panel(values, [True] * 3 + [False] * 3, 1))
    assert "unequal_spread" in {caveat.code for caveat in estimate.caveats}


def test_json_round_trip() -> None:
    panel = random_panel(np.random.default_rng(2), 3, 4)
    for estimate in (
        estimate_site_changes(panel, worth_it=1.5, direction="up", seed=8),
        estimate_site_changes(make_panel([[1, 2], [1, np.nan], [1, 4]], [1, 1, 0], 1)),
    ):
        record = json.loads(json.dumps(estimate.to_json(), allow_nan=False))
        assert Estimate.from_json(record) == estimate


@pytest.mark.parametrize(
    ("code", "values", "treated"),
    [
        ("no_comparison_sites", [[1, 2], [1, 3]], [True, True]),
        ("no_pilot_sites", [[1, 2], [1, 3]], [False, False]),
        ("no_comparison_sites", [[1, 2], [1, np.nan]], [True, False]),
        ("value_too_large", [[-1e200, 1e200], [1, 2]], [True, False]),
    ],
)
def test_refusals(code: str, values, treated) -> None:
    with pytest.raises(EngineError) as caught:
        estimate_site_changes(make_panel(values, treated, 1))
    assert caught.value.code == f"impact.site_changes.{code}"


@pytest.mark.parametrize(
    "settings",
    [
        {"level": 1.0},
        {"level": 0.2},
        {"worth_it": 0.0},
        {"worth_it": float("nan")},
        {"direction": "left"},
        {"seed": -1},
        {"max_assignments": 5},
    ],
)
def test_settings_out_of_range_are_refused(settings) -> None:
    with pytest.raises(EngineError) as caught:
        estimate_site_changes(make_panel([[1, 2], [1, 4]], [True, False], 1), **settings)
    assert caught.value.params["setting"] in settings


def output_of(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_engine_brings_no_heavy_module() -> None:
    heavy = ["scipy.stats", "scipy.special", "scipy.optimize", "pandas", "django", "networkx"]
    program = (
        "import sys, lamppost.engines.impact, lamppost.engines.suppression, "
        f"lamppost.engines.networks; print([m for m in {heavy!r} if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
    program = (
        "import sys, numpy as np\n"
        "from lamppost.engines.impact import Panel, estimate_site_changes\n"
        "v = np.array([[1, 2], [1, 4], [1, 2.5], [2, 2]], float)\n"
        "p = Panel(tuple('abcd'), (1, 2), v, np.array([1, 1, 0, 0], bool), 1)\n"
        "assert estimate_site_changes(p).interval\n"
        "print('scipy.stats' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
