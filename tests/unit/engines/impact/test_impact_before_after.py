"""Pilot sites alone: a figure, and no causal word."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import Panel, PilotSitesOnly, estimate_before_after


def make_panel(values: list[list[float]], treated: list[bool] | None = None) -> Panel:
    array = np.array(values)
    return Panel(
        units=tuple(f"site {n}" for n in range(len(array))),
        periods=(0, 1),
        values=array,
        treated=np.array(treated or [True] * len(array)),
        start=1,
    )


def test_figure_by_hand() -> None:
    # Changes -1, -2, -3: mean -2, standard error 1/sqrt(3), t(2, .975) = 4.302653.
    found = estimate_before_after(make_panel([[5, 4], [5, 3], [5, 2]]))
    assert found.before_after.effect == -2
    interval = found.before_after.interval
    assert interval is not None
    assert interval.high == pytest.approx(-2 + 4.3026527 / 3**0.5, abs=1e-6)
    assert (found.pilot_before, found.pilot_after) == (5, 3)


def test_comparison_sites_play_no_part() -> None:
    alone = estimate_before_after(make_panel([[5, 4], [5, 3]]))
    beside = estimate_before_after(make_panel([[5, 4], [5, 3], [9, 9]], [True, True, False]))
    assert beside.before_after == alone.before_after
    assert len(beside.sites) == 2


def test_survives_json() -> None:
    found = estimate_before_after(make_panel([[5, 4], [5, 3], [5, np.nan]]))
    assert [site.reason for site in found.left_out] == ["no_after"]
    assert PilotSitesOnly.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_refuses_a_panel_without_usable_pilot_sites() -> None:
    with pytest.raises(EngineError) as refused:
        estimate_before_after(make_panel([[5, np.nan], [1, 1]], [True, False]))
    assert refused.value.code == "impact.before_after.no_pilot_sites"
    with pytest.raises(EngineError):
        estimate_before_after(make_panel([[5, 4]]), level=1.0)
