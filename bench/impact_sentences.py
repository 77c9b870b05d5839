"""Do the sentences of verdicts say what their numbers say? Read again by a reader of its own.

    .venv/bin/python bench/impact_sentences.py [--rounds 3] [--show 10]

Findings on the made-up and real panels of `impact_cells` and, where their data are there, on
published ones. The reader below knows the English sentences and nothing of ``engines/impact/
saying``: it takes word, direction, size, unit, range, per cent, worth-it size, places, periods
and chance out of each sentence and holds every one against the result's JSON, the panel itself,
and the rules of docs/explanation/impact-words.md written down anew. Prints the share of sentences
in which all of it is right, and every fault. So that the reader itself is tried, each sentence is
spoiled in every way of `spoiled`, and the share of these that it sees is printed as well.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from impact_cells import CELLS, DATA, make

NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
CLAIM = re.compile(
    r"^(The pilot caused|The pilot likely caused|What we read suggests that the pilot brought) "
    rf"a (fall|rise) in (.+?) of about {NUMBER}(?: (.+?))?\."
)
NO_SIGN = re.compile(
    rf"^There is no sign that the pilot changed (.+?) by {NUMBER}(?: (.+?))? or more\."
)
CANNOT = re.compile(r"^(We cannot tell if|It is too soon to say if) the pilot changed (.+?)\. ")
ONE_SIDE = re.compile(rf"The true size may be from {NUMBER} to {NUMBER}(?: (.+?))?\.(?= |$)")
BOTH = re.compile(rf"may be from a fall of {NUMBER} to a rise of {NUMBER}(?: (.+?))?\.(?= |$)")
ALONE = re.compile(
    rf"The figure on its own is a (fall|rise) of about {NUMBER}(?: (.+?))?, and may be from "
    rf"{NUMBER} to {NUMBER}\."
)
AFTER = re.compile(
    rf"After the start, .+? (fell|rose) by about {NUMBER}(?: (.+?))? \(from {NUMBER} to {NUMBER}\)"
)
PERCENT = re.compile(rf"In per cent, that is from {NUMBER} to {NUMBER}\.")
WORTH = (
    ("yes", re.compile(rf"All of this range is worth it: {NUMBER}(?: ([^.]+?))?? or more\.")),
    (
        "unclear",
        re.compile(rf"It may be less than the {NUMBER}(?: ([^.]+?))?? that would be worth it"),
    ),
    ("no", re.compile(rf"It is less than the {NUMBER}(?: ([^.]+?))?? that would be worth it")),
    ("wide", re.compile(rf"too wide to rule out a change of {NUMBER}(?: ([^.]+?))??\.(?= |$)")),
)
PLACES = re.compile(r"Places: (\d+) with the pilot, (\d+|none) without\.")
TIME = re.compile(
    r"(Days|Weeks|Months|Quarters|Years|Times read): ([\d,]+) before the start, ([\d,]+) from"
)
CHANCE = re.compile(r"of ([\d,]+) draws by lot, ([\d,]+) would show as much")
OFTEN = re.compile(r"as large a change: ([\d,]+) of ([\d,]+) do")
CODES = {
    "The pilot caused": "caused",
    "The pilot likely caused": "likely",
    "What we read suggests that the pilot brought": "suggests",
    "We cannot tell if": "cannot_tell",
    "It is too soon to say if": "not_yet",
}


@dataclass(frozen=True)
class Asked:
    """What a finding was asked, and what its panel holds: nothing that a verdict computed."""

    name: str
    lottery: bool
    treated: int
    others: int
    before: int
    after: int
    period: str
    outcome: str
    unit: str
    worth: float | None
    direction: str | None


def value(text: str) -> float:
    return float(text.replace(",", ""))


def rounds_to(text: str, true: float) -> bool:
    """Whether a printed figure is the true one, rounded to the decimals it shows."""
    decimals = len(text.partition(".")[2])
    return abs(value(text) - true) <= 0.5 * 10.0**-decimals * (1 + 1e-9) + 1e-12


def faults(sentence: str, found: dict[str, Any], asked: Asked) -> Iterator[str]:
    """Name everything in the sentence that its numbers do not bear out."""
    code, claim = _word(sentence)
    if code is None:
        yield "no word could be read"
        return
    if code != found["verdict"]["code"]:
        yield f"word {code}, JSON {found['verdict']['code']}"
    yield from _rules(code, found, asked)
    if claim is not None:
        yield from _claim(claim, found, asked)
    yield from _ranges(sentence, code, found, asked)
    yield from _worth(sentence, found, asked)
    yield from _hopes(sentence, code, found, asked)
    yield from _rest(sentence, found, asked)


def _word(sentence: str) -> tuple[str | None, re.Match[str] | None]:
    claim = CLAIM.match(sentence)
    if claim:
        return CODES[claim[1]], claim
    if NO_SIGN.match(sentence):
        return "no_sign", None
    cannot = CANNOT.match(sentence)
    return (CODES[cannot[1]], None) if cannot else (None, None)


def _ends(found: dict[str, Any]) -> tuple[float, float] | None:
    ends = found["interval"]
    return None if ends is None or None in ends else (ends[0], ends[1])


def _rules(code: str, found: dict[str, Any], asked: Asked) -> Iterator[str]:
    """The table of docs/explanation/impact-words.md, read anew."""
    ends, facts, p_value = _ends(found), found["facts"], found["p_value"]
    statuses = [one["status"] for one in found["checks"]]
    beyond = ends is not None and (ends[0] > 0 or ends[1] < 0)
    compared, _ = _compared(found, asked)
    if code in ("caused", "likely", "suggests"):
        if not beyond:
            yield "claims a change, the range holds zero"
        if "block" in statuses or not compared:
            yield "claims a change, a check failed or nothing was compared"
    drawn = asked.lottery and facts.get("inference") == "permutation"
    enough = min(asked.treated, compared) >= 5 or facts.get("assignments", 0) >= 252
    proof = drawn and enough and p_value is not None and p_value <= 0.01
    if code == "caused" and not proof:
        yield "says caused without a lottery of enough places and 1 in 100"
    if code == "likely":
        mixed = found["method"] in ("sc", "asc", "sdid") and compared >= 10 and asked.before >= 20
        if not (drawn or mixed) or (p_value or 0.0) > 0.05 + 1e-12:
            yield "says likely of a design that cannot"
    if code in ("likely", "suggests") and proof and set(statuses) == {"pass"}:
        yield "weaker than lottery, chance and checks allow"
    within = ends is not None and asked.worth is not None
    within = within and -asked.worth < ends[0] <= 0 <= ends[1] < asked.worth  # type: ignore
    if code == "no_sign" and (not within or "block" in statuses):
        yield "rules out a size that the range holds"
    if code == "cannot_tell" and (beyond or within) and compared and "block" not in statuses:
        yield "cannot tell, though range and checks could"


def _compared(found: dict[str, Any], asked: Asked) -> tuple[int, int]:
    """Places compared with and pilot places, less those that were left out."""
    out = set(found["facts"].get("left_out") or {})
    used = found["facts"].get("comparison_units")
    if isinstance(used, list) and found["method"] == "its":
        return len(used), asked.treated
    return asked.others - len(out), asked.treated


def _claim(claim: re.Match[str], found: dict[str, Any], asked: Asked) -> Iterator[str]:
    if (claim[2] == "rise") != (found["estimate"] > 0):
        yield "direction"
    if claim[3] != asked.outcome:
        yield f"outcome {claim[3]}"
    if not rounds_to(claim[4], abs(found["estimate"])):
        yield f"size {claim[4]}, true {found['estimate']:.6g}"
    if (claim[5] or "") != asked.unit:
        yield f"unit {claim[5]}"


def _ranges(sentence: str, code: str, found: dict[str, Any], asked: Asked) -> Iterator[str]:
    ends = _ends(found)
    one, both = ONE_SIDE.search(sentence), BOTH.search(sentence)
    alone = ALONE.search(sentence) or AFTER.search(sentence)
    if ends is None:
        if one or both or alone:
            yield "tells a range that is not there"
        return
    if not (one or both or alone):
        yield "no range"
    beyond = ends[0] > 0 or ends[1] < 0
    near, far = sorted(map(abs, ends))
    for told, low, high in ((both, -ends[0], ends[1]), (one, near, far)):
        if told and (told is both) == beyond:
            yield f"range {told[0]}, true {ends}"
        if told and not (rounds_to(told[1], low) and rounds_to(told[2], high)):
            yield f"range {told[0]}, true {ends}"
        if told and (told[3] or "") != asked.unit:
            yield f"unit of the range {told[3]}"
    if alone:
        yield from _alone(alone, code, found, ends)
        if (alone[3] or "") != asked.unit:
            yield f"unit of the figure on its own {alone[3]}"
    percent = PERCENT.search(sentence)
    if percent:
        shares = sorted(abs(100 * (end - 1)) for end in found["ratio_interval"])
        if not (rounds_to(percent[1], shares[0]) and rounds_to(percent[2], shares[1])):
            yield f"per cent {percent[0]}, true {shares}"


def _alone(
    told: re.Match[str], code: str, found: dict[str, Any], ends: tuple[float, float]
) -> Iterator[str]:
    near, far = sorted(map(abs, ends))
    beyond = ends[0] > 0 or ends[1] < 0
    rises = told[1] in ("rise", "rose")
    if not beyond or rises != (ends[0] > 0) or code in ("caused", "likely", "suggests"):
        yield "a figure on its own where there is none"
    true = ((told[2], abs(found["estimate"])), (told[4], near), (told[5], far))
    if not all(rounds_to(*pair) for pair in true):
        yield f"figure on its own {told[0]}, true {ends}"


def _worth(sentence: str, found: dict[str, Any], asked: Asked) -> Iterator[str]:
    ends, worth = _ends(found), asked.worth
    printed = NO_SIGN.match(sentence)
    told = [(name, one) for name, one in ((n, p.search(sentence)) for n, p in WORTH) if one]
    sizes = [(one[1], one[2]) for _, one in told]
    for text, unit in sizes + ([(printed[2], printed[3])] if printed else []):
        if worth is None or value(text) != worth or (unit or "") != asked.unit:
            yield f"worth-it size {text} {unit}, asked {worth}"
    named = sentence.replace("No one said first which size would be worth it", "")
    if named.count("worth it") > sum(name != "wide" for name, _ in told):
        yield "a size that is worth it, in words that are not known"
    if ends is None or worth is None:
        return
    side = -1 if asked.direction == "down" else 1
    if asked.direction is None:
        side = -1 if found["estimate"] < 0 else 1
    least, most = sorted((side * ends[0], side * ends[1]))
    for name, _ in told:
        wrong = {
            "yes": least < worth,
            "unclear": not least < worth <= most,
            "no": most >= worth,
            "wide": -worth < ends[0] and ends[1] < worth,
        }[name]
        if wrong:
            yield f"worth it: {name}"


def _hopes(sentence: str, code: str, found: dict[str, Any], asked: Asked) -> Iterator[str]:
    if code in ("caused", "likely", "suggests") and asked.direction is not None:
        good = (found["estimate"] > 0) == (asked.direction == "up")
        if ("That is what was hoped for" in sentence) != good:
            yield "hoped for"
        if ("for the worse" in sentence) == good:
            yield "for the worse"


def _rest(sentence: str, found: dict[str, Any], asked: Asked) -> Iterator[str]:
    places, periods = PLACES.search(sentence), TIME.search(sentence)
    compared, treated = _compared(found, asked)
    without = -1 if places is None else 0 if places[2] == "none" else int(places[2])
    if places is None or (int(places[1]), without) != (treated, compared):
        yield f"places {places and places[0]}, true {treated} and {compared}"
    if periods is None or periods[1] != asked.period:
        yield f"periods {periods and periods[0]}, true {asked.period}"
    elif (value(periods[2]), value(periods[3])) != (asked.before, asked.after):
        yield f"periods {periods[0]}, true {asked.before} and {asked.after}"
    if "The strongest reason to doubt it:" not in sentence:
        yield "no doubt"
    if "picked, not drawn by lot" in sentence and asked.lottery:
        yield "says picked of a lottery"
    chance, often = CHANCE.search(sentence), OFTEN.search(sentence)
    shares = [value(chance[2]) / value(chance[1])] if chance else []
    shares += [value(often[1]) / value(often[2])] if often else []
    for share in shares:
        if found["p_value"] is None or abs(share / found["p_value"] - 1) > 0.5:
            yield f"chance {share}, true {found['p_value']}"


SWAPS = (
    (" fall in ", " rise in "), (" rise in ", " fall in "), ("likely caused", "caused"),
    ("The pilot caused", "The pilot likely caused"),
    ("We cannot tell if", "It is too soon to say if"),
    ("Weeks:", "Days:"), ("Years:", "Weeks:"), (" dB", " dBA"), (" calls a week", " calls a day"),
    ("from a fall of", "from a rise of"),
    ("That is what was hoped for.", "That is a change for the worse."),
)  # fmt: skip


def spoiled(sentence: str) -> Iterator[str]:
    """The sentence with one thing wrong: a word, or one of the figures before its doubt."""
    said, lead, doubt = sentence.partition(" The strongest reason to doubt it:")
    for right, wrong in SWAPS:
        if right in said and not (right == "The pilot caused" and "likely" in said):
            yield said.replace(right, wrong, 1) + lead + doubt
    reached = r"All of this range is worth it: (.+?) or more\."
    if re.search(reached, said):
        wrong = re.sub(reached, r"It may be less than the \1 that would be worth it.", said)
        yield wrong + lead + doubt
    for figure in re.finditer(NUMBER, said):
        more = f"{value(figure[0]) + 1:.{len(figure[0].partition('.')[2])}f}"
        yield said[: figure.start()] + more + said[figure.end() :] + lead + doubt


def weekly(study: Any) -> Any:
    first = date(2024, 1, 1)
    days = tuple((first + timedelta(days=7 * at)).isoformat() for at in range(len(study.times)))
    return replace(study, times=days)


def generated(rounds: int, cells: Sequence[Any] = CELLS) -> Iterator[tuple[Asked, dict[str, Any]]]:
    from lamppost.engines.core.errors import EngineError
    from lamppost.engines.impact import find

    units = ("dB", "", "calls a week")
    for number, cell in enumerate(cells):
        for turn in range(rounds):
            random = np.random.default_rng([11, cell.key(), turn])
            effect = (0.0, 1.0, -1.8)[turn % 3]
            made = make(cell, random, effect)
            if made is None:
                continue
            study = weekly(made.study)
            worth = (None, 0.7, 2.0)[(number + turn) % 3]
            direction = (None, "up", "down")[(number // 3 + turn) % 3]
            unit = units[(number + turn) % 3]
            context = made.context
            if context.sensor_changes:
                moved = tuple(replace(one, time=study.times[cell.before])
                              for one in context.sensor_changes)  # fmt: skip
                context = replace(context, sensor_changes=moved)
            told: dict[str, Any] = {"outcome": "noise", "unit": unit}
            try:
                found = find(
                    study,
                    method=cell.method,
                    options=made.options,
                    context=context,
                    told=told,
                    worth=worth,
                    direction=direction,
                )  # type: ignore
            except EngineError as refused:
                print("refused:", cell.name, refused)
                continue
            first = int(study.starts[study.treated].min())
            never = int((~study.treated).sum())
            yield Asked(
                cell.name, cell.how != "chosen" and never + (cell.how == "steps") > 0,
                int(study.treated.sum()), never or int((study.starts > first).sum()),
                first, len(study.times) - first, "Weeks", "noise", unit, worth, direction,
            ), json.loads(json.dumps(found.to_json()))  # fmt: skip


def published() -> Iterator[tuple[Asked, dict[str, Any]]]:
    from lamppost.engines.impact import find
    from lamppost.engines.impact.study_file import Columns, read_study

    panels = [
        ("prop99/california_prop99_outcome.csv", ("State", "Year", "PacksPerCapita"),
         ("California",), "1989", "Years", (5.0, 50.0), ("sc", "sdid", "did")),
        ("germany/scpi_germany.csv", ("country", "year", "gdp"), ("West Germany",), "1991",
         "Years", (1.0, 20.0), ("sc", "did")),
        ("geolift/geolift_test.csv", ("location", "date", "Y"), ("chicago", "portland"),
         "2021-04-01", "Days", (100.0, 2000.0), ("sdid", "did")),
    ]  # fmt: skip
    for path, names, treated, start, period, sizes, methods in panels:
        if not (DATA / path).exists():
            continue
        with (DATA / path).open(newline="", encoding="utf-8-sig") as file:
            study = read_study(file, Columns(*names, treated=treated, start=start))
        for method in methods:
            for worth in sizes:
                found = find(study, method=method, worth=worth, direction="down",
                             told={"outcome": names[2]})  # fmt: skip
                yield Asked(
                    path, False, len(treated), len(study.donors), study.start,
                    len(study.times) - study.start, period, names[2], "", worth, "down",
                ), json.loads(json.dumps(found.to_json()))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="panels a cell")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print every Nth")
    told = parser.parse_args()
    begun, right, count, seen, wrongs = time.process_time(), 0, 0, 0, 0
    words: Counter[str] = Counter()
    for source in (generated(told.rounds), published()):
        for asked, found in source:
            sentence = found["verdict"]["sentence"]
            wrong = list(faults(sentence, found, asked))
            words[found["verdict"]["code"]] += 1
            right += not wrong
            count += 1
            for bad in spoiled(sentence):
                wrongs += 1
                caught = any(faults(bad, found, asked))
                seen += caught
                if not caught:
                    print(f"not seen: {asked.name}: {bad}", flush=True)
            for one in wrong:
                print(f"{asked.name}: {one}\n    {sentence}", flush=True)
            if told.show and count % told.show == 0:
                numbers = {key: found[key] for key in ("method", "estimate", "interval", "p_value")}
                print(f"SHOWN {asked}\n    {numbers}\n    {sentence}", flush=True)
    spent = time.process_time() - begun
    print(f"{right} of {count} sentences right ({100 * right / max(count, 1):.1f} %)")
    print(f"{seen} of {wrongs} spoiled ones seen ({100 * seen / max(wrongs, 1):.1f} %)")
    print(", ".join(f"{word} {times}" for word, times in words.most_common()), f"; {spent:.0f} s")


if __name__ == "__main__":
    main()
