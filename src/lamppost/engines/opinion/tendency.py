"""What one vote tells before any group is thought of: statement, tendency to agree, to pass.

Two logistic models side by side: whether somebody passes, and which way they lean when they do
not. Each has one number for the statement and one for the person (Rasch 1960). What they leave
over is where a pattern of opinion can be looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.in_order import InOrder
from lamppost.engines.opinion.sparse import SparseVotes

Floats = NDArray[np.float64]
ENOUGH_VOTES = 7
_STEPS = 6
_PRIOR_PERSON = 1.0  # tendencies are taken to vary by about one unit of logit
_PRIOR_STATEMENT = 0.25
_LEAST_VARIANCE = 0.1  # a nearly unanimous statement must not outweigh all others

WIDEST_TENDENCY = 4.0
"""Variance of the tendency to pass, in squared logits, that is still believed: two thirds of people
within plus or minus two logits, from 12 to 88 % where others are at one half."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Votes of some people as plain index arrays, statements set aside left out.

    ``rows`` and ``columns`` (intp) and ``values`` (int8) have one entry a vote, by person;
    ``who`` (int64) says which row of the conversation each of the ``people`` is.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: NDArray[np.int8]
    people: int
    statements: int
    who: NDArray[np.int64]

    def with_values(self, values: NDArray[np.int8]) -> Cells:
        """The same people and gaps with other votes."""
        return Cells(self.rows, self.columns, values, self.people, self.statements, self.who)

    def by_person(self, amounts: Floats) -> Floats:
        """Sum over each person's votes, shape (people,)."""
        return np.bincount(self.rows, amounts, self.people).astype(np.float64, copy=False)

    def by_statement(self, amounts: Floats) -> Floats:
        """Sum over each statement's votes, shape (statements,)."""
        return np.bincount(self.columns, amounts, self.statements).astype(np.float64, copy=False)


@dataclass(frozen=True, eq=False)
class Tendencies:
    """Fitted logits: of passing, and of agreeing when not passing.

    ``*_statement`` (S,), ``*_person`` (P,); ``*_information`` (P,) is what a person's votes tell
    about their own number (Fisher information, no prior).
    """

    pass_statement: Floats
    pass_person: Floats
    pass_information: Floats
    agree_statement: Floats
    agree_person: Floats
    agree_information: Floats


def enough_votes(votes: SparseVotes) -> int:
    """Votes on statements that count which somebody needs to be placed: 7, or all there are."""
    return max(1, min(ENOUGH_VOTES, int(np.count_nonzero(~votes.set_aside))))


def votes_that_count(votes: SparseVotes) -> NDArray[np.int64]:
    """Number of each person's votes on statements not set aside, shape (P,)."""
    if not votes.set_aside.any():
        return votes.votes_each
    if isinstance(votes, InOrder):
        return votes.of_given(votes_that_count(votes.given))
    counted = np.zeros(votes.people, dtype=np.int64)
    kept = ~votes.set_aside
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        running = np.zeros(part.count + 1, dtype=np.int32)
        np.cumsum(kept[part.columns], dtype=np.int32, out=running[1:])
        counted[start:stop] = np.diff(running[part.indptr])
    return counted


def sample_cells(
    votes: SparseVotes,
    most_votes: int,
    most_people: int,
    rng: np.random.Generator,
    counted: NDArray[np.int64] | None = None,
) -> Cells:
    """Votes of people with enough of them, drawn by chance until a limit is reached.

    Parameters
    ----------
    votes : SparseVotes
    most_votes, most_people : int
        Limits; at least one person is taken whatever the first says.
    rng : numpy.random.Generator
    counted : ndarray of int64, shape (P,), optional
        `votes_that_count` of these votes, where it is known already.

    Notes
    -----
    People keep their order; below the limits everybody with enough votes is taken.
    """
    counted = votes_that_count(votes) if counted is None else counted
    able = np.flatnonzero(counted >= enough_votes(votes))
    drawn = rng.permutation(able)[:most_people]
    room = int(np.searchsorted(np.cumsum(counted[drawn]), most_votes, side="right"))
    return cells_of(votes, np.sort(drawn[: max(room, min(len(drawn), 1))]))


