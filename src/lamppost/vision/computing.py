"""How the landscape of a question is computed: as the question says, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.cache import cache

from .models import Conversation

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape, NamedVotes, VoteMatrix

# Longer than any step of the work; after a worker was killed the page says nothing false for long.
KEPT_SECONDS = 15 * 60


def landscape_of(
    conversation: Conversation,
    matrix: VoteMatrix | NamedVotes,
    progress: Callable[[float, str], None] | None = None,
) -> Landscape:
    """Return the landscape of these votes. Heavy; never while a web worker starts."""
    from lamppost.engines.opinion import landscape

    return landscape(matrix, mode=conversation.mode, progress=progress)


def tell_progress(conversation: Conversation) -> Callable[[float, str], None]:
    """Return what the engine tells its progress to, so that the host's page can show it."""

    def tell(part: float, step: str) -> None:
        cache.set(_name(conversation), round(100 * part), KEPT_SECONDS)

    return tell


def forget_progress(conversation: Conversation) -> None:
    """Nothing is being computed any more."""
    cache.delete(_name(conversation))


def progress_of(conversation: Conversation) -> int | None:
    """Return how many percent of the landscape that is being computed are done; None: nothing."""
    found: int | None = cache.get(_name(conversation))
    return found


def _name(conversation: Conversation) -> str:
    return f"landscape-progress-{conversation.pk}"
