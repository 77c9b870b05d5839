"""Planning: each replay says exactly which changes its estimate would have noticed."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.planning import PilotDesign, Replays, mixes, plan, reach
from lamppost.engines.impact.planning.advice import options_for
from lamppost.engines.impact.planning.design import Drawn
from lamppost.engines.impact.planning.draws import draw, starts_of
from lamppost.engines.impact.planning.method import estimate_fake
from lamppost.engines.impact.planning.mixes import nearest_of_each, quick_mixed
from lamppost.engines.impact.planning.replay import noticed_beyond, replay, until
from lamppost.engines.impact.planning.wording import Part
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.synthetic.simplex import nearest


def city(units: int = 14, periods: int = 60, seed: int = 0) -> Study:
    random = np.random.default_rng(seed)
    noise = random.normal(size=(units, periods))
    for at in range(1, periods):
        noise[:, at] += 0.5 * noise[:, at - 1]
    outcome = noise + random.normal(20, 3, (units, 1)) + np.sin(np.arange(periods) / 8)
    names = tuple(f"{number:02}" for number in range(units))
    return Study(names, tuple(range(periods)), outcome, np.full(units, periods))


SIGNS = np.array([1, 1, -1, -1])
DESIGNS = {
    "lottery": PilotDesign(3, 8),
    "pairs": PilotDesign(6, 8, "pairs"),
    "steps": PilotDesign(6, 8, "steps", steps=2),
    "did": PilotDesign(3, 8, "chosen", "did"),
    "sc": PilotDesign(1, 8, "chosen", "sc", level=0.9),
    "sc of two": PilotDesign(2, 8, "chosen", "sc"),
    "sdid": PilotDesign(1, 8, "chosen", "sdid", level=0.9),
    "its": PilotDesign(1, 8, "chosen", "its"),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_replay_notices_what_the_estimate_of_the_planted_change_notices(name: str) -> None:
    design, past = DESIGNS[name], city()
    for fake in draw(past, design, 3, seed=4)[:3]:
        above, below = noticed_beyond(estimate_fake(fake, design, seed=0), design.level)
        on = np.arange(len(fake.study.times))[None, :] >= fake.study.starts[:, None]
        for effect in (-3.0, -1.1, 0.0, 0.6, 1.7, *(below + np.array([-0.01, 0.01]))):
            planted = replace(
                fake, study=replace(fake.study, outcome=fake.study.outcome + effect * on)
            )
            found = estimate_fake(planted, design, seed=0)
            noticed = found.interval is not None and found.interval.excludes_zero
            assert noticed == (effect > above or effect < below), (effect, above, below)


TWICE = PilotDesign(5, 8, looks=(4, 8), level=0.9)


def test_several_looks_announce_what_any_of_them_announces() -> None:
    past = city()
    fake = draw(past, TWICE, 3, seed=4)[0]
    found = replay([fake], TWICE, seed=0)
    looks = found.looks
    assert looks is not None
    assert [one.after for one in looks.looks] == [4, 8]
    above, below = float(found.above[0]), float(found.below[0])
    on = np.arange(len(fake.study.times))[None, :] >= fake.study.starts[:, None]
    for effect in (-3.0, 0.0, 1.1, *(np.array([above, below, above, below]) + 0.01 * SIGNS)):
        planted = replace(fake, study=replace(fake.study, outcome=fake.study.outcome + effect * on))
        each = []
        for look in looks.looks:
            assert look.level is not None
            told = replace(TWICE, level=look.level)
            interval = estimate_fake(until(planted, look.after), told, seed=0).interval
            each.append(interval is not None and interval.excludes_zero)
        assert any(each) == (effect > above or effect < below)
        assert [share > 0 for _, share in found.power_at(effect)] == [each[0], any(each)]


def test_where_few_ways_are_left_one_look_counts_and_one_look_is_no_other_design() -> None:
    past, three = city(), PilotDesign(3, 8, "pairs", looks=(4, 8))
    told = plan(past, three, replays=20, seed=1)
    once = plan(past, replace(three, looks=()), replays=20, seed=1)
    assert told.replays.looks is not None
    assert told.replays.looks.reason == "few_assignments"
    assert told.smallest == once.smallest
    assert "one_look" not in {one.name for one in told.options}
    record = plan(past, TWICE, replays=20, seed=1).to_json()
    assert [one["after"] for one in record["looks"]["noticed_by"]] == [4, 8]
    assert "one_look" in {one["name"] for one in record["options"]}
    assert once.to_json()["looks"] is None


@pytest.mark.parametrize("sites", [1, 2])
def test_mixes_solved_side_by_side_are_the_plain_ones(sites: int) -> None:
    design, past = PilotDesign(sites, 8, "chosen", "sdid", level=0.9), city(20, 50)
    for fake in draw(past, design, 3, seed=4)[:3]:
        quick = quick_mixed(fake, design, seed=0)
        plain = estimate_fake(fake, design, seed=0)
        assert quick is not None
        assert plain.interval is not None
        assert quick.estimate == plain.estimate
        assert quick.half == pytest.approx(plain.interval.high - plain.estimate, rel=1e-10)


def test_of_very_many_fake_places_a_thousand_tell_the_width(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design = PilotDesign(3, 8, "chosen", "sdid", level=0.9)
    fake = draw(city(26, 40), design, 1, seed=4)[0]
    few = quick_mixed(fake, design, seed=0)
    monkeypatch.setattr(mixes, "_MOST_SETS", 10_000)
    every = quick_mixed(fake, design, seed=0)  # 1,771 sets
    assert few is not None
    assert every is not None
    assert few.estimate == every.estimate
    assert few.half == pytest.approx(every.half, rel=0.06)
    assert few.half != every.half


@pytest.mark.parametrize(
    ("design", "units"),
    [
        (PilotDesign(3, 8), 20),  # another method
        (PilotDesign(2, 8, "chosen", "sdid", level=0.9), 8),  # few places mix perfectly
        (PilotDesign(1, 8, "chosen", "sdid"), 14),  # the fake places cannot reach the level
    ],
)
def test_mixes_are_left_to_the_plain_estimate_where_it_knows_more(
    design: PilotDesign, units: int
) -> None:
    fake = draw(city(units, 60), design, 1, seed=4)[0]
    assert quick_mixed(fake, design, seed=0) is None


def test_the_nearest_mixtures_are_those_of_the_simplex() -> None:
    random = np.random.default_rng(8)
    columns = random.normal(1.0, 1.0, (6, 30, 9))
    grams = np.einsum("bti,btj->bij", columns, columns)
    barred = np.zeros((6, 9), dtype=bool)
    barred[:, 4] = True
    warm = np.where(random.random((6, 9)) < 0.5, random.random((6, 9)), 0.0)
    warm[0], warm[:, 4] = 0.0, 0.0
    found, proven = nearest_of_each(grams, warm, barred)
    assert proven.all()
    kept = [0, 1, 2, 3, 5, 6, 7, 8]
    for one, shares in zip(columns, found, strict=True):
        assert shares[4] == 0.0
        assert shares[kept] == pytest.approx(nearest(one[:, kept])[0], abs=1e-10)


def counted(units: int = 12, periods: int = 50) -> Study:
    random = np.random.default_rng(3)
    over = random.uniform(500, 1500, (units, periods))
    outcome = random.poisson(np.exp(random.normal(-3, 0.3, (units, 1))) * over).astype(float)
    names = tuple(f"{number:02}" for number in range(units))
    return Study(names, tuple(range(periods)), outcome, np.full(units, periods), over)


@pytest.mark.parametrize(("drawn", "within"), [("lottery", 0.03), ("chosen", 0.01)])
def test_a_replay_of_counts_notices_the_ratio_that_the_estimate_notices(
    drawn: Drawn, within: float
) -> None:
    """A chosen one by the regression of counts, a drawn one on rates, there nearly."""
    design = PilotDesign(3, 8, drawn, counts=True)
    for fake in draw(counted(), design, 3, seed=4)[:3]:
        found = replay([fake], design, seed=0)
        on = np.arange(len(fake.study.times))[None, :] >= fake.study.starts[:, None]
        for end, away in ((found.above[0], 1), (found.below[0], -1)):
            for far in (-within, within):
                ratio = np.where(on, np.exp(end + far * away), 1.0)
                study = replace(fake.study, outcome=fake.study.outcome * ratio)
                told = estimate_fake(replace(fake, study=study), design, seed=0).ratio_interval
                assert told is not None
                noticed = told.low > 1 if away > 0 else told.high < 1
                assert noticed == (far > 0), (end, far, told)


def test_counts_are_planned_in_ratios() -> None:
    told = plan(
        counted(), PilotDesign(4, 8, counts=True), replays=40, worth=1e6, effects=[0.5, 1.02],
        compare=False,
    )  # fmt: skip
    assert [effect for effect, _ in told.power] == [1.0, 1.02, 0.5]
    assert told.smallest["up"] > 1 > told.smallest["down"] > 0
    assert told.detectable == max(told.smallest["up"], 1 / told.smallest["down"])
    assert told.power_of_worth == 1.0  # more than there is
    assert told.to_json()["scale"] == "ratio"
    assert 0 < told.usual < 200  # the rate by the mean exposure
    with pytest.raises(EngineError, match="ratios above zero"):
        plan(counted(), PilotDesign(4, 8, counts=True), replays=20, effects=[-1.0])


def test_when_time_is_up_what_was_replayed_stands_for_all_and_is_told() -> None:
    past, design = city(12, 50), PilotDesign(2, 8)
    whole = plan(past, design, replays=30)
    assert plan(past, design, replays=30, left=lambda: 1.0).to_json() == whole.to_json()
    short = plan(past, design, replays=30, left=lambda: 0.0)
    assert len(short.replays.above) == 20
    assert set(short.replays.above) < set(whole.replays.above)
    assert short.options == ()
    told = {one.name: one for one in short.advice}["cut"]
    assert "Time was up after 20 of 30 fake pilots" in told.sentence
    assert "no time left" in told.sentence
    assert "cut" not in {one.name for one in whole.advice}


def test_progress_goes_over_all_designs() -> None:
    seen: list[tuple[int, int]] = []
    plan(city(12, 50), PilotDesign(2, 8), replays=20, progress=lambda *at: seen.append(at))
    assert len({of for _, of in seen}) == 1
    assert [done for done, _ in seen] == list(range(1, seen[-1][1] + 1))


def test_every_sentence_says_its_figures_and_can_be_made_again_from_its_record() -> None:
    told = plan(city(12, 50), PilotDesign(2, 8), replays=30, worth=1.0)
    parts = [one for advice in told.advice for one in advice.to_json()["parts"]]
    assert parts
    for one in parts:
        params = {
            key: Part(value["key"], value["params"]) if isinstance(value, dict) else value
            for key, value in one["params"].items()
        }
        assert Part(one["key"], params).text == one["text"]
        assert "%(" not in one["text"]
    assert [one.sentence for one in told.advice] == [
        " ".join(each["text"] for each in one.to_json()["parts"]) for one in told.advice
    ]


def test_without_an_effect_a_lottery_announces_no_more_than_it_says() -> None:
    told = plan(city(), PilotDesign(3, 8), replays=200, compare=False)
    assert told.power[0] == (0.0, told.replays.power(0.0))
    assert told.power[0][1] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_the_smallest_size_is_where_power_passes_four_in_five() -> None:
    random = np.random.default_rng(1)
    above = random.normal(1.5, 1, 101)
    found = Replays(above, above - random.uniform(1, 4, 101), above, ("did",))
    for way, sign in (("up", 1), ("down", -1)):
        size = found.smallest(0.8, way)
        assert size is not None
        assert found.power(sign * (size + 1e-9)) >= 0.8
        assert found.power(sign * (size - 1e-6)) < 0.8
        assert min(found.power(sign * one) for one in np.linspace(size + 1e-9, 20, 500)) >= 0.8
    nothing = Replays(np.full(10, np.inf), np.full(10, -np.inf), np.zeros(10), ("did",))
    assert nothing.smallest(0.8, "up") is None
    assert nothing.power(1e9) == 0.0


def test_a_city_twice_as_restless_needs_twice_the_change() -> None:
    past = city()
    usual = past.outcome.mean(axis=1, keepdims=True)
    louder = replace(past, outcome=usual + 2 * (past.outcome - usual))
    calm, loud = (
        plan(one, DESIGNS["lottery"], replays=60, compare=False).smallest for one in (past, louder)
    )
    assert loud["up"] == pytest.approx(2 * calm["up"], rel=1e-9)
    assert loud["down"] == pytest.approx(2 * calm["down"], rel=1e-9)


def test_the_order_of_units_changes_nothing() -> None:
    past = city()
    back = Study(past.units[::-1], past.times, past.outcome[::-1], past.starts[::-1])
    first, second = (
        plan(one, PilotDesign(2, 6), replays=20, compare=False).to_json() for one in (past, back)
    )
    assert first == second


@pytest.mark.parametrize(
    ("design", "units", "ways", "smallest"),
    [
        (PilotDesign(3, 8), 6, 20, 2 / 20),
        (PilotDesign(4, 8), 8, 70, 2 / 70),
        (PilotDesign(5, 8), 10, 252, 2 / 252),
        (PilotDesign(3, 8), 7, 35, 1 / 35),
        (PilotDesign(1, 8), 20, 20, 1 / 20),
        (PilotDesign(6, 8, "pairs"), 12, 64, 2 / 64),
        (PilotDesign(4, 8, "steps", steps=2), 6, 90, 1 / 90),
        (PilotDesign(1, 8, "chosen"), 39, 39, 1 / 39),
        (PilotDesign(2, 8, "chosen"), 12, 1 + comb(10, 2), 1 / 46),
    ],
)
def test_ways_to_draw_are_counted(
    design: PilotDesign, units: int, ways: int, smallest: float
) -> None:
    found = reach(design, units)
    assert (found.assignments, found.smallest_p) == (ways, pytest.approx(smallest))
    assert found.reaches == (smallest <= 0.05)
    assert found.reaches_caused == (design.randomised and smallest <= 0.01)


def test_where_no_lottery_can_convince_it_says_what_carries_the_claim_and_what_is_better() -> None:
    found = reach(PilotDesign(3, 8), 6)
    assert "can never reach 5 of 100 times" in found.sentence
    assert "t on one change a site" in found.carries
    assert "4 pilot and 4 comparison sites" in found.better
    assert "5 and 5 sites" in found.better
    alone = reach(PilotDesign(1, 8, "chosen"), 8)
    assert "measure 19 or more others" in alone.better
    assert "can announce nothing" in alone.carries
    assert "No more than “likely”" in reach(PilotDesign(1, 8, "chosen"), 30, ("sdid",)).carries
    assert "t on one change" in reach(PilotDesign(2, 8, "chosen"), 12, ("did",)).carries
    assert "Measure places" in reach(PilotDesign(2, 8, "chosen", "its"), 2, ("its",)).better
    assert reach(PilotDesign(5, 8), 10).carries == ""
    counted = reach(PilotDesign(2, 8, "chosen", counts=True), 12, ("its",))
    assert "other places beside it" in counted.carries
    assert "half of your 12" in counted.better


def test_what_is_worth_it_is_weighed_and_other_designs_are_tried() -> None:
    told = plan(city(12, 50), PilotDesign(2, 8), replays=30, worth=1.0)
    assert {one.name for one in told.options} == {"more_sites", "half", "more_weeks", "pairs"}
    names = [one.name for one in told.advice]
    assert "worth_missed" in names
    assert "reach" in names  # 66 ways: enough for likely, not for caused
    small = plan(city(), PilotDesign(7, 8), replays=60, worth=3.0, compare=False)
    assert "worth_noticed" in [one.name for one in small.advice]


def test_one_change_a_site_is_no_other_design_where_it_is_the_method_already() -> None:
    for sites, units, tried in ((2, 14, True), (5, 14, False), (2, 8, False)):
        named = dict(options_for(PilotDesign(sites, 8, "chosen"), units, 60))
        assert ("did" in named) == tried


@pytest.mark.parametrize(
    ("design", "tried"),
    [
        (PilotDesign(7, 8, "pairs"), {"more_weeks", "lottery"}),
        (PilotDesign(7, 8, "steps", steps=2), {"more_weeks", "lottery"}),
        (PilotDesign(7, 8, "chosen"), {"more_weeks", "lottery", "pairs"}),
    ],
)
def test_a_plain_lottery_is_weighed_against_every_other_design(
    design: PilotDesign, tried: set[str]
) -> None:
    found = dict(options_for(design, 14, 60))
    assert set(found) == tried
    assert found["lottery"] == PilotDesign(7, 8, "lottery")


def test_named_sites_are_replayed_at_every_start_and_said_to_be_rough() -> None:
    past = city()
    design = PilotDesign(2, 8, "chosen", "did", pilot_sites=("03", "07"))
    told = plan(past, design, compare=False)
    assert len(told.replays.above) == len(starts_of(past, design))
    assert "rough" in [one.name for one in told.advice]


@pytest.mark.parametrize(
    ("design", "setting"),
    [
        (PilotDesign(0, 8), "sites"),
        (PilotDesign(14, 8), "sites"),
        (PilotDesign(8, 8, "pairs"), "sites"),
        (PilotDesign(2, 60), "weeks"),
        (PilotDesign(2, 0), "weeks"),
        (PilotDesign(2, 8, "coin"), "drawn"),  # type: ignore[arg-type]
        (PilotDesign(2, 8, method="magic"), "method"),  # type: ignore[arg-type]
        (PilotDesign(2, 8, "chosen", "permutation"), "method"),
        (PilotDesign(2, 8, "lottery", "staggered"), "method"),
        (PilotDesign(2, 8, "pairs", "sc"), "method"),
        (PilotDesign(2, 8, "steps"), "steps"),
        (PilotDesign(2, 8, level=1.0), "level"),
        (PilotDesign(2, 8, looks=(4, 6)), "looks"),
        (PilotDesign(2, 8, looks=(8, 4, 8)), "looks"),
        (PilotDesign(1, 8, pilot_sites=("nowhere",)), "pilot_sites"),
        (PilotDesign(2, 8, pilot_sites=("03", "03")), "pilot_sites"),
        (PilotDesign(3, 8, pilot_sites=("03", "04")), "sites"),
    ],
)
def test_a_design_that_cannot_be_is_refused_by_name(design: PilotDesign, setting: str) -> None:
    with pytest.raises(EngineError) as told:
        plan(city(), design, replays=20)
    assert told.value.code == f"impact.plan.{setting}"


def test_past_data_that_allow_no_replay_ask_for_earlier_readings_alone() -> None:
    past = city()
    short = replace(
        past,
        times=past.times[:5],
        outcome=past.outcome[:, :5],
        starts=np.full(len(past.units), 5),
    )
    with pytest.raises(EngineError, match=r"its start\. Add earlier readings\."):
        plan(short, PilotDesign(3, 1), replays=20)


def test_past_data_with_a_dead_sensor_are_refused() -> None:
    past = city()
    outcome = past.outcome.copy()
    outcome[5] = 7.0
    with pytest.raises(EngineError, match="'05' reads 7 in every period"):
        plan(replace(past, outcome=outcome), PilotDesign(3, 8), replays=20)


def families(alike: bool, counts: bool = False) -> Study:
    """Eight pairs of places; those of a pair share what moves them, or nobody does."""
    random = np.random.default_rng(7)
    own = random.normal(size=(16, 60))
    level = np.arange(8).repeat(2)[:, None] * 4.0 + 30
    shared = 3 * random.normal(size=(8, 60)).repeat(2, axis=0) if alike else 0.0
    outcome = level + own + shared
    if counts:
        outcome = np.round(np.maximum(outcome, 1) * 3)
    names = tuple(f"{at:02}" for at in range(16))
    return Study(names, tuple(range(60)), outcome, np.full(16, 60))


def test_what_pairs_gain_is_said_in_figures_whether_or_not_they_help() -> None:
    for drawn in ("lottery", "pairs", "chosen"):
        told = plan(families(alike=True), PilotDesign(8, 8, drawn), replays=60)
        (advice,) = [one for one in told.advice if one.name == "pairing"]
        assert advice.parts[0].key == "pairing.helps"
        assert advice.params["detectable"] < 0.7 * advice.params["without"]
        assert f"{advice.params['detectable']:.3g}" in advice.sentence
        assert f"{advice.params['without']:.3g}" in advice.sentence
    told = plan(families(alike=False), PilotDesign(3, 8), replays=60)
    (advice,) = [one for one in told.advice if one.name == "pairing"]
    assert advice.parts[0].key == "pairing.no_help"  # of thirteen places to compare with ten go
    counts = plan(families(True, counts=True), PilotDesign(8, 8, counts=True), replays=60)
    assert "the factor 1." in next(one.sentence for one in counts.advice if one.name == "pairing")
