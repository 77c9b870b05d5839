"""One door to all methods: `estimate` the effect, or `find` it with checks and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from lamppost import __version__
from lamppost.engines.impact.auto import Choice, choose
from lamppost.engines.impact.found import Finding, Method, MethodResult
from lamppost.engines.impact.methods import METHODS, rates, with_ratio
from lamppost.engines.impact.options import Inference, Options, check_inference
from lamppost.engines.impact.periods import period_of
from lamppost.engines.impact.randomised.drawing import Randomised
from lamppost.engines.impact.study import Study

if TYPE_CHECKING:
    from lamppost.engines.impact.checks import Context
    from lamppost.engines.impact.saying import Design

__all__ = ["Inference", "Options", "Randomised", "design_of", "estimate", "find"]

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
    rated = rates(study) if options.counts and chosen.method != "its" else study
    found = METHODS[chosen.method](rated, options)
    if options.counts and found.ratio is None:
        found = with_ratio(found, rated)
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
        "clusters": _clusters_unused(method, options),
        "rings": options.rings is not None and method != "did",
        "covariates": bool(options.covariates) and method != "its",
    }
    return [name for name, given in told.items() if given]


def _clusters_unused(method: Method, options: Options) -> bool:
    """Only one change a site takes whole clusters, of a lottery or of chosen places."""
    drawn = options.randomised is not None and options.randomised.clusters is not None
    if method == "permutation":
        return options.clusters is not None and not drawn
    return (options.clusters is not None or drawn) and method != "did"


def find(
    study: Study,
    *,
    method: str = "auto",
    options: Options = _PLAIN,
    context: Context | None = None,
    design: Design | None = None,
    told: Mapping[str, Any] | None = None,
    worth: float | None = None,
    direction: Literal["up", "down"] | None = None,
) -> Finding:
    """Estimate, look for what speaks against it, and say what may be said.

    Parameters
    ----------
    study : Study
    method, options
        As in `estimate`.
    context : Context, optional
        What only the caller knows: other measures, sensor changes, looks, and so on.
    design : Design, optional
        How the pilot was set up; None: what the study and the options tell.
    told : mapping, optional
        Where there is no ``design``: its attributes that neither can tell, such as ``outcome``
        and ``unit``.
    worth : float, optional
        Smallest change that would be worth it.
    direction : {"up", "down"}, optional
        The change that is wanted.

    Returns
    -------
    Finding

    Raises
    ------
    EngineError
        As `estimate`; ``impact.verdict.worth``.
    """
    from lamppost.engines.impact.checks import Context, check_all
    from lamppost.engines.impact.saying import evidence_level, say

    found = estimate(study, method=method, options=options)
    known = context if context is not None else Context()
    rested_on = _rested_on(study, found, options)
    checks = check_all(rested_on, found, _filled(known, found, options))
    if design is None:
        design = design_of(rested_on, options, **(told or {}))
    verdict = say(found, checks, design, worth, direction)
    if options.sensitivity is not None:
        found = _with_drift(rested_on, found, options)
    level = evidence_level(design, found, checks)
    return Finding(
        result=replace(found, facts={**found.facts, "evidence": level.to_json()}),
        checks=tuple(checks),
        verdict=verdict.to_json(),
        evidence_level=level.level,
        inputs_sha256=study.inputs_sha256,
        seed=options.seed,
        version=__version__,
    )


def _with_drift(study: Study, found: MethodResult, options: Options) -> MethodResult:
    from lamppost.engines.impact.did import drift_table

    told: Any = options.sensitivity
    table = drift_table(study, found, told, level=options.level, seed=options.seed)
    return replace(found, facts={**found.facts, "sensitivity": table})


def _rested_on(study: Study, found: MethodResult, options: Options) -> Study:
    """The units that the estimate rests on: those of the lottery, or without the rings between."""
    if options.randomised is not None and found.method in ("permutation", "did", "staggered"):
        from lamppost.engines.impact.randomised.drawing import in_lottery

        return in_lottery(study, options.randomised)[0]
    if options.rings is not None and "rings" in found.facts:
        from lamppost.engines.impact.rings import compared

        return compared(study, options.rings)
    return study


def design_of(study: Study, options: Options = _PLAIN, **known: Any) -> Design:
    """Return the design that the study and the options tell; ``known`` adds to it.

    Parameters
    ----------
    study, options
    **known
        Attributes of `saying.Design` that neither can tell, such as ``outcome`` and ``unit``.
    """
    from lamppost.engines.impact.saying import Design

    told = {"randomised": options.randomised is not None, "period": period_of(study.times)}
    return Design.of(study, **{**told, **known})


def _filled(context: Context, found: MethodResult, options: Options) -> Context:
    """The caller's context with what the options tell, so that nobody says it twice."""
    method = found.method

    def again(study: Study) -> MethodResult:
        return estimate(study, method=method, options=options)

    return replace(
        context,
        randomised=context.randomised or options.randomised is not None,
        clusters=context.clusters if context.clusters is not None else options.clusters,
        refit=context.refit if context.refit is not None else again,
        level=options.level,
        seed=options.seed,
    )
