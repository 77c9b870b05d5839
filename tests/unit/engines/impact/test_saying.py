"""The sentences of a verdict, word for word, where design, interval and checks differ."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.saying import SENTENCES, Design, say, sentence
from lamppost.engines.impact.saying.numbers import decimals_for, plain, short

DRAWN = {"inference": "permutation", "assignments": 924}
LOTTERY = Design(True, 6, 6, 20, 12, "week", "noise", "dB")
CHOSEN = replace(LOTTERY, randomised=False)
ALONE = Design(False, 1, 0, 60, 12, "month", "crashes")


def found(
    low: float | None = -5.2, high: float = -1.9, p_value: float | None = 0.002, **more: Any
) -> MethodResult:
    given: dict[str, Any] = {"method": "permutation", "facts": DRAWN, **more}
    ends = None if low is None else Interval(low, high, given.pop("level", 0.95))
    middle = -3.1 if low is None else (low + high) / 2
    return MethodResult(estimate=middle, interval=ends, p_value=p_value, **given)


def test_all_of_it_in_one() -> None:
    said = say(found(), (), LOTTERY, worth=1.5, direction="down")
    assert said.sentence == (
        "The pilot caused a fall in noise of about 3.5 dB. The true size may be from 1.9 to 5.2 "
        "dB. That is what was hoped for. All of this range is worth it: 1.5 dB or more. Places: 6 "
        "with the pilot, 6 without. Weeks: 20 before the start, 12 from then on. The strongest "
        "reason to doubt it: it could be luck: of 1,000 draws by lot, 2 would show as much."
    )
    assert (said.code, said.reason, said.direction, said.wanted) == (
        "caused", "lottery", "fall", "good",
    )  # fmt: skip
    assert [one.key for one in said.parts] == [
        "caused.fall", "range.one_side", "wanted.good", "worth.yes", "places.both", "time.week",
        "doubt.chance",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("result", "design", "code", "reason"),
    [
        (found(p_value=0.02), LOTTERY, "likely", "p_above_one_in_100"),
        (found(facts={**DRAWN, "assignments": 70}), replace(LOTTERY, treated=4, comparison=4),
         "likely", "few_assignments"),
        (found(facts={"inference": "t", "assignments": 20}), replace(LOTTERY, treated=3),
         "suggests", "few_assignments"),
        (found(), CHOSEN, "suggests", "ceiling"),
        (found(), replace(CHOSEN, as_good_as_random=True), "likely", "ceiling"),
        (found(), replace(LOTTERY, joined_late=True), "suggests", "ceiling"),
        (found(method="sc", facts={"comparison_units": 12, "periods_before": 24}), CHOSEN,
         "likely", "ceiling"),
        (found(method="sc", facts={"comparison_units": 9, "periods_before": 24}), CHOSEN,
         "suggests", "ceiling"),
        (found(method="sdid", facts={"comparison_units": 12, "periods_before": 19}), CHOSEN,
         "suggests", "ceiling"),
        (found(method="its", facts={"comparison_units": list("abcdefghijkl")}), CHOSEN,
         "suggests", "ceiling"),
        (found(p_value=0.3), CHOSEN, "suggests", "ceiling"),
        (found(p_value=0.3), LOTTERY, "suggests", "p_disagrees"),
        (found(p_value=0.08, level=0.9), LOTTERY, "suggests", "p_disagrees"),
        (found(level=0.8), LOTTERY, "cannot_tell", "low_level"),
        (found(low=None), LOTTERY, "cannot_tell", "no_interval"),
        (found(low=-2.0, high=1.0), LOTTERY, "cannot_tell", "too_wide"),
        (found(low=-1.0, high=1.2), LOTTERY, "no_sign", "within_worth"),
        (found(method="its", facts={}), ALONE, "cannot_tell", "no_comparison"),
    ],
)  # fmt: skip
def test_word_and_reason(result: MethodResult, design: Design, code: str, reason: str) -> None:
    said = say(result, (), design, worth=1.5)
    assert (said.code, said.reason) == (code, reason), said.sentence


def check(name: str, status: Any) -> Check:
    return Check(name, status, "The trees grew.", {"case": "some"})


@pytest.mark.parametrize(
    ("name", "status", "after_lottery", "chosen"),
    [
        ("trend_before", "pass", "caused", "suggests"),
        ("trend_before", "warn", "likely", "suggests"),
        ("one_left_out", "warn", "likely", "suggests"),
        ("people_changed", "warn", "suggests", "suggests"),
        ("drift", "warn", "caused", "suggests"),
        ("trend_before", "block", "cannot_tell", "cannot_tell"),
        ("looks", "block", "not_yet", "not_yet"),
    ],
)
def test_checks_lower_the_word(name: str, status: str, after_lottery: str, chosen: str) -> None:
    for design, code in ((LOTTERY, after_lottery), (CHOSEN, chosen)):
        said = say(found(), (check(name, status),), design)
        assert said.code == code
        assert (said.doubt == name) == (status != "pass")


def test_a_drift_that_a_lottery_made_by_chance_is_told_and_no_more() -> None:
    for case, code in (("seen", "caused"), ("makes_it", "likely")):
        drift = Check("trend_before", "warn", "They drifted.", {"case": case})
        said = say(found(), (drift,), LOTTERY)
        assert (said.code, said.doubt) == (code, "trend_before")
        assert say(found(), (drift,), CHOSEN).code == "suggests"


def test_the_strongest_doubt_is_told_first() -> None:
    checks = (check("drift", "warn"), check("gaps_by_arm", "warn"), check("fake_start", "block"))
    said = say(found(), checks, CHOSEN)
    assert said.doubts == ("fake_start", "gaps_by_arm", "drift", "sites_chosen")
    assert said.sentence.endswith("The strongest reason to doubt it: the trees grew.")
    assert "The figure on its own is a fall of about 3.5 dB, and may be from 1.9 to 5.2." in (
        said.sentence
    )


def test_few_places_are_no_doubt_where_a_lottery_had_ways_enough() -> None:
    few = replace(LOTTERY, treated=3, comparison=17)
    enough = Check("few_sites", "pass", "")
    many = found(facts={**DRAWN, "assignments": 1140})
    said = say(many, (enough,), few, worth=None, direction=None)
    assert (said.code, said.doubt) == ("caused", "chance")
    chosen = say(many, (enough,), replace(few, randomised=False), worth=None, direction=None)
    assert chosen.doubt == "sites_chosen"
    assert say(many, (), few, worth=None, direction=None).doubt == "few_places"


def test_harm_is_called_harm_and_small_is_called_small() -> None:
    harm = say(found(), (), LOTTERY, worth=1.5, direction="up")
    assert harm.wanted == "harm"
    assert harm.worth_reached == "no"
    assert "That is a change for the worse." in harm.sentence
    small = say(found(), (), LOTTERY, worth=6.0, direction="down")
    assert "It is less than the 6 dB that would be worth it." in small.sentence
    unclear = say(found(), (), LOTTERY, worth=3.0, direction="down")
    assert "It may be less than the 3 dB that would be worth it." in unclear.sentence


def test_before_and_after_alone_says_no_word_of_cause() -> None:
    said = say(found(method="its", facts={}), (), ALONE)
    assert said.sentence.startswith(
        "We cannot tell if the pilot changed crashes. After the start, crashes fell by about 3.5 "
        "(from 1.9 to 5.2). We saw no other places, so we do not know what else was at work."
    )
    assert "caused" not in said.sentence
    assert said.doubt == "no_comparison"


def test_only_places_that_were_used_count() -> None:
    rows = [{"unit": str(at), "treated": at < 4} for at in range(9)]
    used = say(found(facts={**DRAWN, "assignments": 126, "site_changes": rows}), (), LOTTERY)
    assert (used.code, used.reason) == ("likely", "few_assignments")
    assert "Places: 4 with the pilot, 5 without." in used.sentence
    series = found(method="its", facts={"comparison_units": []})
    assert say(series, (), LOTTERY).reason == "no_comparison"


def test_counts_are_told_in_per_cent_as_well() -> None:
    result = found(ratio=0.75, ratio_interval=Interval(0.69, 0.82, 0.95))
    assert "In per cent, that is from 18 to 31." in say(result, (), LOTTERY).sentence
    other = found(ratio=1.2, ratio_interval=Interval(1.1, 1.3, 0.95))
    assert "per cent" not in say(other, (), LOTTERY).sentence


def test_nobody_said_what_is_worth_it() -> None:
    said = say(found(low=-2.0, high=1.0), (), LOTTERY)
    assert (said.code, said.reason) == ("cannot_tell", "no_worth")
    assert "from a fall of 2.0 to a rise of 1.0 dB" in said.sentence


def test_a_size_that_cannot_be_is_refused() -> None:
    for worth in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(EngineError) as caught:
            say(found(), (), LOTTERY, worth=worth)
        assert caught.value.code == "impact.verdict.worth"


def test_it_goes_through_json_with_stable_keys() -> None:
    told = json.loads(json.dumps(say(found(), (check("drift", "warn"),), LOTTERY, 1.5).to_json()))
    assert {"code", "sentence", "direction", "doubt", "parts", "params"} <= set(told)
    for part in told["parts"]:
        if not part["key"].startswith(("doubt", "check")):
            assert sentence(part["key"], part["params"]) == part["text"]
            assert part["key"] in SENTENCES


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-2.345, 1, "\N{MINUS SIGN}2.3"), (-0.04, 1, "0.0"), (1234.5, 0, "1234"),
     (2e-7, 8, "0.00000020")],
)  # fmt: skip
def test_plain_numbers(value: float, decimals: int, text: str) -> None:
    assert plain(value, decimals) == text


def test_figures_keep_their_side_of_every_border() -> None:
    assert decimals_for([-2.34, 4.6], spread=7.0) == 1
    assert decimals_for([-2.34, 4.96], spread=7.3, anchors=(0.0, 5.0)) == 2
    assert decimals_for([0.0003, 4.6], spread=4.6) == 4
    assert decimals_for([3.0, 3.0], spread=0.0) == 0
    assert [short(one) for one in (1234.567, 0.012345, 2.5, 0.0)] == ["1200", "0.012", "2.5", "0"]
