"""You said, we did: from an answer at a site to a promise, a change, a mail, and one press."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.pilots.walking import day, fill, follow, go, press, says

Pilots = dict[str, dict[str, Any]]
SAID = "The gate squeaks all night."
DID = "The hinge is oiled."
FIXES = """
import json
from lamppost.pilots.models import FixAnswer
print(json.dumps(list(FixAnswer.objects.order_by("pk").values_list("answer", flat=True))))
"""


def mailed(served: Served, address: str) -> str:
    """Return the mail to this address, as soon as it is sent."""
    for _try in range(100):
        for file in sorted((served.home / "mail").glob("*"), reverse=True):
            text = file.read_text(encoding="utf-8")
            if f"To: {address}" in text and DID in text:
                return text
        time.sleep(0.2)
    pytest.fail("no mail was sent")


@pytest.fixture(scope="module")
def asked(browser: Any, served: Served, pilots: Pilots) -> None:
    """Somebody said something at the park, and asked to be told."""
    context = browser.new_context(base_url=served.url, java_script_enabled=False)
    page = context.new_page()
    go(page, pilots["smart-parks"]["sites"][2])
    press(page, "Worse")
    page.locator("textarea").fill(SAID)
    press(page, "Send")
    follow(page, "Be told what becomes of it")
    fill(page, {"Your e-mail address": "ruth@example.org"})
    press(page, "Save")
    context.close()


@pytest.fixture(scope="module")
def promised(desk: Page, asked: None, pilots: Pilots) -> str:
    """The lead ticks what was said and promises something; the page of promises."""
    park = pilots["smart-parks"]["url"]
    go(desk, f"{park}feedback/?words=1")
    row = desk.get_by_role("listitem").filter(has_text=SAID).first
    row.get_by_role("checkbox").check()
    press(desk, "Make a commitment from what is ticked")
    assert SAID in says(desk)
    fill(desk, {"You said": "The gate squeaks.", "Until when": day(7)})
    press(desk, "Make the commitment")
    return f"{park}commitments/"


def test_a_promise_has_an_owner_and_a_day_in_public(street: Page, promised: str) -> None:
    go(street, promised)
    mine = street.get_by_role("listitem").filter(has_text="The gate squeaks.")
    expect(mine).to_contain_text("Parks and Canal")
    expect(mine).to_contain_text("until")
    assert SAID not in says(street), "words that wait are not shown"


def test_what_is_late_is_late_in_public(street: Page, promised: str) -> None:
    go(street, promised)
    assert re.search(r"\d+ commitments? (is|are) late", says(street))
    assert re.search(r"\d+ days? late", says(street))


def test_done_is_told_and_one_press_answers(
    desk: Page, street: Page, served: Served, promised: str
) -> None:
    go(desk, promised)
    follow(desk, "It is done", "The gate squeaks.")
    fill(desk, {"We did": DID, "from which day": day()})
    fill(desk, {"What changed of the technology": "A hinge with a sensor"})
    press(desk, "Save")
    go(street, promised)
    mine = street.get_by_role("listitem").filter(has_text=DID).first
    expect(mine).to_contain_text("version 3 of what is piloted")

    mail = mailed(served, "ruth@example.org")
    links = re.findall(r"http\S+\?answer=(\w+)", mail)
    assert links == ["yes", "partly", "no"]
    link = re.search(r"http\S+\?answer=partly", mail)
    assert link
    go(street, link.group(0))
    assert street.get_by_label("partly").is_checked()
    assert json.loads(served.django(FIXES)) == [], "looking writes nothing"
    press(street, "Send my answer")
    assert json.loads(served.django(FIXES)) == ["partly"]


def test_a_change_stands_at_the_site_and_in_the_record(
    street: Page, promised: str, pilots: Pilots
) -> None:
    go(street, pilots["smart-parks"]["sites"][2])
    assert DID in says(street)
    go(street, promised.replace("commitments/", "specification/"))
    assert "Version 3, from" in says(street)
    assert "A hinge with a sensor" in says(street)


def test_a_theme_becomes_a_commitment(
    desk: Page, street: Page, asked: None, pilots: Pilots
) -> None:
    """Words are named once; the promise answers all who spoke, and nobody reads who they are."""
    park = pilots["smart-parks"]["url"]
    go(desk, f"{park}feedback/?words=1")
    row = desk.get_by_role("listitem").filter(has_text=SAID).first
    row.get_by_role("checkbox").check()
    press(desk, "Put what is ticked under a theme")
    fill(desk, {"Theme": "Noise at night", "What people say about it": "The gates are heard."})
    press(desk, "Put them under it")
    assert SAID in says(desk)
    follow(desk, "Make a commitment")
    fill(desk, {"Who answers for it (a role)": "Parks office", "Until when": day(14)})
    press(desk, "Make the commitment")
    go(street, f"{park}commitments/")
    spoken = street.get_by_role("region", name="What people speak of")
    theme = spoken.get_by_role("listitem").filter(has_text="Noise at night")
    for words in ("The gates are heard.", "fewer than ten people"):
        expect(theme).to_contain_text(words)
    address = str(theme.get_by_role("link", name="Heard").get_attribute("href"))
    promise = street.locator(address[address.index("#") :])
    for words in ("The gates are heard.", "Parks office"):
        expect(promise).to_contain_text(words)
    assert SAID not in says(street)


def test_a_change_can_come_from_a_roundtable(desk: Page, street: Page, pilots: Pilots) -> None:
    park = pilots["smart-parks"]["url"]
    go(desk, f"{park}steps/")
    follow(desk, "Record a change")
    meeting = desk.get_by_label(re.compile("^Roundtable")).locator("option").last.inner_text()
    fill(desk, {"You said": "Too dark."})
    fill(desk, {"What is different now, or why it will not be done": "A lamp more."})
    fill(desk, {"From which day, or said on which day": day()})
    desk.get_by_label(re.compile("^Roundtable")).select_option(label=meeting)
    press(desk, "Save")
    go(street, park)
    change = street.get_by_role("listitem").filter(has_text="A lamp more.").first
    expect(change).to_contain_text(meeting)
