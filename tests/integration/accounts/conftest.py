"""Invitations to test with."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import TestCase

from lamppost.accounts import actions
from lamppost.accounts.models import Invitation, Partnership, User


@pytest.fixture
def invite(partnership: Partnership, lead: User) -> Callable[..., tuple[Invitation, str]]:
    """Return a function that invites somebody: ``invite("noor@example.org")``."""

    def send(
        email: str = "noor@example.org", role: str = "organisation", **more: str
    ) -> tuple[Invitation, str]:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return actions.invite(
                partnership=partnership,
                by=lead,
                email=email,
                name=more.pop("name", "Noor"),
                role=role,
                **more,
            )

    return send


def links_in_mail() -> list[str]:
    """Return every address in the last mail."""
    return re.findall(r"https?://\S+", str(mail.outbox[-1].body))
