"""The reference is made from the code, and nothing that is read is left out of it."""

from __future__ import annotations

import re

from lamppost.base.ports import ALL_PORTS
from lamppost.site.environment import PACKAGE, VARIABLES
from tools import reference

DOCS = reference.DOCS


def test_no_generated_page_is_old() -> None:
    assert reference.old_pages() == []


def test_every_variable_that_is_read_is_described() -> None:
    read = set()
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        read |= set(re.findall(r"environ(?:\.get\(|\[)\s*\"(LAMPPOST_\w+)\"", text))
    assert read == {name for name, _default, _what in VARIABLES}


def test_every_port_is_listed() -> None:
    page = (DOCS / "ports.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([\w.]+)` \|", page, flags=re.MULTILINE))
    assert listed == set(ALL_PORTS)


def test_every_port_is_answered() -> None:
    assert [name for name, port in ALL_PORTS.items() if not list(port)] == []
