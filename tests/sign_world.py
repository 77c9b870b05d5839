"""A sign with made-up words, for the tests of what is printed."""

from __future__ import annotations

import dataclasses
import re
from typing import Any
from xml.etree import ElementTree

import zxingcpp
from PIL import Image, ImageDraw

from lamppost.pilots.sign import Sign, Words
from lamppost.pilots.sign_texts import texts

URL = "https://lamppost.example.org/s/7kq3fm/"
SVG = "{http://www.w3.org/2000/svg}"
LONG = "https://partnership-platform.innovation.city-of-harbourside.example.org:8443/s/7kq3fm/"


def sign(language: str = "en", url: str = URL, **changes: Any) -> Sign:
    words = texts()[language]
    made = Sign(
        language=language,
        title=words["trying"],
        site=Words("Mill Lane & <Bakery>", "en", 5),
        purpose=(Words(words["purposes"]["safety_security"], language, 6, bold=True),),
        accountable=(Words("Street Lighting Department", "en", 5.6, bold=True),),
        technology=(Words(words["techs"]["motion_detector"], language, 5.4, bold=True),),
        feedback=(Words(words["feedback"], language, 3.8, bold=True),),
        people="none",
        scan=words["scan"],
        address=url.removeprefix("https://").rstrip("/"),
        url=url,
        footer=words["attribution"],
    )
    return dataclasses.replace(made, **changes)


def runs_of(svg: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """Return left, top, width and height of every dark run of the code, in units of the drawing."""
    path = next(one for one in svg.iter(f"{SVG}path") if one.get("id") == "code").get("d", "")
    found = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path)
    assert len(found) == path.count("M")
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


def read_back(svg: ElementTree.Element, scale: int = 8) -> list[Any]:
    """Paint what the drawing says, dot by dot, and let an independent reader look at it."""
    runs = runs_of(svg)
    start = [min(run[at] for run in runs) - 4 for at in (0, 1)]
    ends = [max(run[at] + run[at + 2] for run in runs) + 4 for at in (0, 1)]
    size = [round((end - begin) * scale) for begin, end in zip(start, ends, strict=True)]
    picture = Image.new("L", (size[0], size[1]), 255)
    pen = ImageDraw.Draw(picture)
    for left, top, wide, high in runs:
        x, y = left - start[0], top - start[1]
        box = [round(v * scale) for v in (x, y, x + wide, y + high)]
        pen.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=0)
    return list(zxingcpp.read_barcodes(picture))
