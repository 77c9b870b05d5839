"""An estimate that is computed from a folder goes by the frozen plan in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from lamppost.story.computing import estimate_row

MONDAY = dt.date(2026, 1, 5)
ON, END = MONDAY + dt.timedelta(weeks=8), MONDAY + dt.timedelta(weeks=16, days=-1)
ARMS = {"Mill": "pilot", "Dock": "pilot", "Quay": "comparison", "Rise": "comparison"}


def tables(pilot: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    named = [
        {"name": name, "code": "", "arm": arm, "step": None, "starts_on": None, "block": ""}
        for name, arm in ARMS.items()
    ]
    frozen = {
        "design": "compared",
        "sites": named,
        "start": ON.isoformat(),
        "end": END.isoformat(),
    }
    extra = {"Late": "comparison"}
    return {
        "pilots": [pilot],
        "sites": [
            {"id": name, "pilot": "1", "name": name, "arm": arm}
            for name, arm in {**ARMS, **extra}.items()
        ],
        "indicators": [{"id": "1", "name": "Noise", "unit": "dB", "direction": "down"}],
        "pilot_indicators": [{"pilot": "1", "indicator": "1", "is_main": True}],
        "plan": [{"pilot": "1", "indicator": "1", "period": "week", "level": 0.95,
                  "frozen": frozen}],
        "decisions": [],
    }  # fmt: skip


def readings() -> list[dict[str, Any]]:
    rows, noise = [], np.random.default_rng(5)
    for number, name in enumerate((*ARMS, "Late")):
        for day in range(7 * 24):
            moment = dt.datetime.combine(MONDAY + dt.timedelta(day), dt.time(12), dt.UTC)
            after = moment.date() >= ON and ARMS.get(name) == "pilot"
            value = 50 + number + noise.normal(0, 1) - (4 if after else 0)
            rows.append({"site": name, "indicator": "1", "time": moment, "value": value})
    return rows


def made(
    now: dt.date = dt.date(2026, 8, 1), looks: tuple[dt.date, ...] = (), **pilot: Any
) -> dict[str, Any]:
    row = {"id": "1", "title": "Signs", "technology_on": ON, "ends_on": END, **pilot}
    listed, moment = tables(row), dt.datetime.combine(now, dt.time(), dt.UTC)
    listed["plan"][0]["frozen"]["looks"] = [day.isoformat() for day in looks]
    known = [one for one in readings() if one["time"] < moment]
    found = estimate_row(row, listed, known, moment)
    assert found is not None
    result: dict[str, Any] = found["result"]
    return result


@pytest.mark.parametrize("ends_on", [END + dt.timedelta(40), END - dt.timedelta(40), None])
def test_the_end_and_the_sites_of_the_plan_count(ends_on: dt.date | None) -> None:
    planned, found = made(), made(ends_on=ends_on)
    assert found["finding"] == planned["finding"]
    assert found["lines"]["periods"][-1] <= END.isoformat()
    assert found["ruled"]["added"] == ["Late"]
    assert found["figures"]["comparison_sites"] == 2


def test_an_end_that_was_moved_ahead_counts() -> None:
    earlier = END - dt.timedelta(28)
    move = {"what": "ends_on", "from": END.isoformat(), "to": earlier.isoformat(),
            "on": (earlier - dt.timedelta(5)).isoformat(), "why": "Snow."}  # fmt: skip
    found = made(ends_on=earlier, plan_moves=[move])
    assert found["lines"]["periods"] == made()["lines"]["periods"][:-4]


def test_only_a_look_of_the_plan_carries_words() -> None:
    last = END + dt.timedelta(1)
    early = made(END - dt.timedelta(20), (last,))
    assert early["finding"]["verdict"]["code"] == "not_yet"
    planned = made(last, (last,))
    assert (planned["look"], planned["finding"]["verdict"]["code"] != "not_yet") == (0, True)
    assert made(looks=(last,))["finding"] == planned["finding"]
