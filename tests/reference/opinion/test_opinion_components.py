"""Sums, components and places against slow or independent computations of the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import products, read_polis_export
from lamppost.engines.opinion.components import (
    DENSE_STATEMENTS,
    VoteGram,
    components,
    mean_votes,
    project,
    spectrum,
)
from lamppost.engines.opinion.keys import row_keys
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.statistics import blocks, build
from lamppost.engines.opinion.votes import MISSING

from . import plain


def planted(people: int, statements: int, density: float, seed: int) -> NDArray[np.int8]:
    rng = np.random.default_rng(seed)
    sides = rng.normal(size=(people, 3)) * [1.0, 0.7, 0.5]
    feel = sides @ rng.normal(size=(3, statements)) + rng.normal(size=(people, statements))
    votes = np.where(feel > 0.4, 1, np.where(feel < -0.2, -1, 0))
    return np.where(rng.random(votes.shape) < density, votes, MISSING).astype(np.int8)


def as_records(table: NDArray[np.int8]) -> plain.Votes:
    return {
        str(person): {j: int(vote) for j, vote in enumerate(row) if vote != MISSING}
        for person, row in enumerate(table)
    }


@pytest.mark.parametrize("way", [products._dense_sums, products._sparse_sums])
class TestBothWaysToTheSums:
    def made(self, way, table: NDArray[np.int8]) -> list[NDArray[np.int64]]:  # type: ignore[no-untyped-def]
        size = table.shape[1]
        totals = [np.zeros((size, size), dtype=np.int64) for _ in range(3)]
        way(SparseVotes.from_table(table), tuple(totals))
        return totals

    @pytest.mark.parametrize(("people", "statements"), [(40, 13), (7, 1), (1, 6), (0, 4)])
    def test_as_by_going_through_every_pair(self, way, people: int, statements: int) -> None:  # type: ignore[no-untyped-def]
        table = planted(people, statements, 0.6, people)
        expected = plain.sums(as_records(table), list(range(statements)))
        for found, wanted in zip(self.made(way, table), expected, strict=True):
            assert found.tolist() == wanted

    @pytest.mark.parametrize("vote", [1, -1])
    def test_fields_do_not_overflow_when_everybody_says_the_same(self, way, vote: int) -> None:  # type: ignore[no-untyped-def]
        people = 3 * products._SPARSE_ROWS + 5
        both, product, first = self.made(way, np.full((people, 3), vote, dtype=np.int8))
        assert (both == people).all()
        assert (product == people).all()
        assert (first == vote * people).all()

    def test_many_statements_few_votes(self, way) -> None:  # type: ignore[no-untyped-def]
        table = planted(400, 700, 0.02, 1)
        voted, votes = table != MISSING, np.where(table == MISSING, 0, table).astype(float)
        mask = voted.astype(float)
        found = self.made(way, table)
        for one, wanted in zip(
            found, (mask.T @ mask, votes.T @ votes, votes.T @ mask), strict=True
        ):
            assert np.array_equal(one, wanted)


def test_the_cheaper_way_is_taken() -> None:
    assert products.sparse_is_cheaper(SparseVotes.from_table(planted(300, 400, 0.02, 1)))
    assert not products.sparse_is_cheaper(SparseVotes.from_table(planted(300, 400, 0.3, 1)))


def agree_up_to_sign(found: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    worst = 0.0
    for one, other in zip(found, wanted, strict=True):
        worst = max(worst, min(np.abs(one - other).max(), np.abs(one + other).max()))
    return worst


class TestComponents:
    def test_iteration_agrees_with_the_eigen_decomposition(self) -> None:
        table = planted(1_500, DENSE_STATEMENTS + 60, 0.1, 4)
        votes = SparseVotes.from_table(table)
        gram = build(votes).gram()
        values, vectors = np.linalg.eigh(gram)
        wanted = vectors[:, ::-1][:, :3].T
        by_table, eigen = spectrum(gram, 3)
        assert agree_up_to_sign(by_table, wanted) < 1e-8
        assert eigen == pytest.approx(values[::-1][:3], rel=1e-12)
        by_products = components(VoteGram(votes), 3)
        assert agree_up_to_sign(by_products, wanted) < 1e-8
        assert np.abs(by_products - by_table).max() < 1e-8, "and has the same sign"

    def test_iteration_without_a_gap_still_finds_the_plane(self) -> None:
        """Two equal eigenvalues: any basis of the plane is right, the plane itself is not free."""
        size = DENSE_STATEMENTS + 40
        basis = np.linalg.qr(np.random.default_rng(2).normal(size=(size, 4)))[0]
        gram = basis @ np.diag([9.0, 9.0, 4.0, 1.0]) @ basis.T
        found = components(gram, 2)
        assert np.abs(found.T @ found - basis[:, :2] @ basis[:, :2].T).max() < 1e-8

    @pytest.mark.parametrize("size", [5, DENSE_STATEMENTS + 20])
    def test_directions_without_difference_are_zero(self, size: int) -> None:
        one = np.zeros(size)
        one[[1, 3]] = -0.6, 0.8
        found = components(25.0 * np.outer(one, one), 3)
        assert found[0] == pytest.approx(one, abs=1e-9)
        assert not found[1:].any()
        assert not components(np.zeros((size, size)), 2).any()

    def test_more_components_than_statements(self) -> None:
        found = components(np.diag([4.0, 1.0]), 3)
        assert found.tolist() == [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
        assert components(np.zeros((0, 0)), 2).shape == (2, 0)

    def test_products_equal_the_table_with_statements_set_aside(self) -> None:
        table = planted(200, 30, 0.4, 6)
        aside = np.arange(30) % 7 == 3
        votes = SparseVotes.from_table(table, aside)
        wanted = np.array(plain.imputed_gram(as_records(table), list(range(30)),
                                             set(np.flatnonzero(aside).tolist())))  # fmt: skip
        assert VoteGram(votes) @ np.eye(30) == pytest.approx(wanted, abs=1e-9)

    def test_weights_count_people_several_times(self) -> None:
        table = planted(60, 12, 0.5, 7)
        weights = np.random.default_rng(1).integers(0, 4, 60)
        repeated = build(np.repeat(table, weights, axis=0))
        weighted = VoteGram(SparseVotes.from_table(table), weights=weights.astype(float))
        assert weighted @ np.eye(12) == pytest.approx(repeated.gram(), abs=1e-9)
        assert mean_votes(SparseVotes.from_table(table), weights.astype(float)) == pytest.approx(
            repeated.means()
        )

    def test_what_is_no_gram_matrix_is_refused(self) -> None:
        for gram, k in ((np.zeros((2, 3)), 1), (np.full((2, 2), np.nan), 1), (np.eye(2), 0)):
            with pytest.raises(EngineError, match="square matrix"):
                components(gram, k)


def test_places_as_by_going_through_every_vote() -> None:
    table = planted(50, 20, 0.3, 8)
    table[3] = MISSING
    aside = np.arange(20) % 6 == 1
    votes = SparseVotes.from_table(table, aside)
    mean = build(votes).means()
    axes = components(build(votes).gram(aside), 3)
    found = project(votes, mean, axes)
    for person, row in enumerate(table):
        own = [j for j in range(20) if row[j] != MISSING and not aside[j]]
        stretch = np.sqrt((~aside).sum() / max(len(own), 1))
        wanted = [stretch * sum((row[j] - mean[j]) * axis[j] for j in own) for axis in axes]
        assert found[person] == pytest.approx(wanted, abs=1e-12)
    assert not found[3].any()


class TestBlocks:
    def made(self):  # type: ignore[no-untyped-def]
        table = planted(300, 15, 0.5, 9)
        votes = SparseVotes.from_table(table, np.arange(15) == 4)
        return table, blocks(votes, row_keys(votes, list(range(15)), 0), count=20)

    def test_together_they_are_the_whole(self) -> None:
        table, parts = self.made()
        whole = build(table)
        for place, sums in enumerate((whole.N, whole.A, whole.B)):
            assert np.array_equal(parts.sums[:, place].sum(axis=0), sums)
        assert parts.people.sum() == 300
        assert parts.people.tolist() == np.bincount(parts.block_of, minlength=20).tolist()

    def test_a_replicate_is_a_rebuild_with_people_repeated(self) -> None:
        table, parts = self.made()
        weights = np.random.default_rng(3).multinomial(20, np.full(20, 0.05), size=12)
        grams = list(parts.grams(weights.astype(float)))
        assert len(grams) == 12
        for row, gram in zip(weights, grams, strict=True):
            repeated = build(np.repeat(table, row[parts.block_of], axis=0))
            assert gram == pytest.approx(repeated.gram(parts.set_aside), abs=1e-9)


@pytest.mark.parametrize("name", ["vtaiwan.uberx", "american-assembly.bowling-green"])
def test_real_conversations_by_every_way(shared_data: Path, name: str) -> None:
    folder = shared_data / "polis" / name
    if not folder.is_dir():
        pytest.skip(f"the conversation {name} is not here")
    matrix = read_polis_export(folder).matrix
    votes = SparseVotes.from_matrix(matrix)
    sums, aside = build(votes), votes.set_aside
    dense = np.where(matrix.voted, matrix.values, np.nan).astype(float)
    centred = np.nan_to_num(dense - np.nanmean(dense, axis=0)) * ~aside
    wanted = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1].T
    assert agree_up_to_sign(components(sums.gram(aside), 2), wanted) < 1e-8
    assert agree_up_to_sign(components(VoteGram(votes), 2), wanted) < 1e-8
