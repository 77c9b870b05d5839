"""Every published figure that data beside the checkout allow, through ``lamppost estimate``.

Each function of `ROWS` gives the comparisons of one row of the table: what, the published value,
ours, and the tolerance. ``test_published_rows.py`` walks them.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Found = dict[str, Any]
Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class Compared:
    """One published number beside ours."""

    what: str
    published: float
    ours: float
    tolerance: float

    @property
    def met(self) -> bool:
        return math.isfinite(self.ours) and abs(self.ours - self.published) <= self.tolerance


#: Estimates from lines, ``unit time outcome``, and options of the command.
Run = Callable[..., Found]
Row = Callable[[Path, Run], Iterator[Compared]]


def lines_of(file: Path, delimiter: str = ",") -> Lines:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


def expected(folder: Path, key: str, part: str = "value") -> Any:
    return json.loads((folder / "expected.json").read_text())[key][part]


def each(
    what: str, published: Mapping[str, float], ours: Mapping[str, float], tolerance: float
) -> Iterator[Compared]:
    """All names of either side; one that a side lacks counts as zero there."""
    for name in sorted({*published, *ours}):
        yield Compared(f"{what} {name}", published.get(name, 0.0), ours.get(name, 0.0), tolerance)


def over(column: str, first: int, last: int | None = None) -> dict[str, Any]:
    return {"column": column, "from": first, "to": last or first}


SMOKING = [
    *(over(one, 1980, 1988) for one in ("lnincome", "retprice", "age15to24")),
    over("beer", 1984, 1988),
    *(over("cigsale", year) for year in (1975, 1980, 1988)),
]
PROP99 = "State Year PacksPerCapita"


def _smoking(data: Path, run: Run) -> Found:
    lines = lines_of(data / "prop99/smoking_predictors.csv")
    options = ("--treated", "California", "--start", "1989")
    return run(lines, "state year cigsale", *options, predictors=SMOKING)


def prop99_weights(data: Path, run: Run) -> Iterator[Compared]:
    found = _smoking(data, run)
    yield from each("weight", expected(data / "prop99", "adh_weights"), found["weights"], 0.02)


def prop99_gap(data: Path, run: Run) -> Iterator[Compared]:
    found = _smoking(data, run)
    yield Compared("gap in 2000", -26, found["effects"][-1]["estimate"], 1.0)


def prop99_rank(data: Path, run: Run) -> Iterator[Compared]:
    found = _smoking(data, run)
    yield Compared("rank", 1, found["placebo_rank"][0], 0)
    yield Compared("of", 39, found["placebo_rank"][1], 0)
    yield Compared("p", 1 / 39, found["p_value"], 1e-12)


def _outcome_only(data: Path, run: Run, method: str) -> Found:
    lines = lines_of(data / "prop99/california_prop99_outcome.csv")
    return run(lines, PROP99, "--treated", "California", "--start", "1989", "--method", method)


def prop99_optimum(data: Path, run: Run) -> Iterator[Compared]:
    found = _outcome_only(data, run, "sc")
    wanted = expected(data / "prop99", "outcome_only_optimum")
    yield Compared("pre SSR", wanted["pre_ssr"], 19 * found["pre_rmspe"] ** 2, 1e-5)
    yield Compared("pre RMSPE", wanted["pre_rmspe"], found["pre_rmspe"], 1e-5)
    yield Compared("ATT", wanted["att"], found["estimate"], 1e-5)


def prop99_optimum_rank(data: Path, run: Run) -> Iterator[Compared]:
    found = _outcome_only(data, run, "sc")
    yield Compared("rank", 3, found["placebo_rank"][0], 0)
    yield Compared("of", 39, found["placebo_rank"][1], 0)
    yield Compared("p", 3 / 39, found["p_value"], 1e-12)


def prop99_sdid(data: Path, run: Run) -> Iterator[Compared]:
    found = _outcome_only(data, run, "sdid")
    yield Compared("ATT (R)", expected(data / "prop99", "sdid")["sdid"], found["estimate"], 0.02)
    wanted = expected(data / "prop99", "sdid_exact_solve")
    yield Compared("ATT (exact)", wanted["sdid"], found["estimate"], 1e-4)
    yield Compared("se, all 38 placebos", wanted["placebo_se_all_38"], found["se"], 1e-4)
    yield Compared("p", wanted["placebo_p"], found["p_value"], 1e-12)


def prop99_did(data: Path, run: Run) -> Iterator[Compared]:
    wanted = expected(data / "prop99", "sdid_exact_solve")
    did = _outcome_only(data, run, "did")
    yield Compared("DID", wanted["did"], did["estimate"], 1e-4)
    beside = _outcome_only(data, run, "sdid")["facts"]["alternatives"]
    difp = next(one["estimate"] for one in beside if one["name"] == "difp")
    yield Compared("DIFP", wanted["difp"], difp, 1e-4)


def basque_lines(data: Path) -> Lines:
    """The panel of the MSCMT vignette: schooling in shares, the two highest levels joined."""
    kept = [one for one in lines_of(data / "basque/basque.csv")
            if not one["regionname"].startswith("Spain")]  # fmt: skip
    levels = ("school.illit", "school.prim", "school.med", "school.higher")
    for row in kept:
        if row["school.high"] in ("", "NA"):
            row["school.higher"] = ""
            continue
        row["school.higher"] = repr(float(row["school.high"]) + float(row["school.post.high"]))
        total = sum(float(row[one]) for one in levels)
        row.update({one: repr(100 * float(row[one]) / total) for one in levels})
    return kept


def _basque(data: Path, run: Run) -> Found:
    lines = basque_lines(data)
    schooling = ("school.higher", "school.illit", "school.med", "school.prim")
    specification = {
        "predictors": [
            *(over(one, 1964, 1969) for one in (*schooling, "invest")),
            over("gdpcap", 1960, 1969),
            *(over(one, 1961, 1969) for one in sorted(lines[0]) if one.startswith("sec.")),
            over("popdens", 1969),
        ],
        "fit": {"from": 1960, "to": 1969},
    }
    options = ("--treated", "Basque Country (Pais Vasco)", "--start", "1970")
    return run(lines, "regionname year gdpcap", *options, predictors=specification)


def basque_mscmt(data: Path, run: Run) -> Iterator[Compared]:
    found = _basque(data, run)
    yield from each("weight", expected(data / "basque", "mscmt_weights"), found["weights"], 0.001)
    loss = sum(one**2 for one in found["facts"]["gaps"][5:15]) / 10
    yield Compared("loss", expected(data / "basque", "mscmt_loss_1960_1969"), loss, 1e-6)


def basque_2003(data: Path, run: Run) -> Iterator[Compared]:
    """Abadie and Gardeazabal's mix: a worse end of the same search, named beside the better."""
    valleys = _basque(data, run)["facts"]["search"]["valleys"]
    wanted = expected(data / "basque", "ag_weights")

    def apart(mix: Mapping[str, float]) -> float:
        return max(abs(mix.get(one, 0) - wanted.get(one, 0)) for one in {*mix, *wanted})

    nearest = min((one["weights"] for one in valleys), key=apart)
    yield from each("weight", wanted, nearest, 0.025)


