"""Rollouts in steps: units that start at different times."""

from lamppost.engines.impact.rollout.adjust import Adjust
from lamppost.engines.impact.rollout.drift import rollout_drift
from lamppost.engines.impact.rollout.fit import fit_rollout
from lamppost.engines.impact.rollout.group_time import GroupTime, group_time_effects

__all__ = ["Adjust", "GroupTime", "fit_rollout", "group_time_effects", "rollout_drift"]
