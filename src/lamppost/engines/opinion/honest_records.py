"""The honest mode as records: what `honest` found, by the names of people and statements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.by_person import ByPerson
from lamppost.engines.opinion.cautions import honest_warnings
from lamppost.engines.opinion.consensus import MajorityStatement, majority
from lamppost.engines.opinion.discoveries import Discovery
from lamppost.engines.opinion.ground import consensus_scores
from lamppost.engines.opinion.honest import Analysis, Tell, analyse
from lamppost.engines.opinion.named import NamedVotes
from lamppost.engines.opinion.records import (
    CommonGround,
    DividingStatement,
    Landscape,
    LandscapeWarning,
    MajorityResult,
    OpinionGroup,
    PatternEvidence,
    PredictionFigures,
    RepresentativeStatement,
    ShareCount,
    StatementResult,
    UndecidedStatement,
)
from lamppost.engines.opinion.shares import INTERVAL_LEVEL, GroupCounts
from lamppost.engines.opinion.shrinkage import Shares

INTERVAL_METHOD = "empirical_bayes"


def honest_landscape(named: NamedVotes, seed: int, tell: Tell) -> Landscape:
    """Landscape in the honest mode; the same under any order of rows, columns and votes.

    Parameters
    ----------
    named : NamedVotes
    seed : int
        Of everything drawn by chance.
    tell : callable
        Called with the part done and the name of the step.
    """
    found = analyse(named.votes, named.statements, seed=seed, tell=tell)
    return _Composer(named, found, seed)()


class _Composer:
    """Turns the arrays of one analysis into records."""

    def __init__(self, named: NamedVotes, found: Analysis, seed: int) -> None:
        self.matrix, self.found, self.seed = named, found, seed
        self.voters = int(np.count_nonzero(named.votes.votes_each))
        self.is_grouped = found.groups > 0
        ids: list[int | None] = list(found.counts.groups) if self.is_grouped else [None]
        self.shares = _share_counts(ids, found.counts, found.shares)
        self.whole = [one[0] for one in _share_counts([None], found.whole, found.everyone)]
        self.sizes = {g: int((found.labels == g).sum()) for g in range(found.groups)}

    def __call__(self) -> Landscape:
        matrix, found = self.matrix, self.found
        grouped = np.flatnonzero(found.labels >= 0)
        names, stability = matrix.participants, found.stability
        chances = None if stability is None else np.round(stability.membership, 4)
        prediction = self._prediction()
        counts = found.whole
        agree, disagree = majority(
            counts.agrees[0],
            counts.disagrees[0],
            counts.seen[0],
            matrix.set_aside,
            matrix.statements,
        )
        return Landscape(
            participants=len(names),
            statements=len(matrix.statements),
            votes=int(counts.seen.sum()),
            in_conversation=len(grouped) or self.voters,
            mode="honest",
            seed=self.seed,
            groups=self._groups(),
            membership=ByPerson(names, found.labels, grouped),
            positions=ByPerson(names, np.round(found.positions, 9) + 0.0),
            results=self._results(),
            common_ground=self._ground(),
            dividing=self._dividing(),
            majority_agree=self._majority(agree),
            majority_disagree=self._majority(disagree),
            silhouettes=(),
            interval_method=INTERVAL_METHOD,
            interval_level=INTERVAL_LEVEL,
            warnings=self._warnings(),
            pattern=found.pattern.kind,
            settled=stability is not None and stability.settled,
            probability=ByPerson(names, _or_zero(chances, len(names)), grouped),
            evidence=self._evidence(),
            completeness=None if prediction is None else prediction.right,
            prediction=prediction,
            undecided=self._undecided(),
        )

    def _groups(self) -> tuple[OpinionGroup, ...]:
        stability = self.found.stability
        return tuple(
            OpinionGroup(
                group,
                size,
                tuple(self._typical(group, one) for one in self.found.representative[group]),
                None if stability is None else round(float(stability.per_group[group]), 4),
            )
            for group, size in self.sizes.items()
        )

    def _typical(self, group: int, chosen: Discovery) -> RepresentativeStatement:
        share = self.shares[chosen.column][group]
        return RepresentativeStatement(
            statement=self.matrix.statements[chosen.column],
            direction=chosen.direction,
            count=share.agree if chosen.direction == "agree" else share.disagree,
            seen=share.seen,
            agree=chosen.agree,
            low=chosen.low,
            high=chosen.high,
            q=chosen.q,
        )

    def _results(self) -> tuple[StatementResult, ...]:
        matrix, places = self.matrix, self.found.statement_positions
        points, lengths = _rounded(places), np.hypot(*places.T).tolist()
        found = consensus_scores(self.found.shares)
        scores, lows, highs = (part.tolist() for part in (found.mean, found.low, found.high))
        return tuple(
            StatementResult(
                statement=statement,
                moderation=int(matrix.moderation[column]),
                is_meta=bool(matrix.is_meta[column]),
                position=points[column],
                extremity=lengths[column],
                everyone=self.whole[column],
                groups=self.shares[column] if self.is_grouped else (),
                consensus=scores[column] if self.is_grouped else None,
                consensus_low=lows[column] if self.is_grouped else None,
                consensus_high=highs[column] if self.is_grouped else None,
            )
            for column, statement in enumerate(matrix.statements)
        )

    def _ground(self) -> tuple[CommonGround, ...]:
        return tuple(
            CommonGround(
                rank=rank,
                statement=self.matrix.statements[item.column],
                score=item.score,
                votes=item.votes,
                floor=min(share.low for share in self.shares[item.column]),
                groups=self.shares[item.column],
                low=item.low,
                high=item.high,
            )
            for rank, item in enumerate(self.found.ground, start=1)
        )

    def _dividing(self) -> tuple[DividingStatement, ...]:
        if not self.is_grouped:
            return ()
        shares = self.found.shares
        apart = shares.low.max(axis=0) > shares.high.min(axis=0)
        difference = np.ptp(shares.mean, axis=0)
        columns = np.flatnonzero(apart & ~self.matrix.set_aside)
        ids = np.array(self.matrix.statements)
        ranked = columns[np.lexsort((ids[columns], -np.round(difference[columns], 12)))].tolist()
        return tuple(
            DividingStatement(
                rank=rank,
                statement=self.matrix.statements[column],
                difference=float(difference[column]),
                most_agreeing=int(shares.mean[:, column].argmax()),
                least_agreeing=int(shares.mean[:, column].argmin()),
                groups=self.shares[column],
            )
            for rank, column in enumerate(ranked, start=1)
        )

    def _undecided(self) -> tuple[UndecidedStatement, ...]:
        return tuple(
            UndecidedStatement(
                statement=self.matrix.statements[item.column],
                group=item.group if self.is_grouped else None,
                share=item.share,
                low=item.low,
                high=item.high,
                votes=item.votes,
                more_votes=item.further_votes,
            )
            for item in self.found.undecided
        )

    def _majority(self, chosen: tuple[MajorityStatement, ...]) -> tuple[MajorityResult, ...]:
        names = self.matrix.statements
        return tuple(
            MajorityResult(names[item.column], item.direction, item.share, item.test)
            for item in chosen
        )

    def _evidence(self) -> PatternEvidence:
        pattern = self.found.pattern
        return PatternEvidence(
            p_value=pattern.p_value,
            half_correlation=pattern.half_correlation,
            half_threshold=pattern.half_threshold,
            groups_p_value=pattern.groups_p_value,
            reason=pattern.reason,
        )

    def _prediction(self) -> PredictionFigures | None:
        found = self.found.prediction
        if found is None or found.completeness is None:
            return None
        return PredictionFigures(
            hidden=found.directions_hidden,
            right=found.completeness,
            right_by_popularity=found.baseline_completeness or 0.0,
            rmse=found.rmse or 0.0,
            rmse_by_popularity=found.baseline_rmse or 0.0,
            model=found.model,
        )

    def _warnings(self) -> tuple[LandscapeWarning, ...]:
        stability = self.found.stability
        return honest_warnings(
            reason=self.found.pattern.reason,
            people=self.voters,
            statements=int((~self.matrix.set_aside).sum()),
            set_aside=int(self.matrix.set_aside.sum()),
            sizes=self.sizes,
            settled=stability is not None and stability.settled,
            has_common_ground=bool(self.found.ground),
        )


def _or_zero(chances: NDArray[np.float64] | None, people: int) -> NDArray[np.float64]:
    return np.zeros(people) if chances is None else chances


def _share_counts(
    groups: list[int | None], counts: GroupCounts, shares: Shares
) -> list[tuple[ShareCount, ...]]:
    """For each statement the share of each group."""
    parts = (counts.agrees, counts.disagrees, counts.passes, counts.seen, shares.low, shares.high)
    columns = [part.T.tolist() for part in parts]
    return [
        tuple(
            ShareCount(group, a, d, p, n, a / n if n else None, low, high)
            for group, a, d, p, n, low, high in zip(groups, *cells, strict=True)
        )
        for cells in zip(*columns, strict=True)
    ]


def _rounded(points: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Points without the digits that depend on the order of summation."""
    return [(x, y) for x, y in (np.round(points, 9) + 0.0).tolist()]
