"""Every action that the code writes into the ledger has plain words."""

from __future__ import annotations

import re
from pathlib import Path

from lamppost.accounts.ledger_words import NOUNS, STAGES, VERBS, words_of

SOURCE = Path(__file__).resolve().parents[3] / "src" / "lamppost"
ACTION = re.compile(r'action=f?"([a-z_]+)\.([a-z_]+|\{[^}]+\})\.([a-z_]+|\{[^}]+\})"')


def written_actions() -> set[tuple[str, str, str]]:
    return {
        match.groups()  # type: ignore[misc]
        for file in SOURCE.rglob("*.py")
        for match in ACTION.finditer(file.read_text(encoding="utf-8"))
    }


def test_every_action_in_the_code_has_words() -> None:
    found = written_actions()
    assert len(found) > 15
    unknown = {
        ".".join(action)
        for action in found
        for word, known in zip(action, (STAGES, NOUNS, VERBS), strict=True)
        if not word.startswith("{") and word not in known
    }
    assert unknown == set()


def test_words_of_an_action() -> None:
    assert words_of("pilots.site.added") == "Site: added"
    assert words_of("pilots.magic_wand.waved_twice") == "Magic wand: waved twice"
