"""``lamppost import polis``: everything comes in, totals equal the files', nothing by halves."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lamppost.accounts.models import LedgerEntry, Membership, Partnership, User
from lamppost.cli import main
from lamppost.engines.opinion import landscape, read_polis_export
from lamppost.vision.actions import compute_landscape
from lamppost.vision.commands import COMMANDS, expected_totals
from lamppost.vision.models import (
    Conversation,
    Landscape,
    LandscapeRequest,
    ReplacedVote,
    Statement,
    Vote,
)
from lamppost.vision.queries.landscape import engine_landscape, vote_matrix
from lamppost.voices.models import Participant, Voice
from tests.polis_world import MIDDAY, PolisWorld, replace_in

pytestmark = pytest.mark.django_db
KINDS = (
    Partnership,
    Conversation,
    Statement,
    Voice,
    Participant,
    Vote,
    ReplacedVote,
    Landscape,
    LedgerEntry,
)
MODERATION = [1, 1, 0, -1, 1, 1, 1, 1]


@pytest.fixture
def world() -> PolisWorld:
    return PolisWorld(moderation=MODERATION)


@pytest.fixture
def folder(world: PolisWorld, tmp_path: Path) -> Path:
    return world.write(tmp_path / "elm", more_statements=1)


def run(folder: Path, *more: str, partnership: str = "elm") -> int:
    return main(["import", "polis", str(folder), "--partnership", partnership, *more])


def counts() -> list[int]:
    return [kind.objects.count() for kind in KINDS]


def printed(output: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in output.splitlines() if ": " in line)


def test_everything_comes_in_and_the_totals_are_printed(
    world: PolisWorld, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--language", "en") == 0
    told = printed(capsys.readouterr().out)
    conversation = Conversation.objects.get(partnership__slug="elm")
    final = world.final()
    values = Counter(final.values())
    assert told["question"] == conversation.question == world.topic
    assert conversation.background == world.description
    assert told["statements"] == "9"
    assert (told["accepted"], told["not moderated"], told["rejected"]) == ("7", "1", "1")
    assert told["votes"] == str(len(final))
    assert told["replaced votes"] == str(len(world.events) - len(final))
    assert (told["agree"], told["disagree"], told["pass"]) == tuple(
        str(values[value]) for value in (1, -1, 0)
    )
    stored = {
        (int(reference), number): (value, cast_at)
        for reference, number, value, cast_at in Vote.objects.values_list(
            "participant__reference", "statement__number", "value", "cast_at"
        )
    }
    last = {(voter, s): time for time, s, voter, _ in sorted(world.events)}
    assert {cell: value for cell, (value, _) in stored.items()} == final
    for cell, (_, cast_at) in stored.items():
        assert cast_at == dt.datetime.fromtimestamp(last[cell] / 1000, dt.UTC)


def test_a_vote_that_was_replaced_is_kept_with_its_time(world: PolisWorld, folder: Path) -> None:
    run(folder)
    time, statement, voter, value = world.events[10]
    earlier = ReplacedVote.objects.get(
        vote__statement__number=statement, vote__participant__reference=str(voter)
    )
    assert (earlier.value, earlier.cast_at) == (
        value,
        dt.datetime.fromtimestamp(time / 1000, dt.UTC),
    )
    assert ReplacedVote.objects.count() == 2


def test_statements_keep_number_state_and_terms(folder: Path) -> None:
    run(folder)
    statements = Statement.objects.select_related("voice__participant").order_by("number")
    states = {1: "accepted", 0: "waiting", -1: "declined"}
    assert [s.voice.state for s in statements] == [states[m] for m in [*MODERATION, 1]]
    assert [s.number for s in statements] == list(range(9))
    first = statements[0].voice
    assert (first.kind, first.channel, first.language) == ("statement", "import", "und")
    assert (first.consent, first.consent_wording) == ("public", "published-as-open-data-cc-by-4.0")
    assert first.said_at == dt.datetime.fromtimestamp(MIDDAY / 1000 - 1, dt.UTC)
    assert first.participant is not None
    assert first.participant.reference == "0"
    author = statements[8].voice.participant
    assert author is not None
    assert author.reference == "31", "an author who never voted is a participant too"


def test_the_question_comes_in_closed(folder: Path) -> None:
    run(folder)
    conversation = Conversation.objects.get()
    assert conversation.opens_at is not None
    assert conversation.closes_at is not None
    assert conversation.closes_at < dt.datetime.now(dt.UTC)


def test_twice_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder)
    before = counts()
    capsys.readouterr()
    assert run(folder) == 0
    assert "This export is here already. Nothing was changed." in capsys.readouterr().out
    assert counts() == before


def test_a_newer_export_of_the_same_conversation_is_a_question_of_its_own(
    world: PolisWorld, folder: Path
) -> None:
    run(folder)
    world.events.append((MIDDAY + 10**9, 0, 0, -1))
    world.write(folder, more_statements=1)
    assert run(folder) == 0
    assert Conversation.objects.filter(partnership__slug="elm").count() == 2
    assert Partnership.objects.count() == 1


def test_the_same_export_in_another_partnership_is_separate(folder: Path) -> None:
    run(folder)
    run(folder, partnership="oak")
    assert Partnership.objects.count() == 2
    keys = Participant.objects.values_list("key", flat=True)
    assert len(set(keys)) == len(keys)


def test_without_a_log_the_times_are_not_known(world: PolisWorld, tmp_path: Path) -> None:
    assert run(world.write(tmp_path / "short", log=False)) == 0
    assert Vote.objects.count() == len(world.final())
    assert not Vote.objects.filter(cast_at__isnull=False).exists()
    assert ReplacedVote.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("votes.csv", ",1\r\n", ",3\r\n", "column vote"),
        ("comments.csv", "Statement 2", "Stra\udcdfe", "row 4"),
        ("participants-votes.csv", "group-id", "group", "column group-id"),
    ],
)
def test_a_damaged_file_is_refused_and_nothing_is_kept(
    folder: Path, name: str, old: str, new: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / name
    file.write_bytes(
        file.read_bytes().replace(old.encode(), new.encode(errors="surrogateescape"), 1)
    )
    assert run(folder) == 2
    message = capsys.readouterr().err
    assert name in message
    assert place in message
    assert counts() == [0] * len(KINDS)


def test_a_fault_while_writing_undoes_everything(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lamppost.vision.commands.expected_totals", lambda export: {"votes": 1})
    assert run(folder) == 2
    assert "The files hold 1 votes" in capsys.readouterr().err
    assert counts() == [0] * len(KINDS)


def test_a_partnership_that_is_there_is_used(partnership: Partnership, folder: Path) -> None:
    assert run(folder, partnership=partnership.slug) == 0
    assert Conversation.objects.get().partnership == partnership
    entry = LedgerEntry.objects.get(action="vision.conversation.imported")
    assert entry.partnership == partnership


def test_a_new_partnership_gets_a_lead_and_a_name(
    folder: Path, make_member: Callable[..., User], capsys: pytest.CaptureFixture[str]
) -> None:
    user = make_member("lead")
    assert run(folder, "--name", "Elm Street", "--lead", user.email) == 0
    assert "made the partnership elm (Elm Street)" in capsys.readouterr().out
    assert Membership.objects.get(partnership__slug="elm").user == user


def test_wrong_use_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--lead", "nobody@example.org") == 2
    assert "Nobody has an account with nobody@example.org" in capsys.readouterr().err
    assert run(folder, partnership="no spaces") == 2
    assert "cannot be a short name" in capsys.readouterr().err
    assert run(folder / "nowhere") == 2
    assert "there is no such folder" in capsys.readouterr().err
    assert counts() == [0] * len(KINDS)


@pytest.mark.parametrize("mode", ["honest", "polis"])
def test_the_stored_landscape_is_the_one_of_the_files(folder: Path, mode: str) -> None:
    run(folder)
    if mode == "polis":
        conversation = Conversation.objects.get()
        conversation.mode = mode
        conversation.save()
        compute_landscape(conversation=conversation)
    stored = engine_landscape(Landscape.objects.get())
    expected = landscape(read_polis_export(folder).matrix, mode=mode)
    assert (stored.mode, stored.pattern) == (mode, expected.pattern)
    assert [g.size for g in stored.groups] == [g.size for g in expected.groups]
    assert list(stored.membership.values()) == list(expected.membership.values())
    assert list(stored.positions.values()) == list(expected.positions.values())
    assert stored.results == expected.results
    assert stored.common_ground == expected.common_ground
    assert not LandscapeRequest.objects.exists()


def test_the_landscape_can_be_left_out(folder: Path) -> None:
    run(folder, "--no-landscape")
    assert not Landscape.objects.exists()


@pytest.mark.parametrize(("mode", "said"), [("honest", "no pattern\n"), ("polis", "group A:")])
def test_landscape_command_on_folder_and_on_partnership(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str, said: str
) -> None:
    run(folder)
    capsys.readouterr()
    assert main(["landscape", str(folder), "--mode", mode, "--json", str(tmp_path / "a.json")]) == 0
    of_folder = capsys.readouterr().out
    assert main(["landscape", "elm", "--mode", mode, "--json", str(tmp_path / "b.json")]) == 0
    assert capsys.readouterr().out == of_folder
    assert said in of_folder
    first, second = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b.json"))
    assert first["mode"] == second["mode"] == mode
    assert first["common_ground"] == second["common_ground"]
    assert main(["landscape", "nowhere"]) == 2
    assert "neither a folder nor a partnership" in capsys.readouterr().err
    assert "none, unsettled" not in of_folder


def test_landscape_command_finds_out_first_whether_it_may_write(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["landscape", str(folder), "--json", str(tmp_path / "no" / "c.json")]) == 2
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert "landscape 100%" not in said, "nothing was computed for nothing"
    kept = tmp_path / "kept.json"
    assert main(["landscape", "nowhere", "--json", str(kept)]) == 2
    assert not kept.exists(), "no empty file stays behind"


def test_every_command_has_an_example_that_parses() -> None:
    from lamppost.cli import parser_of

    for command in COMMANDS:
        rest = command.example.split()[1 + len(command.name.split()) :]
        assert parser_of(command).parse_args(rest)


NAMES = [
    "london.youth.policing",
    "bg2050-volunteers",
    "scoop-hivemind.ubi",
    "vtaiwan.uberx",
    "american-assembly.bowling-green",
]


@pytest.mark.parametrize("name", NAMES)
def test_real_exports_come_in_with_equal_totals(
    shared_data: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = shared_data / "polis" / name
    if not source.is_dir():
        pytest.skip(f"the export {name} is not beside this checkout")
    assert run(source, "--no-landscape") == 0
    told = printed(capsys.readouterr().out)
    export = read_polis_export(source)
    assert {key: told[key] for key in expected_totals(export)} == {
        key: str(count) for key, count in expected_totals(export).items()
    }
    matrix = vote_matrix(Conversation.objects.get())
    assert matrix is not None
    assert (matrix.values == export.matrix.values).all()
    assert matrix.statements == export.matrix.statements
    assert (matrix.moderation == export.matrix.moderation).all()


def test_a_damaged_copy_of_a_real_export_names_the_row(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = shared_data / "polis" / "london.youth.policing"
    if not source.is_dir():
        pytest.skip("the export is not beside this checkout")
    copy = tmp_path / "london"
    copy.mkdir()
    for file in source.glob("*.csv"):
        (copy / file.name).write_bytes(file.read_bytes())
    replace_in(
        copy / "votes.csv",
        ",-1\r\n" if b"\r\n" in (copy / "votes.csv").read_bytes() else ",-1\n",
        ",-2\n",
    )
    assert run(copy) == 2
    message = capsys.readouterr().err
    assert "votes.csv, row " in message
    assert "'-2' is not 1, 0 or -1" in message
    assert counts() == [0] * len(KINDS)
