"""A pilot with two thousand sites, on a telephone: what is sent, how long, and how it is used."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.visiting import PHONE, visitor

SITES = 2_000
MOST_BYTES = 200_000
MOST_MARKS = 60
MANY = """
import json
from lamppost.accounts.models import Partnership
from lamppost.pilots.models import Pilot, Site
from django.utils import timezone
town = Partnership.objects.get(made_up=True)
pilot = Pilot.objects.create(
    partnership=town, title="A lamp at every corner", playbook="smart-street-lighting",
    problem="Dark corners.", created_at=timezone.now(),
)
Site.objects.bulk_create(
    Site(pilot=pilot, code=f"m{number:05}", name=f"Corner {number}", neighbourhood="Old Town",
         arm="pilot" if number % 2 else "comparison",
         latitude=0.001 * (number // 50), longitude=0.001 * (number % 50))
    for number in range(2000)
)
print(json.dumps(f"/p/{town.slug}/pilots/{pilot.pk}/sites/"))
"""


@pytest.fixture(scope="module")
def everywhere(served: Served) -> Iterator[str]:
    """The sites page of such a pilot."""
    yield json.loads(served.django(MANY))
    served.django(
        "from lamppost.pilots.models import Pilot; "
        'Pilot.objects.filter(title="A lamp at every corner").delete()'
    )


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[Page]:
    """A telephone with JavaScript: a map needs it, the list does not."""
    context = visitor(browser, served, viewport=PHONE)
    yield context.new_page()
    context.close()


def sent_bytes(page: Page, address: str) -> tuple[int, float]:
    """Open a page; return what came over the wire, and seconds until the map has its marks."""
    began = time.monotonic()
    page.goto(address)
    expect(page.locator(".site-mark").first).to_be_visible()
    seconds = time.monotonic() - began
    sizes = "performance.getEntries().reduce((sum, one) => sum + (one.transferSize || 0), 0)"
    return int(page.evaluate(sizes)), seconds


def test_two_thousand_sites_on_a_telephone(phone: Page, everywhere: str) -> None:
    size, seconds = sent_bytes(phone, everywhere)
    print(f"{size:,} bytes, {seconds:.1f} s")
    assert size < MOST_BYTES
    marks = phone.locator(".site-mark")
    assert 1 < marks.count() <= MOST_MARKS
    numbers = [int(text) for text in phone.locator(".mark-many").all_text_contents()]
    assert sum(numbers) + phone.locator(".mark-pilot, .mark-comparison").count() >= SITES
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert phone.evaluate(wide) <= 0
    # A press on a number comes closer, until single sites can be opened.
    before = max(numbers)
    many = phone.get_by_role("button", name=f"{before} sites: look closer").first
    many.focus()
    phone.keyboard.press("Enter")
    closer = phone.locator(".mark-many").all_text_contents()
    assert max(map(int, closer), default=1) < before
    # The list is in pages, and each leads to every site in the end.
    rows = phone.get_by_role("region", name="Sites", exact=True).locator("tbody tr")
    assert rows.count() == 100
    with phone.expect_navigation():
        phone.get_by_role("link", name="Next").first.click()
    expect(rows.first).to_contain_text("Corner")
