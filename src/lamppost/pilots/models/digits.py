"""A whole number that may be larger than a database's own: kept as its decimal digits."""

from __future__ import annotations

from typing import Any

from django.db import models

# Of 128 bits.
MOST_DIGITS = 39


class DigitsField(models.CharField):  # type: ignore[type-arg]
    """A whole number of up to 39 digits, none below nought; in Python an ``int``.

    It is compared by equality alone: the database orders texts, not numbers.
    """

    description = "Whole number of up to 39 digits"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": MOST_DIGITS, **options})

    def deconstruct(self) -> Any:
        """Return how a migration makes it: the length is always the same."""
        name, path, args, options = super().deconstruct()
        options.pop("max_length", None)
        return name, path, args, options

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> int | None:
        """Return the number of the digits in the database."""
        return None if value is None else int(value)

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        return None if value in (None, "") else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Return the decimal digits."""
        return None if value is None else str(int(value))
