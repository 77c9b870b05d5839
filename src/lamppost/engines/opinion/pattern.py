"""Is there any pattern of opinion, and is it a spectrum or groups? Three answers, two tests each.

A pattern is claimed when (1) the largest component of what votes leave over beats that of 99
copies with random signs, and (2) people's places from one half of the statements foretell those
from the other half better than in simulated conversations in which people differ only in how
readily they agree and pass. Groups are claimed when they also beat a fitted continuum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.continuum import GroupTest, find_groups
from lamppost.engines.opinion.places import leading, sparse
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.tendency import (
    Cells,
    Tendencies,
    first_people,
    fit_tendencies,
    residuals,
    sample_cells,
    tendency_votes,
)

Floats = NDArray[np.float64]
Kind = Literal["none", "spectrum", "groups"]
LEVEL = 0.05
_FLIPS = 99
_FEW_FLIPS = 39
_FEW_VOTES = 15_000
_MANY_VOTES = 60_000
VOTES_A_STATEMENT = 60
"""So many votes a statement are looked at where 60,000 would be fewer: in 9,000 statements the 551
people of 60,000 votes have one statement in 80 in common, and three strong groups were not seen."""
_MOST_PEOPLE = 4_000
_LEAST_PEOPLE = 10
_LEAST_STATEMENTS = 4
_LANCZOS = 6
_NOTHING = 1e-3
"""Residuals are in units of noise; where all are this small, everybody answered alike. (They are
not quite 0 then: the fit is held back by its prior, and the projection by its ridge.)"""
_SPLITS = 4
_FOLDS, _SMALL = 5, 400
_NULLS = 39
_FEW_NULLS = 5
_FAR_FLIPS, _FAR_HALVES = 6.0, 8.0
"""Standard deviations that make a first look enough; of 39 and of 5 simulations. A normal value is
8 standard deviations of 5 others from their mean with chance 9e-4 (Student's t, 4 degrees)."""
_LOOK = 19
_MOST_DIMENSIONS = 4


@dataclass(frozen=True)
class Pattern:
    """What can be said about a conversation's shape.

    Attributes
    ----------
    kind : "none", "spectrum" or "groups"
    reason : str
        Code of the reason: ``too_few_people``, ``too_few_statements``, ``no_differences``,
        ``signs``, ``halves``, ``continuum`` (no groups beyond a continuum) or ``groups``.
    p_value : float
        Of the sign-flip test; 1 when there was too little to test.
    half_correlation, half_threshold : float
        Correlation of places from two halves of the statements, and the 95 % point of the same
        in conversations of tendencies only.
    groups_p_value : float
        Of the test against a continuum; 1 when it was not reached.
    dimensions : int
        Components that stand out of noise, 0 for no pattern, at most 4.
    groups : int
        Number of groups supported; 2 for the sides of a spectrum; 0 for no pattern.
    valley, valley_threshold : float
        Depth of the deepest valley (2 log likelihood ratio) and what a continuum reaches.
    people, votes : int
        How many were used for the tests.
    """

    kind: Kind
    reason: str
    p_value: float
    half_correlation: float
    half_threshold: float
    groups_p_value: float
    dimensions: int
    groups: int
    valley: float
    valley_threshold: float
    people: int
    votes: int


def find_pattern(votes: SparseVotes, seed: int = 0) -> Pattern:
    """Whether opinions show no pattern, a spectrum, or groups.

    Parameters
    ----------
    votes : SparseVotes
        In canonical order, so that the same seed gives the same answer however the file came.
    seed : int

    Returns
    -------
    Pattern

    Notes
    -----
    At most 60,000 votes (or 60 a statement) and 4,000 people (or as many as statements), drawn by
    chance, are looked at; when the answer is far beyond chance in the first quarter of these
    votes, it is taken from these. (That first look claims nothing that is not 6 standard
    deviations out, so that looking twice costs no errors.)
    Sources: sign flips, Hong, Sheng, Dobriban 2020 (arXiv 2012.02985); halves and continuum:
    docs/explanation/opinion-pattern.md.
    """
    rng = np.random.default_rng(seed)
    wide = max(_MANY_VOTES, VOTES_A_STATEMENT * votes.statements)
    many = sample_cells(votes, wide, max(_MOST_PEOPLE, votes.statements), rng)
    few = first_people(many, wide * _FEW_VOTES // _MANY_VOTES)
    used = int(np.count_nonzero(np.bincount(many.columns, minlength=1)))
    if many.people < _LEAST_PEOPLE:
        return _nothing("too_few_people", many)
    if used < _LEAST_STATEMENTS:
        return _nothing("too_few_statements", many)
    seen = _look(few, rng, plain_only=few.people < many.people)
    cells = few
    if seen.reason and few.people < many.people:
        cells = few = many
        seen = _look(many, rng)
    if seen.reason:
        return _nothing(seen.reason, cells, seen.p_value, seen.half, seen.threshold)
    dimensions = count_components(many, rng)
    found = find_groups(few, many, seen.tendencies, dimensions, rng)
    return _claimed(found, many, seen, dimensions)


@dataclass(frozen=True, eq=False)
class _Look:
    """What the two tests say of some people; ``reason`` is empty when there is a pattern."""

    reason: str
    p_value: float
    half: float
    threshold: float
    tendencies: Tendencies


def _look(cells: Cells, rng: np.random.Generator, *, plain_only: bool = False) -> _Look:
    """Both tests. ``plain_only``: far beyond chance or not at all, since a second look follows."""
    fit = fit_tendencies(cells)
    left = residuals(cells, fit)
    if not (np.abs(left) > _NOTHING).any():
        # all of what sets people apart may be how readily they agree: all yes against all no
        reason = "signs" if _answered_differently(cells) else "no_differences"
        return _Look(reason, 1.0, 0.0, 0.0, fit)
    p_value, deviations = flip_test(cells, left, rng, _FEW_FLIPS if plain_only else _FLIPS)
    if p_value > LEVEL or (plain_only and deviations < _FAR_FLIPS):
        return _Look("signs", p_value, 0.0, 0.0, fit)
    half, threshold, beyond = half_test(cells, fit, left, rng, plain_only=plain_only)
    return _Look("" if beyond else "halves", p_value, half, threshold, fit)


def _answered_differently(cells: Cells) -> bool:
    """Whether any statement was answered in more than one way."""
    seen = cells.by_statement(np.ones(len(cells.rows)))
    total = cells.by_statement(cells.values.astype(np.float64))
    squares = cells.by_statement(cells.values.astype(np.float64) ** 2)
    return bool((squares * seen - total**2 > 0.5).any())


def _claimed(found: GroupTest, cells: Cells, seen: _Look, dimensions: int) -> Pattern:
    return Pattern(
        kind="groups" if found.groups else "spectrum",
        reason="groups" if found.groups else "continuum",
        p_value=seen.p_value,
        half_correlation=seen.half,
        half_threshold=seen.threshold,
        groups_p_value=found.p_value,
        dimensions=dimensions,
        groups=found.groups or 2,
        valley=found.valley,
        valley_threshold=found.threshold,
        people=cells.people,
        votes=len(cells.rows),
    )


def _nothing(
    reason: str,
    cells: Cells,
    p_value: float = 1.0,
    half: float = 0.0,
    threshold: float = 0.0,
) -> Pattern:
    return Pattern(
        "none", reason, p_value, half, threshold, 1.0, 0, 0, 0.0, 0.0, cells.people,
        len(cells.rows),
    )  # fmt: skip


def flip_test(
    cells: Cells, left: Floats, rng: np.random.Generator, flips: int = _FLIPS
) -> tuple[float, float]:
    """p-value of the largest component against copies with random signs, and how far it is out.

    Parameters
    ----------
    cells : Cells
    left : ndarray of float64, shape (n,)
        Residual of each vote.
    rng : numpy.random.Generator
    flips : int
        Copies.

    Returns
    -------
    p_value, deviations : float
        The second in standard deviations of the copies above their mean.

    Notes
    -----
    The statistic is the Ritz value after six Lanczos steps from one fixed vector: the same
    function of the data and of each flipped copy, so that the test is exact without waiting for
    convergence. Flipping keeps each vote's size, hence uneven activity and uneven noise.
    """
    matrix = sparse(cells, left)
    start = np.random.default_rng(1).standard_normal(cells.statements)
    seen = ritz(matrix, matrix.T.tocsr(), start)
    flipped = _flipped(cells, left, start, flips, rng)
    p_value = float((1 + np.count_nonzero(flipped >= seen)) / (1 + flips))
    return p_value, float((seen - flipped.mean()) / max(flipped.std(), 1e-12))


def _flipped(
    cells: Cells, left: Floats, start: Floats, count: int, rng: np.random.Generator
) -> Floats:
    """Largest Ritz value of ``count`` copies with random signs."""
    matrix = sparse(cells, left)
    turned, order = _transposable(matrix)
    found = np.empty(count)
    for number in range(count):
        matrix.data = left * _random_signs(len(left), rng)
        turned.data = matrix.data[order]
        found[number] = ritz(matrix, turned, start)
    return found


def count_components(cells: Cells, rng: np.random.Generator) -> int:
    """Components that stand out of noise, 1 to 4: parallel analysis with random signs.

    Parameters
    ----------
    cells : Cells
    rng : numpy.random.Generator

    Notes
    -----
    Each component is taken away before the next is tested, so that a strong one does not hide a
    second; a test at the level 1/10 by nine flips, since one too many costs little.
    """
    left = residuals(cells, fit_tendencies(cells, steps=3))
    start = np.random.default_rng(2).standard_normal((cells.statements, _MOST_DIMENSIONS))
    begin = start[:, : cells.statements]
    for found in range(_MOST_DIMENSIONS):
        matrix = sparse(cells, left)
        if found:
            seen = ritz(matrix, matrix.T.tocsr(), start[:, 0])
            if seen <= _flipped(cells, left, start[:, 0], 9, rng).max():
                return found
        component, _ = leading(matrix, begin, 8)
        along = component[cells.columns, 0]
        places = cells.by_person(along * left) / np.maximum(cells.by_person(along**2), 1e-12)
        left = left - places[cells.rows] * along
    return _MOST_DIMENSIONS


def _transposable(matrix: Any) -> tuple[Any, NDArray[np.intp]]:
    """The transpose in compressed rows, and where each of its entries stands in ``matrix``."""
    numbered = matrix.copy()
    numbered.data = np.arange(matrix.nnz, dtype=np.float64)
    turned = numbered.T.tocsr()
    return turned, turned.data.astype(np.intp)


def _random_signs(count: int, rng: np.random.Generator) -> Floats:
    bits = np.unpackbits(np.frombuffer(rng.bytes(count // 8 + 1), dtype=np.uint8))[:count]
    return np.where(bits == 1, 1.0, -1.0)


def ritz(matrix: Any, turned: Any, start: Floats, steps: int = _LANCZOS) -> float:
    """Largest Ritz value of ``matrix' matrix`` after Lanczos steps from ``start``."""
    vector, before, beta = start / np.linalg.norm(start), np.zeros_like(start), 0.0
    diagonal, beside = [], []
    for _ in range(min(steps, len(start))):
        image = turned @ (matrix @ vector) - beta * before
        diagonal.append(float(image @ vector))
        image -= diagonal[-1] * vector
        before, beta = vector, float(np.linalg.norm(image))
        beside.append(beta)
        if beta <= 1e-12:
            break
        vector = image / beta
    table = np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1)
    return float(np.linalg.eigvalsh(table)[-1])


def half_correlation(cells: Cells, left: Floats, rng: np.random.Generator) -> float:
    """Correlation of people's places from two random halves of the statements.

    Parameters
    ----------
    cells : Cells
    left : ndarray of float64, shape (n,)
        Residual of each vote.
    rng : numpy.random.Generator
        Draws the halves and the parts.

    Notes
    -----
    The component comes from other people (the other half; the other four fifths of fewer than
    400), so that nobody's place was fitted to their own votes; mean over four splits of the
    statements and all parts of the people. Scores
    are divided by the root of the number of votes, so that busy people do not decide alone.
    """
    matrix = sparse(cells, left)
    busy = np.sqrt(np.maximum(np.bincount(cells.rows, minlength=cells.people), 1))
    parts = _FOLDS if cells.people < _SMALL else 2
    folds = rng.permutation(cells.people) % parts
    halves = np.array([rng.permutation(cells.statements) % 2 for _ in range(_SPLITS)], dtype=float)
    begin = np.random.default_rng(3).standard_normal((cells.statements, 4))
    found = []
    for fold in range(parts):
        component = leading(matrix[np.flatnonzero(folds != fold)], begin, 5)[0][:, 0]
        others = matrix[np.flatnonzero(folds == fold)]
        first = (others @ (halves * component).T) / busy[folds == fold, None]
        second = (others @ ((1 - halves) * component).T) / busy[folds == fold, None]
        size = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
        found.append((first * second).sum(axis=0) / np.maximum(size, 1e-12))
    return float(np.mean(found))


def half_test(
    cells: Cells,
    fit: Tendencies,
    left: Floats,
    rng: np.random.Generator,
    *,
    plain_only: bool = False,
) -> tuple[float, float, bool]:
    """`half_correlation`, its 95 % point in conversations of tendencies only, and whether beyond.

    Parameters
    ----------
    cells : Cells
    fit : Tendencies
    left : ndarray of float64, shape (n,)
        Residual of each vote after ``fit``.
    rng : numpy.random.Generator
    plain_only : bool
        A first look: claims only what is far beyond chance.

    Returns
    -------
    correlation, threshold : float
    beyond : bool

    Notes
    -----
    39 simulations, each fitted anew; the second largest is the 95 % point. 19 and the largest
    when the answer is plain by then. With ``plain_only`` 5, the 95 % point that of a bell curve,
    and beyond only what is eight standard deviations above their mean.
    """
    seen = half_correlation(cells, left, rng)
    simulated: list[float] = []
    for done in range(_FEW_NULLS if plain_only else _NULLS):
        if done == _LOOK and seen > max(simulated) + 4 * float(np.std(simulated)):
            break
        drawn = cells.with_values(tendency_votes(cells, fit, rng))
        again = fit_tendencies(drawn, fit, steps=2)
        simulated.append(half_correlation(drawn, residuals(drawn, again), rng))
    if plain_only:
        mean, spread = float(np.mean(simulated)), float(np.std(simulated, ddof=1))
        return seen, mean + 1.645 * spread, seen > mean + _FAR_HALVES * spread
    rank = max(int(LEVEL * (len(simulated) + 1)), 1)
    threshold = sorted(simulated)[-rank]
    return seen, threshold, seen > threshold
