"""The register of Lamppost's own methods: whole, and true to the code."""

from __future__ import annotations

import datetime as dt
import importlib.util
import re

import pytest

from lamppost import __version__
from lamppost.engines.impact.matching import UNLIKE
from lamppost.engines.opinion import routing
from lamppost.engines.suppression.tables import DEFAULT_THRESHOLD, LOWEST_THRESHOLD
from lamppost.pilots import algorithms
from lamppost.pilots.actions.traces import MANY
from lamppost.pilots.tens import TEN

# The 29 attributes that the standard requires (schema-v0_3_1.yaml), in its order.
REQUIRED = [
    "standard_version", "lang", "publication_date", "last_change_date", "revision_date", "name",
    "organization", "department", "country", "contact_email", "description_short", "status",
    "decision_making_process", "domain", "area", "goal", "impact", "risks", "risk_category",
    "proportionality", "lawful_basis", "training_data", "source_data", "connected_data_sources",
    "algorithm_type", "type", "monitoring", "human_intervention", "objection_procedure",
]  # fmt: skip
METHODS = algorithms.slugs()


def test_methods_stand_beside_their_code() -> None:
    assert {"opinion-groups", "network-bursts", "site-lot", "site-matching"} <= set(METHODS)
    assert len({algorithms.entry(slug)["uuid"] for slug in METHODS}) == len(METHODS)
    assert len({algorithms.entry(slug)["description"] for slug in METHODS}) == len(METHODS)
    with pytest.raises(KeyError):
        algorithms.entry("magic")


def test_the_attributes_are_those_of_the_standard() -> None:
    assert len(REQUIRED) == 29
    assert set(algorithms.REQUIRED) == set(REQUIRED)
    codes = [one.code for one in algorithms.ATTRIBUTES]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("slug", METHODS)
def test_an_entry_is_whole(slug: str) -> None:
    said = algorithms.entry(slug)
    assert [code for code in REQUIRED if not said[code].strip()] == []
    assert said["standard_version"] == "0.3.1"
    assert len(said["description_short"]) <= 150
    assert 500 <= len(said["description"]) <= 10_000
    for code, allowed in algorithms.ALLOWED.items():
        assert said[code] in allowed, code
    assert "@" in said["contact_email"]
    days = [dt.date.fromisoformat(said[f"{one}_date"]) for one in ("last_change", "revision")]
    assert days[0] < days[1]
    assert not re.search(r"[{}]", " ".join(said.values()))


@pytest.mark.parametrize("slug", METHODS)
def test_an_entry_names_code_that_exists(slug: str) -> None:
    modules = algorithms.methods()[slug]["modules"]
    assert [one for one in modules if not importlib.util.find_spec(one)] == []
    assert algorithms.entry(slug)["remark"] == f"Lamppost {__version__}, module {modules[0]}."


def test_numbers_are_those_of_the_code() -> None:
    hidden = algorithms.entry("small-counts")
    assert f"below {DEFAULT_THRESHOLD} is not published" in hidden["description"]
    assert f"steps of {TEN} people" in hidden["description"]
    assert (DEFAULT_THRESHOLD, LOWEST_THRESHOLD) == (10, 5)
    assert f"fewer than {routing.QUOTA} votes" in algorithms.entry("next-statement")["description"]
    assert routing.QUOTA_SHARE == 0.9
    assert f"From the {MANY}th person on" in algorithms.entry("network-bursts")["description"]
    assert f"more than {UNLIKE} is named" in algorithms.entry("site-matching")["description"]
    with pytest.raises(LookupError, match="no such constant"):
        algorithms._constant("lamppost.pilots.actions.traces:FEW")


def test_the_operator_is_named_when_it_is_known(settings: object) -> None:
    settings.OPERATOR, settings.OPERATOR_COUNTRY = "City of Elm", "Elmland"  # type: ignore[attr-defined]
    said = algorithms.entry("small-counts", "Elm, Oak")
    assert (said["organization"], said["country"], said["area"]) == (
        "City of Elm",
        "Elmland",
        "Elm, Oak",
    )
