"""Reads of pilots."""

from .chain import dtpr_record, notice_problems
from .closing import closed_on
from .disclosure import (
    DisclosureFacts,
    disclosure_facts,
    disclosure_record,
    phase_of,
    results_of,
    retired_code,
)
from .feedback import (
    FeedbackFilters,
    LiveShares,
    PublicFeedback,
    feedback_page,
    live_shares,
    public_feedback,
    public_words,
    unanswered_count,
    unanswered_counts,
)
from .gates import (
    GateLine,
    gate_lines,
    gate_obstacles,
    keepers_of_gate,
    next_gate,
    passed_kinds,
)
from .pilots import (
    PilotRow,
    PilotState,
    accepts_readings,
    change_dates,
    closed_times,
    first_reading_day,
    pilot_rows,
    state_of,
)
from .sites import (
    SiteMark,
    arms_settled,
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
    "arms_settled",
    "change_dates",
    "closed_on",
    "closed_times",
    "disclosure_facts",
    "disclosure_record",
    "dtpr_record",
    "feedback_page",
    "first_reading_day",
    "gate_lines",
    "gate_obstacles",
    "keepers_of_gate",
    "live_shares",
    "map_marks",
    "next_gate",
    "notice_problems",
    "passed_kinds",
    "phase_of",
    "pilot_rows",
    "public_feedback",
    "public_words",
    "results_of",
    "retired_code",
    "site_address",
    "sites_by_arm",
    "state_of",
    "unanswered_count",
    "unanswered_counts",
]