def germany(data: Path, run: Run) -> Iterator[Compared]:
    """The published windows hold 1990, the first treated year; ours end in 1989."""

    def stage(first: int, last: int, schooling: tuple[int, int], invest: str) -> list[Any]:
        return [
            *(over(one, first, last) for one in ("gdp", "trade", "infrate", "industry")),
            over("schooling", *schooling),
            over(invest, 1980),
        ]

    specification = {
        "predictors": stage(1981, 1989, (1980, 1985), "invest80"),
        "fit": {"from": 1960, "to": 1989},
        "training": {
            "predictors": stage(1971, 1980, (1970, 1975), "invest70"),
            "fit": {"from": 1981, "to": 1989},
        },
    }
    folder = data / "germany"
    options = ("--treated", "West Germany", "--start", "1990")
    found = run(lines_of(folder / "germany.csv"), "country year gdp", *options,
                predictors=specification)  # fmt: skip
    yield from each("weight", expected(folder, "adh2015_weights"), found["weights"], 0.025)
    wanted = expected(folder, "att_1990_2003")
    yield Compared("ATT", wanted["att"], found["estimate"], 0.025 * abs(wanted["att"]))
    gaps = [one["estimate"] for one in found["effects"]]
    mean = sum(gaps) / len(gaps)
    spread = math.sqrt(sum((one - mean) ** 2 for one in gaps) / (len(gaps) - 1) / len(gaps))
    yield Compared("se", wanted["se"], spread, 0.025 * wanted["se"])


def mpdta(data: Path, run: Run) -> Iterator[Compared]:
    folder = data / "mpdta"
    found = run(lines_of(folder / "mpdta.csv"), "countyreal year lemp", "--cohort", "first.treat")
    facts = found["facts"]
    pairs = {f"{one['group']},{one['time']}": one["estimate"] for one in facts["group_time"]}
    yield from each("ATT", expected(folder, "att_gt_reg_never_treated"), pairs, 6e-5)
    told = {"simple": (found["estimate"], found["se"])}
    for name in ("dynamic", "group"):
        told[name] = facts["aggregates"][name]["estimate"], facts["aggregates"][name]["se"]
    for name, (estimate, error) in told.items():
        value, spread = expected(folder, f"overall_{name}")
        yield Compared(name, value, estimate, 6e-5)
        yield Compared(f"{name}, se", spread, error, 0.1 * spread)


def card_krueger(data: Path, run: Run) -> Iterator[Compared]:
    """Means of state and wave over all restaurants, also those reached in one wave only."""
    folder = data / "card_krueger"
    rows, means = lines_of(folder / "card-krueger.csv"), []
    for state in ("1", "0"):
        for wave in ("0", "1"):
            fte = [float(one["fte"]) for one in rows
                   if (one["nj"], one["d"]) == (state, wave) and one["fte"] != "NA"]  # fmt: skip
            means.append({"state": state, "wave": wave, "fte": sum(fte) / len(fte)})
    options = ("--treated", "1", "--start", "1", "--method", "did")
    found = run(means, "state wave fte", *options)
    yield Compared("DiD", expected(folder, "did_fte_cell_means"), found["estimate"], 1e-4)


