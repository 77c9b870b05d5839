"""How often do the checks cry wolf on clean data, and what does a full verdict cost?

Clean data: 20 places with levels of their own, shocks and a wave that all share, AR(1) noise (.3),
40 periods before the start and 20 after, without any fault, at no effect and at 1.5 standard
deviations. Each design with its method, everything the city could say told to be in order
(nothing changed, nobody near, one measure that should not move). A check that warns or blocks here
is a false alarm; a word above the design or about nothing is counted as well.

    .venv/bin/python bench/impact_checks.py
    .venv/bin/python bench/impact_checks.py --panels 1000

The second table plants one fault each where the pilot did nothing: how often the range alone would
claim a change, how often the verdict still does once the checks have been heard, and how often the
fault's own check warned or failed.

The first table is the CPU time of estimate, all checks and verdict for 20 places and 120 periods.
CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from lamppost.engines.impact.checks import Answered, Context, SensorChange, check_all
from lamppost.engines.impact.did import fit_did
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.saying import Design, Verdict, evidence_level, say
from lamppost.engines.impact.series import interrupted_series
from lamppost.engines.impact.study import Floats, Study
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


def drift(outcome: Floats, treated: int) -> None:
    outcome[:treated] += 0.06 * np.arange(outcome.shape[1])


def early(outcome: Floats, treated: int) -> None:
    outcome[:treated, 28:] += 2.0


def at_start(outcome: Floats, treated: int) -> None:
    outcome[:treated, 40:] += 2.0


def bad_spell(outcome: Floats, treated: int) -> None:
    outcome[:treated, 30:40] -= 5.0


def pushed_next_door(outcome: Floats, treated: int) -> None:
    outcome[treated : treated + 5, 40:] -= 4.0


def in_context(name: str, study: Study, seed: int, treated: int) -> Context:
    """What the city tells where this fault is planted."""
    if name == "neighbours":
        return Context(near=frozenset(study.units[treated : treated + 5]))
    if name == "sensor_changed":
        changed = tuple(SensorChange(unit, 40) for unit in study.units[:treated])
        return Context(sensor_changes=changed)
    if name == "people_changed":
        return Context(answered=(Answered("young", 100, 190), Answered("old", 200, 110)))
    if name == "unmoved_outcome":
        return Context(unmoved=panel(100_000 + seed, treated=treated, effect=2.0))
    if name == "regression_to_mean":
        return Context(chosen_because="extreme")
    if name == "several_measures":
        others = {f"measure {one}": 0.3 for one in range(11)}
        return Context(outcome="noise", main="calls", p_values=others)
    return Context()


FAULTS: dict[str, Callable[[Floats, int], None]] = {
    "trend_before": drift,
    "fake_start": early,
    "regression_to_mean": bad_spell,
    "neighbours": pushed_next_door,
    "sensor_changed": at_start,
    "people_changed": at_start,
    "unmoved_outcome": at_start,
    "several_measures": lambda outcome, treated: None,
}


def faults(panels: int) -> None:
    print(f"\nOne fault planted, no effect, {panels} panels: claimed by the range alone, still "
          "claimed after the checks, the fault's own check warned or failed")  # fmt: skip
    for design in ("10 chosen of 20", "synthetic control"):
        fit, treated = DESIGNS[design]
        for name, plant in FAULTS.items():
            claimed = left = seen = 0
            for seed in range(panels):
                study = panel(seed, treated=treated)
                outcome = study.outcome.copy()
                plant(outcome, treated)
                study = replace(study, outcome=outcome)
                result = fit(study)
                context = in_context(name, study, seed, treated)
                if name == "several_measures" and result.p_value is not None:
                    named = {**context.p_values, "noise": result.p_value}
                    context = replace(context, p_values=named)
                checks = check_all(study, result, context)
                said = say(result, checks, Design.of(study), WORTH)
                claims = result.interval is not None and result.interval.excludes_zero
                claimed += claims
                left += said.code in ("caused", "likely", "suggests")
                seen += any(one.name == name and one.status != "pass" for one in checks)
            rates = [round(100 * one / panels) for one in (claimed, left, seen)]
            print(f"  {design:18} {name:20} claims {rates[0]:3} %, left {rates[1]:3} %, "
                  f"seen {rates[2]:3} %", flush=True)  # fmt: skip


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
    faults(told.panels)
    alarms(told.panels)


if __name__ == "__main__":
    main()
