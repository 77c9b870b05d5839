"""Random orders of what may happen to stored pilots, from every place on a pilot's way.

A walk starts at each place that a pilot passes, not only at the first: there a few steps reach what
a walk from the beginning would reach once in a thousand. All of it is undone by savepoints, so that
ten thousand orders take no more room than one.
"""

from __future__ import annotations

import contextlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator

from django.db import transaction

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions
from lamppost.pilots.actions import agreement
from lamppost.pilots.actions.gate_use import choose_gates
from lamppost.pilots.models import ClauseCode, Pilot
from lamppost.pilots.queries.gates import life_of
from tests.pilots_walk import EVENTS, OPTIONAL, Walk
from tests.pilots_world import add_sites, day, fill_groups, make_pilot

__all__ = ["EVENTS", "orders"]
MOST_FAULTS = 20


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Let what happens in this block not have happened."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def recorded(pilot: Pilot, by: User) -> None:
    """Record what the gates that a city may leave out ask for: call, choice, clauses, review."""
    values = {"no_call_reason": "Too small.", "link": "", "opened_on": None, "closes_on": None,
              "criteria": ""}  # fmt: skip
    agreement.save_call(pilot=pilot, by=by, values=values)
    bid = agreement.add_bid(pilot=pilot, by=by, values={"organisation": "Glow", "amount": 0})
    said = {"chosen_on": day(-2), "chosen_by": "Jury", "chosen_why": "Best"}
    agreement.choose_bid(pilot=pilot, by=by, bid=bid, **said)
    none = {"juror": "Chair", "none": True, "interest": "", "declared_on": day(-2)}
    agreement.declare_interest(pilot=pilot, by=by, values=none)
    settled = {"settled": True, "where": "§ 1", "missing_reason": ""}
    agreement.save_clauses(pilot=pilot, by=by, answers=dict.fromkeys(ClauseCode.values, settled))
    why = {"no_midterm_reason": "It is short.", "no_change_reason": "Nothing was found."}
    Pilot.objects.filter(pk=pilot.pk).update(**why)


def begin(
    partnership: Partnership, lead: User, other: User, chance: random.Random, number: int
) -> Walk:
    """Start a pilot of a partnership that uses some of the gates: none, all, or by chance."""
    fill_groups(partnership)
    used = [(), OPTIONAL][number] if number < 2 else [k for k in OPTIONAL if chance.random() < 0.5]
    choose_gates(partnership=partnership, by=lead, used=used)
    personal = chance.choice(Pilot.PersonalData.values)
    pilot = make_pilot(partnership, lead, personal_data=personal)
    add_sites(pilot, lead, chance.choice([1, 2]), 1)
    recorded(pilot, lead)
    return Walk(pilot, lead, other, chance)


def orders(
    partnership: Partnership,
    lead: User,
    other: User,
    *,
    count: int,
    seed: int,
    progress: Callable[[int], None] = lambda _done: None,
    first: int = 0,
) -> Counter[str]:
    """Walk `count` random orders, from every place on the way of several pilots.

    Parameters
    ----------
    first
        Number of the first pilot: a fault names its own, and is found again from there.

    Returns
    -------
    Counter
        Of events, refusals and places; ``orders`` is how many were walked.

    Raises
    ------
    ExceptionGroup
        Of what went wrong in any of the orders, each with the steps that led there.
    """
    told: Counter[str] = Counter()
    faults: list[Exception] = []
    number = first
    while told["orders"] < count and len(faults) < MOST_FAULTS:
        with undone():
            _one_pilot(partnership, lead, other, number, (count, seed), told, faults)
        progress(told["orders"])
        number += 1
    if faults:
        raise ExceptionGroup(f"{len(faults)} of {told['orders']} orders", faults)
    return told


def _one_pilot(
    partnership: Partnership,
    lead: User,
    other: User,
    number: int,
    wanted: tuple[int, int],
    told: Counter[str],
    faults: list[Exception],
) -> None:
    count, seed = wanted
    walk = begin(partnership, lead, other, random.Random(f"{seed}-{number}"), number)
    late = number % 3 == 2
    from_each = max(1, min(count // 60, 10))
    if late:
        actions.join_late(pilot=walk.pilot, by=lead, technology_on=day(-9))
    while True:
        walk.check()
        waiting, chance = life_of(walk.pilot).waiting, walk.chance
        for order in range(from_each):
            place = f"{seed}-{number}-{waiting}-{order}"
            walk.chance = random.Random(place)
            try:
                with undone():
                    _one_order(walk, told)
            except Exception as fault:
                fault.add_note(f"order {place}: {walk.done}")
                print(f"order {place}: {walk.done}\n{fault!r}", file=sys.stderr, flush=True)
                faults.append(fault)
        walk.chance = chance
        if waiting is None:
            break
        walk.onward()
    told.update(walk.told)


def _one_order(walk: Walk, told: Counter[str]) -> None:
    walk.done = []
    told["orders"] += 1
    for _step in range(walk.chance.randrange(2, 7)):
        walk.step()
    told["steps"] += len(walk.done)
    _find_ways(walk, told)
    stored = walk.pilot
    told["technology on"] += stored.technology_on is not None
    told["measuring"] += stored.measuring


def _find_ways(walk: Walk, told: Counter[str]) -> None:
    """From wherever the order led: an end, and one time in eight the technology, without stopping.

    The second is found by trying what the messages say, at the cost of a whole life.
    """
    with undone():
        assert not (why := walk.way_out(by_stopping=True)), why
    if walk.chance.random() < 0.125:
        with undone():
            assert not (why := walk.way_out(by_stopping=False)), why
        told["ways to the technology"] += 1
