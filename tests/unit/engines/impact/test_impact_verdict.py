"""The words for known cases."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from lamppost.engines.impact import Estimate, Panel, Verdict, estimate_site_changes, verdict


def make_estimate(effect: float, sites: int, *, noise: float = 1.0, **settings) -> Estimate:
    """Estimate for `sites` + `sites` sites, whose changes are evenly spread around the effect."""
    spread = noise * np.linspace(-1, 1, sites)
    values = np.zeros((2 * sites, 2))
    values[:, 1] = np.concatenate([effect + spread, spread])
    panel = Panel(
        units=tuple(f"site {n:02}" for n in range(2 * sites)),
        periods=("2026-01-05", "2026-01-12"),
        values=values,
        treated=np.arange(2 * sites) < sites,
        start=1,
    )
    return estimate_site_changes(panel, **settings)


def decide(effect: float, sites: int, *, randomised: bool, **settings) -> Verdict:
    return verdict(make_estimate(effect, sites, **settings), randomised=randomised)


def test_caused_needs_a_lottery_and_enough_sites() -> None:
    assert decide(-9, 5, randomised=True).word == "caused"
    few = decide(-9, 4, randomised=True)
    assert (few.word, few.reason) == ("likely", "few_sites_drawn_by_lot")
    chosen = decide(-9, 40, randomised=False)
    assert (chosen.word, chosen.reason) == ("suggests", "sites_chosen")
    assert chosen.doubts[0] == "sites_chosen"


def test_caused_needs_a_small_permutation_p() -> None:
    weak = decide(-1.2, 5, randomised=True, level=0.9)
    assert (weak.word, weak.reason) == ("likely", "permutation_not_small_enough")


def test_permutation_that_disagrees_lowers_the_word() -> None:
    estimate = make_estimate(-9, 6)
    doubtful = replace(estimate, permutation=replace(estimate.permutation, p_value=0.2))
    assert verdict(estimate, randomised=True).word == "caused"
    said = verdict(doubtful, randomised=True)
    assert (said.word, said.reason) == ("suggests", "permutation_disagrees")
    assert said.doubts == ("permutation_disagrees",)


def test_no_sign_only_within_the_worth_it_size() -> None:
    narrow = decide(0.1, 10, noise=0.5, randomised=True, worth_it=2.0)
    assert (narrow.word, narrow.direction, narrow.worth_it_reached) == ("no_sign", "none", "no")
    assert decide(0.1, 10, noise=5, randomised=True, worth_it=2.0).word == "cannot_tell"
    unstated = decide(0.1, 10, noise=0.5, randomised=True)
    assert (unstated.word, unstated.reason) == ("cannot_tell", "no_worth_it_stated")


def test_without_interval_nothing_is_said() -> None:
    assert decide(-9, 1, randomised=True).word == "cannot_tell"
    assert decide(-9, 6, noise=0, randomised=True).reason == "no_interval"


def test_direction_and_worth() -> None:
    fall = decide(-9, 6, randomised=True, worth_it=3.0)
    assert (fall.change, fall.direction, fall.worth_it_reached) == ("fall", "good", "yes")
    unwanted = decide(-9, 6, randomised=True, worth_it=3.0, direction="up")
    assert (unwanted.change, unwanted.direction) == ("fall", "bad")
    assert (unwanted.word, unwanted.worth_it_reached) == ("caused", "no")
    small = decide(-9, 6, randomised=True, worth_it=30.0)
    assert (small.word, small.worth_it_reached) == ("caused", "no")
    assert decide(-9, 6, randomised=True, worth_it=9.0).worth_it_reached == "unclear"
    assert decide(-9, 6, randomised=True).worth_it_reached == "not_stated"


def test_particulars_for_the_sentence() -> None:
    params = decide(-9, 6, randomised=True, level=0.9).params
    assert params["size"] == pytest.approx(9)
    assert 0 < params["size_low"] < params["size"] < params["size_high"]
    assert params["level_percent"] == 90
    assert (params["pilot_sites"], params["comparison_sites"]) == (6, 6)
    assert decide(0.1, 6, randomised=True).params["size_low"] is None


def test_json_round_trip() -> None:
    for said in (decide(-9, 6, randomised=False, worth_it=1.0), decide(-9, 1, randomised=False)):
        assert Verdict.from_json(json.loads(json.dumps(said.to_json(), allow_nan=False))) == said
