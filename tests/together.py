"""Which tests run one after another in one process of pytest-xdist, and which begin.

pytest-xdist's own groups cannot be used: it writes a group's name into an attribute that pytest
9.2 does not read any more, so that every test went where there was room (a town was made up to
twice, and walks through one town ran in two).
"""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadScopeScheduling

# Folders whose tests share a made-up town: it is made once, and walks start where the one before
# stopped.
TOGETHER = (
    "tests/integration/routes",
    "tests/integration/demo",
    "tests/integration/story",
    "tests/browser/pilots",
)
BROWSER = "tests/browser/"
# Each of its tests takes a minute or more.
ALONE = "tests/browser/test_accessibility.py"


class Together(LoadScopeScheduling):
    """Give each process a whole file, or a whole folder of `TOGETHER`."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """Return the name of what stays together with this test.

    >>> scope_of("tests/browser/pilots/test_life.py::test_a")
    'tests/browser/pilots'
    >>> scope_of("tests/unit/test_b.py::TestC::test_d[e]")
    'tests/unit/test_b.py'
    """
    file = nodeid.split("::", 1)[0]
    if file == ALONE:
        return nodeid
    folder = str(PurePosixPath(file).parent)
    return folder if folder in TOGETHER else file


def order_of(item: pytest.Item) -> int:
    """What takes long comes first: at the end it would leave the other process idle.

    The browser comes last: its event loop runs until the session ends, and Django refuses the
    database to whatever follows in that process.
    """
    scope = scope_of(item.nodeid)
    if not scope.startswith(BROWSER):
        return TOGETHER.index(scope) if scope in TOGETHER else len(TOGETHER)
    return len(TOGETHER) + (1 if scope in TOGETHER else 2 if scope.startswith(ALONE) else 3)
