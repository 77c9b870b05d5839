"""Augmented synthetic control: a mix, corrected by ridge regression where it does not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.study import Floats, Study
from lamppost.engines.impact.synthetic.cells import Cells, Gaps, Places, usable_cells
from lamppost.engines.impact.synthetic.control import (
    Inference,
    UnitFit,
    estimate_mixed,
    fit_control,
)
from lamppost.engines.impact.synthetic.simplex import fit_simplex

_GRID = 20  # ridges tried, from the largest squared singular value down to 1e-8 of it
_LEAST = 1e-8


def fit_augmented(
    study: Study,
    *,
    level: float = 0.95,
    inference: Inference = "auto",
    gaps: Gaps = "leave_out",
    seed: int = 0,
) -> MethodResult:
    """Estimate by ridge-augmented synthetic control.

    Parameters
    ----------
    study, level, inference, gaps, seed
        See `fit_control`; there is no conformal interval for it here (``auto`` gives placebos or
        none).

    Returns
    -------
    MethodResult
        Weights sum to one but may lie below zero: that is how far the fit reaches outside the
        comparison places' range. ``facts``: ``ridge``, ``below_zero`` (sum of the weights below
        zero), ``alternatives`` (with the plain synthetic control) and those of `fit_control`.

    Raises
    ------
    EngineError
        Those of `fit_control`.

    Notes
    -----
    Ben-Michael, Feller, Rothstein, JASA 116, 2021, section 3. The ridge is chosen by leaving out
    one period before the start at a time, the largest within one standard error of the best (the
    authors' program's rule). ``kkt_residual`` is that of the mix underneath. Cost: one fit for
    each period before the start and each place.
    """
    cells = usable_cells(study, gaps)
    found = estimate_mixed(
        cells, _fit, level=level, inference=inference, seed=seed, path_only=False
    )
    plain = fit_control(
        study,
        level=level,
        inference="none" if inference == "none" else "placebo",
        gaps=gaps,
        seed=seed,
    )
    weights = found.weights or {}
    fits = [_fit(cells, int(unit), cells.donors, cells.start) for unit in cells.treated]
    facts = {
        **found.facts,
        "ridge": [float(one.extra) for one in fits],
        "below_zero": -sum(min(one, 0.0) for one in weights.values()),
        "alternatives": [
            {
                "name": name,
                "chosen": name == "augmented",
                "estimate": one.estimate,
                "p_value": one.p_value,
                "placebo_rank": None if one.placebo_rank is None else list(one.placebo_rank),
                "pre_rmspe": one.pre_rmspe,
            }
            for name, one in (("augmented", found), ("outcome_only", plain))
        ],
    }
    return replace(found, method="asc", facts=facts)


def augmented_weights(paths: Floats, path: Floats, ridges: Floats) -> tuple[Floats, float]:
    """Weights for each ridge, (R, n), and the certificate of the mix underneath.

    ``w + X (X'X + ridge)^-1 (y - X'w)`` with both centred on the donors' mean in each period.
    """
    found = fit_simplex(paths, path)
    middle = paths.mean(axis=1)
    centred = paths - middle[:, None]
    left = path - paths @ found.weights
    rows, sizes, columns = np.linalg.svd(centred, full_matrices=False)
    turned = rows.T @ left
    # Donors that all move alike have a size of zero, and nothing to correct with.
    under = sizes**2 + np.asarray(ridges)[:, None]
    shrunk = np.where(under > 0, sizes * turned, 0.0) / np.where(under > 0, under, 1.0)
    return found.weights + shrunk @ columns, found.kkt_residual


def _fit(cells: Cells, unit: int, donors: Places, start: int) -> UnitFit:
    own, others = cells.outcome[unit], cells.outcome[donors]
    seen = np.flatnonzero(~np.isnan(own[:start]))
    paths, path = others[:, seen].T, own[seen]
    ridge = _chosen_ridge(paths, path)
    weights, certificate = augmented_weights(paths, path, np.array([ridge]))
    return UnitFit(weights[0], own - weights[0] @ others, certificate, ridge)


def _chosen_ridge(paths: Floats, path: Floats) -> float:
    """Largest ridge whose error on periods left out is within one standard error of the least."""
    centred = paths - paths.mean(axis=1, keepdims=True)
    largest = float(np.linalg.norm(centred, 2)) ** 2
    ridges = largest * np.logspace(0, np.log10(_LEAST), _GRID)
    errors = np.empty((len(path), _GRID))
    for at in range(len(path)):
        kept = np.arange(len(path)) != at
        weights, _ = augmented_weights(paths[kept], path[kept], ridges)
        errors[at] = (path[at] - weights @ paths[at]) ** 2
    mean = errors.mean(axis=0)
    best = int(mean.argmin())
    room = float(errors[:, best].std(ddof=1) / np.sqrt(len(path)))
    return float(ridges[int((mean <= mean[best] + room).argmax())])
