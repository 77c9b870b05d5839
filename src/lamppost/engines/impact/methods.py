"""Each method called with the common options, and counts as rates with their ratio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Method, MethodResult
from lamppost.engines.impact.options import Options
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Study


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

    if options.rings is not None:
        from lamppost.engines.impact.rings import fit_rings

        if options.inference != "auto":
            raise EngineError(
                "impact.estimate.inference",
                f"Rings have no inference {options.inference!r}. Choose auto, or leave the rings "
                "out.",
                {"method": "did", "inference": options.inference},
            )
        return fit_rings(study, options.rings, level=options.level, seed=options.seed)
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
    from lamppost.engines.impact.randomised.drawing import in_lottery, strata_of
    from lamppost.engines.impact.rollout import fit_rollout

    how, left_out, strata = options.randomised, dict[str, str](), None
    if how is not None:
        study, left_out = in_lottery(study, how)
        strata = strata_of(study, how)
    found = fit_rollout(
        study,
        # Orders of whole clusters are not tried, so such a lottery cannot be judged by its draws.
        randomised=how is not None and how.clusters is None,
        strata=strata,
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
    told: dict[str, Any] = {
        "level": options.level,
        "season": options.season,
        "covariates": options.covariates,
    }
    found = fit(study, **told)
    return replace(found, facts={**found.facts, **_known_models(study, options, told)})


def _known_models(study: Study, options: Options, told: dict[str, Any]) -> dict[str, Any]:
    """What two models that readers may know would have said; no part of the verdict.

    ``causal_impact``: that program's default, which ignores that errors resemble each other.
    ``step``: the regression with a step that is usual in road safety, as a ratio.
    """
    from lamppost.engines.impact.series import step_in_logs, structural_series

    facts: dict[str, Any] = {"causal_impact": None, "step": None}
    if not options.counts and not options.covariates:
        with suppress(EngineError):
            model = structural_series(study, level=options.level, season=options.season)
            facts["causal_impact"] = model.to_json()
    if options.counts:
        with suppress(EngineError):
            step = step_in_logs(study, **told)
            ends = [step.interval.low, step.interval.high]
            facts["step"] = {"ratio": step.ratio, "interval": ends, "p_value": step.p_value}
    return facts


#: How each method is called.
METHODS: Mapping[Method, Callable[[Study, Options], MethodResult]] = {
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


def rates(study: Study) -> Study:
    """Counts over their exposure, per mean exposure so that the size stays one of counts."""
    if study.exposure is None:
        return study
    usual = float(np.nanmean(study.exposure))
    return replace(study, outcome=study.outcome / study.exposure * usual, exposure=None)


def with_ratio(found: MethodResult, study: Study) -> MethodResult:
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
