"""Every indicator of our playbooks has a number in each framework, or says why not."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import jsonschema
import pytest

from lamppost.pilots.playbooks import PLAYBOOKS
from lamppost.pilots.playbooks.checking import faults_of
from lamppost.pilots.playbooks.frameworks import FRAMEWORKS, FRAMEWORKS_FILE
from lamppost.pilots.playbooks.kinds import SuggestedIndicator
from lamppost.pilots.playbooks.shelf import SHIPPED
from tests.unit.pilots.test_playbook_files import RECORDS, VALIDATOR

INDICATORS = [
    pytest.param(one, id=f"{code}/{one.code}")
    for code in SHIPPED
    for one in PLAYBOOKS[code].indicators
]
SEEN = tomllib.loads(FRAMEWORKS_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", INDICATORS)
def test_each_framework_has_a_number_or_a_reason(one: SuggestedIndicator) -> None:
    assert {*one.crosswalk, *one.no_match} == set(FRAMEWORKS)
    assert not {*one.crosswalk} & {*one.no_match}
    if one.counted_nowhere:
        assert {said.rpartition(": ")[2] for said in one.no_match.values()} == {"no_indicator"}


@pytest.mark.parametrize("one", INDICATORS)
def test_each_number_was_seen_and_has_words_of_our_own(one: SuggestedIndicator) -> None:
    for framework, numbers in one.crosswalk.items():
        for number in numbers:
            entry = SEEN[framework]["codes"][number]
            assert entry["seen"]
            assert 8 <= len(entry["counts"]) <= 80
    assert all(words for _framework, _number, words in one.elsewhere)


@pytest.mark.parametrize("one", INDICATORS)
def test_only_citykeys_has_cells_that_could_not_be_checked(one: SuggestedIndicator) -> None:
    unchecked = {name for name, said in one.no_match.items() if said.endswith("not_checked")}
    assert unchecked <= {"citykeys"}


def test_no_number_is_listed_for_nothing() -> None:
    used = {
        (framework, number)
        for param in INDICATORS
        for framework, numbers in param.values[0].crosswalk.items()  # type: ignore[union-attr]
        for number in numbers
    }
    assert used == {(name, number) for name, one in SEEN.items() for number in one["codes"]}
    assert all(one["source"] for one in SEEN.values())


@pytest.mark.parametrize(
    ("framework", "good", "bad"),
    [
        ("citykeys", "prosperity: Fuel poverty", "people"),
        ("citykeys", "people: Access to public transport", "happiness: Access to parks"),
        ("u4ssc", "EN: EN: PSN: 2A", "EN:EN:PSN:2A"),
        ("u4ssc", "EC: ICT: ICT: 1C", "EC: ICT: ICT: 1B"),
        ("iso_37120", "14.2", "4.2"),
        ("iso_37122", "19.10", "24.1"),
        ("sdg_11", "11.7.2", "12.7"),
        ("sdg_11", "11.b", "11.8"),
    ],
)
def test_the_shape_of_a_number_is_checked(framework: str, good: str, bad: str) -> None:
    def record(number: str) -> dict[str, Any]:
        found = copy.deepcopy(RECORDS["green-spaces"])
        found["indicators"][0] |= {"crosswalk": {framework: [number]}, "no_match": {}}
        return found

    assert faults_of(record(good), "own.toml") == []
    VALIDATOR.validate(record(good))
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(record(bad))
    [fault] = faults_of(record(bad), "own.toml")
    assert fault.key == f"indicators[1].crosswalk.{framework}[1]"
    assert "Write" in str(fault.text)


@pytest.mark.parametrize("said", ["people", "people: none", "nobody: no_indicator"])
def test_a_missing_number_of_citykeys_names_its_theme(said: str) -> None:
    record = copy.deepcopy(RECORDS["green-spaces"])
    record["indicators"][0]["no_match"]["citykeys"] = said
    [fault] = faults_of(record, "own.toml")
    assert fault.key == "indicators[1].no_match.citykeys"
    assert "no_indicator or not_checked" in str(fault.text)
