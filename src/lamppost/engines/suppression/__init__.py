"""Counts that may be published: small ones hidden, and none that can be computed back."""

from lamppost.engines.suppression.release import release_count
from lamppost.engines.suppression.suppress import SuppressedShares, suppress, suppress_shares
from lamppost.engines.suppression.tables import DEFAULT_THRESHOLD, LOWEST_THRESHOLD, SuppressedTable

__all__ = [
    "DEFAULT_THRESHOLD",
    "LOWEST_THRESHOLD",
    "SuppressedShares",
    "SuppressedTable",
    "release_count",
    "suppress",
    "suppress_shares",
]
