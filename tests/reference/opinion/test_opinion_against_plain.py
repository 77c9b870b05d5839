"""The engine against a slow, independent implementation of the same published formulas."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.opinion import MISSING, VoteMatrix, build, group_informed_consensus, landscape
from lamppost.engines.opinion.clusters import kmeans, silhouette
from lamppost.engines.opinion.consensus import majority
from lamppost.engines.opinion.polis import in_conversation, polis_map, principal_components, project
from lamppost.engines.opinion.representative import representative_statements
from lamppost.engines.opinion.shares import count_by_group, wilson_interval

from . import plain


def conversation(seed: int, people: int = 60, statements: int = 14) -> VoteMatrix:
    """Two planted camps, uneven activity, two rejected statements and one about the voters."""
    rng = np.random.default_rng(seed)
    camp = rng.integers(0, 2, people)
    lean = rng.normal(0, 0.8, (2, statements))
    strength = lean[camp] + rng.normal(0, 0.6, (people, statements))
    values = np.where(strength > 0.25, 1, np.where(strength < -0.25, -1, 0)).astype(np.int8)
    values[rng.random((people, statements)) < rng.uniform(0.1, 0.9, people)[:, None]] = MISSING
    moderation = np.ones(statements, dtype=np.int8)
    moderation[[1, 4]] = -1
    moderation[2] = 0
    meta = np.zeros(statements, dtype=bool)
    meta[6] = True
    names = tuple(f"p{row}" for row in range(people))
    return VoteMatrix(names, tuple(range(100, 100 + statements)), values, moderation, meta)


def as_plain(matrix: VoteMatrix) -> tuple[plain.Votes, list[int], set[int]]:
    votes = {
        person: {
            statement: int(value)
            for statement, value in zip(matrix.statements, row, strict=True)
            if value != MISSING
        }
        for person, row in zip(matrix.participants, matrix.values.tolist(), strict=True)
    }
    aside = {s for s, out in zip(matrix.statements, matrix.set_aside, strict=True) if out}
    return votes, list(matrix.statements), aside


SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_and_gram(seed: int) -> None:
    matrix = conversation(seed)
    votes, statements, aside = as_plain(matrix)
    statistics = build(matrix)
    both, products, firsts = plain.sums(votes, statements)
    assert statistics.N.tolist() == both
    assert statistics.A.tolist() == products
    assert statistics.B.tolist() == firsts
    expected = np.array(plain.imputed_gram(votes, statements, aside))
    np.testing.assert_allclose(
        statistics.gram(matrix.set_aside), expected, atol=1e-12 * np.abs(expected).max()
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_components_are_those_of_the_imputed_matrix(seed: int) -> None:
    matrix = conversation(seed)
    votes, statements, aside = as_plain(matrix)
    found = principal_components(build(matrix).gram(matrix.set_aside))
    _, vectors = np.linalg.eigh(np.array(plain.imputed_gram(votes, statements, aside)))
    for place in (0, 1):
        assert abs(float(found[place] @ vectors[:, -1 - place])) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_projection_and_who_is_in(seed: int) -> None:
    matrix = conversation(seed)
    votes, statements, aside = as_plain(matrix)
    sums = build(matrix)
    components = principal_components(sums.gram(matrix.set_aside))
    mean = np.where(matrix.set_aside, 0.0, sums.means())
    expected = plain.projection(votes, statements, aside, components.tolist())
    np.testing.assert_allclose(project(matrix, mean, components), expected, atol=1e-10)
    present = [
        p for p, there in zip(matrix.participants, in_conversation(matrix), strict=True) if there
    ]
    assert present == plain.in_conversation(votes, statements)


@pytest.mark.parametrize("people", [9, 20, 40, 140])
@pytest.mark.parametrize("seed", SEEDS)
def test_clusters_and_number_of_groups(seed: int, people: int) -> None:
    matrix = conversation(seed, people=people)
    found = polis_map(matrix, build(matrix))
    points = [(x, y) for x, y in found.positions[found.in_conversation].tolist()]
    labels, scores = plain.groups(points)
    assert found.labels[found.in_conversation].tolist() == labels
    assert dict(found.silhouettes) == pytest.approx(scores, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_kmeans_and_silhouette_on_scattered_points(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = np.round(rng.normal(size=(80, 2)) + 2 * rng.integers(0, 3, (80, 1)), 1)
    weights = rng.integers(1, 9, 80).astype(float)
    expected, middles = plain.kmeans([tuple(p) for p in points.tolist()], weights.tolist(), 4, 20)
    labels, centres = kmeans(points, weights, 4, 20)
    assert labels.tolist() == expected
    np.testing.assert_allclose(centres, middles, atol=1e-12)
    assert silhouette(points, labels) == pytest.approx(
        plain.silhouette([tuple(p) for p in points.tolist()], expected), abs=1e-12
    )


@pytest.mark.parametrize("seed", [974, 1215, 1266, 1595, 2997])
def test_a_cluster_that_loses_everybody_is_dropped(seed: int) -> None:
    """Searched for: starts from which one of five clusters runs empty on the way."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 6, (12, 2)).astype(float)
    weights = rng.integers(1, 20, 12).astype(float)
    expected, middles = plain.kmeans([tuple(p) for p in points.tolist()], weights.tolist(), 5, 20)
    assert len(middles) == 4
    labels, centres = kmeans(points, weights, 5, 20)
    assert labels.tolist() == expected
    np.testing.assert_allclose(centres, middles, atol=1e-12)


