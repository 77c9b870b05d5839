"""The demo's mail, as Django's file back end writes it."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

# The demo is not an archive: older files stay on disk, unread.
MOST_FILES = 300
# Django writes this line after each message.
END_OF_MAIL = b"\n" + b"-" * 79 + b"\n"
# `lamppost demo` writes mails before anybody knows on which port the town will be served.
_ON_THIS_MACHINE = re.compile(r"http://localhost:\d+(?=[/\s]|$)")


@dataclass(frozen=True)
class Mail:
    """A mail as a person reads it."""

    subject: str
    to: str
    date: str
    body: str


def mail_files() -> list[Path]:
    """Return the files of mail, newest first."""
    folder: Path = settings.MAIL_FOLDER
    if not folder.is_dir():
        return []
    return sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)


def newest_mails() -> list[Mail]:
    """Return the mails of the newest files, newest first."""
    return [mail for file in mail_files()[:MOST_FILES] for mail in read_mails(file)]


def read_mails(file: Path) -> list[Mail]:
    """Return the mails of one file, newest first."""
    parts = file.read_bytes().split(END_OF_MAIL)
    return [_read(part) for part in reversed(parts) if part.strip()]


def _read(content: bytes) -> Mail:
    message = email.message_from_bytes(content.lstrip(b"\n"), policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    body = message.get_body(preferencelist=("plain",))
    return Mail(
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        date=str(message["Date"] or ""),
        body=_leading_here(body.get_content()) if body is not None else "",
    )


def _leading_here(body: str) -> str:
    """Let links to another port of this machine lead to the address that is served now."""
    return _ON_THIS_MACHINE.sub(lambda _found: str(settings.LAMPPOST_URL), body)
