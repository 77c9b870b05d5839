"""A chart's table as accessible HTML, and the figure that holds both."""

from html import escape

from lamppost.charts.model import Chart, ChartTable
from lamppost.charts.text import clean


def _cell(content: str) -> str:
    return escape(clean(content))


def render_table(table: ChartTable) -> str:
    """Return the table as HTML with a caption, and headings for columns and rows.

    Cells that a person may have written carry ``dir="auto"``.  Everything is escaped.
    """
    head = "".join(f'<th scope="col">{_cell(column)}</th>' for column in table.columns)
    body = "".join(_row(row) for row in table.rows)
    return (
        f'<table class="chart-table"><caption>{_cell(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(cells: tuple[str, ...]) -> str:
    first = f'<th scope="row" dir="auto">{_cell(cells[0])}</th>' if cells else ""
    rest = "".join(f'<td dir="auto">{_cell(cell)}</td>' for cell in cells[1:])
    return f"<tr>{first}{rest}</tr>"


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
