"""Pages of accounts."""

from .ledger import ledger
from .members import change_member, invite, members, remove, send_again, withdraw
from .own import account, delete_account, join

__all__ = [
    "account",
    "change_member",
    "delete_account",
    "invite",
    "join",
    "ledger",
    "members",
    "remove",
    "send_again",
    "withdraw",
]
