"""Reads that compose several stages."""

from .desk import Desk, desk
from .doors import DOOR_ROLES, demo_doors, demo_member, demo_vote_url
from .front import partnerships_page, stages_of
from .public import PublicPage, asked_now, open_conversations, public_page, story_url

__all__ = [
    "DOOR_ROLES",
    "Desk",
    "PublicPage",
    "asked_now",
    "demo_doors",
    "demo_member",
    "demo_vote_url",
    "desk",
    "open_conversations",
    "partnerships_page",
    "public_page",
    "stages_of",
    "story_url",
]
