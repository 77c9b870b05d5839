"""What the honest mode says of conversations whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import nulls
from lamppost.engines.opinion.exports import read_polis_export
from lamppost.engines.opinion.grouping import group_people
from lamppost.engines.opinion.keys import canonical, row_keys
from lamppost.engines.opinion.pattern import find_pattern
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.stability import replicate
from lamppost.engines.opinion.votes import MISSING


def camps(people, statements, groups, chance, seed):
    """Everybody votes on everything; each group has a side on each statement."""
    rng = np.random.default_rng(seed)
    truth = np.arange(people) % groups
    agrees = np.where(rng.random((groups, statements)) < 0.5, chance, 1 - chance)[truth]
    table = np.where(rng.random((people, statements)) < agrees, 1, -1).astype(np.int8)
    return SparseVotes.from_table(table), truth


def same_groups(first, second):
    """Share of pairs of people on whom two groupings agree."""
    return ((first[:, None] == first) == (second[:, None] == second)).mean()


@pytest.mark.parametrize("groups", [2, 3])
def test_strong_groups_of_few_people_are_found(groups):
    votes, truth = camps(60, 20, groups, 0.9, 1)
    found = find_pattern(votes)
    assert (found.kind, found.groups, found.reason) == ("groups", groups, "groups")
    assert found.groups_p_value <= 0.05
    assert found.valley > found.valley_threshold
    assert same_groups(group_people(votes, pattern=found).labels, truth) > 0.95


def test_a_spread_without_a_gap_is_a_spectrum():
    votes, _ = nulls.planted(400, 40, 2, 0.5, np.random.default_rng(2), separation=0.8)
    for seed, shape in enumerate(("normal", "uniform", "skewed")):
        made = nulls.on_a_continuum(votes, np.random.default_rng(seed), shape=shape, axes=1)
        found = find_pattern(made)
        assert (found.kind, found.reason) == ("spectrum", "continuum"), shape
        assert found.half_correlation > found.half_threshold
        sides = group_people(made, pattern=found)
        assert sides.sides
        assert sides.k == 2
        assert min(np.bincount(sides.labels[sides.labels >= 0])) > 80


@pytest.mark.parametrize("shape", ["line", "oblong", "square", "disc"])
def test_an_even_spread_on_a_horseshoe_is_not_groups(shape):
    for seed in range(2):
        rng = np.random.default_rng(seed)
        made = nulls.even_spread(300, 40, shape, rng, density=0.6, near=True)
        assert find_pattern(made).kind == "spectrum", seed


def test_all_yes_against_all_no_is_a_tendency_and_is_said_as_such():
    line = np.ones((1, 12), dtype=np.int8)
    votes = SparseVotes.from_table(np.vstack([np.tile(line, (60, 1)), np.tile(-line, (40, 1))]))
    found = find_pattern(votes)
    assert (found.kind, found.reason) == ("none", "signs")


@pytest.mark.parametrize("make", [nulls.permuted, nulls.tendency_only])
def test_nothing_is_seen_in_nothing(make):
    votes, _ = nulls.planted(300, 40, 2, 0.4, np.random.default_rng(3), separation=1.0)
    assert find_pattern(votes).kind != "none"
    told = [find_pattern(make(votes, np.random.default_rng(s)), s) for s in range(8)]
    # the chance of three or more false ones in 8 at 5 % is .6 %
    assert sum(one.kind != "none" for one in told) <= 2
    quiet = next(one for one in told if one.kind == "none")
    assert quiet.reason in {"signs", "halves"}
    assert (quiet.groups, quiet.dimensions) == (0, 0)


def test_a_tendency_to_agree_is_not_a_pattern():
    rng = np.random.default_rng(4)
    lean = rng.normal(0, 1.5, (300, 1)) + rng.normal(0, 1, 30)
    table = np.where(rng.random((300, 30)) < 1 / (1 + np.exp(-lean)), 1, -1).astype(np.int8)
    assert find_pattern(SparseVotes.from_table(table)).kind == "none"


EDGES = {
    "no people": (np.zeros((0, 5)), "too_few_people"),
    "no statements": (np.zeros((20, 0)), "too_few_people"),
    "no votes": (np.full((30, 8), MISSING), "too_few_people"),
    "one person": (np.ones((1, 8)), "too_few_people"),
    "one statement": (np.where(np.arange(40)[:, None] % 2, 1, -1), "too_few_statements"),
    "all agree": (np.ones((40, 9)), None),
    "all pass": (np.zeros((40, 9)), None),
    "identical": (np.tile([1, -1, 0, 1, 1, -1, 0, -1], (50, 1)), None),
}


@pytest.mark.parametrize("name", EDGES)
def test_edges_are_said_and_do_not_fail(name):
    table, reason = EDGES[name]
    votes = SparseVotes.from_table(table.astype(np.int8))
    found = find_pattern(votes)
    assert found.kind == "none"
    assert found.reason == reason or (reason is None and found.reason)
    grouped = group_people(votes, pattern=found)
    assert grouped.k == 0
    assert (grouped.labels == -1).all()
    assert np.isfinite(grouped.positions).all()
    keys = row_keys(votes, list(range(votes.statements)), 0)
    stable = replicate(votes, grouped, keys, 5)
    assert not stable.settled
    assert not stable.membership.any()
    for k in (1, 2, 3):
        assert group_people(votes, k).labels.shape == (votes.people,)


def test_statements_set_aside_shape_nothing():
    votes, _ = camps(80, 20, 2, 0.9, 5)
    aside = np.arange(20) >= 10
    quiet = votes.with_set_aside(aside)
    other = SparseVotes.from_table(
        np.where(aside, -votes.dense(), votes.dense()).astype(np.int8), aside
    )
    assert find_pattern(quiet) == find_pattern(other)
    assert (group_people(quiet, 2).labels == group_people(other, 2).labels).all()
    some = group_people(votes, 2, columns=~aside)
    assert (some.labels == group_people(quiet, 2).labels).all()


def test_too_few_votes_give_no_group_and_the_larger_group_is_first():
    votes, truth = camps(90, 20, 2, 0.9, 6)
    table = votes.dense()
    table[:3, 6:] = MISSING
    truth = truth[3:]
    table = np.vstack([table[:3], table[3:][np.argsort(truth, kind="stable")][:60]])
    grouped = group_people(SparseVotes.from_table(table), 2)
    assert (grouped.labels[:3] == -1).all()
    sizes = np.bincount(grouped.labels[3:])
    assert list(sizes) == sorted(sizes, reverse=True)
    assert sizes.min() >= 10


def test_groups_take_the_numbers_of_a_reference():
    votes, truth = camps(90, 24, 3, 0.9, 7)
    free = group_people(votes, 3)
    turned = (free.labels + 1) % 3
    tied = group_people(votes, 3, columns=np.arange(24) < 20, reference=turned)
    assert (tied.labels == turned).mean() > 0.95
    assert same_groups(tied.labels, truth) > 0.95
    assert tied.mixture is not None
    assert (tied.mixture.labels(tied.places) == tied.labels).all()


def test_membership_is_sure_in_clear_groups_and_not_in_arbitrary_ones():
    votes, _ = canonical(camps(300, 30, 2, 0.85, 8)[0], list(range(30)))[:2]
    keys = row_keys(votes, list(range(30)), 0)
    clear = replicate(votes, group_people(votes, 2), keys, 50)
    assert clear.settled
    assert clear.per_group.min() > 0.95
    assert (clear.membership >= 0.9).mean() > 0.95
    # two groups cut into five
    forced = group_people(votes, 5)
    cut = replicate(votes, forced, keys, 50)
    assert not cut.settled
    loose = cut.per_group < 0.6
    assert loose.sum() >= 2
    assert (cut.membership[loose[forced.labels]] < 0.9).all()
    assert ((cut.membership >= 0) & (cut.membership <= 1)).all()


def test_people_not_followed_get_a_chance_too():
    votes, _ = nulls.planted(3000, 40, 2, 0.4, np.random.default_rng(9), separation=0.7)
    votes = canonical(votes, list(range(40)))[0]
    grouped = group_people(votes, 2)
    found = replicate(votes, grouped, row_keys(votes, list(range(40)), 0), 40)
    shown = grouped.labels >= 0
    assert (found.membership[shown] > 0).all()
    assert not found.membership[~shown].any()
    scores = grouped.mixture.log_scores(grouped.places)  # type: ignore[union-attr]
    depth = np.abs(scores[0] - scores[1])
    near, far = np.quantile(depth[shown], [0.1, 0.9])
    close, deep = shown & (depth < near), shown & (depth > far)
    assert found.membership[deep].mean() > found.membership[close].mean() + 0.05
    assert found.membership[deep].mean() > 0.95


def test_the_same_whatever_the_order():
    votes, _ = nulls.planted(120, 30, 2, 0.5, np.random.default_rng(10), separation=1.0)
    ids = list(range(100, 130))
    rng = np.random.default_rng(11)
    told = set()
    for shuffle in range(3):
        rows = rng.permutation(120) if shuffle else np.arange(120)
        columns = rng.permutation(30) if shuffle else np.arange(30)
        mixed = SparseVotes.from_table(votes.dense()[rows][:, columns])
        lined, order, _ = canonical(mixed, [ids[c] for c in columns])
        found = find_pattern(lined, 3)
        grouped = group_people(lined, pattern=found, seed=3)
        keys = row_keys(lined, ids, 0)
        stable = replicate(lined, grouped, keys, 10, seed=3)
        back, sure = np.empty(120, dtype=int), np.empty(120)
        back[rows[order]], sure[rows[order]] = grouped.labels, stable.membership
        told.add((found, tuple(back), tuple(sure)))
    assert len(told) == 1


def test_nulls_keep_what_they_should():
    votes, truth = nulls.planted(150, 25, 3, 0.3, np.random.default_rng(12), uneven=True)
    assert np.bincount(truth)[0] > np.bincount(truth)[2]
    assert votes.count / (150 * 25) == pytest.approx(0.3, abs=0.05)
    dealt = nulls.permuted(votes, np.random.default_rng(0))
    assert (dealt.columns == votes.columns).all()
    assert (dealt.values != votes.values).any()
    for column in range(25):
        mine = votes.columns == column
        assert sorted(dealt.values[mine]) == sorted(votes.values[mine])
    alike = nulls.tendency_only(votes, np.random.default_rng(0))
    assert (alike.columns == votes.columns).all()
    assert alike.values.mean() == pytest.approx(votes.values.mean(), abs=0.08)


def test_wrong_use_is_said():
    votes, _ = camps(20, 8, 2, 0.9, 1)
    with pytest.raises(EngineError) as told:
        group_people(votes, -1)
    assert told.value.code == "opinion.grouping.bad_k"
    with pytest.raises(EngineError) as told:
        nulls.planted(10, 5, 2, 1.5, np.random.default_rng(0))
    assert told.value.code == "opinion.nulls.bad_density"


@pytest.mark.parametrize("name", ["vtaiwan.uberx", "american-assembly.bowling-green"])
def test_a_pattern_in_large_real_conversations(shared_data, name):
    folder = shared_data / "polis" / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not there")
    votes = SparseVotes.from_matrix(read_polis_export(folder).matrix)
    found = find_pattern(votes)
    # both are skewed continua: no valley, so sides of a spectrum rather than groups
    assert found.kind == "spectrum"
    assert found.p_value <= 0.025
    assert found.half_correlation > 0.7
    dealt = find_pattern(nulls.permuted(votes, np.random.default_rng(1)))
    assert dealt.kind == "none"
