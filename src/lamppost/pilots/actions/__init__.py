"""Writes of pilots."""

from .feedback import FeedbackClosed, erase_feedback, give_feedback
from .gates import GateShut, decide, pass_gate, reopen_gate
from .outcome import ChangeFixed, change_change, delete_change, record_change
from .planning import PlanFixed, change_pilot, start_pilot
from .sites import (
    LotRefused,
    SitesFixed,
    add_site,
    add_sites,
    change_site,
    delete_site,
    draw_by_lot,
    why_site_stays,
)

__all__ = [
    "ChangeFixed",
    "FeedbackClosed",
    "GateShut",
    "LotRefused",
    "PlanFixed",
    "SitesFixed",
    "add_site",
    "add_sites",
    "change_change",
    "change_pilot",
    "change_site",
    "decide",
    "delete_change",
    "delete_site",
    "draw_by_lot",
    "erase_feedback",
    "give_feedback",
    "pass_gate",
    "record_change",
    "reopen_gate",
    "start_pilot",
    "why_site_stays",
]
