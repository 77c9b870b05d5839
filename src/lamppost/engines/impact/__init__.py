"""Did the pilot change anything, compared with places that did not get it?

``read_study`` → ``find`` (or ``estimate`` alone): any design, one shape of result.

Older, still behind the pages of a pilot: ``build_panel`` → ``estimate_site_changes`` →
``verdict``; ``evidence_level`` grades the design.
Where nothing was measured beside the pilot sites: ``estimate_before_after`` →
``verdict_without_comparison``.
Every result has ``to_json()`` (a plain object) and ``from_json()``.
"""

from lamppost.engines.impact.before_after import estimate_before_after
from lamppost.engines.impact.estimating import Options, Randomised, estimate, find
from lamppost.engines.impact.evidence import EvidenceLevel, evidence_level
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
    PilotSitesOnly,
    SiteChange,
)
from lamppost.engines.impact.site_changes import estimate_site_changes
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.study_file import Columns, read_study
from lamppost.engines.impact.verdict import Verdict, verdict, verdict_without_comparison

__all__ = [
    "BeforeAfter",
    "Caveat",
    "Check",
    "Columns",
    "Effect",
    "Estimate",
    "EvidenceLevel",
    "Finding",
    "Interval",
    "LeftOut",
    "MethodResult",
    "Options",
    "Panel",
    "Permutation",
    "PilotSitesOnly",
    "Randomised",
    "SiteChange",
    "Study",
    "Verdict",
    "build_panel",
    "build_panel_from_columns",
    "estimate",
    "estimate_before_after",
    "estimate_site_changes",
    "evidence_level",
    "find",
    "permute_sites",
    "read_study",
    "verdict",
    "verdict_without_comparison",
]
