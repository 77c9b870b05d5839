"""A comparison mixed from several places: synthetic control and its relatives."""

from lamppost.engines.impact.synthetic.control import fit_control
from lamppost.engines.impact.synthetic.simplex import SimplexFit, fit_simplex

__all__ = ["SimplexFit", "fit_control", "fit_simplex"]
