"""Whatever the votes are, the honest mode answers, and its answers fit together."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lamppost.engines.opinion.grouping import group_people
from lamppost.engines.opinion.keys import row_keys
from lamppost.engines.opinion.pattern import find_pattern
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.stability import replicate
from lamppost.engines.opinion.tendency import enough_votes, votes_that_count

TABLES = arrays.arrays(
    np.int8,
    st.tuples(st.integers(0, 24), st.integers(0, 9)),
    elements=st.sampled_from([1, 1, -1, 0, -128]),
)


@settings(max_examples=40)
@given(TABLES, st.integers(0, 5), st.integers(0, 2**20))
def test_any_votes_get_an_answer_that_fits_together(table, k, bits):
    statements = table.shape[1]
    aside = np.array([bool(bits >> i & 1) and i % 3 == 0 for i in range(statements)], dtype=bool)
    votes = SparseVotes.from_table(table, aside)
    found = find_pattern(votes, seed=bits)
    assert (found.kind == "none") == (found.groups == 0)
    assert 0 < found.p_value <= 1
    assert 0 < found.groups_p_value <= 1
    if found.kind == "groups":
        assert found.groups_p_value <= 0.05
    grouped = group_people(votes, k, seed=bits)
    able = votes_that_count(votes) >= enough_votes(votes)
    assert set(np.unique(grouped.labels)) <= set(range(-1, max(k, 1)))
    if grouped.k:
        assert ((grouped.labels >= 0) <= able).all()
        assert np.isclose(grouped.shares.sum(), 1)
    stable = replicate(votes, grouped, row_keys(votes, list(range(statements)), 0), 3)
    assert ((stable.membership >= 0) & (stable.membership <= 1)).all()
    assert not stable.membership[grouped.labels < 0].any()
    assert len(stable.per_group) == grouped.k
