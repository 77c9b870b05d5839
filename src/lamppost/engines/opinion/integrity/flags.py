"""What the integrity report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

COPIES = "copies"
SAME_FEW = "same_few"
STRAIGHT_LINE = "straight_line"
NEAR_LINE = "near_line"
BURST = "burst"
SHARED_NETWORK = "shared_network"
KINDS = (COPIES, SAME_FEW, STRAIGHT_LINE, NEAR_LINE, BURST, SHARED_NETWORK)


@dataclass(frozen=True)
class Flag:
    """Some people whose votes, together, would be strange by chance.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    people : tuple of int
        Rows of the votes, ascending.
    strength : float
        0 to 1: 1 - the chance of something as strange anywhere in such a conversation (for
        `SHARED_NETWORK`: part of the people of that time who came from the network).
    code : str
        Reason code ``opinion.integrity.<kind>`` for a sentence in the reader's language.
    params : mapping
        The particulars of the sentence.
    period : (float, float) or None
        First and last arrival in seconds since 1970, where known.
    gentle : bool
        It has an everyday explanation (a workshop on one network, somebody who agrees with
        everything): noted, not counted as flagged, and said in other words.
    """

    kind: str
    people: tuple[int, ...]
    strength: float
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    period: tuple[float, float] | None = None
    gentle: bool = False


@dataclass(frozen=True)
class Bound:
    """Something that was looked at in part, because all of it would have taken too long.

    Attributes
    ----------
    code : str
        ``opinion.integrity.bound.pairs``, ``.classes`` or ``.lines``.
    params : mapping
        How much was looked at, and (but for pairs) of how much.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class IntegrityReport:
    """All flags of a conversation. Nothing is deleted: it is for people to judge.

    Attributes
    ----------
    flags : tuple of Flag
        Largest first.
    counts : dict of str to int
        People flagged by kind; someone may be in several.
    flagged : ndarray of bool, shape (P,)
        People in at least one flag that is not gentle.
    noted : ndarray of bool, shape (P,)
        People in gentle flags only.
    people : int
    seed : int
    bounds : tuple of Bound
        What was looked at in part only; empty in all but large conversations.
    """

    flags: tuple[Flag, ...]
    counts: dict[str, int]
    flagged: NDArray[np.bool_]
    noted: NDArray[np.bool_]
    people: int
    seed: int
    bounds: tuple[Bound, ...] = ()


def assemble(
    flags: list[Flag], people: int, seed: int, bounds: tuple[Bound, ...] = ()
) -> IntegrityReport:
    """Report from its flags."""
    strong, gentle = np.zeros(people, dtype=bool), np.zeros(people, dtype=bool)
    members: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for flag in flags:
        (gentle if flag.gentle else strong)[list(flag.people)] = True
        members[flag.kind].update(flag.people)
    ordered = sorted(flags, key=lambda one: (one.gentle, -len(one.people), one.kind, one.people))
    counts = {kind: len(found) for kind, found in members.items()}
    return IntegrityReport(tuple(ordered), counts, strong, gentle & ~strong, people, seed, bounds)
