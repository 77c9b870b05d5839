"""Which pages may show the card: origins as a browser writes them, checked strictly."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from .models import Conversation

MOST = 10
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
_LOCAL = frozenset({"localhost", "127.0.0.1"})


class NotAnOrigin(ValueError):  # noqa: N818 - an answer, not a fault
    """A line names no origin; the message says what to write in its place."""


def origin_of(line: str) -> str:
    """Return the origin that `line` names, as ``https://www.harbourlea.example``.

    Raises
    ------
    NotAnOrigin
        It is no https address of a site (http is taken for this machine alone).
    """
    text = line.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise NotAnOrigin(_("“%(line)s” is no address.") % {"line": line.strip()[:80]}) from None
    host = _ascii(parts.hostname or "")
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        raise NotAnOrigin(
            _("“%(line)s” is no address of a site. Write it like https://www.example.org")
            % {"line": text[:80]}
        )
    if parts.scheme == "http" and host not in _LOCAL:
        raise NotAnOrigin(
            _("“%(line)s” begins with http. Only pages over https may show the card.")
            % {"line": text[:80]}
        )
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise NotAnOrigin(
            _("“%(line)s” names a page. Write the site alone: %(origin)s")
            % {"line": text[:80], "origin": f"{parts.scheme}://{host}"}
        )
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _ascii(host: str) -> str:
    """Return a host as browsers send it: letters of other scripts in Punycode."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def origins_of(conversation: Conversation) -> list[str]:
    """Return the origins that a conversation allows; a line that is none is left out."""
    found = []
    for line in conversation.embed_origins.splitlines():
        try:
            found.append(origin_of(line))
        except NotAnOrigin:
            continue
    return found[:MOST]
