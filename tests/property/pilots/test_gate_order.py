"""Whatever is done in whatever order, no technology goes on without what comes before it."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from typing import TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.pilots import actions, ports
from lamppost.pilots.models import WITNESSED, Pilot, Site
from lamppost.pilots.queries import accepts_readings
from lamppost.pilots.queries.gates import life_of
from lamppost.stakeholders.models import Stakeholder
from tests.pilots_world import ORDER, OUTSIDER, add_sites, day, fill_groups, make_pilot, pass_one

T = TypeVar("T")
REFUSALS = (
    actions.GateShut,
    actions.PlanFixed,
    actions.SitesFixed,
    actions.LotRefused,
    actions.FeedbackClosed,
    actions.LifeRefused,
)
FIELDS = (
    "stop_rule",
    "technology",
    "measured_data",
    "retention",
    "contact",
    "no_comparison_reason",
)

PLANNED_DAYS = 21
# How long the baseline was read, as `sensing` would tell.
READ = {"days": 0}

ANY = st.integers(0, 4)
WALK = ("onward",) * 5
DISTURB = (
    "sign", "reopen", "reopen", "add", "move", "delete", "empty", "empty", "fill", "leave",
    "no_indicator", "decide", "pause", "resume", "purpose", "purpose", "late",
)  # fmt: skip
Step = tuple[str, int, int]


def some(names: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[list[Step]]:
    one = st.tuples(st.sampled_from(names), st.integers(0, 20), ANY)
    return st.lists(one, min_size=least, max_size=most)


# Mostly forward, with disturbances between: pure chance would hardly ever reach the technology.
steps = st.lists(
    st.one_of(some(("onward",), 1, 4), some((*WALK, *DISTURB), 1, 3), some(("add",), 1, 2)),
    min_size=4,
    max_size=9,
).map(lambda parts: [step for part in parts for step in part])


def pick(values: Sequence[T], number: int) -> T:
    return values[number % len(values)]


def press(pilot: Pilot, by: User, step: Step) -> None:
    """Pass the next gate as people do, or any gate just so."""
    kind, first, second = step
    passed = set(pilot.gates.values_list("kind", flat=True))
    waiting = next((gate for gate in ORDER[:-1] if gate not in passed), ORDER[0])
    wanted = waiting if kind == "onward" else pick(ORDER[:-1], first)
    on = day(0 if kind == "onward" else second - 3)
    if kind == "onward" and wanted == "baseline":
        READ["days"] = PLANNED_DAYS if second else PLANNED_DAYS - 1
    if kind == "onward" and wanted not in passed and pilot.decided_on is None:
        pass_one(pilot, by, wanted, on)
    else:  # nobody has signed what another has to sign
        actions.pass_gate(
            pilot=pilot, by=by, kind=wanted, document="D", signed_by_name="Sam", passed_on=on
        )


def act(pilot: Pilot, by: User, step: Step) -> None:
    kind, first, second = step
    sites = list(pilot.sites.order_by("pk"))
    arm = pick(Site.Arm.values, second)
    if kind in {"onward", "sign"}:
        press(pilot, by, step)
    elif kind == "reopen":
        gates = sorted(pilot.gates.all(), key=lambda gate: -ORDER.index(gate.kind))
        if gates:
            actions.reopen_gate(gate=pick(gates, second // 3), by=by)
    elif kind == "add":
        name = f"After site {sites[-1].pk}" if sites else "First site"
        actions.add_site(pilot=pilot, by=by, values={"name": name, "arm": arm})
    elif kind == "move" and sites:
        actions.change_site(site=pick(sites, first), by=by, values={"arm": arm})
    elif kind == "delete" and sites:
        actions.delete_site(site=pick(sites, first), by=by)
    elif kind in {"empty", "fill"}:
        value = "Said" if kind == "fill" else ""
        actions.change_pilot(pilot=pilot, by=by, values={pick(FIELDS, first): value})
    elif kind == "no_indicator":
        actions.change_pilot(pilot=pilot, by=by, values={}, indicators=[])
    elif kind == "leave":
        people = pilot.partnership.stakeholders.order_by("pk")
        Stakeholder.objects.filter(pk=people[second].pk).update(status="left")
    elif kind == "decide":
        chosen = pick(["expand", "adapt", "stop"], first)
        actions.decide(
            pilot=pilot, by=by, kind=chosen, reason="R", decided_by="C", decided_on=day()
        )
    else:
        disturb(pilot, by, step)


def disturb(pilot: Pilot, by: User, step: Step) -> None:
    kind, first, second = step
    if kind == "pause":
        actions.pause_pilot(pilot=pilot, by=by, reason="A lamp fell down.")
    elif kind == "resume":
        actions.resume_pilot(pilot=pilot, by=by)
    elif kind == "purpose":
        values = {"purpose": f"Purpose {first}-{second}"}
        actions.change_pilot(pilot=pilot, by=by, values=values, reopens=second > 0)
    elif kind == "late":
        actions.join_late(pilot=pilot, by=by, technology_on=day(-second))


def check(pilot: Pilot) -> None:
    """Read the stored record itself, not what the actions say of it."""
    stored = Pilot.objects.get(pk=pilot.pk)
    passed = {gate.kind for gate in stored.gates.all()}
    life = life_of(stored)
    assert stored.measuring == life.measuring
    assert accepts_readings(stored) == life.measuring
    assert (stored.technology_on is not None) == life.technology
    if stored.measuring:
        assert stored.data_protection_on is not None
        assert stored.disclosure_on is not None
        assert stored.measuring_on is not None
        assert stored.data_protection_on <= stored.disclosure_on
        assert stored.measured_data
        assert stored.retention
        assert stored.personal_data
        arms = set(stored.sites.values_list("arm", flat=True))
        assert Site.Arm.PILOT in arms
        assert Site.Arm.COMPARISON in arms or stored.no_comparison_reason
        assert stored.pilot_indicators.exists()
    if stored.technology_on is not None and stored.joined_late_on is None:
        assert passed | {"data_protection", "disclosure", "measuring"} >= set(ORDER[:7])
        assert stored.measuring_on is not None
        assert stored.baseline_on is not None
        assert stored.measuring_on <= stored.baseline_on <= stored.technology_on
        assert stored.baseline_days is not None
        assert stored.baseline_days >= PLANNED_DAYS
        assert stored.stop_rule
        assert stored.decision_due_on
    if stored.decided_on is not None:
        assert stored.decision is not None
        assert stored.decision.kind == "stop" or set(life.needed_before("decision")) <= passed
    for gate in stored.gates.filter(kind__in=WITNESSED):
        assert gate.witnesses
        assert any(one["name"] == OUTSIDER for one in gate.signatures)
    # What was signed and opened again is never lost.
    signed = LedgerEntry.objects.filter(action="pilots.gate.passed", partnership=stored.partnership)
    assert stored.gates.count() + stored.past_gates.count() == signed.count()


@pytest.mark.django_db
@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_no_order_of_actions_skips_a_gate(
    steps: list[Step], partnership: Partnership, lead: User
) -> None:
    told = (ports.GATE_CHECKS, ports.GATE_PASSED, ports.BASELINE_LENGTH)
    kept = {port: port._functions for port in told}
    for port in kept:
        port._functions = []
    ports.BASELINE_LENGTH.register(lambda _pilot, _until: ports.BaselineLength(READ["days"]))
    READ["days"] = 0
    point = transaction.savepoint()
    try:
        fill_groups(partnership)
        pilot = make_pilot(partnership, lead)
        add_sites(pilot, lead)
        # After every step somebody presses for the technology.
        pressing: Step = ("sign", ORDER.index("technology"), 3)
        for step in itertools.chain.from_iterable((one, pressing) for one in steps):
            with contextlib.suppress(*REFUSALS):
                act(pilot, lead, step)
            check(pilot)
        event(f"gates passed: {pilot.gates.count()}")
    finally:
        transaction.savepoint_rollback(point)
        for port, functions in kept.items():
            port._functions = functions
