"""Print ``docs/reference/roles.md``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from lamppost.accounts.roles_table import roles_table


class Command(BaseCommand):
    help = "Print the table of roles by rights: lamppost manage roles_table"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(roles_table(), ending="")
