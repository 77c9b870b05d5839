"""Places on a map: sites from a map program and a promise given up; a photo and a tapped place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served
from tests.browser.pilots.walking import choose, fill, follow, go, press, says, told, upload
from tests.browser.visiting import PHONE, visitor
from tests.pictures import jpeg

MAPPED = """
import json
from lamppost.accounts.models import Partnership
from lamppost.pilots.actions import start_pilot
town = Partnership.objects.get(made_up=True)
lead = town.memberships.filter(role="lead").first().user
values = {"title": "Stairs", "problem": "Dark.", "playbook": "smart-street-lighting"}
pilot = start_pilot(partnership=town, by=lead, values=values)
print(json.dumps(f"/p/{town.slug}/pilots/{pilot.pk}/sites/"))
"""
TAKEN = """
import json
from lamppost.pilots.models import Feedback
one = Feedback.objects.filter(address="By the swing").first()
print(json.dumps(one and [one.latitude, one.longitude, bool(one.photo), one.may_show_photo]))
"""


@pytest.fixture
def mapped(served: Served) -> Iterator[str]:
    """The sites page of a pilot that has none."""
    yield str(json.loads(served.django(MAPPED)))
    served.django(
        "from lamppost.pilots.models import Pilot; Pilot.objects.filter(title='Stairs').delete()"
    )


def feature(name: str, longitude: float, latitude: float, **more: object) -> dict[str, object]:
    place = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "geometry": place, "properties": {"name": name, **more}}


def send(desk: Page, page: str, *features: object) -> None:
    """Add sites from a file as a map program writes it, with a byte order mark."""
    go(desk, f"{page}import/")
    record = json.dumps({"type": "FeatureCollection", "features": features})
    content = b"\xef\xbb\xbf" + record.encode()
    upload(desk, "CSV or GeoJSON file", "stairs.geojson", "application/geo+json", content)
    press(desk, "Add these sites")


def test_sites_come_from_a_map_program_and_a_promise_is_given_up(
    desk: Page, street: Page, mapped: str
) -> None:
    send(desk, mapped, feature("Metres", 152_000, 211_000))
    assert "Feature 1: its place is not in degrees" in says(desk)
    send(desk, mapped, *(feature(f"Stair {one}", 0.001 * one, 0.002, lanes=one, surface="stone")
                         for one in range(1, 5)))  # fmt: skip
    assert "4 sites added." in told(desk)
    assert "no numbers about the sites: surface." in told(desk)
    go(desk, f"{mapped}draw/")
    press(desk, "Promise the number")
    go(desk, f"{mapped}new/")
    fill(desk, {"Name": "Ferry Steps", "Why this place": "Nobody lit it."})
    choose(desk, "Kind of site", "pilot site")
    press(desk, "Save")
    assert "After this the promised number no longer stands" in says(desk)
    fill(desk, {"Why": "It was forgotten."})
    press(desk, "Change it and give up the promise")
    go(street, mapped)
    assert "The number was promised and not drawn." in says(street)
    assert "It was forgotten." in says(street)
    assert "Nobody lit it." in street.get_by_role("row").filter(has_text="Ferry Steps").inner_text()


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[Page]:
    """A telephone with JavaScript: a place is tapped on a map."""
    context = visitor(browser, served, viewport=PHONE)
    yield context.new_page()
    context.close()


def tap_a_place(page: Page) -> None:
    area = page.locator("#place-map")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    page.get_by_text("The place you tapped is marked.").wait_for()


def add_photo(page: Page) -> None:
    follow(page, "A photo")
    upload(page, "The photo", "a.jpg", "image/jpeg", jpeg())
    fill(page, {"What does it show?": "A loose lamp"})
    press(page, "Send")


def test_a_photo_and_a_tapped_place_are_the_partnerships_and_can_be_erased(
    phone: Page, desk: Page, street: Page, served: Served, pilots: dict[str, dict[str, Any]]
) -> None:
    park, site = pilots["smart-parks"]["url"], pilots["smart-parks"]["sites"][0]
    go(phone, site)
    press(phone, "Worse")
    follow(phone, "No, that is all")
    add_photo(phone)
    follow(phone, "Where exactly it is")
    tap_a_place(phone)
    fill(phone, {"Street and number, or a corner": "By the swing"})
    press(phone, "Save")
    latitude, longitude, photo, shown = json.loads(served.django(TAKEN))
    assert (abs(latitude) < 0.1, abs(longitude) < 0.1, photo, shown) == (True, True, True, False)
    go(desk, f"{park}feedback/")
    assert f"Where exactly: By the swing ({latitude}, {longitude})" in says(desk)
    assert desk.get_by_alt_text("A loose lamp").count() == 1
    for address in (site, f"{park}live/"):
        go(street, address)
        assert "By the swing" not in says(street)
        assert "A loose lamp" not in says(street)
    follow(phone, "What I gave: change or delete it")
    assert "Given with it: a photo, where exactly" in says(phone)
    follow(phone, "Erase")
    assert "What was given with it goes too: a photo, where exactly" in says(phone)
    press(phone, "Erase")
    assert json.loads(served.django(TAKEN)) is None
