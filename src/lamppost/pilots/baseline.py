"""How long a baseline has to be: as many weeks as planned, from the first reading to the last."""

from __future__ import annotations

# A survey comes in waves, and feedback ten people at a time: not every week has a reading.
FEWEST_WAVES = 2
# A shorter time does not hold every day of the week.
FEWEST_DAYS = 7


def weeks_needed(weeks: int, *, in_waves: bool) -> int:
    """Return in how many weeks there have to be readings, where `weeks` are planned."""
    return FEWEST_WAVES if in_waves else weeks


def days_needed(weeks: int) -> int:
    """Return the fewest days from the first reading to the last, where `weeks` are planned.

    One reading a week is enough, so a week less than planned; of people's answers too, however
    few the waves. The database asks the same (``pilots_technology_needs_the_planned_baseline``).
    """
    return max(FEWEST_DAYS, 7 * (weeks - 1))
