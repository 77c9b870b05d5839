"""What somebody gave and takes back again, JavaScript on and off: the same rows are left."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from tests.browser.conftest import Served
from tests.browser.test_resident_flows import press, rows
from tests.browser.test_resident_pages import each_way
from tests.browser.test_stories import photo, recording
from tests.browser.visiting import PHONE, skip_without, visitor

# What is left of the newest participant, and how many files lie in the folder of stories.
LEFT = """
import json, os
from django.conf import settings
from lamppost.vision.models import Story
from lamppost.voices.models import Participant
one = Participant.objects.order_by("-pk").first()
print(json.dumps({
    "stories": [[s.feeling, bool(s.photo), bool(s.audio), s.may_show_photo, s.may_play_audio,
                 s.photo_words] for s in Story.objects.filter(voice__participant=one)],
    "words": [[v.text, v.consent, v.state] for v in one.voices.order_by("pk")],
    "files": sum(len(names) for _, _, names in os.walk(settings.MEDIA_ROOT / "stories")),
}))
"""
# How many more devices and codes lead to whoever came last, and what they answered.
WAYS = """
import json
from lamppost.voices.models import Participant, ReturnCode
one = Participant.objects.order_by("-pk").first()
print(json.dumps({"devices": one.device_links.count(),
                  "codes": ReturnCode.objects.filter(participant=one).count(),
                  "votes": sorted(one.votes.values_list("value", flat=True))}))
"""


@pytest.fixture(scope="module")
def telling(served: Served) -> str:
    return skip_without(served, "story_begin")


@pytest.fixture(scope="module")
def voting(served: Served) -> str:
    return skip_without(served, "vote")


def left(served: Served) -> dict[str, Any]:
    return dict(json.loads(served.django(LEFT)))


def tell(page: Page, address: str, words: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="A hope").click()
    page.get_by_label("In your own words").fill(words)
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("It waits until somebody has read it.").wait_for()


def add_files(page: Page) -> None:
    page.get_by_role("link", name="A photo", exact=True).click()
    page.locator("[name=photo]").set_input_files(photo())
    page.get_by_label("What does it show?").fill("A bench")
    page.locator("[name=may_show_photo]").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("The photo has arrived.").wait_for()
    page.get_by_role("link", name="A recording", exact=True).click()
    sound = FilePayload(name="owls.wav", mimeType="audio/wav", buffer=recording())
    page.locator("[name=audio]").set_input_files(sound)
    page.locator("[name=may_play_audio]").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("The recording has arrived.").wait_for()


def test_a_photo_and_a_recording_are_taken_out(
    browser: Browser, served: Served, telling: str
) -> None:
    """Each for itself; the words stay, and the file is gone from the disk."""

    def flow(page: Page) -> list[Any]:
        before = left(served)["files"]
        tell(page, telling, "I hope for a bench by the water.")
        add_files(page)
        found = [left(served)]
        for what in ("photo", "recording"):
            page.get_by_role("button", name=f"Delete the {what}").click()
            page.get_by_text(f"The {what} is deleted.").wait_for()
            assert page.get_by_role("button", name=f"Delete the {what}").count() == 0
            found.append(left(served))
        return [[one["stories"], one["words"], one["files"] - before] for one in found]

    with_script, without = each_way(browser, served, flow)
    words = [["I hope for a bench by the water.", "public", "waiting"]]
    assert with_script == without == [
        [[["hope", True, True, True, True, "A bench"]], words, 2],
        [[["hope", False, True, False, True, ""]], words, 1],
        [[["hope", False, False, False, False, ""]], words, 0],
    ]  # fmt: skip


def test_one_story_is_erased_and_another_stays(
    browser: Browser, served: Served, telling: str
) -> None:
    def flow(page: Page) -> list[Any]:
        before = left(served)["files"]
        tell(page, telling, "I hope for shade at the stop.")
        tell(page, telling, "I hope for this no longer.")
        add_files(page)
        page.get_by_role("link", name="Erase this story").click()
        page.get_by_text("This cannot be undone.").wait_for()
        assert page.get_by_text("I hope for this no longer.").is_visible()
        page.get_by_role("button", name="Erase", exact=True).click()
        page.get_by_text("It is erased.").wait_for()
        assert page.get_by_text("I hope for this no longer.").count() == 0
        found = left(served)
        return [found["stories"], found["words"], found["files"] - before]

    with_script, without = each_way(browser, served, flow)
    assert with_script == without == [
        [["hope", False, False, False, False, ""]],
        [["I hope for shade at the stop.", "public", "waiting"]],
        0,
    ]  # fmt: skip


def test_an_objection_is_erased(browser: Browser, served: Served) -> None:
    """Its words go with it; nothing else of the person is there."""
    place = skip_without(served, "vision:objection_add")

    def flow(page: Page) -> list[Any]:
        page.goto(place)
        page.locator("textarea").fill("Nobody spoke of the wind at the quay.")
        page.locator("[name=consent]").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_text("Your words have arrived.").wait_for()
        found = [left(served)["words"]]
        page.get_by_role("link", name="My answers").click()
        page.get_by_role("link", name="Erase", exact=True).click()
        page.get_by_text("This cannot be undone.").wait_for()
        assert page.get_by_text("Nobody spoke of the wind at the quay.").is_visible()
        page.get_by_role("button", name="Erase", exact=True).click()
        page.get_by_text("It is erased.").wait_for()
        assert page.get_by_text("Nobody spoke of the wind at the quay.").count() == 0
        return [*found, left(served)["words"]]

    with_script, without = each_way(browser, served, flow)
    words = [["Nobody spoke of the wind at the quay.", "public", "waiting"]]
    assert with_script == without == [words, []]


def test_words_are_shown_no_more_and_again(browser: Browser, served: Served, voting: str) -> None:
    """Consent is taken back, the words stay the person's own; and it can be given again."""
    words = iter(["Sweep the steps after the fair.", "Let the fountain run in May."])

    def flow(page: Page) -> list[Any]:
        page.goto(f"{voting}add/")
        page.locator("textarea").fill(next(words))
        page.locator("[name=consent]").check()
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/added/")
        page.get_by_role("link", name="My answers").first.click()
        found = []
        for name, told in (
            ("Do not show it any more", "Your words are not shown any more."),
            ("Let it be shown, without my name", "Your words may be shown again"),
        ):
            page.get_by_role("button", name=name).click()
            page.get_by_text(told).wait_for()
            found.append(left(served)["words"][0][1:])
        return found

    with_script, without = each_way(browser, served, flow)
    assert with_script == without
    assert [one[0] for one in without] == ["none", "public"]


