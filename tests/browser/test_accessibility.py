"""axe finds nothing on any page, at 320 px, in English and in a right-to-left language."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import APIResponse, Browser, BrowserContext, Error, Page, Response

from tests.browser.conftest import Served
from tests.browser.visiting import addresses, enter, visitor

# What WCAG 2.2 A and AA ask for, and what axe's authors hold to be good practice besides.
ALL_RULES: dict[str, Any] = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What another language or direction can break: words that are missing or the same twice, the
# language that is named, and how wide things are. Structure, roles and colours are the same.
RULES_OF_LANGUAGE: dict[str, Any] = {
    "type": "rule",
    "values": [
        "html-has-lang", "html-lang-valid", "html-xml-lang-mismatch", "valid-lang",
        "document-title", "page-has-heading-one", "empty-heading", "empty-table-header",
        "aria-command-name", "aria-dialog-name", "aria-input-field-name", "aria-meter-name",
        "aria-progressbar-name", "aria-toggle-field-name", "aria-tooltip-name",
        "aria-treeitem-name", "area-alt", "button-name", "frame-title", "frame-title-unique",
        "image-alt", "image-redundant-alt", "input-button-name", "input-image-alt", "label",
        "label-title-only", "landmark-unique", "link-name", "object-alt", "role-img-alt",
        "scope-attr-valid", "scrollable-region-focusable", "select-name", "summary-name",
        "svg-img-alt", "target-size",
    ],
}  # fmt: skip
SIGN_IN = ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"]
ACCOUNT = ["/accounts/email/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/"]
# What axe calls passed and incomplete would be most of what travels here.
ONLY_VIOLATIONS = "options => axe.run(options).then(results => results.violations)"
Faults = list[tuple[str, str, str]]


def only_map_marks(violation: dict[str, Any]) -> bool:
    """Say whether this is about marks that lie close together on a map, and nothing else.

    WCAG 2.2, 2.5.8, excepts a target whose function another one on the page has: every mark's
    site stands in the list below the map.
    """
    marks = all("leaflet-marker-icon" in node["html"] for node in violation["nodes"])
    return bool(violation["id"] == "target-size" and marks)


def look(page: Page, url: str, rules: dict[str, Any]) -> Faults:
    """Return what is wrong on the page that is open: axe's findings, and wider than the phone."""
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found: Faults = [
        (url, violation["id"], violation["nodes"][0]["html"][:160])
        for violation in page.evaluate(ONLY_VIOLATIONS, options)
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
        answer = visit(page, url)
        # A download is no page, whatever its kind; nor is an answer without a body.
        saved = "attachment" in answer.headers.get("content-disposition", "")
        html = answer.headers.get("content-type", "").startswith("text/html") and not saved
        if answer.status == 403:
            refused.append(url)
        elif answer.status >= 500:
            faults.append((url, f"status {answer.status}", ""))
        elif html and answer.status not in (204, 405):
            if not isinstance(answer, Response):
                faults.append((url, "the browser shows no page", f"status {answer.status}"))
            else:
                faults += look(page, url, rules)
    return faults, refused


def visit(page: Page, url: str) -> Response | APIResponse:
    """Open `url`; where the browser shows no page (a download, nothing for GET), ask without it."""
    try:
        answer = page.goto(url)
    except Error:
        # A connection kept alive may be closed by the server just as the next request leaves:
        # browsers ask again, and so does this.
        return page.request.get(url, max_redirects=3, max_retries=2)
    assert answer is not None, url
    return answer


def inspector(browser: Browser, served: Served, language: str) -> BrowserContext:
    """Return a visitor on whose every page axe is there."""
    context = visitor(browser, served, language)
    context.add_init_script(AXE_SCRIPT)
    return context


def rules_in(language: str) -> dict[str, Any]:
    return ALL_RULES if language == "en" else RULES_OF_LANGUAGE


def test_the_rules_of_language_are_rules_of_axe(browser: Browser) -> None:
    """A name that axe does not know would be an error on every page; these are known, and ours."""
    page = browser.new_page()
    page.evaluate(AXE_SCRIPT)
    known = page.evaluate(
        "tags => axe.getRules(tags).map(rule => rule.ruleId)", ALL_RULES["values"]
    )
    page.close()
    assert set(RULES_OF_LANGUAGE["values"]) <= set(known)


def listed(faults: Faults) -> str:
    return "\n".join(" | ".join(fault) for fault in faults)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_for_anybody(browser: Browser, served: Served, language: str) -> None:
    context = inspector(browser, served, language)
    urls = [*pages(served, "public", "demo"), *SIGN_IN]
    faults, refused = all_faults(context.new_page(), urls, rules_in(language))
    context.close()
    assert not faults, listed(faults)
    assert refused == []
    assert len(urls) > 15


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_for_members(browser: Browser, served: Served, language: str) -> None:
    context = inspector(browser, served, language)
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
