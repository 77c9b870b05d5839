"""A chart's table as accessible HTML, and the figure that holds both."""

from collections.abc import Mapping
from html import escape

from lamppost.charts.model import Chart, ChartTable
from lamppost.charts.text import clean


def _cell(content: str) -> str:
    return escape(clean(content))


def render_table(table: ChartTable) -> str:
    """Return the table as HTML with a caption, and headings for columns and rows.

    Cells that a person may have written carry ``dir="auto"``, and their language where it is
    known.  Everything is escaped.
    """
    langs = table.langs
    head = "".join(
        f'<th scope="col"{_said_in(column, langs, "")}>{_cell(column)}</th>'
        for column in table.columns
    )
    body = "".join(_row(row, langs) for row in table.rows)
    return (
        f'<table class="chart-table"><caption>{_cell(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(cells: tuple[str, ...], langs: Mapping[str, str]) -> str:
    told = [(cell, _said_in(cell, langs, ' dir="auto"')) for cell in cells]
    first = "".join(f'<th scope="row"{said}>{_cell(cell)}</th>' for cell, said in told[:1])
    rest = "".join(f"<td{said}>{_cell(cell)}</td>" for cell, said in told[1:])
    return f"<tr>{first}{rest}</tr>"


def _said_in(content: str, langs: Mapping[str, str], without: str) -> str:
    """Attributes of a text with a language of its own; ``without`` for any other."""
    lang = langs.get(content)
    return f' dir="auto" lang="{escape(lang)}"' if lang else without


def render_figure(chart: Chart, *, table_label: str, caption: str = "") -> str:
    """Return a figure: both drawings (CSS shows the one that fits), caption, and the table.

    Parameters
    ----------
    chart : Chart
        The chart.
    table_label : str
        What to press to see the table, already translated ("As a table").
    caption : str
        Plain text under the drawing.
    """
    below = f"<figcaption>{_cell(caption)}</figcaption>" if caption else ""
    return (
        f'<figure class="chart"><div class="chart-wide">{chart.svg}</div>'
        f'<div class="chart-narrow">{chart.svg_narrow}</div>{below}'
        f'<details class="chart-data"><summary>{_cell(table_label)}</summary>'
        f'<div class="chart-scroll" tabindex="0" role="region" '
        f'aria-label="{_cell(chart.table.caption)}">{render_table(chart.table)}</div>'
        "</details></figure>"
    )
