"""That somebody took the vote matrix away."""

from __future__ import annotations

from django.db import transaction

from lamppost.accounts import ledger
from lamppost.accounts.models import User

from ..models import Conversation


@transaction.atomic
def note_vote_export(*, conversation: Conversation, by: User, form: str) -> None:
    """Write into the ledger who downloaded every vote of a question, and as what."""
    ledger.record(
        partnership=conversation.partnership,
        by=by,
        action="vision.votes.exported",
        about=conversation,
        fields=[form],
    )
