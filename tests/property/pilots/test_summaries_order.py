"""What everybody sees follows from what was said, not from the order in which it came in."""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamppost.pilots.summaries import RATINGS, Answer, Place, counts_of, public_table

START = dt.date(2026, 3, 2)
PLACES = [Place(n, f"Street {n}", "North" if n < 2 else "", "pilot") for n in range(4)]
calmly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def towns(draw: st.DrawFn) -> list[Answer]:
    """Up to 150 answers, one per person, site and day, as the database holds them."""
    keys = draw(
        st.lists(
            st.tuples(st.integers(0, 60), st.integers(0, 3), st.integers(0, 40)),
            max_size=150,
            unique=True,
        )
    )
    random = Random(draw(st.integers(0, 2**16)))
    return [
        Answer(
            person,
            site,
            # Paper of a day has one moment for all.
            dt.datetime.combine(START + dt.timedelta(day), dt.time(12), dt.UTC),
            START + dt.timedelta(day),
            random.choice(RATINGS),
        )
        for person, site, day in keys
    ]


@calmly
@given(towns(), st.randoms(use_true_random=False), st.none() | st.integers(0, 40))
def test_summaries_do_not_depend_on_the_order_of_arrival(
    answers: list[Answer], random: Random, technology: int | None
) -> None:
    on = None if technology is None else START + dt.timedelta(technology)
    arrived = list(answers)
    random.shuffle(arrived)
    assert counts_of(arrived) == counts_of(answers)
    table = public_table(answers, PLACES, on)
    assert public_table(arrived, PLACES, on) == table
    # And nothing of fewer than ten people is in it.
    assert all(sum(one.row.counts) == 0 or sum(one.row.counts) >= 10 for one in table)
    for one in table:
        assert all(cell is None or cell == 0 or cell >= 10 for cell in one.cells)


@calmly
@given(towns(), st.integers(0, 3), st.sampled_from(RATINGS))
def test_one_person_is_one_weight(answers: list[Answer], site: int, rating: str) -> None:
    people = {one.person for one in answers}
    moment = dt.datetime.combine(START, dt.time(8), dt.UTC)
    pins = [
        Answer("loud", (site + n) % 4, moment + dt.timedelta(n), START + dt.timedelta(n), rating)
        for n in range(200)
    ]
    counted = counts_of(answers + pins)
    assert sum(counted) == len(people) + 1
    assert counted[RATINGS.index(rating)] == counts_of(answers)[RATINGS.index(rating)] + 1
