"""Contrast of every pair of tokens that is used, by day and by night (WCAG 2.2)."""

from __future__ import annotations

import re

import pytest

from lamppost.site.environment import PACKAGE

CSS = (PACKAGE / "static" / "lamppost" / "resident.css").read_text(encoding="utf-8")
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "card")
# What is written or drawn on what, and the least contrast for it.
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "soft") for ground in (*GROUNDS, "soft-wash")],
    ("ink", "lamp-glow", TEXT),
    ("lamp-ink", "lamp-glow", TEXT),
    ("on-lamp", "lamp", TEXT),
    *[(ink, "night", TEXT) for ink in ("on-night", "night-soft")],
    *[("on-strong", strong, TEXT) for strong in ("agree", "disagree", "pass")],
    *[(word, ground, TEXT) for word in ("agree", "disagree") for ground in GROUNDS],
    *[(f"g{n}", ground, SHAPE) for n in range(1, 6) for ground in GROUNDS],
    *[("edge", ground, SHAPE) for ground in GROUNDS],
    *[("lamp-edge", ground, SHAPE) for ground in GROUNDS],
    ("lamp", "night", SHAPE),
    ("night-line", "night", SHAPE),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


def themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\n\s*\}", CSS, flags=re.DOTALL)
    day = tokens(blocks[0])
    return {"day": day, "night": {**day, **tokens(blocks[1])}}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast(theme: str, ink: str, ground: str, least: float) -> None:
    colours = themes()[theme]
    found = contrast(colours[ink], colours[ground])
    assert found >= least, f"{ink} on {ground} by {theme}: {found:.2f}, needs {least}"


def test_no_physical_sides_in_style_sheets() -> None:
    """Right-to-left pages work because no rule names left or right."""
    wrong = []
    for file in (PACKAGE / "static" / "lamppost").glob("*.css"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(
                r"(?:^|[;{\s-])(?:left|right)\s*:|(?:margin|padding|border)-(?:left|right)", line
            ):
                wrong.append(f"{file.name}:{number}: {line.strip()[:80]}")
    assert wrong == []
