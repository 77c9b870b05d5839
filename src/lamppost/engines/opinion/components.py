"""Principal components of opinion and everyone's place on them.

Two ways to the same vectors: an eigen decomposition of the S x S Gram matrix, and for many
statements a block Krylov iteration that needs only products with it (`VoteGram`), so that no
S x S table is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.sparse import SparseVotes

# eigh of 1,000 statements takes 0.3 CPU s and grows with the cube; beyond, the iteration wins.
DENSE_STATEMENTS = 1000
_SPARE = 6
_MOST_ROUNDS = 60
_BASIS_BLOCKS = 12
_FLOOR = 1e-10
_PRECISE = 1e-10
_EXHAUSTED = 2e-14
_NOISE = 1e-9


class Operator(Protocol):
    """A symmetric S x S matrix known by its products only."""

    @property
    def shape(self) -> tuple[int, int]: ...

    def __matmul__(self, other: NDArray[np.float64], /) -> NDArray[np.float64]: ...


@dataclass(eq=False)
class VoteGram:
    """Gram matrix of the mean-imputed, centred votes, by products only.

    ``gram @ X`` equals ``OpinionStatistics.gram(set_aside) @ X``; with Z the sparse table of
    ``v_ij - mean_j`` it is ``Z' (Z X)``. Cost O(n columns of X) for each product, memory O(n)
    at 8 bytes a vote.

    Parameters
    ----------
    votes : SparseVotes
        Its ``set_aside`` columns count as zero.
    mean : ndarray of float64, shape (S,), optional
        Mean vote on each statement; default that of ``votes``.
    weights : ndarray of float64, shape (P,), optional
        How much each person counts (a replicate, a population weight); default 1.
    """

    votes: SparseVotes
    mean: NDArray[np.float64] | None = None
    weights: NDArray[np.float64] | None = None
    _parts: list[Any] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        if self.mean is None:
            self.mean = mean_votes(self.votes, self.weights)
        kept = ~self.votes.set_aside
        for start, stop in self.votes.cuts():
            part = self.votes.part(start, stop)
            table = part.csr("votes", np.float64)
            table.data -= self.mean[part.columns]
            table.data *= kept[part.columns]
            if self.weights is not None:
                table.data *= np.repeat(np.sqrt(self.weights[start:stop]), part.votes_each)
            self._parts.append(table)

    @property
    def shape(self) -> tuple[int, int]:
        """``(S, S)``."""
        return self.votes.statements, self.votes.statements

    def __matmul__(self, other: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.zeros((self.votes.statements, *other.shape[1:]))
        for part in self._parts:
            total += part.T @ (part @ other)
        return total


def mean_votes(
    votes: SparseVotes, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Mean vote on each statement among its voters, passes as 0; 0 without votes. (S,).

    ``weights``, shape (P,), says how much each person counts.
    """
    seen, total = np.zeros(votes.statements), np.zeros(votes.statements)
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        share = np.ones(part.people) if weights is None else weights[start:stop]
        each = np.repeat(share, part.votes_each)
        seen += np.bincount(part.columns, each, minlength=votes.statements)
        total += np.bincount(part.columns, part.values * each, minlength=votes.statements)
    mean: NDArray[np.float64] = total / np.where(seen > 0, seen, 1.0)
    return mean


def components(gram: NDArray[np.float64] | Operator, k: int) -> NDArray[np.float64]:
    """Leading ``k`` eigenvectors of a Gram matrix, as rows, shape (k, S).

    Parameters
    ----------
    gram : ndarray of float64, shape (S, S), or Operator
        ``OpinionStatistics.gram(...)``, or `VoteGram` where that table would be too large.
    k : int
        Number of components; rows beyond S, and directions along which nobody differs, are zero.

    Returns
    -------
    ndarray of float64, shape (k, S)
        Orthonormal, by falling eigenvalue. Sign: the entry of largest size is positive (the
        first of those that are equal to nine digits).

    Raises
    ------
    EngineError
        ``opinion.components.bad_gram`` unless the matrix is square and finite and k positive.

    Notes
    -----
    Up to 1,000 statements: ``numpy.linalg.eigh``, O(S^3). Beyond: block Krylov subspace with full
    reorthogonalisation and restarts (Musco and Musco 2015, NeurIPS; Saad 2011, Numerical Methods
    for Large Eigenvalue Problems, ch. 6), started from fixed pseudo-random vectors; it stops when
    the residual bounds each vector's error by 1e-10, or at rounding level.
    """
    vectors, _ = spectrum(gram, k)
    return vectors


