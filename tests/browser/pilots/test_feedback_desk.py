"""What residents say at the sites, on the desk: danger, moderation, and what everybody may see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pilots.walking import field, fill, go, press, says

Pilots = dict[str, dict[str, Any]]
DANGER = "There is a fire in the bin. Call me: 0471 23 45 67."


@pytest.fixture
def reported(street: Page, pilots: Pilots) -> Page:
    """Somebody on the street, who told of danger in three taps."""
    go(street, pilots["smart-parks"]["sites"][1])
    assert "This is not an emergency line" in says(street)
    press(street, "Worse")
    street.locator("textarea").fill(DANGER)
    street.get_by_label(re.compile("may be shown to everybody")).check()
    press(street, "Send")
    return street


def test_danger_has_an_owner_and_a_deadline_and_is_closed(
    reported: Page, desk: Page, pilots: Pilots
) -> None:
    go(desk, f"{pilots['smart-parks']['url']}feedback/")
    alerts = desk.get_by_role("region", name=re.compile("danger"))
    row = alerts.get_by_role("listitem").filter(has_text="fire").first
    expect(row).to_contain_text("Lena Okafor")
    expect(row).to_contain_text(re.compile(r"by .+\d"))
    with desk.expect_navigation():
        row.get_by_role("link").first.click()
    assert "to be looked at by" in says(desk)
    desk.get_by_label("Who looks after it").select_option(label="Tomás Reyes")
    press(desk, "Hand over")
    assert "Tomás Reyes" in says(desk)
    fill(desk, {"What was done": "Put out by the fire brigade at nine."})
    press(desk, "Close")
    go(desk, f"{pilots['smart-parks']['url']}alerts/")
    assert "Put out by the fire brigade at nine." in says(desk)


def test_words_wait_and_lose_what_names_somebody(
    reported: Page, desk: Page, pilots: Pilots
) -> None:
    """Nobody reads the words before a moderator has; the number is taken out of them."""
    site = pilots["smart-parks"]["sites"][1]
    go(reported, site)
    assert "fire in the bin" not in says(reported)
    go(desk, f"{pilots['smart-parks']['url'].split('/pilots/')[0]}/voices/queue/")
    line = desk.locator("li[data-item]").filter(has_text="fire in the bin").last
    expect(line).to_contain_text("contact details are taken out")
    with desk.expect_navigation():
        line.get_by_role("link", name="Take more out").click()
    shown = field(desk, "Shown in public")
    fewer = shown.input_value().replace(" in the bin", "")
    fill(desk, {"Shown in public": f"{fewer} It is arson."})
    press(desk, "Save")
    assert "Take words out only." in says(desk)
    fill(desk, {"Shown in public": fewer})
    press(desk, "Save")
    line = desk.locator("li[data-item]").filter(has_text=DANGER).last
    with desk.expect_navigation():
        line.get_by_role("button", name="Accept", exact=True).first.click()
    go(reported, site)
    text = says(reported)
    assert "There is a fire. Call me:" in text
    assert "0471" not in text


def test_the_live_page_widens_and_is_never_empty(street: Page, pilots: Pilots) -> None:
    """Too few at one place in one week are counted together, and the page says so."""
    for playbook in ("smart-parks", "broadband-access"):
        go(street, f"{pilots[playbook]['url']}live/")
        text = says(street)
        assert re.search("counted together|too few|No numbers yet", text), text
        numbers = [one for one in street.get_by_role("cell").all_inner_texts() if one.isdigit()]
        assert all(int(one) >= 10 for one in numbers), numbers
        if playbook == "smart-parks":
            assert numbers
