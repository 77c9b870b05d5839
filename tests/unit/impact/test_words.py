"""The engine's sentences in the reader's language, and none that says more than its record."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from lamppost.engines.core.unit_words import after
from lamppost.engines.impact.checks import SENTENCES as OF_CHECKS
from lamppost.engines.impact.estimating import Options, Randomised, design_of, find
from lamppost.engines.impact.planning.wording import SENTENCES as OF_PLANS
from lamppost.engines.impact.saying import SENTENCES as OF_VERDICTS
from lamppost.engines.impact.saying.words import sentence as of_verdicts
from lamppost.engines.impact.study import Study
from lamppost.impact import words
from lamppost.impact.plan_sentences import SENTENCES as OF_PLANS_HERE
from lamppost.impact.sentences import SENTENCES
from tools.impact_sentences import sentences

BEFORE, AFTER = 24, 12


def record(effect: float, *, worth: float | None = 2.0, lottery: bool = False, pilots: int = 6,
           others: int = 6, noise: float = 1.0) -> dict[str, Any]:  # fmt: skip
    """Return a record as it is stored, of made-up sites with this effect."""
    rng = np.random.default_rng(7)
    count = pilots + others
    outcome = 20 + rng.normal(0, 3, (count, 1)) + rng.normal(0, noise, (count, BEFORE + AFTER))
    outcome[:pilots, BEFORE:] += effect
    starts = np.array([BEFORE] * pilots + [BEFORE + AFTER] * others)
    names = tuple(f"Lane {number:02}" for number in range(count))
    study = Study(names, tuple(range(BEFORE + AFTER)), outcome, starts)
    options = Options(randomised=Randomised() if lottery else None)
    design = design_of(study, options, outcome="unsafe walks", unit="per night", period="week")
    found = find(study, options=options, design=design, worth=worth, direction="down")
    return {
        "finding": found.to_json(),
        "plan": {"frozen_at": None, "level": 0.95, "lowest": None, "highest": None},
        "technology_on": "2026-03-02",
        "indicator": {"name": "unsafe walks", "unit": "per night", "direction": "down"},
        "figures": {"left_out": [], "mixed": 0, "outside": 0},
    }


RECORDS = {
    "caused": record(-5, lottery=True),
    "suggests": record(-5),
    "harm": record(5, lottery=True),
    "no_sign": record(0.0),
    "cannot_tell": record(0.0, worth=0.1),
    "no_worth": record(0.0, worth=None),
    "alone": record(-5, others=0),
}


def test_every_sentence_of_the_engine_is_here_for_translation() -> None:
    """Else run ``python -m tools.impact_sentences``."""
    assert {key: str(text) for key, text in SENTENCES.items()} == sentences()
    assert set(SENTENCES) == set(OF_VERDICTS) | {f"check.{key}" for key in OF_CHECKS}


@pytest.mark.parametrize("language", ["en", "ar", "es"])
@pytest.mark.parametrize("kind", RECORDS)
def test_every_verdict_has_finished_sentences(kind: str, language: str) -> None:
    result = RECORDS[kind]
    verdict = result["finding"]["verdict"]
    with translation.override(language):
        said = [words.sentence(verdict), words.design(verdict), *words.doubts(result)]
        said += [words.check(one) for one in result["finding"]["checks"]]
        more = [words.addition(verdict), words.reason(result)]
    assert all(said)
    for text in [*said, *more]:
        assert "%(" not in text
    assert "unsafe walks" in said[0]


@pytest.mark.parametrize("kind", RECORDS)
def test_in_english_the_words_are_those_of_the_engine(kind: str) -> None:
    verdict = RECORDS[kind]["finding"]["verdict"]
    head = words.part(verdict["parts"][0]).replace("“", "").replace("”", "")
    assert head == verdict["parts"][0]["text"]


@pytest.mark.parametrize("kind", RECORDS)
def test_only_claims_speak_of_a_cause(kind: str) -> None:
    verdict = RECORDS[kind]["finding"]["verdict"]
    said = words.sentence(verdict)
    assert ("caused" in said) == (verdict["code"] in {"caused", "likely"})
    assert not re.search(r"significant|no effect|p =", said)


def test_the_record_of_each_kind_is_what_it_is_called() -> None:
    codes = {kind: one["finding"]["verdict"]["code"] for kind, one in RECORDS.items()}
    assert codes["caused"] == codes["harm"] == "caused"
    assert codes["no_sign"] == "no_sign"
    assert {codes["cannot_tell"], codes["no_worth"], codes["alone"]} == {"cannot_tell"}


def test_a_harm_is_named_and_its_size_is_no_merit() -> None:
    verdict = RECORDS["harm"]["finding"]["verdict"]
    assert words.addition(verdict) == "That is a change for the worse."
    assert words.label(verdict) == "caused by the technology, for the worse"
    assert words.label(RECORDS["no_sign"]["finding"]["verdict"]) == (
        "no sign of a change that matters"
    )


def test_a_late_plan_is_the_first_doubt() -> None:
    result = RECORDS["suggests"]
    plain = words.doubts(result)
    late = {**result, "plan": {**result["plan"], "frozen_at": "2026-03-03T08:00:00+00:00"}}
    first, *rest = words.doubts(late)
    assert first.startswith("The evaluation plan was fixed after the technology was on.")
    assert tuple(rest) == plain
    for frozen in ("2026-03-02T08:00:00+00:00", None):
        early = {**result, "plan": {**result["plan"], "frozen_at": frozen}}
        assert words.doubts(early) == plain


@pytest.mark.parametrize("code", words.LEFT_OUT)
def test_a_site_that_is_left_out_is_named_with_its_reason(code: str) -> None:
    left_out = [{"unit": "Mill Lane", "treated": True, "reason": code}]
    result = {**RECORDS["suggests"], "figures": {"left_out": left_out, "mixed": 0, "outside": 0}}
    [said] = words.caveats(result)
    assert said.startswith("“Mill Lane” is left out: it ")


def test_a_single_look_needs_no_word_and_more_are_counted() -> None:
    assert words.looks(1, 0.95) == ""
    said = words.looks(4, 0.95)
    assert "computed 4 times while readings still came in" in said
    assert "95 of 100" in said


def test_a_chance_is_never_written_as_zero() -> None:
    result = RECORDS["caused"]
    for chance in (0.4, 0.02, 0.002, 0.00004):
        tiny = {**result, "finding": {**result["finding"], "p_value": chance}}
        tiny["finding"]["verdict"] = {**result["finding"]["verdict"], "parts": [], "doubts": []}
        told = words.doubt("chance", tiny).replace(",", "")
        draws, hits = map(int, re.findall(r"\d+", told))
        assert hits >= 1
        assert math.isclose(hits / draws, chance, rel_tol=0.1)


def test_particulars_of_an_older_version_are_told_as_they_were_written() -> None:
    old = {"key": "doubt.chance", "params": {"in_100": "2"}, "text": "it could be luck."}
    assert words.part(old) == "It could be luck."
    check = {"name": "drift", "status": "pass", "sentence": "As told.", "params": {"case": "more"}}
    assert words.check(check) == "As told."


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.4321, "0.43"), (6.0, "6"), (1234.5, "1,200"), (0.5, "0.5"), (0.0, "0"), (1500, "1,500"),
     (-0.00199, "\u22120.002"), (0.0000004, "0")],
)  # fmt: skip
def test_a_figure_of_a_check_has_two_digits(value: float, said: str) -> None:
    check = {
        "name": "unknown", "status": "warn", "sentence": "x", "params": {"case": "y"},
    }  # fmt: skip
    assert words.check(check) == "x"
    assert words._written("carried_on", value, None) == said


def test_days_and_numbers_are_the_reader_s() -> None:
    assert words._written("time", "2026-06-08", None) == "June 8, 2026"
    with translation.override("ar"):
        said = words.sentence(RECORDS["cannot_tell"]["finding"]["verdict"])
    assert "\u2066" in said
    assert said.count("\u2066") + said.count("\u2068") == said.count("\u2069")


def test_every_sentence_of_a_plan_is_here_for_translation() -> None:
    """Else run ``python -m tools.impact_sentences``."""
    assert {key: str(text) for key, text in OF_PLANS_HERE.items()} == OF_PLANS


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        ("1", "minutes", "minute"),
        ("1", "minutes a day", "minute a day"),
        ("\u20661\u2069", "minutos", "minuto"),
        ("−1", "degrees Celsius", "degree Celsius"),
        ("1.0", "minutes", "minutes"),
        ("2", "minutes", "minutes"),
        ("1", "per night", "per night"),
        ("1", "lux", "lux"),
    ],
)
def test_after_one_a_unit_is_one_of_it(number: str, unit: str, said: str) -> None:
    assert after(number, unit) == said


def test_the_unit_goes_by_the_number_right_before_it() -> None:
    figures = {"outcome": "walks", "unit": "minutes", "worth": 1.0, "fall": 3.0, "rise": 1.0,
               "decimals": 0}  # fmt: skip
    assert of_verdicts("no_sign.none", figures).endswith("by 1 minute or more.")
    both = of_verdicts("range.both", {**figures, "rise": 2.0})
    assert both == "The true change may be from a fall of 3 to a rise of 2 minutes."
    part = {"key": "no_sign.none", "params": figures, "text": ""}
    plain = words.part(part).replace("\u2068", "").replace("\u2069", "")
    assert plain.endswith("by 1 minute or more.")


def test_no_sentence_says_one_times() -> None:
    for text in (*OF_CHECKS.values(), *OF_PLANS.values(), *OF_VERDICTS.values()):
        assert not re.search(r"\)s times in 100|only %\(\w+\)s (other|stretches)", text) or (
            "too few to rule out" in text  # ten or more
        ), text
