"""The colours of the charts: one name, one light-theme value, one class.

Every drawn element carries the class ``c-<tone>`` and a ``color`` presentation attribute, and is
filled or stroked with ``currentColor``.  A page overrides ``color`` on the class (dark mode,
print); a notebook, which has no style sheet of ours, shows the attribute.
"""

from typing import Final

TONES: Final[dict[str, str]] = {
    "ink": "#232838",
    "soft": "#5a6175",
    "line": "#ddd6c8",
    "card": "#fffdf9",
    "lamp": "#f0a202",
    "lamp-ink": "#7a4b00",
    "on-lamp": "#1b2440",
    "band": "#ffe3a3",
    "agree": "#0b7a75",
    "pass": "#7b8296",
    "disagree": "#b5451b",
    "group-1": "#2f5fa8",
    "group-2": "#a2366f",
    "group-3": "#4d7c1f",
    "group-4": "#7a5230",
    "group-5": "#3d3d6b",
}

SHAPES: Final[tuple[str, ...]] = ("circle", "square", "triangle", "diamond", "cross")


def group_tone(index: int) -> str:
    """Return the tone of the group at ``index`` (from 0); the sixth group reuses the first."""
    return f"group-{index % 5 + 1}"


def group_shape(index: int) -> str:
    """Return the shape of the group at ``index`` (from 0), as in :data:`SHAPES`."""
    return SHAPES[index % len(SHAPES)]
