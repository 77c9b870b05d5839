"""What the pages of a landscape hold beside the records: charts and words for the template."""

from __future__ import annotations

from django.template.defaultfilters import date as date_text
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lamppost.voices.models import Level

from . import landscape_charts, landscape_words
from .models import Conversation, Landscape
from .queries.important import kept_marks
from .queries.landscape import engine_record
from .queries.public_landscape import PublicLandscape, PublicShare, PublicStatement, Typical
from .queries.trust import LINES_SHOWN, history, trust_of, who_took_part
from .queries.without import Both

UNDECIDED_SHOWN = 6
TYPICAL_SHOWN = 5
GROUND_IN_WORDS = 3
IMPORTANT_SHOWN = 5
POLIS_NEXT_SHOWN = 10


def drawn(shown: PublicLandscape) -> dict[str, object]:
    """Return charts and sentences that follow from the public landscape alone."""
    words = landscape_words
    cautions = (
        words.caution(code, params)
        for code, params in shown.warnings
        # Of sides that are not drawn it would only puzzle.
        if not (shown.is_unsettled and code == "opinion.continuum")
    )
    return {
        "headline": words.headline(
            shown.pattern, len(shown.groups), settled=shown.settled, tested=shown.is_tested
        ),
        "people": words.at_least(shown.people),
        "votes": words.at_least(shown.votes),
        "common_ground": landscape_charts.common_ground_chart(shown),
        "ground_shown": landscape_charts.COMMON_GROUND_SHOWN,
        "in_words": [_in_words(item) for item in shown.common_ground[:GROUND_IN_WORDS]],
        "dividing": landscape_charts.dividing_chart(shown),
        "dividing_shown": landscape_charts.DIVIDING_SHOWN,
        "map": landscape_charts.map_chart(shown) if shown.places else None,
        "cautions": list(dict.fromkeys(text for text in cautions if text)),
        "typical": [
            {
                "name": words.group_name(group.letter, shown.pattern),
                "people": words.at_least(group.people),
                "stability": words.stability(group.stability),
                "statements": [_typical(item) for item in items[:TYPICAL_SHOWN]],
            }
            for group, items in shown.typical
        ],
        "undecided": [
            {"statement": one.statement, "needs": words.more_votes(one.more_votes)}
            for one in shown.undecided[:UNDECIDED_SHOWN]
        ],
        "foretold": _foretold(shown),
        "small_groups": [
            words.group_name(letter, shown.pattern) for letter in shown.heard.small_groups
        ],
        "too_few_votes": shown.heard.too_few_votes,
        "channels": [(label, words.at_least(count)) for label, count in shown.heard.channels],
    }


def _in_words(statement: PublicStatement) -> dict[str, object]:
    """A statement of the common ground with the range of the part that agrees least."""
    shares = [share for share in statement.shares or (statement.everyone,) if share is not None]
    least = min(shares, key=lambda share: share.low)
    return {
        "statement": statement,
        "range": landscape_words.of_hundred(least.low, least.high),
    }


def _typical(item: Typical) -> dict[str, object]:
    low, high = _of_direction(item.share, item.agrees)
    return {
        "statement": item.statement,
        "agrees": item.agrees,
        "share": landscape_words.percent(item.share.agree if item.agrees else item.share.disagree),
        "range": landscape_words.of_hundred(low, high),
    }


def _of_direction(share: PublicShare, agrees: bool) -> tuple[float, float]:
    if agrees:
        return share.low, share.high
    from .queries.released import range_of

    return range_of(round(100 * share.disagree), share.votes)


def _foretold(shown: PublicLandscape) -> tuple[str, str] | None:
    found = shown.completeness
    if found is None:
        return None
    return tuple(  # type: ignore[return-value]
        landscape_words.hundred(share) for share in (found.right, found.right_by_popularity)
    )


