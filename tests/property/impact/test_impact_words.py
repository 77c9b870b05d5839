"""The verdict's word never goes beyond its interval or its design."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lamppost.engines.impact import Panel, estimate_site_changes, verdict

SMALL_NUMBERS = st.integers(-3, 3).map(float)  # many ties
CLAIMS = {"caused", "likely", "suggests"}


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    pilots, comparisons = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    before, after = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    shape = (pilots + comparisons, before + after)
    values = draw(
        arrays.arrays(
            np.float64, shape, elements=st.floats(-1e6, 1e6, allow_nan=False), fill=st.nothing()
        )
        | arrays.arrays(
            np.float64, shape, elements=st.integers(-3, 3).map(float), fill=st.nothing()
        )
    )
    lift = draw(st.sampled_from([0.0, 1.0, -5.0, 40.0, 3e6]))
    values[:pilots, before:] += lift
    return Panel(
        units=tuple(f"site {n:02}" for n in range(shape[0])),
        periods=tuple(range(shape[1])),
        values=values,
        treated=np.arange(shape[0]) < pilots,
        start=before,
    )


@settings(max_examples=400, deadline=None)
@given(
    panels(),
    st.booleans(),
    st.none() | st.floats(1e-3, 1e7),
    st.sampled_from([0.9, 0.95]),
    st.sampled_from(["down", "up"]),
)
def test_words_follow_the_interval(panel, randomised, worth_it, level, direction) -> None:
    estimate = estimate_site_changes(
        panel, level=level, worth_it=worth_it, direction=direction, max_assignments=400
    )
    said = verdict(estimate, randomised=randomised)
    interval = estimate.interval
    excludes = interval is not None and (interval.low > 0 or interval.high < 0)
    assert (said.word in CLAIMS) == excludes
    if excludes:
        assert said.change == ("rise" if interval.low > 0 else "fall")
        assert said.direction == (
            "good" if (said.change == "fall") == (direction == "down") else "bad"
        )
    else:
        assert said.direction == "none"
    if said.word == "caused":
        assert randomised
        assert estimate.permutation.p_value <= 0.01
        assert min(estimate.pilot_sites, estimate.comparison_sites) >= 5
    if said.word in {"caused", "likely"}:
        assert randomised
    if said.word == "no_sign":
        assert -worth_it < interval.low <= 0 <= interval.high < worth_it
    if said.worth_it_reached == "yes":
        assert said.direction == "good"
    if interval is not None:
        assert interval.low <= estimate.effect <= interval.high
    permutation = estimate.permutation
    assert 0 < permutation.smallest_p <= permutation.p_value <= 1


@settings(max_examples=60, deadline=None)
@given(panels(), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(panel, random) -> None:
    order = list(range(len(panel.units)))
    random.shuffle(order)
    shuffled = Panel(
        units=tuple(panel.units[i] for i in order),
        periods=panel.periods,
        values=panel.values[order],
        treated=panel.treated[order],
        start=panel.start,
    )
    assert estimate_site_changes(panel, seed=3) == estimate_site_changes(shuffled, seed=3)
