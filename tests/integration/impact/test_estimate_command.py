"""``lamppost estimate``: every method, every refusal, the keys, and the same digits again."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lamppost.cli import main
from tests.impact_panels import assert_close

KEYS = [
    *("method", "estimate", "interval", "se", "p_value", "placebo_rank", "weights"),
    *("pre_rmspe", "kkt_residual", "ratio", "ratio_interval", "effects", "checks", "verdict"),
    *("evidence_level", "inputs_sha256", "seed", "version", "facts"),
]
COLUMNS = ["--unit", "site", "--time", "week", "--outcome", "y"]
START = 24
Rows = list[dict[str, Any]]


def made(
    sites: int = 14, pilots: int = 1, weeks: int = 36, start: int = START, effect: float = 5.0
) -> Rows:
    """Sites that follow two hidden series, and what the technology adds at the first ones."""
    draw = np.random.default_rng([sites, pilots, weeks])
    hidden = draw.normal(size=(2, weeks)).cumsum(axis=1)
    rows = []
    for site in range(sites):
        path = 40 + draw.dirichlet([2, 2]) @ hidden * 3 + draw.normal(0, 0.5, weeks)
        for week in range(weeks):
            on = int(site < pilots and week >= start)
            rows.append({"site": f"s{site:02}", "week": week, "y": float(path[week] + effect * on),
                         "on": on, "from": start if site < pilots else "",
                         "pair": site // 2, "ring": min(site, 3)})  # fmt: skip
    return rows


def written(folder: Path, rows: Rows, name: str = "panel.csv") -> str:
    file = folder / name
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(file)


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command on rows and return its JSON."""

    def running(rows: Rows, *options: str) -> dict[str, Any]:
        target = tmp_path / "found.json"
        file = written(tmp_path, rows)
        assert main(["estimate", file, *COLUMNS, *options, "--json", str(target)]) == 0
        found: dict[str, Any] = json.loads(target.read_text())
        return found

    return running


