"""A sentence for every code of the engine, and none that contradicts its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from django.utils import translation

from lamppost.engines.impact import Caveat, EvidenceLevel, Verdict, codes
from lamppost.impact import words

MEASURE = words.Measure("unsafe walks", "per night")


def make_verdict(**changes: object) -> Verdict:
    verdict = Verdict(
        word="suggests", reason="sites_chosen", change="fall", direction="good", size=4.6,
        low=-5.31, high=-3.89, level=0.95, worth_it=2.0, worth_it_reached="yes",
        doubts=("sites_chosen",), pilot_sites=8, comparison_sites=16, periods_before=12,
        periods_after=20,
    )  # fmt: skip
    return replace(verdict, **changes)  # type: ignore[arg-type]


def every_verdict() -> Iterable[Verdict]:
    for word in ("caused", "likely", "suggests"):
        yield make_verdict(word=word)
        yield make_verdict(word=word, change="rise", direction="bad", low=3.89, high=5.31)
    yield make_verdict(
        word="no_sign", reason="within_worth_it", low=-1.0, high=1.2, direction="none"
    )
    for reason in ("interval_includes_zero", "no_worth_it_stated"):
        yield make_verdict(word="cannot_tell", reason=reason, low=-1.0, high=9.2, direction="none")
    yield make_verdict(
        word="cannot_tell", reason="no_interval", low=None, high=None, direction="none"
    )
    for change in ("fall", "rise", "none"):
        for low, high in ((-5.31, -3.89), (-1.0, 9.2), (3.89, 5.31), (None, None)):
            yield make_verdict(
                word="cannot_tell", reason="no_comparison", change=change, direction="none",
                low=low, high=high,
            )  # fmt: skip


EVERY = list(every_verdict())


@pytest.mark.parametrize("language", ["en", "ar", "es"])
@pytest.mark.parametrize("verdict", EVERY, ids=lambda v: f"{v.word}-{v.reason}-{v.change}")
def test_every_verdict_has_a_finished_sentence(verdict: Verdict, language: str) -> None:
    with translation.override(language):
        said = words.sentence(verdict, MEASURE)
    assert "%" not in said
    assert "unsafe walks" in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("mapping", "wanted"),
    [
        (words.REASONS, codes.REASONS),
        (words.DOUBTS, codes.DOUBTS),
        (words.CAVEATS, codes.CAVEATS),
        (words.LEFT_OUT, codes.LEFT_OUT_REASONS),
        (words.EVIDENCE, codes.EVIDENCE_REASONS),
    ],
)
def test_mappings_are_complete(mapping: dict[str, object], wanted: tuple[str, ...]) -> None:
    assert set(mapping) == set(wanted)
    assert all(str(text).strip() for text in mapping.values())


def test_every_word_is_said() -> None:
    assert {verdict.word for verdict in every_verdict()} == set(codes.WORDS)
    assert {word for word, _ in words.CLAIMS} | {word for word, _ in words.OTHERS} == set(
        codes.WORDS
    )


def test_sentence_by_hand() -> None:
    assert words.sentence(make_verdict(), MEASURE) == (
        "The readings suggest that the technology brought a fall in “unsafe walks” of about 4.6 "
        "per night (between 3.9 and 5.3)."
    )
    assert words.addition(make_verdict(), MEASURE) == (
        "That is the direction that was hoped for. The whole range is a change that was said to "
        "be worth it: 2.0 or more."
    )
    assert words.how_sure(make_verdict()).startswith(
        "The range is made so that in 95 of 100 pilots"
    )
    assert "97.5 of 100" in words.how_sure(make_verdict(level=0.975))
    assert words.design(make_verdict(), "week") == (
        "Pilot sites: 8. Comparison sites: 16. Weeks before: 12. Weeks after: 20."
    )
    assert "Days before: 12" in words.design(make_verdict(), "day")


@pytest.mark.parametrize("verdict", EVERY, ids=lambda v: f"{v.word}-{v.reason}")
def test_only_claims_speak_of_a_cause(verdict: Verdict) -> None:
    said = words.sentence(verdict, MEASURE)
    assert said.startswith("The technology caused") == (verdict.word == "caused")
    assert ("caused" in said) == (verdict.word in {"caused", "likely"})
    assert "significant" not in said
    assert "no effect" not in said
    assert "p =" not in said


@pytest.mark.parametrize(
    ("change", "low", "high", "said"),
    [
        ("fall", -5.31, -3.89, "“unsafe walks” fell by about 4.6 per night (between 3.9 and 5.3)"),
        ("rise", 3.89, 5.31, "“unsafe walks” rose by about 4.6 per night (between 3.9 and 5.3)"),
        ("none", -1.0, 9.2, "We cannot tell whether “unsafe walks” changed after"),
        ("fall", -9.2, 1.0, "We cannot tell whether “unsafe walks” changed after"),
        ("rise", 0.0, 9.2, "We cannot tell whether “unsafe walks” changed after"),
        ("fall", None, None, "was about 4.6 per night lower after the technology came"),
    ],
)
def test_before_and_after_alone_says_no_more_than_its_range(
    change: str, low: float | None, high: float | None, said: str
) -> None:
    verdict = make_verdict(
        word="cannot_tell", reason="no_comparison", change=change, direction="none", low=low,
        high=high,
    )  # fmt: skip
    found = words.sentence(verdict, MEASURE)
    assert said in found
    if low is not None and low <= 0 <= high:  # type: ignore[operator]
        assert "fell" not in found
        assert "rose" not in found
        assert "fit every change from" in found


def test_a_single_look_needs_no_word_and_more_are_counted() -> None:
    assert words.looks(1, 0.95) == ""
    said = words.looks(4, 0.95)
    assert "computed 4 times while readings still came in" in said
    assert "95 of 100" in said


def test_a_late_plan_is_the_first_doubt() -> None:
    on = "2026-03-02"
    late = {"plan": {"frozen_at": "2026-03-03T08:00:00+00:00"}, "technology_on": on}
    first, second = words.doubts(make_verdict(), late)
    assert first.startswith("The evaluation plan was fixed after the technology was on.")
    assert second == words.doubt("sites_chosen")
    for frozen in ("2026-03-02T08:00:00+00:00", None):
        result = {"plan": {"frozen_at": frozen}, "technology_on": on}
        assert words.doubts(make_verdict(), result) == (second,)


def test_wrong_direction_is_said_and_its_size_is_no_merit() -> None:
    bad = make_verdict(change="rise", direction="bad", low=3.9, high=5.3, worth_it_reached="no")
    assert words.addition(bad, MEASURE) == "That is the wrong direction."


def test_no_addition_without_a_claim() -> None:
    assert words.addition(make_verdict(direction="none"), MEASURE) == ""


@pytest.mark.parametrize(
    ("low", "high"), [(0.04, 3.1), (0.0000123, 40.0), (-3.1, -0.04), (1e-5, 2e-5)]
)
def test_an_end_that_is_not_zero_never_looks_like_zero(low: float, high: float) -> None:
    change = "rise" if low > 0 else "fall"
    verdict = make_verdict(low=low, high=high, size=abs(low + high) / 2, change=change)
    said = words.sentence(verdict, MEASURE)
    numbers = [float(text) for text in re.findall(r"\d+\.?\d*", said)]
    assert len(numbers) == 3
    assert all(number > 0 for number in numbers)


def test_ends_beside_the_worth_it_size_are_told_apart() -> None:
    verdict = make_verdict(
        word="no_sign", reason="within_worth_it", low=-1.96, high=1.2, worth_it=2.0,
        direction="none",
    )  # fmt: skip
    assert "2.00 per night or more: the change lies between −1.96 and 1.20" in words.sentence(
        verdict, MEASURE
    )


PARTICULARS: dict[str, tuple[tuple[str, str | int | float], ...]] = {
    "site_left_out": (("unit", "Mill Lane"), ("reason", "no_after")),
    "too_few_sites_for_interval": (("pilot_sites", 1), ("comparison_sites", 4)),
    "no_variation_between_sites": (("pilot_sites", 2), ("comparison_sites", 2)),
    "equal_spread_assumed": (("pilot_sites", 2), ("comparison_sites", 2)),
    "unequal_spread": (("pilot", 0.1234), ("comparison", 2.5)),
    "few_sites": (("pilot_sites", 3), ("comparison_sites", 4)),
    "permutation_cannot_reach_level": (("smallest_p", 0.1),),
    "empty_cells": (("empty", 3), ("cells", 120)),
    "gaps_differ_by_arm": (("pilot", 0.25), ("comparison", 0.01)),
    "period_of_start_left_out": (("readings", 21),),
}


@pytest.mark.parametrize("code", codes.CAVEATS)
def test_every_caveat_takes_its_particulars(code: str) -> None:
    said = words.caveat(Caveat(code, PARTICULARS[code]))
    assert "%(" not in said
    assert said.endswith(".")


def test_caveats_by_hand() -> None:
    def said(code: str) -> str:
        return words.caveat(Caveat(code, PARTICULARS[code]))

    assert said("site_left_out") == "“Mill Lane” is left out: it has no reading from after."
    assert "25 % of the periods at pilot sites and in 1 % at" in said("gaps_differ_by_arm")
    assert "is 0.10: too large" in said("permutation_cannot_reach_level")
    assert "is 0.12 at pilot sites and 2.5 at comparison sites" in said("unequal_spread")


@pytest.mark.parametrize("code", codes.EVIDENCE_REASONS)
def test_every_evidence_reason_is_said(code: str) -> None:
    assert words.evidence(EvidenceLevel(3, code)).endswith(".")


def test_numbers_are_isolated_on_right_to_left_pages() -> None:
    with translation.override("ar"):
        said = words.sentence(
            make_verdict(
                word="cannot_tell", reason="interval_includes_zero", low=-1.0, high=9.2,
                direction="none",
            ),
            MEASURE,
        )  # fmt: skip
    assert "\u2066−" in said
    assert said.count("\u2066") + said.count("\u2068") == said.count("\u2069")