def spectrum(
    gram: NDArray[np.float64] | Operator, k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """As `components`, with the eigenvalues, shape (k,); zero where the component is zero."""
    size = gram.shape[0]
    _check(gram, k)
    if size > DENSE_STATEMENTS and k + _SPARE < size // _BASIS_BLOCKS:
        values, columns = _krylov(gram, k)
    else:
        table = gram if isinstance(gram, np.ndarray) else gram @ np.eye(size)
        values, columns = np.linalg.eigh(table)
        values, columns = values[::-1][:k], columns[:, ::-1][:, :k]
    vectors, found = np.zeros((k, size)), np.zeros(k)
    floor = _FLOOR * max(float(values.max(initial=0.0)), 1.0)
    for place in np.flatnonzero(values > floor):
        vectors[place] = columns[:, place] * _sign(columns[:, place])
        found[place] = values[place]
    return vectors, found


def project(
    votes: SparseVotes, mean: NDArray[np.float64], components: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Everyone's place from the votes they gave, shape (P, k).

    ``sqrt(S' / n_i) * sum over voted j of (v_ij - mean_j) * component_j``, where S' and n_i leave
    out statements set aside (the Polis mode counts those for everybody). Someone without a vote
    stands at zero. Source of the stretch: Polis, math/src/polismath/math/pca.clj.

    Notes
    -----
    Cost O(n k). The three possible terms of each statement are looked up, so that no table of
    centred votes is made.
    """
    from scipy.sparse import csr_array

    kept = ~votes.set_aside
    count = components.shape[0]
    # row 3 j + v + 1: what a vote v on statement j adds, and in the last column that it counts
    table = np.zeros((votes.statements, 3, count + 1))
    table[:, :, :count] = np.array([-1.0, 0.0, 1.0])[None, :, None] - mean[:, None, None]
    table[:, :, :count] *= components.T[:, None, :]
    table[:, :, count] = 1.0
    table *= kept[:, None, None]
    table = table.reshape(-1, count + 1)
    places = np.zeros((votes.people, count))
    ones = np.ones(0)
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        cells = part.columns * np.int32(3)
        cells += part.values
        cells += np.int32(1)
        if len(ones) < part.count:
            ones = np.ones(part.count)
        shape = (part.people, len(table))
        chosen = csr_array((ones[: part.count], cells, part.indptr.astype(np.int32)), shape=shape)
        sums = chosen @ table
        stretch = np.sqrt(kept.sum() / np.maximum(sums[:, count], 1.0))
        places[start:stop] = sums[:, :count] * stretch[:, None]
    return places


def _check(gram: NDArray[np.float64] | Operator, k: int) -> None:
    square = len(gram.shape) == 2 and gram.shape[0] == gram.shape[1]
    finite = not isinstance(gram, np.ndarray) or bool(np.isfinite(gram).all())
    if not square or not finite or k < 1:
        raise EngineError(
            "opinion.components.bad_gram",
            f"Components need a square matrix of finite numbers and at least one component; "
            f"got the shape {gram.shape} and {k}.",
            {"shape": tuple(gram.shape), "k": k},
        )


def _sign(vector: NDArray[np.float64]) -> float:
    size = np.abs(vector)
    # of entries that differ in rounding only the first decides, whatever way they were found
    return float(np.sign(vector[np.argmax(size >= size.max() * (1 - 1e-9))]))


def _krylov(
    gram: NDArray[np.float64] | Operator, k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Leading eigenvalues (falling) and eigenvectors as columns, by products with ``gram``."""
    width = k + _SPARE
    chance = np.random.default_rng(0)
    basis = np.linalg.qr(chance.standard_normal((gram.shape[0], width)))[0]
    images = gram @ basis
    for _ in range(_MOST_ROUNDS):
        while basis.shape[1] <= width * (_BASIS_BLOCKS - 1):
            fresh = _orthogonal(images[:, -width:], basis, chance)
            basis = np.hstack([basis, fresh])
            images = np.hstack([images, gram @ fresh])
        values, turn = np.linalg.eigh(basis.T @ images)
        turn = turn[:, ::-1][:, :width]
        values = values[::-1][:width]
        basis, images = basis @ turn, images @ turn
        residual = np.linalg.norm(images - basis * values, axis=0)[:k]
        if _settled(values, residual, k):
            break
        # the residuals of the kept vectors all lie in one new block: go on from it
        rest = images - basis * values
        fresh = _orthogonal(rest, basis, chance)
        basis = np.hstack([basis, fresh])
        images = np.hstack([images, gram @ fresh])
    return values[:k], basis[:, :k]


def _orthogonal(
    block: NDArray[np.float64], basis: NDArray[np.float64], chance: np.random.Generator
) -> NDArray[np.float64]:
    """Orthonormal columns that span the block without the basis.

    Projected twice (Kahan's "twice is enough"). A column that lies in the basis already gives
    way to a random one: its direction would be rounding noise.
    """
    block = block / np.maximum(np.linalg.norm(block, axis=0), np.finfo(float).tiny)
    clean = 0
    while clean < 2:
        block, rest = np.linalg.qr(block - basis @ (basis.T @ block))
        weak = np.abs(np.diagonal(rest)) < _NOISE
        block[:, weak] = chance.standard_normal((len(block), int(weak.sum())))
        clean = 0 if weak.any() else clean + 1
    return block


def _settled(values: NDArray[np.float64], residual: NDArray[np.float64], k: int) -> bool:
    """Whether each vector's error (residual over gap) is below 1e-10, or at rounding level."""
    largest = max(float(values[0]), np.finfo(float).tiny)
    gaps = np.abs(np.subtract.outer(values[:k], values))
    gaps[np.arange(k), np.arange(k)] = np.inf
    gap = gaps.min(axis=1)
    good = (residual <= _PRECISE * gap) | (residual <= _EXHAUSTED * largest)
    empty = values[:k] <= _FLOOR * max(largest, 1.0)
    return bool((good | empty).all())