def _causal_impact(
    data: Path, run: Run, name: str, series: Sequence[str], start: int | str, *options: str
) -> Iterator[Compared]:
    folder = data / "causalimpact_examples"
    rows = lines_of(folder / f"{name}_data.csv", " " if name == "volks" else ",")
    dates = {"google": "date", "volks": "Date"}
    first = start
    if isinstance(start, str):
        first = [row[dates[name]] for row in rows].index(start)
    long = [{"series": column, "time": place, "value": row[column]}
            for place, row in enumerate(rows) for column in series]  # fmt: skip
    found = run(
        long, "series time value",
        *("--treated", series[0], "--start", str(first), "--method", "its", *options),
    )  # fmt: skip
    wanted, tolerance = expected(folder, name), expected(folder, name, "tolerance")
    theirs = found["facts"]["causal_impact"]
    yield Compared(f"{name}, average", wanted["average"], theirs["estimate"], tolerance["average"])
    for end, value, ours in zip(("low", "high"), wanted["ci"], theirs["interval"], strict=True):
        yield Compared(f"{name}, {end}", value, ours, tolerance["ci"])


def causal_impact_arma(data: Path, run: Run) -> Iterator[Compared]:
    yield from _causal_impact(data, run, "arma", ("y", "X"), 70)


def causal_impact_others(data: Path, run: Run) -> Iterator[Compared]:
    yield from _causal_impact(data, run, "google", ("y", "x1", "x2"), "2020-03-02")
    cars = ("VolksWagen", "BMW", "Allianz")
    yield from _causal_impact(data, run, "volks", cars, "2015-09-20", "--season", "52")


def honest_did(data: Path, run: Run) -> Iterator[Compared]:
    """Insurance in states that widened Medicaid in 2014, and those that had not by 2015."""
    folder = data / "honestdid"
    kept = [
        {"state": one["stfips"], "year": one["year"], "insured": one["dins"],
         "from": "2014" if one["yexp2"] == "2014" else ""}
        for one in lines_of(folder / "ehec_data.csv")
        if int(one["year"]) < 2016 and one["yexp2"] != "2015"
    ]  # fmt: skip
    options = ("--cohort", "from", "--method", "did", "--sensitivity", "first")
    table = run(kept, "state year insured", *options)["facts"]["sensitivity"]
    ours = {f"{one['m']:g}": (one["low"], one["high"]) for one in table["bounds"]}
    for bound, ends in expected(folder, "relative_magnitudes_2014").items():
        for end, value, told in zip(("low", "high"), ends, ours[bound], strict=True):
            yield Compared(f"M = {bound}, {end}", value, told, 0.002)
    yield Compared("breakdown", expected(folder, "breakdown_Mbar"), table["breakdown"], 0.1)


def seat_belts(data: Path, run: Run) -> Iterator[Compared]:
    folder = data / "seatbelts"
    rows = lines_of(folder / "Seatbelts.csv")
    for seats, value in expected(folder, "hac_log_regression").items():
        kept = [{"place": seats, "month": place, "hurt": row[seats], "law": row["law"],
                 "kms": math.log(float(row["kms"])), "price": math.log(float(row["PetrolPrice"]))}
                for place, row in enumerate(rows)]  # fmt: skip
        found = run(
            kept, "place month hurt",
            *("--treatment", "law", "--counts", "--season", "12", "--covariate", "kms", "price"),
        )  # fmt: skip
        percent = 100 * (found["facts"]["step"]["ratio"] - 1)
        yield Compared(f"{seats}, per cent", value, percent, 0.05)


#: Every row whose data hold one estimate; the GeoLift row is a plan and stands in the test.
ROWS: Mapping[str, Row] = {
    "Prop 99, published predictors: weights": prop99_weights,
    "Prop 99: gap in 2000": prop99_gap,
    "Prop 99, published predictors: rank, p": prop99_rank,
    "Prop 99, outcome only: SSR, RMSPE, ATT": prop99_optimum,
    "Prop 99, outcome only: rank, p": prop99_optimum_rank,
    "Prop 99, synthetic DiD": prop99_sdid,
    "Prop 99, DID and DIFP": prop99_did,
    "Basque Country, weights of 2003": basque_2003,
    "Basque Country, MSCMT: weights, loss": basque_mscmt,
    "West Germany, cross-validated": germany,
    "Minimum wage by county (mpdta)": mpdta,
    "Card and Krueger": card_krueger,
    "CausalImpact: arma": causal_impact_arma,
    "CausalImpact: google, volks": causal_impact_others,
    "Medicaid (HonestDiD)": honest_did,
    "Seat belts": seat_belts,
}
