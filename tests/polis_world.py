"""Small Polis exports, written as Polis writes them, for the tests of import and engine."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

MIDDAY = 1_700_000_000_000  # milliseconds


@dataclass
class PolisWorld:
    """A conversation in the making; `write` gives a folder that `read_polis_export` accepts."""

    people: int = 24
    statements: int = 8
    seed: int = 0
    moderation: Sequence[int] = ()
    topic: str = "What should change on Elm Street?"
    description: str = "Tell us, in your own words."
    events: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # time, statement, voter, vote

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        self.moderation = list(self.moderation) or [1] * self.statements
        time = MIDDAY
        for voter in range(self.people):
            for statement in range(self.statements):
                if rng.random() < 0.85:
                    time += int(rng.integers(1, 60_000))
                    camp = 1 if voter % 3 else -1
                    choices = [camp, 0, -camp] if statement % 2 else [1, 0, -1]
                    vote = int(rng.choice(choices, p=[0.75, 0.1, 0.15]))
                    self.events.append((time, statement, voter, vote))
        # two people think again, one of them comes to the same answer
        for number, vote in ((3, None), (10, 1)):
            _, statement, voter, before = self.events[number]
            time += 1000
            self.events.append((time, statement, voter, before if vote is None else vote))

    def final(self) -> dict[tuple[int, int], int]:
        """Last vote of each voter on each statement."""
        return {(voter, s): vote for _, s, voter, vote in sorted(self.events)}

    def write(self, folder: Path, *, log: bool = True, more_statements: int = 0) -> Path:
        """Write the files; `more_statements` have no vote, and an author who never voted."""
        folder.mkdir(parents=True, exist_ok=True)
        self._write(folder / "summary.csv", self._summary())
        self._write(folder / "comments.csv", self._comments(more_statements))
        self._write(folder / "participants-votes.csv", self._participants())
        if log:
            rows = [["timestamp", "datetime", "comment-id", "voter-id", "vote"]]
            rows += [[t, "a day", s, voter, vote] for t, s, voter, vote in sorted(self.events)]
            self._write(folder / "votes.csv", rows)
        return folder

    @staticmethod
    def _write(file: Path, rows: list[list[object]]) -> None:
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)

    def _summary(self) -> list[list[object]]:
        return [
            ["topic", self.topic],
            ["url", "https://example.org/1"],
            ["voters", self.people],
            ["voters-in-conv", self.people],
            ["comments", self.statements],
            ["conversation-description", self.description],
        ]

    def _comments(self, more: int) -> list[list[object]]:
        head = "timestamp datetime comment-id author-id agrees disagrees moderated comment-body"
        rows: list[list[object]] = [head.split()]
        for statement in range(self.statements + more):
            votes = [vote for _, s, _, vote in self.events if s == statement]
            author = statement % self.people if statement < self.statements else self.people + 7
            state = self.moderation[statement] if statement < self.statements else 1
            text = f'Statement {statement}, "said" so'
            rows.append([MIDDAY - 1000 + statement, "a day", statement, author, votes.count(1),
                         votes.count(-1), state, text])  # fmt: skip
        return rows

    def _participants(self) -> list[list[object]]:
        head = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
        rows: list[list[object]] = [[*head, *range(self.statements)]]
        final = self.final()
        for voter in range(self.people):
            cells = [final.get((voter, s), "") for s in range(self.statements)]
            given = [cell for cell in cells if cell != ""]
            counts = [len(given), given.count(1), given.count(-1)]
            rows.append([voter, voter % 2, 0, *counts, *cells])
        return rows


def replace_in(file: Path, old: str, new: str, *, count: int = 1) -> None:
    """Damage a file: put `new` in place of `old`, which must be there."""
    data = file.read_bytes()
    assert old.encode() in data, f"{old!r} is not in {file.name}"
    file.write_bytes(data.replace(old.encode(), new.encode(), count))
