"""The page of resident flows and the browser tests name each other."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

from lamppost.accounts.routes import access_of_pattern
from lamppost.base.permissions import PUBLIC
from tools import reference

PAGE = reference.DOCS / "reference/resident-flows.md"
TESTS = reference.DOCS.parent / "tests/browser"
# Files whose every test is a flow of a resident.
OF_RESIDENTS = (
    "test_resident_pages.py",
    "test_resident_flows.py",
    "test_taking_back.py",
    "test_kiosk_quiet.py",
    "test_ways_in.py",
    "test_climbing.py",
    "test_stories.py",
)


def names_in(name: str) -> set[str]:
    tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
    found = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return {f"{name}::{one}" for one in found if one.startswith("test_")}


def test_each_flow_names_a_test_and_each_test_is_named() -> None:
    named = re.findall(r"`(test_\w+\.py::test_\w+)`", PAGE.read_text(encoding="utf-8"))
    assert len(named) == len(set(named)), "each once"
    files = {one.partition("::")[0] for one in named}
    there = set().union(*(names_in(name) for name in files))
    assert set(named) <= there
    assert set().union(*(names_in(name) for name in OF_RESIDENTS)) <= set(named)


# Pages that read a press nowhere; without a word on methods a new page counts as one that does.
READ_ONLY = {"home", "help", "about", "healthz", "partnership"}


def takes_a_press(view: Callable[..., Any] | None) -> bool:
    """Say whether the view answers to POST, as its `require_http_methods` or its like has it."""
    while view is not None:
        kept = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in kept:
            return "POST" in kept["request_method_list"]
        view = getattr(view, "__wrapped__", None)
    return True


def pressed(patterns: list[Any], space: str = "") -> Iterator[str]:
    """Names of the addresses that anybody may send something to."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if not getattr(pattern.urlconf_name, "__name__", "").startswith("allauth"):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from pressed(pattern.url_patterns, inner)
        elif access_of_pattern(pattern) == PUBLIC and takes_a_press(pattern.callback):
            yield f"{space}{pattern.name}"


def test_each_public_address_that_takes_a_press_has_a_row_with_a_test() -> None:
    text = PAGE.read_text(encoding="utf-8")
    table, _, others = text.partition("## Where each press goes")[2].partition("Not of residents")
    rows = re.findall(r"^\| `([\w:]+)` \| `([^`]+)` \|$", table, re.M)
    named = [name for name, _test in rows]
    assert len(named) == len(set(named)), "each once"
    apart = set(re.findall(r"`(\w+)`", others)) | READ_ONLY
    assert set(pressed(get_resolver().url_patterns)) == set(named) | apart
    flows = set(re.findall(r"`test_\w+\.py::(test_\w+)`", text))
    for _name, test in rows:
        file, _, name = test.rpartition("::")
        written = (TESTS.parents[1] / file).read_text(encoding="utf-8") if file else ""
        assert name in flows if not file else f"def {name}(" in written, test
