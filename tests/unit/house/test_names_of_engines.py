"""No function that an engine offers is hidden by a module of the same name.

Importing a module puts it into its package, in the place of a name that is loaded later.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

from lamppost import engines

PACKAGES = sorted(one.name for one in pkgutil.iter_modules(engines.__path__) if one.ispkg)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_module_never_hides_what_the_engine_offers(name: str) -> None:
    package = importlib.import_module(f"lamppost.engines.{name}")
    for one in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{one.name}")
    offered = getattr(package, "__all__", ())
    assert [one for one in offered if isinstance(getattr(package, one), ModuleType)] == []
