"""Every route declares who may use it; a test over the URL map fails for one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Access:
    """Who may use a route.

    Attributes
    ----------
    kind
        ``public`` (anybody), ``signed_in`` (anybody with an account), ``right`` (a member of the
        partnership whose role holds `right`), ``demo`` (only in the demo and only on loopback),
        ``first_run`` (only while nobody has an account).
    right
        The right asked for, when `kind` is ``right``.
    """

    kind: str
    right: str = ""


PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")
DEMO_ONLY = Access("demo")
FIRST_RUN = Access("first_run")


def declare(view: View, access: Access) -> View:
    """Mark `view` with its access, so that the test over the URL map finds it."""
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(view: Any) -> Access | None:
    """Return the access that `view` declares, or None."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None
