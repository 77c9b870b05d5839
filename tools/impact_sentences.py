"""Write ``impact/sentences.py`` and ``plan_sentences.py`` from the engine: run after it changed.

``python -m tools.impact_sentences``; a test fails when one is behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from lamppost.engines.impact import checks, saying
from lamppost.engines.impact.planning import wording

STAGE = Path(__file__).parents[1] / "src/lamppost/impact"
HEAD = '''"""Every sentence that %s can say, for translation.

Made by ``python -m tools.impact_sentences`` from the engine's own tables; not to be written in.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

SENTENCES: Mapping[str, Promise] = {
'''
WIDTH = 80


def sentences() -> dict[str, str]:
    """Return key → English sentence: of verdicts, and of checks as ``check.NAME.CASE``."""
    of_checks = {f"check.{key}": text for key, text in checks.SENTENCES.items()}
    return {**saying.SENTENCES, **of_checks}


def text(who: str, said: Mapping[str, str]) -> str:
    """Return a whole file."""
    return HEAD % who + "".join(_entry(key, one) for key, one in said.items()) + "}\n"


def _entry(key: str, said: str) -> str:
    short = f"    {_quoted(key)}: lazy({_quoted(said)}),\n"
    if len(short) <= 101:
        return short
    pieces = "".join(f"        {_quoted(piece)}\n" for piece in _pieces(said))
    return f"    {_quoted(key)}: lazy(\n{pieces}    ),\n"


def _pieces(said: str) -> list[str]:
    found, rest = [], said
    while len(rest) > WIDTH:
        cut = rest.rfind(" ", 0, WIDTH) + 1 or len(rest)
        found.append(rest[:cut])
        rest = rest[cut:]
    return [*found, rest]


def _quoted(said: str) -> str:
    return json.dumps(said, ensure_ascii=False)


if __name__ == "__main__":
    for name, who, said in (
        ("sentences.py", "the impact engine", sentences()),
        ("plan_sentences.py", "a plan", wording.SENTENCES),
    ):
        (STAGE / name).write_text(text(who, said), encoding="utf-8")
