"""Makes a chart from a drawing function: wide and narrow, or the calm empty message."""

from collections.abc import Callable

from lamppost.charts.canvas import Canvas
from lamppost.charts.model import NARROW_WIDTH, WIDE_WIDTH, Chart, ChartTable, Frame

Draw = Callable[[Canvas], float]


def build(frame: Frame, table: ChartTable, draw: Draw, *, empty: bool) -> Chart:
    """Draw both variants.

    Parameters
    ----------
    frame : Frame
        Identity, texts, direction and number format.
    table : ChartTable
        The equivalent table.
    draw : callable
        Draws on a canvas and returns the height used; called once for each variant.
    empty : bool
        Whether there is nothing to draw; ``frame.empty_text`` is shown instead.
    """
    chosen = _draw_empty if empty else draw
    drawings = []
    for width, narrow in ((WIDE_WIDTH, False), (NARROW_WIDTH, True)):
        canvas = Canvas(frame, width=width, narrow=narrow)
        canvas.height = float(round(chosen(canvas) + 0.49))
        drawings.append(canvas.finish())
    return Chart(drawings[0], drawings[1], table, frame.title, frame.description)


def _draw_empty(canvas: Canvas) -> float:
    """Draw an unlit lamp on its post, and what will appear here."""
    canvas.line((20, 38), (20, 68), "line", 3.0)
    canvas.lamp(20, 28, 9.0, lit=False)
    height = canvas.paragraph(
        44, 33, canvas.frame.empty_text, canvas.width - 56, tone="soft", voice=True
    )
    return max(80.0, 33 + height)
