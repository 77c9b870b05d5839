"""The playbooks to choose from, as pilots brings them."""

from __future__ import annotations

from lamppost.pilots.playbooks import PLAYBOOKS


def playbook_choices() -> list[tuple[str, str]]:
    """Return code and title of every playbook, for a select field."""
    return [(code, str(playbook.title)) for code, playbook in PLAYBOOKS.items()]
