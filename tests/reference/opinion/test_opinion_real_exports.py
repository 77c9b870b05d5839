"""The engine on real Polis exports; targets from the conversations' own exported results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lamppost.engines.opinion import (
    PolisExport,
    VoteMatrix,
    build,
    group_informed_consensus,
    landscape,
    read_polis_export,
)
from lamppost.engines.opinion.polis import in_conversation

from . import plain

WITH_LOG = ["bg2050-volunteers", "london.youth.policing", "scoop-hivemind.ubi", "vtaiwan.uberx"]
ALL = [*WITH_LOG, "american-assembly.bowling-green"]
# voters, statements listed, statements with a vote, votes, events, moderation 1 / 0 / -1
SIZES = {
    "bg2050-volunteers": (126, 371, 371, 14_283, 14_341, (316, 0, 55)),
    "london.youth.policing": (26, 39, 36, 638, 640, (36, 0, 3)),
    "scoop-hivemind.ubi": (234, 71, 70, 7_153, 7_174, (52, 18, 1)),
    "vtaiwan.uberx": (1_921, 197, 197, 49_443, 49_997, (99, 20, 78)),
    "american-assembly.bowling-green": (2_031, 896, 896, 225_524, None, (607, 0, 289)),
}


def read(shared_data: Path, name: str) -> PolisExport:
    folder = shared_data / "polis" / name
    if not folder.is_dir():
        pytest.skip(f"the export {name} is not beside this checkout")
    return read_polis_export(folder)


@pytest.mark.parametrize("name", ALL)
def test_sizes_are_those_of_the_readme(shared_data: Path, name: str) -> None:
    export = read(shared_data, name)
    states = [statement.moderation for statement in export.statements]
    assert SIZES[name] == (
        len(export.matrix.participants),
        len(export.statements),
        len(export.matrix.statements),
        int(export.matrix.voted.sum()),
        None if export.events is None else len(export.events),
        (states.count(1), states.count(0), states.count(-1)),
    )


@pytest.mark.parametrize("name", WITH_LOG)
def test_event_log_leads_to_the_matrix_in_every_cell(shared_data: Path, name: str) -> None:
    export = read(shared_data, name)
    assert export.events is not None
    rebuilt = VoteMatrix.from_events(
        ((event.voter, event.statement, event.value, event.time_ms) for event in export.events),
        participants=export.matrix.participants,
        statements=export.matrix.statements,
    )
    assert np.array_equal(rebuilt.values, export.matrix.values)


def test_group_informed_consensus_of_bg2050_in_all_371_statements(shared_data: Path) -> None:
    export = read(shared_data, "bg2050-volunteers")
    exported = {statement.id: statement.consensus for statement in export.statements}
    found = group_informed_consensus(export.matrix, export.labels)
    pairs = [
        (value, exported[statement])
        for statement, value in zip(export.matrix.statements, found.tolist(), strict=True)
    ]
    assert len(pairs) == 371
    assert all(told is not None and abs(value - told) <= 1e-12 for value, told in pairs)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("bg2050-volunteers", 1.0),
        ("vtaiwan.uberx", 0.92),
        ("american-assembly.bowling-green", 0.56),
    ],
)
def test_groups_are_like_the_exported_ones(shared_data: Path, name: str, least: float) -> None:
    export = read(shared_data, name)
    found = landscape(export.matrix, mode="polis")
    both = [p for p in found.membership if p in export.groups]
    score = plain.adjusted_rand(
        [found.membership[p] for p in both], [export.groups[p] for p in both]
    )
    assert len(both) > 0.95 * len(export.groups)
    assert score >= least


@pytest.mark.parametrize("name", ["bg2050-volunteers", "vtaiwan.uberx", ALL[-1]])
def test_those_in_the_conversation_are_those_with_a_group(shared_data: Path, name: str) -> None:
    export = read(shared_data, name)
    present = in_conversation(export.matrix)
    grouped = export.labels >= 0
    assert int((present != grouped).sum()) <= 2


def test_gram_of_vtaiwan_equals_dense_imputation(shared_data: Path) -> None:
    matrix = read(shared_data, "vtaiwan.uberx").matrix
    dense = np.where(matrix.voted, matrix.values, np.nan).astype(float)
    centred = np.nan_to_num(dense - np.nanmean(dense, axis=0))
    expected = centred.T @ centred
    error = np.abs(build(matrix).gram() - expected).max() / np.abs(expected).max()
    assert error < 1e-13


@pytest.mark.parametrize("name", ["bg2050-volunteers", "london.youth.policing"])
def test_representative_statements_of_the_exported_groups(shared_data: Path, name: str) -> None:
    from lamppost.engines.opinion.representative import representative_statements
    from lamppost.engines.opinion.shares import count_by_group

    export = read(shared_data, name)
    votes: plain.Votes = {person: {} for person in export.matrix.participants}
    for person, statement, value in export.triples:
        votes[person][statement] = value
    statements = list(export.matrix.statements)
    aside = {s for s, out in zip(statements, export.matrix.set_aside, strict=True) if out}
    typical = representative_statements(
        count_by_group(export.matrix, export.labels), export.matrix.set_aside
    )
    found = {
        group: [(statements[item.column], item.direction) for item in chosen]
        for group, chosen in enumerate(typical)
    }
    assert found == plain.representative(votes, statements, export.groups, aside)
