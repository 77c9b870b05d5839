"""Playbooks as files: what is checked, how faults read, how texts are translated."""

from __future__ import annotations

import copy
import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.utils.translation import override

from lamppost import cli
from lamppost.pilots.models import GateKind, PulseQuestion
from lamppost.pilots.playbooks import PLAYBOOKS
from lamppost.pilots.playbooks.checking import SCHEMA_FILE, faults_of, texts_of
from lamppost.pilots.playbooks.loading import PlaybookRefused, read_playbook
from lamppost.pilots.playbooks.shelf import DATA, SHIPPED

RECORDS = {code: tomllib.loads((DATA / f"{code}.toml").read_text()) for code in SHIPPED}
SCHEMA = json.loads(SCHEMA_FILE.read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
OWN = """
code = "smart-benches"
language = "nl"
title = "Slimme banken"
summary = "Banken die zeggen wanneer ze stuk zijn."
problem_prompts = ["Wie kan nergens zitten?"]
stop_rules = ["Niemand zit er."]
site_question = "Zit u hier beter?"
not_forget = ["Ouderen"]
[[indicators]]
code = "sitting"
name = "Mensen die zitten"
unit = "mensen per uur"
direction = "up"
worth_it = 2
observed_property = "people count"
how = "Met de hand geteld."
[[concerns]]
worry = "Ik kom er niet uit omhoog."
answer = "Zet er armleuningen aan."
[disclosure]
purpose = "Om te weten of mensen hier zitten."
technology = "Bank"
measured_data = "Niets"
personal_data = "none"
retention = "Niet"
contact = "Het park"
[translations.es]
"Slimme banken" = "Bancos inteligentes"
"""


@pytest.fixture
def record() -> dict[str, Any]:
    return copy.deepcopy(RECORDS["smart-street-lighting"])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "benches.toml"
    file.write_text(OWN, encoding="utf-8")
    return file


@pytest.mark.parametrize("code", SHIPPED)
def test_our_own_files_hold_to_the_published_schema(code: str) -> None:
    assert list(VALIDATOR.iter_errors(RECORDS[code])) == []
    assert faults_of(RECORDS[code], code) == []
    assert RECORDS[code]["code"] == code


def test_the_schema_names_gates_and_scales_as_the_models_do() -> None:
    gates = set(SCHEMA["properties"]["documents"]["propertyNames"]["enum"])
    assert gates == set(GateKind.values) - {GateKind.DECISION}
    assert set(SCHEMA["$defs"]["pulse"]["properties"]["scale"]["enum"]) == set(
        PulseQuestion.Scale.values
    )


@pytest.mark.parametrize("code", SHIPPED)
def test_each_brings_all_that_a_pilot_starts_from(code: str) -> None:
    playbook = PLAYBOOKS[code]
    assert 1 <= len(playbook.pulse) <= 3
    assert len(playbook.checklist) >= 5
    assert len(playbook.risks) >= 2
    assert {"purpose", "tech", "data", "process"} <= set(playbook.disclosure.dtpr)
    assert all(one.observed_property for one in playbook.indicators)
    assert any(one.ucum for one in playbook.indicators)
    assert any(one.elsewhere for one in playbook.indicators)
    for question in playbook.pulse:
        if question.indicator:
            [fed] = [one for one in playbook.indicators if one.code == question.indicator]
            assert "%" in str(fed.unit)


def test_every_published_evaluation_stands_in_a_playbook() -> None:
    cases = {lesson.case for playbook in PLAYBOOKS.values() for lesson in playbook.lessons}
    assert cases == {f"E{number}" for number in range(1, 15)}
    levels = {
        (lesson.case, lesson.level)
        for playbook in PLAYBOOKS.values()
        for lesson in playbook.lessons
    }
    assert {("E1", 5), ("E8", 5), ("E9", 5), ("E2", 3), ("E6", 3), ("E4", 1), ("E5", 1)} <= levels
    failed = {one.case for book in PLAYBOOKS.values() for one in book.lessons if one.failed}
    assert {"E4", "E11", "E12"} <= failed


def _set(record: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    for part in path[:-1]:
        record = record[part]
    record[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "key", "says"),
    [
        (("title",), 3, "title", "quotation marks"),
        (("title",), "", "title", "empty"),
        (("title",), "x" * 161, "title", "Shorten it to 160"),
        (("code",), "Smart Lamps", "code", "small letters"),
        (("titel",), "x", "titel", "Did you mean “title”"),
        (("indicators", 1, "direction"), "sideways", "indicators[2].direction", "up, down"),
        (("indicators", 0, "worth_it"), 0, "indicators[1].worth_it", "above 0"),
        (("indicators", 0, "worth_it"), True, "indicators[1].worth_it", "number"),
        (("indicators",), [], "indicators", "at least 1"),
        (("indicators",), {}, "indicators", "list"),
        (("lessons", 0, "level"), 6, "lessons[1].level", "0 to 5"),
        (("lessons", 0, "level"), 1.5, "lessons[1].level", "whole number"),
        (("lessons", 0, "failed"), "yes", "lessons[1].failed", "true or false"),
        (("documents", "party"), "x", "documents.party", "Write one of"),
        (("pulse",), [{"text": "a", "scale": "five"}] * 4, "pulse", "Keep 3 at most"),
        (("disclosure",), "none", "disclosure", "table"),
        (("translations",), {"español": {}}, "translations.español", "language tag"),
    ],
)
def test_a_fault_names_its_key_and_the_remedy(
    record: dict[str, Any], path: tuple[Any, ...], value: Any, key: str, says: str
) -> None:
    _set(record, path, value)
    assert list(VALIDATOR.iter_errors(record))
    [fault] = faults_of(record, "lamps.toml")
    assert fault.key == key
    assert says in str(fault.text)
    assert str(fault).startswith(f"lamps.toml: {key}: ")


@pytest.mark.parametrize(
    ("path", "value", "key", "says"),
    [
        (("indicators", 0, "worth_it"), float("nan"), "indicators[1].worth_it", "number"),
        (("indicators", 0, "worth_it"), float("inf"), "indicators[1].worth_it", "number"),
        pytest.param(
            ("indicators", 0, "worth_it"), 10**400, "indicators[1].worth_it", "number", id="huge"
        ),
        (("title",), " \u200b", "title", "empty"),
        (("summary",), "Lamps\x00", "summary", "control character"),
        (("stop_rules", 0), "\n", "stop_rules[1]", "empty"),
    ],
)
def test_what_toml_can_write_and_nobody_can_read_is_named(
    record: dict[str, Any], path: tuple[Any, ...], value: Any, key: str, says: str
) -> None:
    _set(record, path, value)
    [fault] = faults_of(record, "lamps.toml")
    assert fault.key == key
    assert says in str(fault.text)


def test_a_unit_may_be_a_sign_alone(record: dict[str, Any]) -> None:
    _set(record, ("indicators", 0, "unit"), "%")
    assert faults_of(record, "lamps.toml") == []


def test_a_missing_key_is_named(record: dict[str, Any]) -> None:
    del record["indicators"][2]["unit"]
    [fault] = faults_of(record, "lamps.toml")
    assert (fault.key, "missing" in str(fault.text)) == ("indicators[3].unit", True)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("indicators", 1, "code"), "evening-walkers", "indicators[2].code"),
        (("indicators", 0, "counted_nowhere"), "No.", "indicators[1].counted_nowhere"),
        (("indicators", 0, "no_match", "sdg_11"), "not_checked", "indicators[1].no_match.sdg_11"),
        (("pulse", 0, "indicator"), "nobody", "pulse[1].indicator"),
        (("translations",), {"es": {"No such text": "x"}}, "translations.es"),
    ],
)
def test_parts_that_do_not_fit_together_are_named(
    record: dict[str, Any], path: tuple[Any, ...], value: Any, key: str
) -> None:
    _set(record, path, value)
    assert [fault.key for fault in faults_of(record, "lamps.toml")] == [key]


