"""Group-time effects among units that are alike in what was known beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Floats, Study

Bools = NDArray[np.bool_]

_STEPS = 50
_SETTLED = 1e-10
_NEAR_ONE = 0.999  # a share so near one has no like among the comparison units


@dataclass(frozen=True)
class Adjust:
    """Columns to adjust for, and how.

    Attributes
    ----------
    names : tuple of str
        Covariates of the study; their value in the base period is used.
    how : {"regression", "doubly_robust"}
        Predict the comparison's change; or also weigh comparison units by how likely they were
        to be treated: right where one of the two models is.
    """

    names: tuple[str, ...]
    how: Literal["regression", "doubly_robust"] = "doubly_robust"

    def table(self, study: Study, base: int) -> Floats:
        """Ones and the covariates in the base period, (U, 1 + names)."""
        for name in self.names:
            if name not in study.covariates:
                raise EngineError(
                    "impact.rollout.unknown_covariate",
                    f"There is no column {name!r} to adjust for. Name a column of the file.",
                    {"name": name},
                )
        columns = [study.covariates[name][:, base] for name in self.names]
        wrong = [
            (name, int(np.flatnonzero(np.isnan(column))[0]))
            for name, column in zip(self.names, columns, strict=True)
            if np.isnan(column).any()
        ]
        if wrong:
            name, unit = wrong[0][0], study.units[wrong[0][1]]
            raise EngineError(
                "impact.rollout.blank_covariate",
                f"The column {name!r} is blank for {unit!r} in {study.times[base]}. Fill it in, "
                "or leave the column out.",
                {"name": name, "unit": unit, "time": str(study.times[base])},
            )
        return np.column_stack([np.ones(len(study.units)), *columns])


def adjusted(
    change: Floats, treated: Bools, others: Bools, table: Floats, how: Adjust
) -> tuple[float, Floats] | None:
    """Effect and influence function of one group and period; None with too few units.

    Notes
    -----
    Sant'Anna, Zhao, J. Econometrics 219(1), 2020: outcome regression (section 2.1) and the
    doubly robust estimator with logit and least squares (eq. 2.6, ``drdid_panel``). O(U p²).
    """
    used = treated | others
    n, rows = len(change), np.flatnonzero(used)
    on, x, y = treated[rows].astype(np.float64), table[rows], change[rows]
    if others.sum() <= x.shape[1] or np.linalg.matrix_rank(x[on == 0]) < x.shape[1]:
        return None
    if how.how == "regression":
        weight, score = np.ones(len(rows)), None
    else:
        score = _propensity(on, x)
        if score is None:
            return None
        weight = score[0] / (1 - score[0])
    effect, part = _doubly_robust(on, x, y, weight, score, regression=how.how == "regression")
    influence = np.zeros(n)
    influence[rows] = part * n / len(rows)
    return effect, influence


def _propensity(on: Floats, x: Floats) -> tuple[Floats, Floats] | None:
    """Logit share of treated units and the influence of each unit on its coefficients."""
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        share = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        hessian = x.T @ (x * (share * (1 - share))[:, None])
        step = np.linalg.lstsq(hessian, x.T @ (on - share), rcond=None)[0]
        beta = beta + step
        if float(np.abs(step).max()) < _SETTLED:
            break
    share = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
    if float(share.max()) > _NEAR_ONE:
        return None
    hessian = x.T @ (x * (share * (1 - share))[:, None]) / len(on)
    return share, (on - share)[:, None] * x @ np.linalg.pinv(hessian)


def _doubly_robust(
    on: Floats,
    x: Floats,
    y: Floats,
    odds: Floats,
    score: tuple[Floats, Floats] | None,
    *,
    regression: bool,
) -> tuple[float, Floats]:
    off = 1 - on
    gram = x.T @ (x * off[:, None]) / len(on)
    inverse = np.linalg.pinv(gram)
    left = y - x @ (inverse @ (x.T @ (off * y)) / len(on))
    of_beta = (off * left)[:, None] * x @ inverse
    treated = float((on * left).mean() / on.mean())
    part = (on * left - on * treated) / on.mean()
    slope = (on[:, None] * x).mean(axis=0) / on.mean()
    if regression:
        return treated, part - of_beta @ slope
    weight = off * odds
    compared = float((weight * left).mean() / weight.mean())
    against = (weight * left - weight * compared) / weight.mean()
    of_slope = (weight[:, None] * x).mean(axis=0) / weight.mean()
    if score is not None:
        moved = ((weight * (left - compared))[:, None] * x).mean(axis=0) / weight.mean()
        against = against + score[1] @ moved
    effect = treated - compared
    return effect, part - of_beta @ slope - (against - of_beta @ of_slope)
