"""By what a pilot is judged: of a frozen plan its places and its last day, whatever came later.

Pure functions on plain records, so that a folder of the story is judged as a stored pilot is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PILOT = "pilot"
END = "ends_on"
_LOTTERIES = frozenset({"lottery", "stepped_lottery"})


@dataclass(frozen=True)
class Spot:
    """A site as a plan needs it: how it is known, its kind, and how it was drawn."""

    name: str
    arm: str
    code: str = ""
    step: int | None = None
    starts_on: dt.date | None = None
    block: str = ""


@dataclass(frozen=True)
class Present:
    """A pilot as it is now.

    Attributes
    ----------
    stopped_on
        The day of a decision to stop it; None without one.
    moves
        Each time a planned day was moved after the plan was frozen, the oldest first: ``what``,
        ``from``, ``to``, ``on`` (ISO 8601 days) and ``why``.
    seed
        Of the draw in force, as text; empty without one.
    """

    spots: tuple[Spot, ...]
    ends_on: dt.date | None = None
    technology_on: dt.date | None = None
    stopped_on: dt.date | None = None
    moves: Sequence[Mapping[str, Any]] = ()
    seed: str = ""


@dataclass(frozen=True)
class Ruling:
    """What counts.

    Attributes
    ----------
    end
        Last day whose readings count.
    planned_end
        That of the frozen plan; None where none was frozen, or one without a last day.
    how
        ``stopped`` or ``shortened`` where the pilot came to its end before the plan's, in public
        and ahead; else empty.
    chosen
        Whether a plan was frozen that names no last day, and the pilot has one by now: whoever has
        seen the readings could have chosen it.
    pilot_end
        That of the pilot as it is now.
    planned_start, start
        That of the frozen plan, and the day on which the technology came on.
    spots
        By the present name of the site, how it counts. None: no plan was frozen, every site counts
        as it is.
    added, turned, gone
        Sites that the frozen plan does not name; that are of another kind than it says; and that
        it names and that are there no more.
    redrawn
        Whether lots were drawn after it was frozen: then sites count as they were drawn.
    """

    end: dt.date | None = None
    planned_end: dt.date | None = None
    how: str = ""
    pilot_end: dt.date | None = None
    planned_start: dt.date | None = None
    start: dt.date | None = None
    spots: Mapping[str, Spot] | None = field(default=None)
    added: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    redrawn: bool = False
    chosen: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether the pilot outlasts its frozen plan, so that there may be later readings."""
        if self.planned_end is None or self.how:
            return False
        return self.pilot_end is None or self.pilot_end > self.planned_end

    @property
    def departs(self) -> tuple[str, ...]:
        """What the estimate cannot take from the plan any more: ``sites``, ``end``."""
        wrong = {"sites": self.turned or self.gone, "end": self.how or self.chosen}
        return tuple(what for what, is_so in wrong.items() if is_so)

    def counted(self, spot: Spot) -> Spot | None:
        """Return how a site counts; None where the frozen plan does not name it."""
        return spot if self.spots is None else self.spots.get(spot.name)

    def to_json(self) -> dict[str, Any]:
        """Return what is stored beside an estimate, and what the pages say."""
        return {
            "end": _iso(self.end),
            "planned_end": _iso(self.planned_end),
            "how": self.how,
            "pilot_end": _iso(self.pilot_end),
            "planned_start": _iso(self.planned_start),
            "start": _iso(self.start),
            "added": list(self.added),
            "turned": list(self.turned),
            "gone": list(self.gone),
            "redrawn": self.redrawn,
            "chosen": self.chosen,
        }


