"""Residents' answers as charts."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from lamppost.charts import (
    BarWords,
    Chart,
    HistoryLine,
    HistoryWords,
    Part,
    shares_over_time,
    stacked_bar,
)

from .models import Feedback, PulseRound, Site
from .queries import LiveShares, PublicFeedback
from .queries.pulse import QuestionResult, good_words
from .summaries import PlaceRows, Row


def percent(share: float) -> str:
    """Return a share in whole percent, by locale."""
    return _("%(number)s %%") % {"number": number_format(round(share * 100), 0)}


def _bar(chart_id: str, title: str, description: str, shares: tuple[float | None, ...]) -> Chart:
    labels = [str(rating.label).capitalize() for rating in Feedback.Rating]
    return stacked_bar(
        [Part(label, share) for label, share in zip(labels, shares, strict=True)],
        words=BarWords(part=_("Answer"), share=_("Share"), not_shown=_("not shown")),
        chart_id=chart_id,
        title=title,
        description=description,
        empty_text=_("Nobody answered yet."),
        direction="rtl" if get_language_bidi() else "ltr",
        format_number=percent,
    )


def live_chart(shares: LiveShares, chart_id: str = "live", *, asked: str = "") -> Chart:
    """Draw the answers as they stand, for members of the partnership.

    Parameters
    ----------
    asked
        The question in the pilot's own words.
    """
    total = shares.total
    parts: tuple[float | None, ...] = tuple(
        count / total if total else 0.0 for count in shares.counts
    )
    description = ngettext(
        "%(count)s person answered. Each person counts once, with the latest answer.",
        "%(count)s people answered. Each person counts once, with the latest answer.",
        total,
    ) % {"count": number_format(total, 0)}
    return _bar(chart_id, asked or _("Is it better here?"), description, parts)


def feedback_charts(said: PublicFeedback) -> list[Chart]:
    """Draw what may be shown to everybody: one bar for each kind of site that may be shown."""
    titles = {
        Site.Arm.PILOT.value: _("Where the technology is tried"),
        Site.Arm.COMPARISON.value: _("Where nothing is changed, to compare"),
    }
    charts = []
    for arm in said.arms:
        if not arm.drawn:
            continue
        description = _("%(count)s people are counted, ten at a time, each once.") % {
            "count": number_format(arm.at_least or 0, 0)
        }
        charts.append(_bar(f"said-{arm.arm}", titles[arm.arm], description, arm.shares))
    return charts


def drawn_rows(one: PlaceRows) -> list[Row]:
    """Return the periods that have a share to draw."""
    return [row for row in one.rows if any(share is not None for share in row.shares)]


def _of_one(row: Row, one: PlaceRows, period_of: Callable[[Row], str]) -> str:
    """Say how many people a bar stands for, and of which days where there are others."""
    said = ngettext(
        "%(count)s person answered, counted once. Small numbers are not shown.",
        "%(count)s people answered, each counted once. Small numbers are not shown.",
        row.people,
    ) % {"count": number_format(row.people, 0)}
    return said if len(one.rows) == 1 else f"{period_of(row)}: {said}"


def place_chart(one: PlaceRows, chart_id: str, period_of: Callable[[Row], str]) -> Chart:
    """Draw one place: a bar where one period has shares, else lines from period to period."""
    names = ", ".join(place.name for place in one.places)
    shown = drawn_rows(one)
    if len(shown) == 1:
        return _bar(chart_id, names, _of_one(shown[0], one, period_of), shown[0].shares)
    lines = [
        HistoryLine(str(rating.label).capitalize(), tuple(row.shares[at] for row in one.rows))
        for at, rating in enumerate(Feedback.Rating)
    ]
    return shares_over_time(
        [period_of(row) for row in one.rows],
        lines,
        words=HistoryWords(day=_("Days"), missing=_("not shown")),
        chart_id=chart_id,
        title=names,
        description=_("Shares of the people who answered, by period. Small numbers are not shown."),
        empty_text=_("Nobody answered yet."),
        direction="rtl" if get_language_bidi() else "ltr",
        format_number=percent,
    )


def pulse_charts(results: list[QuestionResult]) -> list[Chart]:
    """Draw what may be shown of the pulse: one drawing for each question that has a share."""
    return [_pulse_chart(result) for result in results if result.shown]


def _pulse_chart(result: QuestionResult) -> Chart:
    titles = [_("Where the technology is tried"), _("Where nothing is changed, to compare")]
    rounds = [one for one in result.rounds if any(arm.share is not None for arm in one.arms)]
    lines = [
        HistoryLine(title, tuple(one.arms[number].share for one in rounds))
        for number, title in enumerate(titles)
        if any(one.arms[number].share is not None for one in rounds)
    ]
    people = [" · ".join(_at_least(arm.at_least) for arm in one.arms) for one in rounds]
    return shares_over_time(
        [_round_words(one.round) for one in rounds],
        lines,
        beside=(_("People who answered"), people),
        words=HistoryWords(day=_("Round"), missing=_("not shown")),
        chart_id=f"pulse-{result.question.pk}",
        title=result.words,
        description=good_words(result.question),
        empty_text=_("Nobody answered yet."),
        direction="rtl" if get_language_bidi() else "ltr",
        format_number=percent,
    )


def _round_words(found: PulseRound) -> str:
    return f"{found.number}: {date_format(found.starts_on, 'YEAR_MONTH_FORMAT')}"


def _at_least(count: int | None) -> str:
    if count is None:
        return _("not shown")
    return _("at least %(count)s") % {"count": number_format(count, 0)}
