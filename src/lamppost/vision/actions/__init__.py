"""Writes of vision: questions, statements and votes; landscapes, goals, imports and views."""

from .conversations import (
    add_seed_statements,
    change_conversation,
    close_conversation,
    open_conversation,
    reopen_conversation,
)
from .imports import BulkVotesRefused, ImportedPolis, bulk_votes, import_polis
from .landscape import compute_landscape, request_landscape
from .paper import SheetThere, change_sheet, enter_sheet
from .statements import (
    AlreadyThere,
    NeedsConsent,
    add_seed_statement,
    erase_statement,
    submit_statement,
)
from .votes import VALUES, NotOpen, NotVotable, cast_vote, take_back_vote

__all__ = [
    "VALUES",
    "AlreadyThere",
    "BulkVotesRefused",
    "ImportedPolis",
    "NeedsConsent",
    "NotOpen",
    "NotVotable",
    "SheetThere",
    "add_seed_statement",
    "add_seed_statements",
    "bulk_votes",
    "cast_vote",
    "change_conversation",
    "change_sheet",
    "close_conversation",
    "compute_landscape",
    "enter_sheet",
    "erase_statement",
    "import_polis",
    "open_conversation",
    "reopen_conversation",
    "request_landscape",
    "submit_statement",
    "take_back_vote",
]
