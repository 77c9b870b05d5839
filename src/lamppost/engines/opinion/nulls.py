"""Made-up conversations whose truth is known: without a pattern, on a continuum, with groups.

For tests and benchmarks of the honest mode; nothing here is used on residents' votes.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.mixture import signal_variance
from lamppost.engines.opinion.places import fit_frame, place_cells
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.tendency import (
    Cells,
    chances,
    draw_votes,
    fit_tendencies,
    logistic,
    mean_and_scale,
    slopes,
    tendency_votes,
)
from lamppost.engines.opinion.votes import MISSING

Shape = Literal["normal", "uniform", "skewed"]
Even = Literal["line", "square", "disc", "oblong"]


def permuted(votes: SparseVotes, rng: np.random.Generator) -> SparseVotes:
    """The same votes, dealt out anew among the voters of each statement.

    Parameters
    ----------
    votes : SparseVotes
    rng : numpy.random.Generator

    Notes
    -----
    Every share of agreement and everyone's number of votes stay; what people have in common goes.
    """
    order = np.argsort(votes.columns, kind="stable")
    shuffled = np.lexsort((rng.random(votes.count), votes.columns))
    values = np.empty_like(votes.values)
    values[order] = votes.values[shuffled]
    return _with_values(votes, values)


def tendency_only(votes: SparseVotes, rng: np.random.Generator) -> SparseVotes:
    """People who differ in how readily they agree and pass as those of ``votes`` do, no more."""
    cells = _all_cells(votes)
    return _with_values(votes, tendency_votes(cells, fit_tendencies(cells), rng))


def on_a_continuum(
    votes: SparseVotes,
    rng: np.random.Generator,
    *,
    shape: Shape = "normal",
    axes: int = 2,
    strength: float = 1.0,
) -> SparseVotes:
    """Votes of people spread without a gap along the axes that ``votes`` show.

    Parameters
    ----------
    votes : SparseVotes
        Whose gaps, tendencies, components and spread are copied.
    rng : numpy.random.Generator
    shape : "normal", "uniform" or "skewed"
        Of the places on each axis (skewed: gamma of shape 3).
    axes : int
    strength : float
        Factor on the spread.

    Notes
    -----
    A logistic factor model: the logit of agreeing is linear in the place. That is another model
    than the one `continuum.Continuum` simulates from, on purpose.
    """
    cells = _all_cells(votes)
    fit = fit_tendencies(cells)
    frame = fit_frame(cells, min(axes, votes.statements))
    enough = np.bincount(cells.rows, minlength=cells.people) >= 7
    seen = place_cells(cells, frame)
    spread = np.sqrt(
        [
            signal_variance(type(seen)(seen.points[enough][:, [axis]], seen.noise[enough]))
            for axis in range(frame.components.shape[1])
        ]
    )
    stand = _stand(shape, (cells.people, len(spread)), rng) * spread * strength
    passing, agreeing = chances(cells, fit)
    _, scale = mean_and_scale(passing, agreeing)
    rise, _ = slopes(passing, agreeing)
    moved = (stand[cells.rows] * frame.components[cells.columns]).sum(axis=1) * scale
    logit = np.log(agreeing / (1 - agreeing)) + moved / np.maximum(rise, 0.1)
    return _with_values(votes, draw_votes(passing, logistic(logit), rng))


def _stand(shape: Shape, size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Places of mean 0 and variance 1."""
    if shape == "normal":
        return rng.standard_normal(size)
    if shape == "uniform":
        return rng.uniform(-np.sqrt(3), np.sqrt(3), size)
    skewed: NDArray[np.float64] = (rng.gamma(3.0, size=size) - 3.0) / np.sqrt(3.0)
    return skewed


