"""What everybody sees by place and time: sums of tens, wide enough and never empty."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from lamppost.pilots.summaries import PlaceRows, Width, table_of
from lamppost.pilots.tens import Answer, Place, Ten, count_tens, shares_of, sums

START = dt.date(2026, 3, 2)
UNTIL = START + dt.timedelta(400)
PLACES = [
    Place(1, "Bell Yard", "North", "pilot"),
    Place(2, "Kiln Street", "North", "pilot"),
    Place(3, "Ropewalk", "North", "pilot"),
    Place(4, "Mercy Lane", "South", "comparison"),
]


def said(person: object, offset: int, rating: str, site: int = 1) -> Answer:
    day = START + dt.timedelta(offset)
    return Answer(str(person), site, dt.datetime.combine(day, dt.time(9), dt.UTC), day, rating)


def crowd(count: int, offset: int, site: int = 1, rating: str = "better") -> list[Answer]:
    return [said(f"{site}-{offset}-{rating}-{n}", offset, rating, site) for n in range(count)]


def tens(answers: list[Answer], *starts: dt.date) -> list[Ten]:
    return count_tens(answers, PLACES, starts, UNTIL)


def table(answers: list[Answer], on: dt.date | None = None) -> tuple[PlaceRows, ...]:
    return table_of(tens(answers, *([on] if on else [])), PLACES, on)


def mixed(count: int, offset: int) -> list[Answer]:
    """As many of each answer on one day."""
    ratings = ("better", "same", "worse")
    return [one for rating in ratings for one in crowd(count, offset, 1, rating)]


def test_single_weeks_are_shown_where_each_has_shares() -> None:
    [place] = table([one for week in range(4) for one in mixed(15, 7 * week)])
    assert place.width is Width.WEEK
    # The five that are left over count in the next week.
    assert [row.counts[0] for row in place.rows] == [10, 20, 10, 20]
    assert (place.rows[0].first, place.rows[0].last) == (START, START + dt.timedelta(6))


def test_too_few_in_a_week_widen_to_four_weeks_then_to_the_technology_then_to_all() -> None:
    [place] = table([one for week in range(8) for one in mixed(4, 7 * week)])
    assert place.width is Width.FOUR_WEEKS
    on = START + dt.timedelta(100)
    [place] = table(mixed(10, 3) + mixed(10, 101) + crowd(10, 250), on)
    assert place.width is Width.TECHNOLOGY
    assert place.rows[0].last < on <= place.rows[1].first
    # Before and since are told apart although one of the two has no shares.
    [place] = table(crowd(10, 3) + mixed(10, 101) + crowd(10, 250), on)
    assert place.width is Width.TECHNOLOGY
    [place] = table(mixed(10, 3) + mixed(10, 250))
    assert place.width is Width.WHOLE


def test_paper_from_before_the_technology_that_comes_late_stays_before_it() -> None:
    on = START + dt.timedelta(20)
    kept_until = START + dt.timedelta(30)
    found = count_tens(mixed(10, 5) + mixed(10, 25), PLACES, [on], UNTIL, kept_until=kept_until)
    [place] = table_of(found, PLACES, on)
    assert [one.on for one in found] == [kept_until + dt.timedelta(1)] * 6
    assert [row.last < on for row in place.rows] == [True, False]


def test_sites_with_too_few_are_put_together_by_neighbourhood() -> None:
    [together] = table(crowd(6, 0, 1) + crowd(5, 0, 2))
    assert together.area == "North"
    assert [place.name for place in together.places] == ["Bell Yard", "Kiln Street", "Ropewalk"]
    assert together.rows[0].counts == (10, 0, 0)


def test_two_places_and_two_kinds_of_site_are_never_put_together() -> None:
    assert table(crowd(9, 0, 1) + crowd(9, 0, 4)) == ()
    two = PLACES[:2]
    assert count_tens(crowd(9, 0, 1) + crowd(9, 0, 2), two, [], UNTIL) == []


def test_people_are_put_together_once_in_four_weeks() -> None:
    few = [one for day in range(40) for site in (1, 2, 3) for one in crowd(1, day, site)]
    days = [(one.on - START).days for one in tens(few) if one.site is None]
    assert days[0] == 3
    assert all(later - earlier >= 28 for earlier, later in pairwise(days))


def test_a_person_counts_once_and_anew_after_the_technology_and_each_change() -> None:
    loud = [said("loud", n, "worse", 1 + n % 3) for n in range(300)]
    nine = crowd(9, 0, rating="worse") + crowd(9, 150, rating="worse")
    nine += crowd(9, 250, rating="worse")
    starts = [START + dt.timedelta(n) for n in (100, 200)]
    found = tens(loud + nine, *starts)
    # Nine and the loud one make a ten wherever they meet; never a second one of the same people.
    assert [(one.since, one.people) for one in found] == [
        (None, 10), (starts[0], 10), (starts[1], 10),
    ]  # fmt: skip
    assert len(tens(loud)) == 0


def test_the_latest_answer_counts_until_somebody_is_counted() -> None:
    nine = crowd(9, 0)
    assert sums(tens([*nine, said("x", 0, "better"), said("x", 1, "worse")])) == (10, 0, 0)
    changed = [*nine, said("x", 0, "worse"), said("x", 1, "better")]
    assert sums(tens(changed)) == (10, 0, 0)
    assert sums(tens([*nine, said("x", 0, "worse")])) == (0, 0, 0)


def test_what_was_counted_stays_whatever_comes_later() -> None:
    first = tens(crowd(12, 0))
    assert [one.people for one in first] == [10]
    kept_until = START + dt.timedelta(10)
    late = crowd(9, 2) + crowd(1, 11)
    again = count_tens(late, PLACES, [], UNTIL, kept=first, kept_until=kept_until)
    assert again[: len(first)] == first
    assert [one.on for one in again[len(first) :]] == [kept_until + dt.timedelta(1)]


def test_fewer_than_ten_are_no_number() -> None:
    assert table(crowd(9, 0)) == ()
    assert table([]) == ()
    # Ten answers of nine people neither.
    assert table([*crowd(9, 0), said("1-0-better-0", 3, "better")]) == ()


def test_a_share_rests_on_enough_people() -> None:
    assert shares_of((10, 0, 0)) == (None, None, None)
    assert shares_of((20, 10, 10)) == (0.5, 0.25, 0.25)
    assert shares_of((90, 10, 0)) == (0.9, 0.1, None)
    assert shares_of((0, 0, 0)) == (None, None, None)
