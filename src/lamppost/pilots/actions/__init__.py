"""Writes of pilots."""

from .added import moderate_photo, set_feedback_photo, set_feedback_place, take_out_feedback_photo
from .alerts import AlertClosed, close_alert, hand_over_alert, possible_owners
from .feedback import (
    FeedbackClosed,
    erase_feedback,
    forget_photos,
    give_feedback,
    give_feedback_once,
)
from .follows import (
    ask_to_be_told,
    follow_with,
    forget_address,
    retry_mails,
    sweep_addresses,
    tell_followers,
)
from .gates import (
    GateShut,
    decide,
    open_lesson_gate,
    pass_gate,
    publish_lesson_gate,
    reopen_gate,
)
from .life import LifeRefused, join_late, pause_pilot, reopen_protection, resume_pilot
from .lot import LotRefused, draw_by_lot, draw_steps, promise_lot
from .outcome import ChangeFixed, change_change, delete_change, record_change
from .planning import GateReopens, PlanFixed, change_pilot, start_pilot
from .sites import (
    SitesFixed,
    SitesReopen,
    add_site,
    add_sites,
    change_site,
    delete_site,
    why_no_more_sites,
    why_site_stays,
)
from .telling import tell

__all__ = [
    "AlertClosed",
    "ChangeFixed",
    "FeedbackClosed",
    "GateReopens",
    "GateShut",
    "LifeRefused",
    "LotRefused",
    "PlanFixed",
    "SitesFixed",
    "SitesReopen",
    "add_site",
    "add_sites",
    "ask_to_be_told",
    "change_change",
    "change_pilot",
    "change_site",
    "close_alert",
    "decide",
    "delete_change",
    "delete_site",
    "draw_by_lot",
    "draw_steps",
    "erase_feedback",
    "follow_with",
    "forget_address",
    "forget_photos",
    "give_feedback",
    "give_feedback_once",
    "hand_over_alert",
    "join_late",
    "moderate_photo",
    "open_lesson_gate",
    "pass_gate",
    "pause_pilot",
    "possible_owners",
    "promise_lot",
    "publish_lesson_gate",
    "record_change",
    "reopen_gate",
    "reopen_protection",
    "resume_pilot",
    "retry_mails",
    "set_feedback_photo",
    "set_feedback_place",
    "start_pilot",
    "sweep_addresses",
    "take_out_feedback_photo",
    "tell",
    "tell_followers",
    "why_no_more_sites",
    "why_site_stays",
]
