"""What may be said of where votes came from, who took part, and how results moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lamppost.engines.suppression import release_count
from lamppost.stakeholders.models import Target
from lamppost.voices.models import Channel, Level

from ..landscape_words import percent
from ..models import Conversation, Landscape, Vote
from .about import ASKS, choices_of, population_shares
from .landscape import ERASED, TOOK_BACK
from .public_landscape import PublicLandscape, PublicStatement
from .released import released, released_without
from .without import Both, conclusion_changes, side_by_side

DAYS_SHOWN = 12
LINES_SHOWN = 4


@dataclass(frozen=True)
class FlagTold:
    """Votes that look alike or came at once.

    Attributes
    ----------
    people
        At least so many; None below ten. For staff the true number.
    gentle
        It has an everyday explanation and is only noted.
    first, last
        When they came, for staff alone.
    crowd
        How many came in that time, for staff alone; None where that was not looked at.
    one_network
        They came over one network; told to staff alone.
    """

    kind: str
    people: int | None
    gentle: bool
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    crowd: int | None = None
    one_network: bool = False

    @property
    def is_one_moment(self) -> bool:
        """Say whether they came within one minute by the clock: one time is shown, not two."""
        return self.first == self.last or (
            self.first is not None
            and self.last is not None
            and self.first.replace(second=0) == self.last.replace(second=0)
        )


@dataclass(frozen=True)
class Trust:
    """The integrity report as a reader may see it.

    Attributes
    ----------
    left_out
        At least so many people are flagged; None for nobody or fewer than ten.
    anybody
        Whether anybody is flagged.
    changes
        Whether the conclusion is another without the flagged votes.
    both
        The two results side by side; None where nobody, or fewer than ten people, are flagged.
    levels, channels
        Label and released count; staff see true counts.
    in_part
        ``pairs`` where not all were compared, ``classes`` or ``lines`` where what is usual was
        learnt from some of the people.
    """

    flags: tuple[FlagTold, ...]
    left_out: int | None
    anybody: bool
    changes: bool
    both: Both | None = None
    levels: tuple[tuple[str, int | None], ...] = ()
    channels: tuple[tuple[str, int | None], ...] = ()
    in_part: frozenset[str] = frozenset()


def trust_of(
    stored: Landscape,
    shown: PublicLandscape,
    without: PublicLandscape | None,
    *,
    for_staff: bool,
) -> Trust | None:
    """Return the integrity report for the public, or with true numbers for staff.

    Parameters
    ----------
    shown, without
        The stored landscape with all votes, and without the flagged ones where that may be shown.
    """
    integrity = stored.integrity
    if integrity is None:
        return None
    flags = _for_staff(integrity["flags"]) if for_staff else _by_kind(integrity["flags"])
    left_out = int(integrity["left_out"])
    numbers = {one.number for one in shown.statements}
    return Trust(
        flags=tuple(flags),
        left_out=left_out if for_staff else release_count(left_out),
        anybody=left_out > 0,
        changes=conclusion_changes(stored.result, integrity, numbers),
        both=None if without is None else side_by_side(shown, without),
        levels=_counts(integrity["levels"], Level, for_staff),
        channels=_counts(integrity["channels"], Channel, for_staff),
        in_part=frozenset(one["code"].split(".")[-1] for one in integrity.get("bounds", ())),
    )


def flagged_people(integrity: Mapping[str, Any] | None) -> set[int]:
    """Return whose votes are flagged, for what is counted without them; never shown."""
    flags = () if integrity is None else integrity["flags"]
    return {int(key) for flag in flags if not flag["gentle"] for key in flag["people"]}


def _for_staff(flags: Sequence[Mapping[str, Any]]) -> list[FlagTold]:
    """One entry for each kind and each set of people: several tests may find the same ones."""
    found: dict[tuple[object, ...], FlagTold] = {}
    for flag in flags:
        key = (flag["kind"], bool(flag["gentle"]), *sorted(flag["people"]), flag["size"])
        told = _flag(flag)
        if there := found.get(key):
            crowds = [one for one in (there.crowd, told.crowd) if one is not None]
            told = replace(
                there,
                crowd=min(crowds, default=None),
                one_network=there.one_network or told.one_network,
            )
        found[key] = told
    return list(found.values())


def _flag(flag: Mapping[str, Any]) -> FlagTold:
    return FlagTold(
        flag["kind"],
        int(flag["size"]),
        bool(flag["gentle"]),
        _moment(flag["first"]),
        _moment(flag["last"]),
        flag.get("params", {}).get("crowd"),
        str(flag.get("code", "")).endswith(".network"),
    )


def _by_kind(flags: Sequence[Mapping[str, Any]]) -> list[FlagTold]:
    """One entry for each kind: at least so many people as its largest flag holds."""
    largest: dict[tuple[str, bool], int] = {}
    for flag in flags:
        key = (flag["kind"], bool(flag["gentle"]))
        largest[key] = max(largest.get(key, 0), int(flag["size"]))
    return [
        FlagTold(kind, release_count(size), gentle)
        for (kind, gentle), size in sorted(largest.items(), key=lambda item: item[0][::-1])
    ]


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _listed(
    numbers: Sequence[int], words: Mapping[int, PublicStatement]
) -> tuple[PublicStatement, ...]:
    return tuple(words[number] for number in numbers if number in words)


def _counts(
    counts: Mapping[str, int], names: Any, for_staff: bool
) -> tuple[tuple[str, int | None], ...]:
    return tuple(
        (str(one.label), counts[one.value] if for_staff else release_count(counts[one.value]))
        for one in names
        if counts.get(one.value)
    )


@dataclass(frozen=True)
class PartRow:
    """How many said this of themselves, at least, beside the population's share.

    Attributes
    ----------
    target
        How many of them the partnership wants to take part; None without one, and for the public.
    own
        Their share among those who said, from the numbers that are shown; None where one of those
        is hidden.
    """

    label: str
    count: int | None
    share: float | None
    target: int | None = None
    own: float | None = None

    @property
    def percent(self) -> str:
        return "" if self.share is None else percent(self.share)

    @property
    def own_percent(self) -> str:
        return "" if self.own is None else percent(self.own)

    @property
    def is_hardly_heard(self) -> bool:
        """Say whether less than half as many took part as their share of the people concerned."""
        return self.own is not None and self.share is not None and self.own < self.share / 2


class PartTable(NamedTuple):
    """One question and the rows of its answers."""

    title: str
    rows: tuple[PartRow, ...]

    @property
    def has_targets(self) -> bool:
        """Say whether the partnership has a target for one of these answers."""
        return any(row.target is not None for row in self.rows)

    @property
    def has_own(self) -> bool:
        """Say whether shares among those who said can be told."""
        return any(row.own is not None for row in self.rows)

    @property
    def hardly_heard(self) -> tuple[PartRow, ...]:
        """Return the rows of those who are hardly heard."""
        return tuple(row for row in self.rows if row.is_hardly_heard)


def _with_own_shares(rows: Sequence[PartRow]) -> tuple[PartRow, ...]:
    """Add how large each part is among those who said, where all of it is shown.

    Those who are no part of the people concerned are left out of both.
    """
    counts = [row.count for row in rows if row.share is not None]
    shown = [count for count in counts if count is not None]
    if not sum(shown) or len(shown) < len(counts):
        return tuple(rows)
    return tuple(
        row if row.share is None or row.count is None else replace(row, own=row.count / sum(shown))
        for row in rows
    )


@dataclass(frozen=True)
class WhoTookPart:
    """Who took part, and what would change if they were like the people concerned.

    Attributes
    ----------
    tables
        Question and its rows.
    used, left_out
        Titles of the characteristics that could be weighted by, and of those that could not.
    effective
        At least so many people drawn at random would say as much as the weighted ones.
    """

    tables: tuple[PartTable, ...] = ()
    source: str = ""
    weighted: bool = False
    used: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    effective: int | None = None
    entering: tuple[PublicStatement, ...] = ()
    leaving: tuple[PublicStatement, ...] = ()

    @property
    def has_shares(self) -> bool:
        """Say whether a share of the people concerned stands in a table."""
        return any(row.share is not None for _title, rows in self.tables for row in rows)

    @property
    def has_targets(self) -> bool:
        """Say whether a target of the partnership stands in a table."""
        return any(table.has_targets for table in self.tables)


def _targets(conversation: Conversation) -> dict[tuple[str, str], int]:
    """Return how many the partnership wants to take part, by question and answer."""
    rows = Target.objects.filter(partnership=conversation.partnership_id)
    return {(one.dimension, one.value): one.count for one in rows}


def who_took_part(
    conversation: Conversation,
    integrity: Mapping[str, Any] | None,
    shown: PublicLandscape,
    *,
    with_targets: bool = False,
    without_flagged: bool = False,
) -> WhoTookPart:
    """Return who took part, as it was when the landscape was computed.

    Parameters
    ----------
    with_targets
        True for those who may see whom the partnership looks for.
    without_flagged
        True for the weighted result without the flagged votes. Who took part is told of everybody
        all the same: of small groups the two numbers could be subtracted.
    """
    part = (integrity or {}).get("part")
    if not part:
        return WhoTookPart()
    shares, source = population_shares(conversation.partnership)
    targets = _targets(conversation) if with_targets else {}
    tables = []
    for question, rows in part["about"].items():
        labels = dict(choices_of(conversation.partnership, question))
        own = shares.get(question, {})
        tables.append(
            PartTable(
                str(ASKS[question]),
                _with_own_shares(
                    [
                        PartRow(
                            str(labels.get(row["value"], row["value"])),
                            row["count"],
                            own.get(row["value"]),
                            targets.get((question, row["value"])),
                        )
                        for row in rows
                    ]
                ),
            )
        )
    found = (integrity or {}).get("weighted") if without_flagged else part["weighted"]
    if found is None:
        return WhoTookPart(tuple(tables), source)
    words = {one.number: one for one in shown.statements}
    ground = {one.number for one in shown.common_ground}
    return WhoTookPart(
        tables=tuple(tables),
        source=source,
        weighted=True,
        used=tuple(str(ASKS[name]) for name in found["questions"]),
        left_out=tuple(str(ASKS[name]) for name in found["left_out"]),
        effective=found["effective"],
        entering=_listed([n for n in found["enter"] if n not in ground], words),
        leaving=_listed([n for n in found["leave"] if n in ground], words),
    )


@dataclass(frozen=True)
class Day:
    """What the last landscape of a day said: people, and the least share of each statement.

    ``ranges`` holds the range in which that share may lie.
    """

    computed_at: dt.datetime
    people: int | None
    shares: Mapping[int, float] = field(default_factory=dict)
    ranges: Mapping[int, tuple[float, float]] = field(default_factory=dict)


def history(
    conversation: Conversation, statements: Collection[int], *, without_flagged: bool = False
) -> tuple[Day, ...]:
    """Return the stored days, the earliest first, at most a dozen spread evenly.

    The share of a statement is that of the group that agrees least, or everybody's; released
    numbers alone. Three queries at most, however many days. Without the flagged votes, days on
    which that may not be shown are left out.
    """
    stored = Landscape.objects.filter(conversation=conversation).order_by("computed_at", "pk")
    every = list(stored.values_list("pk", flat=True))
    last = len(every) - 1
    places = (
        range(len(every))
        if last < DAYS_SHOWN
        else sorted({round(step * last / (DAYS_SHOWN - 1)) for step in range(DAYS_SHOWN)})
    )
    rows = stored.filter(pk__in=[every[place] for place in places])
    days = []
    for computed_at, result, integrity in rows.values_list("computed_at", "result", "integrity"):
        record: dict[str, Any] | None = released(result, statements)
        if without_flagged and (integrity is None or integrity["left_out"]):
            record = released_without(integrity, statements)
        if record is not None and record["enough"]:
            least = _least(record)
            days.append(
                Day(
                    computed_at,
                    record["people"],
                    {number: share["agree"] for number, share in least.items()},
                    {number: (share["low"], share["high"]) for number, share in least.items()},
                )
            )
    return tuple(days)


def _least(record: Mapping[str, Any]) -> dict[int, Mapping[str, float]]:
    found = {}
    for row in record["statements"]:
        shares = list(row["shares"]) or [row["everyone"]]
        if all(shares):
            found[row["statement"]] = min(shares, key=lambda share: share["agree"])
    return found


def votes_since(conversation: Conversation, stored: Landscape) -> int:
    """Return how many answers were given or changed since a landscape; for staff alone."""
    votes = Vote.objects.filter(
        statement__conversation=conversation, cast_at__gt=stored.computed_at
    ).count()
    return votes + len(stored.result.get(TOOK_BACK, {})) + int(stored.result.get(ERASED, 0))
