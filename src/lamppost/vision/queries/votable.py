"""Which statements others vote on: the one rule for every page that shows or takes a vote."""

from __future__ import annotations

from django.db.models import QuerySet

from lamppost.voices.models import Voice

from ..models import Conversation, Statement


def votable(conversation: Conversation) -> QuerySet[Statement]:
    """Return the statements that others vote on.

    They are accepted, their author lets them be shown, and they were not merged into another.
    """
    return Statement.objects.filter(
        conversation=conversation,
        merged_into__isnull=True,
        voice__state=Voice.State.ACCEPTED,
        voice__consent=Voice.Consent.PUBLIC,
    )
