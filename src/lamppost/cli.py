"""``lamppost <command>``."""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run a command; return 0 on success, 2 on wrong use or input."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamppost.site.settings")
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["manage"]:
        execute_from_command_line(["lamppost", *arguments[1:]])
        return 0
    print("lamppost: only `manage` works yet", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
