"""Charts of a landscape, with their words in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from lamppost.charts import (
    Chart,
    MapGroup,
    MapWords,
    RangeMark,
    RangeRow,
    RowsAxis,
    RowsWords,
    opinion_map,
    rows_with_ranges,
)
from lamppost.charts.model import Direction

from .landscape_words import at_least, group_name, percent
from .queries.public_landscape import PublicLandscape, PublicShare, PublicStatement


def _direction() -> Direction:
    return "rtl" if get_language_bidi() else "ltr"


def common_ground_chart(shown: PublicLandscape) -> Chart:
    """Return what every group agrees with, one row for each statement."""
    return _rows(
        shown,
        shown.common_ground,
        chart_id="common-ground",
        title=_("Where we agree"),
        description=_(
            "Each mark is the share of a group that agrees; the line beside it is the range in "
            "which the share may lie. Right of the dashed line more than half agree."
        ),
    )


def dividing_chart(shown: PublicLandscape) -> Chart:
    """Return the statements on which the groups differ most."""
    return _rows(
        shown,
        shown.dividing,
        chart_id="dividing",
        title=_("What divides us"),
        description=_(
            "The further apart the marks of a row, the more the groups differ. The ranges do not "
            "touch, so the difference is hardly chance."
        ),
    )


def _rows(
    shown: PublicLandscape,
    statements: Sequence[PublicStatement],
    *,
    chart_id: str,
    title: str,
    description: str,
) -> Chart:
    rows = [
        RangeRow(
            statement.text,
            tuple(_mark(share) for share in statement.shares),
            lang="" if statement.language == "und" else statement.language,
        )
        for statement in statements
    ]
    return rows_with_ranges(
        rows,
        groups=[group_name(group.letter) for group in shown.groups],
        axis=RowsAxis(label=_("Share of each group that agrees"), reference_label=_("half")),
        words=RowsWords(
            row=_("Statement"),
            group=_("Group"),
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


def _mark(share: PublicShare | None) -> RangeMark:
    return RangeMark(None) if share is None else RangeMark(share.agree, share.low, share.high)


def map_chart(shown: PublicLandscape) -> Chart:
    """Return the map: people as soft dots, groups as shapes with names."""
    return opinion_map(
        shown.places,
        groups=[
            MapGroup(
                group_name(group.letter),
                at_least(group.people) if group.shown else _("too few to show"),
                shown=group.shown,
            )
            for group in shown.groups
        ],
        words=MapWords(
            group=_("Group"),
            people=_("People"),
            not_shown=_("not shown"),
            near=_("Near each other: voted alike. The directions have no meaning of their own."),
            no_group=_("Others"),
        ),
        chart_id="opinion-map",
        title=_("The map of opinions"),
        description=_(
            "People who voted alike are near each other. A dot stands for everybody near it, "
            "never for one person's own place."
        ),
        empty_text=_("Nobody can be placed yet."),
        direction=_direction(),
        format_number=percent,
    )
