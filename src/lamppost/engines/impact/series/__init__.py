"""One series and its own past: interrupted series, counts, and shares of answers."""

from lamppost.engines.impact.series.counts import interrupted_counts
from lamppost.engines.impact.series.interrupted import interrupted_series
from lamppost.engines.impact.series.step import Step, step_in_logs

__all__ = ["Step", "interrupted_counts", "interrupted_series", "step_in_logs"]
