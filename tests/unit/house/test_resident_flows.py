"""The page of resident flows and the browser tests name each other."""

from __future__ import annotations

import ast
import re

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
