"""What everybody sees follows from what was said, not from the order in which rows are stored."""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamppost.pilots.summaries import table_of
from lamppost.pilots.tens import RATINGS, Answer, Place, count_tens, sums

START = dt.date(2026, 3, 2)
UNTIL = START + dt.timedelta(60)
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
def test_summaries_do_not_depend_on_the_order_of_rows(
    answers: list[Answer], random: Random, technology: int | None
) -> None:
    on = None if technology is None else START + dt.timedelta(technology)
    starts = [on] if on else []
    stored = list(answers)
    random.shuffle(stored)
    tens = count_tens(answers, PLACES, starts, UNTIL)
    assert count_tens(stored, PLACES, starts, UNTIL) == tens
    # And however the table is cut, it is the same people.
    table = table_of(tens, PLACES, on)
    rows = [row for place in table for row in place.rows]
    assert sum(row.people for row in rows) == sum(sums(tens))
    assert all(cell is None or cell % 10 == 0 for row in rows for cell in row.cells)
    assert all(any(row.people for row in place.rows) for place in table)


@settings(calmly, max_examples=20)
@given(towns(), st.sampled_from(RATINGS))
def test_one_person_is_one_weight(answers: list[Answer], rating: str) -> None:
    moment = dt.datetime.combine(START, dt.time(8), dt.UTC)
    pins = [
        Answer("loud", n % 4, moment + dt.timedelta(n), START + dt.timedelta(n), rating)
        for n in range(200)
    ]
    quiet = sum(sums(count_tens(answers, PLACES, [], START + dt.timedelta(300))))
    loud = sum(sums(count_tens(answers + pins, PLACES, [], START + dt.timedelta(300))))
    # One person more fills one ten at most, or lets people be put together on another day.
    assert loud <= len({one.person for one in answers}) + 1
    assert abs(loud - quiet) <= 20
