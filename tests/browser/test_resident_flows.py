"""The resident's flows with JavaScript on and off: the same rows; and once and only once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.conftest import Served
from tests.browser.visiting import PHONE, skip_without, visitor

# Everything that the newest participant gave.
ROWS = """
import json
from lamppost.voices.models import Participant
one = Participant.objects.order_by("-pk").first()
print(json.dumps({
    "votes": [[v.statement.number, v.value, v.channel, [r.value for r in v.replaced.all()]]
              for v in one.votes.order_by("statement__number")],
    "important": [m.statement.number for m in one.important_marks.all()],
    "about": [[c.question, c.value] for c in one.characteristics.order_by("question")],
    "words": [[v.text, v.state, v.consent, v.language] for v in one.voices.order_by("pk")],
    "receipts": one.receipts.count(),
}))
"""
PREPARE = """
from lamppost.vision.models import Conversation
from lamppost.vision.queries.votable import votable
one = Conversation.objects.get(code=%r)
one.asks = ["age", "group"]
one.save()
first, second = votable(one).order_by("number")[:2]
import json
print(json.dumps([first.number, second.number, first.voice.public_text]))
"""
Flow = Callable[[Page], None]


@pytest.fixture(scope="module")
def address(served: Served) -> str:
    return skip_without(served, "vote")


@pytest.fixture(scope="module")
def known(served: Served, address: str) -> tuple[int, int, str]:
    first, second, text = json.loads(served.django(PREPARE % address.strip("/").split("/")[-1]))
    return first, second, text


def rows(served: Served) -> dict[str, Any]:
    return dict(json.loads(served.django(ROWS)))


def press(page: Page, name: str, following: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(following)
    page.wait_for_load_state()


def both_ways(browser: Browser, served: Served, flow: Flow) -> dict[str, Any]:
    """Do it with the script and without it; return the rows, which are the same."""
    found = []
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        flow(context.new_page())
        context.close()
        found.append(rows(served))
    with_script, without = found
    assert with_script.pop("receipts") > 0
    assert without.pop("receipts") == 0
    assert with_script == without
    return without


def test_vote_change_undo_and_mark(
    browser: Browser, served: Served, address: str, known: tuple[int, int, str]
) -> None:
    first, second, _text = known

    def flow(page: Page) -> None:
        page.goto(f"{address}?s={first}")
        press(page, "Agree", f"**/*after={first}")
        page.goto(f"{address}?s={second}")
        press(page, "Pass, or not sure", f"**/*after={second}")
        page.get_by_role("link", name="Answer again").click()
        press(page, "Disagree", f"**/*after={second}")
        press(page, "Take it back", "**/*undone=1")
        assert page.get_by_text("Your answer is taken back.").is_visible()
        press(page, "Agree", f"**/*after={second}")
        page.get_by_role("link", name="Answer again").click()
        press(page, "Disagree", f"**/*after={second}")
        page.get_by_role("button", name="Especially important to me").click()
        page.get_by_text("Especially important to you.").wait_for()

    assert both_ways(browser, served, flow) == {
        "votes": [[first, 1, "web", []], [second, -1, "web", [1]]],
        "important": [second],
        "about": [],
        "words": [],
    }


def test_a_sentence_that_is_nearly_there(
    browser: Browser, served: Served, address: str, known: tuple[int, int, str]
) -> None:
    first, _second, text = known
    tries = iter(range(9))

    def flow(page: Page) -> None:
        own = f"{text.rstrip('.')} number {next(tries)}"
        page.goto(f"{address}add/")
        page.locator("textarea").fill(own)
        page.locator("[name=consent]").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Is it the same").wait_for()
        page.get_by_role("button", name="Change my sentence").click()
        page.locator("textarea").wait_for()
        assert page.locator("textarea").input_value() == own
        page.locator("textarea").fill(f"{own}.")
        page.locator("[name=consent]").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Is it the same").wait_for()
        press(page, "No, mine is different: send it", "**/added/")

    found = []
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        flow(context.new_page())
        context.close()
        found.append(rows(served))
    assert [one["receipts"] for one in found] == [1, 0]
    assert [one["words"][0][1:] for one in found] == [["waiting", "public", "en"]] * 2
    assert [one["words"][0][0] for one in found] == [
        f"{text.rstrip('.')} number {n}." for n in (0, 1)
    ]
    assert all(len(one["words"]) == 1 and not one["votes"] for one in found)

    def answer_the_other(page: Page) -> None:
        page.goto(f"{address}add/")
        page.locator("textarea").fill(f"{text.rstrip('.')} too")
        page.locator("[name=consent]").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_role("link", name="Yes, I answer this one").first.click()
        page.locator(".choices").wait_for()
        press(page, "Agree", "**/*after=*")

    assert both_ways(browser, served, answer_the_other) == {
        "votes": [[first, 1, "web", []]],
        "important": [],
        "about": [],
        "words": [],
    }


def test_about_you_and_deleting(
    browser: Browser, served: Served, address: str, known: tuple[int, int, str]
) -> None:
    first, second, _text = known

    def flow(page: Page) -> None:
        for number in (first, second):
            page.goto(f"{address}?s={number}")
            press(page, "Agree", f"**/*after={number}")
        page.get_by_role("link", name="Stop whenever you like.").click()
        page.get_by_role("link", name="A few questions about you").click()
        page.get_by_role("link", name="Answer").first.click()
        page.get_by_label("30 to 44").check()
        press(page, "Save", "**/about-you/group/")
        page.get_by_role("link", name="Skip", exact=True).click()
        page.get_by_role("link", name="My answers").click()
        page.get_by_role("listitem").filter(has_text="30 to 44").get_by_role(
            "link", name="Erase"
        ).click()
        page.get_by_role("button", name="Erase").click()
        page.get_by_text("It is erased.").wait_for()
        page.get_by_role("listitem").filter(has_text="agree").get_by_role(
            "link", name="Erase"
        ).first.click()
        page.get_by_role("button", name="Erase").click()
        page.get_by_text("It is erased.").wait_for()

    found = both_ways(browser, served, flow)
    assert len(found["votes"]) == 1
    assert found["about"] == []


# Once and only once.


def offline_visitor(browser: Browser, served: Served, address: str) -> tuple[BrowserContext, Page]:
    context = visitor(browser, served, viewport=PHONE)
    page = context.new_page()
    page.goto(address)
    return context, page


def test_killed_after_the_server_took_it(
    browser: Browser, served: Served, address: str, known: tuple[int, int, str]
) -> None:
    """The vote arrives, its answer is lost: sent again with the same key, it is one row."""
    first = known[0]
    context, page = offline_visitor(browser, served, f"{address}?s={first}")
    lost = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/v/**", lose)
    page.get_by_role("button", name="Agree", exact=True).click()
    page.get_by_text("Kept on this phone, not sent yet.").wait_for()
    assert lost == [200]
    assert rows(served)["votes"] == [[first, 1, "web", []]]
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_url(f"**/*after={first}")
    context.close()
    found = rows(served)
    assert found["votes"] == [[first, 1, "web", []]]
    assert found["receipts"] == 1


def test_tapped_without_network_and_sent_when_it_is_back(
    browser: Browser, served: Served, address: str, known: tuple[int, int, str]
) -> None:
    """A second thought takes the place of the first; the page says what is going on."""
    first = known[0]
    context, page = offline_visitor(browser, served, f"{address}?s={first}")
    context.set_offline(True)
    page.get_by_role("button", name="Agree", exact=True).click()
    page.get_by_text("Kept on this phone, not sent yet.").wait_for()
    page.get_by_role("button", name="Disagree", exact=True).click()
    assert page.evaluate("JSON.parse(localStorage['lamppost-unsent']).length") == 1
    context.set_offline(False)
    page.wait_for_url(f"**/*after={first}")
    assert page.evaluate("localStorage['lamppost-unsent']") is None
    context.close()
    found = rows(served)
    assert found["votes"] == [[first, -1, "web", []]]


def test_kept_when_the_page_is_closed_and_sent_on_the_next_visit(
    browser: Browser, served: Served, address: str, known: tuple[int, int, str]
) -> None:
    first, second, _text = known
    context, page = offline_visitor(browser, served, f"{address}?s={first}")
    context.set_offline(True)
    page.get_by_role("button", name="Agree", exact=True).click()
    page.get_by_text("Kept on this phone, not sent yet.").wait_for()
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{address}?s={second}")
    page.get_by_text("Sent.").wait_for()
    context.close()
    assert rows(served)["votes"] == [[first, 1, "web", []]]


def test_a_sentence_written_without_network_arrives_once(
    browser: Browser, served: Served, address: str
) -> None:
    context, page = offline_visitor(browser, served, f"{address}add/")
    page.locator("textarea").fill("Put benches where the bus turns.")
    page.locator("[name=consent]").check()
    context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Kept on this phone, not sent yet.").wait_for()
    context.set_offline(False)
    page.wait_for_url("**/added/")
    context.close()
    found = rows(served)
    assert [one[0] for one in found["words"]] == ["Put benches where the bus turns."]


def kept_offline(context: BrowserContext, page: Page, button: str) -> None:
    """Press without network, and close the page: it waits on this phone."""
    context.set_offline(True)
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_text("Kept on this phone, not sent yet.").wait_for()


def test_a_story_written_without_network_arrives_once_also_on_a_later_visit(
    browser: Browser, served: Served, address: str
) -> None:
    context, page = offline_visitor(browser, served, address.replace("/v/", "/t/") + "hope/")
    page.locator("textarea").fill("I saw the stars again from the quay.")
    kept_offline(context, page, "Send")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    page.get_by_text("Sent.").wait_for()
    page.get_by_role("link", name="Go on", exact=True).click()
    page.get_by_text("I saw the stars again from the quay.").first.wait_for()
    context.close()
    found = rows(served)
    assert found["words"] == [["I saw the stars again from the quay.", "waiting", "none", "en"]]
    assert found["receipts"] == 1


def test_what_somebody_says_of_themselves_without_network_arrives_once(
    browser: Browser, served: Served, address: str, known: tuple[int, int, str]
) -> None:
    """A second thought takes the place of the first; then the next question follows."""
    context, page = offline_visitor(browser, served, f"{address}about-you/age/")
    page.get_by_label("18 to 29").check()
    kept_offline(context, page, "Save")
    page.get_by_label("30 to 44").check()
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.evaluate("JSON.parse(localStorage['lamppost-unsent']).length") == 1
    context.set_offline(False)
    page.wait_for_url("**/about-you/group/")
    context.close()
    found = rows(served)
    assert (found["about"], found["receipts"]) == ([["age", "30-44"]], 1)


def test_an_objection_whose_answer_was_lost_is_one_objection(
    browser: Browser, served: Served
) -> None:
    context, page = offline_visitor(browser, served, skip_without(served, "vision:objection_add"))
    lost = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/not-what-we-said/", lose)
    page.locator("textarea").fill("We asked for quiet nights.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Kept on this phone, not sent yet.").wait_for()
    assert lost == [200]
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_url("**/sent/")
    context.close()
    assert [one[0] for one in rows(served)["words"]] == ["We asked for quiet nights."]
