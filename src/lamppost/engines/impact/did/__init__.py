"""Difference-in-differences with few sites, and how wrong the trend may be."""

from lamppost.engines.impact.did.fit import fit_did

__all__ = ["fit_did"]
