"""Do the groups found agree with those that the conversations' own Polis exports carry?

The adjusted Rand index over the people who have a group in both. Ours: the Polis mode, and the
honest mode for information (it answers another question: it may say that there are no groups).
The peer: red-dwarf's `run_pipeline` on the same tables, in three ways of treating statements that
the host rejected or that are about the voters: told to leave them out of the map (its own option),
their votes not given at all, and nothing said of moderation. Its k-means begins by chance: seeds 0
to 4, median and range.

    .venv/bin/python bench/opinion_agreement.py
    .venv/bin/python bench/opinion_agreement.py --peer /path/to/peer/bin/python

The peer has an environment of its own, made from bench/peers/opinion.txt; without --peer (or
LAMPPOST_BENCH_OPINION) only our side runs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ.update(ONE_THREAD)

import numpy as np  # noqa: E402 - after the number of threads is set

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "polis"
CONVERSATIONS = {
    "london": "london.youth.policing",
    "bg2050": "bg2050-volunteers",
    "ubi": "scoop-hivemind.ubi",
    "vtaiwan": "vtaiwan.uberx",
    "bowling-green": "american-assembly.bowling-green",
}
WAYS = ("left out of the map", "votes not given", "nothing said")
SEEDS = range(5)


def peer_groups(file: Path) -> dict[str, list[list[int]]]:
    """Red-dwarf's group of each row, -1 without, for each way and seed; runs in its environment."""
    warnings.simplefilter("ignore")
    from reddwarf.implementations.polis import run_pipeline  # type: ignore[import-not-found]

    given = np.load(file)
    votes, aside, people = given["votes"], given["aside"], int(given["people"])
    found = {}
    for way in WAYS:
        kept = votes[~np.isin(votes[:, 1], aside)] if way == "votes not given" else votes
        records = [
            {"participant_id": person, "statement_id": statement, "vote": value}
            for person, statement, value in kept.tolist()
        ]
        told = {"mod_out_statement_ids": aside.tolist()} if way == "left out of the map" else {}
        rows = []
        for seed in SEEDS:
            done = run_pipeline(votes=records, random_state=seed, **told)
            labels = np.full(people, -1)
            groups = done.participants_df["cluster_id"].dropna().astype(int)
            labels[groups.index.to_numpy(dtype=int)] = groups.to_numpy()
            rows.append(labels.tolist())
        found[way] = rows
    return found


def run_peer(python: str, matrix: Any) -> dict[str, list[list[int]]]:
    """Hand one conversation to the peer's own interpreter."""
    from lamppost.engines.opinion import MISSING

    row, column = np.nonzero(matrix.values != MISSING)
    votes = np.column_stack([row, column, matrix.values[row, column].astype(int)])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes.npz"
        aside = np.flatnonzero(matrix.set_aside)
        np.savez(file, votes=votes, aside=aside, people=len(matrix.participants))
        done = subprocess.run(
            [python, str(Path(__file__)), "--of", str(file)],
            env={**os.environ, **ONE_THREAD},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"the peer failed:\n{done.stderr[-2000:]}")
    found: dict[str, list[list[int]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def likeness(exported: np.ndarray, found: np.ndarray) -> float:
    from opinion_nulls import rand_index

    both = (exported >= 0) & (found >= 0)
    return rand_index(exported[both], found[both]) if both.any() else float("nan")


def compare(name: str, folder: Path, peer: str) -> None:
    from lamppost.engines.opinion import landscape, read_polis_export

    export = read_polis_export(folder)
    matrix, exported = export.matrix, np.asarray(export.labels)
    for mode in ("polis", "honest"):
        found = landscape(matrix, mode=mode)
        mine = np.array([found.membership.get(one, -1) for one in matrix.participants])
        print(f"{name:14}{'our ' + mode + ' mode':30}{likeness(exported, mine):6.3f}", flush=True)
    if not peer:
        return
    for way, rows in run_peer(peer, matrix).items():
        told = [likeness(exported, np.array(row)) for row in rows]
        print(
            f"{name:14}{'red-dwarf, ' + way:30}{np.median(told):6.3f}   "
            f"{min(told):.3f} to {max(told):.3f} by its seed",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--conversation", choices=list(CONVERSATIONS), action="append")
    parser.add_argument("--peer", default=os.environ.get("LAMPPOST_BENCH_OPINION", ""))
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.of:
        print(json.dumps(peer_groups(options.of)))
        return
    for name in options.conversation or CONVERSATIONS:
        compare(name, options.data / CONVERSATIONS[name], options.peer)
    if not options.peer:
        print("red-dwarf is not installed: see bench/peers/opinion.txt and --peer", file=sys.stderr)


if __name__ == "__main__":
    main()
