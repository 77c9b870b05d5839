"""Summaries everybody sees: one person one weight, ten at a time, wide enough and never empty."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from lamppost.pilots.summaries import (
    RATINGS,
    Answer,
    Place,
    Row,
    ShownRow,
    Width,
    counts_of,
    in_steps,
    public_table,
    ten_at_a_time,
)

START = dt.date(2026, 3, 2)
PLACES = [
    Place(1, "Bell Yard", "North", "pilot"),
    Place(2, "Kiln Street", "North", "pilot"),
    Place(3, "Ropewalk", "South", "pilot"),
    Place(4, "Mercy Lane", "South", "comparison"),
]


def said(person: object, offset: int, rating: str, site: int = 1) -> Answer:
    day = START + dt.timedelta(offset)
    return Answer(str(person), site, dt.datetime.combine(day, dt.time(9), dt.UTC), day, rating)


def crowd(count: int, offset: int, site: int = 1, name: str = "p") -> list[Answer]:
    """Ordinary people on one day: half better, a quarter each the same and worse."""
    ratings = ("better", "same", "better", "worse")
    return [said(f"{name}{site}-{offset}-{n}", offset, ratings[n % 4], site) for n in range(count)]


def widths(table: list[ShownRow]) -> dict[str, Width]:
    return {" + ".join(p.name for p in one.row.places): one.row.width for one in table}


def test_two_thousand_pins_of_one_person_move_a_summary_by_less_than_one_percent() -> None:
    ordinary = [answer for week in range(3) for answer in crowd(50, 7 * week)]
    # Every day for five years, at all sites.
    loud = [said("loud", n - 1800, "worse", 1 + n % 4) for n in range(2000)]
    before, after = counts_of(ordinary), counts_of(ordinary + loud)
    assert sum(before) == 150
    assert sum(after) == 151
    for old, new in zip(before, after, strict=True):
        assert abs(old / 150 - new / 151) < 0.01
    # The table that everybody sees, at the site of the 150.
    quiet, noisy = (
        [one for one in public_table(answers, PLACES, None) if one.row.places[0].site == 1]
        for answers in (ordinary, ordinary + loud)
    )
    share = {
        name: sum(row.row.counts[0] for row in rows) / sum(sum(row.row.counts) for row in rows)
        for name, rows in (("quiet", quiet), ("noisy", noisy))
    }
    assert abs(share["quiet"] - share["noisy"]) < 0.01


def test_single_weeks_are_shown_where_there_are_enough() -> None:
    answers = [answer for week in range(4) for answer in crowd(60, 7 * week)]
    table = public_table(answers, PLACES[:1], None)
    assert [one.row.width for one in table] == [Width.WEEK] * 4
    assert [one.people for one in table] == [60] * 4
    assert [one.cells for one in table] == [(30, 15, 15)] * 4
    assert table[0].row.first == START
    assert table[0].row.last == START + dt.timedelta(6)


def test_too_few_in_a_week_widen_to_four_weeks_then_to_the_technology_then_to_all() -> None:
    weekly = [answer for week in range(8) for answer in crowd(15, 7 * week)]
    [site] = {one.row.width for one in public_table(weekly, PLACES[:1], None)}
    assert site is Width.FOUR_WEEKS
    # The first four weeks have three people each; the technology comes then.
    on = START + dt.timedelta(28)
    thin = [answer for week in range(4) for answer in crowd(3, 7 * week, name="b")]
    later = [answer for week in range(4, 6) for answer in crowd(4, 7 * week)]
    later += crowd(44, 7 * 8)
    found = public_table(thin + later, PLACES[:1], on)
    assert {one.row.width for one in found} <= {Width.TECHNOLOGY, Width.WHOLE}
    few = crowd(12, 0) + crowd(18, 100)
    [row] = public_table(few, PLACES[:1], None)
    assert row.row.width is Width.WHOLE
    assert row.people == 30


def test_before_and_since_the_technology_are_not_mixed_while_each_has_enough() -> None:
    on = START + dt.timedelta(30)
    answers = crowd(48, 3) + [a for n in range(9) for a in crowd(5, 31 + 9 * n)]
    table = public_table(answers, PLACES[:1], on)
    assert [one.row.width for one in table] == [Width.TECHNOLOGY] * 2
    assert table[0].row.last < on <= table[1].row.first


def test_sites_with_too_few_are_put_together_by_neighbourhood_then_by_arm() -> None:
    bell = [said(f"b{n}", 0, "better", 1) for n in range(8)]
    kiln = [said(f"k{n}", 0, "better", 2) for n in range(9)]
    south = crowd(60, 0, 3)
    assert widths(public_table(bell + kiln + south, PLACES[:3], None)).keys() == {
        "Bell Yard + Kiln Street",
        "Ropewalk",
    }
    # Too few in the neighbourhood as well: the site with the fewest joins them.
    assert widths(public_table(bell + south, PLACES[:3], None)).keys() == {"Bell Yard + Ropewalk"}


def test_pilot_sites_and_comparison_sites_are_never_put_together() -> None:
    table = public_table(crowd(60, 0, 3) + crowd(9, 0, 4), PLACES, None)
    assert all(len({place.arm for place in one.row.places}) == 1 for one in table)
    assert all(one.row.places[0].arm == "pilot" for one in table)


def test_fewer_than_ten_people_are_no_table() -> None:
    assert public_table(crowd(9, 0), PLACES, None) == []
    assert public_table([], PLACES, None) == []
    # Ten answers of nine people neither.
    assert public_table([*crowd(9, 0), said("p1-0-0", 3, "same")], PLACES, None) == []


def test_small_counts_are_hidden_with_a_complement() -> None:
    answers = [said(n, 0, "worse" if n < 3 else "better") for n in range(40)]
    [row] = public_table(answers, PLACES[:1], None)
    assert row.cells[2] is None
    assert [row.cells[0], row.cells[1], row.people].count(None) >= 1


def test_ten_more_answers_or_none() -> None:
    answers = [said(n, n // 8, RATINGS[n % 3]) for n in range(95)]
    seen = [public_table(answers[:count], PLACES[:1], None) for count in range(30, 96)]
    moved = [30 + at for at in range(1, len(seen)) if seen[at] != seen[at - 1]]
    assert moved == [40, 50, 60, 70, 80, 90]
    assert len(ten_at_a_time(answers)) == 90


def test_every_counted_answer_is_in_one_row_only() -> None:
    answers = [
        said(f"{site}-{week}-{n}", 7 * week, RATINGS[n % 3], site)
        for site, people in ((1, 40), (2, 12), (3, 2), (4, 30))
        for week in range(5)
        for n in range(people)
    ]
    table = public_table(answers, PLACES, START + dt.timedelta(14))
    places = [one.row.places for one in table]
    for group in set(places):
        rows = [one.row for one in table if one.row.places == group]
        assert all(a.last < b.first for a, b in pairwise(rows))
        sites = {place.site for place in group}
        # Nobody answers twice here: people are answers.
        counted = len(ten_at_a_time(a for a in answers if a.site in sites))
        assert sum(sum(row.counts) for row in rows) == counted
    assert sorted(p.site for group in set(places) for p in group) == [1, 2, 3, 4]
    assert all(sum(one.row.counts) >= 10 for one in table)
    assert all(one.tells for one in table)


def test_what_leaves_the_house_moves_in_steps_of_five() -> None:
    places = (Place(1, "A", "Old Town", "pilot"),)
    row = Row(places, Width.WHOLE, dt.date(2026, 1, 1), dt.date(2026, 2, 1), (13, 0, 22))
    shown_row = in_steps(ShownRow(row, (13, 0, 22), 35))
    assert (shown_row.cells, shown_row.people) == ((10, 0, 20), 30)
    hidden = in_steps(ShownRow(row, (17, None, None), 25))
    assert (hidden.cells, hidden.people) == ((15, None, None), 25)
    assert in_steps(ShownRow(row, (None, None, None), None)).people is None
    # One more person changes what is shown by five or not at all.
    for better in range(10, 40):
        before = in_steps(ShownRow(row, (better, 0, 22), better + 22)).cells[0]
        after = in_steps(ShownRow(row, (better + 1, 0, 22), better + 23)).cells[0]
        assert before is not None
        assert after is not None
        assert after - before in (0, 5)
