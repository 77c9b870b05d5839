"""Pilots, their gates, sites, live feedback, changes and decisions."""

from .agreement import Bid, Call, Clause, ClauseCode, ConflictOfInterest, PastCall
from .feedback import (
    Alert,
    Change,
    Commitment,
    CountedTen,
    Feedback,
    FixAnswer,
    Follow,
    SiteTrace,
    Theme,
)
from .gates import (
    LATE_DAYS,
    MANDATORY,
    WITNESSED,
    Gate,
    GateDraft,
    GateKind,
    GateSigner,
    GateUse,
    PastGate,
    SignatureLink,
)
from .outcome import Decision, EndingView, GroupView
from .pilot import Notice, Pilot, PilotIndicator, PilotTask, PilotVersion, SpecificationLine
from .pulse import PulseAnswer, PulseQuestion, PulseRound, PulseTurnout
from .report import ReportNote
from .sites import Area, RegisterEntry, RetiredCode, Site, SiteCovariate

__all__ = [
    "LATE_DAYS",
    "MANDATORY",
    "WITNESSED",
    "Alert",
    "Area",
    "Bid",
    "Call",
    "Change",
    "Clause",
    "ClauseCode",
    "Commitment",
    "ConflictOfInterest",
    "CountedTen",
    "Decision",
    "EndingView",
    "Feedback",
    "FixAnswer",
    "Follow",
    "Gate",
    "GateDraft",
    "GateKind",
    "GateSigner",
    "GateUse",
    "GroupView",
    "Notice",
    "PastCall",
    "PastGate",
    "Pilot",
    "PilotIndicator",
    "PilotTask",
    "PilotVersion",
    "PulseAnswer",
    "PulseQuestion",
    "PulseRound",
    "PulseTurnout",
    "RegisterEntry",
    "ReportNote",
    "RetiredCode",
    "SignatureLink",
    "Site",
    "SiteCovariate",
    "SiteTrace",
    "SpecificationLine",
    "Theme",
]
