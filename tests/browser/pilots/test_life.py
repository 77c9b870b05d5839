"""A pilot pauses, goes on, stops early; another one ran already when it was entered."""

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
)

Pilots = dict[str, dict[str, Any]]
FLICKER = "The sensors of the willows flicker."
MENDED = "The cable is mended."


def test_a_pause_is_told_at_every_site_until_it_goes_on(
    desk: Page, street: Page, pilots: Pilots
) -> None:
    park = pilots["smart-parks"]
    go(desk, f"{park['url']}steps/")
    follow(desk, "Pause this pilot")
    fill(desk, {"Why": FLICKER})
    press(desk, "Pause it")
    assert "Readings are refused" in says(desk)
    go(street, park["sites"][0])
    assert "Paused" in says(street)
    assert FLICKER in says(street)
    follow(desk, "Let it go on")
    fill(desk, {"What residents are told": MENDED})
    press(desk, "Let it go on")
    go(street, park["sites"][0])
    assert "Running" in says(street)
    assert FLICKER not in says(street)
    go(street, f"{park['sites'][0]}notice/")
    for words in (FLICKER, MENDED):
        assert words in says(street)


@pytest.fixture(scope="module")
def stopped(desk: Page, pilots: Pilots) -> dict[str, Any]:
    """The pilot at the crossings, stopped while it measured its baseline."""
    crossings = pilots["traffic-management"]
    go(desk, f"{crossings['url']}steps/")
    follow(desk, "Stop this pilot early")
    assert desk.get_by_label("Stop: take it down").is_checked()
    fill(
        desk,
        {
            "Why": "The maker withdrew.",
            "Why they were not asked before it was stopped": "It left from one day to the next.",
            "Who decided": "Council of Harbourlea",
            "When": day(),
        },
    )
    press(desk, "Record the decision")
    return crossings


def test_a_stop_is_public_and_leaves_a_task_and_a_lesson(
    desk: Page, street: Page, stopped: dict[str, Any]
) -> None:
    go(street, stopped["sites"][0])
    for words in ("Stopped", "Ended", "The maker withdrew."):
        assert words in says(street)
    go(desk, f"{stopped['url']}tasks/")
    task = desk.get_by_role("listitem").filter(has_text="Take everything down").first
    expect(task).to_contain_text(re.compile(r"20\d\d"))
    go(desk, f"{stopped['url']}steps/")
    lesson = desk.get_by_role("listitem").filter(has=desk.get_by_role("heading", name="Lesson"))
    expect(lesson).to_contain_text("Next")


def test_a_site_that_is_taken_down_says_so_at_its_own_address(
    desk: Page, street: Page, stopped: dict[str, Any]
) -> None:
    go(desk, f"{stopped['url']}tasks/")
    with desk.expect_navigation():
        desk.get_by_role("link", name=re.compile("^Say what was taken down")).first.click()
    sites = desk.get_by_role("group", name=re.compile("Taken down at")).get_by_role("checkbox")
    here = sites.first.evaluate("one => one.closest('label').textContent.trim()")
    sites.first.check()
    fill(desk, {"Done on": day(), "Proof, or where it lies": "A photo of the empty post."})
    press(desk, "Save")
    down = desk.get_by_role("region", name="Taken down").get_by_role("listitem")
    expect(down).to_contain_text(here)
    # The others still stand, so the task is still there.
    assert desk.get_by_role("link", name=re.compile("^Say what was taken down")).count() == 1
    go(desk, f"{stopped['url']}sites/")
    address = desk.get_by_role("link", name=here, exact=True).first.get_attribute("href")
    go(street, f"{address}notice/")
    assert "Taken down" in says(street)


def test_readings_of_a_stopped_pilot_are_refused(desk: Page, stopped: dict[str, Any]) -> None:
    go(desk, f"{stopped['url']}steps/")
    assert desk.get_by_role("link", name="Send readings").count() == 0


def test_a_pilot_that_joined_late_says_what_is_not_recorded(street: Page, pilots: Pilots) -> None:
    go(street, pilots["broadband-access"]["url"])
    assert "What came before is not recorded." in says(street)
    assert says(street).count("Not recorded") >= 5


def test_to_join_late_is_entered_with_the_plan(desk: Page, town: str) -> None:
    go(desk, f"{town}new/digital-signage/")
    fill(desk, {"Title": "A screen that ran already", "Department that owns the problem": "Press"})
    fill(desk, {"Problem, in residents' words": "Nobody reads the notices on paper."})
    desk.get_by_text("Does it run already?").click()
    fill(desk, {"Technology on since": day(-50)})
    fill(desk, {"The city's telephone number": "0471 100"})
    fill(desk, {"When residents' feedback is read": "On Mondays"})
    fill(desk, {"Main indicator": "Time that people wait at the stop"})
    fill(desk, {"Pilot ends": day(60), "Decision due": day(90)})
    press(desk, "Start the pilot")
    assert "Does this pilot run already?" in says(desk)
    press(desk, "Yes, it runs already")
    go(desk, desk.url.split("/gates/")[0].removesuffix("/steps/") + "/steps/")
    assert says(desk).count("Not recorded") >= 5
    protection = desk.get_by_role("listitem").filter(
        has=desk.get_by_role("heading", name="Data protection")
    )
    expect(protection).to_contain_text("Next")


def test_a_pilot_that_joined_late_comes_to_measure(
    browser: Browser, served: Served, desk: Page, street: Page, town: str
) -> None:
    """Protection, a site, a device and a notice, and readings are taken in."""
    go(desk, town)
    follow(desk, "A screen that ran already")
    base = desk.url.split("/steps/")[0].rstrip("/") + "/"
    gate = f"{base}gates/data_protection/"
    go(desk, gate)
    follow(desk, "Write a screening instead")
    asked = desk.locator("textarea").first.input_value()
    # Each question is answered on its line: a document with open ones is not signed.
    answered = re.sub(r"(?<=:|,) *(because)?$", r" \1 screens see nobody.", asked, flags=re.M)
    fill(desk, {"Document or link": answered})
    press(desk, "Save the draft")
    follow(desk, "Add somebody")
    fill(desk, {"As what they sign": "data-protection officer"})
    fill(desk, {"Name of somebody without an account": "Olga Outside"})
    press(desk, "Add")
    link = taken_link(desk, "data-protection officer")
    sign_by_link(browser, served, link, "because screens see nobody.")
    go(desk, gate)
    follow(desk, "Pass this gate")
    press(desk, "Pass this gate")
    for name, kind in (("At the library", "pilot site"), ("At the bakery", "comparison site")):
        go(desk, f"{base}sites/new/")
        fill(desk, {"Name": name})
        choose(desk, "Kind of site", kind)
        press(desk, "Save")
    go(desk, f"{base}register/")
    follow(desk, "Add a device")
    fill(desk, {"Device": "Screen", "Kind of sensor": "Proximity sensor"})
    fill(desk, {"E-mail of a role, not of a person": "press@city.example"})
    press(desk, "Save")
    for gate_name, words in (("Disclosure", "On the frame."), ("Measuring starts", "Today.")):
        go(desk, f"{base}steps/")
        follow(desk, gate_name)
        follow(desk, "Pass this gate")
        fill(desk, {"Document or link": words, "Signed by": "Sam Signer"})
        press(desk, "Pass this gate")
    go(street, base)
    assert "Measuring" in says(street)
    assert "What came before is not recorded." in says(street)
