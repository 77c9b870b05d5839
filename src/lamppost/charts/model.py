"""What a chart is: two drawings, a table, a title and a description."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from lamppost.charts.palette import TONES
from lamppost.charts.text import plain_number

Direction = Literal["ltr", "rtl"]
FormatNumber = Callable[[float], str]

WIDE_WIDTH = 640.0
NARROW_WIDTH = 300.0  # the room that a 320 px phone leaves inside the page's margins


@dataclass(frozen=True)
class ChartTable:
    """The same facts as the drawing, in rows.

    Attributes
    ----------
    caption : str
        What the table shows.
    columns : tuple of str
        Column headings; the first column heads its row.
    rows : tuple of tuple of str
        One tuple of cells for each row, as long as ``columns``.
    langs : mapping of str to str
        Language of those headings and cells that are not in the page's, by their text; empty
        where it is not known.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    langs: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Chart:
    """A finished chart.

    Attributes
    ----------
    svg : str
        Drawing for containers of 560 px and more.
    svg_narrow : str
        Drawing for phones: text is at least 12 px in a container of 260 px.
    table : ChartTable
        The equivalent table.
    title, description : str
        As given; both are also inside the drawings.
    """

    svg: str
    svg_narrow: str
    table: ChartTable
    title: str
    description: str

    def to_svg(self, *, narrow: bool = False) -> str:
        """Return a drawing that stands alone: a file, a notebook, a mail."""
        drawing = self.svg_narrow if narrow else self.svg
        head, body = drawing.split("</desc>", 1)
        head = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        ground = f'<rect width="100%" height="100%" fill="{TONES["card"]}"/>'
        return f"{head}</desc>{ground}{body}"

    def _repr_svg_(self) -> str:
        return self.to_svg()


class FrameOptions(TypedDict):
    """What every chart function takes by keyword.

    Attributes
    ----------
    chart_id : str
        Prefix of every id in the drawing; unique on the page.
    title, description : str
        For screen readers, already translated.  The description says what is to be seen.
    empty_text : str
        What to say when there is nothing to draw.
    direction : {"ltr", "rtl"}
        Direction of the page's language; "rtl" mirrors the layout.
    format_number : callable
        Turns a number into text in the reader's locale.
    """

    chart_id: str
    title: str
    description: str
    empty_text: NotRequired[str]
    direction: NotRequired[Direction]
    format_number: NotRequired[FormatNumber]


@dataclass(frozen=True)
class Frame:
    """:class:`FrameOptions` with the defaults filled in."""

    chart_id: str
    title: str
    description: str
    empty_text: str = "Nothing to show yet."
    direction: Direction = "ltr"
    format_number: FormatNumber = plain_number
