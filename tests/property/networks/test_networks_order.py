"""The order of rows changes nothing in ties or summary."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.networks import network_summary, ties

IDS = st.sampled_from([f"p{n}" for n in range(9)])
ROWS = st.lists(st.tuples(st.sampled_from([f"m{n}" for n in range(6)]), IDS), max_size=40)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.dictionaries(IDS, st.sampled_from("abc")), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(rows, groups, random) -> None:
    shuffled, people = list(rows), list(groups.items())
    random.shuffle(shuffled)
    random.shuffle(people)
    assert ties(rows) == ties(shuffled)
    summary = network_summary(ties(rows), groups)
    assert summary == network_summary(ties(shuffled), dict(people))
    for person in summary.people:
        assert (person.ties == 0) == (person.person in summary.isolated)
        assert 0 <= person.betweenness <= 1
    for pair in summary.group_pairs:
        assert pair.ties <= pair.possible
