"""A pilot by turns: drawn in steps, signed by deputies, with an organisation's view, stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.pilots.walking import (
    day,
    field,
    fill,
    follow,
    go,
    press,
    says,
    unfold,
    upload,
)
from tests.browser.visiting import PHONE, enter, visitor

SITES = "name,neighbourhood,latitude,longitude,reason\n" + "".join(
    f"Lamp {number},Old Town,0.00{number},-0.00{number},Dark\n" for number in range(1, 4)
)
VIEW = "Stop it: the lamps keep the birds awake."
WHY = "The birds come first."
COMMUNITY, COMPANY = "Amina Haddad", "Piet Vandersloot"


@pytest.fixture(scope="module")
def turns(desk: Page, town: str) -> str:
    """The address of a new pilot."""
    go(desk, f"{town}new/smart-parks/")
    values = {"Title": "Lamps by turns", "Problem, in residents' words": "The paths are dark."}
    owner = {"Department that owns the problem": "Parks office"}
    fill(desk, {**values, **owner, "Main indicator": "Days until a fault is mended"})
    press(desk, "Start the pilot")
    return desk.url.split("/steps/")[0].split("/gates/")[0].rstrip("/") + "/"


@pytest.fixture(scope="module")
def member(browser: Browser, served: Served) -> Iterator[dict[str, Page]]:
    """A community organisation and a company, each in a browser of their own."""
    contexts = {
        role: visitor(browser, served, java_script_enabled=False, viewport=PHONE)
        for role in ("organisation", "company")
    }
    yield {role: enter(context, role) for role, context in contexts.items()}
    for context in contexts.values():
        context.close()


def test_a_site_is_placed_on_the_map_with_keys_alone(
    browser: Browser, served: Served, turns: str
) -> None:
    context = visitor(browser, served, viewport={"width": 1280, "height": 900})
    page = enter(context, "lead")
    go(page, f"{turns}sites/new/")
    page.locator("#place-map").focus()
    latitude, centre = field(page, "Latitude"), page.locator("#place-centre")
    centre.press("Enter")
    before = float(latitude.input_value())
    for _press in range(3):
        page.locator("#place-map").press("ArrowUp")
    expect(page.locator("#place-said")).to_contain_text("The place you tapped is marked.")
    expect(page.locator(".leaflet-pan-anim")).to_have_count(0)
    centre.press("Enter")
    there = latitude.input_value()
    assert float(there) > before, "up is north"
    name = field(page, "Name")
    name.fill("Lamp on the hill")
    with page.expect_navigation():
        name.press("Enter")
    page.get_by_role("link", name=re.compile("^Change.*Lamp on the hill$")).click()
    assert float(field(page, "Latitude").input_value()) == float(there)
    context.close()


def test_a_stepped_rollout_is_drawn_and_anybody_can_read_the_order(
    desk: Page, street: Page, turns: str
) -> None:
    go(desk, f"{turns}sites/import/")
    upload(desk, "CSV or GeoJSON file", "sites.csv", "text/csv", SITES.encode())
    press(desk, "Add these sites")
    follow(desk, "Draw by lot which sites get it")
    press(desk, "Promise the number")
    starts = "First day of each step, one to a line"
    fill(desk, {starts: "next week"})
    press(desk, "Draw the order now")
    assert "Line 1: write the day like" in says(desk)
    fill(desk, {starts: f"{day(30)}\n{day(60)}"})
    press(desk, "Draw the order now")
    go(street, f"{turns}sites/")
    unfold(street)
    text = says(street)
    assert "The first ones come in the first step." in text
    steps = text.count("step 1, from"), text.count("step 2, from")
    assert sum(steps) in {3, 4}, "every site has its step, with or without the one on the hill"
    assert abs(steps[0] - steps[1]) <= 1
    go(desk, f"{turns}sites/draw/")
    assert desk.get_by_role("button", name="Draw the order now").count() == 0


def sign(page: Page, gate: str, button: str) -> None:
    go(page, gate)
    follow(page, button)
    press(page, "Sign")


def test_a_deputy_signs_and_who_cannot_sign_hands_over(
    desk: Page, street: Page, member: dict[str, Page], turns: str
) -> None:
    gate = f"{turns}gates/problem/"
    go(desk, gate)
    follow(desk, "Write the draft")
    fill(desk, {"Document or link": "The paths are dark from five on."})
    press(desk, "Save the draft")
    for role, deputy in (("chair of the jury", COMMUNITY), ("keeper of the lamps", "")):
        follow(desk, "Add somebody")
        fill(desk, {"As what they sign": role, "Member who signs": COMPANY})
        if deputy:
            fill(desk, {"Deputy": deputy})
        press(desk, "Add")
    community, company = member["organisation"], member["company"]
    sign(community, gate, f"Read and sign for {COMPANY}")
    assert f"{COMMUNITY} (chair of the jury), for {COMPANY}" in says(community)
    assert community.get_by_role("link", name=re.compile("^Read and sign")).count() == 0
    go(company, gate)
    follow(company, "Somebody else", "keeper of the lamps")
    fill(company, {"Member who signs": COMMUNITY})
    press(company, "Save")
    go(company, gate)
    assert company.get_by_role("link", name="Read and sign", exact=True).count() == 0
    sign(community, gate, "Read and sign")
    go(desk, gate)
    follow(desk, "Pass this gate")
    press(desk, "Pass this gate")
    go(street, gate)
    for words in (f"{COMMUNITY} (keeper of the lamps)", f"(chair of the jury), for {COMPANY}"):
        assert words in says(street)


def test_an_organisation_says_its_own_view_of_the_ending(
    desk: Page, member: dict[str, Page], turns: str
) -> None:
    community = member["organisation"]
    go(community, f"{turns}steps/")
    follow(community, "Write your view")
    community.locator("textarea").fill(VIEW)
    press(community, "Give the view")
    go(desk, f"{turns}decide/")
    assert VIEW in says(desk)
    assert desk.get_by_role("link", name="Write your view").count() == 0


def test_the_public_page_of_a_stopped_pilot(desk: Page, street: Page, turns: str) -> None:
    go(street, turns)
    assert VIEW not in says(street), "members alone read it before the decision"
    go(desk, f"{turns}steps/")
    follow(desk, "Stop this pilot early")
    fill(desk, {"Why": WHY, "Who decided": "Council of Harbourlea", "When": day()})
    fill(desk, {"Why they were not asked before it was stopped": "The lamps went out at once."})
    press(desk, "Record the decision")
    go(street, turns)
    decision = street.locator("#decision")
    for words in ("Stop.", WHY, "Council of Harbourlea", VIEW):
        expect(decision).to_contain_text(words)
    assert "Stopped" in says(street)
    go(street, f"{turns}sites/")
    assert "Lamp 1" in says(street)
