"""Panels of sites with a known effect and, where wanted, one known fault."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lamppost.engines.impact.study import Floats, Study


def noise(random: np.random.Generator, shape: tuple[int, ...], rho: float) -> Floats:
    """Stationary AR(1) along the last axis, variance 1."""
    shock = random.normal(size=shape)
    error = shock.copy()
    for at in range(1, shape[-1]):
        error[..., at] = rho * error[..., at - 1] + np.sqrt(1 - rho**2) * shock[..., at]
    return error


def panel(
    seed: int,
    *,
    units: int = 20,
    treated: int = 10,
    before: int = 40,
    after: int = 20,
    effect: float = 0.0,
    rho: float = 0.3,
) -> Study:
    """Sites with levels of their own, shocks that all share, a common wave and AR(1) noise.

    The first ``treated`` units start at ``before``; the level of a lone pilot lies in the middle.
    """
    random = np.random.default_rng(seed)
    periods = before + after
    levels = random.normal(50, 3, (units, 1))
    levels[:treated] = levels.mean() + (levels[:treated] - levels[:treated].mean()) / 3
    shared = noise(random, (periods,), 0.8) * 2
    wave = np.sin(np.arange(periods) / 8)
    loads = random.uniform(0.5, 1.5, (units, 1))
    loads[:treated] = 1.0
    outcome = levels + shared + loads * wave + noise(random, (units, periods), rho)
    outcome[:treated, before:] += effect
    return study_of(outcome, treated, before)


def study_of(outcome: Floats, treated: int, start: int) -> Study:
    """A study whose first ``treated`` rows start at ``start``."""
    units, periods = outcome.shape
    starts = np.where(np.arange(units) < treated, start, periods)
    names = tuple(f"site {one:02}" for one in range(units))
    return Study(names, tuple(range(periods)), outcome, starts)


def assert_close(one: Any, other: Any) -> None:
    """Equal to 1e-9, whatever the nesting."""
    if isinstance(one, dict):
        assert set(one) == set(other)
        for key in one:
            assert_close(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_close(left, right)
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=1e-9, rel=1e-9)
    else:
        assert one == other
