"""A story with a photo or a recording, told on a phone, JavaScript on and off: the same rows."""

from __future__ import annotations

import hashlib
import io
import json
import math
import struct
import wave
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page

from tests.browser.conftest import Served
from tests.browser.visiting import PHONE, skip_without, visitor

# What the newest story holds, and what its file is.
ROWS = """
import json
from PIL import Image
from lamppost.vision.models import Story
one = Story.objects.select_related("voice").order_by("-pk").first()
with Image.open(one.photo.path) as picture:
    photo = [picture.format, *picture.size, len(picture.getexif())]
voice = one.voice
print(json.dumps({
    "voice": [voice.text, voice.state, voice.consent, voice.place, voice.channel],
    "story": [one.feeling, one.photo_words, one.may_show_photo, one.may_play_audio,
              one.may_become_statement, one.may_be_quoted],
    "photo": photo, "stories": Story.objects.filter(voice__participant=voice.participant).count(),
}))
"""


def photo() -> FilePayload:
    picture = Image.new("RGB", (2000, 1000), "teal")
    exif = picture.getexif()
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 12.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return FilePayload(name="path.jpg", mimeType="image/jpeg", buffer=out.getvalue())


AUDIO = """
import hashlib, json
from lamppost.vision.models import Story
one = Story.objects.select_related("voice").order_by("-pk").first()
with one.audio.open() as file:
    content = file.read()
print(json.dumps({
    "voice": [one.voice.text, one.voice.state, one.voice.consent],
    "story": [one.feeling, one.may_show_photo, one.may_play_audio, bool(one.photo)],
    "audio": [hashlib.sha256(content).hexdigest(), one.audio.name.rpartition(".")[2]],
}))
"""


def recording() -> bytes:
    """Half a second of one tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        tone = (round(9000 * math.sin(n / 3)) for n in range(4000))
        file.writeframes(b"".join(struct.pack("<h", one) for one in tone))
    return out.getvalue()


@pytest.fixture(scope="module")
def address(served: Served) -> str:
    return skip_without(served, "story_begin")


def tell(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="A fear").click()
    page.get_by_label("In your own words").fill("I am afraid of the dark path.")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("It waits until somebody has read it.").wait_for()
    page.get_by_role("link", name="A photo", exact=True).click()
    page.locator("[name=photo]").set_input_files(photo())
    page.get_by_label("What does it show?").fill("A path without a lamp")
    page.locator("[name=may_show_photo]").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("img", name="A path without a lamp").wait_for()
    page.get_by_role("link", name="Where it was").click()
    page.get_by_label("Where was it?").fill("Mill Lane")
    page.get_by_role("button", name="Save").click()
    page.locator("[name=may_become_statement]").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It holds from now on.").wait_for()


def test_a_story_with_a_photo(browser: Browser, served: Served, address: str) -> None:
    found: list[dict[str, Any]] = []
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        page = context.new_page()
        tell(page, address)
        wide = page.evaluate("document.documentElement.scrollWidth") if script else 0
        assert wide <= PHONE["width"]
        context.close()
        found.append(json.loads(served.django(ROWS)))
    assert found[0] == found[1]
    assert found[0] == {
        "voice": ["I am afraid of the dark path.", "waiting", "public", "Mill Lane", "web"],
        "story": ["fear", "A path without a lamp", True, False, True, False],
        "photo": ["JPEG", 1600, 800, 0],
        "stories": 1,
    }


def tell_aloud(page: Page, address: str, sound: bytes) -> None:
    page.goto(address)
    page.get_by_role("link", name="A hope").click()
    page.get_by_label("In your own words").fill("I hope to hear the owls again.")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="A recording", exact=True).click()
    file = FilePayload(name="owls.wav", mimeType="audio/wav", buffer=sound)
    page.locator("[name=audio]").set_input_files(file)
    page.locator("[name=may_play_audio]").check()
    page.get_by_role("button", name="Send").click()
    page.locator("audio").wait_for()


def test_a_story_with_a_recording(browser: Browser, served: Served, address: str) -> None:
    sound = recording()
    found: list[dict[str, Any]] = []
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        page = context.new_page()
        tell_aloud(page, address, sound)
        source = page.locator("audio").get_attribute("src") or ""
        # The teller hears it; somebody else does not, before it was read.
        heard = page.request.get(source)
        assert heard.body() == sound
        assert heard.headers["content-type"] == "audio/wav"
        if script:
            seconds = page.locator("audio").evaluate(
                "e => new Promise(r => { e.onloadedmetadata = () => r(e.duration); e.load();"
                " e.preload = 'metadata'; })"
            )
            assert abs(seconds - 0.5) < 0.05, "the browser can play it"
        context.close()
        other = visitor(browser, served)
        assert other.request.get(source).status == 404
        other.close()
        found.append(json.loads(served.django(AUDIO)))
    assert found[0] == found[1]
    assert found[0]["voice"] == ["I hope to hear the owls again.", "waiting", "public"]
    assert found[0]["story"] == ["hope", False, True, False]
    assert found[0]["audio"] == [hashlib.sha256(sound).hexdigest(), "wav"]
