"""How often somebody may try a code: counted by the code's beginning and by the browser.

Nothing is counted by network address: a library's visitors share one. A code of 79 bits cannot be
found by trying; the limit keeps the site quiet.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from .secret_codes import LETTERS, digest, plain

MOST_OF_A_BROWSER, BROWSER_SECONDS = 10, 15 * 60
MOST_OF_A_BEGINNING, BEGINNING_SECONDS = 20, 60 * 60


def may_try(request: HttpRequest, purpose: str, code: str) -> bool:
    """Count one try of `code` and say whether it is one too many."""
    beginning = digest("beginning", plain(code)[:LETTERS])
    browser = digest("browser", str(request.META.get("CSRF_COOKIE", "")))
    within = _count(f"{purpose}.b.{beginning}", MOST_OF_A_BEGINNING, BEGINNING_SECONDS)
    return _count(f"{purpose}.s.{browser}", MOST_OF_A_BROWSER, BROWSER_SECONDS) and within


def _count(name: str, most: int, seconds: int) -> bool:
    key = f"voices.tries.{name}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return bool(cache.incr(key) <= most)
    except ValueError:  # it ran out in between
        return True
