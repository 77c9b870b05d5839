"""``lamppost plan``: what a city officer reads, and what a program reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lamppost.cli import main
from lamppost.impact import plan_command

COLUMNS = ["--unit", "site", "--time", "week", "--outcome", "walks"]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(2)
    table = random.normal(size=(10, 40)) + random.normal(30, 3, (10, 1))
    rows = [
        f"site {unit},{week},{table[unit, week]:.3f}" for unit in range(10) for week in range(40)
    ]
    path = tmp_path_factory.mktemp("plan") / "past.csv"
    path.write_text("site,week,walks\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_it_says_what_would_be_noticed_and_what_would_notice_more(
    past: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--sites", "2", "--weeks", "6", "--replays", "40", "--worth", "5", "--effect", "1.5"]
    assert main(["plan", str(past), *COLUMNS, *asked]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("With 2 pilot sites, drawn by lot, and 6 periods, you would notice")
    assert "10 places, 40 periods (0 to 39)" in shown.out
    assert "(false alarms)" in shown.out
    assert "A change of 5, from which on it is worth it, would be noticed 100 of 100" in shown.out
    assert "not enough for “caused”" in shown.out  # 45 ways to draw
    assert "5 pilot sites drawn by lot" in shown.out
    assert "280 of 280" in shown.err  # over all designs that were tried


def test_several_looks_are_counted_and_what_each_sees_is_said(
    past: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--sites", "5", "--weeks", "6", "--replays", "20", "--worth", "1.5"]
    assert main(["plan", str(past), *COLUMNS, *asked, "--looks", "3", "6"]) == 0
    shown = capsys.readouterr().out
    assert "Looks after 3, 6 periods, all counted" in shown
    assert "  after 6" in shown
    assert "With one look at the end: " in shown
    few = ["--sites", "2", *asked[2:], "--alone"]
    assert main(["plan", str(past), *COLUMNS, *few, "--looks", "3", "6"]) == 0
    assert "only the last carries a verdict" in " ".join(capsys.readouterr().out.split())
    assert main(["plan", str(past), *COLUMNS, *few, "--looks", "3", "5"]) == 2
    assert "let the last be the pilot's end, 6" in capsys.readouterr().err


def test_json_holds_the_same_figures_whatever_the_order_of_rows(
    past: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, *rows = past.read_text(encoding="utf-8").splitlines()
    back = tmp_path / "back.csv"
    back.write_text("\n".join([head, *rows[::-1]]), encoding="utf-8")
    found = []
    for path in (past, back):
        asked = ["--sites", "5", "--weeks", "6", "--replays", "20", "--alone", "--pairs"]
        assert main(["plan", str(path), *COLUMNS, *asked, "--json", "-"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    told = found[0]
    assert told["design"]["drawn"] == "pairs"
    assert told["comparison_sites"] == 5
    assert told["reach"]["assignments"] == 32
    assert told["power"][0] == {"effect": 0.0, "power": told["false_alarms"]}
    assert len(told["inputs_sha256"]) == 64


def test_named_sites_are_chosen_ones(past: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--treated", "site 3", "--weeks", "5", "--alone", "--method", "did"]
    assert main(["plan", str(past), *COLUMNS, *asked]) == 0
    shown = capsys.readouterr().out
    assert "With 1 pilot site, chosen," in shown
    assert "take the figures as rough" in " ".join(shown.split())


def test_where_one_takes_long_it_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr(plan_command.time, "monotonic", lambda: now[0])
    clock = plan_command._Clock(60)
    for done in range(1, 11):
        now[0] += 1.5
        clock.told(done, 40)
    said = capsys.readouterr().err.split("\n")
    assert said[0] == "  2 of 40, about 57 s more"
    assert len(said) == 5 + 1
    assert clock.left() == 0.75
    clock.told(10, 4000)
    assert capsys.readouterr().err.strip() == ""
    now[0] += 10
    clock.told(11, 4000)
    assert capsys.readouterr().err == "  11 of 4000, about 35 s more\n"  # then time is up


def test_counts_are_told_as_shares(past: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--sites", "5", "--weeks", "6", "--replays", "20", "--alone", "--counts"]
    assert main(["plan", str(past), *COLUMNS, *asked, "--effect", "0.5"]) == 0
    shown = capsys.readouterr().out
    said = " ".join(shown.split())
    assert "% (ratio 1." in said
    assert "-50 % 100 of 100 times" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--weeks", "6"], "Say with --sites"),
        (["--sites", "2", "--weeks", "6", "--pairs", "--steps", "2"], "do not go together"),
        (["--sites", "20", "--weeks", "6"], "The past data have 10 units"),
        (["--sites", "2", "--weeks", "38"], "Choose 1 to 32, or add earlier readings"),
        (["--treated", "nowhere", "--weeks", "6"], "'nowhere'. It is not among the units"),
        (["--sites", "2", "--weeks", "6", "--worth", "0"], "worth is 0.0"),
        (["--sites", "2", "--weeks", "6", "--exposure", "x"], "--exposure goes with --counts"),
        (["--sites", "2", "--weeks", "6", "--seconds", "-1"], "--seconds is -1"),
    ],
)
def test_wrong_use_is_one_sentence_and_two(
    past: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["plan", str(past), *COLUMNS, *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_bad_row_is_named(past: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = past.read_text(encoding="utf-8").splitlines()
    lines[4] = "site 0,3,many"
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join(lines), encoding="utf-8")
    assert main(["plan", str(broken), *COLUMNS, "--sites", "2", "--weeks", "6"]) == 2
    assert "Row 5, column 'walks' 'many'" in capsys.readouterr().err
    assert main(["plan", str(tmp_path / "none.csv"), *COLUMNS, "--weeks", "6"]) == 2
    assert "Say with --sites" in capsys.readouterr().err


def test_sets_of_places_are_ranked_and_nothing_asked_is_passed_over(
    past: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--rank", "2", "3", "--weeks", "6", "8", "--level", "0.9"]
    target = tmp_path / "sets.json"
    assert main(["plan", str(past), *COLUMNS, *asked, "--json", str(target)]) == 0
    shown = capsys.readouterr().out
    found = json.loads(target.read_text())["sets"]
    assert shown.startswith("Rank  Weeks  Change")
    assert found[0]["rank"] == 1
    assert {one["weeks"] for one in found} == {6, 8}
    chosen = " ".join(f'"{one}"' for one in found[0]["units"])
    assert f"--treated {chosen} --weeks {found[0]['weeks']}" in shown
    for more, said in (
        (["--sites", "2"], "--sites does not go with --rank"),
        (["--worth", "2"], "--worth does not go with --rank"),
    ):
        assert main(["plan", str(past), *COLUMNS, *asked, *more]) == 2
        assert said in capsys.readouterr().err
    one = ["--weeks", "6"]
    for wrong in (["--weeks", "6", "8"], [*one, "--with", "site 1"], [*one, "--price", "0"]):
        assert main(["plan", str(past), *COLUMNS, "--sites", "2", *wrong]) == 2
        assert "--rank" in capsys.readouterr().err


def test_a_budget_that_no_set_is_within_is_not_a_change_that_no_set_shows(
    past: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--rank", "2", "--weeks", "6", "--level", "0.9", "--price", "100"]
    assert main(["plan", str(past), *COLUMNS, *asked, "--budget", "0.01"]) == 0
    shown = capsys.readouterr().out
    assert "would have shown a change, but none within the budget" in shown
    assert "No set" not in shown
    assert main(["plan", str(past), *COLUMNS, *asked, "--seed", "-1"]) == 2
    assert "The setting seed is -1. Give zero" in capsys.readouterr().err
