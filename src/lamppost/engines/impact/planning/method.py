"""The estimate of a fake pilot: the very same that will report on the true one."""

from __future__ import annotations

from lamppost.engines.impact.estimating import Options, estimate
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.planning.design import PilotDesign
from lamppost.engines.impact.planning.draws import FakePilot
from lamppost.engines.impact.randomised import Randomised


def options_of(
    design: PilotDesign, pairs: dict[str, str] | None = None, *, seed: int = 0
) -> Options:
    """Return what the estimate is told of a pilot that was planned so."""
    lottery = Randomised(pairs=pairs) if design.randomised else None
    return Options(
        season=design.season,
        counts=design.counts,
        level=design.level,
        seed=seed,
        randomised=lottery,
    )


def estimate_fake(fake: FakePilot, design: PilotDesign, *, seed: int) -> MethodResult:
    """Estimate one fake pilot.

    Raises
    ------
    EngineError
        What the method refuses.
    """
    return estimate(
        fake.study, method=design.method, options=options_of(design, fake.pairs, seed=seed)
    )
