"""axe finds nothing on any page, at 320 px, in English and in a right-to-left language."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served
from tests.browser.visiting import addresses, enter, visitor

# What WCAG 2.2 A and AA ask for, and what axe's authors hold to be good practice besides.
RULES: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
SIGN_IN = ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"]
ACCOUNT = ["/accounts/email/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/"]
Faults = list[tuple[str, str, str]]


def only_map_marks(violation: dict[str, Any]) -> bool:
    """Say whether this is about marks that lie close together on a map, and nothing else.

    WCAG 2.2, 2.5.8, excepts a target whose function another one on the page has: every mark's
    site stands in the list below the map.
    """
    marks = all("leaflet-marker-icon" in node["html"] for node in violation["nodes"])
    return bool(violation["id"] == "target-size" and marks)


def look(page: Page, url: str, rules: dict[str, Any]) -> Faults:
    """Return what is wrong at `url`: axe's findings, and a page wider than the phone."""
    answer = page.goto(url)
    if answer is None or not (answer.headers.get("content-type") or "").startswith("text/html"):
        return []
    if answer.status >= 500:
        return [(url, f"status {answer.status}", "")]
    found: Faults = [
        (url, violation["id"], violation["nodes"][0]["html"][:160])
        for violation in Axe().run(page, options=rules).response["violations"]
        if not only_map_marks(violation)
    ]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wide > 0:
        found.append((url, f"wider than the screen by {wide} px", ""))
    return found


def pages(served: Served, *kinds: str) -> list[str]:
    """Return the addresses that answer a GET with a page."""
    skipped = (".csv", ".json", ".ics", ".zip", ".svg", ".html")
    return [
        entry["url"]
        for entry in addresses(served)
        if entry["kind"] in kinds and not entry["url"].endswith(skipped)
    ]


def all_faults(page: Page, urls: list[str], rules: dict[str, Any]) -> tuple[Faults, list[str]]:
    """Return what is wrong on all pages of `urls`, and those that this visitor may not see."""
    faults: Faults = []
    refused = []
    for url in urls:
        # A connection kept alive may be closed by the server just as the next request leaves:
        # browsers ask again, and so does this.
        answer = page.request.get(url, max_redirects=3, max_retries=2)
        if answer.status == 403:
            refused.append(url)
        elif answer.status != 405 and answer.headers.get("content-type", "").startswith(
            "text/html"
        ):
            faults += look(page, url, rules)
    return faults, refused


def rules_in(language: str) -> dict[str, Any]:
    """Contrast is the same in every language, and half of what axe takes: once is enough."""
    if language == "en":
        return RULES
    return {**RULES, "rules": {**RULES.get("rules", {}), "color-contrast": {"enabled": False}}}


def listed(faults: Faults) -> str:
    return "\n".join(" | ".join(fault) for fault in faults)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_for_anybody(browser: Browser, served: Served, language: str) -> None:
    context = visitor(browser, served, language)
    urls = [*pages(served, "public", "demo"), *SIGN_IN]
    faults, refused = all_faults(context.new_page(), urls, rules_in(language))
    context.close()
    assert not faults, listed(faults)
    assert refused == []
    assert len(urls) > 15


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_for_members(browser: Browser, served: Served, language: str) -> None:
    context = visitor(browser, served, language)
    page = enter(context, "lead")
    urls = [*pages(served, "right", "signed_in"), *ACCOUNT]
    faults, refused = all_faults(page, urls, rules_in(language))
    # What even the lead may not do is an organisation's own.
    page = enter(context, "organisation")
    more, still_refused = all_faults(page, refused, rules_in(language))
    context.close()
    assert not faults + more, listed(faults + more)
    assert still_refused == []
    assert len(urls) > 30
