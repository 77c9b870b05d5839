"""The list of codes is what the engine says, no more and no less."""

from __future__ import annotations

import ast
import inspect
import typing
from importlib import import_module

from lamppost.engines.impact import codes, evidence, results, site_changes

# The package's name for it is the function of the same name.
verdict = import_module("lamppost.engines.impact.verdict")


def strings_in(function: object) -> set[str]:
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))  # type: ignore[arg-type]
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "_" in node.value
    }


def returned(function: object) -> set[str]:
    """Second part of every pair that the function returns."""
    tree = ast.parse(inspect.getsource(function))  # type: ignore[arg-type]
    pairs = [node for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    return {pair.elts[1].value for pair in pairs if isinstance(pair.elts[1], ast.Constant)}  # type: ignore[misc]


def caveats_made() -> set[str]:
    tree = ast.parse(inspect.getsource(site_changes))
    return {
        node.args[0].value  # type: ignore[attr-defined]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Caveat"
    }


def test_words() -> None:
    assert typing.get_args(verdict.Word) == codes.WORDS


def test_reasons() -> None:
    said = returned(verdict._word) | returned(verdict._word_for_a_change) | {"no_comparison"}
    assert said == set(codes.REASONS)


def test_caveats() -> None:
    assert caveats_made() == set(codes.CAVEATS)


def test_doubts() -> None:
    said = strings_in(verdict._doubts) & {*codes.CAVEATS, *codes.REASONS}
    assert said | {"no_comparison"} == set(codes.DOUBTS)


def test_left_out_reasons() -> None:
    tree = ast.parse(inspect.getsource(site_changes._why_left_out))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert said == set(codes.LEFT_OUT_REASONS)
    assert all(code in (results.LeftOut.__doc__ or "") for code in codes.LEFT_OUT_REASONS)


def test_evidence_reasons() -> None:
    assert returned(evidence._grade) == set(codes.EVIDENCE_REASONS)
