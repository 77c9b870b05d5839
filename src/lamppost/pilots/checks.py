"""What Django's checks say at the start: the city's playbooks that are left out."""

from __future__ import annotations

from typing import Any

from django.core import checks


def own_playbooks(**_given: Any) -> list[checks.CheckMessage]:
    """Warn of each fault in the city's own playbooks; the site works without them."""
    from .playbooks import PLAYBOOKS

    return [
        checks.Warning(
            f"{fault}", hint="This playbook is left out until it is mended.", id="pilots.W001"
        )
        for fault in PLAYBOOKS.broken
    ]
