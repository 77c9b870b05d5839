"""Opinion engine: from votes on statements to groups, common ground and what divides.

`landscape` is the front door. A conversation kept vote by vote holds its `OpinionStatistics`;
a public Polis export is read by `read_polis_export`.
"""

from lamppost.engines.opinion.compose import landscape
from lamppost.engines.opinion.consensus import group_informed_consensus
from lamppost.engines.opinion.exports import PolisExport, read_polis_export
from lamppost.engines.opinion.records import (
    CommonGround,
    DividingStatement,
    Landscape,
    LandscapeWarning,
    MajorityResult,
    OpinionGroup,
    RepresentativeStatement,
    ShareCount,
    StatementResult,
)
from lamppost.engines.opinion.report import stable_record
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.statistics import OpinionStatistics, build
from lamppost.engines.opinion.votes import MISSING, VoteMatrix

__all__ = [
    "MISSING",
    "CommonGround",
    "DividingStatement",
    "Landscape",
    "LandscapeWarning",
    "MajorityResult",
    "OpinionGroup",
    "OpinionStatistics",
    "PolisExport",
    "RepresentativeStatement",
    "ShareCount",
    "SparseVotes",
    "StatementResult",
    "VoteMatrix",
    "build",
    "group_informed_consensus",
    "landscape",
    "read_polis_export",
    "stable_record",
]
