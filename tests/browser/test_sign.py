"""The printed sign as a browser draws it: the code can be read, and no text leaves its hexagon."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from lamppost.pilots.sign import Words, draw
from lamppost.pilots.sign_texts import languages
from tests.sign_world import LONG, URL, sign

OUTSIDE = """() => {
  const found = [], svg = document.querySelector("svg");
  const at = (x, y) => Object.assign(svg.createSVGPoint(), {x, y});
  for (const group of svg.querySelectorAll("g")) {
    const hexagon = group.querySelector("polygon");
    for (const text of group.querySelectorAll("text")) {
      const box = text.getBBox(), middle = box.y + box.height / 2;
      for (const x of [box.x, box.x + box.width])
        if (!hexagon.isPointInFill(at(x, middle))) found.push(`${group.id}: ${text.textContent}`);
    }
  }
  for (const text of svg.querySelectorAll(":scope > text")) {
    const box = text.getBBox();
    if (box.x < 8 || box.x + box.width > 140 || box.y + box.height > 209)
      found.push(`page: ${text.textContent}`);
  }
  return found;
}"""


@pytest.mark.parametrize("code", [code for code, _name in languages()])
def test_a_browser_draws_a_sign_that_can_be_read(browser: Browser, code: str) -> None:
    much = "Brightwater Warden 2 lamp heads, 4,000 K dimmable to 2,700 K, with a presence sensor"
    page = browser.new_page(viewport={"width": 592, "height": 840})
    for url in (URL, LONG):
        made = sign(
            code, url, technology=(Words("Motion sensor", code, 5.4, True), Words(much, "en", 3.4))
        )
        page.set_content(f'<body style="margin:0">{draw(made)}</body>')
        assert page.evaluate(OUTSIDE) == []
        picture = Image.open(io.BytesIO(page.screenshot()))
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [url]
    page.close()
