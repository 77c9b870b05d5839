"""A comparison mixed from several places: synthetic control and its relatives."""

from lamppost.engines.impact.synthetic.augmented import fit_augmented
from lamppost.engines.impact.synthetic.control import fit_control
from lamppost.engines.impact.synthetic.did_synthetic import fit_synthetic_did
from lamppost.engines.impact.synthetic.predictor_table import (
    Predictor,
    Specification,
    read_specification,
)
from lamppost.engines.impact.synthetic.predictors import fit_predictors
from lamppost.engines.impact.synthetic.simplex import SimplexFit, fit_simplex

__all__ = [
    "Predictor",
    "SimplexFit",
    "Specification",
    "fit_augmented",
    "fit_control",
    "fit_predictors",
    "fit_simplex",
    "fit_synthetic_did",
    "read_specification",
]
