"""Where people stand in opinion: components of what votes leave over, and each one's precision.

Each vote is centred by its statement, divided by the statement's noise, and freed of the person's
tendencies to agree and to pass as far as such tendencies are there at all (shrunk by their
variance in this conversation; where everybody has the same, nothing is taken away).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.in_order import InOrder
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.tendency import (
    WIDEST_TENDENCY,
    Cells,
    mean_and_scale,
    slopes,
)

Floats = NDArray[np.float64]
_SPARE = 3
_ROUNDS = 8


@dataclass(frozen=True, eq=False)
class Frame:
    """How votes become places: all of it per statement, so that anybody can be placed.

    Attributes
    ----------
    mean, scale : ndarray of float64, shape (S,)
        Mean vote and its noise.
    agree_slope, pass_slope : ndarray of float64, shape (S,)
        Effect of one unit of each tendency, in units of noise.
    agree_variance, pass_variance : float
        How much people differ in each tendency.
    components : ndarray of float64, shape (S, d)
        Orthonormal columns, the entry of largest size positive.
    spare : ndarray of float64, shape (S, d + 3)
        The components and a few more: a start for replicates.
    noise : float
        Variance of what is left, about 1.
    strengths : ndarray of float64, shape (d,)
        Eigenvalues.
    """

    mean: Floats
    scale: Floats
    agree_slope: Floats
    pass_slope: Floats
    agree_variance: float
    pass_variance: float
    components: Floats
    spare: Floats
    noise: float
    strengths: Floats


@dataclass(frozen=True, eq=False)
class Places:
    """``points`` (P, d): estimates of where people stand; ``noise`` (P,): their error variance."""

    points: Floats
    noise: Floats


def fit_frame(cells: Cells, dimensions: int, start: Floats | None = None) -> Frame:
    """Frame of some people's votes.

    Parameters
    ----------
    cells : Cells
    dimensions : int
        Components wanted.
    start : ndarray of float64, shape (S, any), optional
        Vectors near the wanted ones; default fixed pseudo-random ones.

    Notes
    -----
    Subspace iteration on the sparse residuals (Saad 2011, ch. 5): 8 rounds, or 3 from a start.
    Cost O(votes d) a round.
    """
    tables = _tables(cells)
    left, variances = _left(cells, *tables)
    matrix = sparse(cells, left)
    width = min(dimensions + _SPARE, cells.statements)
    if start is None:
        start = np.random.default_rng(0).standard_normal((cells.statements, width))
        rounds = _ROUNDS
    else:
        rounds = 3
    spare, strengths = leading(matrix, start, rounds)
    components = spare[:, :dimensions]
    total = float(left @ left)
    free = max(len(left) - cells.people - dimensions * cells.statements, 0.2 * len(left), 1.0)
    noise = float(np.clip((total - strengths[:dimensions].sum()) / free, 0.3, 1.2))
    return Frame(*tables, *variances, components, spare, noise, strengths[:dimensions])


def _tables(cells: Cells) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, noise and the two slopes of each statement."""
    seen = cells.by_statement(np.ones(len(cells.rows)))
    agrees = cells.by_statement((cells.values > 0).astype(float))
    disagrees = cells.by_statement((cells.values < 0).astype(float))
    passing = (seen - agrees - disagrees + 0.5) / (seen + 1)
    agreeing = (agrees + 0.5) / (agrees + disagrees + 1)
    _, scale = mean_and_scale(passing, agreeing)
    first, second = slopes(passing, agreeing)
    return (agrees - disagrees) / np.maximum(seen, 1), scale, first / scale, second / scale


def _left(
    cells: Cells, mean: Floats, scale: Floats, first: Floats, second: Floats
) -> tuple[Floats, tuple[float, float]]:
    """Residual of each vote, and the variances of the tendencies taken out."""
    left: Floats = (cells.values - mean[cells.columns]) / scale[cells.columns]
    variances = []
    # of agreeing, without a limit, and of passing: see `tendency._explained`
    for slope, widest in ((first, np.inf), (second, WIDEST_TENDENCY)):
        slope = slope[cells.columns]
        score, information = cells.by_person(slope * left), cells.by_person(slope * slope)
        spread = float(((score**2).sum() - information.sum()) / max((information**2).sum(), 1e-12))
        variances.append(float(np.clip(spread, 0.0, widest)))
        left = left - slope * shrunk(score, information, variances[-1])[cells.rows]
    return left, (variances[0], variances[1])


def left_over(cells: Cells, frame: Frame) -> Floats:
    """Residual of each vote in a given frame, tendencies taken out, shape (n,)."""
    left: Floats = (cells.values - frame.mean[cells.columns]) / frame.scale[cells.columns]
    both = (frame.agree_slope, frame.agree_variance), (frame.pass_slope, frame.pass_variance)
    for slope, variance in both:
        along = slope[cells.columns]
        score, information = cells.by_person(along * left), cells.by_person(along * along)
        left = left - along * shrunk(score, information, variance)[cells.rows]
    return left


def agree_tendency(cells: Cells, frame: Frame) -> Floats:
    """How readily each person agrees, in logits, shape (people,), shrunk by how people vary."""
    left = (cells.values - frame.mean[cells.columns]) / frame.scale[cells.columns]
    slope = frame.agree_slope[cells.columns]
    return shrunk(
        cells.by_person(slope * left), cells.by_person(slope * slope), frame.agree_variance
    )


def shrunk(score: Floats, information: Floats, variance: float) -> Floats:
    """Best guess of a tendency from its score, knowing how much people vary."""
    guess: Floats = score * variance / (1.0 + information * variance)
    return guess


