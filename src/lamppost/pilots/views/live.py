"""The public live page of a pilot: what residents answer, by site and week where that is safe."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page
from lamppost.charts import Chart

from .. import queries
from ..charts import drawn_rows, place_chart
from ..models import Site
from ..queries.feedback import counted_words
from ..queries.live import public_live
from ..queries.site_question import site_question
from ..summaries import K, PlaceRows, Row, Width
from .common import pilot_of
from .resident import words_with_photos

# More drawings than these are only in the table.
MOST_CHARTS = 12


@partnership_page
@require_GET
def live(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show what residents answer; wider where fewer than ten people would be told apart."""
    found = pilot_of(partnership, pilot)
    said = public_live(found)
    sites = list(found.sites.all())
    settled = queries.arms_settled(found, sites)
    blocks = [_block(one, number, settled) for number, one in enumerate(said.places)]
    context = {
        "pilot": found,
        "question": site_question(found),
        "said": said,
        "blocks": blocks,
        "least": K,
        "words": words_with_photos(found, limit=5),
        "sites": sites,
        "closed": queries.closed_on(found),
    }
    return render(request, "pilots/live.html", context)


def _block(one: PlaceRows, number: int, settled: bool) -> dict[str, Any]:
    chart = _chart(one, number)
    counts = [sum(row.counts[at] for row in one.rows) for at in range(3)]
    return {
        "names": [place.name for place in one.places],
        "together": _together(one, settled),
        "area": one.area,
        "arm": Site.Arm(one.arm).label if settled else "",
        "note": _note(one),
        "chart": chart,
        "words": "" if chart else counted_words(counts),
        "lacks": not all(counts),
        "rows": [(period_of(row), row) for row in one.rows],
    }


def _together(one: PlaceRows, settled: bool) -> str:
    """Say in a few words which sites are put together; empty for one site."""
    if len(one.places) == 1:
        return ""
    if one.area:
        return _("Put together in this neighbourhood:")
    names = {
        Site.Arm.PILOT.value: _("All pilot sites, put together"),
        Site.Arm.COMPARISON.value: _("All comparison sites, put together"),
    }
    return names[one.arm] if settled else _("All sites, put together")


def _chart(one: PlaceRows, number: int) -> Chart | None:
    """Draw one place; where every share would be too rough the table says what there is."""
    shown = drawn_rows(one)
    # A bar needs every share; lines may have gaps.
    drawn = len(shown) > 1 or any(None not in row.shares for row in shown)
    return (
        place_chart(one, f"place-{number}", period_of) if drawn and number < MOST_CHARTS else None
    )


def period_of(row: Row) -> str:
    """Say which days a row counts."""
    first, last = (date_format(day, "DATE_FORMAT") for day in (row.first, row.last))
    if first == last:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _note(one: PlaceRows) -> str:
    """Say why it is shown wider than by site and week; empty where it is not."""
    texts = []
    if len(one.places) > 1:
        texts.append(
            _("People left over at these sites, too few at each: counted together.")
            if not one.area
            else _(
                "People left over at these sites of one neighbourhood, too few at each: counted "
                "together."
            )
        )
    by = {
        Width.FOUR_WEEKS: _("Too few for single weeks: shown by four weeks."),
        Width.TECHNOLOGY: _("Too few for single months: shown before and since the technology."),
        Width.WHOLE: _("Too few for single weeks or months: shown for the whole time."),
    }
    if one.width in by:
        texts.append(by[one.width])
    return " ".join(texts)
