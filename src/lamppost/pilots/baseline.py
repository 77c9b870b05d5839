"""How long a baseline has to be: as many weeks as planned, from the first reading to the last."""

from __future__ import annotations

# A survey comes in waves, and feedback ten people at a time: not every week has a reading.
FEWEST_WAVES = 2


def weeks_needed(weeks: int, *, in_waves: bool) -> int:
    """Return in how many weeks there have to be readings, where `weeks` are planned."""
    return min(weeks, FEWEST_WAVES) if in_waves else weeks


def days_needed(weeks: int, *, in_waves: bool) -> int:
    """Return the fewest days from the first reading to the last: one a week is enough.

    The database asks the same (``pilots_technology_needs_the_planned_baseline``).
    """
    return 7 * (weeks_needed(weeks, in_waves=in_waves) - 1)
