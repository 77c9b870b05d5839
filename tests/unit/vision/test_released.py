"""What is released of a landscape, attacked: no small count can be computed back."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamppost.demo.town import make_town
from lamppost.engines.opinion import VoteMatrix, landscape
from lamppost.vision.queries import lists
from lamppost.vision.queries.released import (
    PUBLIC_FORMAT,
    range_of,
    released,
    released_share,
    told_numbers,
)

Counts = tuple[int, int, int]
Cell = tuple[float, float, float, float, int]
MODERATION = {"accepted": 1, "declined": -1, "waiting": 0}


def cell(share: Mapping[str, Any]) -> Cell:
    return share["agree"], share["disagree"], share["low"], share["high"], share["votes"]


@cache
def behind(votes: int) -> dict[Cell, set[Counts]]:
    """Every (agree, disagree, pass) that could stand behind each cell with these votes."""
    found = defaultdict(set)
    for seen in range(votes, votes + 5):
        for agree in range(seen + 1):
            for disagree in range(seen - agree + 1):
                share = released_share(agree=agree, disagree=disagree, seen=seen)
                assert share is not None
                found[cell(share)].add((agree, disagree, seen - agree - disagree))
    return dict(found)


def given_away(counts: Iterable[Counts]) -> list[int]:
    """Small counts that a reader who knows that these are the possible ones can compute."""
    kinds = list(zip(*counts, strict=True))
    return [kind[0] for kind in kinds if len(set(kind)) == 1 and kind[0] < 10]


@pytest.mark.parametrize("votes", [10, 15, 20, 25, 35, 40, 45, 60, 95, 100, 105, 195, 200, 250])
def test_no_cell_has_one_small_count_only_behind_it(votes: int) -> None:
    for possible in behind(votes).values():
        assert given_away(possible) == []


@pytest.mark.parametrize("votes", [10, 15, 20, 35, 40, 95, 100, 195, 200])
def test_even_who_knows_how_many_voted_finds_no_small_count(votes: int) -> None:
    """All of a group may have voted on every statement: then rows tell the number together."""
    for possible in behind(votes).values():
        for seen in range(votes, votes + 5):
            known = [counts for counts in possible if sum(counts) == seen]
            # That nobody disagreed is no count of people; zeros are published elsewhere too.
            assert [n for n in known and given_away(known) if n] == []


@pytest.mark.parametrize("seen", [*range(10, 60), 99, 100, 199, 200, 640])
def test_shares_are_near_the_truth_and_never_above_one_together(seen: int) -> None:
    width = 0.25 if seen < 20 else 0.1 if seen < 40 else 0.05
    for agree in range(seen + 1):
        share = released_share(agree=agree, disagree=seen - agree, seen=seen)
        assert share is not None
        assert abs(share["agree"] - agree / seen) <= width / 2 + 1e-9
        assert share["agree"] + share["disagree"] <= 1 + 1e-9
        assert share["low"] <= share["agree"] <= share["high"]
        assert not (share["agree"] > 0.5 and 2 * agree <= seen), "never more than half by rounding"
    assert released_share(agree=3, disagree=3, seen=9) is None


@cache
def town_result(scale: float) -> tuple[dict[str, Any], frozenset[int]]:
    town = make_town(today=dt.date(2026, 11, 25), scale=scale)
    talk = town.conversation
    last = {}
    for vote in (*talk.votes, *talk.second_thoughts):
        last[str(vote.participant), vote.statement] = vote.value
    found = landscape(
        VoteMatrix.from_triples(
            [(person, statement, value) for (person, statement), value in last.items()],
            participants=[str(one.number) for one in talk.participants],
            statements=[one.number for one in talk.statements],
            moderation={one.number: MODERATION[one.state] for one in talk.statements},
        )
    )
    shown = frozenset(one.number for one in talk.statements if one.state == "accepted")
    return found.to_json(), shown


@pytest.mark.parametrize("scale", [0.1, 1])
def test_the_demo_town_gives_no_small_count_away(scale: float) -> None:
    result, shown = town_result(scale)
    record = released(result, shown)
    attacked = 0
    for row in record["statements"]:
        for share in (*row["shares"], row["everyone"]):
            if share is not None:
                # Above 300 votes each share has three numbers or more behind it, whatever it is.
                if share["votes"] <= 300:
                    assert given_away(behind(share["votes"])[cell(share)]) == []
                attacked += 1
    assert attacked > 50


def test_subtracting_groups_from_everyone_gives_no_small_count_away() -> None:
    """Bounds of each group from everyone's row and the other groups, to the last narrowing."""
    result, shown = town_result(1)
    small = 0
    exact = {row["statement"]: row for row in result["results"]}
    for row in released(result, shown)["statements"]:
        parts = [share for share in row["shares"] if share is not None]
        if row["everyone"] is None or len(parts) < len(row["shares"]):
            continue
        # Whoever has no group may have voted anything: only what is left over bounds it.
        everyone = row["everyone"]
        for kind in ("agree", "disagree"):
            bounds = [_bounds(share, kind) for share in parts]
            _low, high = _bounds(everyone, kind)
            for place, (low, top) in enumerate(bounds):
                others = sum(b[0] for i, b in enumerate(bounds) if i != place)
                narrowed = min(top, high - others)
                true = exact[row["statement"]]["groups"][place][kind]
                assert low <= true <= narrowed
                if 0 < true < 10:
                    small += 1
                    assert narrowed > low, (row["statement"], place, kind)
    assert small > 0, "there is something to protect"


