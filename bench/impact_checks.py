"""How often do the checks cry wolf on clean data, and what does a full verdict cost?

Clean data: 20 places with levels of their own, shocks and a wave that all share, AR(1) noise (.3),
40 periods before the start and 20 after, without any fault, at no effect and at 1.5 standard
deviations. Each design with its method, everything the city could say told to be in order
(nothing changed, nobody near, one measure that should not move). A check that warns or blocks here
is a false alarm; a word above the design or about nothing is counted as well.

    .venv/bin/python bench/impact_checks.py
    .venv/bin/python bench/impact_checks.py --panels 1000

The last table is the CPU time of estimate, all checks and verdict for 20 places and 120 periods.
CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lamppost.engines.impact.checks import Answered, Context, check_all
from lamppost.engines.impact.did import fit_did
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.saying import Design, Verdict, evidence_level, say
from lamppost.engines.impact.series import interrupted_series
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.synthetic import fit_augmented, fit_control, fit_synthetic_did
from tests.impact_panels import panel

WORTH = 2.0
EFFECTS = (0.0, 1.5)
Fit = Callable[[Study], MethodResult]


def by_lot(study: Study) -> MethodResult:
    return fit_did(study, randomised=True)


DESIGNS: dict[str, tuple[Fit, int]] = {
    "lottery of 10 among 20": (by_lot, 10),
    "10 chosen of 20": (fit_did, 10),
    "synthetic control": (fit_control, 1),
    "synthetic DiD": (fit_synthetic_did, 1),
    "single series": (interrupted_series, 1),
}
COSTLY: dict[str, tuple[Fit, int]] = {**DESIGNS, "augmented control": (fit_augmented, 1)}


def everything_known(seed: int, study: Study, treated: int, lottery: bool) -> Context:
    """What a city would tell where all is in order."""
    unmoved = panel(100_000 + seed, treated=treated, after=len(study.times) - study.start,
                    before=study.start)  # fmt: skip
    random_shares = (Answered("young", 100, 104), Answered("old", 200, 196))
    return Context(
        randomised=lottery,
        outcome="noise",
        main="noise",
        p_values={"noise": 0.02, "calls": 0.4},
        unmoved=unmoved,
        near=frozenset(study.units[-3:]),
        sensor_changes=(),
        answered=random_shares,
        chosen_because="lottery" if lottery else "other",
        versions=((study.times[0], "A"),),
        plan_changed=(),
    )


def verdict(
    seed: int, study: Study, fit: Fit, treated: int
) -> tuple[tuple[Check, ...], Verdict, float]:
    lottery = fit is by_lot
    context = everything_known(seed, study, treated, lottery)
    begun = time.process_time()
    result = fit(study)
    checks = check_all(study, result, context)
    design = Design.of(study, randomised=lottery, outcome="noise", unit="dB", period="week")
    said = say(result, checks, design, WORTH, "up")
    evidence_level(design, result, checks)
    return checks, said, time.process_time() - begun


def alarms(panels: int) -> None:
    for name, (fit, treated) in DESIGNS.items():
        for effect in EFFECTS:
            warned: Counter[str] = Counter()
            blocked: Counter[str] = Counter()
            words: Counter[str] = Counter()
            for seed in range(panels):
                study = panel(seed, effect=effect, treated=treated)
                checks, said, _ = verdict(seed, study, fit, treated)
                words[said.code] += 1
                warned.update(one.name for one in checks if one.status == "warn")
                blocked.update(one.name for one in checks if one.status == "block")
            print(f"\n{name}, effect {effect} sd, {panels} panels")
            print("  words:", _shares(words, panels))
            print("  warn: ", _shares(warned, panels) or "-")
            print("  block:", _shares(blocked, panels) or "-", flush=True)


def _shares(counted: Counter[str], panels: int) -> str:
    return ", ".join(f"{key} {100 * one / panels:.1f} %" for key, one in counted.most_common())


def costs() -> None:
    print("\nCPU seconds, 20 places, 90 + 30 periods: estimate, all checks, verdict")
    for name, (fit, treated) in COSTLY.items():
        seconds = []
        for seed in range(3):
            study = panel(seed, treated=treated, before=90, after=30, effect=3.0)
            checks, _, spent = verdict(seed, study, fit, treated)
            seconds.append(spent)
        print(f"  {name:24} {sorted(seconds)[1]:.2f} ({len(checks)} checks)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--panels", type=int, default=100)
    told = parser.parse_args()
    costs()
    alarms(told.panels)


if __name__ == "__main__":
    main()