def test_of_equally_good_numbers_of_groups_the_larger_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lamppost.engines.opinion.polis.silhouette", lambda points, labels: 0.5)
    matrix = conversation(0, people=140)
    assert polis_map(matrix, build(matrix)).groups == 5


@pytest.mark.parametrize("groups", [2, 3, 4])
@pytest.mark.parametrize("seed", SEEDS)
def test_consensus_and_representative_statements(seed: int, groups: int) -> None:
    matrix = conversation(seed, people=90)
    votes, statements, aside = as_plain(matrix)
    rng = np.random.default_rng(seed)
    labels = rng.integers(-1, groups, 90)
    named = {p: int(g) for p, g in zip(matrix.participants, labels, strict=True) if g >= 0}
    expected = [plain.consensus(votes, named, s) for s in statements]
    assert group_informed_consensus(matrix, labels) == pytest.approx(expected, rel=1e-14)
    counts = count_by_group(matrix, labels)
    typical = representative_statements(counts, matrix.set_aside)
    found = {
        group: [(matrix.statements[item.column], item.direction) for item in chosen]
        for group, chosen in zip(counts.groups, typical, strict=True)
    }
    assert found == plain.representative(votes, statements, named, aside)


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_of_representative_statements(seed: int) -> None:
    matrix = conversation(seed)
    votes, _, _ = as_plain(matrix)
    found = landscape(matrix, mode="polis")
    for group in found.groups:
        assert group.representative, "every group has at least its strongest statement"
        for item in group.representative:
            stats = plain.comment_stats(
                plain.counts(votes, found.membership, item.statement), group.id
            )
            side = "a" if item.direction == "agree" else "d"
            assert item.count == stats[f"n{side}"]
            assert item.seen == stats["ns"]
            assert item.share == pytest.approx(stats[f"p{side}"], rel=1e-12)
            assert item.share_test == pytest.approx(stats[f"p{side}t"], rel=1e-12)
            assert item.ratio == pytest.approx(stats[f"r{side}"], rel=1e-12)
            assert item.ratio_test == pytest.approx(stats[f"r{side}t"], rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_majority(seed: int) -> None:
    matrix = conversation(seed)
    votes, statements, aside = as_plain(matrix)
    sums = build(matrix)
    agree, disagree = majority(sums.agrees, sums.disagrees, np.diagonal(sums.N), matrix.set_aside)
    assert [statements[i.column] for i in agree] == plain.majority(votes, statements, aside, 1)
    assert [statements[i.column] for i in disagree] == plain.majority(votes, statements, aside, -1)


def test_wilson_interval_is_the_root_of_the_score_equation() -> None:
    cases = [(x, n) for n in (0, 1, 2, 9, 10, 50, 1000) for x in {0, n // 3, n}]
    low, high = wilson_interval([x for x, _ in cases], [n for _, n in cases])
    expected = [plain.wilson(x, n) for x, n in cases]
    assert low == pytest.approx([lo for lo, _ in expected], abs=1e-12)
    assert high == pytest.approx([hi for _, hi in expected], abs=1e-12)


def test_wilson_interval_of_a_published_example() -> None:
    """Newcombe 1998, Stat. Med. 17:857-872, table I, 95 %: 81 of 263 is .2553 to .3662."""
    low, high = plain.wilson(81, 263, z=1.959963984540054)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize("seed", SEEDS)
def test_common_ground_and_what_divides(seed: int) -> None:
    matrix = conversation(seed, people=90)
    votes, statements, aside = as_plain(matrix)
    found = landscape(matrix, mode="polis")
    shared: list[tuple[float, int, int]] = []
    apart: list[tuple[float, int, int]] = []
    touching = 0
    for place, statement in enumerate(s for s in statements if s not in aside):
        by_group = plain.counts(votes, found.membership, statement)
        shares = {g: (a + 1) / (n + 2) for g, (a, _, n) in by_group.items()}
        if all(share > 0.5 for share in shares.values()):
            shared.append((-plain.consensus(votes, found.membership, statement), place, statement))
        most, least = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
        low, _ = plain.wilson(by_group[most][0], by_group[most][2])
        _, high = plain.wilson(by_group[least][0], by_group[least][2])
        touching += low <= high
        if low > high:
            apart.append((shares[least] - shares[most], place, statement))
    assert [item.statement for item in found.common_ground] == [s for _, _, s in sorted(shared)]
    assert [item.statement for item in found.dividing] == [s for _, _, s in sorted(apart)]
    assert touching, "some statements must be left out for the test to say anything"
