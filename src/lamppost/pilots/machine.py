"""The life of a pilot as a state machine: which gate may be passed, and what follows from it.

Pure rules over a small immutable state; `queries.gates` asks them before anything is written,
`actions` carry out what they say, and the database's CHECK constraints hold the same order once
more. The property test walks 10,000 random orders of events through them, and every state that
can be reached at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .models import MANDATORY, GateKind

ORDER: tuple[str, ...] = tuple(GateKind.values)
RANK: dict[str, int] = {kind: number for number, kind in enumerate(ORDER)}
# Of the gates that a city may leave out, those used until it says otherwise.
USED_AT_FIRST: frozenset[str] = frozenset({GateKind.STAKEHOLDERS.value})
# Without these in force nothing may be measured, whatever else is recorded.
PROTECTING: tuple[str, ...] = (GateKind.DATA_PROTECTION.value, GateKind.DISCLOSURE.value)
SITES = GateKind.SITES.value
DISCLOSURE = GateKind.DISCLOSURE.value
MEASURING = GateKind.MEASURING.value
TECHNOLOGY = GateKind.TECHNOLOGY.value
DECISION = GateKind.DECISION.value
LESSON = GateKind.LESSON.value


@dataclass(frozen=True)
class Life:
    """Where a pilot stands.

    Attributes
    ----------
    passed
        Gates in force.
    used
        Gates that its partnership uses; the mandatory ones always.
    joined_late, paused
        It ran when it was entered; it is paused now.
    technology
        Whether the technology is on. It stays on when data protection is opened again.
    """

    passed: frozenset[str] = frozenset()
    used: frozenset[str] = MANDATORY | USED_AT_FIRST
    joined_late: bool = False
    paused: bool = False
    technology: bool = False

    @property
    def decided(self) -> bool:
        return DECISION in self.passed

    @property
    def measuring(self) -> bool:
        """Whether readings are taken in: all three gates in force, not paused, not decided."""
        needed = {*PROTECTING, MEASURING}
        return needed <= self.passed and not self.paused and not self.decided

    @property
    def not_recorded(self) -> frozenset[str]:
        """Gates before the technology of a pilot that joined late, of which nothing is known."""
        if not self.joined_late:
            return frozenset()
        kept = {*PROTECTING, MEASURING} | self.passed
        before = {kind for kind in self.used if RANK[kind] <= RANK[TECHNOLOGY]}
        return frozenset(before - kept)

    def needed_before(self, kind: str) -> list[str]:
        """Return the gates that have to be in force before `kind`, in their order.

        All earlier ones that are used. Of a pilot that joined late what came before the technology
        is not recorded, but nothing is measured without protection.
        """
        earlier = [one for one in ORDER if one in self.used and RANK[one] < RANK[kind]]
        if not self.joined_late:
            return earlier
        if kind == MEASURING:
            return list(PROTECTING)
        return [one for one in earlier if RANK[one] > RANK[TECHNOLOGY]]

    @property
    def waiting(self) -> str | None:
        """The first gate that may be worked on; None when all are passed."""
        if self.decided:
            return None if LESSON in self.passed else LESSON
        done = self.passed | self.not_recorded
        return next((kind for kind in ORDER if kind in self.used and kind not in done), None)

    def refusal(self, kind: str) -> tuple[str, str] | None:
        """Return why `kind` may not be passed now, as a code and the gate it is about, or None."""
        if self.decided and kind != LESSON:
            return "decided", kind
        if kind in self.passed:
            return "passed", kind
        if kind not in self.used:
            return "unused", kind
        if kind == LESSON and not self.decided:
            return "undecided", DECISION
        if self.paused and kind in (MEASURING, TECHNOLOGY):
            return "paused", kind
        if kind in self.not_recorded:
            return "not_recorded", kind
        missing = [one for one in self.needed_before(kind) if one not in self.passed]
        # A stopped pilot owes its lesson whatever it passed before.
        return ("missing", missing[0]) if missing and kind != LESSON else None

    def with_gate(self, kind: str) -> Life:
        """Return the life after `kind` was passed."""
        on = self.technology or kind == TECHNOLOGY
        return replace(self, passed=self.passed | {kind}, technology=on)

    def without_gate(self, kind: str) -> Life:
        """Return the life after the last gate was opened again."""
        on = self.technology and (kind != TECHNOLOGY or self.joined_late)
        return replace(self, passed=self.passed - {kind}, technology=on)

    def with_protection_open(self) -> Life:
        """Return the life after what data protection covers was changed."""
        return replace(self, passed=self.passed - {*PROTECTING, MEASURING})

    def with_notices_open(self) -> Life:
        """Return the life after what only the notices say was changed.

        Measuring stays passed and rests: it goes on when the notices are signed anew.
        """
        return replace(self, passed=self.passed - {DISCLOSURE})

    def with_sites_open(self) -> Life:
        """Return the life after the list of sites was changed: notices hang at each of them."""
        return replace(self, passed=self.passed - {SITES, DISCLOSURE})

    def last(self) -> str | None:
        """Return the only gate that may simply be opened again: the last one."""
        return max(self.passed, key=lambda kind: RANK[kind], default=None)


def life(
    passed: Iterable[str],
    used: Iterable[str],
    *,
    joined_late: bool = False,
    paused: bool = False,
    technology: bool = False,
) -> Life:
    """Return the state of a stored pilot."""
    return Life(frozenset(passed), frozenset(used), joined_late, paused, technology)
