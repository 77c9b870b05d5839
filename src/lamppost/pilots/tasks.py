"""Background work of pilots: what has to be looked at although nobody opens a page."""

from __future__ import annotations

from django_tasks import task


@task()
def look_at_devices() -> list[int]:
    """Once a day: a device that fell silent becomes a task, one that sends again ends its own.

    Returns how many tasks were made, and how many were closed.
    """
    from .actions.tasks import look_again_later, look_at_all_devices

    look_again_later()
    return list(look_at_all_devices())
