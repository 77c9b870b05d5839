"""Real conversations, nobody planted: hardly anybody is flagged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lamppost.engines.opinion import read_polis_export
from lamppost.engines.opinion.integrity import Arrivals, VoteEvent, integrity_report
from lamppost.engines.opinion.sparse import SparseVotes


@pytest.mark.parametrize(
    ("name", "straight"),
    [
        ("bg2050-volunteers", 0),
        ("london.youth.policing", 0),
        ("scoop-hivemind.ubi", 0),
        ("vtaiwan.uberx", 34),
        ("american-assembly.bowling-green", 21),
    ],
)
def test_at_most_one_in_a_hundred_real_people_is_flagged(
    shared_data: Path, name: str, straight: int
) -> None:
    folder = shared_data / "polis" / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not beside this checkout")
    export = read_polis_export(folder)
    votes = SparseVotes.from_matrix(export.matrix)
    row = {person: place for place, person in enumerate(export.matrix.participants)}
    column = {one: place for place, one in enumerate(export.matrix.statements)}
    events = [
        VoteEvent(row[one.voter], column[one.statement], one.value, one.time_ms / 1000)
        for one in export.events or ()
    ]
    report = integrity_report(votes, Arrivals.from_events(events, votes.people))
    assert report.flagged.mean() <= 0.01
    # the straight lines are counted independently of the engine's sums
    values = export.matrix.values
    by_hand = sum(
        len(given) >= 10 and len(set(given.tolist())) == 1
        for given in (own[own != -128] for own in values)
    )
    assert report.counts["straight_line"] == by_hand == straight
    assert np.count_nonzero(report.flagged & report.noted) == 0
