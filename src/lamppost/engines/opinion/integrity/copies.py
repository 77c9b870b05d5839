"""People whose votes are copies of one template, more alike than like-minded people are.

A template is grown from a cluster of near-identical people by a two-part mixture: everybody is
either an ordinary person (latent classes, fitted without the suspects) or a copy with some slips.
The ratio of the two likelihoods has mean 1 among ordinary people, so what a cluster claims can be
held against chance whatever the template's length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.latent import LatentClasses
from lamppost.engines.opinion.sparse import SparseVotes

MOST_SLIPS = 0.15
FEW_SLIPS, LEAST_LOOSE = 0.1, 6
"""Who slip more often than in one answer of ten must be six or more: in bowling-green three, four
and five real people with 325 to 440 votes each differ in 10 to 14 %."""
SURE = 0.9
OVERLAP = 0.5
"""Part of the template that a copy answered, and part of a copy's answers that it covers."""
SHELL_TIMES, SHELL_MORE = 3.0, 0.06
"""Copies end abruptly; likeness of mind fades. Looked at: others who slip up to three times as
often as the copies (at least in 6 % of the answers more)."""
SHELL_PART = 0.5
"""Most people there may be in the shell, for each copy."""
PAIR_SLIPS = 0.03
"""Two people alone must differ in fewer answers than this to be called copies."""
MOST_PART = 0.9
_STEPS = 8


@dataclass(frozen=True, eq=False)
class Template:
    """Votes that several people share.

    Attributes
    ----------
    columns : ndarray of int64, shape (T,)
    values : ndarray of int8, shape (T,)
    people : ndarray of int64
        Rows with posterior probability of being a copy of at least .9.
    evidence : float
        Logarithm of the likelihood ratio of "there are copies" against "all are ordinary people",
        less the price of having looked for it.
    slips : float
        Part of the members' answers that differ from the template.
    most_slips : float
        The largest that was asked for.
    shell : int
        People who differ from it a little more than the members do (see `SHELL_TIMES`).
    """

    columns: NDArray[np.int64]
    values: NDArray[np.int8]
    people: NDArray[np.int64]
    evidence: float
    slips: float
    most_slips: float
    shell: int

    @property
    def convincing(self) -> bool:
        """Whether chance does not explain it, nor likeness of mind."""
        small = len(self.people) == 2 and self.slips > PAIR_SLIPS
        loose = len(self.people) < LEAST_LOOSE and self.slips > FEW_SLIPS
        near = self.slips <= self.most_slips and not small and not loose
        return self.evidence > 0 and near and self.shell <= SHELL_PART * len(self.people)


class Ordinary:
    """Chance of answers among ordinary people, ready to be asked about any set of columns."""

    def __init__(self, votes: SparseVotes, classes: LatentClasses) -> None:
        self.votes = votes
        self.classes = classes
        self.all = classes.log_likelihoods(votes)

    def chance_of(self, columns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log chance of everyone's answers on `columns`, given their other answers, (P,)."""
        mask = np.zeros(self.votes.statements, dtype=bool)
        mask[columns] = True
        part = self.classes.log_likelihoods(self.votes.select_columns(mask))
        rest = self.all - part + np.log(self.classes.weights)
        top = rest.max(axis=1, keepdims=True)
        before = top[:, 0] + np.log(np.exp(rest - top).sum(axis=1))
        both = self.all + np.log(self.classes.weights)
        top = both.max(axis=1, keepdims=True)
        chance: NDArray[np.float64] = top[:, 0] + np.log(np.exp(both - top).sum(axis=1)) - before
        return chance


def grow(
    ordinary: Ordinary,
    members: NDArray[np.int64],
    *,
    among: NDArray[np.bool_] | None = None,
    most_slips: float = MOST_SLIPS,
    price: float,
) -> Template | None:
    """Template and its people, starting from some that are alike.

    Parameters
    ----------
    ordinary : Ordinary
    members : ndarray of int64
        Rows to start from, at least 2.
    among : ndarray of bool, shape (P,), optional
        Who may be a copy (people of one burst); default everybody.
    most_slips : float
        Largest part of answers in which a copy may differ.
    price : float
        Logarithm of the number of templates that might have been looked at.

    Returns
    -------
    Template or None
        None when fewer than two people are left.
    """
    votes = ordinary.votes
    allowed = np.ones(votes.people, dtype=bool) if among is None else among
    weight = np.zeros(votes.people)
    weight[members] = 1.0
    slips = most_slips / 2
    for _ in range(_STEPS):
        columns, values = _majority(votes, weight)
        if not len(columns):
            return None
        same, common = _against(votes, columns, values)
        ratio = same * np.log(1 - slips) + (common - same) * np.log(slips / 2)
        ratio = ratio - ordinary.chance_of(columns)
        covered = (common >= OVERLAP * len(columns)) & (common >= OVERLAP * votes.votes_each)
        ratio = np.where(covered & allowed & (common >= 1), ratio, -np.inf)
        part = min(max(weight.sum(), 2.0) / allowed.sum(), MOST_PART)
        # e^600 leaves room for the odds of one among many people
        new = 1 / (1 + (1 - part) / part * np.exp(-np.clip(ratio, -600, 600)))
        new[~np.isfinite(ratio)] = 0.0
        if weight.sum() < 1.5 or np.allclose(new, weight, atol=1e-4):
            weight = new
            break
        weight = new
        slips = float(
            np.clip((weight @ (common - same) + 1) / (weight @ common + 10), 0.01, most_slips)
        )
    people = np.flatnonzero(weight > SURE)
    if len(people) < 2:
        return None
    found = _evidence(ratio[people], part, price)
    rate = np.where(covered, (common - same) / np.maximum(common, 1), np.inf)
    slip = float(rate[people].mean())
    edge = max(SHELL_TIMES * slip, slip + SHELL_MORE)
    outside = allowed.copy()
    outside[people] = False
    shell = int(np.count_nonzero((rate <= edge) & outside))
    return Template(columns, values, people, found, slip, most_slips, shell)


def _evidence(ratio: NDArray[np.float64], part: float, price: float) -> float:
    """The best fitting person is the template itself and is evidence of nothing."""
    others = np.sort(ratio)[:-1]
    return float(np.log1p(part * (np.exp(np.clip(others, -50, 700)) - 1)).sum() - price)


def _majority(
    votes: SparseVotes, weight: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Statements that more than half of the members answered, with their most frequent answer."""
    rows = np.flatnonzero(weight > 0.01)
    part = votes.select_rows(rows)
    each = np.repeat(weight[rows], part.votes_each)
    cells = (part.values.astype(np.int64) + 1) * part.statements + part.columns
    counts = np.bincount(cells, weights=each, minlength=3 * part.statements)
    counts = counts.reshape(3, part.statements)
    columns = np.flatnonzero(counts.sum(axis=0) > 0.5 * weight[rows].sum())
    return columns, (counts[:, columns].argmax(axis=0) - 1).astype(np.int8)


def _against(
    votes: SparseVotes, columns: NDArray[np.int64], values: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Answers equal to the template, and answers to its statements, of everybody."""
    wanted = np.full(votes.statements, 9, dtype=np.int8)
    wanted[columns] = values
    inside = wanted[votes.columns] != 9
    same = wanted[votes.columns] == votes.values
    return _sums(votes, same), _sums(votes, inside)


def _sums(votes: SparseVotes, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    running = np.concatenate([[0], np.cumsum(chosen)])
    return np.diff(running[votes.indptr]).astype(np.float64)
