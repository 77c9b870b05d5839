"""How the landscape of a question is computed: as the question says, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .models import Conversation

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape, VoteMatrix


def landscape_of(conversation: Conversation, matrix: VoteMatrix) -> Landscape:
    """Return the landscape of these votes. Heavy; never while a web worker starts."""
    from lamppost.engines.opinion import landscape

    return landscape(matrix, mode=conversation.mode)
