"""A frozen plan rules: its sites and its end, whatever became of the pilot later."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lamppost.impact.ruling import Present, Spot, rule

START, END = dt.date(2026, 2, 16), dt.date(2026, 6, 14)
SITES = (Spot("Mill lane", "pilot", "aa"), Spot("Dock road", "comparison", "bb"))


def frozen(**values: Any) -> dict[str, Any]:
    sites = [
        {"name": one.name, "code": one.code, "arm": one.arm, "step": None, "starts_on": None,
         "block": ""}
        for one in SITES
    ]  # fmt: skip
    return {
        "design": "compared",
        "sites": sites,
        "start": START.isoformat(),
        "end": END.isoformat(),
        **values,
    }


def now(*spots: Spot, **values: Any) -> Present:
    values = {"ends_on": END, "technology_on": START, **values}
    return Present(spots or SITES, **values)


def moved(to: dt.date, on: dt.date, what: str = "ends_on") -> dict[str, str]:
    return {"what": what, "from": END.isoformat(), "to": to.isoformat(), "on": on.isoformat(),
            "why": "It snowed."}  # fmt: skip


def test_a_pilot_as_planned_departs_in_nothing() -> None:
    found = rule(frozen(), now())
    assert (found.end, found.how, found.goes_on, found.departs) == (END, "", False, ())
    assert (found.added, found.turned, found.gone) == ((), (), ())


@pytest.mark.parametrize(
    ("said_on", "end", "how"),
    [
        (dt.date(2026, 4, 30), dt.date(2026, 5, 3), "shortened"),  # ahead
        (dt.date(2026, 5, 3), dt.date(2026, 5, 3), "shortened"),
        (dt.date(2026, 5, 4), END, ""),  # when the readings of that day were known
        (None, END, ""),  # nobody knows when
    ],
)
def test_an_earlier_end_counts_only_where_it_was_said_ahead(
    said_on: dt.date | None, end: dt.date, how: str
) -> None:
    earlier = dt.date(2026, 5, 3)
    moves = [moved(earlier, said_on)] if said_on else []
    found = rule(frozen(), now(ends_on=earlier, moves=moves))
    assert (found.end, found.how) == (end, how)
    assert found.departs == (("end",) if how else ())
    assert not found.goes_on


def test_each_move_counts_where_it_was_said_ahead_of_both_days() -> None:
    """Of two ends whose readings are known nobody chooses."""
    earlier, ahead, late = dt.date(2026, 5, 3), dt.date(2026, 4, 1), dt.date(2026, 6, 1)
    back, again = moved(END, late), moved(earlier, late)
    found = rule(frozen(), now(moves=[moved(earlier, ahead), back]))
    assert (found.end, found.how, found.departs) == (earlier, "shortened", ("end",))
    moves = [moved(earlier, ahead), moved(END, ahead + dt.timedelta(9)), again]
    found = rule(frozen(), now(ends_on=earlier, moves=moves))
    assert (found.end, found.how) == (END, "")
    moves = [moved(earlier, ahead), again]
    assert rule(frozen(), now(ends_on=earlier, moves=moves)).how == "shortened"
    moves = [moved(earlier, ahead, what="technology_starts_on")]
    assert rule(frozen(), now(ends_on=earlier, moves=moves)).how == ""


def test_an_end_that_was_chosen_when_the_plan_was_frozen_is_told() -> None:
    found = rule(frozen(end=None), now(ends_on=None))
    assert (found.end, found.chosen, found.departs) == (None, False, ())
    found = rule(frozen(end=None), now())
    assert (found.end, found.chosen, found.departs) == (END, True, ("end",))


def test_a_stop_after_an_earlier_end_changes_nothing() -> None:
    earlier = dt.date(2026, 5, 3)
    moves = [moved(earlier, dt.date(2026, 4, 1))]
    stop = earlier + dt.timedelta(20)
    found = rule(frozen(), now(ends_on=earlier, moves=moves, stopped_on=stop))
    assert (found.end, found.how) == (earlier, "shortened")


def test_a_stop_ends_it_and_one_after_the_plan_does_not() -> None:
    stop = dt.date(2026, 5, 20)
    found = rule(frozen(), now(stopped_on=stop))
    assert (found.end, found.how) == (stop, "stopped")
    found = rule(frozen(), now(stopped_on=END + dt.timedelta(9)))
    assert (found.end, found.how) == (END, "")


@pytest.mark.parametrize("later", [END + dt.timedelta(60), None])
def test_a_longer_pilot_is_judged_to_the_end_of_its_plan(later: dt.date | None) -> None:
    found = rule(frozen(), now(ends_on=later))
    assert (found.end, found.goes_on, found.departs) == (END, True, ())


def test_sites_count_as_the_plan_names_them() -> None:
    turned = Spot("Dock road", "pilot", "bb")
    late = Spot("New street", "comparison", "cc")
    found = rule(frozen(), now(SITES[0], turned, late))
    assert (found.added, found.turned) == (("New street",), ("Dock road",))
    assert found.counted(late) is None
    assert found.counted(turned) == SITES[1]
    assert found.departs == ("sites",)


def test_a_site_is_known_by_its_code_and_a_swapped_one_is_not_planned() -> None:
    named_anew = Spot("Dock road, south", "comparison", "bb")
    found = rule(frozen(), now(SITES[0], named_anew))
    assert found.departs == ()
    assert found.counted(named_anew) == SITES[1]
    swapped = Spot("Another road", "comparison", "cc")
    found = rule(frozen(), now(SITES[0], swapped))
    assert (found.added, found.gone) == (("Another road",), ("Dock road",))
    assert found.departs == ("sites",)


def test_a_record_without_codes_takes_another_name_for_the_same_place() -> None:
    record = frozen()
    for one in record["sites"]:
        del one["code"]
    named_anew = Spot("Dock road, south", "comparison", "bb")
    assert rule(record, now(SITES[0], named_anew)).departs == ()
    two = (named_anew, Spot("Another road", "comparison", "cc"))
    found = rule(record, now(SITES[0], *two))
    assert (len(found.added), found.gone) == (2, ("Dock road",))


def test_lots_drawn_later_count_as_they_fell_and_the_lots_of_the_plan_stay() -> None:
    drawn = (Spot("Mill lane", "comparison", "aa"), Spot("Dock road", "pilot", "bb"))
    found = rule(frozen(), now(*drawn, seed="7"))
    assert found.redrawn
    assert [found.counted(one) for one in drawn] == list(drawn)
    record = frozen(design="lottery", lottery_seed="7")
    found = rule(record, now(*drawn, seed="7"))
    assert not found.redrawn
    assert [found.counted(one) for one in drawn] == list(SITES)


def test_without_a_frozen_plan_the_pilot_counts_as_it_is() -> None:
    found = rule({}, now(stopped_on=START + dt.timedelta(30)))
    assert (found.end, found.planned_end, found.how) == (START + dt.timedelta(30), None, "")
    assert found.counted(SITES[0]) == SITES[0]