def _bounds(share: Mapping[str, Any], kind: str) -> tuple[int, int]:
    votes = share["votes"]
    step = next(
        s for least, s in ((200, 1), (100, 2), (40, 5), (20, 10), (0, 25)) if votes >= least
    )
    middle = round(share[kind] * 100)
    fits = [
        count
        for seen in range(votes, votes + 5)
        for count in range(seen + 1)
        if abs(200 * count - 2 * middle * seen) <= step * seen
    ]
    return min(fits), max(fits)


def test_the_demo_town_still_has_its_common_ground_and_what_divides() -> None:
    result, shown = town_result(1)
    record = released(result, shown)
    planted = make_town(today=dt.date(2026, 11, 25)).truth.common_ground
    assert all(group["people"] for group in record["groups"])
    assert set(record["common_ground"][: len(planted)]) == set(planted)
    assert len(record["dividing"]) >= 6


def small_result(**ground: Any) -> dict[str, Any]:
    def counts(agree: int, disagree: int) -> dict[str, Any]:
        return {"agree": agree, "disagree": disagree, "seen": agree + disagree}

    return {
        "format": "lamppost.landscape/1",
        "participants": 80,
        "votes": 160,
        "groups": [{"id": 0, "size": 40}, {"id": 1, "size": 40}],
        "results": [
            {"statement": 1, "is_meta": False, "everyone": counts(*every),
             "groups": [counts(*one) for one in groups]}
            for every, groups in [((70, 10), [(35, 5), (35, 5)])]
        ],
        "common_ground": [{"statement": 1}],
        "dividing": [],
        "warnings": [],
        **ground,
    }  # fmt: skip


def test_common_ground_needs_ten_votes_of_each_group() -> None:
    result = small_result()
    assert released(result, {1})["common_ground"] == [1]
    result["results"][0]["groups"][1] = {"agree": 1, "disagree": 0, "seen": 1}
    assert released(result, {1})["common_ground"] == [], "one vote is not more than half of a group"
    result["results"][0]["groups"][1] = {"agree": 9, "disagree": 0, "seen": 9}
    assert released(result, {1})["common_ground"] == []


def test_how_a_hidden_group_leans_changes_nothing_of_what_is_released() -> None:
    for_it, against_it = small_result(), small_result(common_ground=[])
    for result, hidden in ((for_it, (8, 0)), (against_it, (0, 8))):
        result["groups"][1]["size"] = 8
        result["results"][0]["groups"][1] = {"agree": hidden[0], "disagree": hidden[1], "seen": 8}
    assert released(for_it, {1}) == released(against_it, {1})


def test_no_number_of_people_leaves_with_a_warning() -> None:
    params = {"participants": 1, "needed": 7, "size": 3, "group": 0}
    assert told_numbers("opinion.few_votes_each", params) == {"needed": 7}
    for code in ("small_group", "few_participants", "groups_not_tested", "something_new"):
        assert told_numbers(f"opinion.{code}", params) == {}


EARLIER = {
    "format": "lamppost.landscape.public/1",
    "enough": True,
    "people": 50,
    "votes": 400,
    "groups": [{"id": 0, "people": 30}, {"id": 1, "people": None}],
    "statements": [],
    "common_ground": [],
    "dividing": [],
    "warnings": ["opinion.groups_not_tested"],
}


def test_a_public_part_of_the_first_format_is_read_as_one_of_polis() -> None:
    record = released(EARLIER, {1})
    assert record["format"] == PUBLIC_FORMAT
    assert (record["mode"], record["pattern"], record["settled"]) == ("polis", "groups", False)
    assert [group["people"] for group in record["groups"]] == [30, None]
    assert record["undecided"] == []
    assert record["completeness"] is None
    assert released(record, {1}) == record
    assert released({"format": "lamppost.landscape.public/1", "enough": False}, {1}) == {
        "format": PUBLIC_FORMAT,
        "enough": False,
    }


def honest(**fields: Any) -> dict[str, Any]:
    return small_result(mode="honest", pattern="groups", settled=True) | fields


def test_groups_that_are_not_settled_are_not_released_at_all() -> None:
    settled = released(honest(), {1})
    assert [group["people"] for group in settled["groups"]] == [40, 40]
    record = released(honest(settled=False), {1})
    assert record["groups"] == []
    assert record["statements"][0]["shares"] == []
    assert record["statements"][0]["everyone"]["agree"] == 0.85
    assert record["common_ground"] == [1], "of everybody"
    assert (record["pattern"], record["settled"]) == ("groups", False)
    # How people were divided changes nothing: it cannot be computed from what is released.
    other = honest(settled=False)
    other["groups"] = [{"id": 0, "size": 77}, {"id": 1, "size": 3}]
    other["results"][0]["groups"] = [
        {"agree": 69, "disagree": 8, "seen": 77},
        {"agree": 1, "disagree": 2, "seen": 3},
    ]
    assert released(other, {1}) == record


