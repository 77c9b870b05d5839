"""What is drawn of one place: a bar of the one period that has shares, lines of several."""

import datetime as dt

from lamppost.pilots.charts import place_chart
from lamppost.pilots.summaries import PlaceRows, Row, Width
from lamppost.pilots.tens import Place
from lamppost.pilots.views.live import period_of

BEFORE = Row(Width.TECHNOLOGY, dt.date(2026, 5, 7), dt.date(2026, 5, 10), (0, 0, 10))
SINCE = Row(Width.TECHNOLOGY, dt.date(2026, 5, 11), dt.date(2026, 11, 5), (160, 40, 70))
LATER = Row(Width.TECHNOLOGY, dt.date(2026, 11, 6), dt.date(2026, 12, 5), (90, 40, 70))


def drawing(*rows: Row) -> str:
    one = PlaceRows((Place(1, "Quay", "", "pilot"),), "", Width.TECHNOLOGY, rows)
    return place_chart(one, "place-0", period_of).svg


def test_one_period_with_shares_is_a_bar_that_says_of_which_days() -> None:
    svg = drawing(BEFORE, SINCE)
    assert "May 11, 2026 to Nov. 5, 2026: 270 people answered" in svg
    assert "59 %" in svg
    # Nothing of the ten people before, who all said the same.
    assert "May 7" not in svg


def test_several_periods_are_lines() -> None:
    svg = drawing(BEFORE, SINCE, LATER)
    assert "by period" in svg
    assert "May 7, 2026" in svg
