"""What is different between two publications of the vision."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lamppost.vision.publications import compare, compare_text, sentences


def goal(number: int, title: str, **values: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"description": "", "agreed_on": None, "statements": []}
    return {"id": number, "title": title, "indicators": [], **given, **values}


def indicator(name: str, unit: str = "per hour") -> dict[str, Any]:
    return {"name": name, "unit": unit, "direction": "up", "worth_it": 2, "baseline_source": ""}


texts = st.lists(st.sampled_from(["One.", "Two!", "Three?", "Four"]), max_size=6).map(" ".join)


@given(texts, texts)
def test_both_texts_can_be_read_off_the_comparison(earlier: str, later: str) -> None:
    pieces = compare_text(earlier, later)
    assert [p.text for p in pieces if p.change != "added"] == sentences(earlier)
    assert [p.text for p in pieces if p.change != "taken_out"] == sentences(later)


def test_marks_of_markdown_are_no_change() -> None:
    assert not compare("**One.** Two.", "One. Two.", [], [])
    assert sentences("By 2028:\n\n- Light.\n- Dark.") == ["By 2028:", "Light.", "Dark."]


def test_goals_are_known_by_their_number_then_by_their_title() -> None:
    before = [goal(1, "Light"), goal(2, "Power"), goal(3, "Trees")]
    after = [goal(1, "Warm light"), goal(9, "Trees"), goal(10, "Benches")]
    found = compare("", "", before, after)
    assert (found.added, found.taken_out) == (("Benches",), ("Power",))
    assert [(one.title, one.earlier_title) for one in found.changed] == [("Warm light", "Light")]


def test_indicators_are_added_taken_out_and_measured_otherwise() -> None:
    before = [goal(1, "Light", indicators=[indicator("A"), indicator("B")])]
    after = [goal(1, "Light", indicators=[indicator("B", "per day"), indicator("C")])]
    (one,) = compare("", "", before, after).changed
    assert (one.added, one.taken_out, one.changed) == (("C",), ("A",), ("B",))


def test_other_statements_and_another_day_are_a_change() -> None:
    named = [{"conversation": "abc", "number": 4}]
    (one,) = compare("", "", [goal(1, "Light")], [goal(1, "Light", statements=named)]).changed
    assert one.statements
    assert not one.agreed
    (one,) = compare("", "", [goal(1, "L")], [goal(1, "L", agreed_on="2026-03-04")]).changed
    assert one.agreed
    assert not one.statements
