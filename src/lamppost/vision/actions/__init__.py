"""Writes of vision: questions, statements and votes; landscapes, goals, imports and views."""

from .conversations import (
    add_seed_statements,
    change_conversation,
    close_conversation,
    open_conversation,
    reopen_conversation,
)
from .statements import AlreadyThere, NeedsConsent, add_seed_statement, submit_statement
from .votes import VALUES, NotOpen, NotVotable, bulk_votes, cast_vote

__all__ = [
    "VALUES",
    "AlreadyThere",
    "NeedsConsent",
    "NotOpen",
    "NotVotable",
    "add_seed_statement",
    "add_seed_statements",
    "bulk_votes",
    "cast_vote",
    "change_conversation",
    "close_conversation",
    "open_conversation",
    "reopen_conversation",
    "submit_statement",
]
