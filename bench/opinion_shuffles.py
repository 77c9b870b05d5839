"""Does the order in which rows, columns and votes are stored change what is said of a conversation?

A real conversation is dealt out anew: its votes in another order, people and statements listed in
another order. Each time the whole honest mode runs (pattern, groups, replicates, representative
statements, hidden votes) and its record must be the same to the last digit. Beside it the Polis
mode, which groups by the file's row order: the adjusted Rand index to its first result.

    .venv/bin/python bench/opinion_shuffles.py          # 10 shuffles
    .venv/bin/python bench/opinion_shuffles.py --full   # 100

Each tenth shuffle a line tells how far it is, so that a run that is ended early has said something.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the number of threads is set
from opinion_nulls import rand_index  # noqa: E402

from lamppost.engines.opinion import Landscape, VoteMatrix, landscape  # noqa: E402
from lamppost.engines.opinion.exports import read_polis_export  # noqa: E402
from lamppost.engines.opinion.votes import MISSING  # noqa: E402

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "polis"


def dealt(matrix: VoteMatrix, rng: np.random.Generator) -> VoteMatrix:
    """The same votes, read in another order into other rows and columns."""
    rows, columns = np.nonzero(matrix.values != MISSING)
    order = rng.permutation(len(rows))
    people, statements = matrix.participants, matrix.statements
    return VoteMatrix.from_triples(
        [
            (people[row], statements[column], int(matrix.values[row, column]))
            for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True)
        ],
        participants=[people[row] for row in rng.permutation(len(people)).tolist()],
        statements=[statements[column] for column in rng.permutation(len(statements)).tolist()],
        moderation=dict(zip(statements, matrix.moderation.tolist(), strict=True)),
        is_meta=dict(zip(statements, matrix.is_meta.tolist(), strict=True)),
    )


def record(found: Landscape) -> str:
    """Everything said, as text; the list of all statements by their number, names sorted."""
    whole: dict[str, Any] = found.to_json()
    whole["results"] = sorted(whole["results"], key=lambda one: one["statement"])
    return json.dumps(whole, sort_keys=True, default=str)


def labels(found: Landscape, people: tuple[str, ...]) -> np.ndarray:
    return np.array([found.membership.get(name, -1) for name in people])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="100 shuffles")
    parser.add_argument("--conversation", default="scoop-hivemind.ubi")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    matrix = read_polis_export(options.data / options.conversation).matrix
    first, polis = landscape(matrix), landscape(matrix, mode="polis")
    expected, told, likeness = record(first), 0, []
    count, started = (100 if options.full else 10), time.process_time()
    for seed in range(count):
        mixed = dealt(matrix, np.random.default_rng(seed))
        told += record(landscape(mixed)) == expected
        again = labels(landscape(mixed, mode="polis"), matrix.participants)
        before = labels(polis, matrix.participants)
        both = (again >= 0) & (before >= 0)
        likeness.append(rand_index(before[both], again[both]))
        if (seed + 1) % 10 == 0:
            spent = time.process_time() - started
            print(f"  {told} of {seed + 1} the same; {spent:.0f} CPU s", flush=True)
    print(
        f"{options.conversation}: {first.pattern}, {len(first.groups)} groups; {told} of {count} "
        f"shuffles give the same record ({len(expected):,} characters); Polis mode: adjusted Rand "
        f"index to its first result {min(likeness):.2f} to {max(likeness):.2f}, median "
        f"{np.median(likeness):.2f}; {time.process_time() - started:.0f} CPU s"
    )


if __name__ == "__main__":
    main()
