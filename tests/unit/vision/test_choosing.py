"""The choice of the next statement: by chance, the same for the same person, few votes first."""

from __future__ import annotations

from collections import Counter

from lamppost.vision.choosing import choose

PEOPLE = [f"person {number}" for number in range(3000)]


def test_nothing_to_choose_from():
    assert choose("x", [], {}) is None


def test_the_same_person_gets_the_same_statement_in_any_order():
    assert choose("x", [1, 2, 3], {2: 5}) == choose("x", [3, 1, 2], {2: 5})


def test_without_votes_every_statement_comes_up_equally_often():
    drawn = Counter(choose(person, range(10), {}) for person in PEOPLE)
    assert set(drawn) == set(range(10))
    # 300 expected, standard deviation 16.4: five of them.
    assert all(abs(count - 300) < 83 for count in drawn.values())


def test_the_chance_goes_with_one_over_votes_and_one():
    drawn = Counter(choose(person, [1, 2], {1: 9}) for person in PEOPLE)
    # 1 : 10, so 272.7 expected of 3000, standard deviation 15.7: five of them.
    assert abs(drawn[1] - 272.7) < 79


def test_a_new_statement_catches_up_but_not_everybody_sees_it():
    counts = dict.fromkeys(range(1, 61), 100)
    drawn = Counter(choose(person, range(61), counts) for person in PEOPLE)
    assert 0.55 < drawn[0] / len(PEOPLE) < 0.70  # 1 / (1 + 60/101) = 0.627


def test_very_many_votes_do_not_break_it():
    drawn = Counter(choose(person, [1, 2], {1: 10**7, 2: 10**7}) for person in PEOPLE)
    assert abs(drawn[1] - 1500) < 137
