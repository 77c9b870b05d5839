"""The instance's time zone, in words."""

from __future__ import annotations

from django.utils import timezone


def zone_name() -> str:
    """Return the name of the time zone in which meetings are entered and shown."""
    return timezone.get_default_timezone_name().replace("_", " ")
