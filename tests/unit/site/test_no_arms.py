"""Nobody outside a laboratory says "arm": texts say pilot and comparison sites."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import lamppost

ROOT = Path(lamppost.__file__).parent
ARM = re.compile(r"\barms?\b", re.IGNORECASE)
# What stands for a value in a text is no word of it.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\{.*?\}\}|\{%.*?%\}")
SAID = {"_", "gettext", "gettext_lazy", "lazy", "ngettext", "pgettext"}
IN_TEMPLATE = re.compile(
    r'\{% translate "([^"]*)"|\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}', re.DOTALL
)


def texts_of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID:
            yield from (
                one.value
                for one in node.args
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def texts_of_template(path: Path) -> Iterator[str]:
    for plain, block in IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
        yield plain or block


def test_no_text_says_arm() -> None:
    found, read = [], 0
    for ending, texts in ((".py", texts_of_code), (".html", texts_of_template)):
        for path in sorted(ROOT.rglob(f"*{ending}")):
            for text in texts(path):
                read += 1
                if ARM.search(PLACEHOLDER.sub("", text)):
                    found.append((path.name, text))
    assert read > 3000, "the texts of the interface are found at all"
    assert found == []
