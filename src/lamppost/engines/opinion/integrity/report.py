"""The integrity report: every detector over one conversation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.integrity.arrivals import Arrivals
from lamppost.engines.opinion.integrity.bursts import bursts, gatherings
from lamppost.engines.opinion.integrity.copies import (
    FEW_SLIPS,
    MOST_SLIPS,
    Ordinary,
    Template,
    grow,
)
from lamppost.engines.opinion.integrity.few import identical_votes
from lamppost.engines.opinion.integrity.flags import COPIES, Bound, Flag, IntegrityReport, assemble
from lamppost.engines.opinion.integrity.latent import MOST_FITTED, fit_classes
from lamppost.engines.opinion.integrity.near import MOST_SUMMED
from lamppost.engines.opinion.integrity.pairs import Candidates, clusters, similar_pairs
from lamppost.engines.opinion.integrity.straight import (
    LEAST_VOTES,
    near_straight_lines,
    straight_liners,
    straight_lines,
)
from lamppost.engines.opinion.sparse import SparseVotes

LEVEL = 0.01
"""Chance that a detector flags anything in a conversation of ordinary people."""
MOST_TEMPLATES = 40
_SUSPECT = 0.35
"""Largest part of the people that is left out when ordinary people are learnt from."""

Progress = Callable[[float, str], None]


def integrity_report(
    votes: SparseVotes,
    arrivals: Arrivals | None = None,
    *,
    seed: int = 0,
    level: float = LEVEL,
    progress: Progress | None = None,
) -> IntegrityReport:
    """Flags for votes that, together, would be strange by chance; nothing is removed.

    Parameters
    ----------
    votes : SparseVotes
        Final votes, those on statements set aside included.
    arrivals : Arrivals, optional
        ``Arrivals.from_events(events, P)``; without it no bursts are looked for.
    seed : int
        For the random planes and the latent classes.
    level : float
        Chance of each detector to flag anything among ordinary people.
    progress : callable, optional
        Called with the part done, 0 to 1, and the name of the step.

    Returns
    -------
    IntegrityReport

    Raises
    ------
    EngineError
        ``opinion.integrity.wrong_length`` when arrivals are of another number of people;
        ``.bad_level``.

    Notes
    -----
    A single copy of somebody is found only when the votes are long; accounts that each answer
    something else look like people. See docs/explanation/integrity.md.
    """
    came = _checked(votes, arrivals, level)
    tell = progress or _silent
    tell(0.0, "pairs")
    found, asked = similar_pairs(votes, seed, least_strength=_least_strength(votes))
    joined = clusters(found, votes.people)[:MOST_TEMPLATES]
    tell(0.4, "ordinary people")
    few = identical_votes(votes, came, level)
    crowds = gatherings(came, level)
    suspects = [*joined, *(np.array(flag.people) for flag in few), *(rows for rows, _ in crowds)]
    clean = _unsuspected(votes, suspects)
    ordinary = Ordinary(votes, fit_classes(votes, clean, seed))
    tell(0.6, "copies")
    flags = [*few, *_copies(ordinary, came, joined, few, level)]
    tell(0.8, "bursts")
    flags += bursts(votes, ordinary, came, crowds, level)
    flags += straight_lines(votes, ordinary.classes, came, level)
    flags += near_straight_lines(votes, clean, came, seed, level)
    tell(1.0, "done")
    return assemble(flags, votes.people, seed, _bounds(votes, asked, clean))


def _bounds(votes: SparseVotes, asked: Candidates, clean: NDArray[np.bool_]) -> tuple[Bound, ...]:
    """What was looked at in part."""
    each = votes.votes_each
    learnt, long = np.count_nonzero(clean & (each > 0)), np.count_nonzero(each >= LEAST_VOTES)
    found = []
    if asked.widest is not None:
        params = {"pairs": len(asked.first), "degrees": asked.widest}
        found.append(Bound("opinion.integrity.bound.pairs", params))
    for name, most, all_of in (("classes", MOST_FITTED, learnt), ("lines", MOST_SUMMED, long)):
        if all_of > most:
            found.append(
                Bound(f"opinion.integrity.bound.{name}", {"people": most, "all": int(all_of)})
            )
    return tuple(found)


def _silent(part: float, step: str) -> None:
    """Progress that nobody watches."""


def _checked(votes: SparseVotes, arrivals: Arrivals | None, level: float) -> Arrivals:
    if not 0 < level < 1:
        raise EngineError(
            "opinion.integrity.bad_level",
            f"The level is {level}; it must lie between 0 and 1, for example 0.01.",
            {"level": level},
        )
    if arrivals is None:
        return Arrivals.unknown(votes.people)
    if arrivals.people != votes.people:
        raise EngineError(
            "opinion.integrity.wrong_length",
            f"There are arrivals of {arrivals.people} people and votes of {votes.people}. Give "
            "one arrival for each person.",
            {"arrivals": arrivals.people, "people": votes.people},
        )
    return arrivals


def _least_strength(votes: SparseVotes) -> float:
    """A pair worth looking at: two or three more of its kind would be strange."""
    return float(np.log(max(votes.people, 2)))


def _unsuspected(votes: SparseVotes, groups: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Everyone to learn ordinary behaviour from: no suspect, while they are not too many."""
    clean = np.ones(votes.people, dtype=bool)
    for value in (-1, 0, 1):
        clean[straight_liners(votes, value)] = False
    most = _SUSPECT * votes.people
    # small groups first: a chain of like-minded people can be long, a brigade is compact
    out = np.count_nonzero(~clean)
    for group in sorted(groups, key=len):
        more = np.count_nonzero(clean[group])
        if out + more <= most:
            clean[group] = False
            out += more
    return clean


def _copies(
    ordinary: Ordinary,
    arrivals: Arrivals,
    joined: list[NDArray[np.int64]],
    identical: list[Flag],
    level: float,
) -> list[Flag]:
    """Flags of the templates that chance does not explain; nobody is in two of them."""
    price = float(np.log(max(ordinary.votes.people, 2)) - np.log(level))
    free = np.ones(ordinary.votes.people, dtype=bool)
    for flag in identical:
        free[list(flag.people)] = False
    flags = []
    for members in joined:
        start = members[free[members]]
        if len(start) < 2:
            continue
        template = _convincing(ordinary, start, free, price)
        if template is None:
            continue
        free[template.people] = False
        flags.append(_flag(template, arrivals, price))
    return flags


def _convincing(
    ordinary: Ordinary, start: NDArray[np.int64], free: NDArray[np.bool_], price: float
) -> Template | None:
    """Template with as many slips as are allowed to a crowd, else with few."""
    for slips in (MOST_SLIPS, FEW_SLIPS):
        template = grow(ordinary, start, among=free, most_slips=slips, price=price)
        if template is not None and template.convincing:
            return template
    return None


def _flag(template: Template, arrivals: Arrivals, price: float) -> Flag:
    return Flag(
        COPIES,
        tuple(template.people.tolist()),
        float(1 - np.exp(-template.evidence)),
        f"opinion.integrity.{COPIES}",
        {
            "people": len(template.people),
            "statements": len(template.columns),
            "slips": template.slips,
            "evidence": template.evidence,
        },
        arrivals.period(template.people),
    )
