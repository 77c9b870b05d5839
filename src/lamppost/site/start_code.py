"""The one-time code that makes the first account on an instance that others can reach."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from lamppost.accounts.models import User

# 24 random bytes are 192 bits: nobody guesses the link.
CODE_BYTES = 24


def _file() -> Path:
    return Path(settings.HOME) / "start.code"


def start_code() -> str:
    """Return the code, made when there is none, kept at mode 600 until it is spent."""
    try:
        descriptor = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _file().read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        code = secrets.token_urlsafe(CODE_BYTES)
        stream.write(code)
    return code


def start_link() -> str:
    """Return the address of the start page with its code; empty once an account exists."""
    if User.objects.exists():
        return ""
    return f"{settings.LAMPPOST_URL}{reverse('start')}?code={start_code()}"


def is_start_code(given: str) -> bool:
    """Say whether `given` is the code of this instance."""
    code = start_code()
    return bool(code) and secrets.compare_digest(given.encode(), code.encode())


def spend_start_code() -> None:
    """Forget the code: the first account is made."""
    _file().unlink(missing_ok=True)
