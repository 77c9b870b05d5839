"""The table of roles by rights, as ``docs/reference/roles.md`` holds it."""

from __future__ import annotations

from django.utils import translation

from .roles import RIGHTS_OF_ROLE, Right, Role

HEAD = """\
# Roles and rights

*Made from `lamppost/accounts/roles.py` by `make docs`; change it there.*

Everybody has one role in each partnership. Residents need no account and no role.

How many people voted, and how, is read exactly, at each press, only by who holds `edit_vision` or
`moderate`; every other role reads what is released to everybody
([privacy](../explanation/privacy.md)).

"""
TAIL = """
A company sends data and reads feedback; it never moderates. Only an organisation writes its own
organisation's view, and not even a lead can change it.
"""


def roles_table() -> str:
    """Return the page as Markdown, in English."""
    with translation.override("en"):
        lines = [
            f"| right | {' | '.join(str(role.label) for role in Role)} |",
            f"|---|{'|'.join(':-:' for _role in Role)}|",
        ]
        for right in Right:
            marks = ["yes" if right in RIGHTS_OF_ROLE[role] else "" for role in Role]
            lines.append(f"| {right.label} (`{right.value}`) | {' | '.join(marks)} |")
    return HEAD + "\n".join(lines) + "\n" + TAIL
