"""Attack on everything that is public of residents' answers, at once and over time.

All of it are sums of tens (the other tests of this file hold the pages to that), so whoever knows
every ten and its day knows more than all pages, exports and JSON together. The attack is the
strongest there is: it runs the very method on other towns. A count is found out when every town
with the same tens has the same count. So each test looks for other towns that look the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamppost.pilots.tens import RATINGS, Answer, Place, Ten, count_tens

START = dt.date(2026, 3, 2)
calmly = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

# How many people say one thing, by site and day.
Town = dict[tuple[int, int], int]


def answers_of(town: Town, rating: str = "better") -> list[Answer]:
    return [
        Answer(who, site, moment(day), START + dt.timedelta(day), rating, None, who)
        for (site, day), count in town.items()
        for who in (f"{rating}-{site}-{day}-{n}" for n in range(count))
    ]


def moment(day: int) -> dt.datetime:
    return dt.datetime.combine(START + dt.timedelta(day), dt.time(9), dt.UTC)


def places_of(areas: str) -> list[Place]:
    return [Place(site, f"Street {site}", area.strip(), "pilot") for site, area in enumerate(areas)]


def seen(town: Town, areas: str, last: int, technology: int | None = None) -> tuple[object, ...]:
    """Everything that anybody sees up to the day `last`: a ten is public from its day on."""
    starts = [] if technology is None else [START + dt.timedelta(technology)]
    return tuple(
        (one.site, one.area, one.on, one.since, one.people)
        for one in count_tens(
            answers_of(town), places_of(areas), starts, START + dt.timedelta(last)
        )
    )


@pytest.mark.parametrize(
    ("areas", "days", "most"),
    [("NNN", 1, 10), ("NN ", 1, 10), ("  ", 1, 25), ("N", 2, 30)],
)
def test_no_small_count_of_any_small_town_is_found_out(areas: str, days: int, most: int) -> None:
    """Every town of that size: any count below ten could be any other from none to nine."""
    cells = [(site, day) for site in range(len(areas)) for day in range(days)]
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most), repeat=len(cells)):
        alike[seen(dict(zip(cells, counts, strict=True)), areas, days)].append(counts)
    assert len(alike) > 1
    for towns in alike.values():
        for cell in range(len(cells)):
            possible = {counts[cell] for counts in towns}
            small = [count for count in possible if 0 < count < 10]
            assert not small or len(possible) >= 9, (cells[cell], towns[0], possible)


@st.composite
def towns(draw: st.DrawFn) -> tuple[Town, str, int, int | None]:
    areas = "".join(draw(st.lists(st.sampled_from("NS "), min_size=1, max_size=5)))
    last = draw(st.sampled_from([6, 20, 45]))
    random = Random(draw(st.integers(0, 2**16)))
    often = draw(st.sampled_from([0.1, 0.3]))
    many = draw(st.sampled_from([1, 3, 8]))
    town = {
        (site, day): random.randint(1, many) if random.random() < often else 0
        for site in range(len(areas))
        for day in range(last + 1)
    }
    technology = draw(st.none() | st.integers(1, last))
    return town, areas, last, technology


def another(town: Town, cell: list[tuple[int, int]], look: tuple[object, ...],
            rest: tuple[str, int, int | None], random: Random) -> Town | None:  # fmt: skip
    """Return a town that looks the same with another count in `cell`, or None."""
    within = list(cell)
    random.shuffle(within)
    for key, sign in product(within, (1, -1)):
        if town[key] + sign < 0:
            continue
        changed = {**town, key: town[key] + sign}
        if seen(changed, *rest) == look:
            return changed
        others = [one for one in town if one not in cell and town[one] - sign >= 0]
        random.shuffle(others)
        others.sort(key=lambda one: (one[0] != key[0], abs(one[1] - key[1])))
        for other in others[:15]:
            moved = {**changed, other: changed[other] - sign}
            if seen(moved, *rest) == look:
                return moved
    return None


@calmly
@given(towns(), st.integers(0, 2**16))
def test_no_small_count_is_found_out_over_time(
    made: tuple[Town, str, int, int | None], seed: int
) -> None:
    """Sites by weeks, and the whole arm before and since the technology."""
    town, areas, last, technology = made
    random, look = Random(seed), seen(town, areas, last, technology)
    cells: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for site, day in town:
        cells[site, day // 7].append((site, day))
        cells["arm", technology is not None and day >= technology].append((site, day))
    small = [keys for keys in cells.values() if 0 < sum(town[key] for key in keys) < 10]
    random.shuffle(small)
    for keys in small[:2]:
        assert another(town, keys, look, (areas, last, technology), random) is not None


@calmly
@given(towns(), st.integers(0, 2**16))
def test_nobody_s_answer_is_found_out(made: tuple[Town, str, int, int | None], seed: int) -> None:
    """Whoever answered: a town without that answer looks the same, or by ten people different."""
    town, areas, last, technology = made
    answered = [key for key, count in town.items() if count]
    if not answered:
        return
    gone = Random(seed).choice(answered)
    before = seen(town, areas, last, technology)
    after = seen({**town, gone: town[gone] - 1}, areas, last, technology)

    def total(look: tuple[object, ...]) -> int:
        return sum(one[-1] for one in look)  # type: ignore[index]

    assert abs(total(before) - total(after)) in (0, 10, 20)
    rest = (areas, last, technology)
    assert before == after or another(town, [gone], before, rest, Random(seed)) is not None


@calmly
@given(towns(), st.integers(0, 45))
def test_what_was_public_on_a_day_is_public_for_ever(
    made: tuple[Town, str, int, int | None], day: int
) -> None:
    """Whatever comes later, and when it is counted for good in between."""
    town, areas, last, technology = made
    earlier = seen(town, areas, min(day, last), technology)
    assert seen(town, areas, last, technology)[: len(earlier)] == earlier
    kept_until = START + dt.timedelta(min(day, last))
    places, starts = places_of(areas), []
    if technology is not None:
        starts = [START + dt.timedelta(technology)]
    answers = answers_of(town)
    kept = count_tens(answers, places, starts, kept_until)
    stream = {number: (one.arm, one.since) for one in kept for number in numbers(one)}
    marked = [
        Answer(one.person, one.site, one.at, one.day, one.rating, stream.get(one.person))
        for one in answers
    ]
    until = START + dt.timedelta(last)
    again = count_tens(marked, places, starts, until, kept=kept, kept_until=kept_until)
    assert again == count_tens(answers, places, starts, until)


def numbers(one: Ten) -> tuple[object, ...]:
    return one.numbers


def test_ratings_do_not_tell_of_each_other() -> None:
    """What is counted of one answer is the same whatever others say: no totals, no complements."""
    town = {(site, day): (3 * site + day) % 5 for site in range(3) for day in range(20)}
    alone = seen(town, "NN ", 30)
    many = [one for rating in RATINGS for one in answers_of(town, rating)]
    found = count_tens(many, places_of("NN "), [], START + dt.timedelta(30))
    better = [one for one in found if one.rating == "better"]
    assert tuple((o.site, o.area, o.on, o.since, o.people) for o in better) == alone
