"""Synthetic control that matches named predictors as well as the outcome's path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.study import Floats, Study
from lamppost.engines.impact.synthetic import predictor_search
from lamppost.engines.impact.synthetic.cells import Cells, Gaps, Places, usable_cells
from lamppost.engines.impact.synthetic.control import (
    Inference,
    UnitFit,
    estimate_mixed,
    fit_control,
)
from lamppost.engines.impact.synthetic.predictor_table import (
    Predictor,
    Specification,
    predictor_table,
    window,
)


def fit_predictors(
    study: Study,
    specification: Specification | Sequence[Predictor],
    *,
    level: float = 0.95,
    inference: Inference = "auto",
    gaps: Gaps = "leave_out",
    seed: int = 0,
) -> MethodResult:
    """Estimate by synthetic control with predictors, beside the answer without them.

    Parameters
    ----------
    study : Study
        One start; the covariates hold the predictors' columns.
    specification : Specification or sequence of Predictor
        See `read_specification`.
    level, inference, gaps, seed
        See `fit_control`; conformal inference is not defined for this fit.

    Returns
    -------
    MethodResult
        ``facts`` beside those of `fit_control`: ``alternatives`` (this answer and that by the
        outcome's path alone, each with ``name``, ``chosen``, ``estimate``, ``p_value``,
        ``placebo_rank``, ``pre_rmspe``), ``predictors`` (column, weight, value of the treated
        units, of their mix, and the donors' mean), ``search`` (evaluations, starts, losses),
        ``corner`` (what one predictor alone would give) and ``floor`` (the smallest error before
        the start that any weights reach).

    Raises
    ------
    EngineError
        ``impact.predictors.*`` and those of `fit_control`.

    Notes
    -----
    Prop 99 with the published predictors: rank 1 of 39, by the path alone 3 of 39. Neither is
    wrong; that they differ is a result. Cost: `search` for every unit, .3 to .5 s each.
    """
    if not isinstance(specification, Specification):
        specification = Specification(tuple(specification))
    if inference == "conformal":
        raise EngineError(
            "impact.predictors.conformal",
            "Conformal inference fits all periods, so it cannot match predictors from before the "
            "start. Choose placebo, or leave the predictors out.",
            {},
        )
    specification = _in_order(specification)
    cells = usable_cells(study, gaps)
    mixer = _Mixer(study, cells, specification, seed)
    found = estimate_mixed(
        cells, mixer.fit, level=level, inference=inference, seed=seed, path_only=False
    )
    path: Inference = "none" if inference == "none" else "placebo"
    plain = fit_control(study, level=level, inference=path, gaps=gaps, seed=seed)
    facts = {
        **found.facts,
        "alternatives": [
            _answer("predictors", found, chosen=True),
            _answer("outcome_only", plain, chosen=False),
        ],
        **mixer.facts(cells),
        "floor": plain.pre_rmspe,
    }
    return replace(found, facts=facts)


def _in_order(specification: Specification) -> Specification:
    """The same with its predictors in order of name, so that their order decides nothing.

    Published results moved with the order of the variables (Swiss Journal of Economics and
    Statistics 154:11, 2018). A training stage goes along place by place.
    """
    listed = specification.predictors

    def key(place: int) -> tuple[str, str, str, str]:
        one = listed[place]
        return one.column, str(one.first), str(one.last), one.how

    order = sorted(range(len(listed)), key=key)
    training = specification.training
    if training is not None:
        training = replace(training, predictors=tuple(training.predictors[at] for at in order))
    return replace(specification, predictors=tuple(listed[at] for at in order), training=training)


def _answer(name: str, found: MethodResult, *, chosen: bool) -> dict[str, Any]:
    rank = found.placebo_rank
    return {
        "name": name,
        "chosen": chosen,
        "estimate": found.estimate,
        "p_value": found.p_value,
        "placebo_rank": None if rank is None else list(rank),
        "pre_rmspe": found.pre_rmspe,
    }


class _Mixer:
    """Fits units by predictors; remembers the searches of those it has fitted."""

    def __init__(self, study: Study, cells: Cells, specification: Specification, seed: int) -> None:
        self.specification = specification
        self.seed = seed
        self.table = predictor_table(study, specification.predictors)
        self.rows = self._rows(cells, specification)
        self.trained: tuple[Floats, slice] | None = None
        if specification.training is not None:
            inner = specification.training
            self.trained = (predictor_table(study, inner.predictors), self._rows(cells, inner))
        self.searched: dict[int, predictor_search.PredictorFit] = {}

    @staticmethod
    def _rows(cells: Cells, specification: Specification) -> slice:
        if specification.fit is None:
            return slice(0, cells.start)
        return window(cells.times, *specification.fit, cells.start)

    def fit(self, cells: Cells, unit: int, donors: Places, start: int) -> UnitFit:
        """Fit one unit; a `Fitter`.

        A treated unit's predictor weights are searched once, with all donors, and kept when a
        donor is left out: what changes then is due to that donor, not to another search (as in
        the replication of Abadie, Diamond, Hainmueller 2015).
        """
        known = self.searched.get(unit)
        if known is None:
            table, rows = self.trained or (self.table, self.rows)
            known = self._search(cells, table, rows, unit, donors)
            if unit in cells.treated:
                self.searched[unit] = known
        others, own = _standardised(self.table, unit, donors)
        weights, certificate = predictor_search.solve(others, own, known.predictor_weights)
        gap = cells.outcome[unit] - weights @ cells.outcome[donors]
        return UnitFit(weights, gap, certificate)

    def _search(
        self, cells: Cells, table: Floats, rows: slice, unit: int, donors: Places
    ) -> predictor_search.PredictorFit:
        others, own = _standardised(table, unit, donors)
        path = cells.outcome[unit, rows]
        seen = ~np.isnan(path)
        if not seen.any():
            raise EngineError(
                "impact.predictors.no_outcome",
                f"{cells.units[unit]!r} has no reading in the periods to follow. Choose others.",
                {"unit": cells.units[unit]},
            )
        paths = cells.outcome[donors, rows].T[seen]
        return predictor_search.search(others, own, paths, path[seen], seed=self.seed)

    def facts(self, cells: Cells) -> dict[str, Any]:
        """Tables for the first treated unit (there is one, in most studies) and the corner."""
        unit = int(cells.treated[0])
        found = self.searched[unit]
        others, own = _standardised(self.table, unit, cells.donors)
        weights, _ = predictor_search.solve(others, own, found.predictor_weights)
        path, rows = cells.outcome[unit, self.rows], self.rows
        seen = ~np.isnan(path)
        paths = cells.outcome[cells.donors, rows].T[seen]
        place, loss = predictor_search.best_corner(others, own, paths, path[seen])
        listed = zip(
            self.specification.predictors, found.predictor_weights, self.table, strict=True
        )
        return {
            "predictors": [
                {
                    "column": one.column,
                    "from": str(one.first),
                    "to": str(one.last),
                    "weight": float(weight),
                    "treated": float(row[unit]),
                    "mix": float(row[cells.donors] @ weights),
                    "donors": float(row[cells.donors].mean()),
                }
                for one, weight, row in listed
            ],
            "search": {
                "evaluations": found.evaluations,
                "starts": found.starts,
                "losses": list(found.start_losses),
                # Other ends of the search fit worse, and some of them are in print.
                "valleys": [
                    {
                        "pre_rmspe": float(np.sqrt(worse / seen.sum())),
                        "weights": _named(cells, shares),
                    }
                    for worse, shares in found.valleys
                ],
            },
            "corner": {
                "column": self.specification.predictors[place].column,
                "pre_rmspe": float(np.sqrt(loss / seen.sum())),
            },
        }


def _named(cells: Cells, shares: Floats) -> dict[str, float]:
    listed = zip(cells.donors, shares, strict=True)
    return {cells.units[place]: float(share) for place, share in listed if share > 1e-12}


def _standardised(table: Floats, unit: int, donors: Places) -> tuple[Floats, Floats]:
    """Predictors of donors and unit in standard deviations over all of them."""
    everyone = np.append(donors, unit)
    spread = table[:, everyone].std(axis=1, ddof=1)
    spread = np.where(spread > 0, spread, 1.0)
    return table[:, donors] / spread[:, None], table[:, unit] / spread
