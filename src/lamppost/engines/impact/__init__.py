"""Did the pilot change anything, compared with places that did not get it?

``build_panel`` → ``estimate_site_changes`` → ``verdict``; ``evidence_level`` grades the design.
Where nothing was measured beside the pilot sites: ``estimate_before_after`` →
``verdict_without_comparison``.
Every result has ``to_json()`` (a plain object) and ``from_json()``.
"""

from lamppost.engines.impact.before_after import estimate_before_after
from lamppost.engines.impact.evidence import EvidenceLevel, evidence_level
from lamppost.engines.impact.panel import Panel, build_panel, build_panel_from_columns
from lamppost.engines.impact.panel_file import read_panel
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
from lamppost.engines.impact.verdict import Verdict, verdict, verdict_without_comparison

__all__ = [
    "BeforeAfter",
    "Caveat",
    "Estimate",
    "EvidenceLevel",
    "Interval",
    "LeftOut",
    "Panel",
    "Permutation",
    "PilotSitesOnly",
    "SiteChange",
    "Verdict",
    "build_panel",
    "build_panel_from_columns",
    "estimate_before_after",
    "estimate_site_changes",
    "evidence_level",
    "permute_sites",
    "read_panel",
    "verdict",
    "verdict_without_comparison",
]
