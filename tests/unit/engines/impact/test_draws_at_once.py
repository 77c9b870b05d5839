"""What is found at once for many sites is what was found site by site."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did.assignments import all_assignments
from lamppost.engines.impact.did.few import jackknife_t
from lamppost.engines.impact.study import Study, check_usable


@pytest.mark.parametrize(("sites", "pilots"), [(12, 3), (199, 50), (200, 1), (900, 300)])
def test_assignments_are_the_smallest_keys_of_each_draw(sites: int, pilots: int) -> None:
    treated = np.arange(sites) < pilots
    found = all_assignments(treated, np.zeros(sites, dtype=np.int64), limit=150, seed=3)
    assert (found.drawn.sum(axis=1) == pilots).all()
    keys = np.random.default_rng(3).random((150, sites))
    least = np.argsort(keys, axis=1)[:, :pilots]
    if not found.exact:
        for row, wanted in zip(found.drawn[1:], least, strict=True):
            assert set(np.flatnonzero(row)) == set(wanted)


def test_the_jackknife_of_single_sites_is_that_of_clusters_of_one() -> None:
    random = np.random.default_rng(5)
    changes, treated = random.normal(40, 1, 23), np.arange(23) < 7
    at_once = jackknife_t(changes, treated, np.arange(23), 0.95)
    # The same sites and one twin each, in clusters of two: each arm's means stay as they are.
    one_by_one = [
        changes[treated & kept].mean() - changes[~treated & kept].mean()
        for kept in (np.arange(23) != at for at in range(23))
    ]
    effect = changes[treated].mean() - changes[~treated].mean()
    variance = 22 / 23 * float(((np.array(one_by_one) - effect) ** 2).sum())
    assert at_once is not None
    assert at_once.se == pytest.approx(variance**0.5, rel=1e-10)
    assert jackknife_t(changes[:3], np.array([True, False, False]), np.arange(3), 0.95) is None


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ((1700, slice(None), np.nan), "no reading in any period"),
        ((3, slice(0, 5), np.nan), "0 periods with readings before"),
        ((3, slice(5, None), np.nan), "no reading from 5 on"),
        ((1700, slice(12, None), 9e6), "another unit of measurement"),
    ],
)
def test_refusals_of_many_sites_name_the_one(cell: tuple[int, slice, float], said: str) -> None:
    outcome = np.random.default_rng(1).normal(20, 1, (2000, 30))
    place, part, value = cell
    outcome[place, part] = value
    starts = np.where(np.arange(2000) < 1000, 5, 30)
    names = tuple(f"{at:04}" for at in range(2000))
    with pytest.raises(EngineError) as refused:
        check_usable(Study(names, tuple(range(30)), outcome, starts))
    assert f"'{place:04}'" in str(refused.value)
    assert said in str(refused.value)


def test_two_thousand_sites_are_checked_without_going_through_them_one_by_one() -> None:
    """Against a bound of this machine's own: one pass of medians as it was made before."""
    outcome = np.random.default_rng(1).normal(20, 1, (2000, 104))
    study = Study(
        tuple(f"{at:04}" for at in range(2000)),
        tuple(range(104)),
        outcome,
        np.where(np.arange(2000) < 1000, 52, 104),
    )
    begun = process_time()
    for row in outcome:
        np.log(row), np.nanmin(row), np.nanmax(row), np.isnan(row).sum()
    before = process_time() - begun
    begun = process_time()
    check_usable(study)
    assert process_time() - begun < before / 2
