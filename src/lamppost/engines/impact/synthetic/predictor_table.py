"""Predictors: what else should be alike before the start, named in a small JSON list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Floats, Label, Study

OUTCOME = "outcome"
_KEYS = frozenset({"column", "from", "to", "how"})


@dataclass(frozen=True)
class Predictor:
    """A column, averaged over some periods before the start.

    Attributes
    ----------
    column : str
        A covariate of the study, or ``outcome``.
    first, last : str or int
        Periods, both counted in.
    how : {"mean", "value"}
        ``value``: one period only.
    """

    column: str
    first: Label
    last: Label
    how: Literal["mean", "value"] = "mean"


@dataclass(frozen=True)
class Specification:
    """Predictors, the periods whose outcome the mix should follow, and a training stage.

    Attributes
    ----------
    predictors : tuple of Predictor
    fit : (first, last) or None
        None: all periods before the start.
    training : Specification or None
        Cross-validation (Abadie, Diamond, Hainmueller 2015): the weights of the predictors are
        found with these, in the same order, and then used for ``predictors``.
    """

    predictors: tuple[Predictor, ...]
    fit: tuple[Label, Label] | None = None
    training: Specification | None = None


def read_specification(text: str) -> Specification:
    """Read the JSON of a specification.

    A list of ``{"column", "from", "to", "how"}``, or an object with such a list under
    ``predictors`` and, if wanted, ``fit`` (``{"from", "to"}``) and ``training`` (another such
    object). ``to`` may be left out for a single period.

    Raises
    ------
    EngineError
        ``impact.predictors.json``, ``.entry``, ``.training``.
    """
    try:
        found = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise EngineError(
            "impact.predictors.json",
            f"The predictors are not JSON (line {wrong.lineno}). Give a list of column, from, to "
            "and how.",
            {"line": wrong.lineno},
        ) from None
    return specification_of(found)


def specification_of(found: Any) -> Specification:
    """Return the specification that a list or an object says; see `read_specification`."""
    whole = {"predictors": found} if isinstance(found, list) else found
    if not isinstance(whole, Mapping) or not isinstance(whole.get("predictors"), list):
        raise _entry(0, "is not a list of predictors")
    if not whole["predictors"]:
        raise _entry(0, "is empty")
    predictors = tuple(_predictor(at, one) for at, one in enumerate(whole["predictors"], 1))
    window = whole.get("fit")
    fit = None
    if window is not None:
        if not isinstance(window, Mapping) or not {"from", "to"} <= set(window):
            raise _entry(0, "has a fit without from and to")
        fit = (_label(0, window["from"]), _label(0, window["to"]))
    training = None if whole.get("training") is None else specification_of(whole["training"])
    if training is not None and len(training.predictors) != len(predictors):
        raise EngineError(
            "impact.predictors.training",
            f"The training stage has {len(training.predictors)} predictors and the estimate "
            f"{len(predictors)}. Give the same ones in the same order.",
            {"training": len(training.predictors), "predictors": len(predictors)},
        )
    return Specification(predictors, fit, training)


def _entry(place: int, fault: str) -> EngineError:
    what = f"Predictor {place}" if place else "The specification"
    return EngineError(
        "impact.predictors.entry",
        f"{what} {fault}. Each predictor has a column, from, to, and how (mean or value).",
        {"place": place, "fault": fault},
    )


def _label(place: int, found: Any) -> Label:
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise _entry(place, f"has the period {found!r}")
    return found


def _predictor(place: int, found: Any) -> Predictor:
    if not isinstance(found, Mapping):
        raise _entry(place, "is not an object")
    unknown = sorted(set(map(str, found)) - _KEYS)
    if unknown:
        raise _entry(place, f"has an unknown key {unknown[0]!r}")
    if not isinstance(found.get("column"), str) or "from" not in found:
        raise _entry(place, "lacks its column or from")
    first = _label(place, found["from"])
    last = _label(place, found.get("to", first))
    how = found.get("how", "mean")
    if how not in ("mean", "value"):
        raise _entry(place, f"has how {how!r}")
    if how == "value" and str(first) != str(last):
        raise _entry(place, "is a value of one period but names two")
    return Predictor(found["column"], first, last, how)


def window(times: Sequence[Label], first: Label, last: Label, start: int) -> slice:
    """Places of the periods from ``first`` to ``last``, which must lie before the start."""
    names = [str(one) for one in times]
    for label in (first, last):
        if str(label) not in names:
            raise EngineError(
                "impact.predictors.period",
                f"There is no period {label!r}; they run from {times[0]} to {times[-1]}.",
                {"period": str(label)},
            )
    begin, end = names.index(str(first)), names.index(str(last))
    if begin > end or end >= start:
        raise EngineError(
            "impact.predictors.window",
            f"The periods {first} to {last} do not lie in order before {times[start]}. What "
            "happened after the start may not choose the comparison.",
            {"from": str(first), "to": str(last), "start": str(times[start])},
        )
    return slice(begin, end + 1)


def predictor_table(study: Study, predictors: Sequence[Predictor]) -> Floats:
    """Value of each predictor for each unit, (k, U).

    Blank periods are left out of a mean.

    Raises
    ------
    EngineError
        ``impact.predictors.unknown``, ``.period``, ``.window``; ``.blank`` names column, unit and
        periods; ``.constant`` where all units are the same.
    """
    return np.array([_row(study, one) for one in predictors])


def _row(study: Study, predictor: Predictor) -> Floats:
    if predictor.column == OUTCOME:
        table = study.outcome
    elif predictor.column in study.covariates:
        table = study.covariates[predictor.column]
    else:
        known = ", ".join([OUTCOME, *sorted(study.covariates)])
        raise EngineError(
            "impact.predictors.unknown",
            f"There is no column {predictor.column!r} to predict by. There are: {known}.",
            {"column": predictor.column},
        )
    part = table[:, window(study.times, predictor.first, predictor.last, study.start)]
    seen = np.isfinite(part)
    empty = np.flatnonzero(~seen.any(axis=1))
    if len(empty):
        unit = study.units[empty[0]]
        raise EngineError(
            "impact.predictors.blank",
            f"The predictor {predictor.column!r} is blank for {unit!r} from {predictor.first} to "
            f"{predictor.last}. Choose periods in which it was read, or leave the predictor or "
            "the unit out.",
            {
                "column": predictor.column,
                "unit": unit,
                "from": str(predictor.first),
                "to": str(predictor.last),
            },
        )
    means = np.where(seen, part, 0.0).sum(axis=1) / seen.sum(axis=1)
    if np.ptp(means) <= 1e-12 * max(float(np.abs(means).max()), 1e-300):
        raise EngineError(
            "impact.predictors.constant",
            f"The predictor {predictor.column!r} is the same for every unit from "
            f"{predictor.first} to {predictor.last}, so it cannot tell them apart. Leave it out.",
            {"column": predictor.column},
        )
    return np.asarray(means)
