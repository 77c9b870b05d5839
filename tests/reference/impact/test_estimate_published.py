"""Published tables through ``lamppost estimate`` itself (skipped where the data are not there)."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from lamppost.cli import main

Found = dict[str, Any]
Estimate = Callable[..., Found]


@pytest.fixture
def data(shared_data: Path) -> Path:
    folder = shared_data / "impact"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    return folder


@pytest.fixture
def estimate(tmp_path: Path) -> Estimate:
    def estimating(panel: Path, columns: str, *options: str) -> Found:
        target = tmp_path / "found.json"
        unit, time, outcome = columns.split()
        named = ["--unit", unit, "--time", time, "--outcome", outcome]
        assert main(["estimate", str(panel), *named, *options, "--json", str(target)]) == 0
        found: Found = json.loads(target.read_text())
        return found

    return estimating


def expected(folder: Path, key: str) -> Any:
    return json.loads((folder / "expected.json").read_text())[key]["value"]


def table(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


PROP99 = "State Year PacksPerCapita"


def test_california_by_the_outcome_alone(data: Path, estimate: Estimate) -> None:
    folder = data / "prop99"
    file = folder / "california_prop99_outcome.csv"
    wanted = expected(folder, "outcome_only_optimum")
    found = estimate(file, PROP99, "--treatment", "treated", "--method", "sc", "--worth", "5")
    assert found["kkt_residual"] <= 1e-8
    assert found["pre_rmspe"] ** 2 * 19 <= 52.12957148
    assert found["estimate"] == pytest.approx(wanted["att"], abs=1e-5)
    assert found["weights"] == pytest.approx(wanted["weights"], abs=1e-5)
    assert found["effects"][-1]["time"] == 2000
    assert found["effects"][-1]["estimate"] == pytest.approx(wanted["gap2000"], abs=1e-5)
    assert found["placebo_rank"] == [3, 39]
    assert found["p_value"] == pytest.approx(3 / 39)
    assert found["facts"]["ratio"] == pytest.approx(12.43996889, abs=1e-6)
    assert found["verdict"]["code"] == "cannot_tell"


def test_california_by_the_others(data: Path, estimate: Estimate) -> None:
    folder = data / "prop99"
    file = folder / "california_prop99_outcome.csv"
    wanted = expected(folder, "sdid_exact_solve")
    auto = estimate(file, PROP99, "--treated", "California", "--start", "1989")
    assert auto["method"] == "sdid"
    assert auto["estimate"] == pytest.approx(wanted["sdid"], abs=1e-4)
    assert auto["se"] == pytest.approx(wanted["placebo_se_all_38"], abs=1e-4)
    assert auto["placebo_rank"] == [2, 39]
    assert auto["p_value"] == pytest.approx(wanted["placebo_p"])
    assert auto["facts"]["period_weights"] == pytest.approx(wanted["time_weights"], abs=1e-3)
    others = {one["name"]: one["estimate"] for one in auto["facts"]["alternatives"]}
    assert others["difp"] == pytest.approx(wanted["difp"], abs=1e-4)
    did = estimate(file, PROP99, "--treatment", "treated", "--method", "did")
    assert did["estimate"] == pytest.approx(wanted["did"], abs=1e-4)


def test_california_with_the_published_predictors_shows_both_answers(
    data: Path, estimate: Estimate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def over(column: str, first: int, last: int | None = None) -> dict[str, Any]:
        return {"column": column, "from": first, "to": last or first}

    specification = tmp_path / "spec.json"
    listed = [
        *(over(one, 1980, 1988) for one in ("lnincome", "retprice", "age15to24")),
        over("beer", 1984, 1988),
        *(over("cigsale", year) for year in (1975, 1980, 1988)),
    ]
    specification.write_text(json.dumps(listed))
    folder = data / "prop99"
    found = estimate(
        folder / "smoking_predictors.csv", "state year cigsale",
        *("--treated", "California", "--start", "1989", "--predictors", str(specification)),
    )  # fmt: skip
    assert found["pre_rmspe"] <= 1.755
    assert found["weights"] == pytest.approx(expected(folder, "adh_weights"), abs=0.02)
    wanted = expected(folder, "att_1989_2000_adh_spec")
    assert found["estimate"] == pytest.approx(wanted, abs=0.6)
    assert found["effects"][-1]["estimate"] == pytest.approx(-26, abs=1.0)
    assert found["placebo_rank"] == [1, 39]
    facts = found["facts"]
    answers = {one["name"]: one["placebo_rank"] for one in facts["alternatives"]}
    assert answers == {"predictors": [1, 39], "outcome_only": [3, 39]}
    # One predictor alone all but ignores the others: Malo and others, 2024.
    assert facts["corner"]["pre_rmspe"] == pytest.approx(facts["floor"], abs=1e-3)
    assert facts["search"]["starts"] >= 4
    # Both answers are said, and the word is not that of a proof.
    out = " ".join(capsys.readouterr().out.split())
    assert "1 of 39" in out
    assert "3 of 39" in out
    assert found["verdict"]["code"] in {"suggests", "likely"}


def test_minimum_wage_by_county(data: Path, estimate: Estimate) -> None:
    folder = data / "mpdta"
    found = estimate(folder / "mpdta.csv", "countyreal year lemp", "--cohort", "first.treat")
    assert found["method"] == "staggered"
    simple, error = expected(folder, "overall_simple")
    assert (found["estimate"], found["se"]) == (
        pytest.approx(simple, abs=6e-5),
        pytest.approx(error, rel=0.1),
    )
    pairs = {f"{one['group']},{one['time']}": one["estimate"]
             for one in found["facts"]["group_time"]}  # fmt: skip
    assert pairs == pytest.approx(expected(folder, "att_gt_reg_never_treated"), abs=6e-5)
    for key, name in (("overall_dynamic", "dynamic"), ("overall_group", "group")):
        value, spread = expected(folder, key)
        told = found["facts"]["aggregates"][name]
        assert told["estimate"] == pytest.approx(value, abs=6e-5)
        assert told["se"] == pytest.approx(spread, rel=0.1)
    groups = {str(one["group"]): one["estimate"] for one in found["effects"] if "group" in one}
    assert groups == pytest.approx(expected(folder, "group"), abs=6e-5)


def test_card_and_krueger(data: Path, estimate: Estimate, tmp_path: Path) -> None:
    folder = data / "card_krueger"
    with (folder / "card-krueger.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [{"store": row["id"], "wave": row["d"], "fte": row["fte"],
             "from": 1 if row["nj"] == "1" else ""} for row in rows]  # fmt: skip
    seen = {store: [row["fte"] for row in kept if row["store"] == store and row["fte"] != "NA"]
            for store in {row["store"] for row in kept}}  # fmt: skip
    matched = [row for row in kept if len(seen[row["store"]]) == 2]
    options = ("--cohort", "from", "--method", "did")
    found = estimate(table(tmp_path / "matched.csv", matched), "store wave fte", *options)
    assert found["estimate"] == pytest.approx(expected(folder, "did_balanced_384"), abs=1e-6)
    # Over all restaurants, also those reached in one wave only: the table's four means.
    means = []
    for state in ("1", "0"):
        for wave in ("0", "1"):
            fte = [float(row["fte"]) for row in rows
                   if (row["nj"], row["d"]) == (state, wave) and row["fte"] != "NA"]  # fmt: skip
            means.append({"store": state, "wave": wave, "fte": sum(fte) / len(fte)})
    named = ("--treated", "1", "--start", "1", "--method", "did")
    found = estimate(table(tmp_path / "means.csv", means), "store wave fte", *named)
    assert found["estimate"] == pytest.approx(expected(folder, "did_fte_cell_means"), abs=1e-6)
    assert found["interval"] is None
    assert found["verdict"]["code"] == "cannot_tell"


@pytest.mark.parametrize(
    ("name", "series", "start", "options"),
    [
        ("arma", ("y", "X"), 70, ()),
        ("google", ("y", "x1", "x2"), "2020-03-02", ()),
        ("volks", ("VolksWagen", "BMW", "Allianz"), "2015-09-20", ("--season", "52")),
        ("comparison", ("CHANGED", "NOT_CHANGED_1", "NOT_CHANGED_2", "NOT_CHANGED_3"),
         "2019-07-15", ()),
    ],
)  # fmt: skip
def test_causal_impact_examples(
    data: Path,
    estimate: Estimate,
    tmp_path: Path,
    name: str,
    series: tuple[str, ...],
    start: str | int,
    options: tuple[str, ...],
) -> None:
    folder = data / "causalimpact_examples"
    with (folder / f"{name}_data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=" " if name == "volks" else ","))
    dates = {"google": "date", "volks": "Date", "comparison": "DATE"}
    first = start
    if isinstance(start, str):
        first = [row[dates[name]] for row in rows].index(start)
    long = [{"series": column, "time": place, "value": row[column]}
            for place, row in enumerate(rows) for column in series]  # fmt: skip
    found = estimate(
        table(tmp_path / "long.csv", long), "series time value",
        *("--treated", series[0], "--start", str(first), "--method", "its", *options),
    )  # fmt: skip
    whole = json.loads((folder / "expected.json").read_text())[name]
    wanted, tolerance = whole["value"], whole["tolerance"]
    theirs = found["facts"]["causal_impact"]
    assert theirs["estimate"] == pytest.approx(wanted["average"], abs=tolerance["average"])
    if "ci" in tolerance:
        assert theirs["interval"] == pytest.approx(wanted["ci"], abs=tolerance["ci"])
        low, high = wanted["ci"]
        assert low < found["estimate"] < high


@pytest.mark.parametrize("seats", ["drivers", "front", "rear"])
def test_seat_belt_law(data: Path, estimate: Estimate, tmp_path: Path, seats: str) -> None:
    folder = data / "seatbelts"
    with (folder / "Seatbelts.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [{"place": seats, "month": place, "hurt": row[seats], "law": row["law"],
             "kms": math.log(float(row["kms"])), "price": math.log(float(row["PetrolPrice"]))}
            for place, row in enumerate(rows)]  # fmt: skip
    found = estimate(
        table(tmp_path / "seats.csv", kept), "place month hurt",
        *("--treatment", "law", "--counts", "--season", "12", "--covariate", "kms", "price"),
    )  # fmt: skip
    assert found["method"] == "its"
    percent = 100 * (found["facts"]["step"]["ratio"] - 1)
    wanted = expected(folder, "hac_log_regression")[seats]
    assert percent == pytest.approx(wanted, abs=0.05)
    assert (found["ratio"] < 1) == (seats != "rear")


def test_germany(data: Path, estimate: Estimate) -> None:
    folder = data / "germany"
    found = estimate(
        folder / "scpi_germany.csv", "country year gdp",
        *("--treated", "West Germany", "--start", "1991", "--method", "sc"),
    )  # fmt: skip
    wanted = expected(folder, "scpi_simplex_weights_levels")
    assert found["weights"] == pytest.approx(wanted, abs=0.001)
    assert found["kkt_residual"] <= 1e-8
