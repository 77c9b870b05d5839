"""Integrity of a conversation: flags with reasons, and results with and without them.

`integrity_report` looks for copies, bursts, straight lines and repeated short votes;
`with_and_without` shows whether a conclusion depends on them. Nothing is ever removed silently.
"""

from lamppost.engines.opinion.integrity.arrivals import Arrivals, VoteEvent
from lamppost.engines.opinion.integrity.compare import (
    Comparison,
    Conclusion,
    compared,
    with_and_without,
)
from lamppost.engines.opinion.integrity.flags import Flag, IntegrityReport
from lamppost.engines.opinion.integrity.report import integrity_report

__all__ = [
    "Arrivals",
    "Comparison",
    "Conclusion",
    "Flag",
    "IntegrityReport",
    "VoteEvent",
    "compared",
    "integrity_report",
    "with_and_without",
]
