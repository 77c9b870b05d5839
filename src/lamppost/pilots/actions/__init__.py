"""Writes of pilots."""

from .feedback import FeedbackClosed, erase_feedback, give_feedback
from .gates import (
    GateShut,
    decide,
    open_lesson_gate,
    pass_gate,
    publish_lesson_gate,
    reopen_gate,
    tell,
)
from .life import LifeRefused, join_late, pause_pilot, reopen_protection, resume_pilot
from .outcome import ChangeFixed, change_change, delete_change, record_change
from .planning import GateReopens, PlanFixed, change_pilot, start_pilot
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
    "GateReopens",
    "GateShut",
    "LifeRefused",
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
    "join_late",
    "open_lesson_gate",
    "pass_gate",
    "pause_pilot",
    "publish_lesson_gate",
    "record_change",
    "reopen_gate",
    "reopen_protection",
    "resume_pilot",
    "start_pilot",
    "tell",
    "why_site_stays",
]
