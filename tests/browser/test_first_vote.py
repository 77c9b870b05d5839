"""From the QR code to the first vote: one tap, JavaScript off, at most 40 kB over the wire."""

from __future__ import annotations

import json

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Request

from tests.browser.conftest import Served
from tests.browser.visiting import PHONE, enter, skip_without, visitor

MOST_BYTES = 40_000
COUNT = (
    "import json; from lamppost.vision.models import Vote;"
    "from lamppost.voices.models import Participant;"
    "print(json.dumps([Vote.objects.count(), Participant.objects.count()]))"
)


def counts(served: Served) -> tuple[int, int]:
    votes, participants = json.loads(served.django(COUNT))
    return votes, participants


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


def test_one_tap_without_javascript(browser: Browser, served: Served, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    address = address_on_the_sheet(browser, served, str(tmp_path_factory.mktemp("sheet")))
    assert address.startswith(served.url)
    votes, participants = counts(served)

    context = visitor(browser, served, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(_host(request)))
    page.goto(address)
    assert context.cookies(served.url) == [] or all(
        cookie["name"] != "lamppost_participant" for cookie in context.cookies(served.url)
    )
    page.get_by_role("button", name="Agree", exact=True).click()
    page.wait_for_load_state()

    assert page.get_by_role("heading").count() >= 1
    assert any(c["name"] == "lamppost_participant" for c in context.cookies(served.url))
    context.close()
    assert counts(served) == (votes + 1, participants + 1)
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
