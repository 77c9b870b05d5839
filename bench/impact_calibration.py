"""Does the tool do what it says? Coverage, false alarms, widths and words, over named cells.

Each cell (`impact_cells.py`, at most 80, named beforehand) is run at effect 0, at 1 standard
deviation of a reading, and at effects of 1 to 2 standard deviations up or down, in rounds; each
finished round of a cell is a line in ``--out``, so that a run can be stopped and taken up again.
Ranges and false alarms take 2,000 panels at either effect; the words, whose checks refit each panel
some fifty times, the first 500 of them and 500 of the mix (cells out of scope: all 2,000).

    nice .venv/bin/python bench/impact_calibration.py --out calibration.jsonl --full
    .venv/bin/python bench/impact_calibration.py --out calibration.jsonl --report

A cell fails where an exact binomial test rejects coverage of 93 % or more, or false alarms of 6 %
or less, at 5 % after Holm's correction over all tests. Real readings (CPS, PENN, GeoLift) are used
where they lie beside the checkout; their fake pilots overlap, so their tests are rough.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from impact_cells import CELLS, Cell, make

ROUND = 25
FULL = 2000
WORDED = 500  # panels of a cell in scope whose words are asked for too
LEAST_COVERAGE, MOST_ALARMS, MOST_WIDTH = 0.93, 0.06, 1.3
CLAIMS = ("caused", "likely", "suggests")
STRONG = ("caused", "likely")
EFFECTS = ("0", "1", "mix")


def one(
    cell: Cell, effect: str, random: np.random.Generator, worded: bool = True
) -> dict[str, Any] | None:
    """Run one panel; None where the cell's readings are absent. Unless worded: the range only."""
    from lamppost.engines.core.errors import EngineError
    from lamppost.engines.impact.estimating import estimate, find

    size = {"0": 0.0, "1": 1.0}.get(effect)
    if size is None:
        size = float(random.uniform(1, 2) * random.choice([-1, 1]))
    made = make(cell, random, size)
    if made is None:
        return None
    try:
        if effect == "1" or not worded:
            result = estimate(made.study, method=cell.method, options=made.options)
            return _figures(result, made)
        found = find(
            made.study,
            method=cell.method,
            options=made.options,
            context=made.context,
            worth=1.0,
        )
    except EngineError as error:
        return {"refused": 1, "code": error.code}
    told = _figures(found.result, made)
    told |= _words(found, made.truth)
    return told


def _figures(result: Any, made: Any) -> dict[str, Any]:
    ends = result.interval
    if ends is None:
        return {"no_range": 1}
    told = {
        "ranges": 1,
        "covered": int(ends.low <= made.truth <= ends.high),
        "announced": int(ends.excludes_zero),
        "width": ends.high - ends.low,
    }
    if made.oracle is not None:
        told["oracle"] = made.oracle
    return told


def _words(found: Any, truth: float) -> dict[str, Any]:
    code, verdict = found.verdict["code"], found.verdict
    warned = any(check.status != "pass" for check in found.checks)
    told = {f"word:{code}": 1, "careful": int(warned or code not in CLAIMS), "said": 1}
    if code in CLAIMS:
        right = truth != 0 and (verdict["direction"] == "rise") == (truth > 0)
        told[f"{'right' if right else 'wrong'}:{code}"] = 1
        if code in STRONG and truth != 0 and not right:
            told["wrong_way"] = 1
    if code == "no_sign" and abs(truth) >= 1.0:
        told["wrong:no_sign"] = 1
    return told


def run_round(cell: Cell, effect: str, number: int, panels: int) -> dict[str, Any] | None:
    """Run some panels; the seed is that of cell, effect and round."""
    random = np.random.default_rng([cell.key(), EFFECTS.index(effect), number])
    total: Counter[str] = Counter()
    begun = time.process_time()
    worded = not cell.scope or number * ROUND < WORDED
    for _ in range(panels):
        told = one(cell, effect, random, worded)
        if told is None:
            return None
        total["asked"] += int(worded and effect != "1")
        if "code" in told:
            total[f"refused:{told.pop('code')}"] += 1
        total.update(told)
    return {
        "cell": cell.name,
        "effect": effect,
        "round": number,
        "panels": panels,
        "cpu": round(time.process_time() - begun, 2),
        "counts": dict(total),
    }