@pytest.fixture
def refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the command on rows that it refuses, and return its one line."""

    def refusing(rows: Rows, *options: str) -> str:
        target = tmp_path / "found.json"
        file = written(tmp_path, rows)
        assert main(["estimate", file, *COLUMNS, *options, "--json", str(target)]) == 2
        assert not target.exists()
        said = capsys.readouterr()
        assert said.out == ""
        lines = said.err.strip().splitlines()
        assert lines[-1].startswith("lamppost: ")
        return lines[-1]

    return refusing


def number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def pair(value: Any) -> bool:
    return value is None or (len(value) == 2 and all(map(number, value)))


def holds_the_contract(found: dict[str, Any]) -> None:
    """Every stable key, and in it what was promised and nothing else."""
    assert list(found) == KEYS
    figures = ("estimate", "se", "p_value", "pre_rmspe", "kkt_residual", "ratio")
    assert all(number(found[name]) for name in figures)
    assert all(pair(found[name]) for name in ("interval", "ratio_interval", "placebo_rank"))
    assert all(map(number, (found["weights"] or {}).values()))
    assert found["effects"]
    for one in found["effects"]:
        assert set(one) in (
            {"time", "estimate", "low", "high"},
            {"group", "estimate", "low", "high"},
        )
        assert all(number(one[name]) for name in ("estimate", "low", "high"))
    for one in found["checks"]:
        assert set(one) == {"name", "status", "sentence", "params"}
        assert one["status"] in ("pass", "warn", "block")
    assert {"code", "sentence"} <= set(found["verdict"])
    assert isinstance(found["evidence_level"], int)
    assert isinstance(found["seed"], int)
    assert len(found["inputs_sha256"]) == 64


ONE = ["--treated", "s00", "--start", str(START)]


@pytest.mark.parametrize("method", ["auto", "sc", "asc", "sdid", "did", "its", "permutation"])
def test_each_method_finds_what_was_planted(run: Run, method: str) -> None:
    found = run(made(), *ONE, "--method", method, "--worth", "1")
    holds_the_contract(found)
    assert found["method"] == ("sdid" if method == "auto" else method)
    assert found["estimate"] == pytest.approx(5.0, abs=2.5)
    assert {"code", "sentence"} <= set(found["verdict"])
    assert found["verdict"]["code"] != "caused"  # nobody drew lots
    assert 0 <= found["evidence_level"] <= 3
    assert len(found["inputs_sha256"]) == 64
    assert {"name", "status", "sentence"} <= set().union(*found["checks"]) or not found["checks"]
    times = [one for one in found["effects"] if "time" in one]
    assert {"time", "estimate", "low", "high"} == set(times[0])
    mixed = method in {"auto", "sc", "asc", "sdid"}
    assert (found["weights"] is not None) == mixed
    assert (found["kkt_residual"] is not None) == mixed
    assert (found["placebo_rank"] is not None) == mixed
    assert found["ratio"] is None


def test_the_three_ways_to_say_who_was_treated_agree(run: Run) -> None:
    rows = made()
    ways = [ONE, ["--treatment", "on"], ["--cohort", "from"]]
    found = [run(rows, *way, "--method", "did") for way in ways]
    assert found[0] == found[1] == found[2]


def test_a_rollout_in_steps(run: Run) -> None:
    rows = [row | {"from": {0: 12, 1: 18, 2: 24}.get(int(row["site"][1:]) % 4, "")}
            for row in made(pilots=0)]  # fmt: skip
    for row in rows:
        row["y"] += 5.0 * (row["from"] != "" and row["week"] >= row["from"])
    found = run(rows, "--cohort", "from")
    assert found["method"] == "staggered"
    assert found["estimate"] == pytest.approx(5.0, abs=1.5)
    holds_the_contract(found)
    assert {key for one in found["effects"] for key in one} >= {"time", "group"}
    assert {one["group"] for one in found["effects"] if "group" in one} == {12, 18, 24}
    events = {one["periods_since_start"]: one for one in found["facts"]["event_study"]}
    assert set(events[0]) == {"periods_since_start", "estimate", "low", "high"}
    assert min(events) < 0 <= max(events)
    assert events[0]["estimate"] == pytest.approx(5.0, abs=1.5)
    boot = run(rows, "--cohort", "from", "--inference", "bootstrap", "--against", "never")
    assert boot["facts"]["inference"] == "bootstrap"
    assert boot["facts"]["against"] == "never"


def test_a_lottery_in_pairs_may_say_caused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    rows = made(sites=20, pilots=0)
    for row in rows:
        drawn = int(row["site"][1:]) % 2 == 0
        row["from"] = START if drawn else ""
        row["y"] += 5.0 * (drawn and row["week"] >= START)
    found = run(rows, "--cohort", "from", "--randomised", "--pairs", "pair", "--worth", "1")
    assert (found["method"], found["facts"]["assignments"]) == ("permutation", 1024)
    assert found["p_value"] == pytest.approx(2 / 1024)
    assert found["verdict"]["code"] == "caused"
    assert found["evidence_level"] == found["facts"]["evidence"]["maryland"] == 5
    assert found["facts"]["evidence"]["nesta"] == 3
    assert "The pilot caused a rise in y" in capsys.readouterr().out
    chosen = run(rows, "--cohort", "from")
    assert chosen["method"] == "did"
    assert chosen["verdict"]["code"] == "suggests"


def test_a_lottery_too_small_to_convince_says_so(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(made(sites=6, pilots=3), "--treatment", "on", "--randomised")
    assert found["facts"]["can_reach_level"] is False
    assert found["facts"]["assumes_equal_spread"] is True
    assert found["method"] == "did"
    out = " ".join(capsys.readouterr().out.split())
    assert "too few places were drawn for the lottery alone to convince anybody" in out
    assert found["verdict"]["code"] in {"suggests", "cannot_tell"}


def test_counts_give_a_ratio(run: Run) -> None:
    draw = np.random.default_rng(7)
    rows = made(sites=6)
    for row in rows:
        row["hours"] = int(draw.integers(80, 120))
        halved = 0.5 if row["on"] else 1.0
        row["y"] = int(draw.poisson(0.4 * row["hours"] * halved))
    found = run(rows, *ONE, "--counts", "--exposure", "hours", "--season", "4")
    assert found["method"] == "its"
    assert found["ratio"] == pytest.approx(0.5, abs=0.1)
    low, high = found["ratio_interval"]
    assert low < found["ratio"] < high
    other = run(rows, *ONE, "--counts", "--exposure", "hours", "--method", "did")
    assert other["ratio"] == pytest.approx(0.5, abs=0.1)
    assert other["ratio_interval"] is not None


def test_no_comparison_and_a_covariate(run: Run) -> None:
    draw = np.random.default_rng(3)
    rows = [row for row in made() if row["site"] == "s00"]
    for row in rows:
        row["rain"] = float(draw.normal())
        row["y"] += 3 * row["rain"]
    found = run(rows, *ONE, "--covariate", "rain", "--season", "4")
    assert found["method"] == "its"
    assert found["verdict"]["code"] == "cannot_tell"
    assert found["evidence_level"] == 1
    assert "rain" in found["facts"]["regressors"]


def test_predictors_are_read_and_both_answers_told(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specification = tmp_path / "spec.json"
    listed = [{"column": "y", "from": 0, "to": 11}, {"column": "y", "from": 12, "to": 23}]
    specification.write_text(json.dumps(listed))
    found = run(made(sites=6), *ONE, "--predictors", str(specification))
    assert found["method"] == "sc"
    answers = [one["name"] for one in found["facts"]["alternatives"]]
    assert answers == ["predictors", "outcome_only"]
    assert "outcome only:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("method", "inference"),
    [("sc", "placebo"), ("sc", "conformal"), ("sdid", "placebo"), ("did", "placebo"),
     ("did", "jackknife"), ("sdid", "jackknife"), ("permutation", "placebo"),
     ("staggered", "placebo")],
)  # fmt: skip
def test_each_inference_is_the_one_asked_for(run: Run, method: str, inference: str) -> None:
    rows = made(pilots=2)
    found = run(rows, "--treatment", "on", "--method", method, "--inference", inference)
    facts = found["facts"]
    told = str(facts.get("inference") or facts.get("interval_from") or facts.get("no_interval"))
    wanted = {"placebo": ("placebo", "permutation", "assignments", "places")}
    assert any(word in told for word in wanted.get(inference, (inference,)))


def test_where_no_range_is_honest_it_says_why(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    rows = made(sites=6)
    draw = np.random.default_rng(8)
    for row in rows:
        row["y"] = float(draw.normal(0, 5 if row["site"] == "s00" else 0.5))
    found = run(rows, *ONE)
    assert found["interval"] is None
    assert found["facts"]["no_interval"] == "unequal_spread_few_sites"
    assert found["verdict"]["code"] == "cannot_tell"
    out = " ".join(capsys.readouterr().out.split())
    assert "none: pilot places vary more than the others" in out


def test_rings_of_distance(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(made(), *ONE, "--rings", "ring")
    assert [row["ring"] for row in found["facts"]["rings"]] == [0, 1, 2]
    assert found["facts"]["farthest"]["ring"] == 3
    out = capsys.readouterr().out
    assert "Ring 1" in out
    assert "with the places between as comparison" in " ".join(out.split())


# Refusals: the twelve broken inputs, and wrong use.


def changed(rows: Rows, site: str, **columns: Callable[[dict[str, Any]], Any]) -> Rows:
    return [
        row | ({name: how(row) for name, how in columns.items()} if row["site"] == site else {})
        for row in rows
    ]


@pytest.mark.parametrize("method", ["auto", "sc", "sdid", "did"])
@pytest.mark.parametrize(
    ("rows", "options", "says"),
    [
        (changed(made(), "s03", y=lambda row: 7.0), ONE, "'s03' reads 7 in every period"),
        ([*made(), *(row | {"site": "s99"} for row in made() if row["site"] == "s03")], ONE,
         "'s03' and 's99' have the very same readings"),
        (made(), ["--treated", "s00", "--start", "99"], "start 99 lies outside the data (0 to 35)"),
        ([row for row in made() if row["week"] != 7], ONE, "not evenly spaced: 8 follows 6"),
        (changed(made(), "s00", y=lambda row: 1000 * row["y"] if row["week"] > 12 else row["y"]),
         ONE, "as if in another unit of measurement"),
        (changed(made(), "s00", y=lambda row: row["y"] if row["week"] < START else ""), ONE,
         "'s00' has no reading from 24 on"),
        (made(), ["--treated", "s00", "nobody", "--start", "24"], "'nobody' is not in the file"),
        (changed(made(), "s02", y=lambda row: "inf"), ONE, "column 'y' 'inf'"),
        (changed(made(), "s02", y=lambda row: "many"), ONE, "column 'y' 'many'"),
        (changed(made(), "s02", y=lambda row: "NaN"), ONE, "Row 74, column 'y' 'NaN'"),
        ([row | ({"site": "S04"} if (row["site"], row["week"]) == ("s04", 9) else {})
          for row in made()], ONE,
         "Row 155, column 'site' 'S04': Row 146 has 's04'"),
        ([*made(), made()[5]], ONE, "'s00' has this period in row 7 already"),
        (changed(made(), "s01", y=lambda row: -1), [*ONE, "--counts"], "is below zero"),
    ],
)  # fmt: skip
def test_broken_inputs(
    refusal: Callable[..., str], rows: Rows, options: list[str], says: str, method: str
) -> None:
    said = refusal(rows, *options, "--method", method)
    assert says in said
    assert len(said.partition(says)[2]) > 10  # a remedy follows


def test_a_refusal_names_its_row(refusal: Callable[..., str]) -> None:
    """The file has a head and 36 weeks for each of s00, s01, …"""
    cases: list[tuple[str, str, Callable[[dict[str, Any]], Any], list[str]]] = [
        ("Row 110: The comparison unit 's03' reads 7", "s03", lambda row: 7.0, []),
        ("Row 15: From 13 on 's00' reads", "s00",
         lambda row: 1000 * row["y"] if row["week"] > 12 else row["y"], []),
        ("Row 26: 's00' has no reading from 24 on", "s00",
         lambda row: row["y"] if row["week"] < START else "", []),
        ("Row 43: The count of 's01' in 5", "s01",
         lambda row: -1 if row["week"] == 5 else 3, ["--counts"]),
    ]  # fmt: skip
    for says, site, how, options in cases:
        assert says in refusal(changed(made(), site, y=how), *ONE, *options)
    uneven = [row for row in made() if row["week"] != 7]
    assert "Row 9: Periods are not evenly spaced: 8 follows 6" in refusal(uneven, *ONE)


def test_a_series_whose_comparisons_stop_names_those_left_out(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row | ({"y": ""} if row["site"] != "s00" and row["week"] >= START else {})
            for row in made(sites=3)]  # fmt: skip
    run(rows, *ONE, "--method", "its")
    assert "left out: s01, s02" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("method", ["sc", "asc", "sdid", "did", "its", "staggered", "permutation"])
def test_gaps_are_told_and_never_a_fault(run: Run, method: str) -> None:
    rows = [row | ({"y": "NA"} if at % 11 == 0 else {}) for at, row in enumerate(made(pilots=2))]
    holds_the_contract(run(rows, "--treatment", "on", "--method", method))


def test_decimals_with_a_comma_never_shift_the_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "panel.csv"
    rows = [f"{row['site']},{row['week']},{row['y']:.1f}".replace(".", ",") for row in made()]
    file.write_text("\n".join(["site,week,y", *rows]))
    assert main(["estimate", str(file), *COLUMNS, *ONE]) == 2
    assert "Row 2: The row has 4 cells, the first row 3" in capsys.readouterr().err


def test_the_outcome_does_not_explain_itself(refusal: Callable[..., str]) -> None:
    said = refusal(made(), *ONE, "--method", "its", "--covariate", "y")
    assert "'y' is the outcome and cannot explain itself" in said


def test_one_earlier_period_and_one_comparison(refusal: Callable[..., str]) -> None:
    rows = [row for row in made() if row["week"] >= START - 1]
    assert "There is 1 period before 24" in refusal(rows, *ONE)
    assert "'s00' has 1 period with readings" in refusal(rows, *ONE, "--method", "sc")
    two = [row for row in made() if row["site"] in ("s00", "s01")]
    assert "1 comparison unit" in refusal(two, *ONE)
    assert "There is 1 comparison unit;" in refusal(two, *ONE, "--method", "sdid")


def test_cohorts_that_contradict_each_other(refusal: Callable[..., str]) -> None:
    rows = changed(made(), "s05", **{"from": lambda row: 9 if row["week"] == 4 else ""})
    assert "'s05' has '' in row" in refusal(rows, "--cohort", "from")
    off = changed(made(), "s00", on=lambda row: int(row["week"] == START))
    assert "'s00' was treated before this period" in refusal(off, "--treatment", "on")
    always = changed(made(), "s00", on=lambda row: 1)
    assert "treated from the first period on" in refusal(always, "--treatment", "on")


def test_blank_and_constant_predictors(refusal: Callable[..., str], tmp_path: Path) -> None:
    specification = tmp_path / "spec.json"
    rows = [row | {"a": "", "b": 1.0} for row in made()]
    for column, says in (("a", "'a' is blank for 's00'"), ("b", "'b' is the same for every unit")):
        specification.write_text(json.dumps([{"column": column, "from": 0, "to": 9}]))
        assert says in refusal(rows, *ONE, "--predictors", str(specification))
    specification.write_text(json.dumps([{"column": "c", "from": 0}]))
    assert "names the column 'c' 0 times" in refusal(rows, *ONE, "--predictors", str(specification))
    specification.write_text("{")
    assert "this is not JSON" in refusal(rows, *ONE, "--predictors", str(specification))
    assert "cannot be read" in refusal(rows, *ONE, "--predictors", str(tmp_path / "no.json"))
    for text, says in (("null", "holds nothing"), ("[" * 5000 + "]" * 5000, "cannot be read")):
        specification.write_text(text, encoding="utf-8")
        assert says in refusal(rows, *ONE, "--predictors", str(specification))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "Nobody is treated. Give one of the three ways"),
        (["--treated", "s00"], "Add --start TIME"),
        (["--start", "20"], "--start goes with --treated"),
        (["--cohort", "from", "--start", "20"], "With --cohort leave --start out"),
        ([*ONE, "--cohort", "from"], "You gave --treated and --cohort. Keep one"),
        (["--treatment", "on", "--cohort", "from"], "You gave --treatment and --cohort"),
        ([*ONE, "--exposure", "on"], "--exposure goes with --counts"),
        ([*ONE, "--pairs", "pair"], "Add --randomised"),
        ([*ONE, "--level", "1.5"], "level 1.5 cannot be used"),
        ([*ONE, "--season", "1"], "season of 1 periods"),
        ([*ONE, "--seed", "-1"], "below zero"),
        ([*ONE, "--worth", "-2"], "above zero"),
        ([*ONE, "--method", "its", "--inference", "placebo"], "has no inference 'placebo'"),
        ([*ONE, "--method", "did", "--inference", "conformal"], "Choose auto or placebo"),
        ([*ONE, "--method", "did", "--inference", "jackknife"], "is not defined here"),
        (["--treatment", "on", "--clusters", "week"], "in an earlier row"),
        ([*ONE, "--rings", "y"], "in an earlier row"),
        ([*ONE, "--rings", "site"], "Write a whole number"),
        ([*ONE, "--clusters", "street"], "names the column 'street' 0 times"),
    ],
)
def test_wrong_use(refusal: Callable[..., str], options: list[str], says: str) -> None:
    assert says in refusal(made(), *options)


def test_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    latin = tmp_path / "latin.csv"
    latin.write_bytes("site,week,y\nplaça,1,2\n".encode("latin-1"))
    for file, says in ((latin, "not in UTF-8"), (tmp_path / "no.csv", "There is no file"),
                       (tmp_path, "cannot be read")):  # fmt: skip
        assert main(["estimate", str(file), *COLUMNS, *ONE]) == 2
        assert says in capsys.readouterr().err


# The same digits


@pytest.mark.parametrize("method", ["auto", "sc", "did", "its", "permutation"])
def test_same_digits_whatever_the_order(run: Run, method: str) -> None:
    rows = made(sites=12)
    first = run(rows, *ONE, "--method", method)
    order = random.Random(5)
    shuffled = [dict(order.sample(list(row.items()), len(row))) for row in rows]
    names = list(shuffled[0])
    shuffled = [{name: row[name] for name in names} for row in order.sample(shuffled, len(rows))]
    again = run(shuffled, *ONE, "--method", method)
    assert again["inputs_sha256"] == first["inputs_sha256"]
    assert_close(again, first)
    assert run(rows, *ONE, "--method", method) == first


def test_json_to_the_output_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, made(sites=5))
    assert main(["estimate", file, *COLUMNS, *ONE, "--json", "-"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == KEYS


def test_the_text_starts_with_the_verdict_and_uses_no_jargon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, made())
    assert main(["estimate", file, *COLUMNS, *ONE, "--worth", "1"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(("The pilot likely", "What we read suggests", "We cannot tell"))
    assert max(map(len, out.splitlines())) <= 88
    for word in ("significant", "p =", "p-value", "null hypothesis"):
        assert word not in out
    assert "Range" in out.partition("\n\n")[2]
