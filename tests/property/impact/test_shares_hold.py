"""How often ranges of weighted shares hold the truth: exactly, over all surveys there could be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from lamppost.engines.impact.series import StanceShare, share_change, stance_shares
from lamppost.engines.impact.study import Floats

SHARES = [(0.75, 0.3), (0.9, 0.5), (0.5, 0.2), (0.5, 0.5), (0.95, 0.95), (0.98, 0.4)]


def surveys(
    sizes: tuple[int, int], shares: tuple[float, float], older: float
) -> tuple[Floats, list[StanceShare]]:
    """Every survey that could come of two groups, with its chance (above one in 1e6)."""
    chances, found = [], []
    for first in range(sizes[0] + 1):
        for second in range(sizes[1] + 1):
            both = binom.pmf([first, second], sizes, shares)
            if both.prod() < 1e-6:
                continue
            chances.append(float(both.prod()))
            answers = {
                "older": {"for": first, "against": sizes[0] - first},
                "younger": {"for": second, "against": sizes[1] - second},
            }
            told = stance_shares(answers, {"older": older, "younger": 1 - older})
            found.append(next(one for one in told if one.stance == "for"))
    return np.array(chances), found


def covered(sizes: tuple[int, int], shares: tuple[float, float], older: float) -> float:
    truth = older * shares[0] + (1 - older) * shares[1]
    chances, found = surveys(sizes, shares, older)
    holds = [one.interval.low <= truth <= one.interval.high for one in found]
    return float(chances @ holds)


@pytest.mark.parametrize("shares", SHARES)
@pytest.mark.parametrize("older", [0.8, 0.6])
def test_ranges_hold_where_groups_answer_in_about_their_proportion(
    shares: tuple[float, float], older: float
) -> None:
    assert covered((40, 10), shares, older) >= 0.945


def test_a_small_group_that_stands_for_most_people_is_too_much_for_them() -> None:
    """What the page says of its limits: the range then promises more than it holds."""
    assert covered((40, 10), (0.5, 0.2), 0.2) == pytest.approx(0.888, abs=0.005)
    assert covered((12, 3), (0.5, 0.5), 0.2) == pytest.approx(0.755, abs=0.005)


def test_changes_hold_where_nothing_changed() -> None:
    chances, found = surveys((20, 8), (0.75, 0.3), 0.6)
    still = [
        [not share_change(before, after)[1].excludes_zero for after in found] for before in found
    ]
    assert float(chances @ np.array(still) @ chances) >= 0.95
