"""Opinion engine: from votes on statements to groups, common ground and what divides.

`landscape` is the front door. A conversation kept vote by vote holds its `OpinionStatistics`;
a public Polis export is read by `read_polis_export`.

Names are loaded when first asked for: a web worker takes `routing` from here and needs no numpy
(importing it costs .45 CPU seconds and 16 MB).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lamppost.engines.opinion.compose import landscape
    from lamppost.engines.opinion.consensus import group_informed_consensus
    from lamppost.engines.opinion.exports import PolisExport, read_polis_export
    from lamppost.engines.opinion.named import NamedVotes, NumberedNames
    from lamppost.engines.opinion.polis_host import (
        PolisFigures,
        polis_figures,
        polis_priorities,
    )
    from lamppost.engines.opinion.records import (
        CommonGround,
        DividingStatement,
        Landscape,
        LandscapeWarning,
        MajorityResult,
        OpinionGroup,
        PatternEvidence,
        PredictionFigures,
        RepresentativeStatement,
        ShareCount,
        StatementResult,
        UndecidedStatement,
    )
    from lamppost.engines.opinion.report import stable_record
    from lamppost.engines.opinion.sparse import SparseVotes
    from lamppost.engines.opinion.statistics import OpinionStatistics, build
    from lamppost.engines.opinion.votes import MISSING, VoteMatrix

_HOME = {
    "compose": ("landscape",),
    "consensus": ("group_informed_consensus",),
    "exports": ("PolisExport", "read_polis_export"),
    "named": ("NamedVotes", "NumberedNames"),
    "polis_host": ("PolisFigures", "polis_figures", "polis_priorities"),
    "records": (
        "CommonGround",
        "DividingStatement",
        "Landscape",
        "LandscapeWarning",
        "MajorityResult",
        "OpinionGroup",
        "PatternEvidence",
        "PredictionFigures",
        "RepresentativeStatement",
        "ShareCount",
        "StatementResult",
        "UndecidedStatement",
    ),
    "report": ("stable_record",),
    "sparse": ("SparseVotes",),
    "statistics": ("OpinionStatistics", "build"),
    "votes": ("MISSING", "VoteMatrix"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "MISSING",
    "CommonGround",
    "DividingStatement",
    "Landscape",
    "LandscapeWarning",
    "MajorityResult",
    "NamedVotes",
    "NumberedNames",
    "OpinionGroup",
    "OpinionStatistics",
    "PatternEvidence",
    "PolisExport",
    "PolisFigures",
    "PredictionFigures",
    "RepresentativeStatement",
    "ShareCount",
    "SparseVotes",
    "StatementResult",
    "UndecidedStatement",
    "VoteMatrix",
    "build",
    "group_informed_consensus",
    "landscape",
    "polis_figures",
    "polis_priorities",
    "read_polis_export",
    "stable_record",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = found
    return found
