"""Sites that a lottery chose: how it was drawn, and what follows from that alone."""

from lamppost.engines.impact.randomised.drawing import Randomised
from lamppost.engines.impact.randomised.fit import fit_assumed, fit_randomised

__all__ = ["Randomised", "fit_assumed", "fit_randomised"]