def even_spread(
    people: int,
    statements: int,
    shape: Even,
    rng: np.random.Generator,
    *,
    density: float = 1.0,
    slope: float = 1.5,
    near: bool = False,
) -> SparseVotes:
    """Votes of people spread evenly over a line or an area, copied from no conversation.

    Parameters
    ----------
    people, statements : int
    shape : "line", "square", "disc" or "oblong"
        Variance about 1 on each axis; oblong: twice as long as wide.
    rng : numpy.random.Generator
    density : float
        Share of the table that is filled, about; activity is uneven (lognormal, .5) below 1.
    slope : float
        How sharply answers depend on where somebody stands, in logits.
    near : bool
        People agree with statements that are near to them (so that components are bent into
        horseshoes); otherwise with those on one side of a line.
    """
    stand = _evenly(shape, people, rng)
    sharp = slope * rng.lognormal(0.0, 0.3, statements)
    if near:
        apart = ((stand[:, None] - _evenly(shape, statements, rng)) ** 2).sum(axis=2)
        logit = sharp * (1.5 - apart)
    else:
        way = rng.standard_normal((statements, stand.shape[1]))
        way /= np.linalg.norm(way, axis=1)[:, None]
        logit = sharp * (stand @ way.T - rng.uniform(-1.7, 1.7, statements))
    values = np.where(rng.random(logit.shape) < logistic(logit), 1, -1)
    values[rng.random(logit.shape) < 0.1] = 0
    if density < 1:
        busy = np.clip(rng.lognormal(0.0, 0.5, people) * density, 0.0, 1.0)
        values[rng.random(logit.shape) >= busy[:, None]] = MISSING
    return SparseVotes.from_table(values.astype(np.int8))


def _evenly(shape: Even, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Places spread evenly, variance about 1 on each axis."""
    edge = np.sqrt(3.0)
    if shape == "line":
        return rng.uniform(-edge, edge, (count, 1))
    if shape == "disc":
        far, turn = 2 * np.sqrt(rng.random(count)), rng.uniform(0, 2 * np.pi, count)
        return np.column_stack([far * np.cos(turn), far * np.sin(turn)])
    wide = np.array([1.25, 0.6] if shape == "oblong" else [1.0, 1.0])
    spread: NDArray[np.float64] = rng.uniform(-edge, edge, (count, 2)) * wide
    return spread


def planted(
    people: int,
    statements: int,
    groups: int,
    density: float,
    rng: np.random.Generator,
    *,
    separation: float = 0.5,
    uneven: bool = False,
) -> tuple[SparseVotes, NDArray[np.int64]]:
    """Votes of people in groups, and each one's group.

    Parameters
    ----------
    people, statements, groups : int
    density : float
        Share of the table that is filled, about.
    rng : numpy.random.Generator
    separation : float
        Standard deviation of a group's own lean on a statement, in units of a person's noise.
        .5 gives Polis' method an adjusted Rand index of about .8 at density .40.
    uneven : bool
        Groups of very different size.

    Returns
    -------
    votes : SparseVotes
        Uneven activity (lognormal, .6); three fifths of the statements come late, and people who
        came before have not seen them.
    truth : ndarray of int64, shape (people,)

    Raises
    ------
    EngineError
        ``opinion.nulls.bad_density`` unless 0 < density < 1.
    """
    if not 0 < density < 1:
        raise EngineError(
            "opinion.nulls.bad_density",
            f"A table cannot be filled to {density}. Give a number between 0 and 1.",
            {"density": density},
        )
    sizes = np.array([0.6, 0.25, 0.1, 0.05, 0.03])[:groups] if uneven else np.ones(groups)
    truth = rng.choice(groups, people, p=sizes / sizes.sum()).astype(np.int64)
    lean = rng.normal(0.0, separation, (groups, statements)) + rng.normal(0.3, 0.6, statements)
    activity = rng.lognormal(0.0, 0.6, people)
    born = np.where(np.arange(statements) < 0.4 * statements, 0.0, rng.random(statements))
    chance = activity[:, None] * (rng.random(people)[:, None] >= 0.95 * born)
    for _ in range(2):
        chance = np.clip(chance * density / chance.mean(), 0.0, 0.95)
    rows, columns = np.nonzero(rng.random(chance.shape) < chance)
    felt = lean[truth[rows], columns] + rng.standard_normal(len(rows))
    values = np.where(felt > 0.4, 1, np.where(felt < -0.4, -1, 0))
    made = SparseVotes.from_arrays(
        rows, columns, values, participants=people, statements=statements
    )
    return made, truth


def _all_cells(votes: SparseVotes) -> Cells:
    """Every vote, those on statements set aside included."""
    rows, columns = votes.row_of_vote.astype(np.intp), votes.columns.astype(np.intp)
    who = np.arange(votes.people, dtype=np.int64)
    return Cells(rows, columns, votes.values, votes.people, votes.statements, who)


def _with_values(votes: SparseVotes, values: NDArray[np.int8]) -> SparseVotes:
    return SparseVotes(votes.indptr, votes.columns, values, votes.statements, votes.set_aside)
