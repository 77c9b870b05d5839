"""Which parts of the plan each gate signs."""

from __future__ import annotations

from collections.abc import Collection

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
        "no_device_reason",
    ),
    # The list of sites is signed too: see `queries.signed_facts`.
    GateKind.SITES: ("no_comparison_reason",),
    # What the notices say, and the page of every site.
    GateKind.DISCLOSURE: (
        "owner_department",
        "technology",
        "company",
        "purpose",
        "measured_data",
        "personal_data",
        "recipients",
        "retention",
        "contact",
        "city_number",
        "feedback_read",
        "site_question",
        "no_device_reason",
        "no_comparison_reason",
    ),
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
# Signed only where it is said: gates were signed before there was such a field, and stay signed.
WHERE_SAID = frozenset({"site_question", "no_device_reason"})
# A pilot that joined late never passes the gate that signs these otherwise.
JOINED_LATE: dict[str, tuple[str, ...]] = {
    GateKind.MEASURING: ("stop_rule", "decision_due_on", "results_due_on"),
}
# Of what other gates sign, these may change at any time: the gate opens again by itself.
REOPENING: frozenset[str] = frozenset(SIGNED[GateKind.DATA_PROTECTION]) | (
    frozenset(SIGNED[GateKind.DISCLOSURE]) - {"no_comparison_reason"}
)


def signed_names(kind: str, *, joined_late: bool) -> tuple[str, ...]:
    """Return the fields of the plan that a gate signs."""
    return SIGNED.get(kind, ()) + (JOINED_LATE.get(kind, ()) if joined_late else ())


def keeps_indicators(passed: Collection[str]) -> GateKind | None:
    """Return the gate that keeps the main indicator, and the others in; None while none does.

    A baseline is one of its indicator: it keeps it also while measuring is open again.
    """
    return next((one for one in (GateKind.MEASURING, GateKind.BASELINE) if one in passed), None)
