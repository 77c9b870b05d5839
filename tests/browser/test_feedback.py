"""Feedback at a site with JavaScript on and off: the same rows; and the lead sees it at once."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served
from tests.browser.visiting import PHONE, enter, visitor
from tests.pictures import jpeg

SITE = """
import json
from lamppost.pilots.models import Site
site = Site.objects.order_by("pk").first()
site.latitude, site.longitude = 50.5, -3.5
site.save()
print(json.dumps([site.code, site.name, site.pilot_id, site.pilot.partnership.slug]))
"""
ROWS = """
import json
from lamppost.pilots.models import Feedback
one = Feedback.objects.order_by("-pk").first()
print(json.dumps({
    "rating": one.rating, "words": one.voice.text, "consent": one.voice.consent,
    "state": one.voice.state, "photo": one.photo.size, "photo_words": one.photo_words,
    "may_show": one.may_show_photo, "address": one.address, "email": one.follow.email,
    "point": [one.latitude, one.longitude], "alert": one.alert.words,
}))
"""


@pytest.fixture(scope="module")
def site(served: Served) -> dict[str, Any]:
    code, name, pilot, slug = json.loads(served.django(SITE))
    return {"url": f"/s/{code}/", "name": name, "feedback": f"/p/{slug}/pilots/{pilot}/feedback/"}


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def give_everything(page: Page, site: dict[str, Any]) -> None:
    page.goto(site["url"])
    assert page.get_by_text("This is not an emergency line").is_visible()
    press(page, "Worse")
    page.locator("textarea").fill("A bare wire hangs from the lamp.")
    page.locator("[name=consent]").check()
    press(page, "Send")
    follow(page, "A photo")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    page.locator("[name=photo_words]").fill("The lamp")
    page.locator("[name=may_show_photo]").check()
    press(page, "Send")
    follow(page, "Where exactly it is")
    page.locator("[name=address]").fill("Mill Lane 7")
    press(page, "Save")
    follow(page, "Be told what becomes of it")
    page.locator("[name=email]").fill("one@example.org")
    press(page, "Save")
    assert page.get_by_text("We will tell you.").is_visible()


def test_the_same_rows_with_and_without_javascript(
    browser: Browser, served: Served, site: dict[str, Any]
) -> None:
    found = []
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        give_everything(context.new_page(), site)
        context.close()
        found.append(json.loads(served.django(ROWS)))
    assert found[0] == found[1]
    assert found[0].pop("photo") > 1000
    assert found[0] == {
        "rating": "worse", "words": "A bare wire hangs from the lamp.", "consent": "public",
        "state": "waiting", "photo_words": "The lamp", "may_show": True,
        "address": "Mill Lane 7", "email": "one@example.org", "point": [None, None],
        "alert": "bare wire",
    }  # fmt: skip


ASKED = """
import datetime as dt, json
from django.utils import timezone
from lamppost.pilots.actions import pulse
from lamppost.pilots.models import Pilot
from lamppost.pilots.queries.pulse import why_closed
p = Pilot.objects.get(title__startswith="A park")
lead = p.partnership.memberships.filter(role="lead").first().user
pulse.set_pulse_question(pilot=p, by=lead, values={"text": "Do you sit here?", "language": "en",
                                                   "scale": "yes_no"})
