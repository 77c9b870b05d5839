"""Whatever is done in whatever order, no technology goes on without what comes before it."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions, ports
from lamppost.pilots.models import Pilot, Site
from lamppost.stakeholders.models import Stakeholder
from tests.pilots_world import ORDER, day, fill_groups, make_pilot

REFUSALS = (
    actions.GateShut,
    actions.PlanFixed,
    actions.SitesFixed,
    actions.LotRefused,
    actions.FeedbackClosed,
)
FIELDS = (
    "stop_rule",
    "technology",
    "measured_data",
    "retention",
    "contact",
    "no_comparison_reason",
)

signing = st.tuples(st.just("sign"), st.sampled_from(ORDER[:-1]), st.integers(-6, 1))
onward = st.tuples(st.just("sign_next"), st.just(""), st.integers(-2, 0))
reopening = st.tuples(st.just("reopen"), st.sampled_from(ORDER), st.just(0))
adding = st.tuples(st.just("add"), st.sampled_from(["pilot", "comparison"]), st.just(0))
moving = st.tuples(st.just("move"), st.sampled_from(["pilot", "comparison"]), st.integers(0, 3))
deleting = st.tuples(st.just("delete"), st.just(""), st.integers(0, 3))
emptying = st.tuples(st.just("empty"), st.sampled_from(FIELDS), st.just(0))
filling = st.tuples(st.just("fill"), st.sampled_from(FIELDS), st.just(0))
leaving = st.tuples(st.just("leave"), st.just(""), st.integers(0, 4))
ending = st.tuples(st.just("decide"), st.sampled_from(["scale", "adapt", "stop"]), st.just(0))
indicators = st.tuples(st.just("no_indicator"), st.just(""), st.just(0))
steps = st.lists(
    st.one_of(
        onward, onward, onward, onward, signing, reopening, adding, adding, moving, deleting,
        emptying, filling, leaving, ending, indicators,
    ),
    min_size=8,
    max_size=28,
)  # fmt: skip


def act(pilot: Pilot, by: User, step: tuple[str, str, int]) -> None:
    kind, word, number = step
    sites = list(pilot.sites.order_by("pk"))
    if kind in {"sign", "sign_next"}:
        passed = set(pilot.gates.values_list("kind", flat=True))
        waiting = next((gate for gate in ORDER[:-1] if gate not in passed), ORDER[0])
        actions.pass_gate(
            pilot=pilot,
            by=by,
            kind=word or waiting,
            document="Document",
            signed_by_name="Sam",
            passed_on=day(number),
        )
    elif kind == "reopen":
        if gate := pilot.gates.filter(kind=word).first():
            actions.reopen_gate(gate=gate, by=by)
    elif kind == "add":
        name = f"After site {sites[-1].pk}" if sites else "First site"
        actions.add_site(pilot=pilot, by=by, values={"name": name, "arm": word})
    elif kind == "move" and sites:
        actions.change_site(site=sites[number % len(sites)], by=by, values={"arm": word})
    elif kind == "delete" and sites:
        actions.delete_site(site=sites[number % len(sites)], by=by)
    elif kind in {"empty", "fill"}:
        value = "Said" if kind == "fill" else ""
        actions.change_pilot(pilot=pilot, by=by, values={word: value})
    elif kind == "no_indicator":
        actions.change_pilot(pilot=pilot, by=by, values={}, indicators=[])
    elif kind == "leave":
        people = pilot.partnership.stakeholders.order_by("pk")
        Stakeholder.objects.filter(pk=people[number].pk).update(status="left")
    elif kind == "decide":
        actions.decide(pilot=pilot, by=by, kind=word, reason="R", decided_by="C", decided_on=day())


def check(pilot: Pilot) -> None:
    """Read the stored record itself, not what the actions say of it."""
    stored = Pilot.objects.get(pk=pilot.pk)
    gates = list(stored.gates.all())
    passed = {gate.kind for gate in gates}
    if stored.measuring_on is not None:
        assert stored.data_protection_on is not None
        assert stored.disclosure_on is not None
        assert stored.data_protection_on <= stored.disclosure_on <= stored.measuring_on
        assert stored.measured_data
        assert stored.retention
        assert stored.personal_data
        arms = set(stored.sites.values_list("arm", flat=True))
        assert Site.Arm.PILOT in arms
        assert Site.Arm.COMPARISON in arms or stored.no_comparison_reason
        assert stored.pilot_indicators.exists()
    if stored.technology_on is not None:
        assert passed >= set(ORDER[:7])
        days: list[dt.date] = [
            gate.passed_on for gate in sorted(gates, key=lambda g: ORDER.index(g.kind))
        ]
        assert days == sorted(days)
        assert stored.stop_rule
        assert stored.decision_due_on
    if stored.decided_on is not None:
        assert stored.decision is not None
        assert stored.decision.kind == "stop" or passed == set(ORDER)
    early_stop = stored.decided_on is not None and stored.decision.kind == "stop"
    ranks = sorted(ORDER.index(kind) for kind in passed if not (early_stop and kind == "decision"))
    assert ranks == list(range(len(ranks)))


@pytest.mark.django_db
@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_no_order_of_actions_skips_a_gate(
    steps: list[tuple[str, str, int]], partnership: Partnership, lead: User
) -> None:
    kept = {port: port._functions for port in (ports.GATE_CHECKS, ports.GATE_PASSED)}
    for port in kept:
        port._functions = []
    point = transaction.savepoint()
    try:
        fill_groups(partnership)
        pilot = make_pilot(partnership, lead)
        for step in steps:
            with contextlib.suppress(*REFUSALS):
                act(pilot, lead, step)
            check(pilot)
    finally:
        transaction.savepoint_rollback(point)
        for port, functions in kept.items():
            port._functions = functions
