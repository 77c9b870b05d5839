"""One door to all methods: `estimate` the effect, or `find` it with checks and verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.auto import Choice, choose
from lamppost.engines.impact.found import Method, MethodResult
from lamppost.engines.impact.options import Inference, Options, check_inference
from lamppost.engines.impact.randomised.drawing import Randomised
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Study

__all__ = ["Inference", "Options", "Randomised", "estimate"]

_PLAIN = Options()


def estimate(study: Study, *, method: str = "auto", options: Options = _PLAIN) -> MethodResult:
    """Estimate what the technology changed.

    Parameters
    ----------
    study : Study
    method : {"auto", "sc", "asc", "sdid", "did", "staggered", "its", "permutation"}
        ``auto`` follows the rule in `auto`.
    options : Options

    Returns
    -------
    MethodResult
        ``facts`` hold, beside those of the method: ``chosen`` (reason and sentence of the choice
        of method), ``lottery`` (bool), ``level``, ``unused`` (names of options that the method
        has no use for).

    Raises
    ------
    EngineError
        ``impact.estimate.*``: options that do not go together; and the refusals of the method,
        each naming unit, period and remedy.

    Notes
    -----
    Packages are loaded when their method is called. Cost: that of the method.
    """
    chosen = choose(study, method, options)
    check_inference(chosen.method, options.inference)
    if options.counts:
        from lamppost.engines.impact.series.counts import check_not_negative

        check_not_negative(study)
    rated = _rates(study) if options.counts and chosen.method != "its" else study
    found = _METHODS[chosen.method](rated, options)
    if options.counts and found.ratio is None:
        found = _with_ratio(found, rated)
    return replace(found, facts=_facts(found, chosen, options))


def _facts(found: MethodResult, chosen: Choice, options: Options) -> dict[str, Any]:
    return {
        "lottery": options.randomised is not None,
        **found.facts,
        "chosen": {
            "reason": chosen.reason,
            "sentence": chosen.sentence,
            "params": dict(chosen.params),
        },
        "level": options.level,
        "unused": _unused(chosen.method, options),
    }


def _unused(method: Method, options: Options) -> list[str]:
    """Options that say something about the data which this method does not look at."""
    told = {
        "season": bool(options.season) and method != "its",
        "predictors": options.predictors is not None and method != "sc",
        "clusters": options.clusters is not None and method != "did",
        "rings": options.rings is not None and method != "did",
    }
    return [name for name, given in told.items() if given]


def _mixed(study: Study, options: Options) -> MethodResult:
    from lamppost.engines.impact.synthetic import fit_control, fit_predictors
    from lamppost.engines.impact.synthetic.predictor_table import specification_of

    shared: dict[str, Any] = {
        "level": options.level,
        "inference": options.inference,
        "gaps": options.gaps,
        "seed": options.seed,
    }
    if options.predictors is None:
        return fit_control(study, **shared)
    return fit_predictors(study, specification_of(options.predictors), **shared)


def _augmented(study: Study, options: Options) -> MethodResult:
    from lamppost.engines.impact.synthetic import fit_augmented

    told: Any = options.inference
    return fit_augmented(
        study, level=options.level, inference=told, gaps=options.gaps, seed=options.seed
    )


def _synthetic_did(study: Study, options: Options) -> MethodResult:
    from lamppost.engines.impact.synthetic import fit_synthetic_did

    told: Any = options.inference
    return fit_synthetic_did(
        study, level=options.level, inference=told, gaps=options.gaps, seed=options.seed
    )


def _did(study: Study, options: Options) -> MethodResult:
    from lamppost.engines.impact.did import fit_did
    from lamppost.engines.impact.randomised import fit_assumed

    if options.inference == "placebo":
        return replace(fit_assumed(study, level=options.level, seed=options.seed), method="did")
    found = fit_did(study, clusters=options.clusters, level=options.level, seed=options.seed)
    if options.inference == "jackknife":
        return _instead(found, "jackknife", options.level)
    return found


def _permutation(study: Study, options: Options) -> MethodResult:
    from lamppost.engines.impact.randomised import fit_assumed, fit_randomised

    if options.randomised is None:
        return fit_assumed(study, level=options.level, seed=options.seed)
    return fit_randomised(study, options.randomised, level=options.level, seed=options.seed)


def _staggered(study: Study, options: Options) -> MethodResult:
    from lamppost.engines.impact.randomised.drawing import in_lottery
    from lamppost.engines.impact.rollout import fit_rollout

    left_out: dict[str, str] = {}
    if options.randomised is not None:
        study, left_out = in_lottery(study, options.randomised)
    found = fit_rollout(
        study,
        randomised=options.randomised is not None,
        against=_against(study, options),
        level=options.level,
        seed=options.seed,
    )
    if left_out:
        found = replace(found, facts={**found.facts, "left_out": left_out})
    names = {"bootstrap": "bootstrap", "placebo": "permutation"}
    wanted = names.get(options.inference)
    if wanted and not str(found.facts["inference"]).startswith(wanted):
        return _instead(found, wanted, options.level)
    return found


def _against(study: Study, options: Options) -> Literal["never", "not_yet"]:
    """Never-treated units alone where there are enough of them, as is usual; else the later too."""
    from lamppost.engines.impact.rollout.fit import ENOUGH_UNITS

    if options.against != "auto":
        return options.against
    return "never" if len(study.donors) >= ENOUGH_UNITS else "not_yet"


def _series(study: Study, options: Options) -> MethodResult:
    from lamppost.engines.impact.series import interrupted_counts, interrupted_series

    fit = interrupted_counts if options.counts else interrupted_series
    return fit(study, level=options.level, season=options.season)


_METHODS: Mapping[Method, Callable[[Study, Options], MethodResult]] = {
    "sc": _mixed,
    "asc": _augmented,
    "sdid": _synthetic_did,
    "did": _did,
    "staggered": _staggered,
    "its": _series,
    "permutation": _permutation,
}


def _instead(found: MethodResult, name: str, level: float) -> MethodResult:
    """The same estimate judged by one of the other ways that the method keeps beside it."""
    rows = found.facts["alternatives"]
    row = next((one for one in rows if one["name"] == name), None)
    if found.facts["inference"] == name:
        return found
    if row is None:
        raise EngineError(
            "impact.estimate.inference_not_defined",
            f"The inference {name} is not defined here: leaving out one place leaves nothing to "
            "compare with. Choose auto.",
            {"method": found.method, "inference": name},
        )
    first = {
        "name": found.facts["inference"],
        "estimate": found.estimate,
        "p_value": found.p_value,
        "interval": None if found.interval is None else [found.interval.low, found.interval.high],
    }
    ends = row["interval"]
    interval = None if ends is None else Interval(ends[0], ends[1], level)
    facts = {
        **found.facts,
        "inference": name,
        "ceiling": "suggests",
        "assumes_equal_spread": False,
        "no_interval": None if interval else f"{name}_not_defined",
        "alternatives": [first, *(one for one in rows if one["name"] != name)],
    }
    return replace(found, interval=interval, se=None, p_value=row["p_value"], facts=facts)


def _rates(study: Study) -> Study:
    """Counts over their exposure, per mean exposure so that the size stays one of counts."""
    if study.exposure is None:
        return study
    usual = float(np.nanmean(study.exposure))
    return replace(study, outcome=study.outcome / study.exposure * usual, exposure=None)


def _with_ratio(found: MethodResult, study: Study) -> MethodResult:
    """What was counted over what was expected, by the same estimate and interval.

    The ends are those of the difference; what was counted is taken as known, which is what the
    interval of a difference given the treated units' readings says.
    """
    after = np.arange(len(study.times))[None, :] >= study.starts[:, None]
    actual = float(np.nanmean(np.where(after, study.outcome, np.nan)))

    def ratio(effect: float) -> float | None:
        return actual / (actual - effect) if actual - effect > 0 else None

    middle, ends = ratio(found.estimate), None
    if found.interval is not None:
        low, high = ratio(found.interval.low), ratio(found.interval.high)
        if low is not None and high is not None:
            ends = Interval(low, high, found.interval.level)
    return replace(found, ratio=middle, ratio_interval=ends)
