"""Each check passes without its fault, warns with some of it, and blocks with much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from lamppost.engines.impact import Options, find
from lamppost.engines.impact.checks import Answered, Context, SensorChange, check_all
from lamppost.engines.impact.checks.run import CHECKS, check_named
from lamppost.engines.impact.checks.words import SENTENCES
from lamppost.engines.impact.did import fit_did
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.looks import schedule
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.rollout import fit_rollout
from lamppost.engines.impact.saying import Design, say
from lamppost.engines.impact.saying.weights import ORDER, cap_of
from lamppost.engines.impact.series import interrupted_series
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.synthetic import fit_control, fit_synthetic_did
from tests.impact_panels import noise, panel, study_of


class Given(NamedTuple):
    study: Study
    result: MethodResult
    context: Context = Context()


def sites(effect: float = 3.0, context: Context | None = None, **more: object) -> Given:
    study = panel(4, effect=effect, **more)  # type: ignore[arg-type]
    return Given(study, fit_did(study), context or Context())


def changed(study: Study, change: Callable[[np.ndarray], None], fit: Callable = fit_did) -> Given:
    outcome = study.outcome.copy()
    change(outcome)
    study = replace(study, outcome=outcome)
    return Given(study, fit(study))


def lone(effect: float = 3.0, fit: Callable = fit_control, **more: object) -> Given:
    study = panel(3, effect=effect, treated=1, **more)  # type: ignore[arg-type]
    return Given(study, fit(study))


def drifting(slope: float, effect: float) -> Given:
    def drift(outcome: np.ndarray) -> None:
        outcome[:10] += slope * np.arange(outcome.shape[1])

    return changed(panel(4, effect=effect), drift)


def claiming(given: Given) -> Given:
    """The same with a range beside zero, as a less careful method would have it."""
    size = given.result.estimate
    return given._replace(result=replace(given.result, interval=Interval(0.1, 2 * size, 0.95)))


def drifting_alone(slope: float, effect: float) -> Given:
    """A lone pilot that drifts away from any mix; the range claims what the drift makes."""

    def drift(outcome: np.ndarray) -> None:
        outcome[0] += slope * np.arange(outcome.shape[1])

    return claiming(changed(panel(3, effect=effect, treated=1), drift, fit_control))


def pushed(by: float, effect: float = 3.0) -> Given:
    """The lone pilot away from all others before the start as well."""

    def push(outcome: np.ndarray) -> None:
        outcome[0] += by

    return changed(panel(3, effect=effect, treated=1), push, fit_control)


def restless(times: float) -> Given:
    """The lone pilot has noise of its own that no mix can follow."""

    def shake(outcome: np.ndarray) -> None:
        random = np.random.default_rng(2)
        outcome[0] += times * noise(random, (outcome.shape[1],), 0.5)

    return changed(panel(3, treated=1), shake, fit_control)


def stepped_early(step: float, effect: float) -> Given:
    """What looks like the pilot began well before its start."""

    def step_up(outcome: np.ndarray) -> None:
        outcome[0, 28:] += step

    return changed(panel(3, treated=1, effect=effect), step_up, fit_control)


def weighed(below: float) -> Given:
    found = lone(fit=fit_control)
    facts = {**found.result.facts, "below_zero": below}
    return Given(found.study, replace(found.result, method="asc", facts=facts))


def moved_on(by: float) -> Given:
    """A single series and others that went to new ground after the start."""

    def move(outcome: np.ndarray) -> None:
        outcome[:, 40:] += by

    return changed(panel(5, units=6, treated=1, effect=3.0), move, interrupted_series)


def claimed(method: str, p_value: float, rank: tuple[int, int]) -> Given:
    found = lone()
    return Given(
        found.study,
        replace(
            found.result,
            method=method,  # type: ignore[arg-type]
            interval=Interval(1.0, 5.0, 0.95),
            p_value=p_value,
            placebo_rank=rank,
        ),
    )


def leaning(left: float) -> Given:
    """A claim of 3 of which so much is left without one place."""
    found = lone()
    facts = {**found.result.facts, "leave_one_out": {"by_unit": {"site 04": left, "site 05": 2.9}}}
    ends = Interval(1.0, 5.0, 0.95)
    return Given(found.study, replace(found.result, estimate=3.0, interval=ends, facts=facts))


def near(spill: float, effect: float, ring: int = 3) -> Given:
    """The pilot reaches the first comparison places."""

    def reach(outcome: np.ndarray) -> None:
        outcome[10 : 10 + ring, 40:] += spill

    given = changed(panel(4, effect=effect), reach)
    names = frozenset(given.study.units[10 : 10 + ring])
    return given._replace(context=Context(near=names))


def answered_otherwise(p_value: float, estimate: float) -> Given:
    found = claimed("sc", 0.05, (1, 20))
    row = {"name": "outcome_only", "chosen": False, "estimate": estimate, "p_value": p_value}
    facts = {**found.result.facts, "alternatives": [{**row, "placebo_rank": [3, 20]}]}
    return Given(found.study, replace(found.result, facts=facts))


def wave_before(size: float) -> Given:
    """The kinds of sites drifted apart and back before the start."""

    def wave(outcome: np.ndarray) -> None:
        outcome[:10, 13:27] += size

    return changed(panel(4, effect=2.0), wave)


def measures(name: str, main: str | None, **p_values: float) -> Given:
    return sites(context=Context(outcome=name, main=main, p_values=p_values))


def unmoved(effect: float) -> Given:
    return sites(context=Context(unmoved=panel(9, effect=effect), unmoved_name="rain"))


def bad_spell(dip: float, effect: float, before: int = 40) -> Given:
    def dip_down(outcome: np.ndarray) -> None:
        outcome[:10, before * 3 // 4 : before] -= dip

    given = changed(panel(4, effect=effect, before=before), dip_down)
    return given._replace(context=Context(chosen_because="extreme"))


def two_versions(first: float, last: float) -> Given:
    def versions(outcome: np.ndarray) -> None:
        outcome[:10, 40:50] += first
        outcome[:10, 50:] += last

    given = changed(panel(4), versions)
    return given._replace(context=Context(versions=((0, "A"), (50, "B"))))


def sensors(*units: int) -> Given:
    listed = tuple(SensorChange(f"site {one:02}", 35) for one in units)
    return sites(context=Context(sensor_changes=listed))


def gaps(share: float) -> Given:
    def blank(outcome: np.ndarray) -> None:
        random = np.random.default_rng(1)
        cells = random.random((10, 20)) < share
        outcome[:10, 40:][cells] = np.nan

    return changed(panel(4, effect=3.0), blank)


def people(before: tuple[int, int], after: tuple[int, int]) -> Given:
    names = ("under 30", "30 and over")
    listed = tuple(Answered(name, b, a) for name, b, a in zip(names, before, after, strict=True))
    return sites(context=Context(answered=listed))


def series(rho: float, before: int, left: float | None = None) -> Given:
    random = np.random.default_rng(8)
    outcome = 50 + noise(random, (1, before + 20), rho)
    study = study_of(outcome, 1, before)
    found = interrupted_series(study)
    if left is not None:
        found = replace(found, facts={**found.facts, "residual_p": left})
    return Given(study, found)


def clustered(names: list[str], lift: dict[str, float]) -> Given:
    """Sites in schools that move together."""
    study = panel(4)
    outcome = study.outcome.copy()
    for at, name in enumerate(names):
        outcome[at, 40:] += lift.get(name, 0.0)
    study = replace(study, outcome=outcome)
    told = dict(zip(study.units, names, strict=True))
    return Given(study, fit_did(study), Context(clusters=told))


def uneven(times: float, treated: int = 10, before: int = 40, fit: Callable = fit_did) -> Given:
    def shake(outcome: np.ndarray) -> None:
        random = np.random.default_rng(2)
        shape = (treated, outcome.shape[1])
        outcome[:treated] += times * noise(random, shape, 0.0)

    return changed(panel(4, effect=3.0, treated=treated, before=before), shake, fit)


SCHOOLS = ["a"] * 4 + ["b"] * 3 + ["c"] * 3 + ["d"] * 4 + ["e"] * 3 + ["f"] * 3
TOGETHER = ["a"] * 10 + ["d"] * 4 + ["e"] * 3 + ["f"] * 3

FAULTS: dict[str, dict[str, Callable[[], Given]]] = {
    "few_sites": {
        "pass": sites,
        "warn": lambda: sites(units=7, treated=3),
        "block": lambda: sites(units=2, treated=1),
    },
    "equal_spread": {
        "pass": sites,
        "warn": lambda: sites(before=5),
        "block": lambda: uneven(12.0, treated=1, fit=fit_synthetic_did),
    },
    "correlated": {
        "pass": lambda: series(0.5, 60),
        "warn": lambda: series(0.5, 60, left=0.004),
        "block": lambda: series(0.5, 60, left=1e-7),
    },
    "pre_fit": {
        "pass": lone,
        "warn": lambda: restless(2.5),
        "block": lambda: restless(9.0),
    },
    "extrapolation": {
        "pass": lone,
        "warn": lambda: pushed(11.0),
        "block": lambda: pushed(30.0),
    },
    "trend_before": {
        "pass": sites,
        "warn": lambda: drifting(0.05, 3.0),
        "block": lambda: drifting(0.1, 0.0),
    },
    "fake_start": {
        "pass": lone,
        "warn": lambda: stepped_early(-4.0, 12.0),
        "block": lambda: claiming(stepped_early(2.0, 0.0)),
    },
    "fake_places": {
        "pass": lambda: claimed("sc", 0.05, (1, 20)),
        "warn": lambda: claimed("sc", 0.05, (4, 20)),
        "block": lambda: claimed("sc", 0.05, (9, 20)),
    },
    "one_left_out": {
        "pass": sites,
        "warn": lambda: leaning(1.2),
        "block": lambda: leaning(-0.2),
    },
    "neighbours": {
        "pass": lambda: near(0.0, 3.0),
        "warn": lambda: near(2.0, 3.0),
        "block": lambda: near(-9.0, 0.5, ring=4),
    },
    "other_answers": {
        "pass": lambda: answered_otherwise(0.05, 2.5),
        "warn": lambda: answered_otherwise(0.15, 2.5),
        "block": lambda: answered_otherwise(0.05, -1.0),
    },
    "drift": {"pass": lambda: wave_before(0.0), "warn": lambda: wave_before(3.0)},
    "several_measures": {
        "pass": lambda: measures("noise", "noise", noise=0.03, calls=0.4),
        "warn": lambda: measures("noise", "calls", calls=0.4),
        "block": lambda: measures("noise", "calls", calls=0.4, noise=0.03, dust=0.2, heat=0.7),
    },
    "unmoved_outcome": {
        "pass": lambda: unmoved(0.0),
        "warn": lambda: unmoved(-2.0),
        "block": lambda: unmoved(3.0),
    },
    "regression_to_mean": {
        "pass": lambda: bad_spell(0.0, 3.0),
        "warn": lambda: bad_spell(4.0, 2.0),
        "block": lambda: bad_spell(8.0, 0.2),
    },
    "spec_changed": {
        "pass": lambda: sites(context=Context(versions=((0, "A"), (40, "A")))),
        "warn": lambda: two_versions(2.0, 5.0),
        "block": lambda: two_versions(8.0, -3.0),
    },
    "looks": {
        "pass": lambda: sites(context=Context(looks=schedule([5, 20]))),
        "block": lambda: sites(context=Context(looks=schedule([5, 12]))),
    },
    "plan_changed": {
        "pass": lambda: sites(context=Context(plan_changed=(12,))),
        "warn": lambda: sites(context=Context(plan_changed=(12, 44))),
    },
    "sensor_changed": {
        "pass": sensors,
        "warn": lambda: sensors(0, 1, 12),
        "block": lambda: sensors(0, 1, 2, 3, 4, 5),
    },
    "gaps_by_arm": {
        "pass": lambda: gaps(0.02),
        "warn": lambda: gaps(0.2),
        "block": lambda: gaps(0.7),
    },
    "people_changed": {
        "pass": lambda: people((100, 200), (95, 210)),
        "warn": lambda: people((100, 200), (160, 150)),
        "block": lambda: people((100, 200), (260, 50)),
    },
}
EACH = [(name, status) for name, cases in FAULTS.items() for status in cases]


@pytest.mark.parametrize(("name", "status"), EACH, ids=[f"{a}-{b}" for a, b in EACH])
def test_status_follows_the_fault(name: str, status: str) -> None:
    given = FAULTS[name][status]()
    check = check_named(name, given.study, given.result, given.context)
    assert check is not None
    assert (check.name, check.status) == (name, status), check.sentence
    assert f"{name}.{check.params['case']}" in SENTENCES
    assert not {"None", "nan"} & set(check.sentence.replace(".", " ").split())


def test_every_check_is_tried() -> None:
    assert {one.__name__.removeprefix("check_") for one in CHECKS} == set(FAULTS)
    assert set(ORDER) == set(FAULTS)


def test_a_change_of_the_sensor_before_all_readings_is_none() -> None:
    given = sites(context=Context(sensor_changes=(SensorChange("site 00", 0),)))
    check = check_named("sensor_changed", *given)
    assert check is not None
    assert check.status == "pass"


@pytest.mark.parametrize(
    ("given", "name", "status", "case"),
    [
        (lambda: weighed(0.1), "extrapolation", "pass", "inside"),
        (lambda: weighed(0.4), "extrapolation", "warn", "below_zero"),
        (lambda: weighed(1.5), "extrapolation", "block", "below_zero"),
        (lambda: moved_on(0.0), "extrapolation", "pass", "known_ground"),
        (lambda: moved_on(6.0), "extrapolation", "warn", "new_ground"),
        (lambda: moved_on(40.0), "extrapolation", "block", "new_ground"),
        (lambda: series(0.5, 60), "few_sites", "pass", "long"),
        (lambda: series(0.5, 18), "few_sites", "warn", "short"),
        (lambda: series(0.97, 40), "correlated", "warn", "sticky"),
        (lambda: clustered(SCHOOLS, {}), "correlated", "pass", "clusters_hold"),
        (lambda: clustered(TOGETHER, {}), "correlated", "warn", "one_cluster"),
        (lambda: clustered(SCHOOLS, {"a": 4.0, "b": 1.0}), "correlated", "block", "clusters_undo"),
        (lambda: uneven(2.5), "equal_spread", "warn", "unlike"),
        (lambda: near(0.0, 3.0, ring=10), "neighbours", "warn", "all_near"),
        (lambda: sites(context=Context(near=frozenset())), "neighbours", "pass", "none_near"),
        (lambda: bad_spell(3.0, 3.0, before=4), "regression_to_mean", "warn", "untested"),
        (lambda: drifting(0.1, 0.0)._replace(context=Context(randomised=True)),
         "trend_before", "warn", "makes_it"),
        (lambda: sites(0.6, rho=0.9), "trend_before", "pass", "quiet"),
        (lambda: stepped_early(2.0, 2.0), "fake_start", "warn", "as_much"),
        (lambda: lone(), "trend_before", "pass", "alike"),
        (lambda: drifting_alone(0.1, 0.0), "trend_before", "block", "makes_it"),
        (lambda: drifting_alone(0.1, 4.0), "trend_before", "warn", "seen"),
    ],
)  # fmt: skip
def test_other_cases(given: Callable[[], Given], name: str, status: str, case: str) -> None:
    found = given()
    check = check_named(name, *found)
    assert check is not None
    assert (check.status, check.params["case"]) == (status, case), check.sentence


@pytest.mark.parametrize(
    ("others", "case", "says"),
    [
        ((-27.3, -11.1), "apart",
         "Other ways to work it out give from -27 to -11, and ours gives -16."),
        ((-14.0, -18.0), "near", "Other ways to work it out give nearly the same."),
        ((-3.2,), "apart_one", "Another way to work it out gives -3.2, and ours gives -16."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("claims", [True, False])
def test_other_ways_agree_only_where_they_come_near(
    others: tuple[float, ...], case: str, says: str, claims: bool
) -> None:
    """California, 1989: -15.6 by synthetic DiD, -27.3 and -11.1 by the other two."""
    found = lone()
    rows = [{"name": "other", "estimate": one, "p_value": None} for one in others]
    result = replace(
        found.result,
        estimate=-15.6,
        interval=Interval(-30.0, -1.2 if claims else 0.5, 0.95),
        facts={**found.result.facts, "alternatives": rows},
    )
    check = check_named("other_answers", found.study, result)
    assert check is not None
    assert (check.params["case"], check.sentence.replace("\N{MINUS SIGN}", "-")) == (case, says)
    assert check.status == ("warn" if claims and case != "near" else "pass")
    # Another size in the same direction is told; the word stays.
    assert cap_of(check, randomised=False) == "caused"


def test_no_sentence_counts_one_of_many_or_none_of_them() -> None:
    nothing = check_named("fake_places", *claimed("sc", 0.05, (1, 20)))
    assert nothing is not None
    assert nothing.sentence.endswith("In none of 19 tries was the change as large.")
    enough = replace(lone().result, facts={**lone().result.facts, "can_reach_level": False})
    few = check_named("few_sites", lone().study, enough)
    assert few is not None
    assert (few.status, few.params["case"]) == ("warn", "few_to_rank")
    beside = check_named("several_measures", *measures("noise", "calls", calls=0.4, noise=0.03))
    assert beside is not None
    assert beside.sentence == "It is the only measure beside the main one."


def test_a_dip_that_nobody_spoke_of_is_seen_and_a_lottery_needs_no_such_test() -> None:
    given = bad_spell(8.0, 0.2)
    unsaid = check_named("regression_to_mean", given.study, given.result, Context())
    assert unsaid is not None
    assert unsaid.status == "block"
    lottery = Context(randomised=True, chosen_because="extreme")
    assert check_named("regression_to_mean", given.study, given.result, lottery) is None


def test_a_rollout_is_checked_too() -> None:
    study = panel(7, units=12, treated=6, effect=3.0)
    starts = np.where(np.arange(12) < 3, 40, np.where(np.arange(12) < 6, 48, 60))
    study = replace(study, starts=starts)
    found = {one.name: one for one in check_all(study, fit_rollout(study))}
    assert {"few_sites", "trend_before", "fake_start", "one_left_out"} <= set(found)
    assert found["one_left_out"].status == "pass"


def test_looks_that_may_not_speak_make_it_not_yet() -> None:
    study = panel(4, after=5)
    planned = schedule([5, 20])
    for looks, reason in ((planned, "too_soon"), (schedule([12]), "not_planned")):
        checks = check_all(study, fit_did(study), Context(looks=looks))
        verdict = say(fit_did(study), checks, Design.of(study), 1.0)
        assert (verdict.code, verdict.reason, verdict.doubt) == ("not_yet", reason, "looks")


def test_counts_are_checked_over_their_exposure() -> None:
    """More is counted at pilot places because more is looked at, not because of a drift."""
    random = np.random.default_rng(3)
    over = np.full((12, 40), 100.0)
    over[:6] *= np.linspace(1, 2, 40)
    study = study_of(random.poisson(0.3 * over).astype(float), 6, 24)
    counted = find(replace(study, exposure=over), method="did", options=Options(counts=True))
    plain = check_named("trend_before", study, fit_did(study))
    assert plain is not None
    assert plain.status == "block"
    assert {one.name: one.status for one in counted.checks}["trend_before"] == "pass"


def test_what_is_not_known_is_left_out() -> None:
    names = {one.name for one in check_all(*sites()[:2])}
    asked = {"neighbours", "several_measures", "unmoved_outcome", "regression_to_mean"}
    asked |= {"spec_changed", "plan_changed", "sensor_changed", "people_changed"}
    assert not names & asked


def test_the_claim_of_a_lone_series_is_set_among_the_others() -> None:
    found = lone(fit=interrupted_series, units=8)
    check = check_named("fake_places", *found)
    assert check is not None
    assert check.params["of"] == 7
    assert check.status == "pass"