def run(out: Path, panels: int, seconds: float, names: list[str]) -> None:
    """Run what is missing, round by round over all cells, until the panels or the time are done."""
    done = {(row["cell"], row["effect"], row["round"]) for row in read(out)}
    begun = time.monotonic()
    cells = [cell for cell in CELLS if not names or any(cell.name.startswith(one) for one in names)]
    with out.open("a", encoding="utf-8") as file:
        if file.tell() and not out.read_text(encoding="utf-8").endswith("\n"):
            file.write("\n")  # the last line was cut off
        for number in range(-(-panels // ROUND)):
            for cell in cells:
                for effect in EFFECTS:
                    if (cell.name, effect, number) in done:
                        continue
                    if effect == "mix" and number * ROUND >= WORDED:
                        continue
                    if time.monotonic() - begun > seconds:
                        return
                    row = run_round(cell, effect, number, min(ROUND, panels - ROUND * number))
                    if row is not None:
                        file.write(json.dumps(row) + "\n")
                        file.flush()


def read(out: Path) -> list[dict[str, Any]]:
    """Return the finished rounds, each once; a line that was cut off is run again."""
    rows: dict[tuple[str, str, int], dict[str, Any]] = {}
    if out.exists():
        for line in out.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                continue
            rows[row["cell"], row["effect"], row["round"]] = row
    return list(rows.values())


def summed(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str], Counter[str]]:
    """Add the rounds up by cell and effect."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts = found[row["cell"], row["effect"]]
        counts.update(row["counts"])
        counts["panels"] += row["panels"]
        counts["cpu"] += row["cpu"]
    return found


def holm(chances: list[float], alpha: float = 0.05) -> list[bool]:
    """Which hypotheses Holm's procedure rejects (Scand. J. Statist. 6, 1979)."""
    order = np.argsort(chances)
    rejected = [False] * len(chances)
    for place, at in enumerate(order):
        if chances[at] > alpha / (len(chances) - place):
            break
        rejected[int(at)] = True
    return rejected


def tests_of(found: dict[tuple[str, str], Counter[str]]) -> list[tuple[str, str, float]]:
    """Exact one-sided binomial chances of each cell's coverage and false alarms."""
    from scipy.stats import binom

    tests = []
    for cell in CELLS:
        for effect in ("0", "1"):
            counts = found.get((cell.name, effect))
            if not counts or not cell.scope or not counts["ranges"]:
                continue
            n = counts["ranges"]
            chance = float(binom.cdf(counts["covered"], n, LEAST_COVERAGE))
            tests.append((cell.name, f"coverage at {effect}", chance))
            if effect == "0":
                n = counts["panels"]
                chance = float(binom.sf(counts["announced"] - 1, n, MOST_ALARMS))
                tests.append((cell.name, "false alarms", chance))
    return tests


def share(top: float, bottom: float) -> str:
    return f"{100 * top / bottom:.1f}" if bottom else "-"


def report(out: Path) -> None:
    """Print the tables from the finished rounds."""
    found = summed(read(out))
    tests = tests_of(found)
    failed = {
        (name, what)
        for (name, what, _), bad in zip(tests, holm([one[2] for one in tests]), strict=True)
        if bad
    }
    print(
        f"{len({name for name, _ in found})} cells; {sum(one['panels'] for one in found.values())} "
        f"panels, {sum(one['cpu'] for one in found.values()):.0f} s CPU"
    )
    for effect, told in zip(EFFECTS, ("0", "1 sd", "1 to 2 sd up or down"), strict=True):
        panels = [one["panels"] for (_, which), one in found.items() if which == effect]
        print(f"- effect {told}: {min(panels, default=0)} to {max(panels, default=0)} a cell")
    print(
        "\n| cell | coverage at 0 | at 1 sd | false alarms | seen at 1 sd | width / oracle |"
        " no range | failed |\n|---|---|---|---|---|---|---|---|"
    )
    for cell in CELLS:
        if cell.scope and (cell.name, "0") in found:
            print(_row(cell, found, failed))
    _print_families(found)
    _print_out_of_scope(found)
    _print_words(found)
    print(f"\nFailed after Holm: {len(failed)} of {len(tests)} tests: "
          f"{'; '.join(sorted(f'{name}, {what}' for name, what in failed)) or 'none'}")  # fmt: skip


def _row(cell: Cell, found: Any, failed: set[tuple[str, str]]) -> str:
    at_0, at_1 = found[cell.name, "0"], found.get((cell.name, "1"), Counter())
    wide = at_0["width"] / at_0["oracle"] if at_0["oracle"] else None
    bad = [what for name, what in sorted(failed) if name == cell.name]
    cells = (
        cell.name,
        share(at_0["covered"], at_0["ranges"]),
        share(at_1["covered"], at_1["ranges"]),
        share(at_0["announced"], at_0["panels"]),
        share(at_1["announced"], at_1["panels"]),
        "-" if wide is None else f"{wide:.2f}",
        share(at_0["no_range"] + at_0["refused"], at_0["panels"]),
        ", ".join(bad),
    )
    return f"| {' | '.join(cells)} |"


def _print_families(found: Any) -> None:
    """All cells in scope of one design together: less noise where panels are few."""
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in CELLS:
        for effect in ("0", "1"):
            counts = found.get((cell.name, effect))
            if cell.scope and counts:
                family = cell.name.split()[0]
                total[family].update({name: counts[name] for name in ("ranges", "covered")})
                if effect == "0":
                    total[family].update({"at 0": counts["panels"], "false": counts["announced"]})
    print("\nBy design (standard error in points)\n| design | panels | coverage | false alarms |"
          "\n|---|---|---|---|")  # fmt: skip
    for family, counts in total.items():
        cells = (family, str(counts["ranges"]), _with_error(counts["covered"], counts["ranges"]),
                 _with_error(counts["false"], counts["at 0"]))  # fmt: skip
        print(f"| {' | '.join(cells)} |")


def _with_error(top: float, bottom: float) -> str:
    rate = top / bottom if bottom else 0.0
    return f"{100 * rate:.1f} ({100 * np.sqrt(rate * (1 - rate) / max(bottom, 1)):.1f})"


def _print_out_of_scope(found: Any) -> None:
    print("\nOut of scope: cannot tell or a warning, per cent of panels (goal: 90)\n"
          "| cell | at 0 | at 1 to 2 sd | strong words at 0 |\n|---|---|---|---|")  # fmt: skip
    for cell in CELLS:
        if cell.scope or (cell.name, "0") not in found:
            continue
        at_0, mixed = found[cell.name, "0"], found.get((cell.name, "mix"), Counter())
        careful = [share(one["careful"] + one["refused"], one["panels"]) for one in (at_0, mixed)]
        strong = sum(at_0[f"word:{word}"] for word in STRONG)
        print(f"| {cell.name} | {' | '.join(careful)} | {share(strong, at_0['panels'])} |")


def _print_words(found: Any) -> None:
    """Words in a mix of half nulls and half effects of 1 to 2 sd, cells in scope."""
    total: Counter[str] = Counter()
    for cell in CELLS:
        if cell.scope and not cell.data:
            at_0, mixed = found.get((cell.name, "0")), found.get((cell.name, "mix"))
            if at_0 and mixed and at_0["asked"] == mixed["asked"]:
                total.update(at_0)
                total.update(mixed)
    print(f"\nWords in {total['said']} panels, half without an effect, half with one of 1 to 2 sd\n"
          "| word | said | true | per cent |\n|---|---|---|---|")  # fmt: skip
    for word in CLAIMS:
        right, wrong = total[f"right:{word}"], total[f"wrong:{word}"]
        print(f"| {word} | {right + wrong} | {right} | {share(right, right + wrong)} |")
    for word in ("no_sign", "cannot_tell", "not_yet"):
        print(f"| {word} | {total[f'word:{word}']} | - | - |")
    print(f"Wrong direction in strong words: {total['wrong_way']} "
          f"({share(total['wrong_way'], total['said'])} %)")  # fmt: skip
    print(f"“No sign of a change of 1 or more” where there was one: {total['wrong:no_sign']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("impact-calibration.jsonl"))
    parser.add_argument("--full", action="store_true", help="2,000 panels a cell and effect")
    parser.add_argument("--panels", type=int, help="panels a cell and effect (25)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--cells", nargs="*", default=[], help="beginnings of names")
    parser.add_argument("--report", action="store_true", help="only print what is there")
    told = parser.parse_args()
    if not told.report:
        run(told.out, told.panels or (FULL if told.full else ROUND), told.seconds, told.cells)
    report(told.out)


if __name__ == "__main__":
    sys.exit(main())
