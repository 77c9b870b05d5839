"""Difference-in-differences with few sites, and how wrong the trend may be."""

from lamppost.engines.impact.did.asked import drift_table
from lamppost.engines.impact.did.bend import smooth_breakdown, smooth_interval
from lamppost.engines.impact.did.drift import RelativeMagnitudes
from lamppost.engines.impact.did.event_study import EventStudy, event_study
from lamppost.engines.impact.did.fit import difference_of_all_readings, fit_did
from lamppost.engines.impact.did.sensitivity import Sensitivity, bounded_drift, drift_sensitivity
from lamppost.engines.impact.did.trend import TrendBefore, trend_before

__all__ = [
    "EventStudy",
    "RelativeMagnitudes",
    "Sensitivity",
    "TrendBefore",
    "bounded_drift",
    "difference_of_all_readings",
    "drift_sensitivity",
    "drift_table",
    "event_study",
    "fit_did",
    "smooth_breakdown",
    "smooth_interval",
    "trend_before",
]
