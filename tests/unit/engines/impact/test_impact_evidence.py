"""The evidence level, with the published evaluations graded by hand."""

from __future__ import annotations

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import EvidenceLevel, evidence_level

NOTHING = {"randomised": False, "has_comparison": False, "has_baseline": False}
BEFORE_AFTER = {**NOTHING, "has_baseline": True}
COMPARISON = {**BEFORE_AFTER, "has_comparison": True}
LOTTERY = {**COMPARISON, "randomised": True}

# Grades by hand from the designs as published: light towers and vacant lots were randomised,
# street lights off and parking prices had comparison areas, three had before and after alone.
PUBLISHED = [
    ("light towers, New York", {**LOTTERY, "pilot_sites": 39, "comparison_sites": 38}, 5),
    ("prenatal rides, Columbus", LOTTERY, 5),
    ("vacant lots, Philadelphia", LOTTERY, 5),
    ("lights off, England and Wales", COMPARISON, 3),
    ("parking prices, San Francisco", {**COMPARISON, "pilot_sites": 7}, 3),
    ("bus information, New York", {**COMPARISON, "as_good_as_random": True}, 4),
    ("lights and crime, Los Angeles", BEFORE_AFTER, 1),
    ("lights, Davis", BEFORE_AFTER, 1),
    ("adaptive signals, Pittsburgh", {**BEFORE_AFTER, "pilot_sites": 9}, 1),
    ("smart benches", NOTHING, 0),
]


@pytest.mark.parametrize(("name", "design", "level"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_published_evaluations(name: str, design: dict, level: int) -> None:
    assert evidence_level(**design).level == level


@pytest.mark.parametrize(
    ("design", "level", "reason"),
    [
        ({**LOTTERY, "pilot_sites": 4, "comparison_sites": 9}, 3, "lottery_of_few_sites"),
        ({**LOTTERY, "pilot_sites": 1, "comparison_sites": 1}, 2, "one_site_in_an_arm"),
        ({**COMPARISON, "comparison_sites": 1}, 2, "one_site_in_an_arm"),
        ({**LOTTERY, "has_baseline": False}, 5, "lottery"),
        ({**COMPARISON, "has_baseline": False}, 1, "comparison_after_only"),
        (
            {**COMPARISON, "has_baseline": False, "adjusted": True},
            2,
            "adjusted_comparison_after",
        ),
    ],
)
def test_reasons(design: dict, level: int, reason: str) -> None:
    assert (evidence_level(**design).level, evidence_level(**design).reason) == (level, reason)


@pytest.mark.parametrize(
    ("code", "design"),
    [
        ("lottery_without_comparison", {**NOTHING, "randomised": True}),
        ("negative_sites", {**COMPARISON, "pilot_sites": -1}),
        ("comparison_without_sites", {**COMPARISON, "comparison_sites": 0}),
    ],
)
def test_refusals(code: str, design: dict) -> None:
    with pytest.raises(EngineError) as caught:
        evidence_level(**design)
    assert caught.value.code == f"impact.evidence.{code}"


def test_json_round_trip() -> None:
    level = evidence_level(**LOTTERY, pilot_sites=8, comparison_sites=16)
    assert EvidenceLevel.from_json(level.to_json()) == level
