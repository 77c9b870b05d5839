"""The public landscape as open data: what the page shows, and not more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .queries.public_landscape import PublicLandscape, PublicShare, PublicStatement

FORMAT = "lamppost.public-landscape/2"
COLUMNS = (
    "statement",
    "text",
    "language",
    "group",
    "votes_at_least",
    "agree",
    "disagree",
    "agree_low",
    "agree_high",
    "common_ground_rank",
    "dividing_rank",
    "more_votes_wanted",
)
EVERYONE = "everyone"


def json_record(shown: PublicLandscape) -> dict[str, Any]:
    """Return plain JSON: shares from 0 to 1, coarse where few voted; counts are "at least"."""
    return {
        "format": FORMAT,
        "question": shown.conversation.question,
        "language": shown.conversation.language,
        "computed_at": shown.computed_at.isoformat(),
        "mode": shown.mode,
        "without_flagged": shown.without_flagged,
        "pattern": shown.pattern,
        "settled": shown.settled,
        "people_at_least": shown.people,
        "votes_at_least": shown.votes,
        "interval": {"method": "wilson", "level": 0.9},
        "groups": [
            {"group": g.letter, "people_at_least": g.people, "stability": g.stability}
            for g in shown.groups
        ],
        "typical": {
            group.letter: [
                {"statement": item.statement.number, "agrees": item.agrees} for item in items
            ]
            for group, items in shown.typical
        },
        "common_ground": [statement.number for statement in shown.common_ground],
        "dividing": [statement.number for statement in shown.dividing],
        "undecided": [
            {"statement": item.statement.number, "more_votes": item.more_votes}
            for item in shown.undecided
        ],
        "completeness": None if shown.completeness is None else vars(shown.completeness),
        "statements": [_statement(shown, statement) for statement in shown.statements],
        "warnings": [{"code": code, "params": dict(params)} for code, params in shown.warnings],
    }


def _statement(shown: PublicLandscape, statement: PublicStatement) -> dict[str, Any]:
    return {
        "statement": statement.number,
        "text": statement.text,
        "language": statement.language,
        "shares": {
            name: None if share is None else _share(share)
            for name, share in _named(shown, statement)
        },
    }


def _named(
    shown: PublicLandscape, statement: PublicStatement
) -> Iterator[tuple[str, PublicShare | None]]:
    for group, share in zip(shown.groups, statement.shares, strict=True):
        yield group.letter, share
    yield EVERYONE, statement.everyone


def _share(share: PublicShare) -> dict[str, float | int]:
    return {
        "votes_at_least": share.votes,
        "agree": share.agree,
        "disagree": share.disagree,
        "agree_low": share.low,
        "agree_high": share.high,
    }


def csv_rows(shown: PublicLandscape) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """Return headings and rows; what is not shown is empty."""
    return COLUMNS, _rows(shown)


def _rows(shown: PublicLandscape) -> Iterator[list[str]]:
    ground = {s.number: str(rank) for rank, s in enumerate(shown.common_ground, start=1)}
    apart = {s.number: str(rank) for rank, s in enumerate(shown.dividing, start=1)}
    wanted = {
        item.statement.number: "" if item.more_votes is None else str(item.more_votes)
        for item in shown.undecided
    }
    for statement in shown.statements:
        for name, share in _named(shown, statement):
            numbers = (
                [""] * 5 if share is None else [str(value) for value in _share(share).values()]
            )
            yield [
                str(statement.number),
                statement.text,
                statement.language,
                name,
                *numbers,
                ground.get(statement.number, ""),
                apart.get(statement.number, ""),
                wanted.get(statement.number, ""),
            ]
