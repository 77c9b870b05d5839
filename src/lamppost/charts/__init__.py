"""Charts: server-rendered SVG from plain records, each with title, description and table.

One grammar for the whole site: every function returns a `Chart` with a wide and a narrow drawing
and the equivalent table. No Django, no script, no colour that means something alone.
"""

from lamppost.charts.bars import (
    BarWords,
    Part,
    TargetRow,
    TargetWords,
    bars_against_target,
    stacked_bar,
)
from lamppost.charts.history import HistoryLine, HistoryWords, shares_over_time
from lamppost.charts.lines import LineMark, LineWords, Moment, pilot_against_comparison
from lamppost.charts.model import Chart, ChartTable
from lamppost.charts.opinion_map import MapGroup, MapWords, opinion_map
from lamppost.charts.power import PowerPoint, PowerWords, power_by_size
from lamppost.charts.rows import RangeMark, RangeRow, RowsAxis, RowsWords, rows_with_ranges
from lamppost.charts.ruler import Interval, RulerWords, ruler
from lamppost.charts.table import render_figure, render_table

__all__ = [
    "BarWords",
    "Chart",
    "ChartTable",
    "HistoryLine",
    "HistoryWords",
    "Interval",
    "LineMark",
    "LineWords",
    "MapGroup",
    "MapWords",
    "Moment",
    "Part",
    "PowerPoint",
    "PowerWords",
    "RangeMark",
    "RangeRow",
    "RowsAxis",
    "RowsWords",
    "RulerWords",
    "TargetRow",
    "TargetWords",
    "bars_against_target",
    "opinion_map",
    "pilot_against_comparison",
    "power_by_size",
    "render_figure",
    "render_table",
    "rows_with_ranges",
    "ruler",
    "shares_over_time",
    "stacked_bar",
]
