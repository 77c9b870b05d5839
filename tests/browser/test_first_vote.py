"""From the QR code to the first vote: one tap, JavaScript on and off, at most 40 kB in all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Request

from tests.browser.conftest import Served
from tests.browser.visiting import PHONE, enter, skip_without, visitor

MOST_BYTES = 40_000
# How many answers and people there are, and all that the newest one gave.
KEPT = """
import json
from lamppost.vision.models import Vote
from lamppost.voices.models import Participant
one = Participant.objects.order_by("-pk").first()
print(json.dumps([
    Vote.objects.count(), Participant.objects.count(),
    [[v.value, v.channel, v.replaced.count(), v.shown_probability is not None]
     for v in one.votes.all()],
    one.voices.count(), one.important_marks.count(), one.characteristics.count(),
    one.verifications.count(), one.device_links.count(),
]))
"""


def kept(served: Served) -> list[Any]:
    return list(json.loads(served.django(KEPT)))


def address_on_the_sheet(browser: Browser, served: Served, folder: str) -> str:
    """Print the sheet as the lead, photograph it, and read its QR code."""
    context = visitor(browser, served, viewport={"width": 1000, "height": 1400})
    page = enter(context, "lead")
    page.goto(skip_without(served, "vision:sheet"))
    page.screenshot(path=f"{folder}/sheet.png", full_page=True)
    context.close()
    codes = zxingcpp.read_barcodes(Image.open(f"{folder}/sheet.png"))
    assert codes, "no code can be read on the sheet"
    return str(codes[0].text)


def test_one_tap(browser: Browser, served: Served, tmp_path: Path) -> None:
    """One participant and one answer more each time; the same rows with the script as without."""
    address = address_on_the_sheet(browser, served, str(tmp_path))
    assert address.startswith(served.url)
    votes, participants = kept(served)[:2]
    found = []
    for script in (True, False):
        tap(browser, served, address, script=script)
        found.append(kept(served))
    with_script, without = found
    assert with_script[:2] == [votes + 1, participants + 1]
    assert without[:2] == [votes + 2, participants + 2]
    assert with_script[2:] == without[2:] == [[[1, "web", 0, True]], 0, 0, 0, 0, 0]


def tap(browser: Browser, served: Served, address: str, *, script: bool) -> None:
    """Open the address on a fresh phone and press once; nothing is asked of another host."""
    context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(_host(request)))
    page.goto(address)
    assert "lamppost_participant" not in {one["name"] for one in context.cookies(served.url)}
    page.get_by_role("button", name="Agree", exact=True).click()
    page.wait_for_url("**after=*")
    page.wait_for_load_state()
    assert page.get_by_role("heading").count() >= 1
    assert "lamppost_participant" in {one["name"] for one in context.cookies(served.url)}
    context.close()
    assert hosts == {served.url.removeprefix("http://")}


def test_the_vote_page_weighs_little(browser: Browser, served: Served) -> None:
    """All bytes of all answers as they crossed the wire, headers and icons included."""
    context = visitor(browser, served, viewport=PHONE)
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    sizes: list[float] = []
    protocol.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    encodings: list[str] = []
    page.on("response", lambda answer: encodings.append(answer.headers.get("content-encoding", "")))
    page.goto(skip_without(served, "vote"), wait_until="networkidle")
    context.close()
    print(f"vote page: {sum(sizes):.0f} bytes in {len(sizes)} answers")
    assert sum(sizes) <= MOST_BYTES
    assert "br" in encodings


def _host(request: Request) -> str:
    return request.url.split("/")[2]
