"""What the browser tests share: addresses of the served town, signing in, and reading a QR code."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import Served

NARROW = {"width": 320, "height": 640}
PHONE = {"width": 360, "height": 740}


@lru_cache
def addresses(served: Served) -> list[dict[str, str]]:
    """Return every address of the town with who may use it; asked once, in a process of its own."""
    return list(json.loads(served.django("from tests.pages import main; main()")))


def visitor(
    browser: Browser, served: Served, language: str = "en", **options: Any
) -> BrowserContext:
    """Return a fresh visitor on a phone, in a language."""
    options.setdefault("viewport", NARROW)
    context = browser.new_context(
        base_url=served.url, locale=language, reduced_motion="reduce", **options
    )
    context.set_default_timeout(15_000)
    return context


def enter(context: BrowserContext, role: str) -> Page:
    """Go in through one of the demo's doors."""
    page = context.new_page()
    page.goto("/")
    door = page.locator(f'form:has(input[name="role"][value="{role}"]) button')
    if door.count() == 0:
        door = page.locator(f'button[name="role"][value="{role}"]')
    door.first.click()
    page.wait_for_load_state()
    return page


def skip_without(served: Served, name: str) -> str:
    """Return the address of the page called `name`."""
    found = [entry["url"] for entry in addresses(served) if entry["name"] == name]
    if not found:
        pytest.fail(f"there is no page called {name}")
    return found[0]