def sparse(cells: Cells, amounts: Floats) -> Any:
    """``amounts`` at their cells as a ``scipy.sparse.csr_array``, shape (people, S)."""
    from scipy.sparse import csr_array

    indptr = np.zeros(cells.people + 1, dtype=np.int32)
    np.cumsum(np.bincount(cells.rows, minlength=cells.people), out=indptr[1:])
    shape = (cells.people, cells.statements)
    return csr_array((amounts, cells.columns.astype(np.int32), indptr), shape=shape)


def leading(matrix: Any, start: Floats, rounds: int) -> tuple[Floats, Floats]:
    """Leading right singular vectors (columns, fixed signs) and squared singular values.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (P, S)
    start : ndarray of float64, shape (S, d)
        Vectors to begin with.
    rounds : int
        Of subspace iteration (Saad 2011, ch. 5).

    Returns
    -------
    basis : ndarray of float64, shape (S, d)
    values : ndarray of float64, shape (d,)
        Descending.
    """
    turned = matrix.T.tocsr()
    basis = np.linalg.qr(start)[0]
    for _ in range(rounds):
        basis = np.linalg.qr(turned @ (matrix @ basis))[0]
    image = matrix @ basis
    values, rotation = np.linalg.eigh(image.T @ image)
    basis = basis @ rotation[:, ::-1]
    return basis * signs(basis), np.maximum(values[::-1], 0.0)


def signs(basis: Floats) -> Floats:
    """+1 or -1 for each column, so that its entry of largest size is positive."""
    if basis.size == 0:
        return np.ones(basis.shape[1])
    size = np.abs(basis)
    first = np.argmax(size >= size.max(axis=0) * (1 - 1e-9), axis=0)
    found = np.sign(basis[first, np.arange(basis.shape[1])])
    return np.where(found == 0, 1.0, found)


def place_cells(cells: Cells, frame: Frame) -> Places:
    """Places of the people in ``cells``; those without a vote stand at 0 with endless noise.

    Parameters
    ----------
    cells : Cells
    frame : Frame
        Of the same statements.

    Returns
    -------
    Places
        In the order of the people in ``cells``.
    """
    from scipy.sparse import csr_array

    indptr = np.zeros(cells.people + 1, dtype=np.int32)
    np.cumsum(np.bincount(cells.rows, minlength=cells.people), out=indptr[1:])
    return _place(
        csr_array, indptr, cells.columns, cells.values, np.zeros(cells.statements, bool), frame
    )


def place_everyone(votes: SparseVotes, frame: Frame) -> Places:
    """Places of all people, in blocks of votes. Cost O(n (3 d + 5)).

    Parameters
    ----------
    votes : SparseVotes
    frame : Frame
        Of the same statements; votes on statements set aside count for nobody.

    Returns
    -------
    Places
        Noise is infinite for people without a vote that counts.
    """
    from scipy.sparse import csr_array

    if isinstance(votes, InOrder):
        there = place_everyone(votes.given, frame)
        return Places(votes.of_given(there.points), votes.of_given(there.noise))
    points = np.zeros((votes.people, frame.components.shape[1]))
    noise = np.full(votes.people, np.inf)
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        indptr = part.indptr.astype(np.int32)
        found = _place(csr_array, indptr, part.columns, part.values, votes.set_aside, frame)
        points[start:stop], noise[start:stop] = found.points, found.noise
    return Places(points, noise)


def _place(
    csr_array: Any,
    indptr: NDArray[np.int32],
    columns: NDArray[Any],
    values: NDArray[np.int8],
    aside: NDArray[np.bool_],
    frame: Frame,
) -> Places:
    """Sums over each person's votes by one sparse product with a table of what a vote adds."""
    cells = columns.astype(np.int32) * np.int32(3) + values + np.int32(1)
    table = _additions(frame) * ~aside[:, None, None]
    shape = (len(indptr) - 1, 3 * len(aside))
    chosen = csr_array((np.ones(len(cells)), cells, indptr), shape=shape)
    sums = chosen @ table.reshape(3 * len(aside), -1)
    size = frame.components.shape[1]
    score, first, second, other = np.split(sums, [size, 2 * size, 3 * size], axis=1)
    agree = shrunk(other[:, 0], other[:, 1], frame.agree_variance)
    passes = other[:, 2] - agree * other[:, 4]
    passing = shrunk(passes, other[:, 3], frame.pass_variance)
    score = score - first * agree[:, None] - second * passing[:, None]
    precision = other[:, 5]
    known = precision > 0
    safe = np.where(known, precision, 1.0)
    points = np.where(known[:, None], score / safe[:, None], 0.0)
    return Places(points, np.where(known, frame.noise / safe, np.inf))


def _additions(frame: Frame) -> Floats:
    """What a vote of -1, 0, +1 on each statement adds to a person's sums, (S, 3, 3 d + 6)."""
    left = (np.array([-1.0, 0.0, 1.0])[None, :] - frame.mean[:, None]) / frame.scale[:, None]
    u, a, b = frame.components, frame.agree_slope, frame.pass_slope
    still = np.column_stack([u * a[:, None], u * b[:, None]])
    table = np.empty((len(a), 3, 3 * u.shape[1] + 6))
    size = u.shape[1]
    table[:, :, :size] = left[:, :, None] * u[:, None, :]
    table[:, :, size : 3 * size] = still[:, None, :]
    table[:, :, 3 * size] = left * a[:, None]
    table[:, :, 3 * size + 1] = (a * a)[:, None]
    table[:, :, 3 * size + 2] = left * b[:, None]
    table[:, :, 3 * size + 3] = (b * b)[:, None]
    table[:, :, 3 * size + 4] = (a * b)[:, None]
    table[:, :, 3 * size + 5] = (u * u).mean(axis=1)[:, None]
    return table
