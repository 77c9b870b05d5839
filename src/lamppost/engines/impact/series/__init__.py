"""One series and its own past: interrupted series, counts, and shares of answers."""

from lamppost.engines.impact.series.interrupted import interrupted_series

__all__ = ["interrupted_series"]
