"""Open questions, statements, votes, landscapes; stories, workshops; goals with indicators."""

from .conversations import (
    Conversation,
    ConversationTranslation,
    EntryCode,
    Kiosk,
    Room,
    RoomAnswer,
    RoomStatement,
)
from .goals import Goal, Indicator, Objection, OrganisationView, Vision
from .landscapes import Landscape, LandscapeRequest
from .statements import Statement, StatementEdit, StatementTranslation
from .stories import AgendaItem, Agreement, Story, Workshop
from .votes import (
    Characteristic,
    ImportantMark,
    NetworkSalt,
    NetworkTrace,
    PaperSheet,
    PopulationShare,
    ReplacedVote,
    Vote,
)

__all__ = [
    "AgendaItem",
    "Agreement",
    "Characteristic",
    "Conversation",
    "ConversationTranslation",
    "EntryCode",
    "Goal",
    "ImportantMark",
    "Indicator",
    "Kiosk",
    "Landscape",
    "LandscapeRequest",
    "NetworkSalt",
    "NetworkTrace",
    "Objection",
    "OrganisationView",
    "PaperSheet",
    "PopulationShare",
    "ReplacedVote",
    "Room",
    "RoomAnswer",
    "RoomStatement",
    "Statement",
    "StatementEdit",
    "StatementTranslation",
    "Story",
    "Vision",
    "Vote",
    "Workshop",
]