def told(
    conversation: Conversation,
    stored: Landscape,
    shown: PublicLandscape,
    without: PublicLandscape | None,
    *,
    for_staff: bool,
    with_targets: bool = False,
    without_flagged: bool = False,
) -> dict[str, object]:
    """Return what else is said: importance, who took part, integrity, how results moved.

    Parameters
    ----------
    shown, without
        The result with all votes, and that without the flagged ones where it may be shown.
    without_flagged
        Whether the page is about the second.
    """
    trust = trust_of(stored, shown, without, for_staff=for_staff)
    page = without if without_flagged and without is not None else shown
    return {
        "important": _important(stored, page, without_flagged),
        "part": who_took_part(
            conversation,
            stored.integrity,
            page,
            with_targets=with_targets,
            without_flagged=without_flagged,
        ),
        "trust": trust,
        "flags": [] if trust is None else [(landscape_words.flag(f.kind), f) for f in trust.flags],
        "levels": []
        if trust is None
        else [
            (
                _level(label),
                number_format(count or 0) if for_staff else landscape_words.at_least(count),
            )
            for label, count in trust.levels
        ],
        "both": None if trust is None or trust.both is None else _both(trust.both, shown),
        "moved": _moved(conversation, page, without_flagged),
    }


def _level(label: str) -> str:
    """Return how surely a voter is one person; the lowest step is no step at all."""
    return _("no proof") if label == str(Level.NONE.label) else label


def _both(both: Both, shown: PublicLandscape) -> dict[str, object]:
    """Two results side by side, in words."""
    words = landscape_words
    return {
        "sides": [
            {
                "people": words.at_least(one.people),
                "votes": words.at_least(one.votes),
                "picture": words.headline(
                    one.pattern, one.groups, settled=one.settled, tested=shown.is_tested
                ),
                "foretold": "" if one.foretold is None else words.of_100(one.foretold),
            }
            for one in (both.every, both.without)
        ],
        "lists": [
            {
                "name": words.list_name(one.name, shown.pattern),
                "counts": [number_format(one.every), number_format(one.without)],
                "change": words.list_change(
                    len(one.entering), len(one.leaving), all_shown=one.every == one.without
                ),
            }
            for one in both.lists
            if one.every or one.without
        ],
        "rows": [
            {
                "statement": row.statement,
                "agree": [
                    "" if agree is None else words.percent(agree)
                    for agree in (row.agree, row.agree_without)
                ],
                "changes": [
                    *(words.enters(name) for name in row.enters),
                    *(words.leaves(name) for name in row.leaves),
                ],
            }
            for row in both.rows
        ],
        "more": both.more,
        "apart": both.apart,
    }


def polis_next(stored: Landscape, shown: PublicLandscape) -> list[dict[str, object]]:
    """Return what Polis would ask next, for staff: the weights follow from exact small counts.

    Empty in the honest mode, and while there are no groups.
    """
    if stored.mode != "polis" or not shown.groups:
        return []
    from lamppost.engines.opinion import polis_priorities

    words = {one.number: one for one in shown.statements}
    ranked = polis_priorities(engine_record(stored.result))
    listed = [one for one in ranked if one.statement in words][:POLIS_NEXT_SHOWN]
    return [
        {
            "statement": words[one.statement],
            "priority": number_format(round(one.priority, 2), 2),
            "chance": landscape_words.percent_exactly(one.chance),
        }
        for one in listed
    ]


def _important(
    stored: Landscape, shown: PublicLandscape, without_flagged: bool
) -> list[tuple[PublicStatement, str]]:
    counts = kept_marks(stored.integrity, without_flagged=without_flagged)
    words = {one.number: one for one in shown.statements}
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    told = [(words[number], count) for number, count in ranked if number in words]
    return [
        (statement, landscape_words.at_least(count)) for statement, count in told[:IMPORTANT_SHOWN]
    ]


def _moved(conversation: Conversation, shown: PublicLandscape, without_flagged: bool) -> object:
    """Return the chart of how the common ground moved; None before the second day."""
    lines = shown.common_ground[:LINES_SHOWN]
    numbers = {one.number for one in lines}
    days = history(conversation, numbers, without_flagged=without_flagged)
    if len(days) < 2 or not lines:
        return None
    names = [date_text(day.computed_at, "j M Y") for day in days]
    return landscape_charts.history_chart(names, days, lines)
