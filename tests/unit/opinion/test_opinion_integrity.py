"""Integrity: planted brigades are flagged, clean crowds and workshops are not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.integrity import (
    Arrivals,
    Conclusion,
    Flag,
    VoteEvent,
    integrity_report,
    with_and_without,
)
from lamppost.engines.opinion.integrity import report as report_module
from lamppost.engines.opinion.integrity.bursts import crowds, shared_networks
from lamppost.engines.opinion.integrity.copies import Template
from lamppost.engines.opinion.integrity.few import equal_votes, poisson_tail
from lamppost.engines.opinion.integrity.flags import assemble
from lamppost.engines.opinion.integrity.latent import fit_classes, popularity
from lamppost.engines.opinion.integrity.pairs import (
    candidates,
    clusters,
    compare_pairs,
    similar_pairs,
)
from lamppost.engines.opinion.sparse import SparseVotes

MISSING = -128
Table = NDArray[np.int8]


def crowd(seed: int, people: int = 500, statements: int = 80, density: float = 0.3) -> Table:
    """Three groups, uneven activity, tendencies to agree."""
    rng = np.random.default_rng(seed)
    of = rng.choice(3, people, p=[0.5, 0.3, 0.2])
    lean = rng.normal(0, 0.9, (3, statements)) + rng.normal(0.3, 0.6, statements)
    feel = lean[of] + rng.normal(0, 1, (people, statements)) + rng.normal(0, 0.4, (people, 1))
    values = np.where(feel > 0.4, 1, np.where(feel < -0.4, -1, 0)).astype(np.int8)
    activity = rng.lognormal(0, 0.8, people)
    chance = np.clip(activity / activity.mean() * density, 0.02, 0.95)
    values[rng.random(values.shape) > chance[:, None]] = MISSING
    return values


def sparse(values: Table) -> SparseVotes:
    rows, columns = np.nonzero(values != MISSING)
    return SparseVotes.from_arrays(
        rows, columns, values[rows, columns], participants=len(values), statements=values.shape[1]
    )


def slate(seed: int, length: int, statements: int, count: int) -> Table:
    rng = np.random.default_rng(seed)
    row = np.full(statements, MISSING, dtype=np.int8)
    row[rng.choice(statements, length, replace=False)] = rng.choice([-1, 1], length)
    return np.tile(row, (count, 1))


def noisy(seed: int, rows: Table, redraw: float, skip: float) -> Table:
    rng = np.random.default_rng(seed)
    result = rows.copy()
    again = (rows != MISSING) & (rng.random(rows.shape) < redraw)
    result[again] = rng.integers(-1, 2, again.sum())
    result[(rows != MISSING) & (rng.random(rows.shape) < skip)] = MISSING
    return result


def came(seed: int, people: int, days: float = 14) -> Arrivals:
    rng = np.random.default_rng(seed)
    return Arrivals(
        rng.uniform(0, days * 86400, people), np.arange(people), np.zeros(people, dtype=np.int64)
    )


def planted(values: Table, bots: Table, arrivals: Arrivals | None = None) -> tuple[float, float]:
    report = integrity_report(sparse(np.concatenate([values, bots])), arrivals)
    return report.flagged[len(values) :].mean(), report.flagged[: len(values)].mean()


@pytest.mark.parametrize("seed", range(6))
def test_a_clean_crowd_is_left_in_peace(seed: int) -> None:
    values = crowd(seed)
    report = integrity_report(sparse(values), came(seed, len(values)))
    assert report.flagged.mean() <= 0.01


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["identical", "noisy", "three", "real row"])
def test_five_percent_of_copies_are_flagged(seed: int, kind: str) -> None:
    values = crowd(100 + seed)
    long = np.flatnonzero((values != MISSING).sum(axis=1) > 20)
    bots = {
        "identical": slate(seed, 20, 80, 25),
        "noisy": noisy(seed, slate(seed, 25, 80, 25), 0.1, 0.1),
        "three": np.where(slate(seed, 3, 80, 25) == MISSING, MISSING, 1).astype(np.int8),
        "real row": np.tile(values[long[seed]], (25, 1)),
    }[kind]
    caught, wrong = planted(values, bots)
    assert caught >= 0.9
    assert wrong <= 0.01


def test_agreeing_with_everything_is_a_habit_of_some_and_a_brigade_of_many() -> None:
    values = crowd(7)
    rng = np.random.default_rng(1)
    agreeing = np.full((30, 80), MISSING, dtype=np.int8)
    for row in agreeing:
        row[rng.choice(80, 20, replace=False)] = 1
    few = integrity_report(sparse(np.concatenate([values, agreeing[:1]])))
    assert few.noted[-1]
    assert not few.flagged[-1]
    caught, wrong = planted(values, agreeing)
    assert caught == 1.0
    assert wrong <= 0.01
    passing = np.where(agreeing == 1, 0, agreeing).astype(np.int8)
    report = integrity_report(sparse(np.concatenate([values, passing])))
    assert report.noted[500:].all()
    assert not report.flagged[500:].any()


def test_a_burst_from_one_network_with_one_slate_is_flagged() -> None:
    values = crowd(11)
    bots = noisy(2, slate(3, 10, 80, 25), 0.2, 0.0)
    times = came(1, 525)
    first, network = times.first.copy(), times.network.copy()
    first[500:] = 300_000 + np.linspace(0, 1200, 25)
    network[500:] = 500
    report = integrity_report(
        sparse(np.concatenate([values, bots])), Arrivals(first, network, times.channel)
    )
    assert report.flagged[500:].mean() >= 0.9
    assert report.flagged[:500].mean() <= 0.01
    flag = next(one for one in report.flags if one.kind == "burst")
    assert flag.code == "opinion.integrity.burst.network"
    assert flag.period is not None
    assert 300_000 <= flag.period[0] <= flag.period[1] <= 301_200


@pytest.mark.parametrize("seed", range(4))
def test_a_workshop_on_one_network_is_only_noted(seed: int) -> None:
    values = crowd(20 + seed)
    times = came(seed, 500)
    rows = np.random.default_rng(seed).choice(500, 25, replace=False)
    first, network = times.first.copy(), times.network.copy()
    first[rows], network[rows] = 400_000 + np.arange(25) * 200.0, 1
    report = integrity_report(sparse(values), Arrivals(first, network, times.channel))
    assert not report.flagged[rows].any()
    assert report.noted[rows].all()
    (flag,) = [one for one in report.flags if one.kind == "shared_network"]
    assert flag.gentle
    assert flag.code == "opinion.integrity.shared_network"
    # whoever was on that network besides, at that time
    assert set(rows) <= set(flag.people)


def test_a_crowd_without_a_common_slate_is_no_flag() -> None:
    values, times = crowd(31), came(3, 500)
    first = times.first.copy()
    first[:60] = 500_000 + np.linspace(0, 500, 60)
    arrivals = Arrivals(first, times.network, times.channel)
    assert any(set(range(60)) <= set(rows.tolist()) for rows in crowds(arrivals, 0.01))
    assert not integrity_report(sparse(values), arrivals).flagged[:60].any()


def test_ordinary_arrivals_make_no_crowd() -> None:
    found = sum(bool(crowds(came(seed, 400), 0.01)) for seed in range(40))
    assert found <= 3


def test_networks_are_grouped_within_two_hours() -> None:
    first = np.array([0.0, 10, 20, 30, 40, 50_000, 50_010, np.nan, 5])
    network = np.array([4, 4, 4, 4, 4, 4, 4, 4, -1])
    (rows,) = shared_networks(Arrivals(first, network, np.zeros(9, dtype=np.int64)))
    assert rows.tolist() == [0, 1, 2, 3, 4]


def test_arrivals_from_events_in_any_order() -> None:
    events = [
        VoteEvent(1, 0, 1, 50.0, "web", "b"),
        VoteEvent(0, 0, 1, None, "paper"),
        VoteEvent(1, 1, 1, 20.0, "room", None),
        VoteEvent(2, 1, 1, 30.0, "web", "b"),
    ]
    found = Arrivals.from_events(events, 4)
    assert np.array_equal(found.first, [np.nan, 20, 30, np.nan], equal_nan=True)
    assert found.network.tolist() == [-1, 0, 0, -1]
    names = [found.channels[one] if one >= 0 else None for one in found.channel]
    assert names == ["paper", "room", "web", None]


def test_chances_of_a_poisson_count() -> None:
    """Chernoff's bound lies above the exact tail and not absurdly far above it."""
    for mean in (0.1, 1.0, 5.0):
        for count in (1, 3, 8, 15):
            exact = 1 - sum(
                np.exp(-mean) * mean**k / float(np.prod(range(1, k + 1))) for k in range(count)
            )
            assert poisson_tail(count, mean) >= exact - 1e-12
            if count > 2 * mean:
                assert poisson_tail(count, mean) < 40 * exact + 1e-9
    assert poisson_tail(2, 5.0) == 1.0


