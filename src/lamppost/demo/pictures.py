"""A photo for a story, drawn when it is needed: no picture is kept in the repository."""

from __future__ import annotations

import io
import random


def harbour_steps() -> bytes:
    """Return a drawing of steps at night with one lit and one dark lamp, as a small JPEG."""
    from PIL import Image, ImageDraw, ImageFilter

    width, height = 960, 640
    rng = random.Random("harbour steps")  # noqa: S311 - a drawing
    night = Image.linear_gradient("L").resize((width, height))
    picture = Image.composite(
        Image.new("RGB", (width, height), "#2b3a55"),
        Image.new("RGB", (width, height), "#0a101f"),
        night,
    )
    draw = ImageDraw.Draw(picture)
    for _star in range(90):
        x, y = rng.randrange(width), rng.randrange(height // 2)
        draw.point((x, y), fill="#8f9bb8")
    glow = Image.new("L", (width, height), 0)
    ImageDraw.Draw(glow).polygon([(236, 150), (60, 560), (430, 560)], fill=120)
    ImageDraw.Draw(glow).ellipse((196, 110, 276, 190), fill=235)
    glow = glow.filter(ImageFilter.GaussianBlur(26))
    for step in range(9):
        top = 380 + 28 * step
        draw.rectangle((90 - 8 * step, top, 880 + 8 * step, top + 26), fill="#3b4254")
        draw.line((90 - 8 * step, top, 880 + 8 * step, top), fill="#586074", width=2)
    for x, head in ((236, "#ffe9b0"), (724, "#20242e")):
        draw.rectangle((x - 5, 160, x + 5, 560), fill="#11141c")
        draw.ellipse((x - 18, 132, x + 18, 168), fill=head)
    picture = Image.composite(Image.new("RGB", (width, height), "#ffdf9a"), picture, glow)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=80, optimize=True)
    return made.getvalue()


def broken_bench() -> bytes:
    """Return a drawing of a bench with a broken board and a bag, as a small JPEG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (640, 420), "#5d6b4a")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 640, 150), fill="#8fa3ad")
    for top in (190, 226, 262):
        draw.rectangle((90, top, 550, top + 24), fill="#7a5a3a")
    draw.polygon([(300, 226), (340, 226), (322, 250), (290, 250)], fill="#5d6b4a")
    for left in (120, 500):
        draw.rectangle((left, 286, left + 18, 380), fill="#3a3f44")
    draw.rounded_rectangle((400, 150, 480, 226), 12, fill="#8c2f39")
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=80, optimize=True)
    return made.getvalue()
