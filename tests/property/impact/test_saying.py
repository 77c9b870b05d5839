"""Ten thousand random results: no verdict goes beyond its interval, its design or its checks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import inf, isinf
from random import Random
from typing import Any, NamedTuple

import pytest

from lamppost.engines.impact.checks.words import SENTENCES as CHECK_SENTENCES
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.saying import SENTENCES, Design, Verdict, evidence_level, say
from lamppost.engines.impact.saying.weights import CLAIMS, ORDER, WORDS
from tests.reading import reading_grade

RESULTS = 10_000


class Said(NamedTuple):
    result: MethodResult
    checks: tuple[Check, ...]
    design: Design
    worth: float | None
    direction: Any
    verdict: Verdict


def random_result(random: Random, design: Design) -> MethodResult:
    scale = 10.0 ** random.randint(-6, 6)
    estimate = random.gauss(0, 1) * scale * random.choice([0.0, 0.1, 1.0, 3.0])
    low, high = (estimate + side * abs(random.gauss(0, 1)) * scale for side in (-1, 1))
    kind = random.random()
    if kind < 0.05:
        low, high = estimate, estimate
    elif kind < 0.08:
        low, high = (low, inf) if kind < 0.065 else (-inf, high)
    level = random.choice([0.8, 0.9, 0.95, 0.99])
    interval = None if kind > 0.95 else Interval(low, high, level)
    inside = interval is not None and interval.excludes_zero
    p_value: float | None = random.uniform(0, 1 - level) if inside else random.uniform(1 - level, 1)
    if random.random() < 0.3:  # methods whose p is not the interval's own
        p_value = random.choice([None, random.random() ** 4])
    lot = design.randomised and random.random() < 0.8
    facts: dict[str, Any] = {
        "inference": "permutation" if lot else random.choice(["t", "none", "bootstrap"]),
        "assignments": random.choice([2, 20, 70, 252, 5000]),
    }
    methods: list[Any] = ["sc", "asc", "sdid", "did", "staggered", "its", "permutation"]
    ratio = Interval(random.uniform(0.2, 1.0), random.uniform(1.0, 2.0), level)
    return MethodResult(
        method="permutation" if lot else random.choice(methods),
        estimate=estimate,
        interval=interval,
        p_value=p_value,
        ratio_interval=ratio if random.random() < 0.1 else None,
        facts=facts,
    )


def random_design(random: Random) -> Design:
    comparison = random.choice([0, 1, 4, 4, 5, 5, 12, 12, 40, 40])
    return Design(
        randomised=comparison > 0 and random.random() < 0.5,
        treated=random.choice([1, 4, 5, 20]),
        comparison=comparison,
        before=random.choice([0, 4, 20, 60]),
        after=random.choice([1, 12]),
        period=random.choice(["day", "week", "month", "quarter", "year", "period"]),
        outcome="noise",
        unit=random.choice(["", "dB"]),
        as_good_as_random=random.random() < 0.1,
        joined_late=random.random() < 0.1,
    )


def random_checks(random: Random) -> tuple[Check, ...]:
    statuses: list[Any] = ["pass"] * 16 + ["warn"] * 3 + ["block"]
    names = random.sample(ORDER, random.randint(0, 5))
    return tuple(Check(name, random.choice(statuses), "It is so.") for name in names)


def sample(random: Random) -> Said:
    design = random_design(random)
    result, checks = random_result(random, design), random_checks(random)
    ends = result.interval
    size = 1.0 if ends is None or isinf(ends.high - ends.low) else ends.high - ends.low
    worth = None if random.random() < 0.2 else size * random.uniform(0.1, 2.0) or 1.0
    if random.random() < 0.1 and ends is not None and 0 < ends.high < inf:
        worth = ends.high * (1 + 1e-9 * random.gauss(0, 1))  # just at the end of the range
    direction = random.choice(["up", "down", None])
    verdict = say(result, checks, design, worth, direction)
    return Said(result, checks, design, worth, direction, verdict)


@pytest.fixture(scope="module")
def sampled() -> list[Said]:
    random = Random(20261126)
    return [sample(random) for _ in range(RESULTS)]


def test_all_words_occur(sampled: list[Said]) -> None:
    counted = Counter(one.verdict.code for one in sampled)
    assert set(counted) == set(WORDS)
    assert min(counted.values()) >= 50


def test_a_claim_needs_an_interval_on_one_side(sampled: list[Said]) -> None:
    for one in sampled:
        verdict, ends = one.verdict, one.result.interval
        outside = ends is not None and (ends.low > 0 or ends.high < 0)
        if verdict.code in CLAIMS:
            assert ends is not None
            assert outside
            assert ends.level >= 0.9
            assert verdict.direction == ("rise" if ends.low > 0 else "fall")
            assert verdict.headline.count(verdict.direction) == 1
        if not outside:
            assert verdict.direction == "none"
            assert verdict.wanted == "none"
        if verdict.wanted != "none":
            wished = "rise" if one.direction == "up" else "fall"
            assert (verdict.wanted == "good") == (verdict.direction == wished)


def test_no_word_goes_beyond_design_and_checks(sampled: list[Said]) -> None:
    for one in sampled:
        code, design, facts = one.verdict.code, one.design, one.result.facts
        blocked = {check.name for check in one.checks if check.status == "block"}
        assert (code == "not_yet") == ("looks" in blocked)
        if blocked or design.comparison == 0 or one.result.interval is None:
            assert code in ("cannot_tell", "not_yet")
        if code == "caused":
            assert design.randomised
            assert facts["inference"] == "permutation"
            assert one.result.p_value is not None
            assert one.result.p_value <= 0.01
            assert min(design.treated, design.comparison) >= 5 or facts["assignments"] >= 252
            assert not design.joined_late
        if code == "likely":
            mixed = one.result.method in ("sc", "asc", "sdid")
            assert design.randomised or design.as_good_as_random or mixed
            assert one.result.p_value is None or one.result.p_value <= 0.05


def test_no_sign_only_where_the_interval_rules_the_size_out(sampled: list[Said]) -> None:
    for one in sampled:
        if one.verdict.code == "no_sign":
            ends = one.result.interval
            assert ends is not None
            assert one.worth is not None
            assert -one.worth < ends.low <= 0 <= ends.high < one.worth
        if one.verdict.worth_reached == "yes":
            assert one.verdict.direction != "none"


def figures(text: str) -> list[float]:
    found = re.findall(r"(?<![\w.])[\u2212-]?\d+(?:\.\d+)?", text)
    return [float(one.replace("\N{MINUS SIGN}", "-")) for one in found]


def ranges(sampled: list[Said]) -> Iterator[tuple[Said, str, list[float]]]:
    for one in sampled:
        for part in one.verdict.parts:
            if part.key.startswith(("range.", "after.")) and part.key != "range.percent":
                yield one, part.key, figures(part.text)


def test_what_is_printed_agrees_with_the_interval(sampled: list[Said]) -> None:
    """Rounded figures keep their side of zero and of the size that would be worth it."""
    seen: Counter[str] = Counter()
    for one, key, told in ranges(sampled):
        ends = one.result.interval
        assert ends is not None
        seen[key] += 1
        if key == "range.both":
            fall, rise = told
            assert (fall > 0) == (ends.low < -1e-15)
            assert (rise > 0) == (ends.high > 1e-15)
            largest = max(fall, rise)
        elif key == "range.open":
            largest = inf
            assert told[0] > 0
        else:
            near, largest = told[-2:]
            assert 0 < near <= largest
        if one.verdict.code == "no_sign":
            assert one.worth is not None
            assert largest < one.worth + 1e-15
            assert figures(one.verdict.headline)[-1] > largest - 1e-15
    assert min(seen.values()) >= 5
    assert len(seen) == 7


def test_a_sentence_carries_what_it_must(sampled: list[Said]) -> None:
    for one in sampled:
        text, keys = one.verdict.sentence, [part.key for part in one.verdict.parts]
        assert "noise" in text
        assert "doubt" in text
        assert keys[-1].startswith(("doubt.", "check."))
        assert {"places.both", "places.alone"} & set(keys)
        assert any(key.startswith("time.") for key in keys)
        assert one.verdict.doubt == one.verdict.doubts[0]
        assert "  " not in text
        for word in ("significant", "p =", "p=", "no effect", "proved", "nan", "None", "inf"):
            assert word not in text


def test_a_failed_check_never_makes_a_word_stronger(sampled: list[Said]) -> None:
    for one in sampled[:2000]:
        for status in ("warn", "block"):
            more = (*one.checks, Check("unknown", status, "It is so."))  # type: ignore[arg-type]
            again = say(one.result, more, one.design, one.worth, one.direction)
            assert WORDS.index(again.code) >= WORDS.index(one.verdict.code)


def test_the_evidence_level_is_no_higher_than_the_design(sampled: list[Said]) -> None:
    for one in sampled:
        level = evidence_level(one.design, one.result, one.checks)
        assert 0 <= level.maryland <= level.of_design <= 5
        assert 1 <= level.nesta <= 5
        assert (level.maryland < level.of_design) == bool(level.lowered_by)
        if one.design.joined_late or not one.design.comparison:
            assert level.maryland <= 1
        if level.maryland == 5:
            assert one.design.randomised
        if one.verdict.code == "caused":
            assert level.maryland >= 3


def test_sentences_can_be_read_by_anybody(sampled: list[Said]) -> None:
    words = {"outcome": "noise", "unit": "dB", "unit_": "", "group": "young people", "name": "rain"}
    places = {"time": "May", "chance": "95", "unit": "Park Street"}

    class Filled(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "12"

    for key, text in SENTENCES.items():
        assert reading_grade(text % Filled({**places, **words})) <= 8, key
    for key, text in CHECK_SENTENCES.items():
        assert reading_grade(text % Filled({**words, **places})) <= 8, key
    grades = [reading_grade(one.verdict.sentence) for one in sampled[:2000]]
    assert max(grades) <= 8
