"""What a passer-by reads of a site: notice, data chain, printed sign, registers, in every state."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from lamppost.pilots import dtpr
from tests.browser.conftest import Served
from tests.browser.pilots.walking import follow, go, says
from tests.browser.visiting import PHONE, visitor

Pilots = dict[str, dict[str, Any]]
INTERFACE = ("en", "es", "ar")
LANGUAGES = {*INTERFACE, "fr", "pt", "de"}
# A site of a pilot that is only planned, one that was taken down, and a code whose site is gone.
MORE = """
import datetime as dt, json
from django.utils import timezone
from lamppost.pilots.actions import add_site, delete_site, start_pilot
from lamppost.pilots.models import Pilot, Site
park = Pilot.objects.filter(partnership__made_up=True, playbook="smart-parks").first()
lead = park.partnership.memberships.filter(role="lead").first().user
values = {"title": "Wells", "problem": "The pump is dry.", "playbook": "smart-parks"}
pilot = start_pilot(partnership=park.partnership, by=lead, values=values)
new, gone = (add_site(pilot=pilot, by=lead, values={"name": name}) for name in ("Pump", "Well"))
code = gone.code
delete_site(site=gone, by=lead)
lamps = Pilot.objects.get(partnership=park.partnership, playbook="smart-street-lighting")
down = lamps.sites.order_by("-pk").first()
Site.objects.filter(pk=down.pk).update(removed_on=timezone.localdate())
print(json.dumps({"planned": new.code, "removed": down.code, "gone": code}))
"""


@pytest.fixture(scope="module")
def codes(served: Served, pilots: Pilots) -> dict[str, str]:
    """A site's address in each state."""
    found = {name: f"/s/{code}/" for name, code in json.loads(served.django(MORE)).items()}
    return found | {
        "measuring": pilots["traffic-management"]["sites"][0],
        "open": pilots["smart-parks"]["sites"][0],
        "ended": pilots["smart-street-lighting"]["sites"][0],
    }


STATES = [
    ("planned", "Not open yet"),
    ("measuring", "Measuring"),
    ("open", "Running"),
    ("ended", "Ended"),
    ("removed", "Taken down"),
    ("gone", "Nothing is measured here any more"),
]


def test_a_printed_code_answers_in_every_state(street: Page, codes: dict[str, str]) -> None:
    """And always with a way to the whole pilot, where its results are."""
    for state, words in STATES:
        for address in (codes[state], f"{codes[state]}notice/"):
            go(street, address)
            assert words in says(street), state
            links = street.get_by_role("main").get_by_role("link")
            ways = [link.get_attribute("href") or "" for link in links.all()]
            assert any("/pilots/" in way for way in ways), (state, ways)


def test_a_printed_code_answers_in_arabic_without_a_script(
    browser: Browser, served: Served, codes: dict[str, str]
) -> None:
    """From right to left, in its own words, and never wider than the telephone."""
    context = visitor(browser, served, "ar", java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    for state, words in STATES:
        go(page, codes[state])
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert words not in says(page), state
        box = page.get_by_role("main").bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= PHONE["width"]) == (True, True), state
    context.close()


def test_a_notice_in_the_languages_of_the_interface(
    browser: Browser, served: Served, codes: dict[str, str]
) -> None:
    headings = set()
    for language in INTERFACE:
        context = visitor(browser, served, language, java_script_enabled=False, viewport=PHONE)
        page = context.new_page()
        go(page, f"{codes['open']}notice/")
        root = page.locator("html")
        assert root.get_attribute("lang") == language
        assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        headings.add(page.get_by_role("heading", level=1).inner_text())
        # The city's own words stay in the city's language, and are marked so.
        city = page.locator("li").filter(has_text="Parks").locator("[lang=en]").first
        if language != "en":
            assert city.get_attribute("dir") == "ltr"
        context.close()
    assert len(headings) == len(INTERFACE)


def test_the_notice_as_data_keeps_the_rules_of_dtpr(street: Page, codes: dict[str, str]) -> None:
    go(street, f"{codes['open']}notice/")
    link = street.get_by_role("link", name="This notice as data (DTPR)")
    record = street.request.get(str(link.get_attribute("href"))).json()
    assert dtpr.problems(record) == []
    assert {one["locale"] for one in record["datachain"]["title"]} == LANGUAGES


def test_a_printed_sign_leads_back_to_its_site(
    browser: Browser, served: Served, codes: dict[str, str]
) -> None:
    """An independent reader reads the code in each language; the phone then opens the page."""
    context = visitor(browser, served, viewport={"width": 640, "height": 900})
    page = context.new_page()
    go(page, f"{codes['open']}notice/")
    links = page.locator("a[href*='/sign/']")
    addresses = [str(link.get_attribute("href")) for link in links.all()]
    assert len(addresses) == len(LANGUAGES)
    site, read = f"{served.url}{codes['open']}", []
    for address in addresses:
        page.goto(address)
        read += zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    # Each leads to the page in the language of its sign.
    assert sorted(one.text for one in read) == sorted(f"{site}{one}/" for one in LANGUAGES)
    go(page, f"{site}en/")
    expect(page.get_by_role("heading", name="What is measured here")).to_be_visible()
    context.close()


def test_the_sensor_register_as_a_page_and_a_table(street: Page, pilots: Pilots) -> None:
    go(street, "/register/")
    park = pilots["smart-parks"]["title"]
    card = street.get_by_role("listitem").filter(has_text=park).first
    expect(card).to_contain_text("Owner")
    expect(card).to_contain_text("There until")
    link = street.get_by_role("link", name="As a table (CSV)")
    table = street.request.get(str(link.get_attribute("href"))).text()
    rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    sites = pilots["smart-parks"]["sites"]
    mine = [row for row in rows if row["pilot"].endswith(tuple(sites))]
    assert len(mine) >= len(sites)
    assert all(abs(float(row["longitude"])) < 1 for row in mine)
    for field in ("owner_email", "type", "contains_pi_data", "active_until", "observation_goal"):
        assert mine[0][field], field


def test_the_register_of_algorithms(street: Page) -> None:
    go(street, "/algorithms/")
    names = street.get_by_role("main").get_by_role("heading", level=2).all_inner_texts()
    link = street.get_by_role("link", name="For programs (JSON)")
    record = street.request.get(str(link.get_attribute("href"))).json()
    told = json.dumps(record, ensure_ascii=False)
    assert len(names) >= 5
    for name in names:
        assert name in told
    follow(street, names[0])
    assert "object" in says(street)
