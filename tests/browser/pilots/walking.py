"""How a hand walks the pages of pilots: by labels, buttons and links, and by nothing else."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import Served
from tests.browser.visiting import PHONE, visitor

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def day(offset: int = 0) -> str:
    """Return today, or a day before (negative) or after it, as a field of a date takes it."""
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(offset)).isoformat()


def arrived(page: Page) -> None:
    """Be on a page of ours, not on one that says that something broke."""
    heading = page.get_by_role("heading", level=1)
    assert heading.count() == 1, page.content()[:2000]


def go(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status < 400, (answer.status, address)
    arrived(page)


def press(page: Page, name: str) -> None:
    """Press the button called so, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()
    arrived(page)


def follow(page: Page, name: str, about: str = "") -> None:
    """Follow the link called so in what the page says; `about` is what only ears are told."""
    named = re.compile(rf"^{re.escape(name)}" + (rf"\s*:?\s*{re.escape(about)}$" if about else "$"))
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=named).first.click()
    arrived(page)


def unfold(part: Page | Locator) -> None:
    """Open whatever is folded together."""
    for fold in part.locator("details:not([open]) > summary").all()[::-1]:
        fold.click()


def field(page: Page, label: str) -> Locator:
    """Return the field with exactly this label, whether it may stay empty or not."""
    return page.get_by_label(
        re.compile(rf"^\s*{re.escape(label)}(\s*\(optional\))?\s*$", re.IGNORECASE)
    )


def fill(page: Page, values: dict[str, str]) -> None:
    """Write into the fields with these labels; from a list is chosen what begins so."""
    for label, value in values.items():
        found = field(page, label)
        if found.evaluate("one => one.tagName") == "SELECT":
            options = [one.strip() for one in found.locator("option").all_text_contents()]
            found.select_option(index=[one.startswith(value) for one in options].index(True))
        else:
            found.fill(value)


def choose(page: Page, group: str, answer: str) -> None:
    """Choose an answer of the question `group`."""
    named = re.compile(rf"^\s*{re.escape(group)}(\s*\(optional\))?\s*$")
    page.get_by_role("group", name=named).get_by_label(answer, exact=True).check()


def upload(page: Page, label: str, name: str, kind: str, content: bytes) -> None:
    file = {"name": name, "mimeType": kind, "buffer": content}
    field(page, label).set_input_files([file])  # type: ignore[list-item]


def says(page: Page) -> str:
    """Return what stands in the page, in one line."""
    return " ".join(page.get_by_role("main").inner_text().split())


def told(page: Page) -> str:
    """Return what the whole page says, with the message above it."""
    return " ".join(page.locator("body").inner_text().split())


def taken_link(page: Page, role: str) -> str:
    """Make the link by which somebody without an account signs; it is shown only once."""
    follow(page, "Make a link", role)
    press(page, "Make the link")
    found = re.search(r"https?://\S+/sign/[^\s/]+/", told(page))
    assert found, told(page)
    page.reload()
    assert "/sign/" not in told(page), "a link is shown once"
    return found.group(0)


def sign_by_link(browser: Browser, served: Served, link: str, document: str) -> str:
    """Sign without an account; looking signs nothing, and the link signs once."""
    context = visitor(browser, served, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    go(page, link)
    go(page, link)
    assert document in says(page)
    page.get_by_label("I have read the document and sign it.").check()
    press(page, "Sign")
    said = says(page)
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 410
    assert "This link was used" in says(page)
    context.close()
    return said
