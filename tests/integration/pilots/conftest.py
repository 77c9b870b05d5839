from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import ports
from lamppost.pilots.models import Pilot, PulseQuestion, PulseRound, Site
from tests.pilots_world import (
    add_sites,
    fill_groups,
    make_pilot,
    pass_up_to,
    read_as_planned,
    switch_on,
)
from tests.pulse_world import add_question, add_round


@pytest.fixture(autouse=True)
def _only_own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask no later stage: what sensing and impact answer is tested there."""
    for port in (ports.GATE_CAUTIONS, ports.GATE_CHECKS, ports.GATE_PASSED, ports.SITE_KEEPERS):
        monkeypatch.setattr(port, "_functions", [])
    monkeypatch.setattr(ports.BASELINE_LENGTH, "_functions", [read_as_planned])


@pytest.fixture
def pilot(partnership: Partnership, lead: User) -> Pilot:
    fill_groups(partnership)
    return make_pilot(partnership, lead)


@pytest.fixture
def sites(pilot: Pilot, lead: User) -> list[Site]:
    return add_sites(pilot, lead, 2, 2)


@pytest.fixture
def asked(sites: list[Site]) -> list[Site]:
    """Sites at which residents are asked whether it is better now."""
    switch_on(sites[0].pilot)
    return sites


@pytest.fixture
def running(pilot: Pilot, sites: list[Site], lead: User) -> Pilot:
    """A pilot whose technology is on."""
    pass_up_to(pilot, lead, "technology")
    return pilot


@pytest.fixture
def on_commit(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> Callable[[], AbstractContextManager[object]]:
    """Do what waits for the end of the transaction: mails, files."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def measuring(pilot: Pilot, sites: list[Site], lead: User) -> Pilot:
    pass_up_to(pilot, lead, "measuring")
    return pilot


@pytest.fixture
def question(measuring: Pilot, lead: User) -> PulseQuestion:
    return add_question(measuring, lead)


@pytest.fixture
def open_now(question: PulseQuestion, lead: User) -> PulseRound:
    return add_round(question.pilot, lead, -3, 3)
