"""Looking at a figure more than once without fooling oneself."""

from lamppost.engines.impact.looks.always import AlwaysValid, confidence_sequence, mixture_bound
from lamppost.engines.impact.looks.schedule import (
    Look,
    Schedule,
    ended_early,
    judge,
    schedule,
    ways_to_start,
)
from lamppost.engines.impact.looks.spending import (
    constant_bounds,
    crossing,
    spending_bounds,
    spent,
)

__all__ = [
    "AlwaysValid",
    "Look",
    "Schedule",
    "confidence_sequence",
    "constant_bounds",
    "crossing",
    "ended_early",
    "judge",
    "mixture_bound",
    "schedule",
    "spending_bounds",
    "spent",
    "ways_to_start",
]
