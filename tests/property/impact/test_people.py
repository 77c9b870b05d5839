"""Who benefits by group of people: the range holds the truth, and nothing small is found out."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pytest
from numpy.random import Generator

from lamppost.impact.people import AFTER, BEFORE, COMPARISON, PILOT, ByGroup, changes_of
from lamppost.sensing.queries import GroupWave
from lamppost.sensing.released import released_groups, released_rows
from lamppost.vision.models import Indicator

DAYS = {BEFORE: dt.date(2026, 1, 5), AFTER: dt.date(2026, 3, 2)}
NAMES = ("old", "young")
HALVES = dict.fromkeys(NAMES, 0.5)
INDICATOR = Indicator(pk=1, name="People who feel safe")
# Group → who gave a counted answer, and who another one.
Table = dict[str, tuple[int, int]]


def time_of(day: dt.date) -> str:
    return next((time for time, when in DAYS.items() if when == day), "")


def rows_of(table: Table) -> list[dict[str, object]]:
    """The exact rows as they are kept; groups where each has ten people, none below ten."""
    good, people = sum(one[0] for one in table.values()), sum(map(sum, table.values()))
    if people < 10:
        return [{"people": None, "share": None}]
    rows: list[dict[str, object]] = [{"people": people, "share": round(good / people, 4)}]
    if min(map(sum, table.values())) >= 10:
        rows += [
            {"group": group, "people": sum(one), "share": round(one[0] / sum(one), 4)}
            for group, one in table.items()
        ]
    return rows


def found_of(tables: dict[tuple[str, str], Table]) -> ByGroup:
    waves = [
        GroupWave(INDICATOR, DAYS[time], arm, NAMES, "age", released_groups(rows_of(table), HALVES))
        for (arm, time), table in tables.items()
    ]
    [found] = changes_of(waves, time_of)
    return found


def corners(table: Table) -> dict[tuple[str, str], Table]:
    return dict.fromkeys(product((PILOT, COMPARISON), (BEFORE, AFTER)), table)


def draw(rng: Generator, people: int, shares: tuple[float, float]) -> Table:
    counts = [int(rng.binomial(people, share)) for share in shares]
    return {name: (good, people - good) for name, good in zip(NAMES, counts, strict=True)}


@pytest.mark.parametrize(("people", "share"), [(60, 0.5), (150, 0.3)])
def test_the_range_holds_the_true_change_of_each_group(people: int, share: float) -> None:
    rng, held, clear, runs = np.random.default_rng(5), [0, 0], 0, 200
    for _run in range(runs):
        made = {
            (arm, time): draw(
                rng, people, (share + (0.2 if (arm, time) == (PILOT, AFTER) else 0.0), share)
            )
            for arm, time in product((PILOT, COMPARISON), (BEFORE, AFTER))
        }
        found = found_of(made)
        if found.missing:
            continue
        old, young = found.changes
        held[0] += old.low <= 0.2 <= old.high
        held[1] += young.low <= 0 <= young.high
        clear += found.chance is not None and found.chance < 0.05
    assert min(held) >= 0.95 * runs
    assert clear < runs


def test_one_change_for_all_groups_is_rarely_called_unlike() -> None:
    rng, wrong, runs = np.random.default_rng(6), 0, 300
    for _run in range(runs):
        found = found_of({corner: draw(rng, 120, (0.5, 0.4)) for corner in corners({})})
        wrong += found.chance is not None and found.chance < 0.05
    assert wrong <= 0.06 * runs


def test_a_large_change_of_one_group_is_found() -> None:
    tables = corners({"old": (200, 200), "young": (200, 200)})
    tables[PILOT, AFTER] = {"old": (330, 70), "young": (200, 200)}
    old, young = (found := found_of(tables)).changes
    assert old.low > 0.2
    assert young.low < 0 < young.high
    assert found.chance is not None
    assert found.chance < 0.01
    # The town's own change is taken off.
    tables[COMPARISON, AFTER] = tables[PILOT, AFTER]
    assert all(one.low < 0 < one.high for one in found_of(tables).changes)


def test_it_tells_nothing_that_the_public_rows_do_not_tell() -> None:
    """Tables that look the same among the public rows have the same figures by group."""
    rest, figures = corners({"old": (60, 60), "young": (60, 60)}), dict[str, str]()
    told = 0
    for counts in product((6, 9, 10, 20), repeat=4):
        table = {"old": (counts[0], counts[1]), "young": (counts[2], counts[3])}
        look = repr(released_rows(rows_of(table), HALVES))  # type: ignore[arg-type]
        found = found_of({**rest, (PILOT, AFTER): table})
        said = repr((found.changes, found.missing, found.chance))
        assert figures.setdefault(look, said) == said, table
        told += not found.missing
        assert found.missing == ("" if min(counts) >= 10 else "too_few"), table
    assert told


@pytest.mark.parametrize("corner", list(corners({})))
def test_fewer_than_ten_either_way_in_one_group_hides_them_all(corner: tuple[str, str]) -> None:
    """Whoever knew all groups but one, and the whole, would know that one too."""
    tables = corners({"old": (60, 60), "young": (60, 60)})
    tables[corner] = {"old": (60, 60), "young": (9, 90)}
    assert found_of(tables).missing == "too_few"
    assert not found_of(tables).changes
    for few in range(10):
        other = {**tables, corner: {"old": (60, 60), "young": (few, 90)}}
        assert found_of(other) == found_of(tables)


def test_it_says_which_wave_there_is_none_of() -> None:
    tables = corners({"old": (60, 60), "young": (60, 60)})
    for time in (BEFORE, AFTER):
        left = {corner: one for corner, one in tables.items() if corner[1] != time}
        assert found_of(left).missing == time
    del tables[COMPARISON, BEFORE]
    assert found_of(tables).missing == "comparison"


def test_a_wave_of_neither_time_does_not_count() -> None:
    """One that lies between the first and the last start, or after the end of the pilot."""
    tables = corners({"old": (200, 200), "young": (200, 200)})
    waves = [
        GroupWave(INDICATOR, DAYS[time], arm, NAMES, "age", released_groups(rows_of(table), HALVES))
        for (arm, time), table in tables.items()
    ]
    between = dt.date(2026, 2, 2)
    odd = {"old": (390, 10), "young": (10, 390)}
    waves += [
        GroupWave(INDICATOR, between, arm, NAMES, "age", released_groups(rows_of(odd), HALVES))
        for arm in (PILOT, COMPARISON)
    ]
    [found] = changes_of(waves, time_of)
    assert found == found_of(tables)
    assert between not in found.days


def wave(day: dt.date, arm: str, table: Table, by: str = "age") -> GroupWave:
    sizes = dict.fromkeys(table, 1 / len(table))
    tens = released_groups(rows_of(table), sizes)
    return GroupWave(INDICATOR, day, arm, tuple(sorted(table)), by, tens)


def both(time: str, names: tuple[str, ...], good: int = 200, by: str = "age") -> list[GroupWave]:
    table = dict.fromkeys(names, (good, 400 - good))
    return [wave(DAYS[time], arm, table, by) for arm in (PILOT, COMPARISON)]


def test_a_group_that_one_wave_lacks_leaves_the_others_told() -> None:
    first, then = ("old", "young"), ("middle", "old", "young")
    [found] = changes_of([*both(BEFORE, first), *both(AFTER, then)], time_of)
    assert not found.missing
    assert found.names == then
    assert [change.group for change in found.changes] == list(first)
    # A third wave with other groups counts for those that it has.
    early = dt.date(2026, 1, 12)
    more = [wave(early, arm, {"old": (90, 310), "wise": (200, 200)}) for arm in (PILOT, COMPARISON)]

    def time_with(day: dt.date) -> str:
        return BEFORE if day == early else time_of(day)

    [found] = changes_of([*both(BEFORE, first), *more, *both(AFTER, then)], time_with)
    shares = {change.group: change.shares[PILOT, BEFORE] for change in found.changes}
    assert shares["old"] < shares["young"] == 0.5
    assert found.days == (DAYS[BEFORE], early, DAYS[AFTER])


def test_other_groups_before_than_after_are_not_a_wave_that_is_missing() -> None:
    [found] = changes_of(
        [*both(BEFORE, ("old", "young")), *both(AFTER, ("18-29", "75-up"))], time_of
    )
    assert found.missing == "names"
    parts = changes_of(
        [*both(BEFORE, NAMES, by="age"), *both(AFTER, ("north", "south"), by="neighbourhood")],
        time_of,
    )
    assert [one.missing for one in parts] == ["names", "names"]
