"""The eight playbooks hold what each has to bring, and the numbers of evaluations as published."""

from __future__ import annotations

import re

import pytest

from lamppost.pilots.playbooks import PLAYBOOKS, Playbook
from lamppost.pilots.playbooks.shelf import SHIPPED

each = pytest.mark.parametrize("playbook", [PLAYBOOKS[code] for code in SHIPPED], ids=SHIPPED)
# Somebody who sees badly, moves otherwise, or cannot use what everybody is expected to use.
ACCESS = re.compile(r"wheelchair|see badly|do not see|screen reader|large print|walk slowly")
# Units of UCUM that playbooks use, with the prefixes that they take (none for those of time).
ATOM = re.compile(r"(?:[kMum]?(?:W|g|bit|L|m|lx)|Cel|lx|%|s|min|h|d|wk|mo)[23]?")


@each
def test_each_brings_every_part(playbook: Playbook) -> None:
    assert len(playbook.residents_say) >= 2
    assert len(playbook.feedback_questions) >= 2
    assert all(str(one).endswith("?") for one in playbook.feedback_questions)
    assert len(playbook.risks) >= 3
    assert len(playbook.checklist) >= 7
    facts = playbook.disclosure
    assert all(map(str, (facts.purpose, facts.technology, facts.measured_data, facts.retention)))


@each
def test_accessibility_is_the_first_concern(playbook: Playbook) -> None:
    first = playbook.concerns[0]
    assert ACCESS.search(f"{first.worry} {first.answer}")


@pytest.mark.parametrize("code", ["green-spaces", "smart-parks"])
def test_the_gardeners_are_not_forgotten(code: str) -> None:
    assert any("ardeners" in str(one) for one in PLAYBOOKS[code].not_forget)
    assert any("ardener" in str(one) for one in PLAYBOOKS[code].checklist)


@each
def test_units_are_written_as_ucum_does(playbook: Playbook) -> None:
    for one in playbook.indicators:
        if not one.ucum:
            assert one.code == "bill"  # money: UCUM has no unit for it
            continue
        parts = [part for part in re.split(r"[/.()]", one.ucum) if part]
        assert parts, one.code
        assert all(ATOM.fullmatch(part) for part in parts), one.ucum


# Case → what its publication says (shares, counts, amounts), and its level of evidence.
PUBLISHED: dict[str, tuple[int, tuple[str, ...]]] = {
    "E1": (5, ("36 %", "39 developments", "38 without")),
    "E2": (3, ("62 authorities", "No evidence of more collisions")),
    "E4": (1, ("2,115", "2,326", "2,800", "36 of 40", "1,400 of 2,600")),
    "E5": (1, ("25 %", "17.5 %", "32.8 %", "40 %", "21 %", "12 routes")),
    "E6": (3, ("43 %", "23 %", "30 %", "50 %")),
    "E7": (3, ("118", "1.7 %", "340", "2.3 %")),
    "E8": (5, ("83.8 %", "68.8 %", "143", "500")),
    "E9": (5, ("37 %", "39 %", "58 %", "76 %", "541 lots", "445 residents", "38 months")),
    "E10": (3, ("No evidence",)),
    "E11": (0, ("137", "38 %")),
    "E12": (0, ("19.9", "11.8", "2032")),
    "E13": (0, ("85 %", "600,000", "2024")),
    "E14": (1, ("1,000",)),
}


@pytest.mark.parametrize(("case", "level", "figures"), [(c, *v) for c, v in PUBLISHED.items()])
def test_an_evaluation_gives_its_published_figures(
    case: str, level: int, figures: tuple[str, ...]
) -> None:
    found = [one for book in PLAYBOOKS.values() for one in book.lessons if one.case == case]
    assert {one.level for one in found} == {level}
    assert all(one.source and one.design for one in found)
    text = " ".join(f"{one.title} {one.finding} {one.design}" for one in found)
    assert [figure for figure in figures if figure not in text] == []


def test_one_pilot_two_outcomes_two_claims() -> None:
    street = PLAYBOOKS["smart-street-lighting"].lessons
    energy, crime = [one for one in street if one.case == "E3"]
    assert "63 %" in str(energy.finding)
    assert "40 %" in str(energy.finding)
    assert "10.5 %" in str(crime.finding)
    assert "weaker claim" in str(crime.finding)
