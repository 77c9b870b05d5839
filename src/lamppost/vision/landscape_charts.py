"""Charts of a landscape, with their words in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from lamppost.base.templatetags.lamppost_ui import native_name
from lamppost.charts import (
    Chart,
    HistoryLine,
    HistoryWords,
    MapGroup,
    MapWords,
    RangeMark,
    RangeRow,
    RowsAxis,
    RowsWords,
    opinion_map,
    rows_with_ranges,
    shares_over_time,
)
from lamppost.charts.model import Direction

from .landscape_words import at_least, group_name, percent
from .queries.public_landscape import PublicGroup, PublicLandscape, PublicShare, PublicStatement
from .queries.trust import Day
from .queries.votes import same_language


def _direction() -> Direction:
    return "rtl" if get_language_bidi() else "ltr"


# How many statements a list of the page draws; all are in the open data.
COMMON_GROUND_SHOWN = 10
DIVIDING_SHOWN = 6


def common_ground_chart(shown: PublicLandscape) -> Chart:
    """Return what every group, or everybody, agrees with; one row for each statement."""
    if not shown.groups:
        described = _(
            "Each mark is the share of everybody that agrees; the line beside it is the range in "
            "which the share may lie. Beyond the dashed line more than half agree."
        )
    elif shown.pattern == "spectrum":
        described = _(
            "Each mark is the share of a side that agrees; the line beside it is the range in "
            "which the share may lie. Beyond the dashed line more than half agree."
        )
    else:
        described = _(
            "Each mark is the share of a group that agrees; the line beside it is the range in "
            "which the share may lie. Beyond the dashed line more than half agree."
        )
    return _rows(
        shown,
        shown.common_ground[:COMMON_GROUND_SHOWN],
        chart_id="common-ground",
        title=_("Where we agree"),
        description=described,
    )


def dividing_chart(shown: PublicLandscape) -> Chart:
    """Return the statements on which the groups differ most."""
    if shown.pattern == "spectrum":
        described = _(
            "The further apart the marks of a row, the more the sides differ. The ranges do not "
            "touch, so the difference is hardly chance."
        )
    else:
        described = _(
            "The further apart the marks of a row, the more the groups differ. The ranges do not "
            "touch, so the difference is hardly chance."
        )
    return _rows(
        shown,
        shown.dividing[:DIVIDING_SHOWN],
        chart_id="dividing",
        title=_("What divides us"),
        description=described,
    )


def _rows(
    shown: PublicLandscape,
    statements: Sequence[PublicStatement],
    *,
    chart_id: str,
    title: str,
    description: str,
) -> Chart:
    # A group too small to be shown would only leave an empty lane.
    places = _shown_places(shown)
    rows = [
        RangeRow(
            labelled(statement),
            tuple(_mark(share) for share in _lanes(statement, places)),
            lang="" if statement.language == "und" else statement.language,
        )
        for statement in statements
    ]
    names = [group_name(shown.groups[place].letter, shown.pattern) for place in places]
    return rows_with_ranges(
        rows,
        groups=names if shown.groups else [_("Everybody")],
        axis=RowsAxis(
            label=_axis(shown),
            reference_label=_("half"),
        ),
        words=RowsWords(
            row=_("Statement"),
            group=_one(shown),
            value=_("Agree"),
            low=_("From"),
            high=_("To"),
            not_shown=_("not shown"),
        ),
        chart_id=chart_id,
        title=title,
        description=description,
        empty_text=_("There is no such statement now."),
        direction=_direction(),
        format_number=percent,
    )


def _axis(shown: PublicLandscape) -> str:
    if not shown.groups:
        return _("Share that agrees")
    if shown.pattern == "spectrum":
        return _("Share of each side that agrees")
    return _("Share of each group that agrees")


def _one(shown: PublicLandscape) -> str:
    return _("Side") if shown.pattern == "spectrum" else _("Group")


def _lanes(statement: PublicStatement, places: Sequence[int]) -> list[PublicShare | None]:
    """Shares in the order of the lanes: the shown groups', or everybody's without groups."""
    if not statement.shares:
        return [statement.everyone]
    return [statement.shares[place] for place in places]


def _shown_places(shown: PublicLandscape) -> list[int]:
    return [place for place, group in enumerate(shown.groups) if group.shown]


def _mark(share: PublicShare | None) -> RangeMark:
    return RangeMark(None) if share is None else RangeMark(share.agree, share.low, share.high)


def _map_group(shown: PublicLandscape, group: PublicGroup) -> MapGroup:
    people = at_least(group.people) if group.shown else _("too few to show")
    return MapGroup(group_name(group.letter, shown.pattern), people, shown=group.shown)


def _map_groups(shown: PublicLandscape, order: Sequence[int]) -> list[MapGroup]:
    if not shown.groups:
        return [MapGroup(_("Everybody"), at_least(shown.people), shown=False)]
    return [_map_group(shown, shown.groups[place]) for place in order]


def map_chart(shown: PublicLandscape) -> Chart:
    """Return the map: people as soft dots, groups as shapes with names."""
    # The same order as in the rows, so that a group keeps its shape and colour.
    order = _shown_places(shown)
    order += [place for place in range(len(shown.groups)) if place not in order]
    index = {shown.groups[place].id: number for number, place in enumerate(order)}
    return opinion_map(
        [(x, y, None if group is None else index[group]) for x, y, group in shown.places],
        groups=_map_groups(shown, order),
        words=MapWords(
            group=_one(shown),
            people=_("People"),
            not_shown=_("not shown"),
            near=_("Near each other: voted alike. The directions have no meaning of their own."),
            no_group=_("Others") if shown.groups else _("Everybody"),
        ),
        chart_id="opinion-map",
        title=_("The map of opinions"),
        description=_map_description(shown),
        empty_text=_("Nobody can be placed yet."),
        direction=_direction(),
        format_number=percent,
    )


def _map_description(shown: PublicLandscape) -> str:
    said = [
        _(
            "People who voted alike are near each other. A dot stands for everybody near it, "
            "never for one person's own place."
        ),
        _("A larger dot stands for more people."),
    ]
    if shown.groups:
        said.append(_("A dashed line goes round the four fifths of a group nearest its middle."))
    return " ".join(said)


LONGEST_NAME = 48


def shortened(statement: PublicStatement) -> str:
    """Return the words of a statement for a key: cut between words, with what tells its language.

    Words without spaces are cut where the room ends.
    """
    text = " ".join(statement.text.split())
    if len(text) > LONGEST_NAME:
        begin = text[:LONGEST_NAME]
        whole = begin if text[LONGEST_NAME] == " " else begin.rpartition(" ")[0] or begin
        text = whole.rstrip(" ,;:.–-") + " …"
    return _with_tag(text, statement)


def labelled(statement: PublicStatement) -> str:
    """Return the words of a statement with what tells its language, for a row of a chart."""
    return _with_tag(statement.text, statement)


def _with_tag(text: str, statement: PublicStatement) -> str:
    if statement.original_language:
        return _("%(words)s (translated)") % {"words": text}
    if statement.language == "und" or same_language(statement.language, get_language() or ""):
        return text
    return f"{text} ({native_name(statement.language)})"


def history_chart(
    names: Sequence[str], days: Sequence[Day], statements: Sequence[PublicStatement]
) -> Chart:
    """Return how the strongest common ground moved from day to day."""
    lines = [
        HistoryLine(
            shortened(statement),
            tuple(day.shares.get(statement.number) for day in days),
            lang="" if statement.language == "und" else statement.language,
            ranges=tuple(day.ranges.get(statement.number) for day in days),
        )
        for statement in statements
    ]
    return shares_over_time(
        names,
        lines,
        beside=(_("People"), [at_least(day.people) for day in days]),
        words=HistoryWords(day=_("Day"), missing=_("not shown"), range=_("%(low)s to %(high)s")),
        chart_id="moved",
        title=_("How it moved"),
        description=_(
            "The share that agrees, of the group that agrees least, on each day with a landscape. "
            "Beyond the dashed line more than half agree."
        )
        + " "
        + _("The thin line through a mark is the range in which the share may lie."),
        empty_text=_("There is no earlier day to compare with."),
        direction=_direction(),
        format_number=percent,
    )
