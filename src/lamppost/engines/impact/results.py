"""A range of an effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """Two-sided interval from `low` to `high` that covers the truth with chance `level`."""

    low: float
    high: float
    level: float

    @property
    def excludes_zero(self) -> bool:
        """True when both ends lie on the same side of zero."""
        return self.low > 0 or self.high < 0
