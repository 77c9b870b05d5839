"""Hold a playbook's data against `playbook.schema.json`, and say in plain words what is wrong.

Knows the part of JSON Schema that this one schema uses. Each fault names the file, the key and
the remedy.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

SCHEMA_FILE = Path(__file__).with_name("playbook.schema.json")
TEXT = "#/$defs/text"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a file.

    Attributes
    ----------
    file
        Its name.
    key
        Where in it, such as ``indicators[2].unit`` (the first is 1); empty for the whole file.
    text
        What is wrong and what to do.
    """

    file: str
    key: str
    text: str | Promise

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.text}" if self.key else f"{self.file}: {self.text}"


@cache
def schema() -> dict[str, Any]:
    """Return the published schema."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


def faults_of(record: Mapping[str, Any], file: str) -> list[Fault]:
    """Return what is wrong with the data of a playbook, in the order of the file."""
    found = [Fault(file, key, text) for key, text in _check(record, schema(), "")]
    return found or [Fault(file, key, text) for key, text in _meanings(record)]


def texts_of(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield every text of a playbook that people read and that can be translated."""
    return _texts(record, schema())


Found = Iterator[tuple[str, str | Promise]]


def _resolved(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in rule:
        return rule
    name = rule["$ref"].removeprefix("#/$defs/")
    return {**schema()["$defs"][name], **rule}


def _texts(value: Any, rule: Mapping[str, Any]) -> Iterator[str]:
    if rule.get("$ref") == TEXT and isinstance(value, str):
        yield value
    rule = _resolved(rule)
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, rule.get("items", {}))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, _rule_of(rule, name) or {})


