"""Reads of pilots."""

from .feedback import (
    FeedbackFilters,
    LiveShares,
    PublicFeedback,
    feedback_page,
    live_shares,
    public_feedback,
    public_words,
    unanswered_count,
)
from .gates import GateLine, gate_lines, gate_obstacles, next_gate, passed_kinds
from .pilots import (
    PilotRow,
    PilotState,
    accepts_readings,
    change_dates,
    closed_on,
    first_reading_day,
    pilot_rows,
    state_of,
)
from .sites import (
    DisclosureFacts,
    SiteMark,
    disclosure_facts,
    disclosure_record,
    map_marks,
    site_address,
    sites_by_arm,
)

__all__ = [
    "DisclosureFacts",
    "FeedbackFilters",
    "GateLine",
    "LiveShares",
    "PilotRow",
    "PilotState",
    "PublicFeedback",
    "SiteMark",
    "accepts_readings",
    "change_dates",
    "closed_on",
    "disclosure_facts",
    "disclosure_record",
    "feedback_page",
    "first_reading_day",
    "gate_lines",
    "gate_obstacles",
    "live_shares",
    "map_marks",
    "next_gate",
    "passed_kinds",
    "pilot_rows",
    "public_feedback",
    "public_words",
    "site_address",
    "sites_by_arm",
    "state_of",
    "unanswered_count",
]
