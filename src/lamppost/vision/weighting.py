"""Who took part, and what would change if they were like the people concerned.

Heavy: the engine is imported inside the functions, and this runs in tasks and commands alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lamppost.engines.suppression import DEFAULT_THRESHOLD, release_count

from .models import Characteristic, Conversation
from .queries.about import characteristic_counts, population_shares

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape, NamedVotes

Answers = dict[str, list[str | None]]
Targets = dict[str, dict[str, float]]


def taking_part(conversation: Conversation, votes: NamedVotes, found: Landscape) -> dict[str, Any]:
    """Return who said what of themselves, as it may be shown, and the weighted result.

    Returns
    -------
    dict
        ``about``: question → rows of value and count ("at least", None hidden). ``weighted``:
        None without shares of the population; else see `weighted`.
    """
    counts = characteristic_counts(conversation)
    about = {
        question: [{"value": one.value, "count": one.count} for one in rows]
        for question, rows in counts.items()
    }
    return {"about": about, "weighted": weighted(conversation, votes, found)}


def weighted(
    conversation: Conversation, votes: NamedVotes, found: Landscape
) -> dict[str, Any] | None:
    """Return which statements enter or leave the common ground when people are weighted.

    Returns
    -------
    dict or None
        ``questions`` that could be used and those ``left_out``, ``effective`` people (at least),
        ``enter`` and ``leave`` (numbers). None where the population is not known, or nothing can
        be used.

    Notes
    -----
    Weighted shares themselves are never kept: with the plain ones beside them, how a small
    category voted could be computed. A characteristic is used only where ten people or more are
    in each of its categories.
    """
    shares, _source = population_shares(conversation.partnership)
    if not shares:
        return None
    answers, targets, left_out = _usable(conversation, votes, shares)
    if not targets:
        return {"questions": [], "left_out": left_out, "effective": None, "enter": [], "leave": []}
    return _compared(votes, found, answers, targets) | {"left_out": left_out}


def _usable(
    conversation: Conversation, votes: NamedVotes, shares: Targets
) -> tuple[Answers, Targets, list[str]]:
    said = {
        (participant, question): value
        for participant, question, value in Characteristic.objects.filter(
            participant__partnership=conversation.partnership_id
        ).values_list("participant", "question", "value")
    }
    answers: Answers = {}
    targets: Targets = {}
    left_out = []
    for question, parts in shares.items():
        own = [said.get((int(key), question)) for key in votes.participants]
        known = [value if value in parts else None for value in own]
        whole = sum(parts.values())
        if all(known.count(value) >= DEFAULT_THRESHOLD for value in parts) and whole > 0:
            answers[question] = known
            targets[question] = {value: share / whole for value, share in parts.items()}
        else:
            left_out.append(question)
    return answers, targets, left_out


def _compared(
    votes: NamedVotes, found: Landscape, answers: Answers, targets: Targets
) -> dict[str, Any]:
    import numpy as np

    from lamppost.engines.core.errors import EngineError
    from lamppost.engines.opinion.weights import raked_weights, weighted_counts

    sparse = votes.votes
    try:
        raking = raked_weights(answers, targets)
    except EngineError:
        return {"questions": [], "effective": None, "enter": [], "leave": []}
    shown = found.settled and found.groups
    labels = np.zeros(sparse.people, dtype=np.int64)
    groups = [0]
    if shown:
        labels = np.array([found.membership.get(key, -1) for key in votes.participants])
        groups = [group.id for group in found.groups]

    def ground(weights: Any) -> set[int]:
        counted = weighted_counts(sparse, labels, groups, weights)
        agreed = (np.nan_to_num(counted.low) > 0.5).all(axis=0) & ~sparse.set_aside
        return {votes.statements[column] for column in np.flatnonzero(agreed).tolist()}

    plain, heavy = ground(np.ones(sparse.people)), ground(raking.weights)
    return {
        "questions": list(targets),
        "effective": release_count(int(raking.effective)),
        "enter": sorted(heavy - plain),
        "leave": sorted(plain - heavy),
    }
