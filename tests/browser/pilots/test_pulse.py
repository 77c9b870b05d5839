"""The pulse at the park: asked by link and on paper in the same words, with its turnout."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served
from tests.browser.pilots.walking import choose, day, field, fill, follow, go, press, says
from tests.browser.visiting import PHONE, visitor

QUESTION = "Do you like to spend time in this part of the park?"
ROWS = """
import json
from lamppost.pilots.models import PulseAnswer
mine = PulseAnswer.objects.filter(site__pilot__playbook="smart-parks").order_by("pk")
found = mine.values_list("value", "channel", "site__code")
print(json.dumps(list(found)))
"""


@pytest.fixture(scope="module")
def park(desk: Page, pilots: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The park with a question of its playbook and a round that is open."""
    found = pilots["smart-parks"]
    go(desk, f"{found['url']}pulse/")
    follow(desk, "Take this one", QUESTION)
    fill(desk, {"The same question in: Spanish": "¿Le gusta estar en esta parte del parque?"})
    press(desk, "Save")
    follow(desk, "Plan a round")
    starts, ends = desk.locator("input[type=date]").all()
    starts.fill(day(-1))
    ends.fill(day(6))
    press(desk, "Save")
    assert "Round 1 is open" in says(desk)
    return found


def test_by_link_on_paper_and_who_was_invited(
    desk: Page, street: Page, served: Served, park: dict[str, Any]
) -> None:
    site = park["sites"][0]
    go(street, site)
    follow(street, "One question about this place")
    assert street.get_by_role("heading", level=1).inner_text() == QUESTION
    assert json.loads(served.django(ROWS)) == [], "looking writes nothing"
    press(street, "Yes")
    assert "Your answers count" in says(street)

    go(desk, f"{park['url']}pulse/")
    follow(desk, "Enter paper or spoken answers")
    name = field(desk, "Site").locator("option").last.inner_text()
    fill(desk, {"Site": name, "Day": day(), "Number of the sheet": "17"})
    choose(desk, QUESTION, "No")
    press(desk, "Enter")
    rows = json.loads(served.django(ROWS))
    assert [row[:2] for row in rows] == [[1, "web"], [0, "paper"]]
    assert f"/s/{rows[0][2]}/" == site

    go(desk, f"{park['url']}pulse/")
    follow(desk, "Note who was invited", "1")
    fill(desk, {"How they were invited": "A letter to every door."})
    choose(desk, "How they can answer", "by code or link")
    boxes = desk.get_by_role("spinbutton").all()
    assert len(boxes) == len(park["sites"])
    for box in boxes:
        box.fill("40")
    press(desk, "Save")
    table = desk.get_by_role("region", name=re.compile("Who was invited and answered"))
    first = table.get_by_role("row").filter(has_text=re.compile("40, 1")).inner_text()
    assert re.search(r"40\s+1\s+[23]\s?%", first), first


def test_few_answers_are_not_shown_to_everybody(street: Page, park: dict[str, Any]) -> None:
    go(street, park["url"])
    assert QUESTION in says(street)
    assert "ten" in says(street) or "10" in says(street)


def test_the_question_comes_in_the_readers_language(
    browser: Browser, served: Served, park: dict[str, Any]
) -> None:
    context = visitor(browser, served, "es", java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    go(page, f"{park['sites'][1]}pulse/")
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == "¿Le gusta estar en esta parte del parque?"
    assert heading.get_attribute("lang") == "es"
    context.close()
