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
from .resident import (
    cast_vote_once,
    mark_important,
    submit_statement_once,
    take_back_once,
    unmark_important,
)
from .statements import (
    AlreadyThere,
    NeedsConsent,
    add_seed_statement,
    erase_statement,
    submit_statement,
)
from .votes import VALUES, NeedsStep, NotOpen, NotVotable, cast_vote, take_back_vote

__all__ = [
    "VALUES",
    "AlreadyThere",
    "BulkVotesRefused",
    "ImportedPolis",
    "NeedsConsent",
    "NeedsStep",
    "NotOpen",
    "NotVotable",
    "SheetThere",
    "add_seed_statement",
    "add_seed_statements",
    "bulk_votes",
    "cast_vote",
    "cast_vote_once",
    "change_conversation",
    "change_sheet",
    "close_conversation",
    "compute_landscape",
    "enter_sheet",
    "erase_statement",
    "import_polis",
    "mark_important",
    "open_conversation",
    "reopen_conversation",
    "request_landscape",
    "submit_statement",
    "submit_statement_once",
    "take_back_once",
    "take_back_vote",
    "unmark_important",
]
