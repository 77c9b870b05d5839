"""``lamppost demo`` in a home folder of its own, at full size."""

from __future__ import annotations

import re
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as django_connection

from lamppost.accounts.models import Partnership, User
from lamppost.base.commands import CommandFault
from lamppost.cli import parser_of
from lamppost.demo.commands import COMMANDS
from lamppost.demo.tried import lot_seed
from lamppost.demo.words.tried import TRIED
from tests.conftest import MadeDemo, run_lamppost


def ask(home: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "lamppost.sqlite3") as connection:
        return connection.execute(query).fetchall()


def tables(connection: sqlite3.Connection) -> dict[str, tuple[set[Any], ...]]:
    """Return columns, indices, references and named constraints of every table."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(query).fetchall())

    found = {}
    master = "select name, sql from sqlite_master where type = 'table' and name not like 'sqlite_%'"
    for name, sql in rows(master):
        if name == "django_migrations":
            continue
        indices = {
            (unique, partial, tuple(row[2] for row in rows(f'pragma index_info("{index}")')))
            for _, index, unique, _, partial in rows(f'pragma index_list("{name}")')
        }
        found[name] = (
            {column[1:4] + column[5:] for column in rows(f'pragma table_info("{name}")')},
            indices,
            {key[2:5] for key in rows(f'pragma foreign_key_list("{name}")')},
            set(re.findall(r'CONSTRAINT "(\w+)"', sql)),
        )
    return found


@pytest.fixture(scope="module")
def home(made_demo: MadeDemo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert made_demo.status == 0, made_demo.stderr
    assert "http://localhost:8123/p/harbourlea/" in made_demo.stdout
    assert "participants (800)" in made_demo.stderr
    return made_demo.copy(tmp_path_factory.mktemp("demo"))


def test_the_whole_town_is_in_the_database(home: Path) -> None:
    assert ask(home, "select slug, made_up from accounts_partnership") == [("harbourlea", 1)]
    people = "select count(distinct participant_id) from vision_vote"
    assert ask(home, people) == [(800,)]
    states = "select state, count(*) from voices_voice where kind = 'statement' group by 1"
    assert dict(ask(home, states)) == {"accepted": 61, "declined": 3, "waiting": 5}  # type: ignore[arg-type]
    said = (
        "select count(*) from pilots_feedback f join pilots_site s on s.id = f.site_id "
        "join pilots_pilot p on p.id = s.pilot_id "
        "where f.voice_id is not null and p.playbook = 'smart-street-lighting'"
    )
    assert ask(home, said) == [(400,)]
    arms = (
        "select s.arm, count(*) from pilots_site s join pilots_pilot p on p.id = s.pilot_id "
        "where p.playbook = 'smart-street-lighting' group by 1 order by 1"
    )
    assert ask(home, arms) == [("comparison", 16), ("pilot", 8)]
    assert ask(home, "select count(*) from pilots_pilot") == [(8,)]


@pytest.mark.once
def test_migrations_make_the_tables_that_tests_run_on(home: Path, db: None) -> None:
    """Tests make their tables from the models, which takes a quarter of the time."""
    django_connection.ensure_connection()
    from_models = tables(django_connection.connection)
    with sqlite3.connect(home / "lamppost.sqlite3") as connection:
        migrated = tables(connection)
    assert len(migrated) > 60
    assert set(migrated) == set(from_models)
    assert {name: migrated[name] for name in migrated if migrated[name] != from_models[name]} == {}


def test_nothing_waits_for_the_worker(home: Path) -> None:
    assert ask(home, "select count(*) from django_tasks_database_dbtaskresult") == [(0,)]
    assert ask(home, "select count(*) from vision_landscaperequest") == [(0,)]


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
    done = run_lamppost(home, "demo")
    assert done.returncode == 0, done.stderr
    assert "kept" in done.stderr
    assert ask(home, "select problem from accounts_partnership") == [("entered by hand",)]
    assert (home / "demo-passwords.txt").read_text(encoding="utf-8") == before


def test_reset_asks_for_a_second_word(home: Path) -> None:
    done = run_lamppost(home, "demo", "--reset")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert ask(home, "select count(*) from accounts_partnership") == [(1,)]


def test_reset_loads_another_town(home: Path) -> None:
    done = run_lamppost(home, "demo", "--reset", "--yes", "--seed", "3", "--scale", "0.1")
    assert done.returncode == 0, done.stderr
    assert ask(home, "select count(distinct participant_id) from vision_vote") == [(80,)]
    # Numbers of 128 bits are kept as text.
    drawn = "select lottery_seed from pilots_pilot where lottery_seed is not null"
    of_this_town = [lot_seed(planned, 3) for planned in TRIED if planned.drawn]
    assert sorted(int(number) for (number,) in ask(home, drawn)) == sorted([3, 4, *of_this_town])
    assert ask(home, "select count(*) from accounts_user") == [(9,)]


def run(*arguments: str) -> None:
    COMMANDS[0].run(parser_of(COMMANDS[0]).parse_args(arguments))


@pytest.fixture
def empty(settings: Any, tmp_path: Path, db: None) -> Path:
    """An empty instance in this process."""
    settings.HOME, settings.DEMO_MARK = tmp_path, tmp_path / "demo"
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--today", "2999-01-01"), "still to come"),
        (("--scale", "3"), "at most 1"),
        (("--scale", "0"), "at most 1"),
        (("--reset",), "--yes"),
    ],
)
def test_wrong_use_is_refused(empty: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandFault, match=said):
        run(*arguments)
    assert not (empty / "demo").exists()


def test_a_date_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run("--today", "yesterday")
    assert left.value.code == 2
    assert "not a date" in capsys.readouterr().err


def test_an_instance_with_accounts_of_its_own_is_left_alone(empty: Path) -> None:
    User.objects.create_user("mayor@example.org", "a long passphrase")
    with pytest.raises(CommandFault, match="accounts of its own"):
        run("--scale", "0.1")
    assert not (empty / "demo").exists()
    assert not Partnership.objects.exists()
