"""What may be said of where votes came from, who took part, and how results moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lamppost.engines.suppression import DEFAULT_THRESHOLD, release_count
from lamppost.stakeholders.models import Target
from lamppost.voices.models import Channel, Level

from ..landscape_words import percent
from ..models import Conversation, Landscape, Vote
from .about import ASKS, choices_of, population_shares
from .landscape import ERASED, TOOK_BACK
from .public_landscape import PublicLandscape, PublicStatement
from .released import released

DAYS_SHOWN = 12
LINES_SHOWN = 4
# Statements that stand in both results side by side.
ROWS_SHOWN = 12


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
    """

    kind: str
    people: int | None
    gentle: bool
    first: dt.datetime | None = None
    last: dt.datetime | None = None


@dataclass(frozen=True)
class Side:
    """One of two results: with all votes, or without the flagged ones. Released numbers alone."""

    people: int | None
    pattern: str
    groups: int
    settled: bool
    ground: int


@dataclass(frozen=True)
class BothRow:
    """A statement in both results.

    Attributes
    ----------
    agree, agree_without
        Share of everybody; None where one of the two, or those between them, are too few.
    ground, ground_without
        Whether it is common ground.
    """

    statement: PublicStatement
    agree: float | None
    agree_without: float | None
    ground: bool
    ground_without: bool


@dataclass(frozen=True)
class Both:
    """The result with all votes, and without the flagged ones, side by side."""

    every: Side
    without: Side
    rows: tuple[BothRow, ...]


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
    entering, leaving
        Statements that come to the common ground, or leave it, without the flagged votes.
    both
        The two results side by side; None where nobody, or fewer than ten people, are flagged.
    levels, channels
        Label and released count; staff see true counts.
    """

    flags: tuple[FlagTold, ...]
    left_out: int | None
    anybody: bool
    changes: bool
    entering: tuple[PublicStatement, ...] = ()
    leaving: tuple[PublicStatement, ...] = ()
    both: Both | None = None
    levels: tuple[tuple[str, int | None], ...] = ()
    channels: tuple[tuple[str, int | None], ...] = ()


def trust_of(
    integrity: Mapping[str, Any] | None,
    shown: PublicLandscape,
    *,
    for_staff: bool,
    result: Mapping[str, Any] | None = None,
) -> Trust | None:
    """Return the integrity report for the public, or with true numbers for staff.

    Parameters
    ----------
    result
        The stored landscape, to set beside that without the flagged votes; None to leave it out.
    """
    if integrity is None:
        return None
    words = {one.number: one for one in shown.statements}
    flags = [_flag(flag, for_staff) for flag in integrity["flags"]]
    if not for_staff:
        flags = _by_kind(integrity["flags"])
    without, compared = integrity["without"], integrity["comparison"]
    left_out = int(integrity["left_out"])
    told = for_staff or release_count(left_out) is not None
    return Trust(
        flags=tuple(flags),
        left_out=left_out if for_staff else release_count(left_out),
        anybody=left_out > 0,
        changes=bool(compared["conclusion_changes"]),
        entering=_listed(compared["entering"], words) if told else (),
        leaving=_listed(compared["leaving"], words) if told else (),
        both=side_by_side(result, without, words) if result and without and told else None,
        levels=_counts(integrity["levels"], Level, for_staff),
        channels=_counts(integrity["channels"], Channel, for_staff),
    )


def side_by_side(
    every: Mapping[str, Any], without: Mapping[str, Any], words: Mapping[int, PublicStatement]
) -> Both | None:
    """Return both results of a question as they may be shown; None where one may not.

    A statement's shares are left out where the flagged people who voted on it are fewer than ten:
    the two shares could be subtracted.
    """
    records = [released(one, words.keys()) for one in (every, without)]
    if not all(record["enough"] for record in records):
        return None
    ground = [set(record["common_ground"]) for record in records]
    listed = dict.fromkeys(
        number for record in records for number in (*record["common_ground"], *record["dividing"])
    )
    shares = [
        {row["statement"]: row["everyone"] for row in record["statements"]} for record in records
    ]
    seen = [
        {row["statement"]: row["everyone"]["seen"] for row in one["results"]}
        for one in (every, without)
    ]
    rows = []
    for number in list(listed)[:ROWS_SHOWN]:
        between = seen[0].get(number, 0) - seen[1].get(number, 0)
        both = [share.get(number) for share in shares]
        told = between == 0 or between >= DEFAULT_THRESHOLD
        agree = [one["agree"] if one and all(both) and told else None for one in both]
        rows.append(
            BothRow(words[number], agree[0], agree[1], number in ground[0], number in ground[1])
        )
    return Both(_side(records[0]), _side(records[1]), tuple(rows))


def _side(record: Mapping[str, Any]) -> Side:
    return Side(
        record["people"],
        record["pattern"],
        len(record["groups"]),
        record["settled"],
        len(record["common_ground"]),
    )


def _flag(flag: Mapping[str, Any], for_staff: bool) -> FlagTold:
    size = int(flag["size"])
    return FlagTold(
        flag["kind"],
        size if for_staff else release_count(size),
        bool(flag["gentle"]),
        _moment(flag["first"]),
        _moment(flag["last"]),
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
    """

    label: str
    count: int | None
    share: float | None
    target: int | None = None

    @property
    def percent(self) -> str:
        return "" if self.share is None else percent(self.share)


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

    tables: tuple[tuple[str, tuple[PartRow, ...]], ...] = ()
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
        return any(row.target is not None for _title, rows in self.tables for row in rows)


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
) -> WhoTookPart:
    """Return who took part, as it was when the landscape was computed.

    Parameters
    ----------
    with_targets
        True for those who may see whom the partnership looks for.
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
            (
                str(ASKS[question]),
                tuple(
                    PartRow(
                        str(labels.get(row["value"], row["value"])),
                        row["count"],
                        own.get(row["value"]),
                        targets.get((question, row["value"])),
                    )
                    for row in rows
                ),
            )
        )
    found = part["weighted"]
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
    """What the last landscape of a day said: people, and the least share of each statement."""

    computed_at: dt.datetime
    people: int | None
    shares: Mapping[int, float] = field(default_factory=dict)


def history(conversation: Conversation, statements: Collection[int]) -> tuple[Day, ...]:
    """Return the stored days, the earliest first, at most a dozen spread evenly.

    The share of a statement is that of the group that agrees least, or everybody's; released
    numbers alone. Three queries at most, however many days.
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
    for computed_at, result in rows.values_list("computed_at", "result"):
        record = released(result, statements)
        if record["enough"]:
            days.append(Day(computed_at, record["people"], _least(record)))
    return tuple(days)


def _least(record: Mapping[str, Any]) -> dict[int, float]:
    found = {}
    for row in record["statements"]:
        shares = list(row["shares"]) or [row["everyone"]]
        if all(shares):
            found[row["statement"]] = min(share["agree"] for share in shares)
    return found


def votes_since(conversation: Conversation, stored: Landscape) -> int:
    """Return how many answers were given or changed since a landscape; for staff alone."""
    votes = Vote.objects.filter(
        statement__conversation=conversation, cast_at__gt=stored.computed_at
    ).count()
    return votes + len(stored.result.get(TOOK_BACK, {})) + int(stored.result.get(ERASED, 0))
