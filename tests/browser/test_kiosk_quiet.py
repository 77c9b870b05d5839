"""A tablet that nobody touches for 60 seconds is free for the next person, with JavaScript or not.

Nobody waits: the browser's clock is put forward, and the tablet's cookie is replaced by one that
was signed so many seconds earlier.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.core.signing import b62_encode
from playwright.sync_api import Browser, BrowserContext, Page

from lamppost.vision.views.kiosk import SALT
from tests.browser.conftest import Served
from tests.browser.visiting import visitor

PREPARE = """
import datetime as dt, json
from django.utils import timezone
from lamppost.accounts.models import Partnership
from lamppost.vision.actions import add_seed_statements, open_conversation
from lamppost.vision.actions.kiosks import issue_kiosk
p = Partnership.objects.get(made_up=True)
lead = p.memberships.filter(role="lead").order_by("pk").first().user
one = open_conversation(partnership=p, by=lead,
                        values={"question": "What at the stop?", "language": "en"})
add_seed_statements(conversation=one, by=lead, language="en",
                    texts=[f"At the stop, number {n}." for n in range(1, 4)])
token = issue_kiosk(conversation=one, by=lead, place="Library",
                    expires_at=timezone.now() + dt.timedelta(hours=2))[1]
print(json.dumps([f"/k/{token}/", one.code]))
"""
ROWS = """
import json
from lamppost.vision.models import Vote
votes = Vote.objects.filter(statement__conversation__code=%r)
people = sorted(set(votes.values_list("participant", flat=True)))
print(json.dumps([sorted(votes.filter(participant=one).values_list("value", "channel"))
                  for one in people]))
"""
TABLET = {"width": 1024, "height": 768}


@pytest.fixture(scope="module")
def kiosk(served: Served) -> tuple[str, str]:
    address, code = json.loads(served.django(PREPARE))
    return address, code


def rows(served: Served, code: str) -> Any:
    return json.loads(served.django(ROWS % code))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def answered(page: Page, name: str, number: int = 1) -> None:
    """Answer one statement, the `number`-th of this person."""
    press(page, name)
    page.get_by_text(f"You have answered {number}.").wait_for()


def begin(page: Page) -> None:
    press(page, "Start")
    answered(page, "Agree")


class Earlier(signing.TimestampSigner):
    """Signs as the site does, so many seconds ago."""

    def __init__(self, served: Served, seconds: int) -> None:
        key = (served.home / "secret.key").read_text(encoding="utf-8").strip()
        super().__init__(key=key, salt=SALT, fallback_keys=[])
        self.seconds = seconds

    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - self.seconds)


def leave_alone(context: BrowserContext, served: Served, seconds: int) -> None:
    """Let the last touch have been so many seconds ago, as the server reads it."""
    (mine,) = [one for one in context.cookies() if one["name"] == "lamppost_kiosk"]
    signer = Earlier(served, seconds)
    older = signer.sign(signer.unsign(mine["value"]))
    context.add_cookies([{**mine, "value": older}])  # type: ignore[typeddict-item]


def silence(page: Page, served: Served, seconds: int, *, script: bool) -> None:
    """Let it be quiet: the page leads on by itself, as it says in its script or in its head."""
    leave_alone(page.context, served, seconds)
    if script:
        page.clock.fast_forward(1000 * seconds)
        page.get_by_role("button", name="Start", exact=True).wait_for()
        return
    refresh = page.locator('meta[http-equiv="refresh"]').get_attribute("content") or ""
    wait, _semicolon, address = refresh.partition(";url=")
    assert int(wait) <= seconds
    page.goto(address)


def each_way(
    browser: Browser, served: Served, kiosk: tuple[str, str], flow: Callable[[Page, bool], None]
) -> list[Any]:
    """Do it on a tablet with the script and on one without; return what each added."""
    address, code = kiosk
    added = []
    before = rows(served, code)
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=TABLET)
        page = context.new_page()
        if script:
            page.clock.install()
        page.goto(address)
        flow(page, script)
        context.close()
        now = rows(served, code)
        added.append(now[len(before) :])
        before = now
    return added


def test_after_sixty_quiet_seconds_somebody_new_begins(
    browser: Browser, served: Served, kiosk: tuple[str, str]
) -> None:
    def flow(page: Page, script: bool) -> None:
        begin(page)
        silence(page, served, 61, script=script)
        page.get_by_role("button", name="Start", exact=True).wait_for()
        assert [one["name"] for one in page.context.cookies()] in ([], ["csrftoken"])
        press(page, "Start")
        assert page.get_by_text("You have answered").count() == 0, "nothing of the one before"
        answered(page, "Disagree")
        press(page, "Finish")

    with_script, without = each_way(browser, served, kiosk, flow)
    assert with_script == without == [[[1, "kiosk"]], [[-1, "kiosk"]]]


def test_more_time_is_had_for_the_asking(
    browser: Browser, served: Served, kiosk: tuple[str, str]
) -> None:
    """*I need more time* begins the 60 seconds anew, for the same person."""

    def flow(page: Page, script: bool) -> None:
        begin(page)
        leave_alone(page.context, served, 55)
        press(page, "I need more time")
        leave_alone(page.context, served, 55)
        answered(page, "Disagree", 2)
        press(page, "Finish")

    with_script, without = each_way(browser, served, kiosk, flow)
    assert with_script == without == [[[-1, "kiosk"], [1, "kiosk"]]]


def test_a_press_on_an_old_page_counts_for_nobody(
    browser: Browser, served: Served, kiosk: tuple[str, str]
) -> None:
    """Whoever comes later and presses a button on the page before: not in the other's name."""

    def flow(page: Page, script: bool) -> None:
        begin(page)
        leave_alone(page.context, served, 76)
        page.get_by_role("button", name="Disagree", exact=True).click()
        page.get_by_role("button", name="Start", exact=True).wait_for()

    with_script, without = each_way(browser, served, kiosk, flow)
    assert with_script == without == [[[1, "kiosk"]]]
