"""The chart of planned power: drawing and table say the same."""

from __future__ import annotations

import re

from lamppost.charts import PowerPoint, PowerWords, power_by_size

POINTS = [PowerPoint(0.0, 0.05), PowerPoint(1.0, 0.4), PowerPoint(2.0, 0.82), PowerPoint(3.0, 1.0)]


def test_table_and_dots_are_the_points() -> None:
    chart = power_by_size(POINTS, worth=1.5, chart_id="p", title="Power", description="By size.")
    assert chart.table.rows == (("0", "5"), ("1", "40"), ("2", "82"), ("3", "100"))
    assert chart.svg.count("<circle") == len(POINTS)
    assert "four times in five" in chart.svg
    assert "worth it" in chart.svg
    heights = [float(one) for one in re.findall(r'<circle[^>]* cy="([\d.]+)"', chart.svg)]
    assert heights == sorted(heights, reverse=True)


def test_it_mirrors_and_leaves_out_what_is_not_known() -> None:
    words = PowerWords(mostly="أربع من خمس")
    chart = power_by_size(
        POINTS, words=words, chart_id="p", title="Power", description="By size.", direction="rtl"
    )
    across = [float(one) for one in re.findall(r'<circle[^>]* cx="([\d.]+)"', chart.svg)]
    assert across == sorted(across, reverse=True)
    assert "worth it" not in chart.svg
    assert "Nothing" in power_by_size([], chart_id="p", title="P", description="").svg
