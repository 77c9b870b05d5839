"""Who belongs to which group of opinion, or to which side of a spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.assignment import best_assignment
from lamppost.engines.opinion.mixture import Mixture, fit_mixture, two_sides
from lamppost.engines.opinion.pattern import VOTES_A_STATEMENT, Pattern, find_pattern
from lamppost.engines.opinion.places import Frame, Places, fit_frame, place_cells, place_everyone
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.tendency import enough_votes, sample_cells, votes_that_count

Floats = NDArray[np.float64]
_MOST_VOTES = 250_000
MOST_PEOPLE = 4_000
_SHOWN = 2
_BLOCK = 50_000


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups of a conversation, or the two sides of a spectrum.

    Attributes
    ----------
    labels : ndarray of int64, shape (P,)
        Group, 0 upwards, larger groups first; -1 with too few votes, and for everybody when
        there are no groups.
    centres : ndarray of float64, shape (k, d)
    shares : ndarray of float64, shape (k,)
        Share of each group among people of whom enough is known, as estimated.
    positions : ndarray of float64, shape (P, 2)
        Estimated places on the first two components, 0 for people without votes.
    sides : bool
        True for the sides of a spectrum.
    places : Places
        All coordinates with their error variances.
    mixture : Mixture or None
    frame : Frame or None
    columns : ndarray of bool, shape (S,)
        Statements that were used.
    """

    labels: NDArray[np.int64]
    centres: Floats
    shares: Floats
    positions: Floats
    sides: bool
    places: Places
    mixture: Mixture | None
    frame: Frame | None
    columns: NDArray[np.bool_]

    @property
    def k(self) -> int:
        """Number of groups, 0 when there are none."""
        return len(self.shares)


def group_people(
    votes: SparseVotes,
    k: int | None = None,
    seed: int = 0,
    columns: NDArray[np.bool_] | None = None,
    *,
    pattern: Pattern | None = None,
    reference: NDArray[np.int64] | None = None,
) -> Grouping:
    """Group people by where they stand.

    Parameters
    ----------
    votes : SparseVotes
        In canonical order, so that the same seed gives the same groups however the file came.
    k : int, optional
        Number of groups, 0 for none; default what ``pattern`` says.
    seed : int
    columns : ndarray of bool, shape (S,), optional
        Use these statements only (groups for a test on the others).
    pattern : Pattern, optional
        What `find_pattern` said; sets ``k``, whether these are sides of a spectrum, and how many
        components are used. Looked for when neither it nor ``k`` is given.
    reference : ndarray of int64, shape (P,), optional
        Labels to whose numbering the groups are matched (`align`).

    Returns
    -------
    Grouping

    Raises
    ------
    EngineError
        ``opinion.grouping.bad_k`` when k is negative.

    Notes
    -----
    Components and mixture are fitted to at most 250,000 votes (or 60 a statement) and 4,000 people
    (or as many as statements) drawn by chance, then everybody is placed: O(n d).
    """
    if k is not None and k < 0:
        raise EngineError(
            "opinion.grouping.bad_k", f"There cannot be {k} groups. Give 0 or more.", {"k": k}
        )
    used = _used(votes, columns)
    if pattern is None and k is None:
        pattern = find_pattern(used, seed)
    count = k if k is not None else (pattern.groups if pattern else 0)
    sides = pattern is not None and pattern.kind == "spectrum" and count == 2
    # k groups lie in k - 1 dimensions; more would add noise
    dimensions = max(count - 1, 1)
    if pattern is not None and pattern.dimensions:
        dimensions = min(dimensions, pattern.dimensions)
    rng = np.random.default_rng(seed)
    most = max(_MOST_VOTES, VOTES_A_STATEMENT * used.statements)
    counted = votes_that_count(used)
    cells = sample_cells(used, most, max(MOST_PEOPLE, used.statements), rng, counted)
    if cells.people < max(count, 1) or not len(np.unique(cells.columns)):
        return _ungrouped(used)
    frame = fit_frame(cells, min(max(dimensions, _SHOWN), cells.statements))
    everyone = place_everyone(used, frame)
    kept = min(dimensions, frame.components.shape[1])
    if count < 1:
        return _made(used, everyone, None, frame, kept, counted)
    seen = place_cells(cells, frame)
    part = Places(seen.points[:, :kept], seen.noise)
    mixture = two_sides(part) if sides else fit_mixture(part, count, rng)
    made = _made(used, everyone, mixture, frame, kept, counted, sides=sides)
    return made if reference is None else align(made, reference)


def _used(votes: SparseVotes, columns: NDArray[np.bool_] | None) -> SparseVotes:
    if columns is None:
        return votes
    return votes.with_set_aside(votes.set_aside | ~np.asarray(columns, dtype=np.bool_))


def _ungrouped(votes: SparseVotes) -> Grouping:
    places = Places(np.zeros((votes.people, _SHOWN)), np.full(votes.people, np.inf))
    return _made(votes, places, None, None, 1, votes_that_count(votes))


def _made(
    votes: SparseVotes,
    everyone: Places,
    mixture: Mixture | None,
    frame: Frame | None,
    kept: int,
    counted: NDArray[np.int64],
    *,
    sides: bool = False,
) -> Grouping:
    labels = np.full(votes.people, -1, dtype=np.int64)
    positions = everyone.points[:, :_SHOWN]  # not copied: 16 MB for a million people
    if positions.shape[1] < _SHOWN:
        positions = np.pad(positions, ((0, 0), (0, _SHOWN - positions.shape[1])))
    places = Places(everyone.points[:, :kept], everyone.noise)
    if mixture is not None:
        able = (counted >= enough_votes(votes)) & np.isfinite(places.noise)
        # in blocks: a million people at once took 70 MB more
        for start in range(0, votes.people, _BLOCK):
            block = start + np.flatnonzero(able[start : start + _BLOCK])
            labels[block] = mixture.labels(Places(places.points[block], places.noise[block]))
    return Grouping(
        labels=labels,
        centres=np.zeros((0, kept)) if mixture is None else mixture.centres,
        shares=np.zeros(0) if mixture is None else mixture.shares,
        positions=positions,
        sides=sides,
        places=places,
        mixture=mixture,
        frame=frame,
        columns=~votes.set_aside,
    )


def align(grouping: Grouping, reference: NDArray[np.int64]) -> Grouping:
    """The same groups, numbered so that most people keep their number in ``reference``."""
    if grouping.mixture is None:
        return grouping
    order = matching(grouping.labels, reference, grouping.k)
    back = np.append(np.argsort(order), -1)
    mixture = Mixture(grouping.centres[order], grouping.shares[order], grouping.mixture.spread)
    return Grouping(
        back[grouping.labels], mixture.centres, mixture.shares, grouping.positions,
        grouping.sides, grouping.places, mixture, grouping.frame, grouping.columns,
    )  # fmt: skip


def matching(labels: NDArray[np.int64], reference: NDArray[np.int64], k: int) -> NDArray[np.intp]:
    """For each number 0 to k - 1 of the reference the group in ``labels`` that takes it.

    Largest total overlap (assignment problem); numbers that the reference does not use go to the
    groups that are left.
    """
    both = (labels >= 0) & (reference >= 0) & (reference < k)
    shared = np.bincount(reference[both] * k + labels[both], minlength=k * k).reshape(k, k)
    return best_assignment(shared)[1]
