"""What hangs on the vote page, JavaScript on and off, the same rows: next, fate, file, paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served
from tests.browser.test_resident_flows import press, rows
from tests.browser.visiting import PHONE, enter, skip_without, visitor

CHANCES = """
import json
from lamppost.voices.models import Participant
one = Participant.objects.order_by("-pk").first()
print(json.dumps(list(one.votes.order_by("pk").values_list("shown_probability", flat=True))))
"""
COUNTS = """
import json
from lamppost.vision.models import Vote
from lamppost.voices.models import Participant, Voice
print(json.dumps([one.objects.count() for one in (Vote, Participant, Voice)]))
"""
ACCEPT = """
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Voice
one = Voice.objects.order_by("-pk").first()
lead = one.partnership.memberships.filter(role="lead").order_by("pk").first().user
moderate_voice(voice=one, state="accepted", by=lead)
"""
OBJECTION = """
import json
from lamppost.vision.models import Objection
one = Objection.objects.order_by("-pk").first()
print(json.dumps([one.voice.text, one.voice.state, one.voice.consent, one.voice.channel,
                  one.vision_id,
                  Objection.objects.filter(voice__participant=one.voice.participant).count()]))
"""


@pytest.fixture(scope="module")
def address(served: Served) -> str:
    return skip_without(served, "vote")


def each_way(browser: Browser, served: Served, flow: Callable[[Page], Any]) -> list[Any]:
    """Do it with the script and without it, each time with a fresh phone."""
    found = []
    for script in (True, False):
        context = visitor(
            browser, served, java_script_enabled=script, viewport=PHONE, accept_downloads=True
        )
        found.append(flow(context.new_page()))
        context.close()
    return found


def test_one_tap_after_another_and_why(browser: Browser, served: Served, address: str) -> None:
    """The next statement follows by itself and says why; each vote keeps its chance."""

    def flow(page: Page) -> tuple[int, list[Any]]:
        page.goto(address)
        for count in (1, 2, 3):
            page.get_by_text("Why am I shown this?").click()
            assert page.get_by_text("is drawn by chance").is_visible()
            shown = page.locator("form.choices [name=statement]").get_attribute("value")
            press(page, "Agree", "**/*after=*")
            page.get_by_text(f"You have answered {count}.").wait_for()
            assert page.locator("form.choices [name=statement]").get_attribute("value") != shown
        found = rows(served)["votes"]
        chances = json.loads(served.django(CHANCES))
        assert all(0 < one <= 1 for one in chances)
        return len(chances), [one[1:] for one in found]

    with_script, without = each_way(browser, served, flow)
    assert with_script == without == (3, [[1, "web", []]] * 3)


def test_what_became_of_my_sentence(browser: Browser, served: Served, address: str) -> None:
    words = iter(["Paint the kerb white where cars turn.", "Let the market lamps burn till ten."])

    def flow(page: Page) -> list[Any]:
        own = next(words)
        page.goto(f"{address}add/")
        page.locator("textarea").fill(own)
        page.locator("[name=consent]").check()
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/added/")
        follow = page.get_by_role("link", name="What became of it")
        mine = page.get_by_role("link", name="My answers")
        mine.first.click()
        follow.click()
        page.get_by_text("It waits until somebody has read it.").wait_for()
        served.django(ACCEPT)
        page.reload()
        page.get_by_text("It was read and accepted on").wait_for()
        page.get_by_text("How many agree is shown once ten people have answered it").wait_for()
        return [one[1:] for one in rows(served)["words"]]

    with_script, without = each_way(browser, served, flow)
    assert with_script == without == [["accepted", "public", "en"]]


def test_downloading_and_deleting_all(browser: Browser, served: Served, address: str) -> None:
    """The file holds what was given; afterwards nothing of it is left, and a new start is new."""

    def flow(page: Page) -> list[Any]:
        before = json.loads(served.django(COUNTS))
        page.goto(f"{address}?s=3")
        press(page, "Disagree", "**/*after=3")
        page.get_by_role("link", name="My answers").click()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Download all").click()
        record = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
        given = [(one["kind"], one["answer"]) for one in record["answers"]]
        page.get_by_role("link", name="Erase all").click()
        page.get_by_role("main").get_by_role("button").first.click()
        page.wait_for_load_state()
        assert json.loads(served.django(COUNTS)) == before
        names = {cookie["name"] for cookie in page.context.cookies()}
        assert "lamppost_participant" not in names
        return [record["format"], given]

    with_script, without = each_way(browser, served, flow)
    assert with_script == without == ["lamppost-my-answers-1", [("vote", "disagree")]]


def test_the_code_of_a_printed_sheet_opens_the_question_in_its_language(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    context = visitor(browser, served, viewport={"width": 1000, "height": 1400})
    desk = enter(context, "lead")
    desk.goto(f"{skip_without(served, 'vision:paper_print')}?copies=1&language=es")
    sheet = desk.locator("article.sheet").first
    assert (sheet.get_attribute("lang"), sheet.get_attribute("dir")) == ("es", "ltr")
    sheet.screenshot(path=tmp_path / "sheet.png")
    context.close()
    code = zxingcpp.read_barcodes(Image.open(tmp_path / "sheet.png"))[0].text
    assert code.startswith(served.url)
    assert code.endswith("in=es")

    def flow(page: Page) -> list[Any]:
        page.goto(code)
        assert page.locator("h1").get_attribute("lang") == "es"
        press(page, "Agree", "**/*after=*")
        assert "in=es" in page.url
        return list(rows(served)["votes"])

    with_script, without = each_way(browser, served, flow)
    assert with_script == without
    assert [one[1:] for one in without] == [[1, "web", []]]


def test_this_does_not_reflect_what_we_said(browser: Browser, served: Served) -> None:
    place = skip_without(served, "vision:objection_add")

    def flow(page: Page) -> list[Any]:
        page.goto(skip_without(served, "vision:goals"))
        page.get_by_role("link", name="This does not reflect what we said").first.click()
        assert place in page.url
        page.locator("textarea").fill("We asked for benches, and none is in it.")
        page.locator("[name=consent]").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_text("Your words have arrived.").wait_for()
        page.get_by_role("link", name="My answers").click()
        page.get_by_text("We asked for benches, and none is in it.").wait_for()
        return list(json.loads(served.django(OBJECTION)))

    with_script, without = each_way(browser, served, flow)
    assert with_script == without
    assert with_script[:4] == [
        "We asked for benches, and none is in it.",
        "waiting",
        "public",
        "web",
    ]
    assert with_script[-1] == 1


def test_the_map_is_read_without_seeing_it(browser: Browser, served: Served, address: str) -> None:
    """By keys alone: nothing in the drawing takes them, and its table opens with Enter."""

    def flow(page: Page) -> list[str]:
        # By its code: other walks ask questions of their own, and the newest has no map yet.
        code = address.rstrip("/").rpartition("/")[2]
        page.goto(skip_without(served, "vision:landscape") + f"{code}/")
        figure = page.locator("section[aria-labelledby=map] figure")
        assert figure.locator("svg :is(a, [tabindex], [onclick])").count() == 0
        assert figure.locator("svg[role=img] title, svg[aria-label]").count() >= 1
        table = figure.locator("table")
        assert not table.is_visible()
        for _ in range(120):
            page.keyboard.press("Tab")
            if figure.locator("summary:focus").count():
                break
        page.keyboard.press("Enter")
        assert table.is_visible()
        return table.locator("tbody th").all_inner_texts()

    with_script, without = each_way(browser, served, flow)
    assert with_script == without
    assert len(with_script) >= 2, "each group, or side, has its row"