def plain_pairs(values: Table, least: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Every pair with its common and same answers, one statement at a time."""
    found = {}
    for one in range(len(values)):
        for two in range(one + 1, len(values)):
            both = [
                (a, b)
                for a, b in zip(values[one].tolist(), values[two].tolist(), strict=True)
                if MISSING not in (a, b)
            ]
            if len(both) >= least:
                found[one, two] = (len(both), sum(a == b for a, b in both))
    return found


def test_pairs_against_comparing_everybody() -> None:
    values = np.concatenate(
        [crowd(5, people=120, statements=40), noisy(4, slate(1, 20, 40, 10), 0.05, 0.05)]
    )
    votes = sparse(values)
    every = plain_pairs(values, 5)
    found, asked = similar_pairs(votes, 3, least_strength=8.0)
    assert len(found.first)
    assert asked.widest is None
    keys = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert len(set(keys)) == len(keys)
    for key, common, same in zip(keys, found.common, found.same, strict=True):
        assert every[key] == (common, same)
    # all planted ones end up in one cluster with nobody else
    joined = clusters(found, len(values))
    assert any(set(range(120, 130)) == set(part.tolist()) for part in joined)


def test_pairs_missed_by_the_random_planes_are_few() -> None:
    """Isolated copies (no cluster to help) with one answer in twenty changed."""
    values = crowd(9, people=300, statements=60, density=0.5)
    long = np.flatnonzero((values != MISSING).sum(axis=1) >= 20)[:60]
    doubles = noisy(8, values[long], 0.05, 0.0)
    votes = sparse(np.concatenate([values, doubles]))
    wanted = set(zip(long.tolist(), range(300, 360), strict=True))
    found, _ = similar_pairs(votes, 1, least_strength=5.0)
    kept = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert len(wanted & kept) >= 55


def test_strength_of_a_pair_by_hand() -> None:
    values = np.array([[1, 1, 0, MISSING], [1, -1, 0, 1], [-1, 1, 1, 1]], dtype=np.int8)
    shares = popularity(sparse(values), np.ones(3, dtype=bool))
    found = compare_pairs(sparse(values), shares, np.array([0]), np.array([1]))
    assert (found.common[0], found.same[0]) == (3, 2)
    by_hand = 0.0
    for column, value in ((0, 1), (2, 0)):
        by_hand += np.log(0.9 / shares[value + 1, column])
    by_hand += np.log(0.1 / (1 - sum(shares[kind, 1] ** 2 for kind in range(3))))
    assert found.strength[0] == pytest.approx(by_hand)


def test_latent_classes_are_probabilities_and_find_planted_classes() -> None:
    rng = np.random.default_rng(0)
    of = np.repeat([0, 1], 100)
    values = np.where(rng.random((200, 30)) < 0.9, np.where(of == 0, 1, -1)[:, None], 0)
    votes = sparse(values.astype(np.int8))
    classes = fit_classes(votes, np.ones(200, dtype=bool), 1)
    assert classes.weights.sum() == pytest.approx(1)
    assert np.allclose(classes.shares.sum(axis=0), 1)
    nearest = classes.log_likelihoods(votes).argmax(axis=1)
    assert not set(nearest[:100]) & set(nearest[100:])


def test_the_report_does_not_depend_on_the_process() -> None:
    votes = sparse(np.concatenate([crowd(2), slate(1, 20, 80, 10)]))
    first, second = integrity_report(votes, seed=4), integrity_report(votes, seed=4)
    assert first.flags == second.flags
    assert first.seed == 4
    assert first.counts["copies"] == 10


def test_with_and_without_tells_what_changes() -> None:
    values = crowd(3, people=200, statements=20)
    bots = np.full((60, 20), MISSING, dtype=np.int8)
    bots[:, :3], bots[:, 3:] = 1, -1
    votes = sparse(np.concatenate([values, bots]))
    report = assemble(
        [Flag("copies", tuple(range(200, 260)), 1.0, "opinion.integrity.copies")], 260, 0
    )

    def compute(part: SparseVotes) -> Conclusion:
        table = part.dense()
        agree = (table == 1).sum(axis=0) / (table != MISSING).sum(axis=0)
        above = [int(j) for j in np.argsort(-agree, kind="stable") if agree[j] > 0.5]
        return Conclusion(tuple(above), "groups", len(above) // 10)

    found = with_and_without(votes, report, compute)
    assert found.left_out == 60
    assert found.with_all == compute(votes)
    assert found.without == compute(sparse(values))
    assert set(found.entering) == set(found.without.common_ground) - set(
        found.with_all.common_ground
    )
    assert set(found.leaving) == set(found.with_all.common_ground) - set(
        found.without.common_ground
    )
    assert found.entering
    assert found.conclusion_changes
    nobody = with_and_without(votes, assemble([], 260, 0), compute)
    assert nobody.left_out == 0
    assert not nobody.conclusion_changes
    assert nobody.without is nobody.with_all


def test_gentle_people_are_left_out_only_on_request() -> None:
    votes = sparse(crowd(3, people=50, statements=20))
    note = Flag("shared_network", (1, 2, 3), 0.5, "opinion.integrity.shared_network", gentle=True)
    report = assemble([note], 50, 0)

    def compute(part: SparseVotes) -> Conclusion:
        return Conclusion((part.people,))

    assert with_and_without(votes, report, compute).without.common_ground == (50,)
    assert with_and_without(votes, report, compute, gentle=True).without.common_ground == (47,)


@pytest.mark.parametrize("people", [0, 1, 2, 5])
def test_too_few_people_for_anything(people: int) -> None:
    report = integrity_report(sparse(crowd(1, people=5, statements=4)[:people]))
    assert not report.flagged.any()
    assert report.people == people


def test_wrong_input_is_refused() -> None:
    votes = sparse(crowd(1, people=20, statements=5))
    with pytest.raises(EngineError) as caught:
        integrity_report(votes, Arrivals.unknown(19))
    assert caught.value.code == "opinion.integrity.wrong_length"
    with pytest.raises(EngineError) as caught:
        integrity_report(votes, level=0.0)
    assert caught.value.code == "opinion.integrity.bad_level"
    with pytest.raises(EngineError) as caught:
        Arrivals.from_events([VoteEvent(3, 0, 1)], 3)
    assert caught.value.code == "opinion.integrity.unknown_person"
    with pytest.raises(EngineError) as caught:
        Arrivals(np.zeros(3), np.zeros(2, dtype=np.int64), np.zeros(3, dtype=np.int64))
    assert caught.value.code == "opinion.integrity.bad_arrivals"


@pytest.mark.filterwarnings("error")
def test_two_copies_among_a_city_of_other_answers() -> None:
    """The odds of two in 60,000 times the least likelihood are no number any more: still found."""
    rng = np.random.default_rng(2)
    people, statements = 60_000, 400
    row = np.where(rng.random(statements) < 0.5, 1, -1)
    # everybody else says the contrary on a part of what the two say, so that nothing fits
    rows = np.repeat(np.arange(people), np.where(np.arange(people) < 40, statements, 1))
    columns = np.concatenate([np.tile(np.arange(statements), 40),
                              rng.integers(0, statements, people - 40)])  # fmt: skip
    values = np.where(rows < 2, row[columns], np.where(rng.random(len(rows)) < 0.5, 1, -1))
    votes = SparseVotes.from_arrays(
        rows, columns, values, participants=people, statements=statements
    )
    flagged = integrity_report(votes).flagged
    assert flagged[:2].all()
    assert flagged[2:].sum() <= 600


@pytest.mark.parametrize("seed", range(3))
def test_copies_with_one_true_slip_in_ten_are_flagged(seed: int) -> None:
    rows = slate(seed, 30, 80, 25)
    rng = np.random.default_rng(seed)
    turned = (rows.astype(np.int64) + 1 + rng.integers(1, 3, rows.shape)) % 3 - 1
    slipping = np.where((rows != MISSING) & (rng.random(rows.shape) < 0.1), turned, rows)
    caught, wrong = planted(crowd(seed + 40), slipping.astype(np.int8))
    assert caught >= 0.9
    assert wrong <= 0.01


def test_few_people_who_slip_often_are_not_yet_copies() -> None:
    def template(people: int, slips: float) -> Template:
        nothing = np.zeros(0, dtype=np.int64)
        return Template(nothing, nothing.astype(np.int8), np.arange(people), 9.0, slips, 0.15, 0)

    assert template(6, 0.12).convincing
    assert not template(5, 0.12).convincing
    assert template(5, 0.09).convincing
    assert not template(60, 0.16).convincing


def test_of_too_many_pairs_those_are_compared_that_differ_least() -> None:
    """The bounded list is the head of the whole one, whatever came first; identical votes fit."""
    values = np.concatenate([crowd(5, people=400, statements=40), slate(1, 20, 40, 30)])
    votes = sparse(values)
    shares = popularity(votes, np.ones(len(values), dtype=bool))
    every = candidates(votes, shares, 3)
    assert every.widest is None
    few = candidates(votes, shares, 3, most=500)
    assert 0 < len(few.first) <= 500 < len(every.first)
    assert few.widest is not None
    assert 0 < few.widest < 90
    kept = set(zip(few.first.tolist(), few.second.tolist(), strict=True))
    assert kept < set(zip(every.first.tolist(), every.second.tolist(), strict=True))
    found, _ = similar_pairs(votes, 3, least_strength=8.0, most=500)
    assert any(set(range(400, 430)) <= set(part.tolist()) for part in clusters(found, 430))
    least = candidates(votes, shares, 3, most=1)
    assert set(least.first.tolist()) | set(least.second.tolist()) == set(range(400, 430))
    assert least.widest == 0.0


def test_equal_votes_are_found_as_by_a_table_of_all_votes() -> None:
    rng = np.random.default_rng(4)
    values = np.where(rng.random((3_000, 6)) < 0.4, rng.integers(-1, 2, (3_000, 6)), MISSING)
    votes = sparse(values.astype(np.int8))
    rows = np.flatnonzero((votes.votes_each >= 2) & (votes.votes_each <= 3))
    table: dict[bytes, list[int]] = {}
    for row in rows.tolist():
        table.setdefault(values[row].tobytes(), []).append(row)
    groups, different = equal_votes(votes, rows)
    assert different == len(table)
    assert [one.tolist() for one in groups] == [one for one in table.values() if len(one) >= 3]


def test_crowds_are_those_of_looking_at_every_moment() -> None:
    """Against a plain walk over all moments."""
    times = came(5, 600, days=3).first
    times[:80] = 100_000 + np.linspace(0, 1500, 80)
    times[80:100] = 101_900.0
    times[100:110] = np.nan
    arrivals = Arrivals(times, np.arange(600), np.zeros(600, dtype=np.int64))
    order = np.argsort(times[~np.isnan(times)], kind="stable")
    known = np.flatnonzero(~np.isnan(times))[order]
    sorted_times, plain = times[known], []
    for length in (600.0, 3600.0):
        windows, until = (sorted_times[-1] - sorted_times[0]) / length, -np.inf
        for start, begin in enumerate(sorted_times):
            stop = int((sorted_times <= begin + length).sum())
            low, high = begin - 12 * length, begin + 13 * length
            around = ((sorted_times >= low) & (sorted_times <= high)).sum() - (stop - start)
            usual = max(around / 24, (len(known) - (stop - start)) / windows, 0.05)
            strange = poisson_tail(stop - start, usual) * windows <= 0.01
            if begin >= until and stop - start >= 5 and strange:
                plain.append(known[start:stop].tolist())
                until = sorted_times[stop - 1]
    assert plain
    assert [rows.tolist() for rows in crowds(arrivals, 0.01)] == plain


def test_a_city_says_what_was_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = sparse(crowd(3))
    assert integrity_report(votes).bounds == ()
    monkeypatch.setattr(report_module, "MOST_FITTED", 300)
    (bound,) = integrity_report(votes).bounds
    assert bound.code == "opinion.integrity.bound.classes"
    assert bound.params["people"] == 300
    assert 300 < bound.params["all"] <= 500  # type: ignore[operator]


@pytest.mark.parametrize("rows", [[5], [5, 5, 3_999, 0], [1_234, 17]])
def test_few_rows_are_the_same_votes(rows: list[int]) -> None:
    votes = sparse(np.tile(crowd(2, people=400, statements=20), (10, 1)))
    table = votes.dense()
    assert np.array_equal(votes.select_rows(rows).dense(), table[rows])
