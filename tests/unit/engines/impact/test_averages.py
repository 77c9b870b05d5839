"""From readings to a study: cells, starts of single sites, mixed periods, impossible readings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.averages import average_readings

DAY = 86_400 * 1_000_000
MONDAY = 4 * DAY  # 5 January 1970
WEEK = 7 * DAY


def made(**changes: Any) -> Any:
    """Two pilot sites and one comparison site, one reading a day for six weeks."""
    names = ("a", "b", "c")
    rows = [(name, MONDAY + day * DAY, 10.0 + day) for name in names for day in range(42)]
    given: dict[str, Any] = {
        "starts": {"a": MONDAY + 2 * WEEK, "b": MONDAY + 4 * WEEK},
        "comparison_sites": ["c"],
    }
    given |= changes
    order = np.random.default_rng(1).permutation(len(rows))
    return average_readings(
        [rows[one][0] for one in order],
        np.array([rows[one][1] for one in order]),
        np.array([rows[one][2] for one in order]),
        **given,
    )


def test_each_site_has_its_own_start_and_cells_are_means() -> None:
    found = made()
    study = found.study
    assert study.units == ("a", "b", "c")
    assert study.times[:2] == ("1970-01-05", "1970-01-12")
    assert study.starts.tolist() == [2, 4, 6]
    assert study.outcome[0].tolist() == [13 + 7 * week for week in range(6)]
    assert (found.readings, found.mixed, found.outside) == (126, 0, 0)
    assert len(study.inputs_sha256) == 64


def test_the_week_in_which_it_came_on_is_blank_at_that_site_alone() -> None:
    found = made(starts={"a": MONDAY + 2 * WEEK + 3 * DAY, "b": MONDAY + 4 * WEEK})
    assert np.isnan(found.study.outcome[0]).tolist() == [False, False, True, False, False, False]
    assert not np.isnan(found.study.outcome[1:]).any()
    assert found.study.starts.tolist() == [3, 4, 6]
    assert (found.readings, found.mixed) == (119, 7)


def test_what_cannot_be_true_is_left_out_and_counted() -> None:
    found = made(bounds=(12.0, 50.0))
    assert found.outside == 3 * (2 + 1)
    assert np.nanmin(found.study.outcome) >= 12
    with pytest.raises(EngineError, match="lies outside what the plan calls possible"):
        made(bounds=(1000.0, None))


def test_a_site_that_starts_after_the_last_reading_is_not_treated_yet() -> None:
    found = made(starts={"a": MONDAY + 2 * WEEK, "b": MONDAY + 40 * WEEK})
    assert found.study.treated.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"starts": {"a": MONDAY, "b": MONDAY}}, "impact.panel.no_periods_before"),
        ({"starts": {"a": MONDAY + 9 * WEEK, "b": MONDAY + 9 * WEEK}},
         "impact.panel.no_periods_after"),
        ({"comparison_sites": []}, "impact.panel.site_not_in_plan"),
        ({"comparison_sites": ["a", "c"]}, "impact.panel.site_in_both_arms"),
    ],
)  # fmt: skip
def test_refusals(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(EngineError) as refused:
        made(**changes)
    assert refused.value.code == code
