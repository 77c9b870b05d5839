"""A comparison mixed from several places: synthetic control and its relatives."""

from lamppost.engines.impact.synthetic.simplex import SimplexFit, fit_simplex

__all__ = ["SimplexFit", "fit_simplex"]