def first_people(cells: Cells, most_votes: int) -> Cells:
    """The first people of ``cells``, up to a number of votes; ``cells`` itself when all fit."""
    if len(cells.rows) <= most_votes:
        return cells
    people = max(int(cells.rows[most_votes]), 1)
    taken = int(np.searchsorted(cells.rows, people))
    return Cells(
        cells.rows[:taken],
        cells.columns[:taken],
        cells.values[:taken],
        people,
        cells.statements,
        cells.who[:people],
    )


def cells_of(votes: SparseVotes, who: NDArray[np.int64]) -> Cells:
    """Votes of the people ``who`` on statements not set aside."""
    part = votes.select_rows(who)
    kept = ~part.set_aside[part.columns]
    return Cells(
        rows=part.row_of_vote[kept].astype(np.intp),
        columns=part.columns[kept].astype(np.intp),
        values=part.values[kept],
        people=len(who),
        statements=votes.statements,
        who=who,
    )


def fit_tendencies(
    cells: Cells, start: Tendencies | None = None, steps: int = _STEPS
) -> Tendencies:
    """Both logistic models by alternating penalised Newton steps.

    Parameters
    ----------
    cells : Cells
    start : Tendencies, optional
        Where to begin, of the same shape (a simulated data set begins at its truth).
    steps : int
        Rounds over people and statements.

    Notes
    -----
    Ridge prior 1 on people, .25 on statements, so that somebody who agrees with everything stays
    finite. Cost O(votes) a step. Source: Rasch 1960; penalised joint maximum likelihood.
    """
    passes = cells.values == 0
    begun = (None, None)
    if start is not None:
        begun = (
            (start.pass_statement, start.pass_person),
            (start.agree_statement, start.agree_person),
        )  # type: ignore[assignment]
    first = _fit(cells, np.ones(len(passes), dtype=bool), passes, begun[0], steps)
    second = _fit(cells, ~passes, cells.values > 0, begun[1], steps)
    return Tendencies(*first, *second)


def _fit(
    cells: Cells,
    used: NDArray[np.bool_],
    yes: NDArray[np.bool_],
    start: tuple[Floats, Floats] | None,
    steps: int,
) -> tuple[Floats, Floats, Floats]:
    rows, columns, outcome = cells.rows[used], cells.columns[used], yes[used].astype(float)
    people, statements = cells.people, cells.statements
    if start is None:
        hits = np.bincount(columns, outcome, statements)
        seen = np.bincount(columns, minlength=statements)
        start = np.log((hits + 0.5) / (seen - hits + 0.5)), np.zeros(people)
    statement, person = start[0].copy(), start[1].copy()
    for _ in range(steps):
        chance = logistic(statement[columns] + person[rows])
        slope = np.bincount(rows, outcome - chance, people) - _PRIOR_PERSON * person
        bend = np.bincount(rows, chance * (1 - chance), people) + _PRIOR_PERSON
        person += np.clip(slope / bend, -2, 2)
        chance = logistic(statement[columns] + person[rows])
        slope = np.bincount(columns, outcome - chance, statements) - _PRIOR_STATEMENT * statement
        bend = np.bincount(columns, chance * (1 - chance), statements) + _PRIOR_STATEMENT
        statement += np.clip(slope / bend, -2, 2)
    chance = logistic(statement[columns] + person[rows])
    information = np.bincount(rows, chance * (1 - chance), people).astype(np.float64, copy=False)
    return statement, person, information


def logistic(logit: Floats) -> Floats:
    """Chance of a logit."""
    chance: Floats = 1.0 / (1.0 + np.exp(-logit))
    return chance


def chances(cells: Cells, fit: Tendencies) -> tuple[Floats, Floats]:
    """Chance of a pass, and of agreeing when not passing, for each vote."""
    passing = logistic(fit.pass_statement[cells.columns] + fit.pass_person[cells.rows])
    agreeing = logistic(fit.agree_statement[cells.columns] + fit.agree_person[cells.rows])
    return passing, agreeing


