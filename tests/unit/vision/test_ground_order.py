"""The order of the public common ground: safe before high by luck, one weak group counts."""

from __future__ import annotations

from typing import Any

import pytest

from lamppost.vision.queries.lists import common_ground
from lamppost.vision.queries.released import released_share


def row(statement: int, *parts: tuple[int, int]) -> dict[str, Any]:
    """A statement with (agreeing, votes) of each group."""
    shares = [
        released_share(agree=agree, disagree=seen - agree, seen=seen) for agree, seen in parts
    ]
    return {"statement": statement, "shares": shares, "everyone": None}


def test_a_share_of_few_votes_does_not_lead_by_luck() -> None:
    few, many, rest = (
        row(1, (20, 20), (20, 20)),
        row(2, (376, 400), (376, 400)),
        row(3, (240, 400), (260, 400)),
    )
    assert common_ground([few, many, rest], tested=True) == [2, 1, 3]


def test_one_weak_group_costs_more_than_a_strong_one_gives() -> None:
    even, uneven = row(1, (320, 400), (320, 400)), row(2, (390, 400), (245, 400))
    assert common_ground([uneven, even], tested=True) == [1, 2]


def test_more_votes_of_the_same_share_are_safer() -> None:
    rows = [
        row(number, (votes * 8 // 10, votes), (votes * 8 // 10, votes))
        for number, votes in ((1, 50), (2, 100), (3, 400))
    ]
    assert common_ground(rows, tested=True) == [3, 2, 1]


@pytest.mark.parametrize("tested", [True, False])
def test_a_hidden_share_keeps_a_statement_off_and_teaches_nothing(tested: bool) -> None:
    shown = [row(1, (90, 100), (85, 100)), row(2, (80, 100), (95, 100))]
    hidden = row(3, (9, 9), (100, 100))
    assert common_ground([*shown, hidden], tested=tested) == common_ground(shown, tested=tested)


def test_no_statement_gives_no_list() -> None:
    assert common_ground([], tested=True) == []
