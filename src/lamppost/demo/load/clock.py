"""A clock that stands at the moment when something happened in the made-up town."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let the actions of the stages believe that it is `moment`.

    They take the time from ``django.utils.timezone.now``, which is replaced inside the block.
    Only for `lamppost demo`, which runs alone in its process.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


def noon(day: dt.date, hour: int = 12, minute: int = 0) -> dt.datetime:
    """Return a moment of `day`, in UTC."""
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC)
