"""The state machine of a pilot's life, walked at random and through every state that it has."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lamppost.pilots.machine import MEASURING, ORDER, PROTECTING, RANK, TECHNOLOGY, Life
from lamppost.pilots.models import MANDATORY

ORDERS = 10_000
LONGEST = 40
OPTIONAL = sorted(set(ORDER) - MANDATORY)
# The gates that stand before the technology of a pilot that began here, in plain words again.
BEFORE_TECHNOLOGY = {"problem", "data_protection", "disclosure", "measuring", "baseline"}


def events(life: Life) -> Iterator[tuple[str, Life]]:
    """Return every event that somebody may cause in this state, with the state after it."""
    for kind in ORDER:
        if life.refusal(kind) is None:
            yield f"pass {kind}", life.with_gate(kind)
    if (last := life.last()) is not None:
        yield f"open {last}", life.without_gate(last)
    if "data_protection" in life.passed and not life.decided:
        yield "purpose changed", life.with_protection_open()
    if "disclosure" in life.passed and not life.decided:
        yield "notices changed", life.with_notices_open()
    if {"sites", "disclosure"} & life.passed and not life.decided:
        yield "sites changed", life.with_sites_open()
    if not life.decided:
        yield ("resume" if life.paused else "pause"), replace(life, paused=not life.paused)
        yield "stop", life.with_gate("decision")
    if not life.passed and not life.joined_late:
        yield "join late", replace(life, joined_late=True, technology=True)


def forbidden(life: Life) -> list[str]:
    """Return what must never be, written down without the machine's own rules."""
    found = []
    if life.measuring and not {"data_protection", "disclosure", "measuring"} <= life.passed:
        found.append("measuring without protection")
    if life.measuring and (life.paused or "decision" in life.passed):
        found.append("measuring while paused or decided")
    if "technology" in life.passed and not life.technology:
        found.append("technology gate without technology")
    if life.technology and not life.joined_late:
        # Data protection, notices and sites may have been opened since; the baseline stays.
        held = BEFORE_TECHNOLOGY - {*PROTECTING, MEASURING}
        if not held <= life.passed:
            found.append("technology without what comes before it")
    if "lesson" in life.passed and "decision" not in life.passed:
        found.append("a lesson of a pilot that is not decided")
    if life.passed - life.used:
        found.append("a gate that nobody uses")
    return found


def starts() -> Iterator[Life]:
    """Every choice of the gates that a city may leave out."""
    for number in range(2 ** len(OPTIONAL)):
        chosen = {kind for bit, kind in enumerate(OPTIONAL) if number >> bit & 1}
        yield Life(used=MANDATORY | chosen)


def test_ten_thousand_orders_reach_no_forbidden_state() -> None:
    chance = random.Random(20261125)
    choices = list(starts())
    technology = late = reopened = 0
    for _order in range(ORDERS):
        life = chance.choice(choices)
        for _step in range(chance.randrange(5, LONGEST)):
            possible = list(events(life))
            # Half of the time onward: pure chance would hardly ever reach the technology.
            onward = [one for one in possible if one[0] == f"pass {life.waiting}"]
            if onward and chance.random() < 0.6:
                possible = onward
            name, after = chance.choice(possible)
            reopened += name == "purpose changed" and life.technology
            assert not forbidden(after), (name, life, forbidden(after))
            if name == f"pass {TECHNOLOGY}":
                technology += 1
                assert after.used & {k for k in ORDER if RANK[k] < RANK[TECHNOLOGY]} <= after.passed
            late += name == "join late"
            life = after
    # The walk went where it matters.
    assert technology > ORDERS / 10
    assert late > 100
    assert reopened > 100


def test_whatever_may_not_be_passed_says_why() -> None:
    life = Life()
    assert life.refusal("technology") == ("missing", "problem")
    assert life.refusal("call") == ("unused", "call")
    assert life.refusal("lesson") == ("undecided", "decision")
    stopped = life.with_gate("decision")
    assert stopped.refusal("problem") == ("decided", "problem")
    assert stopped.refusal("lesson") is None


@pytest.mark.parametrize("used", [MANDATORY, frozenset(ORDER)], ids=["fewest", "all"])
def test_no_state_is_a_dead_end(used: frozenset[str]) -> None:
    """From every state that can be reached, technology on or an end can be reached.

    Stopping is always open to a pilot, so the way to the technology is asked for without it: only
    a decided pilot, or one whose technology is on, has none.
    """
    found = {Life(used=used)}
    queue = deque(found)
    before: dict[Life, set[Life]] = {}
    while queue:
        life = queue.popleft()
        assert not forbidden(life), (life, forbidden(life))
        for name, after in events(life):
            if name != "stop":
                before.setdefault(after, set()).add(life)
            if after not in found:
                found.add(after)
                queue.append(after)
    goals = {life for life in found if life.technology or life.decided}
    reached, queue = set(goals), deque(goals)
    while queue:
        for earlier in before.get(queue.popleft(), ()):
            if earlier not in reached:
                reached.add(earlier)
                queue.append(earlier)
    assert found == reached
    assert len(found) > 50
