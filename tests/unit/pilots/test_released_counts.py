"""Counts for everybody move in steps and count each person once."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamppost.pilots.queries.feedback import released_counts, released_table, shares_of

# The machine's load is not what is tested.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
answers = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["better", "same", "worse"])), max_size=200
)


def test_fewer_than_ten_people_are_no_count() -> None:
    assert released_counts([(n, "better") for n in range(9)]) == (0, 0, 0)
    assert released_counts([(0, "better")] * 50) == (0, 0, 0)


def test_the_latest_answer_of_a_person_counts() -> None:
    first = [(n, "worse") for n in range(10)]
    assert released_counts([*first, (3, "better")]) == (1, 0, 9)


def test_an_eleventh_person_is_not_counted_yet() -> None:
    rows = [(n, "worse") for n in range(10)]
    for extra in range(1, 5):
        assert released_counts([*rows, *[(10 + n, "better") for n in range(extra)]]) == (0, 0, 10)
    assert released_counts([*rows, *[(10 + n, "better") for n in range(5)]]) == (5, 0, 10)


@calmly
@given(answers)
def test_totals_are_steps_of_five_from_ten(rows: list[tuple[int, str]]) -> None:
    total = sum(released_counts(rows))
    people = len({person for person, _ in rows})
    assert total <= people
    assert total == 0 or (total >= 10 and total % 5 == 0)
    assert people - total < 5 or people < 10


@calmly
@given(answers, st.sampled_from(["better", "same", "worse"]))
def test_one_more_person_within_a_step_changes_nothing(
    rows: list[tuple[int, str]], rating: str
) -> None:
    people = len({person for person, _ in rows})
    if people >= 10 and people % 5 != 4:
        assert released_counts([*rows, ("new", rating)]) == released_counts(rows)


def test_what_leaves_the_house_moves_in_steps_of_five() -> None:
    before, after = (20, 20, 0), (24, 21, 0)
    for counts in (before, after):
        (cells, total), other = released_table([counts, (0, 0, 0)])
        assert cells == (20, 20, 0)
        assert total == 40
        assert other == ((0, 0, 0), 0)
        assert shares_of(cells, total) == (0.5, 0.5, 0.0)


def test_a_hidden_part_hides_its_share_alone() -> None:
    [(cells, total)] = released_table([(33, 17, 3)])
    assert cells[2] is None
    assert shares_of(cells, total)[2] is None
    assert all(cell is None or cell % 5 == 0 for cell in (*cells, total))
