"""The index finds what comparing everything with everything finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamppost.vision.alike import AlikeIndex, groups_among
from lamppost.vision.duplicates import near_duplicates
from lamppost.vision.effects import likeness, movers

WORDS = ["bus", "stop", "stops", "dark", "darker", "too", "light", "lights", "park", "bench", "is"]
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


@given(TEXT, st.lists(TEXT, max_size=12))
def test_the_index_agrees_with_comparing_all(text, others):
    named = dict(enumerate(others))
    plain = near_duplicates(text, named, most=99)
    found = AlikeIndex(named).near(text, most=99)
    assert {(one.key, one.likeness) for one in found} == {(one.key, one.likeness) for one in plain}


@given(st.lists(TEXT, max_size=15))
def test_every_text_is_in_one_group(texts):
    groups = groups_among(dict(enumerate(texts)))
    assert sorted(key for group in groups for key in group) == list(range(len(texts)))
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)


def test_near_texts_are_together_in_the_order_given():
    texts = {1: "The stop is dark", 2: "More benches", 3: "The stop is so dark", 4: "Stop is dark"}
    assert groups_among(texts) == [[1, 3, 4], [2]]


def test_who_moves_does_not_depend_on_the_names_of_groups():
    pairs = [(0, 1)] * 10 + [(1, 0)] * 8
    assert movers(pairs) == 0
    assert likeness(pairs) == 1.0
    assert movers([*pairs, (0, 0), (1, 1)]) == 2
    # Two groups fall together: the smaller one moves, whichever way it is looked at.
    joined = [(0, 0)] * 10 + [(1, 0)] * 4
    assert movers(joined) == movers([(b, a) for a, b in joined]) == 4
    assert movers([]) == 0


def test_likeness_is_that_of_the_reference():
    from tests.reference.opinion.plain import adjusted_rand

    pairs = [(0, 0)] * 5 + [(0, 1)] * 2 + [(1, 1)] * 7 + [(2, 1)] * 3 + [(2, 2)] * 4
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    assert abs(likeness(pairs) - adjusted_rand(first, second)) < 1e-12
