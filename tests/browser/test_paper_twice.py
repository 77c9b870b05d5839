"""A sheet of paper typed in by one person and again by another, and how long a sheet takes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served
from tests.browser.test_ways_in import press
from tests.browser.visiting import enter, visitor

PREPARE = """
import json
from allauth.account.models import EmailAddress
from django.utils import timezone
from lamppost.accounts.models import Membership, Partnership, User
from lamppost.vision.actions import add_seed_statements, open_conversation
p = Partnership.objects.get(made_up=True)
lead = p.memberships.filter(role="lead").order_by("pk").first().user
one = open_conversation(partnership=p, by=lead,
                        values={"question": "What on the ten lines?", "language": "en"})
add_seed_statements(conversation=one, by=lead, language="en",
                    texts=[f"Line number {n} of the sheet." for n in range(1, 11)])
user = User.objects.create_user(email="second@example.org", password="one long password")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
Membership.objects.create(partnership=p, user=user, role="facilitator", joined_at=timezone.now())
print(json.dumps([p.slug, one.code]))
"""
ROWS = """
import json
from lamppost.vision.models import PaperSheet, Vote
print(json.dumps([[one.reference, one.participant.channel, one.checked_at is not None,
                   one.checked_by_id not in (None, one.entered_by_id),
    [list(row) for row in Vote.objects.filter(participant=one.participant).order_by("statement")
      .values_list("statement__number", "value", "channel")]]
    for one in PaperSheet.objects.filter(conversation__code=%r).order_by("pk")]))
"""
# What stands on the paper: 1 agree, 2 disagree, 3 pass, 0 no answer; the keys of the entry screen.
SHEET = "1213120311"
VALUES = {"1": 1, "2": -1, "3": 0}
LABELS = {"1": "Agree", "2": "Disagree", "3": "Pass", "0": "No answer"}
# A practised hand types 40 words a minute; looking from the paper to the keys is in it.
SECONDS_A_KEY = 0.3
LONGEST = 20


@pytest.fixture(scope="module")
def paper(served: Served) -> tuple[str, str]:
    slug, code = json.loads(served.django(PREPARE))
    return f"/p/{slug}/vision/questions/{code}/paper/", code


def rows(served: Served, code: str) -> Any:
    return json.loads(served.django(ROWS % code))


def sign_in(page: Page) -> Page:
    """Come in as the second person, whom no door of the demo leads to."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("second@example.org")
    page.locator("[name=password]").fill("one long password")
    press(page, "Sign in")
    return page


def type_in(page: Page, marks: str, *, script: bool) -> None:
    """With the script each key answers a statement and goes on; without it each is a choice."""
    if script:
        page.locator(".ballot input").first.focus()
        for mark in marks:
            page.keyboard.press(mark)
        return
    for line, mark in zip(page.locator(".ballot").all(), marks, strict=True):
        line.get_by_label(LABELS[mark], exact=True).check()


def expected(reference: str, marks: str) -> list[Any]:
    votes = [[n, VALUES[m], "paper"] for n, m in enumerate(marks, 1) if m in VALUES]
    return [reference, "paper", True, True, votes]


def test_a_sheet_is_typed_in_twice_and_a_slip_is_settled(
    browser: Browser, served: Served, paper: tuple[str, str]
) -> None:
    """The second person is another, sees nothing of the first reading, and looks at the paper."""
    address, code = paper
    slipped = SHEET[:4] + "2" + SHEET[5:]
    for script, reference in ((True, "EL-1"), (False, "EL-2")):
        first = visitor(browser, served, java_script_enabled=script)
        page = enter(first, "lead")
        page.goto(address)
        page.get_by_label("Number of the sheet").fill(reference)
        type_in(page, slipped, script=script)
        press(page, "Count this sheet")
        page.get_by_text(reference).first.wait_for()
        first.close()
        second = visitor(browser, served, java_script_enabled=script)
        page = sign_in(second.new_page())
        page.goto(f"{address}check/")
        page.get_by_text(f"Take out sheet {reference}.").wait_for()
        page.get_by_role("link", name="Type it in").click()
        checked = page.locator(".ballot input:checked")
        assert [one.get_attribute("value") for one in checked.all()] == [""] * 10, "blind"
        type_in(page, SHEET, script=script)
        press(page, "Compare")
        page.get_by_text("Typed in first: Disagree. Typed in by you: Agree.").wait_for()
        page.get_by_label("Agree", exact=True).check()
        press(page, "Settle it")
        page.get_by_text("Every sheet is checked.").wait_for()
        second.close()
    assert rows(served, code) == [expected("EL-1", SHEET), expected("EL-2", SHEET)]


def test_a_sheet_of_ten_takes_at_most_twenty_seconds(
    browser: Browser, served: Served, paper: tuple[str, str]
) -> None:
    """By keys at a realistic pace, the page that comes back counted in; the next sheet follows."""
    address, code = paper
    before = len(rows(served, code))
    context = visitor(browser, served, viewport={"width": 1280, "height": 800})
    page = enter(context, "lead")
    page.goto(address)
    taken = []
    for reference in ("EL-11", "EL-12"):
        begun = time.monotonic()
        field = page.get_by_label("Number of the sheet")
        field.fill("")
        field.press_sequentially(reference, delay=1000 * SECONDS_A_KEY)
        page.locator(".ballot input").first.focus()
        for mark in SHEET:
            page.keyboard.press(mark)
            page.wait_for_timeout(1000 * SECONDS_A_KEY)
        page.keyboard.press("Enter")
        page.get_by_text(reference).first.wait_for()
        page.wait_for_load_state()
        taken.append(time.monotonic() - begun)
    context.close()
    print("a sheet of ten:", ", ".join(f"{one:.1f} s" for one in taken))
    assert max(taken) <= LONGEST
    found = rows(served, code)[before:]
    assert [(one[0], one[4]) for one in found] == [
        (reference, expected(reference, SHEET)[4]) for reference in ("EL-11", "EL-12")
    ]
