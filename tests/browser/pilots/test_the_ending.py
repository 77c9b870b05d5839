"""What was piloted against what is bought, the five groups, the decision, reports, endings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.pilots.walking import (
    choose,
    day,
    fill,
    follow,
    go,
    press,
    says,
    sign_by_link,
    taken_link,
    told,
)

Pilots = dict[str, dict[str, Any]]
ROLL_OUT = "Scale: roll out everywhere in the city"
WHY = "The maker builds the old probe no more."


def test_the_status_page_says_what_is_late(desk: Page, town: str, pilots: Pilots) -> None:
    go(desk, f"{town}status/")
    broadband = desk.get_by_role("region", name=pilots["broadband-access"]["title"])
    expect(broadband).to_contain_text("Decision is late")
    expect(broadband).to_contain_text(re.compile(r"\d+ of \d+ gates passed"))
    park = desk.get_by_role("region", name=pilots["smart-parks"]["title"])
    for words in ("devices", "Answers since your last visit", "Dated tasks to do"):
        expect(park).to_contain_text(words)


@pytest.fixture(scope="module")
def park(desk: Page, pilots: Pilots) -> str:
    """The park, of which something else is to be bought than what was piloted."""
    base = str(pilots["smart-parks"]["url"])
    go(desk, f"{base}specification/")
    follow(desk, "Write it down")
    lines = desk.get_by_label("Properties, one to a line")
    lines.fill(f"{lines.input_value()}\nReach of a probe: 40 cm")
    press(desk, "Save")
    return base


def test_a_difference_is_public(street: Page, park: str) -> None:
    go(street, f"{park}specification/")
    row = street.get_by_role("row").filter(has_text="Reach of a probe")
    expect(row).to_contain_text("without it")
    expect(row).to_contain_text("40 cm")


@pytest.fixture(scope="module")
def heard(desk: Page, park: str) -> str:
    """Every group has said something of how it ends."""
    go(desk, f"{park}decide/")
    for group in (
        "Municipal leaders",
        "Community organisations",
        "Technology companies",
        "Academics and researchers",
        "Residents",
    ):
        follow(desk, "Record it", group)
        fill(desk, {"Their words, or the reason": f"{group}: go on.", "When": day()})
        press(desk, "Save")
        go(desk, f"{park}decide/")
    return park


def decide(page: Page, base: str) -> None:
    go(page, f"{base}decide/")
    choose(page, "Decision", ROLL_OUT)
    values = {"Why": "Faults are mended sooner.", "Who decided": "Town council", "When": day()}
    fill(page, {**values, "Who pays from now on": "The parks budget"})
    press(page, "Record the decision")


def test_scaling_waits_until_somebody_signed_the_difference(
    browser: Browser, served: Served, desk: Page, street: Page, heard: str
) -> None:
    decide(desk, heard)
    assert "to be bought 40 cm" in says(desk)
    go(street, heard)
    assert "Faults are mended sooner." not in says(street)
    follow(desk, "Write why, and who signs it")
    follow(desk, "Write the draft")
    fill(desk, {"Document or link": WHY})
    press(desk, "Save the draft")
    follow(desk, "Add somebody")
    fill(desk, {"As what they sign": "head of purchases"})
    fill(desk, {"Name of somebody without an account": "Pia Purchase"})
    press(desk, "Add")
    sign_by_link(browser, served, taken_link(desk, "head of purchases"), WHY)
    decide(desk, heard)
    go(street, heard)
    text = says(street)
    for words in ("Faults are mended sooner.", "Town council", WHY, "Residents: go on."):
        assert words in text, words


def test_reports_come_from_the_record_and_leave_no_blank(desk: Page, heard: str) -> None:
    for which, title in (("mid-term", "Mid-term report"), ("final", "Final report")):
        go(desk, f"{heard}steps/")
        follow(desk, title)
        go(desk, f"{heard}reports/{which}/file/")
        assert re.search(r"\d+ answers? (is|are) missing\. Give", told(desk)), (
            "no file with a blank"
        )
        for _part in range(20):
            missing = desk.get_by_role("link", name=re.compile("^write it here"))
            if missing.count() == 0:
                break
            assert "Until then this is a draft." in says(desk)
            with desk.expect_navigation():
                missing.first.click()
            press(desk, "Save")
            assert "Write the answer, or below why there is none." in says(desk)
            desk.locator("textarea").first.fill("Nothing more than the record says.")
            press(desk, "Save")
            go(desk, f"{heard}reports/{which}/")
        assert "Every required question is answered." in says(desk)
        with desk.expect_download() as download:
            desk.get_by_role("link", name="Download the report").click()
        text = download.value.path().read_text(encoding="utf-8")
        assert "Nothing more than the record says." in text
        assert ("Faults are mended sooner." in text) == (which == "final")


def test_how_all_pilots_ended_is_public(street: Page, heard: str) -> None:
    go(street, "/pilots/")
    text = says(street)
    assert re.search(r"\d of \d decided pilots (was|were) scaled", text)
    rows = street.get_by_role("row")
    scaled = " ".join(rows.filter(has_text="Rolled out").inner_text().split())
    assert re.search(r" [1-9] \d+$", scaled), scaled
    assert re.search(r"\s[1-9]\s", rows.filter(has_text="Overdue").inner_text())
