"""The change at the pilot sites alone: a mean, and Student's range of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lamppost.engines.impact.alone import change_alone


@pytest.mark.parametrize("sites", [2, 3, 9])
def test_its_range_is_students(sites: int) -> None:
    changes = np.random.default_rng(sites).normal(-2, 3, sites)
    found = change_alone(changes, 0.9, 10.0)
    low, high = stats.ttest_1samp(changes, 0).confidence_interval(0.9)
    assert found.interval is not None
    assert found.effect == pytest.approx(changes.mean())
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert found.degrees_of_freedom == sites - 1


def test_one_site_or_no_variation_has_no_range() -> None:
    assert change_alone(np.array([-2.0]), 0.95, 10.0).interval is None
    assert change_alone(np.array([-2.0, -2.0 + 1e-15]), 0.95, 10.0).interval is None
