"""Write the reference pages that are made from the code, or check that they are not old.

``python -m tools.reference`` writes them, ``--check`` only compares. ``tests/unit/house`` does the
same comparison, so that a page can never tell another story than the code.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def pages() -> dict[Path, Callable[[], str]]:
    """Return every generated page with the function that makes its text."""
    from lamppost.accounts.roles_table import roles_table
    from lamppost.story.schema import folder_page

    return {
        DOCS / "reference" / "commands.md": commands_page,
        DOCS / "reference" / "settings.md": settings_page,
        DOCS / "reference" / "roles.md": roles_table,
        DOCS / "reference" / "folder.md": folder_page,
    }


def commands_page() -> str:
    """Return the page of commands: what each prints for ``--help``."""
    from lamppost import cli

    known = cli.commands()
    parts = ["# Commands", "", _made_by("the commands' own help"), "", "```text"]
    parts += [cli.overview(known), "```", ""]
    for command in known.values():
        os.environ["COLUMNS"] = "96"
        text = cli.parser_of(command).format_help().strip()
        parts += [f"## lamppost {command.name}", "", "```text", text, "```", ""]
    return "\n".join(parts)


def settings_page() -> str:
    """Return the page of environment variables."""
    from lamppost.site.environment import VARIABLES

    rows = [f"| `{name}` | {default or '–'} | {what} |" for name, default, what in VARIABLES]
    return "\n".join(
        [
            "# Settings",
            "",
            _made_by("`lamppost/site/environment.py`"),
            "",
            "Lamppost is told everything by environment variables; none is needed to start.",
            "",
            "| variable | default | what it does |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _made_by(source: str) -> str:
    return f"*Made from {source} by `make docs`; change it there.*"


def old_pages() -> list[str]:
    """Return the pages whose file differs from what the code says."""
    return [
        str(path.relative_to(ROOT))
        for path, make in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != make()
    ]


def main() -> int:
    """Write or check the pages; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on an old page")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    if options.check:
        old = old_pages()
        for path in old:
            print(f"{path} is old; run `make docs`")
        return 1 if old else 0
    for path, make in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
