"""Which parts of the plan each gate signs."""

from __future__ import annotations

from .models import GateKind

# What a gate signs cannot change while the gate is passed.
SIGNED: dict[str, tuple[str, ...]] = {
    GateKind.DATA_PROTECTION: (
        "technology",
        "company",
        "purpose",
        "measured_data",
        "personal_data",
        "recipients",
        "retention",
    ),
    GateKind.DISCLOSURE: ("no_comparison_reason",),
    # How long the baseline lasts is settled before it begins, not on the day it ends.
    GateKind.MEASURING: ("baseline_weeks",),
    GateKind.BASELINE: ("baseline_weeks",),
    # From here on being late is public: the day stays as it was set.
    GateKind.TECHNOLOGY: (
        "stop_rule",
        "baseline_starts_on",
        "technology_starts_on",
        "decision_due_on",
        "results_due_on",
    ),
    GateKind.CHANGE: ("no_midterm_reason", "no_change_reason"),
}
