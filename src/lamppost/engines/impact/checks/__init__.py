"""What would have spoken against an estimate, and whether it did."""

from lamppost.engines.impact.checks.context import Answered, Context, SensorChange
from lamppost.engines.impact.checks.run import check_all
from lamppost.engines.impact.checks.words import SENTENCES

__all__ = ["SENTENCES", "Answered", "Context", "SensorChange", "check_all"]
