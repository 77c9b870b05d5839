"""What the worker does for the readings once a day."""

from __future__ import annotations

from django_tasks import task

from lamppost.base.daily import run_again_later


@task()
def count_feedback() -> int:
    """Write the readings of weeks that are over for every pilot that is read from feedback.

    Whatever uses them is computed again. Returns how many are new.
    """
    from lamppost.pilots.models import Pilot

    from .answers import count_answers
    from .ports import READINGS_IMPORTED

    count_feedback_again()
    new = 0
    for pilot in Pilot.objects.filter(feedback_series__isnull=False).distinct().order_by("pk"):
        if made := count_answers(pilot):
            READINGS_IMPORTED.ask(pilot)
            new += made
    return new


def count_feedback_again() -> bool:
    """Let it run in a day unless that is arranged already."""
    return run_again_later(count_feedback)
