"""From a vote matrix to its landscape: compute, select, and say what to beware of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.cautions import reason_for_no_groups, warnings_about
from lamppost.engines.opinion.consensus import (
    MajorityStatement,
    common_ground,
    consensus_from_counts,
    dividing,
    majority,
)
from lamppost.engines.opinion.ground import agreement, consensus_scores
from lamppost.engines.opinion.named import NamedVotes
from lamppost.engines.opinion.polis import PolisMap, polis_map
from lamppost.engines.opinion.records import (
    CommonGround,
    DividingStatement,
    Landscape,
    LandscapeWarning,
    MajorityResult,
    OpinionGroup,
    RepresentativeStatement,
    ShareCount,
    StatementResult,
)
from lamppost.engines.opinion.representative import Representative, representative_statements
from lamppost.engines.opinion.shares import (
    INTERVAL_LEVEL,
    INTERVAL_METHOD,
    GroupCounts,
    count_by_group,
    smoothed_share,
    wilson_interval,
)
from lamppost.engines.opinion.statistics import OpinionStatistics, build
from lamppost.engines.opinion.votes import AGREE, DISAGREE, VoteMatrix

Progress = Callable[[float, str], None]
MODES = ("honest", "polis")
LARGEST_SEED = 2**53 - 1
"""Larger numbers do not survive JSON readers that keep numbers as doubles."""


def landscape(
    matrix: VoteMatrix | NamedVotes,
    *,
    mode: str = "honest",
    seed: int = 0,
    statistics: OpinionStatistics | None = None,
    progress: Progress | None = None,
) -> Landscape:
    """Map, opinion groups and common ground of one conversation.

    Parameters
    ----------
    matrix : VoteMatrix or NamedVotes
        The row order matters in the Polis mode alone. Without gaps (`NamedVotes`) a large
        conversation takes less memory: five bytes a vote instead of one a cell.
    mode : {"honest", "polis"}
        How groups are found: the honest mode says so when there are none (see `honest`), the
        Polis mode does as Polis does (see `polis`).
    seed : int
        Of what is drawn by chance; the Polis mode draws nothing.
    statistics : OpinionStatistics, optional
        Polis mode: sums kept vote by vote for exactly this matrix; built here when absent.
    progress : callable, optional
        Called with the part done, 0 to 1, and the name of the step.

    Returns
    -------
    Landscape
        Without groups, and with a warning that says why, when the votes cannot carry any.

    Raises
    ------
    EngineError
        ``opinion.landscape.unknown_mode``; ``opinion.landscape.bad_seed``;
        ``opinion.landscape.statistics_differ`` when the
        given sums belong to other votes.

    Notes
    -----
    The honest mode never holds a table of all cells; the Polis mode makes one, of P S bytes.
    Polis mode: O(P S^2) to build the sums, O(S^3 + P S) for the rest. Sources: see `polis`,
    `representative` and `consensus`; for the honest mode `pattern`, `grouping`, `stability`,
    `shrinkage`, `ground`, `discoveries` and `prediction`.
    """
    if mode not in MODES:
        raise EngineError(
            "opinion.landscape.unknown_mode",
            f"There is no mode called {mode!r}. Choose one of: {', '.join(MODES)}.",
            {"mode": mode, "modes": MODES},
        )
    if not 0 <= seed <= LARGEST_SEED:
        raise EngineError(
            "opinion.landscape.bad_seed",
            f"The seed is {seed}. Give a whole number from 0 to {LARGEST_SEED}.",
            {"seed": seed},
        )
    tell = progress or _silent
    if mode == "honest":
        from lamppost.engines.opinion.honest_records import honest_landscape

        return honest_landscape(NamedVotes.of(matrix), seed, tell)
    if isinstance(matrix, NamedVotes):
        matrix = matrix.matrix()
    tell(0.0, "statistics")
    sums = _checked_statistics(matrix, statistics)
    tell(0.4, "map")
    found = _without_groups(matrix, polis_map(matrix, sums))
    tell(0.8, "statements")
    result = _compose(matrix, sums, found, mode, seed)
    tell(1.0, "done")
    return result


def _silent(part: float, step: str) -> None:
    """Progress that nobody watches."""


def _checked_statistics(
    matrix: VoteMatrix, statistics: OpinionStatistics | None
) -> OpinionStatistics:
    if statistics is None:
        return build(matrix)
    kinds = ((AGREE, statistics.agrees), (DISAGREE, statistics.disagrees))
    counted = [(np.count_nonzero(matrix.values == kind, axis=0), kept) for kind, kept in kinds]
    counted.append((np.count_nonzero(matrix.voted, axis=0), np.diagonal(statistics.N)))
    if not all(np.array_equal(count, kept) for count, kept in counted):
        raise EngineError(
            "opinion.landscape.statistics_differ",
            "The sums kept for this conversation do not fit its votes. Build them again.",
        )
    return statistics


def _without_groups(matrix: VoteMatrix, found: PolisMap) -> PolisMap:
    """The same map with everyone at the centre, when the votes cannot carry groups."""
    if reason_for_no_groups(matrix, found) is None:
        return found
    return replace(
        found,
        positions=np.zeros_like(found.positions),
        statement_positions=np.zeros_like(found.statement_positions),
        extremity=np.zeros_like(found.extremity),
        labels=np.full_like(found.labels, -1),
        silhouettes=(),
    )


def _compose(
    matrix: VoteMatrix, sums: OpinionStatistics, found: PolisMap, mode: str, seed: int
) -> Landscape:
    counts = count_by_group(matrix, found.labels)
    shares = _shares_by_statement(counts)
    results = _statement_results(matrix, sums, found, counts, shares)
    ground = _common_ground(matrix, counts, shares)
    seen = np.diagonal(sums.N)
    agree, disagree = majority(sums.agrees, sums.disagrees, seen, matrix.set_aside)
    grouped = np.flatnonzero(found.labels >= 0)
    return Landscape(
        participants=len(matrix.participants),
        statements=len(matrix.statements),
        votes=int(seen.sum()),
        in_conversation=int(found.in_conversation.sum()),
        mode=mode,
        seed=seed,
        groups=_groups(matrix, found, counts, shares),
        membership={matrix.participants[row]: int(found.labels[row]) for row in grouped},
        positions=dict(zip(matrix.participants, _pairs(found.positions), strict=True)),
        results=results,
        common_ground=ground,
        dividing=_dividing(matrix, counts, shares),
        majority_agree=_majority(matrix, agree),
        majority_disagree=_majority(matrix, disagree),
        silhouettes=found.silhouettes,
        interval_method=INTERVAL_METHOD,
        interval_level=INTERVAL_LEVEL,
        warnings=_warnings(matrix, found, counts, ground),
        pattern="groups" if counts.groups else "none",
    )


def _warnings(
    matrix: VoteMatrix, found: PolisMap, counts: GroupCounts, ground: tuple[CommonGround, ...]
) -> tuple[LandscapeWarning, ...]:
    sizes = {group: int((found.labels == group).sum()) for group in counts.groups}
    return warnings_about(matrix, found, sizes, has_common_ground=bool(ground))


def _pairs(points: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(x, y) for x, y in points.tolist()]


def _share_counts(
    groups: list[int | None],
    agrees: NDArray[np.int64],
    disagrees: NDArray[np.int64],
    passes: NDArray[np.int64],
) -> list[tuple[ShareCount, ...]]:
    """For each statement the share of each group; counts have shape (G, S)."""
    seen = agrees + disagrees + passes
    low, high = wilson_interval(agrees, seen)
    columns = [part.T.tolist() for part in (agrees, disagrees, passes, seen, low, high)]
    return [
        tuple(
            ShareCount(group, a, d, p, n, a / n if n else None, lo, hi)
            for group, a, d, p, n, lo, hi in zip(groups, *parts, strict=True)
        )
        for parts in zip(*columns, strict=True)
    ]


def _shares_by_statement(counts: GroupCounts) -> list[tuple[ShareCount, ...]]:
    return _share_counts(list(counts.groups), counts.agrees, counts.disagrees, counts.passes)


def _statement_results(
    matrix: VoteMatrix,
    sums: OpinionStatistics,
    found: PolisMap,
    counts: GroupCounts,
    shares: list[tuple[ShareCount, ...]],
) -> tuple[StatementResult, ...]:
    everyone = _share_counts([None], sums.agrees[None], sums.disagrees[None], sums.passes[None])
    places = _pairs(found.statement_positions)
    columns = np.arange(len(matrix.statements) if counts.groups else 0)
    unknown: dict[str, float | None] = {"consensus": None}
    scores: list[dict[str, float | None]] = [
        {"consensus": score, "consensus_low": min(low, score), "consensus_high": max(high, score)}
        for _column, score, low, high in _scored(counts, columns, matrix.set_aside)
    ]
    return tuple(
        StatementResult(
            statement=statement,
            moderation=int(matrix.moderation[column]),
            is_meta=bool(matrix.is_meta[column]),
            position=places[column],
            extremity=float(found.extremity[column]),
            everyone=everyone[column][0],
            groups=shares[column],
            **(scores[column] if scores else unknown),
        )
        for column, statement in enumerate(matrix.statements)
    )


def _groups(
    matrix: VoteMatrix,
    found: PolisMap,
    counts: GroupCounts,
    shares: list[tuple[ShareCount, ...]],
) -> tuple[OpinionGroup, ...]:
    typical = representative_statements(counts, matrix.set_aside)
    return tuple(
        OpinionGroup(
            group,
            int((found.labels == group).sum()),
            tuple(_named(matrix, r, shares[r.column][place]) for r in chosen),
        )
        for place, (group, chosen) in enumerate(zip(counts.groups, typical, strict=True))
    )


def _named(matrix: VoteMatrix, chosen: Representative, own: ShareCount) -> RepresentativeStatement:
    return RepresentativeStatement(
        statement=matrix.statements[chosen.column],
        direction=chosen.direction,
        count=chosen.count,
        seen=chosen.seen,
        agree=own.share or 0.0,
        low=own.low,
        high=own.high,
        share=chosen.share,
        share_test=chosen.share_test,
        ratio=chosen.ratio,
        ratio_test=chosen.ratio_test,
        best_agree=chosen.best_agree,
    )


def _common_ground(
    matrix: VoteMatrix, counts: GroupCounts, shares: list[tuple[ShareCount, ...]]
) -> tuple[CommonGround, ...]:
    columns = common_ground(counts, matrix.set_aside)
    return tuple(
        CommonGround(
            rank=rank,
            statement=matrix.statements[column],
            score=score,
            votes=sum(share.seen for share in shares[column]),
            floor=min(share.low for share in shares[column]),
            groups=shares[column],
            low=min(low, score),
            high=max(high, score),
        )
        for rank, (column, score, low, high) in enumerate(
            _scored(counts, columns, matrix.set_aside), start=1
        )
    )


def _scored(
    counts: GroupCounts, columns: NDArray[np.intp], set_aside: NDArray[np.bool_]
) -> list[tuple[int, float, float, float]]:
    """Column, score, and the 90 % interval: that of the geometric mean, to the power of groups."""
    if len(columns) == 0:
        return []
    scores = consensus_from_counts(counts)[columns]
    spread = consensus_scores(agreement(counts, set_aside))
    low, high = (part[columns] ** len(counts.groups) for part in (spread.low, spread.high))
    return list(zip(columns.tolist(), scores.tolist(), low.tolist(), high.tolist(), strict=True))


def _dividing(
    matrix: VoteMatrix, counts: GroupCounts, shares: list[tuple[ShareCount, ...]]
) -> tuple[DividingStatement, ...]:
    columns = dividing(counts, matrix.set_aside).tolist()
    if not columns:
        return ()
    share = smoothed_share(counts.agrees, counts.seen)
    return tuple(
        DividingStatement(
            rank=rank,
            statement=matrix.statements[column],
            difference=float(np.ptp(share[:, column])),
            most_agreeing=counts.groups[int(share[:, column].argmax())],
            least_agreeing=counts.groups[int(share[:, column].argmin())],
            groups=shares[column],
        )
        for rank, column in enumerate(columns, start=1)
    )


def _majority(
    matrix: VoteMatrix, chosen: tuple[MajorityStatement, ...]
) -> tuple[MajorityResult, ...]:
    return tuple(
        MajorityResult(matrix.statements[item.column], item.direction, item.share, item.test)
        for item in chosen
    )
