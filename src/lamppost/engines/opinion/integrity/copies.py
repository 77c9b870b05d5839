"""People whose votes are copies of one template, more alike than like-minded people are.

A template is grown from a cluster of near-identical people by a two-part mixture: everybody is
either an ordinary person (latent classes, fitted without the suspects) or a copy with some slips.
The ratio of the two likelihoods has mean 1 among ordinary people, so what a cluster claims can be
held against chance whatever the template's length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.latent import LatentClasses, log_sum
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
_MOST_KEPT = 100_000
"""Of more people the chances of all answers (27 numbers each) are worked out when asked for."""


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
    """Chance of answers among ordinary people, ready to be asked about any set of columns.

    Only those are worked out whom a template might fit: in a city few of all people answered half
    of its statements.
    """

    def __init__(self, votes: SparseVotes, classes: LatentClasses) -> None:
        self.votes = votes
        self.classes = classes
        few = votes.people <= _MOST_KEPT
        self._all = classes.log_likelihoods(votes) if few else None

    @cached_property
    def _by_statement(self) -> Any:
        """People and answers of each statement."""
        return self.votes.csr("votes", np.int8).tocsc()

    def only(self, rows: NDArray[np.int64]) -> Ordinary:
        """The same of some people alone, numbered anew."""
        return Ordinary(self.votes.select_rows(rows), self.classes)

    def against(
        self, columns: NDArray[np.int64], values: NDArray[np.int8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Answers equal to a template, and answers to its statements, of everybody, (P,) each."""
        table, people = self._by_statement, self.votes.people
        parts = [slice(table.indptr[one], table.indptr[one + 1]) for one in columns.tolist()]
        who = [table.indices[part] for part in parts]
        alike = [rows[table.data[part] == value] for rows, part, value in
                 zip(who, parts, values.tolist(), strict=True)]  # fmt: skip
        same, common = (np.bincount(np.concatenate(one), minlength=people) for one in (alike, who))
        return same, common

    def chance_of(self, columns: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log chance of the answers of `rows` on `columns`, given their other answers, (R,)."""
        asked = self.votes.select_rows(rows)
        whole = self.classes.log_likelihoods(asked) if self._all is None else self._all[rows]
        mask = np.zeros(self.votes.statements, dtype=bool)
        mask[columns] = True
        part = self.classes.log_likelihoods(asked.select_columns(mask))
        weights = np.log(self.classes.weights)
        return log_sum(whole + weights) - log_sum(whole - part + weights)


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
    crowd = int(np.count_nonzero(allowed))
    weight = np.zeros(votes.people)
    weight[members] = 1.0
    slips = most_slips / 2
    for _ in range(_STEPS):
        columns, values = _majority(votes, weight)
        if not len(columns):
            return None
        same, common = ordinary.against(columns, values)
        covered = (common >= OVERLAP * len(columns)) & (common >= OVERLAP * votes.votes_each)
        rows = np.flatnonzero(covered & allowed)
        same, common = same[rows].astype(float), common[rows].astype(float)
        ratio = same * np.log(1 - slips) + (common - same) * np.log(slips / 2)
        ratio -= ordinary.chance_of(columns, rows)
        part = min(max(weight.sum(), 2.0) / crowd, MOST_PART)
        new = np.zeros(votes.people)
        # e^600 leaves room for the odds of one among many people
        new[rows] = 1 / (1 + (1 - part) / part * np.exp(-np.clip(ratio, -600, 600)))
        settled = weight.sum() < 1.5 or _settled(new, weight)
        weight = new
        if settled:
            break
        slips = float(
            np.clip(
                (weight[rows] @ (common - same) + 1) / (weight[rows] @ common + 10),
                0.01,
                most_slips,
            )
        )
    sure = weight[rows] > SURE
    if np.count_nonzero(sure) < 2:
        return None
    found = _evidence(ratio[sure], part, price)
    rate = (common - same) / common
    slip = float(rate[sure].mean())
    edge = max(SHELL_TIMES * slip, slip + SHELL_MORE)
    shell = int(np.count_nonzero((rate <= edge) & ~sure))
    return Template(columns, values, rows[sure], found, slip, most_slips, shell)


def _settled(new: NDArray[np.float64], old: NDArray[np.float64]) -> bool:
    some = np.flatnonzero((new > 0) | (old > 0))
    return np.allclose(new[some], old[some], atol=1e-4)


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
