"""Hundreds of random orders of events on stored pilots: no forbidden state, and always a way on.

``LAMPPOST_ORDERS=10000`` walks that many: about ten minutes of one core.
``LAMPPOST_ORDERS_SEED`` and ``LAMPPOST_ORDERS_FIRST`` (the second number of an order that went
wrong) walk others, or the same again from there.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import pytest
from django.utils import timezone

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.roles import Role
from lamppost.pilots import ports
from lamppost.sensing import desk
from tests.pilots_orders import EVENTS, orders

ORDERS = int(os.environ.get("LAMPPOST_ORDERS", "200"))
SEED = int(os.environ.get("LAMPPOST_ORDERS_SEED", "20261126"))
FIRST = int(os.environ.get("LAMPPOST_ORDERS_FIRST", "0"))


@pytest.fixture
def other(partnership: Partnership) -> User:
    """Somebody who can be a deputy, and take over."""
    user = User.objects.create_user(email="deputy@example.org", name="Dele Deputy")
    Membership.objects.create(
        partnership=partnership, user=user, role=Role.LEAD, joined_at=timezone.now()
    )
    return user


@pytest.mark.django_db
def test_no_order_of_events_on_a_stored_pilot_is_forbidden_or_stuck(
    partnership: Partnership,
    lead: User,
    other: User,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    settings.NOTICE_DAYS = 0
    for port in (ports.GATE_PASSED, ports.GATE_KEEPERS, ports.SITE_KEEPERS):
        monkeypatch.setattr(port, "_functions", [])
    # The baseline is read and counted as it is; only the plan of its evaluation is not asked for.
    monkeypatch.setattr(ports.GATE_CHECKS, "_functions", [desk.gate_checks])

    def tell(done: int) -> None:
        used = time.process_time() - began
        print(f"{done} orders, {used / 60:.1f} minutes", file=sys.stderr, flush=True)

    began = time.process_time()
    told = orders(partnership, lead, other, count=ORDERS, seed=SEED, progress=tell, first=FIRST)
    print(told)
    assert told["orders"] >= ORDERS
    # The walk went where it matters.
    pressed = {"press_technology"}  # lets the technology on where it is its turn, which is rare
    never = [name for name in EVENTS if not told[name] and name not in pressed]
    assert len(never) <= (0 if ORDERS >= 2000 else 6), never  # few orders miss a rare one
    assert told["press_technology refused"]
    for place in ("technology on", "measuring", "ways to the technology"):
        assert told[place] > ORDERS / 30, place
