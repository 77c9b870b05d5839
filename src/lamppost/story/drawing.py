"""The charts of the story, drawn as on the pages of their stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lamppost.charts import BarWords, Chart, Part, stacked_bar
from lamppost.charts.model import Direction
from lamppost.impact.drawing import lines_chart, ruler_chart
from lamppost.impact.models import Estimate
from lamppost.pilots.models import Pilot
from lamppost.vision.landscape_charts import common_ground_chart, dividing_chart
from lamppost.vision.landscape_words import at_least, percent
from lamppost.vision.queries.public_landscape import of_record

from .records import Words

RATING_LABELS = {"better": lazy("better"), "same": lazy("the same"), "worse": lazy("worse")}


def direction() -> Direction:
    """Return the direction of the reader's language."""
    return "rtl" if get_language_bidi() else "ltr"


def ground_charts(
    landscape: Mapping[str, Any],
    texts: Mapping[int, Words],
    *,
    identity: str,
    ground: int,
    apart: int,
) -> tuple[Chart | None, Chart | None]:
    """Return the charts of common ground and of what divides; None where there is none."""
    shown = of_record(landscape, {n: (one.text, one.language) for n, one in texts.items()})
    agreeing, dividing = shown.common_ground[:ground], shown.dividing[:apart]
    first = common_ground_chart(replace(shown, common_ground=agreeing)) if agreeing else None
    second = dividing_chart(replace(shown, dividing=dividing)) if dividing else None
    return _named(first, "common-ground", identity), _named(second, "dividing", identity)


def _named(chart: Chart | None, prefix: str, identity: str) -> Chart | None:
    """Give the ids of a drawing names of their own: a story may hold several of a kind."""
    if chart is None:
        return None
    new = f"{prefix}-{identity}"
    return replace(
        chart,
        svg=chart.svg.replace(prefix, new),
        svg_narrow=chart.svg_narrow.replace(prefix, new),
    )


@dataclass(frozen=True)
class _Stored:
    """What the charts of an estimate need of a stored one."""

    pk: str
    result: Mapping[str, Any]


def line_chart(
    result: Mapping[str, Any], pilot: Mapping[str, Any], versions: Sequence[Mapping[str, Any]]
) -> Chart | None:
    """Draw both arms over time, with lamps for the start and the versions that the estimate knows.

    Parameters
    ----------
    versions
        Rows of ``pilot_versions``: from which day, and what changed.
    """
    if not result.get("lines"):
        return None
    made = [SimpleNamespace(from_on=row["from_on"], what=row.get("what") or "") for row in versions]
    tried = SimpleNamespace(
        technology_on=_date(result.get("technology_on")) or pilot.get("technology_on"),
        versions=SimpleNamespace(all=lambda: made),
    )
    stored = cast(Estimate, _Stored(pilot["id"], result))
    return lines_chart(stored, cast(Pilot, tried))


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def ruler_of(result: Mapping[str, Any], *, identity: str) -> Chart | None:
    """Draw the range against "no difference" and the worth-it size."""
    return ruler_chart(cast(Estimate, _Stored(identity, result)))


def feedback_chart(row: Mapping[str, Any], *, identity: str) -> Chart | None:
    """Draw better, the same and worse of one arm; None when nothing of it may be shown."""
    total = row.get("answers")
    counts = [row.get(rating) for rating in RATING_LABELS]
    if not total or all(number is None for number in counts):
        return None
    titles = {"pilot": _("At the pilot sites"), "comparison": _("At the comparison sites")}
    return stacked_bar(
        [
            Part(str(label), None if number is None else number / total)
            for label, number in zip(RATING_LABELS.values(), counts, strict=True)
        ],
        words=BarWords(part=_("Answer"), share=_("Share"), not_shown=_("not shown")),
        chart_id=f"feedback-{row['arm']}-{identity}",
        title=titles[row["arm"]],
        description=_("Is it better here? %(count)s people answered.")
        % {"count": _start(at_least(total))},
        direction=direction(),
        format_number=percent,
    )


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]
