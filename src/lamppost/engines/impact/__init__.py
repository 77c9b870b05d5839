"""Did the pilot change anything, compared with places that did not get it?

``read_study`` → ``find`` (or ``estimate`` alone): any design, one shape of result.

``find`` joins `check_all` (what speaks against it), `say` (the words) and `evidence_level` (the
design's grade). Older: ``build_panel`` → ``estimate_site_changes``, with ``to_json()`` and
``from_json()``.
"""

from lamppost.engines.impact.checks import Context, check_all
from lamppost.engines.impact.estimating import Options, Randomised, estimate, find
from lamppost.engines.impact.found import Check, Effect, Finding, MethodResult
from lamppost.engines.impact.panel import Panel, build_panel, build_panel_from_columns
from lamppost.engines.impact.permutation import permute_sites
from lamppost.engines.impact.results import (
    BeforeAfter,
    Caveat,
    Estimate,
    Interval,
    LeftOut,
    Permutation,
    SiteChange,
)
from lamppost.engines.impact.saying import Design, Evidence, Verdict, evidence_level, say
from lamppost.engines.impact.site_changes import estimate_site_changes
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.study_file import Columns, read_study

__all__ = [
    "BeforeAfter",
    "Caveat",
    "Check",
    "Columns",
    "Context",
    "Design",
    "Effect",
    "Estimate",
    "Evidence",
    "Finding",
    "Interval",
    "LeftOut",
    "MethodResult",
    "Options",
    "Panel",
    "Permutation",
    "Randomised",
    "SiteChange",
    "Study",
    "Verdict",
    "build_panel",
    "build_panel_from_columns",
    "check_all",
    "estimate",
    "estimate_site_changes",
    "evidence_level",
    "find",
    "permute_sites",
    "read_study",
    "say",
]
