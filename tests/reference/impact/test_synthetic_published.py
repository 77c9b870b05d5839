"""Synthetic control and its relatives against published numbers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lamppost.engines.impact.study import Study
from lamppost.engines.impact.study_file import Columns, read_study
from lamppost.engines.impact.synthetic import (
    fit_control,
    fit_predictors,
    fit_simplex,
    fit_synthetic_did,
    read_specification,
)
from tests.reference.impact.published_rows import basque_lines, over


@pytest.fixture
def data(shared_data: Path) -> Path:
    folder = shared_data / "impact"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    return folder


def expected(folder: Path, key: str) -> Any:
    return json.loads((folder / "expected.json").read_text())[key]["value"]


def california(data: Path) -> Study:
    with (data / "prop99/california_prop99_outcome.csv").open(newline="") as file:
        columns = Columns("State", "Year", "PacksPerCapita", treated=("California",), start="1989")
        return read_study(file, columns)


def test_california_by_the_outcome_alone(data: Path) -> None:
    wanted = expected(data / "prop99", "outcome_only_optimum")
    study = california(data)
    found = fit_control(study)
    before = study.outcome[:, : study.start]
    fit = fit_simplex(before[study.donors].T, before[study.treated][0])
    assert fit.loss <= 52.12957148
    assert found.kkt_residual is not None
    assert found.kkt_residual <= 1e-8
    assert found.pre_rmspe == pytest.approx(wanted["pre_rmspe"], abs=1e-9)
    assert found.estimate == pytest.approx(wanted["att"], abs=1e-8)
    assert found.effects[-1].estimate == pytest.approx(wanted["gap2000"], abs=1e-8)
    assert found.weights == pytest.approx(wanted["weights"], abs=1e-5)
    assert found.placebo_rank == (3, 39)
    assert found.p_value == pytest.approx(3 / 39)
    assert found.facts["ratio"] == pytest.approx(12.43996889, abs=1e-6)
    ratios = sorted(one["ratio"] for one in found.facts["placebos"])
    assert ratios[-2:] == pytest.approx([19.83, 23.92], abs=0.005)
    assert found.facts["leave_one_out"]["low"] == pytest.approx(-20.51, abs=0.005)
    assert found.facts["leave_one_out"]["high"] == pytest.approx(-17.97, abs=0.005)
    # Three of 39 do not reach one in twenty, and the interval says the same.
    assert found.interval is not None
    assert found.interval.low < 0 < found.interval.high


def test_california_by_synthetic_did(data: Path) -> None:
    wanted = expected(data / "prop99", "sdid_exact_solve")
    found = fit_synthetic_did(california(data))
    answers = {one["name"]: one["estimate"] for one in found.facts["alternatives"]}
    assert found.estimate == pytest.approx(wanted["sdid"], abs=1e-6)
    assert answers["did"] == pytest.approx(wanted["did"], abs=1e-6)
    assert answers["difp"] == pytest.approx(wanted["difp"], abs=1e-6)
    assert found.se == pytest.approx(wanted["placebo_se_all_38"], abs=1e-6)
    assert found.p_value == pytest.approx(wanted["placebo_p"])
    assert found.placebo_rank == (2, 39)
    assert found.facts["period_weights"] == pytest.approx(wanted["time_weights"], abs=1e-3)


def basque(data: Path) -> Study:
    rows = basque_lines(data)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    text.seek(0)
    levels = (one for one in rows[0] if one.startswith("school."))
    named = sorted({*levels} - {"school.high", "school.post.high"})
    return read_study(
        text,
        Columns(
            "regionname",
            "year",
            "gdpcap",
            treated=("Basque Country (Pais Vasco)",),
            start="1970",
            covariates=(*named, "invest", "popdens", *(one for one in rows[0] if "sec." in one)),
        ),
    )


def test_basque_country_as_mscmt(data: Path) -> None:
    study = basque(data)
    sectors = sorted(one for one in study.covariates if one.startswith("sec."))
    schooling = sorted(one for one in study.covariates if one.startswith("school."))
    predictors = [
        *(over(one, 1964, 1969) for one in (*schooling, "invest")),
        over("outcome", 1960, 1969),
        *(over(one, 1961, 1969) for one in sectors),
        over("popdens", 1969),
    ]
    specification = {"predictors": predictors, "fit": {"from": 1960, "to": 1969}}
    chosen = read_specification(json.dumps(specification))
    found = fit_predictors(study, chosen, inference="none")
    wanted = expected(data / "basque", "mscmt_weights")
    assert found.weights == pytest.approx(wanted, abs=0.001)
    gaps = np.array(found.facts["gaps"])
    loss = float((gaps[5:15] ** 2).mean())
    assert loss == pytest.approx(expected(data / "basque", "mscmt_loss_1960_1969"), abs=1e-6)
    assert gaps[15:36].mean() == pytest.approx(-0.770963, abs=1e-3)


def test_germany_cross_validated(data: Path) -> None:
    """The published windows hold 1990, the first treated year; ours end in 1989."""
    names = ("infrate", "trade", "schooling", "invest70", "invest80", "industry")
    with (data / "germany/germany.csv").open(newline="") as file:
        columns = Columns(
            "country", "year", "gdp", treated=("West Germany",), start="1990", covariates=names
        )
        study = read_study(file, columns)

    def stage(first: int, last: int, schooling: tuple[int, int], invest: str) -> list[Any]:
        return [
            *(over(one, first, last) for one in ("outcome", "trade", "infrate", "industry")),
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
    chosen = read_specification(json.dumps(specification))
    found = fit_predictors(study, chosen, inference="none")
    assert found.weights == pytest.approx(expected(data / "germany", "adh2015_weights"), abs=0.025)
    wanted = expected(data / "germany", "att_1990_2003")
    gaps = [one.estimate for one in found.effects]
    assert found.estimate == pytest.approx(wanted["att"], rel=0.025)
    assert np.std(gaps, ddof=1) / len(gaps) ** 0.5 == pytest.approx(wanted["se"], rel=0.025)


def test_germany_by_the_outcome_alone(data: Path) -> None:
    with (data / "germany/scpi_germany.csv").open(newline="") as file:
        columns = Columns("country", "year", "gdp", treated=("West Germany",), start="1991")
        study = read_study(file, columns)
    found = fit_control(study)
    wanted = expected(data / "germany", "scpi_simplex_weights_levels")
    assert found.weights == pytest.approx(wanted, abs=0.001)
    # Seventeen countries cannot reach one in twenty: the interval comes from the periods.
    assert not found.facts["can_reach_level"]
    assert found.facts["interval_from"] in ("conformal", None)
