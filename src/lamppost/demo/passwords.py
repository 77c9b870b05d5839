"""Passwords of the demo's accounts: random in every installation, kept in a file for its owner."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from .records import Account

FILE_NAME = "demo-passwords.txt"


def make_passwords(accounts: Iterable[Account]) -> dict[str, str]:
    """Return a fresh random password of 96 bits for each account, by its mail address."""
    return {account.email: secrets.token_urlsafe(12) for account in accounts}


def write_passwords(folder: Path, accounts: Iterable[Account], passwords: dict[str, str]) -> Path:
    """Write them to a file that only its owner may read, in place of an earlier one."""
    lines = ["# Accounts of the made-up town of Harbourlea on this installation."]
    lines += [
        f"{account.role:<14}{account.email:<32}{passwords[account.email]}" for account in accounts
    ]
    file = folder / FILE_NAME
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")
    return file
