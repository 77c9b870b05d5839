"""What may be said of an estimate, and how much its design can bear.

``say`` joins result, checks and design into a `Verdict`; ``evidence_level`` grades the design.
"""

from lamppost.engines.impact.saying.design import Design
from lamppost.engines.impact.saying.doubts import of_draws
from lamppost.engines.impact.saying.evidence import Evidence, evidence_level
from lamppost.engines.impact.saying.telling import Part
from lamppost.engines.impact.saying.verdict import Verdict, say
from lamppost.engines.impact.saying.words import SENTENCES, sentence

__all__ = [
    "SENTENCES",
    "Design",
    "Evidence",
    "Part",
    "Verdict",
    "evidence_level",
    "of_draws",
    "say",
    "sentence",
]
