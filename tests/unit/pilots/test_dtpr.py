"""DTPR's data chain: each printed rule finds its mistake, and the pinned identifiers stay."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lamppost.pilots import dtpr

Chain = dict[str, Any]


def local(text: str, locale: str = "en") -> list[dict[str, str]]:
    return [{"locale": locale, "value": text}]


def element(name: str, category: str, **more: Any) -> dict[str, Any]:
    return {"element_id": name, "category_id": category, "priority": 0, **more}


@pytest.fixture
def chain() -> Chain:
    """A lamp with a camera that blurs."""
    context = [
        {"id": code, "name": local(code), "description": local(code), "color": colour}
        for code, colour in dtpr.COLOURS.items()
    ]
    categories = [
        {
            "id": name,
            "order": order,
            "name": local(name),
            "prompt": local("What?"),
            "description": local(name),
            "context_types": context if name == dtpr.TECH else [],
        }
        for order, name in enumerate(dtpr.CATEGORIES)
    ]
    made: Chain = {
        "schema": dict(dtpr.SCHEMA),
        "datachain": {
            "type": "device",
            "version": "2024-06-11T00:00:00Z",
            "title": local("Lamp"),
            "description": local("Laterne", "de"),
            "categories": categories,
        },
        "instance": {
            "title": local("Mill Lane"),
            "created_at": "2026-11-25T20:00:00+00:00",
            "elements": [
                element("safety_security", dtpr.PURPOSE),
                element("de_identified_video", dtpr.TECH, context_type_id="deidentified"),
                element(
                    "data_retained",
                    dtpr.RETENTION,
                    variables=[{"id": "duration", "value": "30 days"}],
                ),
                element("organization", dtpr.ACCOUNTABLE),
            ],
        },
    }
    return copy.deepcopy(made)


def test_a_whole_chain_is_valid(chain: Chain) -> None:
    assert dtpr.problems(chain) == []


def test_the_taxonomy_is_the_one_that_was_read() -> None:
    """Numbers of elements as counted in the taxonomy at commit 156971b."""
    assert {name: len(found) for name, found in dtpr.ELEMENTS.items()} == {
        "device__tech": 51,
        "device__purpose": 23,
        "device__process": 23,
        "device__access": 9,
        "device__data": 7,
        "device__storage": 7,
        "device__accountable": 2,
        "device__retention": 2,
    }
    assert set(dtpr.CATEGORIES) == set(dtpr.ELEMENTS)
    assert set(dtpr.TELLS) <= dtpr.ELEMENTS[dtpr.TECH]
    assert dtpr.SCHEMA["namespace"] == "https://dtpr.io/schemas/datachain/v0.1"
    assert (dtpr.COLOURS["identifiable"], dtpr.COLOURS["deidentified"]) == ("#FFDD00", "#36B2E6")


def elements(chain: Chain) -> list[dict[str, Any]]:
    return chain["instance"]["elements"]  # type: ignore[no-any-return]


def categories(chain: Chain) -> list[dict[str, Any]]:
    return chain["datachain"]["categories"]  # type: ignore[no-any-return]


def tech(chain: Chain) -> dict[str, Any]:
    return next(one for one in categories(chain) if one["id"] == dtpr.TECH)


MISTAKES: dict[str, tuple[Callable[[Chain], Any], str]] = {
    "1 no schema": (lambda c: c.pop("schema"), "schema is missing"),
    "1 no title": (lambda c: c["datachain"].pop("title"), "datachain.title is missing"),
    "1 empty title": (lambda c: c["instance"].update(title=[]), "instance.title is missing"),
    "1 no prompt": (lambda c: categories(c)[0].pop("prompt"), "categories[0].prompt"),
    "1 no priority": (lambda c: elements(c)[0].pop("priority"), "elements[0].priority"),
    "1 no colour": (lambda c: tech(c)["context_types"][0].pop("color"), "color is missing"),
    "1 no value": (lambda c: elements(c)[2]["variables"][0].pop("value"), "value is missing"),
    "schema name": (lambda c: c["schema"].update(name="Other"), "schema.name is not DTPR"),
    "schema version": (lambda c: c["schema"].update(version="9"), "schema.version is not 0.1"),
    "chain type": (lambda c: c["datachain"].update(type="ai"), "datachain.type is not device"),
    "2 no such category": (
        lambda c: elements(c)[0].update(category_id="tech"),
        "category tech is not defined",
    ),
    "category unknown": (lambda c: categories(c)[0].update(id="new"), "category new is not known"),
    "category twice": (lambda c: categories(c).append(categories(c)[0]), "stands there twice"),
    "element unknown": (
        lambda c: elements(c)[0].update(element_id="luminaire"),
        "luminaire is no element",
    ),
    "element elsewhere": (
        lambda c: elements(c)[0].update(element_id="thermometer"),
        "thermometer is no element of device__purpose",
    ),
    "3 context unknown": (
        lambda c: elements(c)[1].update(context_type_id="pii"),
        "context type pii is not defined",
    ),
    "3 context elsewhere": (
        lambda c: elements(c)[0].update(context_type_id="none"),
        "context type none is not defined in device__purpose",
    ),
    "4 variable missing": (
        lambda c: elements(c)[2].pop("variables"),
        "needs the variable duration",
    ),
    "4 variable unknown": (
        lambda c: elements(c)[0].update(variables=[{"id": "more", "value": "x"}]),
        "has no variable more",
    ),
    "5 locale": (
        lambda c: c["instance"].update(title=local("x", "english")),
        "'english' is no code",
    ),
    "6 version": (lambda c: c["datachain"].update(version="2024"), "datachain.version"),
    "6 day alone": (lambda c: c["instance"].update(created_at="2026-11-25"), "no moment in ISO"),
    "6 no zone": (
        lambda c: c["instance"].update(created_at="2026-11-25T20:00:00"),
        "with its time zone",
    ),
    "7 colour": (
        lambda c: tech(c)["context_types"][0].update(color="yellow"),
        "'yellow' is no colour",
    ),
    "7 another yellow": (
        lambda c: tech(c)["context_types"][0].update(color="#FFCC00"),
        "has not the colour",
    ),
    "8 order": (lambda c: categories(c)[0].update(order=-1), "order is below zero"),
    "8 priority": (lambda c: elements(c)[0].update(priority=-1), "priority is below zero"),
    "8 priority in parts": (lambda c: elements(c)[0].update(priority=0.5), "no number"),
    "8 priority true": (lambda c: elements(c)[0].update(priority=True), "no number"),
    "four purposes": (
        lambda c: elements(c).extend(
            element(n, dtpr.PURPOSE) for n in ("health", "inform", "mobility")
        ),
        "here are 4",
    ),
    "no purpose": (lambda c: elements(c).pop(0), "one to 3 purposes"),
    "two accountable": (
        lambda c: elements(c).append(element("institution", dtpr.ACCOUNTABLE)),
        "exactly one accountable",
    ),
    "nobody accountable": (lambda c: elements(c).pop(), "exactly one accountable"),
    "nothing said of people": (
        lambda c: elements(c)[1].pop("context_type_id"),
        "does not say whether people can be identified",
    ),
    "a camera that sees faces, said to see none": (
        lambda c: elements(c)[1].update(element_id="identifiable_video", context_type_id="none"),
        "is identifiable, and the record says none",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_found(chain: Chain, mistake: str) -> None:
    spoil, words = MISTAKES[mistake]
    spoil(chain)
    found = dtpr.problems(chain)
    assert any(words in one for one in found), found


@pytest.mark.parametrize("locale", ["en", "pt-BR", "zh-Hant", "es-419", "km"])
def test_locales_of_every_form(chain: Chain, locale: str) -> None:
    chain["instance"]["title"] = local("x", locale)
    assert dtpr.problems(chain) == []


def test_nothing_at_all_is_no_chain() -> None:
    assert len(dtpr.problems({})) == 3


def test_the_strictest_answer_counts() -> None:
    assert dtpr.strictest(["none", "identifiable", "deidentified"]) == "identifiable"
    assert dtpr.strictest(["none", "deidentified"]) == "deidentified"
    assert dtpr.strictest([]) == "none"
