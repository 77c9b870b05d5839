"""``lamppost demo`` in a home folder of its own, at full size."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def lamppost(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LAMPPOST_")}
    kept["DJANGO_SETTINGS_MODULE"] = "lamppost.site.settings"
    return subprocess.run(
        [sys.executable, "-m", "lamppost.cli", *arguments],
        cwd=ROOT,
        env={**kept, "LAMPPOST_HOME": str(home), "LAMPPOST_URL": "http://localhost:8123"},
        capture_output=True,
        text=True,
        check=False,
    )


def ask(home: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "lamppost.sqlite3") as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = lamppost(folder, "demo")
    assert done.returncode == 0, done.stderr
    assert "http://localhost:8123/p/harbourlea/" in done.stdout
    assert "participants (800)" in done.stderr
    return folder


def test_the_whole_town_is_in_the_database(home: Path) -> None:
    assert ask(home, "select slug, made_up from accounts_partnership") == [("harbourlea", 1)]
    people = "select count(distinct participant_id) from vision_vote"
    assert ask(home, people) == [(800,)]
    states = "select state, count(*) from voices_voice where kind = 'statement' group by 1"
    assert dict(ask(home, states)) == {"accepted": 60, "declined": 4, "waiting": 5}  # type: ignore[arg-type]
    assert ask(home, "select count(*) from pilots_feedback where voice_id is not null") == [(400,)]
    assert ask(home, "select arm, count(*) from pilots_site group by 1 order by 1") == [
        ("comparison", 16),
        ("pilot", 8),
    ]


def test_the_three_opinion_groups_are_in_the_stored_landscape(home: Path) -> None:
    newest = "select json_array_length(result, '$.groups') from vision_landscape order by id desc"
    assert ask(home, newest)[0] == (3,)


def test_passwords_are_random_and_for_the_owner_alone(home: Path) -> None:
    file = home / "demo-passwords.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    passwords = [line.split()[-1] for line in file.read_text(encoding="utf-8").splitlines()[1:]]
    assert len(set(passwords)) == len(passwords) == 9
    assert all(len(password) >= 16 for password in passwords)


def test_the_doors_are_open(home: Path) -> None:
    assert (home / "demo").exists()


def test_a_second_run_is_short_and_keeps_what_was_entered(home: Path) -> None:
    with sqlite3.connect(home / "lamppost.sqlite3") as connection:
        connection.execute("update accounts_partnership set problem = 'entered by hand'")
    before = (home / "demo-passwords.txt").read_text(encoding="utf-8")
    done = lamppost(home, "demo")
    assert done.returncode == 0, done.stderr
    assert "kept" in done.stderr
    assert ask(home, "select problem from accounts_partnership") == [("entered by hand",)]
    assert (home / "demo-passwords.txt").read_text(encoding="utf-8") == before


def test_reset_asks_for_a_second_word(home: Path) -> None:
    done = lamppost(home, "demo", "--reset")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert ask(home, "select count(*) from accounts_partnership") == [(1,)]


def test_reset_loads_another_town(home: Path) -> None:
    done = lamppost(home, "demo", "--reset", "--yes", "--seed", "3", "--scale", "0.1")
    assert done.returncode == 0, done.stderr
    assert ask(home, "select count(distinct participant_id) from vision_vote") == [(80,)]
    assert ask(home, "select lottery_seed from pilots_pilot") == [(3,)]
    assert ask(home, "select count(*) from accounts_user") == [(9,)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--today", "2999-01-01"), "still to come"),
        (("--scale", "3"), "at most 1"),
        (("--today", "yesterday"), "not a date"),
    ],
)
def test_wrong_use_is_refused(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = lamppost(tmp_path, "demo", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "demo").exists()


def test_an_instance_with_accounts_of_its_own_is_left_alone(tmp_path: Path) -> None:
    assert lamppost(tmp_path, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "lamppost.sqlite3") as connection:
        connection.execute(
            "insert into accounts_user (email, name, language, password, is_superuser, is_staff,"
            " is_active, date_joined) values ('mayor@example.org', '', 'en', '!', 0, 0, 1,"
            " '2026-01-01')"
        )
    done = lamppost(tmp_path, "demo")
    assert done.returncode == 2
    assert "accounts of its own" in done.stderr
    assert not (tmp_path / "demo").exists()
