"""Next statement: what goes first, with what chance, and why."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.routing import (
    FEW_VOTES,
    FIRST_VISITORS,
    NEW,
    PLACE_OPEN,
    QUOTA,
    REASONS,
    TELLS_APART,
    TURN,
    Priority,
    StatementState,
    choose,
    priorities,
    probabilities,
    shortfall,
)


def state(votes: int, agrees: int, **more: object) -> StatementState:
    return StatementState(votes, agrees, eligible=more.pop("eligible", 200), **more)  # type: ignore[arg-type]


def crowd(size: int, seed: int, groups: int = 3, most: int = 60) -> dict[int, StatementState]:
    rng, result = random.Random(seed), {}
    for key in range(size):
        votes = [rng.randint(0, most) for _ in range(groups)]
        cells = tuple((rng.randint(0, one), one) for one in votes)
        agrees = sum(cell[0] for cell in cells)
        result[key] = state(sum(votes), agrees, groups=cells, extremity=rng.random())
    return result


def plain(statements: dict[int, StatementState], group: int | None, top: int = 10) -> dict:
    """The weights of `priorities` once more, one statement at a time in plain Python."""
    young = {k: s for k, s in statements.items() if s.votes < QUOTA and s.shown < 3 * QUOTA}
    ready = {k: s for k, s in statements.items() if k not in young}
    result = {}
    for key, one in young.items():
        n: float = one.votes
        if group is not None:
            n = (one.groups[group][1] * len(one.groups) + n) / 2
        result[key] = (1 / (n + 1) / (n + 2)) ** 2
    total = sum(result.values())
    result = {key: weight / total for key, weight in result.items()}
    if not ready:
        return result
    cells = {k: s.groups or ((s.agrees, s.votes),) for k, s in ready.items()}
    width = len(next(iter(cells.values())))
    sizes = [1 + sum(own[g][1] for own in cells.values()) for g in range(width)]
    share = {k: [(a + 1) / (n + 2) for a, n in own] for k, own in cells.items()}
    errors = {
        k: [(1 - p) / p / (n + 3) for p, (_, n) in zip(share[k], own, strict=True)]
        for k, own in cells.items()
    }
    score = {k: sum(math.log(p) for p in share[k]) for k in ready}
    spread = {k: math.sqrt(sum(errors[k])) for k in ready}
    ordered, spreads = sorted(score.values(), reverse=True), sorted(spread.values())
    middle = (spreads[(len(spreads) - 1) // 2] + spreads[len(spreads) // 2]) / 2
    border = (ordered[top - 1] + ordered[top]) / 2 if len(ordered) > top else math.inf
    gain = {}
    for k, own in cells.items():
        reach = max(spread[k], middle)
        density = sum(abs(other - score[k]) <= reach for other in ordered) / (2 * reach)
        drop = [e / (n + 4) for e, (_, n) in zip(errors[k], own, strict=True)]
        own_drop = (
            sum(d * size for d, size in zip(drop, sizes, strict=True)) / sum(sizes)
            if group is None
            else drop[group]
        )
        half = min(
            abs(p - 0.5) / math.sqrt(p * (1 - p) / (n + 3))
            for p, (_, n) in zip(share[k], own, strict=True)
        )
        near = math.exp(-0.5 * min(((score[k] - border) / spread[k]) ** 2, 60))
        near += math.exp(-0.5 * min(half**2, 60))
        gain[k] = (density**2 * own_drop * (1 + 0.5 * near)) ** 2
    extremity = sum(s.extremity for s in ready.values())
    for k, s in ready.items():
        telling = 0.05 * s.extremity / extremity if extremity else 0
        result[k] = 0.9 * gain[k] / sum(gain.values()) + telling + 0.05 / len(ready)
    whole = sum(result[k] for k in ready)
    return result | {k: result[k] / whole for k in ready}


@pytest.mark.parametrize("group", [None, 0, 2])
@pytest.mark.parametrize(("size", "most"), [(4, 60), (40, 60), (40, 9)])
def test_weights_against_plain_python(size: int, most: int, group: int | None) -> None:
    statements = crowd(size, 7 + size, most=most)
    wanted = plain(statements, group)
    found = priorities(statements, group=group)
    assert found.keys() == statements.keys()
    for key, one in found.items():
        assert one.weight == pytest.approx(wanted[key], rel=1e-9)


def test_a_statement_under_the_quota_goes_before_established_ones() -> None:
    statements = {key: state(90, 40) for key in range(300)}
    statements[300] = state(2, 1, eligible=5)
    chances = probabilities(statements, priorities(statements))
    assert chances[300] == pytest.approx(0.9)
    assert priorities(statements)[300].reason == NEW


def test_twenty_votes_among_fifty_visitors_of_one_answer_each() -> None:
    """The promise to late statements: one that comes to 300 established ones gets its votes."""
    for trial in range(6):
        statements = {key: state(60 + key % 30, 40) for key in range(300)}
        votes = 0
        for visitor in range(FIRST_VISITORS):
            statements[300] = state(votes, votes, eligible=visitor)
            found = choose(f"{trial}|{visitor}", statements, priorities(statements))
            assert found is not None
            votes += found.statement == 300
        assert votes >= QUOTA


def test_the_less_answered_by_the_own_group_comes_first() -> None:
    statements = {
        1: state(30, 15, groups=((10, 20), (5, 10))),
        2: state(30, 15, groups=((5, 10), (10, 20))),
    }
    first, second = priorities(statements, group=0), priorities(statements, group=1)
    assert first[2].weight > first[1].weight
    assert second[1].weight > second[2].weight


def test_reasons() -> None:
    statements = {
        1: state(3, 1, eligible=10),
        2: state(3, 1, eligible=80),
        3: state(40, 20, extremity=0.1),
        4: state(5000, 4990, extremity=9.0),
        5: state(5000, 10),
    }
    reasons = {key: one.reason for key, one in priorities(statements).items()}
    assert reasons == {1: NEW, 2: FEW_VOTES, 3: PLACE_OPEN, 4: TELLS_APART, 5: TURN}


def test_shown_often_and_not_answered_no_longer_holds_up_the_others() -> None:
    statements = {1: state(4, 2, shown=3 * QUOTA), 2: state(5, 2, shown=9)}
    found = priorities(statements)
    assert [found[1].under_quota, found[2].under_quota] == [False, True]


def test_the_same_seed_gives_the_same_statement_until_the_answer() -> None:
    statements = crowd(200, 3)
    given_now = priorities(statements)
    first = choose("anna|4", statements, given_now)
    assert first is not None
    assert choose("anna|4", reversed(list(statements)), given_now) == first
    others = {choose(f"anna|{step}", statements, given_now).statement for step in range(30)}  # type: ignore[union-attr]
    assert len(others) > 5
    changed = dict(statements)
    somebody = next(key for key in statements if key != first.statement)
    changed[somebody] = state(
        statements[somebody].votes + 1,
        statements[somebody].agrees,
        groups=statements[somebody].groups,
        extremity=statements[somebody].extremity,
    )
    same = 0
    for visitor in range(100):
        before = choose(f"{visitor}", statements, given_now)
        after = choose(f"{visitor}", statements, priorities(changed))
        same += before.statement == after.statement  # type: ignore[union-attr]
    assert same >= 95


def test_choices_come_as_often_as_stated() -> None:
    statements = crowd(12, 5, most=20)
    given_now = priorities(statements)
    chances = probabilities(statements, given_now)
    draws = 4000
    seen = Counter(choose(f"v{one}", statements, given_now).statement for one in range(draws))  # type: ignore[union-attr]
    for key, chance in chances.items():
        error = 5 * math.sqrt(draws * chance * (1 - chance)) + 1
        assert abs(seen[key] - draws * chance) < error


def test_nothing_waiting_and_a_statement_just_accepted() -> None:
    assert choose("seed", [], {}) is None
    assert priorities({}) == {}
    given_now = priorities({1: state(90, 9)})
    found = choose("seed", [7], given_now)
    assert found is not None
    assert (found.statement, found.reason, found.probability) == (7, NEW, 1.0)
    assert probabilities([1, 7], given_now)[7] == pytest.approx(0.9)


@pytest.mark.parametrize(
    "wrong",
    [
        StatementState(3, 4),
        StatementState(-1, -1),
        StatementState(3, 1, 1, groups=((1, 2),)),
        StatementState(3, 1, 1, extremity=-1.0),
        StatementState(3, 1, 1, extremity=math.nan),
        StatementState(3, 1, 1, groups=((3, 2), (0, 1))),
    ],
)
def test_counts_that_contradict_each_other_are_refused(wrong: StatementState) -> None:
    right = StatementState(3, 1, 1, groups=((1, 2), (0, 1)))
    with pytest.raises(EngineError) as caught:
        priorities({5: right, 6: wrong})
    assert caught.value.code == "opinion.routing.bad_counts"
    assert caught.value.params == {"statement": 6}


@pytest.mark.parametrize("group", [-1, 2])
def test_a_group_that_does_not_exist_is_refused(group: int) -> None:
    with pytest.raises(EngineError) as caught:
        priorities({1: StatementState(2, 1, groups=((1, 1), (0, 1)))}, group=group)
    assert caught.value.code == "opinion.routing.unknown_group"


@pytest.mark.parametrize(
    ("one", "waiting", "answers", "reason"),
    [
        (StatementState(20, 5, eligible=60), 1, 1, None),
        (StatementState(19, 5, eligible=49), 1, 10, "few_visitors"),
        (StatementState(19, 5, eligible=60, shown=60), 1, 10, "often_left"),
        (StatementState(19, 5, eligible=60), 100, 10, "crowded"),
        (StatementState(19, 5, eligible=60), 2, 10, "chance"),
    ],
)
def test_why_a_statement_lacks_votes(
    one: StatementState, waiting: int, answers: float, reason: str | None
) -> None:
    assert shortfall(one, waiting=waiting, answers_per_visitor=answers) == reason


@st.composite
def statements_of(draw: st.DrawFn) -> dict[int, StatementState]:
    width = draw(st.integers(0, 4))
    result = {}
    for key in draw(st.sets(st.integers(0, 10**9), min_size=1, max_size=25)):
        votes = draw(st.integers(0, 10**6))
        agrees = draw(st.integers(0, votes))
        cells = []
        for _ in range(width):
            own = draw(st.integers(0, 10**6))
            cells.append((draw(st.integers(0, own)), own))
        extremity = draw(st.floats(0, 1e6))
        passes = draw(st.integers(0, votes - agrees))
        result[key] = StatementState(votes, agrees, passes, 0, 99, tuple(cells), extremity)
    return result


@settings(max_examples=40)
@given(statements_of(), st.text(max_size=8))
def test_chances_add_up_and_nobody_starves(
    statements: dict[int, StatementState], seed: str
) -> None:
    found = priorities(statements)
    chances = probabilities(statements, found)
    assert sum(chances.values()) == pytest.approx(1)
    least = 0.1 * 0.05 / len(statements)
    for key, one in found.items():
        assert isinstance(one, Priority)
        assert one.reason in REASONS
        assert one.weight > 0
        # under the quota the least answered rule; above it everything gets its turn
        assert one.under_quota or chances[key] >= least * 0.999
    chosen = choose(seed, statements, found)
    assert chosen is not None
    assert chosen.probability == pytest.approx(chances[chosen.statement])