now = timezone.localdate()
pulse.set_pulse_round(pilot=p, by=lead, starts_on=now, ends_on=now + dt.timedelta(days=3))
assert not why_closed(p)
print(json.dumps(p.sites.order_by("pk").first().code))
"""
PULSE = """
import json
from lamppost.pilots.models import PulseAnswer
given = PulseAnswer.objects.filter(question__text="Do you sit here?").order_by("pk")
print(json.dumps([[one.value, one.participant.channel] for one in given]))
"""
# Of a token only its hash is kept, so the test makes one that it knows.
MAILED = """
from lamppost.pilots.actions.follows import hash_of
from lamppost.pilots.models import Follow
one = Follow.objects.order_by("-pk").first()
one.token_sha256 = hash_of("{token}")
one.save()
"""
ADDRESS = """
import json
from lamppost.pilots.models import Follow
print(json.dumps(Follow.objects.order_by("-pk").first().email))
"""


def test_the_pulse_is_answered_and_changed(browser: Browser, served: Served) -> None:
    address = f"/s/{json.loads(served.django(ASKED))}/"
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        page = context.new_page()
        page.goto(address)
        with page.expect_navigation():
            page.locator("a[href$='/pulse/']").first.click()
        press(page, "No")
        page.get_by_text("Your answers count").first.wait_for()
        with page.expect_navigation():
            page.locator("a[href*='?question=']").first.click()
        press(page, "Yes")
        page.get_by_text("Your answers count").first.wait_for()
        context.close()
    assert json.loads(served.django(PULSE)) == [[1, "web"], [1, "web"]]


def test_an_address_is_deleted_from_the_link_of_a_mail(
    browser: Browser, served: Served, site: dict[str, Any]
) -> None:
    for script in (True, False):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        page = context.new_page()
        page.goto(site["url"])
        press(page, "Better")
        page.goto(f"{site['url']}tell-me/")
        page.locator("[name=email]").fill("two@example.org")
        press(page, "Save")
        token = f"of-a-mail-{script}"
        served.django(MAILED.format(token=token))
        page.goto(f"/told/{token}/")
        assert json.loads(served.django(ADDRESS)) == "two@example.org", "opening it does nothing"
        press(page, "Delete my address")
        page.get_by_role("heading", name="Your address is deleted").wait_for()
        assert json.loads(served.django(ADDRESS)) == ""
        context.close()


KEPT = """
import json
from lamppost.pilots.models import Feedback
from lamppost.voices.models import Receipt
newest = Feedback.objects.order_by("-pk").first()
print(json.dumps([newest.rating, Feedback.objects.count(), Receipt.objects.count()]))
"""


def test_pressed_without_network_and_sent_once_when_it_is_back(
    browser: Browser, served: Served, site: dict[str, Any]
) -> None:
    _rating, answers, receipts = json.loads(served.django(KEPT))
    context = visitor(browser, served, viewport=PHONE)
    page = context.new_page()
    page.goto(site["url"])
    context.set_offline(True)
    for second_thought in ("Better", "Worse"):
        page.get_by_role("button", name=second_thought, exact=True).click()
        page.get_by_text("Kept on this phone, not sent yet.").wait_for()
    context.set_offline(False)
    page.wait_for_url("**/words/")
    page.get_by_text("Saved: Worse").wait_for()
    assert page.evaluate("localStorage['lamppost-unsent']") is None
    context.close()
    assert json.loads(served.django(KEPT)) == ["worse", answers + 1, receipts + 1]


def test_a_place_is_tapped_on_the_map_or_taken_with_the_keyboard(
    browser: Browser, served: Served, site: dict[str, Any]
) -> None:
    context = visitor(browser, served, viewport=PHONE)
    page = context.new_page()
    page.goto(site["url"])
    press(page, "Better")
    page.goto(f"{site['url']}place/")
    page.locator("#place-map .site-mark").first.wait_for()
    page.locator("#place-map").click(position={"x": 60, "y": 200})
    page.get_by_text("The place you tapped is marked.").wait_for()
    tapped = page.locator("[name=latitude]").input_value()
    assert 50.49 < float(tapped) < 50.51
    page.get_by_role("button", name="Take the mark away").click()
    assert page.locator("[name=latitude]").input_value() == ""
    page.get_by_role("button", name="Take the middle of the map").focus()
    page.keyboard.press("Enter")
    assert page.locator("[name=latitude]").input_value() == "50.50000"
    press(page, "Save")
    page.goto(f"{site['url']}place/")
    page.get_by_text("The place you tapped is marked.").wait_for()
    assert page.locator("[name=longitude]").input_value() == "-3.50000"
    context.close()


def test_the_lead_sees_it_with_its_site_within_two_seconds(
    browser: Browser, served: Served, site: dict[str, Any]
) -> None:
    at_desk = visitor(browser, served, viewport={"width": 1280, "height": 900})
    desk = enter(at_desk, "lead")
    desk.goto(site["feedback"])
    rows = desk.locator("ul.rows > li").filter(has=desk.locator("[name=feedback]"))
    box = rows.first.locator("[name=feedback]")
    box.check()
    kept = box.get_attribute("value")
    everybody = desk.locator("figcaption").first.inner_text()
    on_street = visitor(browser, served, viewport=PHONE)
    page = on_street.new_page()
    page.goto(site["url"])
    page.get_by_role("button", name="Better", exact=True).click()
    page.locator("textarea").wait_for()
    given = time.monotonic()
    desk.wait_for_function(
        "before => !document.querySelector('main').innerText.includes(before)",
        arg=everybody,
        polling=50,
    )  # fmt: skip
    assert time.monotonic() - given < 2
    newest = desk.locator("[data-live] ul.rows > li").filter(has_text="web").first
    assert site["name"] in newest.inner_text()
    assert desk.locator(f"[name=feedback][value='{kept}']").is_checked(), "ticks stay"
    page.locator("textarea").fill("I see smoke.")
    press(page, "Send")
    given = time.monotonic()
    desk.get_by_role("link", name="smoke", exact=True).wait_for()
    assert time.monotonic() - given < 2
    for context in (on_street, at_desk):
        context.close()


def test_without_javascript_the_lead_reloads(
    browser: Browser, served: Served, site: dict[str, Any]
) -> None:
    at_desk = visitor(browser, served, java_script_enabled=False)
    desk = enter(at_desk, "lead")
    desk.goto(site["feedback"])
    assert not desk.get_by_text("This page shows new answers by itself.").is_visible()
    before = desk.locator("figcaption").first.inner_text()
    on_street = visitor(browser, served, viewport=PHONE)
    page = on_street.new_page()
    page.goto(site["url"])
    press(page, "The same")
    desk.reload()
    assert desk.locator("figcaption").first.inner_text() != before
    for context in (on_street, at_desk):
        context.close()
