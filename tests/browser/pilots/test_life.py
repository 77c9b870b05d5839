"""A pilot pauses, goes on, stops early; another one ran already when it was entered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pilots.walking import day, fill, follow, go, press, says

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
    press(desk, "Start the pilot")
    assert "Does this pilot run already?" in says(desk)
    press(desk, "Yes, it runs already")
    go(desk, desk.url.split("/gates/")[0].removesuffix("/steps/") + "/steps/")
    assert says(desk).count("Not recorded") >= 5
    protection = desk.get_by_role("listitem").filter(
        has=desk.get_by_role("heading", name="Data protection")
    )
    expect(protection).to_contain_text("Next")
