"""The steps of certainty in order, and which of them somebody has reached."""

from __future__ import annotations

from collections.abc import Iterable

from .models import Level, Participant, Verification

ORDER: tuple[str, ...] = (
    Level.NONE,
    Level.EMAIL,
    Level.PASSKEY,
    Level.SIGN_IN,
    Level.CODE,
    Level.IN_PERSON,
)


def rank(level: str) -> int:
    """Return how high a level is; one that nobody knows is the lowest."""
    return ORDER.index(level) if level in ORDER else 0


def at_least(level: str) -> tuple[str, ...]:
    """Return the levels that count where `level` is asked for, the lowest first."""
    return ORDER[rank(level) :]


def highest(levels: Iterable[str]) -> str:
    """Return the highest of these levels; ``none`` for none of them."""
    return max(levels, key=rank, default=Level.NONE.value)


def has_reached(participant: Participant | None, level: str) -> bool:
    """Say whether the participant has reached `level` or a higher one; everybody has ``none``."""
    if rank(level) == 0:
        return True
    if participant is None:
        return False
    wanted = at_least(level)
    return Verification.objects.filter(participant=participant, level__in=wanted).exists()