def test_without_a_pattern_everything_is_everybodys() -> None:
    result = honest(pattern="none", settled=False, groups=[])
    result["results"][0]["groups"] = []
    record = released(result, {1})
    assert record["pattern"] == "none"
    assert record["groups"] == []
    assert record["common_ground"] == [1]
    assert record["dividing"] == []


@st.composite
def results(draw: st.DrawFn) -> dict[str, Any]:
    """A stored landscape with any counts, small ones often."""
    groups = draw(st.integers(0, 7))
    sizes = draw(st.lists(st.integers(1, 60), min_size=groups, max_size=groups))
    rows = []
    for number in range(draw(st.integers(1, 6))):
        parts = [_counts(draw, size) for size in [*sizes, draw(st.integers(0, 30))]]
        every = {kind: sum(part[kind] for part in parts) for kind in ("agree", "disagree", "seen")}
        rows.append(
            {"statement": number, "is_meta": draw(st.booleans()), "everyone": every,
             "groups": parts[:-1]}
        )  # fmt: skip
    hidden = draw(st.integers(0, 300))
    return {
        "format": "lamppost.landscape/2",
        "mode": draw(st.sampled_from(["honest", "polis"])),
        "pattern": "groups" if groups else "none",
        "settled": draw(st.booleans()),
        "participants": sum(sizes) + 30,
        "votes": sum(row["everyone"]["seen"] for row in rows),
        "groups": [
            {"id": place, "size": size, "stability": 0.93,
             "representative": [{"statement": 0, "direction": "agree"}]}
            for place, size in enumerate(sizes)
        ],
        "results": rows,
        "common_ground": [],
        "dividing": [],
        "prediction": {"hidden": hidden, "right": 0.8, "right_by_popularity": 0.7},
        "warnings": [{"code": "opinion.small_group", "params": {"size": 3}}],
    }  # fmt: skip


def _counts(draw: st.DrawFn, size: int) -> dict[str, int]:
    seen = draw(st.integers(0, size))
    agree = draw(st.integers(0, seen))
    return {"agree": agree, "disagree": draw(st.integers(0, seen - agree)), "seen": seen}


@given(results())
def test_every_list_can_be_made_again_from_the_released_numbers(result: dict[str, Any]) -> None:
    """So a list says nothing of people that the numbers beside it do not say."""
    record = released(result, {0, 1, 2, 3})
    # As the open data have it: the counts of the engine are gone.
    told = json.loads(json.dumps(record))
    rows = [row for row in told["statements"] if not row["is_meta"]]
    tested = told["mode"] != "polis"
    assert lists.common_ground(rows, tested=tested) == record["common_ground"]
    assert lists.dividing(rows) == record["dividing"]
    assert record["undecided"] == (lists.undecided(rows) if tested else [])


@given(results())
def test_no_count_below_ten_and_no_part_of_everyone_below_ten_is_told(
    result: dict[str, Any],
) -> None:
    record = released(result, {0, 1, 2, 3})
    exact = {row["statement"]: row for row in result["results"]}
    shown = bool(record["groups"])
    for group, whole in zip(record["groups"], result["groups"], strict=False):
        assert (group["people"] is None) == (whole["size"] < 10)
        assert whole["size"] >= 10 or group["stability"] is None
    for row in record["statements"]:
        truth = exact[row["statement"]]
        parts = [part["seen"] for part in truth["groups"]] if shown else []
        for share, seen in zip(row["shares"], parts, strict=True):
            assert (share is None) == (seen < 10)
        rest = truth["everyone"]["seen"] - sum(parts)
        if any(0 < part < 10 for part in (*parts, rest)):
            assert row["everyone"] is None
    for place, group in enumerate(record["groups"]):
        for item in group["typical"]:
            row = next(r for r in record["statements"] if r["statement"] == item["statement"])
            assert row["shares"][place] is not None
    told = record["completeness"]
    assert (told is None) == (result["prediction"]["hidden"] < 10)


def test_about_how_many_votes_would_settle_it() -> None:
    def row(agree: float, votes: int) -> dict[str, Any]:
        low, high = range_of(round(100 * agree), votes)
        share = {"agree": agree, "disagree": 0.0, "low": low, "high": high, "votes": votes}
        return {"statement": 1, "is_meta": False, "shares": [], "everyone": share}

    (found,) = lists.undecided([row(0.6, 40)])
    more = found["more_votes"]
    assert more is not None
    assert range_of(60, 40 + more)[0] >= 0.5
    assert range_of(60, 40 + more - 25)[0] <= 0.5
    assert lists.undecided([row(0.5, 40)]) == [{"statement": 1, "more_votes": None}]
    assert lists.undecided([row(0.9, 40)]) == []
    assert lists.undecided([row(0.1, 40)]) == [], "surely not shared is decided too"
