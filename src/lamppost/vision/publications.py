"""What a publication of the vision keeps, and what changed between two of them.

Pure functions on plain data. Words of residents are not kept in it: a publication names the
statements, and shows those that may still be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from lamppost.base.markup import plain_lines

Kept = Mapping[str, Any]
_SENTENCE = re.compile(r"(?<=[.!?…。؟])\s+|\n+")
# What a point of a list begins with.
_POINT = re.compile(r"^(?:-|\d+\.)\s+")
INDICATOR_FIELDS = ("name", "unit", "direction", "worth_it", "baseline_source")


@dataclass(frozen=True)
class Piece:
    """A sentence of the text: kept, added or taken out."""

    text: str
    change: str = ""


@dataclass(frozen=True)
class GoalChange:
    """What changed of a goal.

    Attributes
    ----------
    earlier_title
        Where the title is another now.
    added, taken_out
        Names of indicators.
    changed
        Names of indicators whose unit, direction, source or change worth it is another now.
    described, agreed, statements
        Whether its words, the day on which it was agreed, or the statements behind it changed.
    """

    title: str
    earlier_title: str = ""
    added: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    described: bool = False
    agreed: bool = False
    statements: bool = False

    def __bool__(self) -> bool:
        lists = (self.earlier_title, self.added, self.taken_out, self.changed)
        return any((*lists, self.described, self.agreed, self.statements))


@dataclass(frozen=True)
class Comparison:
    """What is different between two publications."""

    pieces: tuple[Piece, ...]
    added: tuple[str, ...]
    taken_out: tuple[str, ...]
    changed: tuple[GoalChange, ...]

    @property
    def text_changed(self) -> bool:
        return any(piece.change for piece in self.pieces)

    def __bool__(self) -> bool:
        return bool(self.text_changed or self.added or self.taken_out or self.changed)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in Markdown, without marks."""
    parts = (_POINT.sub("", part.strip()) for part in _SENTENCE.split(plain_lines(text)))
    return [part for part in parts if part]


def compare_text(earlier: str, later: str) -> tuple[Piece, ...]:
    """Return the sentences of both texts in order, each kept, added or taken out."""
    before, after = sentences(earlier), sentences(later)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found += [Piece(text) for text in after[c:d]]
        else:
            found += [Piece(text, "taken_out") for text in before[a:b]]
            found += [Piece(text, "added") for text in after[c:d]]
    return tuple(found)


def _pairs(earlier: Sequence[Kept], later: Sequence[Kept]) -> list[tuple[Kept | None, Kept]]:
    """Each later goal with the one that it was: by its id, else by its title."""
    left = list(earlier)
    found: list[tuple[Kept | None, Kept]] = []
    for goal in later:
        same = next((one for one in left if one["id"] == goal["id"]), None)
        same = same or next((one for one in left if one["title"] == goal["title"]), None)
        if same is not None:
            left.remove(same)
        found.append((same, goal))
    return found


def _goal_change(before: Kept, after: Kept) -> GoalChange:
    old = {one["name"]: one for one in before["indicators"]}
    new = {one["name"]: one for one in after["indicators"]}
    same = [name for name in new if name in old]
    return GoalChange(
        title=after["title"],
        earlier_title=before["title"] if before["title"] != after["title"] else "",
        added=tuple(name for name in new if name not in old),
        taken_out=tuple(name for name in old if name not in new),
        changed=tuple(name for name in same if dict(old[name]) != dict(new[name])),
        described=before["description"] != after["description"],
        agreed=before["agreed_on"] != after["agreed_on"],
        statements=_named(before) != _named(after),
    )


def _named(goal: Kept) -> set[tuple[str, int]]:
    return {(one["conversation"], one["number"]) for one in goal["statements"]}


def compare(
    earlier_text: str, later_text: str, earlier: Sequence[Kept], later: Sequence[Kept]
) -> Comparison:
    """Return what is different from the earlier publication to the later one."""
    pairs = _pairs(earlier, later)
    matched = [id(before) for before, _after in pairs if before is not None]
    changes = [_goal_change(before, after) for before, after in pairs if before is not None]
    return Comparison(
        pieces=compare_text(earlier_text, later_text),
        added=tuple(after["title"] for before, after in pairs if before is None),
        taken_out=tuple(one["title"] for one in earlier if id(one) not in matched),
        changed=tuple(change for change in changes if change),
    )


def statements_named(goals: Iterable[Kept]) -> set[tuple[str, int]]:
    """Return question and number of every statement that a publication names."""
    return {named for goal in goals for named in _named(goal)}