def rule(frozen: Mapping[str, Any], now: Present) -> Ruling:
    """Return what counts of a pilot, by the record of its frozen plan.

    Parameters
    ----------
    frozen
        `plan_record.plan_record`; empty where no plan was frozen. Then the pilot counts as it is.

    Notes
    -----
    The end is the plan's. A pilot that ends earlier is judged to its own end only where that was
    said ahead: by a decision to stop, or by moving its last day before that day was there. It
    stays then, also where it is moved back once it is over.
    Otherwise whoever has seen the readings could choose the end that looks best. The start is the
    day on which the technology came on, which a gate keeps: without it nothing can have changed.
    A draw is public chance, so sites that were drawn after the plan was frozen count as drawn.
    """
    if not frozen:
        end = min((one for one in (now.ends_on, now.stopped_on) if one), default=None)
        return Ruling(end, pilot_end=now.ends_on, start=now.technology_on)
    planned = _day(frozen["end"])
    end, how = _end(planned, now)
    pairs, added, gone = _matched([_spot(one) for one in frozen["sites"]], now.spots)
    redrawn = bool(now.seed) and now.seed != _seed(frozen, now)
    turned = tuple(here.name for then, here in pairs if then.arm != here.arm)
    return Ruling(
        end,
        planned,
        how,
        now.ends_on,
        _day(frozen["start"]),
        now.technology_on,
        {here.name: here if redrawn else then for then, here in pairs},
        tuple(one.name for one in added),
        turned,
        tuple(one.name for one in gone),
        redrawn and bool(turned),
        planned is None and now.ends_on is not None,
    )


def _seed(frozen: Mapping[str, Any], now: Present) -> str:
    """Return the draw that a plan was frozen with; records of earlier versions hold no seed."""
    if frozen["design"] not in _LOTTERIES:
        return ""
    return str(frozen.get("lottery_seed", now.seed) or "")


def _end(planned: dt.date | None, now: Present) -> tuple[dt.date | None, str]:
    held = _said_ahead(planned, now)
    if now.stopped_on is not None and (held is None or now.stopped_on < held):
        return now.stopped_on, "stopped"
    return held, "shortened" if planned is not None and held != planned else ""


def _said_ahead(planned: dt.date | None, now: Present) -> dt.date | None:
    """Return the last day as it was said ahead, move by move.

    A move counts where neither the day that held until then nor the new one was over: who has
    seen the readings of both could choose. So an end that came early stays, whatever is said later.
    """
    if planned is None:
        return now.ends_on
    held = planned
    for one in now.moves:
        if one["what"] != END:
            continue
        new = min(_day(one["to"]) or planned, planned)
        if dt.date.fromisoformat(one["on"]) <= min(held, new):
            held = new
    return held


def _matched(
    then: Iterable[Spot], now: Iterable[Spot]
) -> tuple[list[tuple[Spot, Spot]], list[Spot], list[Spot]]:
    """Pair sites of a plan with those of today; return what is left of today's, and of the plan's.

    By code, else by name. Records of earlier versions hold no code: there as many new names as
    are missing of a kind are the same places under other names.
    """
    missing, left, pairs = list(then), list(now), []
    for key in ("code", "name"):
        known = {getattr(one, key): one for one in left if getattr(one, key)}
        for one in list(missing):
            here = known.get(getattr(one, key))
            if here is not None and here in left:
                pairs.append((one, here))
                missing.remove(one)
                left.remove(here)
    bare = [one for one in missing if not one.code]
    counts = Counter(one.arm for one in bare), Counter(one.arm for one in left)
    if bare and counts[0] == counts[1]:
        order = [sorted(ones, key=lambda one: (one.arm, one.name)) for ones in (bare, left)]
        pairs += list(zip(*order, strict=True))
        missing, left = [one for one in missing if one not in bare], []
    return pairs, left, missing


def _spot(one: Mapping[str, Any]) -> Spot:
    starts_on = _day(one["starts_on"])
    return Spot(
        one["name"], one["arm"], one.get("code") or "", one["step"], starts_on, one["block"] or ""
    )


def _day(day: str | None) -> dt.date | None:
    return dt.date.fromisoformat(day) if day else None


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
