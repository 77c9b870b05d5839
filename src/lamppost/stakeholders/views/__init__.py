"""Pages of stakeholders: people, who is missing, lists in and out."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from lamppost.accounts.models import Partnership


def tabs(partnership: Partnership, current: str) -> list[dict[str, object]]:
    """The views of this stage."""
    names = {
        "list": _("Everybody"),
        "grid": _("Influence and interest"),
        "missing": _("Who is missing"),
    }
    return [
        {
            "title": title,
            "url": reverse(f"stakeholders:{name}", args=[partnership.slug]),
            "current": name == current,
        }
        for name, title in names.items()
    ]
