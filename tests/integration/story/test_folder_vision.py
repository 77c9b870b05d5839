"""The vision stage in a folder: what is public of it, and that nothing of it is lost on the way."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lamppost import cli
from lamppost.engines.opinion.partnership_folder import read_partnership_folder
from lamppost.story.actions import export_folder, import_folder
from lamppost.story.folder import read_folder
from lamppost.story.merged import as_counted, roots_of
from lamppost.vision.actions import compute_landscape
from lamppost.vision.models import Landscape, Statement, Vision
from lamppost.vision.queries.landscape import vote_matrix

from .conftest import Exports
from .test_folder_round_trip import rows_of
from .town import Town, remove
from .town_vision import OBJECTED, TOLD


def one(folder: Path, name: str) -> dict[str, str]:
    (row,) = rows_of(folder, name)
    return row


def test_statements_say_what_became_of_them(made_once: Exports) -> None:
    rows = {row["text"]: row for row in rows_of(made_once.public, "statements")}
    stop = rows["Light the bus stop and the school path first."]
    assert rows["First the bus stop and the school."]["merged_into"] == stop["id"]
    assert rows["One lamp at each bench is enough."]["split_from_number"] == "9"
    story = rows_of(made_once.public, "stories")[0]
    assert rows["Stars matter more than street lamps."]["story"] == story["id"]
    edit = one(made_once.public, "statement_edits")
    assert edit["earlier_text"] == "Dim the ligths after midnight to save energy."
    assert edit["statement"] == rows["Dim the lights after midnight to save energy."]["id"]
    assert edit.keys() == {"id", "statement", "earlier_text", "reason", "edited_on"}
    translated = one(made_once.public, "statement_translations")
    assert (translated["statement"], translated["text"]) == (stop["id"], "Primero la parada.")
    assert one(made_once.public, "conversation_translations")["language"] == "es"


def test_stories_are_those_whose_words_may_be_shown(made_once: Exports) -> None:
    voices = {row["id"]: row for row in rows_of(made_once.public, "voices")}
    stories = rows_of(made_once.public, "stories")
    told = [voices[row["voice"]]["text"] for row in stories]
    assert told == [TOLD, "The last bus stops in the dark."]
    assert stories[0].keys() == {"id", "voice", "feeling", "conversation"}
    assert {row["kind"] for row in voices.values()} == {"story", "objection"}


def test_workshops_are_those_that_agreed_on_something(made_once: Exports) -> None:
    held = one(made_once.public, "workshops")
    assert held.keys() == {"id", "conversation", "title", "held_on", "template"}
    assert one(made_once.public, "agreements")["text"] == "Bus stops come first."
    assert len(rows_of(made_once.public, "agreement_statements")) == 2


def test_the_vision_is_public_as_it_was_published(made_once: Exports) -> None:
    versions = rows_of(made_once.public, "visions")
    assert [row["published_on"] for row in versions] == ["2026-01-20", "2026-01-29"]
    first, second = (json.loads(row["goals"])[0] for row in versions)
    goal = one(made_once.public, "goals")
    # A goal that was given up has an id of no goal; a hidden statement is not named.
    assert (first["id"], second["id"]) == (-1, int(goal["id"]))
    assert second["statements"] == [{"conversation": "1", "number": 1}]
    assert second["indicators"][0]["baseline_source"] == "Survey of 2025"
    objection = one(made_once.public, "objections")
    assert objection.keys() == {"id", "vision", "voice", "answer", "answered_on"}
    voices = {row["id"]: row["text"] for row in rows_of(made_once.public, "voices")}
    assert (voices[objection["voice"]], objection["vision"]) == (OBJECTED, "2")


def test_what_voters_said_of_themselves_is_counted_and_small_counts_are_hidden(
    made_once: Exports,
) -> None:
    counts = rows_of(made_once.public, "characteristic_counts")
    # Five people gave two rare answers, which are not told; a third count would give them away.
    assert {row["value"]: row["people"] for row in counts} == {"18-29": "40", "60-74": ""}
    voters = Counter(row["participant"] for row in rows_of(made_once.private, "votes"))
    said = rows_of(made_once.private, "characteristics")
    assert {row["participant"] for row in said} <= voters.keys()
    assert sum(1 for row in said if row["value"] == "60-74") == 25
    assert {row["value"] for row in rows_of(made_once.public, "population_shares")} == {
        "18-29", "60-74",
    }  # fmt: skip


def test_publications_keep_their_goals_through_a_move(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    remove(town.partnership)
    partnership = import_folder(folder=folder).partnership
    goal, question = partnership.goals.get(), partnership.conversations.get()
    published = Vision.objects.filter(partnership=partnership, published_at__isnull=False)
    second, first = published.order_by("-published_at")
    assert second.goals[0]["id"] == goal.pk
    assert {s["conversation"] for s in second.goals[0]["statements"]} == {question.code}
    assert first.goals[0]["id"] == -1
    merged = Statement.objects.get(conversation=question, merged_into__isnull=False)
    assert merged.merged_into is not None
    assert merged.merged_into.number == 2
    part = Statement.objects.get(conversation=question, split_from__isnull=False)
    assert (part.number, part.split_from.number) == (8, 9)


def test_goals_that_are_none_are_refused(db: None, tmp_path: Path) -> None:
    from lamppost.story.reading import PackageRefused

    folder = tmp_path / "by-hand"
    folder.mkdir()
    (folder / "partnership.csv").write_text("name,slug\nMill Lane,mill-lane\n")
    (folder / "visions.csv").write_text(
        'text,goals,published_on\nWe walk.,"[{""title"": 7}]",2026-01-01\n'
    )
    with pytest.raises(PackageRefused, match=r"visions\.csv, row 2, column goals"):
        import_folder(folder=folder)


def test_the_landscape_is_the_same_after_a_move(town: Town, folder: Path) -> None:
    before = compute_landscape(conversation=town.conversation)
    assert before is not None
    before.integrity["flags"] = [{"people": list(before.result["membership"])[:3], "size": 3}]
    before.save()
    people = list(vote_matrix(town.conversation).participants)
    export_folder(partnership=town.partnership, folder=folder, private=True)
    remove(town.partnership)
    question = import_folder(folder=folder).partnership.conversations.get()
    stored = Landscape.objects.get(conversation=question)
    matrix = vote_matrix(question)
    new = dict(zip(people, matrix.participants, strict=True))
    for part in ("membership", "positions", "probability"):
        renamed = {new[key]: value for key, value in before.result.get(part, {}).items()}
        assert stored.result.get(part, {}) == renamed, part
    assert stored.integrity["flags"][0]["people"] == [
        new[key] for key in before.integrity["flags"][0]["people"]
    ]
    again = compute_landscape(conversation=question)
    assert again is not None
    for part in ("participants", "votes", "pattern", "results", "common_ground"):
        assert again.result[part] == stored.result[part], part


def test_the_private_folder_holds_the_votes_that_the_site_counts(
    town: Town, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = vote_matrix(town.conversation)
    export_folder(partnership=town.partnership, folder=folder, private=True)
    (question,) = read_partnership_folder(folder)
    shown = [n for n, state in zip(here.statements, here.moderation, strict=True) if state > 0]
    theirs = [question.matrix.statements.index(number) for number in shown]
    ours = [here.statements.index(number) for number in shown]
    left = np.sort(question.matrix.values[:, theirs], axis=0)
    right = np.sort(here.values[:, ours], axis=0)
    counts = [np.count_nonzero(left == value, axis=0).tolist() for value in (-1, 0, 1)]
    assert counts == [np.count_nonzero(right == value, axis=0).tolist() for value in (-1, 0, 1)]
    assert cli.main(["landscape", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("240 people")


def test_a_public_folder_holds_no_votes_and_the_command_says_so(
    public: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["landscape", str(public)]) == 2
    said = capsys.readouterr().err
    assert "export holds no votes (public exports hold none, only the results, in land" in said
    assert "lamppost export SLUG FOLDER --private" in said
    assert len(said.splitlines()) == 1


def test_a_public_folder_is_told_without_counting_again(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("the landscape was computed again")

    monkeypatch.setattr("lamppost.story.computing.landscape", never)
    heard = read_folder(public).heard
    assert heard.part.lit
    assert heard.questions[0].common_ground is not None
    assert heard.questions[0].dividing is not None


def test_a_public_folder_of_before_still_comes_in_with_its_votes(
    db: None, town: Town, public: Path
) -> None:
    ids = [row["id"] for row in rows_of(public, "statements")]
    votes = [
        f"{place},person-{person},{statement},{1 if (person + place) % 3 else -1},"
        for place, (person, statement) in enumerate(
            ((person, statement) for person in range(12) for statement in ids[:4]), start=1
        )
    ]
    head = "id,participant,statement,value,cast_on"
    (public / "votes.csv").write_text("\n".join([head, *votes]) + "\n", encoding="utf-8")
    imported = import_folder(folder=public, slug="from-before")
    question = imported.partnership.conversations.get()
    assert vote_matrix(question).values.shape == (12, 4)
    assert [note for note in imported.notes if "computed again from the votes" in note]


def test_a_public_folder_comes_in_without_its_landscape_and_says_so(
    db: None, town: Town, public: Path
) -> None:
    imported = import_folder(folder=public, slug="from-public")
    assert not Landscape.objects.filter(conversation__partnership=imported.partnership).exists()
    assert [note for note in imported.notes if "Import the private export to keep" in note]


def test_votes_on_merged_statements_in_rows() -> None:
    statements = [
        {"id": "a", "number": 1},
        {"id": "b", "number": 2, "merged_into": "a"},
        {"id": "c", "number": 3, "merged_into": "b"},
    ]
    assert roots_of(statements) == {"b": "a", "c": "a"}
    circle = [{"id": "a", "merged_into": "b"}, {"id": "b", "merged_into": "a"}]
    assert set(roots_of(circle)) == {"a", "b"}
    votes = [
        {"participant": person, "statement": statement, "value": value}
        for person, statement, value in (
            ("x", "a", 1), ("x", "b", -1), ("y", "c", -1), ("y", "b", 0), ("z", "c", 1),
        )
    ]  # fmt: skip
    counted = {(row["participant"], row["statement"]): row["value"]
               for row in as_counted(votes, statements)}  # fmt: skip
    assert counted == {("x", "a"): 1, ("y", "a"): 0, ("z", "a"): 1}
    assert as_counted(votes, [{"id": "a"}]) is votes
