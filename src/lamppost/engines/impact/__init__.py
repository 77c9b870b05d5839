"""Did the pilot change anything, compared with places that did not get it?

``average_readings`` or ``read_study`` → ``find`` (or ``estimate`` alone): any design, one shape of
result.

``find`` joins `check_all` (what speaks against it), `say` (the words) and `evidence_level` (the
design's grade).
"""

from lamppost.engines.impact.averages import Averages, average_readings
from lamppost.engines.impact.checks import Context, check_all
from lamppost.engines.impact.estimating import Options, Randomised, estimate, find
from lamppost.engines.impact.found import Check, Effect, Finding, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.saying import Design, Evidence, Verdict, evidence_level, say
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.study_file import Columns, read_study

__all__ = [
    "Averages",
    "Check",
    "Columns",
    "Context",
    "Design",
    "Effect",
    "Evidence",
    "Finding",
    "Interval",
    "MethodResult",
    "Options",
    "Randomised",
    "Study",
    "Verdict",
    "average_readings",
    "check_all",
    "estimate",
    "evidence_level",
    "find",
    "read_study",
    "say",
]