def _rule_of(rule: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return what holds for the key `name` of a table; None where it is not known."""
    known: Mapping[str, Mapping[str, Any]] = rule.get("properties", {})
    others = rule.get("additionalProperties", {})
    return known.get(name) or (others or None)


_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_WANTED = {
    "string": _("Write a text in quotation marks."),
    "number": _("Write a number without quotation marks."),
    "integer": _("Write a whole number without quotation marks."),
    "boolean": _("Write true or false without quotation marks."),
    "array": _("Write a list in square brackets."),
    "object": _("Write a table: keys with their values."),
}


def _check(
    value: Any, rule: Mapping[str, Any], key: str, outer: Mapping[str, Any] | None = None
) -> Found:
    """Check a value; `outer` is the rule of the table in which it stands."""
    rule = _resolved(rule)
    kind = rule.get("type")
    if kind and not _is(value, kind):
        yield key, _WANTED[kind]
        return
    if "enum" in rule and value not in rule["enum"]:
        allowed = ", ".join(rule["enum"])
        yield (
            key,
            format_lazy(
                _("“{given}” is not known here. Write one of: {allowed}."),
                given=str(value),
                allowed=allowed,
            ),
        )
    elif isinstance(value, str):
        yield from _check_text(value, rule, key)
    elif isinstance(value, list):
        yield from _check_list(value, rule, key)
    elif isinstance(value, Mapping):
        yield from _check_table(value, rule, key, outer or {})
    else:
        yield from _check_number(value, rule, key)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    return isinstance(value, _KINDS[kind])


def _check_text(value: str, rule: Mapping[str, Any], key: str) -> Found:
    if rule.get("minLength", 0) and not any(map(_is_seen, value)):
        yield key, _("This is empty. Write something.")
    elif any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in value):
        yield key, _("This holds a control character, which nobody can see. Take it out.")
    elif len(value) > (most := rule.get("maxLength", len(value))):
        yield (
            key,
            format_lazy(
                _("This has {count} characters. Shorten it to {most}."), count=len(value), most=most
            ),
        )
    elif "pattern" in rule and not re.fullmatch(rule["pattern"], value):
        yield key, _SHAPES[rule["pattern"]]


def _is_seen(sign: str) -> bool:
    """Say whether a sign is one that people see: no space, and none without a shape."""
    return unicodedata.category(sign)[0] not in "ZC"


_SHAPES = {
    schema()["$defs"][name]["pattern"]: text
    for name, text in {
        "code": _("Use small letters, digits and single hyphens only, such as smart-benches."),
        "language": _("Write a language tag, such as es or pt-BR."),
        "citykeys": _("Write theme and name, such as “prosperity: Fuel poverty”."),
        "u4ssc": _("Write the number as U4SSC does, such as “EN: E: E: 2C”."),
        "iso": _("Write chapter and number, such as 7.6."),
        "sdg_11": _("Write a target of goal 11, such as 11.7."),
        "citykeys_none": _(
            "Write the theme and no_indicator or not_checked, such as “people: no_indicator”."
        ),
    }.items()
}


def _check_list(value: list[Any], rule: Mapping[str, Any], key: str) -> Found:
    if len(value) < (least := rule.get("minItems", 0)):
        yield (
            key,
            format_lazy(
                _("This list holds {count}. Give at least {least}."), count=len(value), least=least
            ),
        )
    if len(value) > (most := rule.get("maxItems", len(value))):
        yield (
            key,
            format_lazy(
                _("This list holds {count}. Keep {most} at most."), count=len(value), most=most
            ),
        )
    for number, one in enumerate(value, 1):
        yield from _check(one, rule.get("items", {}), f"{key}[{number}]")


def _check_table(
    value: Mapping[str, Any], rule: Mapping[str, Any], key: str, outer: Mapping[str, Any]
) -> Found:
    for name, inner in value.items():
        here = f"{key}.{name}" if key else name
        inside = _rule_of(rule, name)
        if inside is None:
            yield here, _unknown(name, list(rule["properties"]), outer)
            continue
        if "propertyNames" in rule:
            yield from _check(name, rule["propertyNames"], here)
        yield from _check(inner, inside, here, rule)
    for name in rule.get("required", ()):
        if name not in value:
            yield (f"{key}.{name}" if key else name), _("This key is missing. Add it.")


def _unknown(name: str, known: list[str], outer: Mapping[str, Any]) -> str | Promise:
    if name in outer.get("properties", {}):
        return _("This key belongs to the table above. Write it before this table begins.")
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return format_lazy(_("This key is not known. Did you mean “{near}”?"), near=near[0])
    return format_lazy(
        _("This key is not known. Take it out. Known here: {known}."), known=", ".join(known)
    )


def _check_number(value: Any, rule: Mapping[str, Any], key: str) -> Found:
    if isinstance(value, int | float) and not _is_finite(value):
        yield key, _WANTED["number"]
    elif "exclusiveMinimum" in rule and value <= rule["exclusiveMinimum"]:
        yield key, format_lazy(_("Give a number above {least}."), least=rule["exclusiveMinimum"])
    low, high = rule.get("minimum"), rule.get("maximum")
    if low is not None and high is not None and not low <= value <= high:
        yield key, format_lazy(_("Give a number from {low} to {high}."), low=low, high=high)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no computation can take
        return False


def _meanings(record: Mapping[str, Any]) -> Found:
    """Check what one part of a file says about another."""
    codes = [one["code"] for one in record["indicators"]]
    for number, code in enumerate(codes, 1):
        if code in codes[: number - 1]:
            yield (
                f"indicators[{number}].code",
                _("Another indicator has this code already. Choose another one."),
            )
    for number, indicator in enumerate(record["indicators"], 1):
        yield from _crosswalk(indicator, f"indicators[{number}]")
    for number, one in enumerate(record.get("pulse", ()), 1):
        if one.get("indicator", codes[0]) not in codes:
            yield (
                f"pulse[{number}].indicator",
                format_lazy(
                    _("No indicator of this file has this code. Write one of: {known}."),
                    known=", ".join(codes),
                ),
            )
    known = set(texts_of(record))
    for language, texts in record.get("translations", {}).items():
        for text in texts:
            if text not in known:
                yield (
                    f"translations.{language}",
                    format_lazy(
                        _("“{text}” is no text of this file. Copy the text letter by letter."),
                        text=text[:80],
                    ),
                )


def _crosswalk(indicator: Mapping[str, Any], key: str) -> Found:
    """Check that what an indicator says of other frameworks does not contradict itself."""
    numbers = indicator.get("crosswalk", {})
    if numbers and "counted_nowhere" in indicator:
        yield f"{key}.counted_nowhere", _("The crosswalk has numbers. Take out this or them.")
    for name in indicator.get("no_match", {}):
        if name in numbers:
            yield f"{key}.no_match.{name}", _("The crosswalk has a number for it. Take out one.")
