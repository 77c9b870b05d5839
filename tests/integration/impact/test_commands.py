"""The commands: from a partnership to a panel file to the same estimate without the site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamppost.cli import main
from lamppost.impact.actions import compute_estimate
from tests.impact_world import World, fill, make_world


def test_panel_then_estimate_equal_the_stored_one(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    slug, panel, result = world.pilot.partnership.slug, tmp_path / "p.csv", tmp_path / "e.json"
    assert main(["panel", slug, "-o", str(panel)]) == 0
    columns = ["--unit", "unit", "--time", "period", "--outcome", "value", "--cohort", "cohort"]
    options = ["--method", "did", "--worth", "2", "--json", str(result)]
    assert main(["estimate", str(panel), *columns, *options]) == 0
    found = json.loads(result.read_text())
    kept = stored.result["finding"]
    assert (found["estimate"], found["interval"]) == (kept["estimate"], kept["interval"])
    assert found["verdict"]["sentence"].split()[0] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["panel", "elm-street", "--pilot", "999"], "no pilot 999"),
        (["panel", "elm-street"], "several pilots"),
        (["panel", "nowhere"], "No partnership of the short name 'nowhere'"),
    ],
)
def test_wrong_use_is_one_sentence_and_two(
    world: World, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    make_world(world.pilot.partnership)
    assert main(arguments) == 2
    assert says in capsys.readouterr().err


def test_import_observations(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "r.csv"
    head = "site,indicator,time,value\n"
    file.write_text(head + "Pilot lane 01,People who feel unsafe,2026-01-06T12:00Z,3\n")
    arguments = ["import", "observations", str(file), "--pilot", str(world.pilot.pk)]
    assert main(arguments) == 0
    assert "1 readings, 1 of them new" in capsys.readouterr().out
    file.write_text(head + "Nowhere,x,y,z\n")
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "row 2, site 'Nowhere'" in said
    assert "Nothing was taken in" in said
    assert main([*arguments[:-1], "0"]) == 2
    assert main(["import", "observations", str(tmp_path / "no.csv"), *arguments[3:]]) == 2
