"""Ties, brokerage and betweenness against slow loops and networkx."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations

import networkx
import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.networks import NetworkSummary, Ties, network_summary, ties

ATTENDANCE = [
    ("kick-off", "ana"),
    ("kick-off", "ben"),
    ("kick-off", "cy"),
    ("walk", "cy"),
    ("walk", "dee"),
    ("walk", "dee"),
    ("alone", "eve"),
]
GROUPS = {
    "ana": "city",
    "ben": "city",
    "cy": "residents",
    "dee": "company",
    "eve": "company",
    "fay": "university",
}


def random_attendance(seed: int, people: int = 60, meetings: int = 25) -> list[tuple[str, str]]:
    rng = np.random.default_rng(seed)
    return [
        (f"m{meeting:03}", f"p{person:03}")
        for meeting in range(meetings)
        for person in rng.choice(people, int(rng.integers(1, 8)), replace=False)
    ]


def random_groups(seed: int, people: int = 70) -> dict[str, str]:
    rng = np.random.default_rng(seed)
    return {f"p{person:03}": f"g{rng.integers(5)}" for person in range(people)}


def as_graph(found: Ties, groups: dict[str, str]) -> networkx.Graph:
    graph = networkx.Graph()
    graph.add_nodes_from({*found.people, *groups})
    graph.add_edges_from((tie.first, tie.second) for tie in found.pairs)
    return graph


def test_ties_by_hand() -> None:
    found = ties(ATTENDANCE)
    assert [(t.first, t.second, t.meetings, t.weight) for t in found.pairs] == [
        ("ana", "ben", 1, 0.5),
        ("ana", "cy", 1, 0.5),
        ("ben", "cy", 1, 0.5),
        ("cy", "dee", 1, 1.0),
    ]
    assert found.people == ("ana", "ben", "cy", "dee", "eve")
    assert (found.meetings, found.repeated_rows) == (3, 1)


def test_summary_by_hand() -> None:
    summary = network_summary(ties(ATTENDANCE), GROUPS)
    assert summary.bridges == ("cy", "ana", "ben", "dee")
    assert summary.isolated == ("eve", "fay")
    people = {person.person: person for person in summary.people}
    assert people["cy"].brokerage == 2  # ana - dee and ben - dee
    assert people["cy"].groups_reached == 2
    assert people["cy"].betweenness == pytest.approx(2 / 10)
    assert people["ana"].ties_to_other_groups == 1
    densities = {(pair.first, pair.second): pair.density for pair in summary.group_pairs}
    assert densities["city", "residents"] == 1.0
    assert densities["company", "residents"] == 0.5
    assert densities["city", "city"] == 1.0
    assert densities["residents", "residents"] is None
    assert ("city", "company") in summary.never_met
    assert ("company", "residents") not in summary.never_met
    assert len(summary.never_met) == 4


def test_a_person_without_a_group_is_named() -> None:
    summary = network_summary(ties(ATTENDANCE), {"ana": "city", "dee": "company"})
    assert summary.without_group == ("ben", "cy", "eve")
    assert summary.bridges == ()


@pytest.mark.parametrize("seed", range(5))
def test_ties_equal_slow_counting(seed: int) -> None:
    attendance = random_attendance(seed)
    there: dict[str, set[str]] = {}
    for meeting, person in attendance:
        there.setdefault(meeting, set()).add(person)
    meetings: Counter = Counter()
    weights: Counter = Counter()
    for people in there.values():
        for pair in combinations(sorted(people), 2):
            meetings[pair] += 1
            weights[pair] += 1 / (len(people) - 1)
    found = ties(attendance)
    assert {(t.first, t.second): t.meetings for t in found.pairs} == meetings
    assert {(t.first, t.second): t.weight for t in found.pairs} == pytest.approx(weights)


@pytest.mark.parametrize("seed", range(5))
def test_betweenness_equals_networkx(seed: int) -> None:
    found, groups = ties(random_attendance(seed)), random_groups(seed)
    expected = networkx.betweenness_centrality(as_graph(found, groups))
    summary = network_summary(found, groups)
    assert {p.person: p.betweenness for p in summary.people} == pytest.approx(expected, abs=1e-11)


def test_betweenness_in_several_blocks_and_long_chains() -> None:
    attendance = random_attendance(1, people=600, meetings=300)
    attendance += [(f"c{n}", f"q{m:03}") for n in range(40) for m in (n, n + 1)]
    found = ties(attendance)
    expected = networkx.betweenness_centrality(as_graph(found, {}))
    summary = network_summary(found, {})
    assert {p.person: p.betweenness for p in summary.people} == pytest.approx(expected, abs=1e-11)
    assert max(expected.values()) > 0


@pytest.mark.parametrize("seed", range(3))
def test_brokerage_equals_slow_counting(seed: int) -> None:
    found, groups = ties(random_attendance(seed)), random_groups(seed)
    graph = as_graph(found, groups)
    summary = network_summary(found, groups)
    for person in summary.people:
        slow = sum(
            groups[a] != groups[c] and not graph.has_edge(a, c)
            for a, c in combinations(graph.neighbors(person.person), 2)
        )
        assert person.brokerage == slow
    assert sum(person.brokerage for person in summary.people) > 0


def test_isolated_and_density_equal_networkx() -> None:
    found, groups = ties(random_attendance(7)), random_groups(7)
    graph = as_graph(found, groups)
    summary = network_summary(found, groups)
    assert set(summary.isolated) == set(networkx.isolates(graph))
    for pair in summary.group_pairs:
        first = {p for p in groups if groups[p] == pair.first}
        if pair.first == pair.second:
            expected = networkx.density(graph.subgraph(first))
        else:
            second = {p for p in groups if groups[p] == pair.second}
            between = sum(1 for _ in networkx.edge_boundary(graph, first, second))
            expected = between / (len(first) * len(second))
        assert pair.density == pytest.approx(expected)


def test_a_tie_may_need_more_than_one_meeting() -> None:
    attendance = [*ATTENDANCE, ("again", "ana"), ("again", "ben")]
    summary = network_summary(ties(attendance), GROUPS, smallest_meetings=2)
    assert {person.person for person in summary.people if person.ties} == {"ana", "ben"}


def test_nobody() -> None:
    summary = network_summary(ties([]), {})
    assert summary.people == summary.bridges == summary.group_pairs == ()


def test_json_round_trip() -> None:
    found = ties(random_attendance(2))
    assert Ties.from_json(json.loads(json.dumps(found.to_json()))) == found
    summary = network_summary(found, random_groups(2))
    assert NetworkSummary.from_json(json.loads(json.dumps(summary.to_json()))) == summary


def test_refusals() -> None:
    def code(action) -> str:
        with pytest.raises(EngineError) as caught:
            action()
        return caught.value.code

    assert code(lambda: ties([("m", "a"), ("m", "")])) == "networks.empty_id"
    assert code(lambda: network_summary(ties([]), {"a": ""})) == "networks.empty_group"
    assert (
        code(lambda: network_summary(ties([]), {}, smallest_meetings=0))
        == "networks.smallest_meetings"
    )
    crowd = [("m", f"p{n}") for n in range(20_001)]
    assert code(lambda: ties(crowd)) == "networks.too_many_people"