def test_a_vote_is_changed_from_my_answers_and_its_mark_taken_away(
    browser: Browser, served: Served, voting: str
) -> None:
    def flow(page: Page) -> list[Any]:
        page.goto(f"{voting}?s=3")
        press(page, "Agree", "**/*after=3")
        page.get_by_role("button", name="Especially important to me").click()
        page.get_by_text("Especially important to you.").wait_for()
        marked = rows(served)["important"]
        page.get_by_role("link", name="My answers").first.click()
        page.get_by_role("link", name="Change").click()
        press(page, "Disagree", "**/*after=3")
        page.get_by_role("link", name="My answers").first.click()
        page.get_by_role("listitem").get_by_role("link", name="important").click()
        page.get_by_role("button", name="Erase", exact=True).click()
        page.get_by_text("It is erased.").wait_for()
        found = rows(served)
        return [marked, found["important"], found["votes"]]

    with_script, without = each_way(browser, served, flow)
    assert with_script == without == [[3], [], [[3, -1, "web", [1]]]]


# The return code.


def make_code(page: Page) -> str:
    page.get_by_role("link", name="My answers").first.click()
    page.get_by_role("link", name="Come back from another device").click()
    page.get_by_role("button", name="Make a code").click()
    page.get_by_role("heading", name="Your return code").wait_for()
    return page.locator(".big-word").inner_text()


def come_back(page: Page, code: str) -> None:
    page.goto("/back/")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Show my answers").click()


def ways(served: Served) -> dict[str, Any]:
    return dict(json.loads(served.django(WAYS)))


def test_a_code_that_is_taken_back_leads_nowhere(
    browser: Browser, served: Served, voting: str
) -> None:
    def flow(page: Page) -> list[Any]:
        page.goto(f"{voting}?s=3")
        press(page, "Agree", "**/*after=3")
        code = make_code(page)
        found = [ways(served)]
        page.get_by_role("link", name="I have it").click()
        page.get_by_role("link", name="Come back from another device").click()
        page.get_by_role("button", name="Take the code back").click()
        page.get_by_text("The code leads nowhere now.").wait_for()
        assert page.get_by_role("button", name="Take the code back").count() == 0
        other = visitor(browser, served, viewport=PHONE)
        come_back(elsewhere := other.new_page(), code)
        elsewhere.get_by_text("This code leads nowhere.").first.wait_for()
        other.close()
        return [*found, ways(served)]

    with_script, without = each_way(browser, served, flow)
    assert with_script == without == [
        {"devices": 0, "codes": 1, "votes": [1]},
        {"devices": 0, "codes": 0, "votes": [1]},
    ]  # fmt: skip


def test_only_this_device_cuts_the_others_off(
    browser: Browser, served: Served, voting: str
) -> None:
    """The lost phone sees nothing more, and its code opens nothing; what was given stays."""

    def flow(page: Page) -> list[Any]:
        page.goto(f"{voting}?s=3")
        press(page, "Disagree", "**/*after=3")
        code = make_code(page)
        other = visitor(browser, served, viewport=PHONE)
        come_back(lost := other.new_page(), code)
        lost.get_by_text("You are back.").wait_for()
        mine = lost.url
        found = [ways(served)]
        page.get_by_role("link", name="I have it").click()
        page.get_by_role("link", name="Come back from another device").click()
        page.get_by_text("1 other device leads to these answers.").wait_for()
        page.get_by_role("button", name="Only this device").click()
        page.get_by_text("1 other device is cut off.").wait_for()
        lost.goto(mine)
        lost.get_by_role("heading", name="Nothing yet").wait_for()
        come_back(lost, code)
        lost.get_by_text("This code leads nowhere.").first.wait_for()
        other.close()
        page.goto(mine)
        page.get_by_text("This is the 1 thing you gave here.").wait_for()
        return [*found, ways(served)]

    with_script, without = each_way(browser, served, flow)
    assert with_script == without == [
        {"devices": 1, "codes": 1, "votes": [-1]},
        {"devices": 0, "codes": 0, "votes": [-1]},
    ]  # fmt: skip