def test_a_key_below_the_table_that_it_stands_before_is_sent_up(record: dict[str, Any]) -> None:
    """In TOML a key that follows `[indicators.no_match]` belongs to that table."""
    indicator = record["indicators"][0]
    indicator["no_match"]["how"] = indicator.pop("how")
    said = {fault.key: str(fault.text) for fault in faults_of(record, "lamps.toml")}
    assert set(said) == {"indicators[1].no_match.how", "indicators[1].how"}
    assert "before this table begins" in said["indicators[1].no_match.how"]


def test_texts_are_those_that_people_read(record: dict[str, Any]) -> None:
    texts = set(texts_of(record))
    assert record["title"] in texts
    assert record["documents"]["problem"] in texts
    assert record["indicators"][0]["observed_property"] not in texts
    assert record["lessons"][0]["source"] not in texts
    assert record["code"] not in texts


def test_our_texts_come_in_the_readers_language() -> None:
    with override("es"):
        assert str(PLAYBOOKS["green-spaces"].title) == "Espacios verdes"
        assert PLAYBOOKS["green-spaces"].shown_language == ""


def test_a_citys_file_brings_its_own_translations(own: Path) -> None:
    playbook = read_playbook(own)
    with override("es"):
        assert str(playbook.title) == "Bancos inteligentes"
        assert str(playbook.summary).startswith("Banken")
        assert playbook.shown_language == ""
    with override("en"):
        assert str(playbook.title) == "Slimme banken"
        assert playbook.shown_language == "nl"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'title = "x', "TOML"),
        (b'title = "\xff"', "UTF-8"),
        (b"#" * 500_001, "too large"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_playbook_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "odd.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PlaybookRefused, match=says):
        read_playbook(file)


def test_the_command_says_what_is_wrong_and_what_is_in_order(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["playbook", "check", str(own)]) == 0
    assert "Slimme banken (smart-benches): 1 indicators" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text(OWN.replace('direction = "up"', 'direction = "upp"'))
    assert cli.main(["playbook", "check", str(own), str(bad)]) == 2
    said = capsys.readouterr().err
    assert "bad.toml: indicators[1].direction: “upp” is not known here" in said


def test_a_broken_file_never_breaks_the_shelf(
    own: Path, settings: Any, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(PLAYBOOKS.forget)
    settings.PLAYBOOKS_FOLDER = str(own.parent)
    (own.parent / "broken.toml").write_text("title = ")
    shutil.copy(DATA / "green-spaces.toml", own.parent / "taken.toml")
    PLAYBOOKS.forget()
    assert set(PLAYBOOKS) == {*SHIPPED, "smart-benches"}
    assert PLAYBOOKS["smart-benches"].own
    assert not PLAYBOOKS["green-spaces"].own
    assert {fault.file for fault in PLAYBOOKS.broken} == {"broken.toml", "taken.toml"}
    settings.PLAYBOOKS_FOLDER = str(own.parent / "nowhere")
    PLAYBOOKS.forget()
    assert set(PLAYBOOKS) == set(SHIPPED)
