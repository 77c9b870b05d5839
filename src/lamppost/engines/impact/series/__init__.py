"""One series and its own past: interrupted series, counts, and shares of answers."""

from lamppost.engines.impact.series.counts import interrupted_counts
from lamppost.engines.impact.series.interrupted import interrupted_series
from lamppost.engines.impact.series.step import Step, step_in_logs
from lamppost.engines.impact.series.structural import structural_series
from lamppost.engines.impact.series.surveys import StanceShare, share_change, stance_shares

__all__ = [
    "StanceShare",
    "Step",
    "interrupted_counts",
    "interrupted_series",
    "share_change",
    "stance_shares",
    "step_in_logs",
    "structural_series",
]
