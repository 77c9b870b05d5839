"""The commands: from a partnership to a panel file to the same estimate without the site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamppost.cli import main
from lamppost.engines.impact import Estimate
from lamppost.impact.actions import compute_estimate
from tests.impact_world import TECHNOLOGY_ON, World, fill, make_world


def test_panel_then_estimate_equal_the_stored_one(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    slug, panel, result = world.pilot.partnership.slug, tmp_path / "p.csv", tmp_path / "e.json"
    assert main(["panel", slug, "-o", str(panel)]) == 0
    options = ["--start", TECHNOLOGY_ON.isoformat(), "--worth-it", "2", "--json", str(result)]
    assert main(["estimate", str(panel), *options]) == 0
    found = Estimate.from_json(json.loads(result.read_text())["estimate"])
    kept = Estimate.from_json(stored.result["estimate"])
    assert (found.effect, found.interval, found.sites) == (kept.effect, kept.interval, kept.sites)
    assert json.loads(result.read_text())["verdict"] == stored.result["verdict"]
    assert "verdict      suggests (sites_chosen)" in capsys.readouterr().out


def test_estimate_of_a_partnership_prints_json_and_stores_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(world)
    assert main(["estimate", world.pilot.partnership.slug, "--json", "-"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"]["word"] == "suggests"
    assert not world.pilot.estimates.exists()


def test_without_comparison_it_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.pilot.sites.filter(arm="comparison").delete()
    fill(World(world.pilot, world.indicator, world.pilot_sites, []))
    assert main(["estimate", world.pilot.partnership.slug]) == 0
    assert "cannot_tell (no_comparison)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["estimate", "nowhere"], "is no file"),
        (["estimate", "elm-street", "--pilot", "999"], "no pilot 999"),
        (["estimate", "elm-street"], "several pilots"),
        (["panel", "nowhere"], "is no file"),
    ],
)
def test_wrong_use_is_one_sentence_and_two(
    world: World, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    make_world(world.pilot.partnership)
    assert main(arguments) == 2
    assert says in capsys.readouterr().err


def test_a_file_without_start_or_with_a_fault(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.csv"
    file.write_text("unit,period,value,treated\na,1,x,1\n")
    assert main(["estimate", str(file)]) == 2
    assert main(["estimate", str(file), "--start", "1"]) == 2
    assert "Row 2, column value 'x'" in capsys.readouterr().err


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
