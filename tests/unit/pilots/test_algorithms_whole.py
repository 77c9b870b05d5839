"""The register is whole: code that computes on people or places has an entry, or a reason.

What counts as such: an engine (every package of ``engines``), every function of an engine that a
stage calls, every method of estimation, and every draw.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import lamppost
from lamppost.engines.impact.found import Method
from lamppost.pilots import algorithms

ROOT = Path(lamppost.__file__).parent
DRAWS = {"randbits", "randbelow", "choice", "SystemRandom"}
# Modules that call engines or draw, and compute nothing about people or places.
NO_METHOD = {
    "lamppost.engines.core.unit_words": "writes a number with its unit",
    "lamppost.engines.opinion.exports": "reads files",
    "lamppost.engines.opinion.partnership_folder": "reads files",
    "lamppost.engines.opinion.report": "writes a result in a fixed order",
    "lamppost.engines.opinion.sparse": "keeps votes",
    "lamppost.engines.opinion.statistics": "adds up votes",
    "lamppost.engines.impact.csv_rows": "reads files",
    "lamppost.engines.impact.panel_file": "reads files",
    "lamppost.engines.impact.study_file": "reads files",
    "lamppost.engines.impact.unit_labels": "names what is compared",
    "lamppost.vision.queries.paper": "draws a sheet for a second look at typing",
    "lamppost.vision.actions.rooms": "draws a code that people type",
    "lamppost.vision.actions.kiosks": "draws a code that people type",
    "lamppost.vision.actions.conversations": "draws a code of an address",
    "lamppost.vision.actions.imports": "draws a code of an address",
    "lamppost.pilots.actions.sites": "draws a code of an address",
    "lamppost.voices.secret_codes": "draws a code that people type",
    "lamppost.voices.steps": "draws a code that people type",
    "lamppost.story.importing": "draws codes anew for what is brought in",
    "lamppost.demo": "makes up a town",
}


def covered(module: str) -> bool:
    """Whether an entry or a reason answers for a module, by its name or that of a package."""
    own = [one for method in algorithms.methods().values() for one in method["modules"]]
    return any(module == one or module.startswith(f"{one}.") for one in (*own, *NO_METHOD))


def stages() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] != "engines" and "migrations" not in parts:
            yield ".".join(("lamppost", *parts)), ast.parse(path.read_text(encoding="utf-8"))


def draws(tree: ast.AST) -> bool:
    """Whether the code draws: by `random`, or by what of `secrets` is no token."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in DRAWS and _is(node.value, "secrets"))
        or (isinstance(node, ast.Import) and any(one.name == "random" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in {"random", "secrets"})
        for node in ast.walk(tree)
    )


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def called(tree: ast.AST) -> set[str]:
    """Return the modules of engines whose functions the code takes, wherever they come through."""
    found = set()
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith(
            "lamppost.engines"
        ):
            continue
        for one in node.names:
            if node.module == "lamppost.engines":
                aliases[one.asname or one.name] = f"lamppost.engines.{one.name}"
            else:
                found.add(_home(str(node.module), one.name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in aliases:
            found.add(_home(aliases[ast.unparse(node.value)], node.attr))
    return found - {""}


def _home(module: str, name: str) -> str:
    """Return where a function is written; empty for a type, a constant or a module."""
    value = getattr(importlib.import_module(module), name, None)
    return str(value.__module__) if callable(value) and not isinstance(value, type) else ""


def missing(module: str, tree: ast.AST) -> list[str]:
    """Return what of a stage's module no entry answers for."""
    engines = [one for one in sorted(called(tree)) if one.startswith("lamppost.engines")]
    drawn = [module] if draws(tree) else []
    return [one for one in (*engines, *drawn) if not covered(one)]


def test_what_stages_call_and_draw_has_an_entry() -> None:
    found = {module: gaps for module, tree in stages() if (gaps := missing(module, tree))}
    assert found == {}, (
        "Write an entry for it into methods.toml of its package (see lamppost.pilots.algorithms), "
        "or a reason into NO_METHOD."
    )


def test_every_engine_declares_its_methods() -> None:
    engines = {path.parent.name for path in ROOT.glob("engines/*/__init__.py")} - {"core"}
    assert engines >= {"impact", "networks", "opinion", "suppression"}
    assert {
        name for name in engines if not (ROOT / "engines" / name / "methods.toml").exists()
    } == set()


def test_every_method_of_estimation_has_an_entry() -> None:
    codes = [one["code"] for one in algorithms.methods().values() if "code" in one]
    assert sorted(codes) == sorted(get_args(Method))


@pytest.mark.parametrize(
    ("code", "gaps"),
    [
        ("import secrets\nsecrets.token_urlsafe()", []),
        ("import secrets\nsecrets.choice([1, 2])", ["lamppost.planted"]),
        ("import random\nrandom.shuffle([])", ["lamppost.planted"]),
        ("from secrets import randbelow", ["lamppost.planted"]),
        ("from lamppost.engines.suppression import suppress, DEFAULT_THRESHOLD", []),
        ("from lamppost.engines.opinion import Landscape, landscape", []),
        ("from lamppost.engines.core.errors import EngineError", []),
    ],
)
def test_the_search_finds_what_is_planted(code: str, gaps: list[str]) -> None:
    assert missing("lamppost.planted", ast.parse(code)) == gaps


def test_a_method_without_its_entry_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {slug: one for slug, one in algorithms.methods().items() if slug != "site-matching"}
    monkeypatch.setattr(algorithms, "methods", lambda: left)
    tree = ast.parse("from lamppost.engines.impact.matching import pair_up")
    assert missing("lamppost.planted", tree) == ["lamppost.engines.impact.matching"]
    tree = ast.parse("from lamppost.engines import impact as engine\nengine.permute_sites()")
    assert missing("lamppost.planted", tree) == []