def mean_and_scale(passing: Floats, agreeing: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of a vote of +1, 0, -1; the latter at least .32."""
    mean = (1 - passing) * (2 * agreeing - 1)
    return mean, np.sqrt(np.maximum(1 - passing - mean**2, _LEAST_VARIANCE))


def slopes(passing: Floats, agreeing: Floats) -> tuple[Floats, Floats]:
    """How the mean vote moves with the logit of agreeing, and with that of passing."""
    return (
        2 * (1 - passing) * agreeing * (1 - agreeing),
        -passing * (1 - passing) * (2 * agreeing - 1),
    )


def residuals(cells: Cells, fit: Tendencies) -> Floats:
    """What votes leave over, in units of their own noise, free of both tendencies, shape (n,).

    Parameters
    ----------
    cells : Cells
    fit : Tendencies
        Of these votes.

    Notes
    -----
    The fitted tendencies are shrunk by their prior, so what is left of them is projected out of
    each person's residuals. A plain two-way additive fit will not do: the effect of a tendency is
    small where a statement is nearly unanimous, and that unevenness looks like a pattern. In
    votes without any (bowling-green's gaps and tendencies) the half-statement correlation was .37
    after an additive fit, .001 after this one.
    """
    passing, agreeing = chances(cells, fit)
    mean, scale = mean_and_scale(passing, agreeing)
    left: Floats = (cells.values - mean) / scale
    # the fit holds each statement back by its prior: what everybody shares of it is no difference
    seen = np.maximum(cells.by_statement(np.ones(len(left))), 1.0)
    left -= (cells.by_statement(left) / seen)[cells.columns]
    first, second = (slope / scale for slope in slopes(passing, agreeing))
    return left - _explained(cells, left, first, second)


def _explained(cells: Cells, left: Floats, first: Floats, second: Floats) -> Floats:
    """Least-squares part of each person's residuals along the slopes of agreeing and of passing.

    The tendency to pass is believed up to `WIDEST_TENDENCY`: where nobody passes its slope is next
    to nothing and points along "with the majority or against it". Without the limit it took that
    whole axis out, and two groups of 70 and 30 of 100 with opposite votes were no pattern.
    """
    a = cells.by_person(first * first) + 1e-6
    b = cells.by_person(first * second)
    d = cells.by_person(second * second) + 1 / WIDEST_TENDENCY
    x, y = cells.by_person(first * left), cells.by_person(second * left)
    determinant = a * d - b * b
    sound = determinant > 1e-3 * a * d
    safe = np.where(sound, determinant, 1.0)
    along = np.where(sound, (d * x - b * y) / safe, x / a)
    across = np.where(sound, (a * y - b * x) / safe, 0.0)
    explained: Floats = first * along[cells.rows] + second * across[cells.rows]
    return explained


def draw_votes(passing: Floats, agreeing: Floats, rng: np.random.Generator) -> NDArray[np.int8]:
    """One vote for each pair of chances."""
    chance = rng.random(len(passing))
    lean = np.where(chance < passing + (1 - passing) * agreeing, 1, -1)
    return np.where(chance < passing, 0, lean).astype(np.int8)


def tendency_votes(cells: Cells, fit: Tendencies, rng: np.random.Generator) -> NDArray[np.int8]:
    """Votes of people who differ in their two tendencies and in nothing else.

    Parameters
    ----------
    cells : Cells
        Whose people and gaps are kept.
    fit : Tendencies
    rng : numpy.random.Generator

    Notes
    -----
    Tendencies are drawn from about what is known of each person (fit plus its uncertainty), since
    the fitted ones vary too little.
    """
    drawn = Tendencies(
        fit.pass_statement,
        fit.pass_person
        + rng.standard_normal(cells.people) / np.sqrt(fit.pass_information + _PRIOR_PERSON),
        fit.pass_information,
        fit.agree_statement,
        fit.agree_person
        + rng.standard_normal(cells.people) / np.sqrt(fit.agree_information + _PRIOR_PERSON),
        fit.agree_information,
    )
    return draw_votes(*chances(cells, drawn), rng)
