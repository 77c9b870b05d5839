"""Every refusal in plain words asks only for what the engine gives with it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import lamppost
from lamppost.impact.models import Refusal
from lamppost.impact.refusals import TEXTS, sentence

ROOT = Path(lamppost.__file__).parent
PLACES = (ROOT / "engines" / "impact", ROOT / "impact")


def given() -> dict[str, list[set[str]]]:
    """Return code → the names of the particulars, for each place where it is raised."""
    found: dict[str, list[set[str]]] = {}
    for path in (one for place in PLACES for one in sorted(place.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "EngineError"):
                continue
            code, params = node.args[0], node.args[-1]
            if isinstance(code, ast.Constant) and isinstance(params, ast.Dict):
                keys = {one.value for one in params.keys if isinstance(one, ast.Constant)}
                found.setdefault(str(code.value), []).append({str(one) for one in keys})
    return found


def test_every_text_belongs_to_a_code_and_asks_for_what_it_gives() -> None:
    raised = given()
    for code, text in TEXTS.items():
        wanted = set(re.findall(r"%\((\w+)\)s", str(text)))
        assert code in raised, code
        assert all(wanted <= keys for keys in raised[code]), (code, wanted, raised[code])


def test_says_the_place_and_the_day_in_the_readers_way() -> None:
    params = {"unit": "Mill Lane", "start": "2026-02-16"}
    text = sentence(Refusal(code="impact.study.no_after", message="…", params=params))
    assert text.startswith("“Mill Lane” has no reading from ")
    assert "2026-02-16" not in text
    assert "2026" in text


def test_an_unknown_code_is_told_by_the_engine() -> None:
    text = sentence(Refusal(code="impact.new", message="Do this instead.", params={}))
    assert text.endswith("Do this instead.")
    # Particulars of another version: never a broken page.
    old = Refusal(code="impact.study.never_read", message="Do that instead.", params={})
    assert sentence(old).endswith("Do that instead.")
