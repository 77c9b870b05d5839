"""Up the ladder step by step, the city's sign-in at the top: earlier votes stay with the person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import IDENTITY_PORT, Served
from tests.browser.identity import identity_provider
from tests.browser.test_ways_in import newest_mail, press
from tests.browser.visiting import PHONE, visitor

PREPARE = """
import json
from lamppost.accounts.models import Partnership
from lamppost.vision.actions import add_seed_statements, open_conversation, rooms
p = Partnership.objects.get(made_up=True)
lead = p.memberships.filter(role="lead").order_by("pk").first().user
made = {}
for step in ("none", "email", "sign_in"):
    one = open_conversation(partnership=p, by=lead, values={
        "question": f"What for the hill, {step}?", "language": "en", "verification": step})
    add_seed_statements(conversation=one, by=lead, language="en",
                        texts=[f"For the hill, {step}. One.", f"For the hill, {step}. Two."])
    made[step] = one.code
    if step == "email":
        room = rooms.open_room(conversation=one, by=lead)
        rooms.next_statement(room=room, by=lead)
        made["join"] = room.join_code
print(json.dumps(made))
"""
# Of each person who voted on the hill: what, by question, and the steps they took.
ROWS = """
import json
from lamppost.vision.models import Vote
from lamppost.voices.models import DeviceLink, Verification
votes = Vote.objects.filter(statement__conversation__question__startswith="What for the hill")
people = sorted(set(votes.values_list("participant", flat=True)))
print(json.dumps([[
    [[q.split(", ")[1], *rest] for q, *rest in votes.filter(participant=one)
      .order_by("statement__conversation_id", "statement__number")
      .values_list("statement__conversation__question", "statement__number", "value", "channel")],
    sorted(Verification.objects.filter(participant=one).values_list("level", flat=True)),
    DeviceLink.objects.filter(participant=one).count(),
] for one in people]))
"""


@pytest.fixture(scope="module")
def hill(served: Served) -> dict[str, str]:
    return dict(json.loads(served.django(PREPARE)))


@pytest.fixture(scope="module", autouse=True)
def _city() -> Iterator[None]:
    with identity_provider(IDENTITY_PORT):
        yield


def rows(served: Served) -> Any:
    return json.loads(served.django(ROWS))


def show_mail(page: Page, served: Served, address: str) -> None:
    page.get_by_role("link", name="A code by e-mail").click()
    page.get_by_label("Your e-mail address").fill(address)
    press(page, "Send me the code")
    digits = re.search(r"^(\d{6})$", newest_mail(served, address), re.M)
    assert digits
    page.get_by_label("The six digits").fill(digits[1])
    press(page, "Count my answer")


def sign_in_with_the_city(page: Page, name: str) -> None:
    page.get_by_role("link", name="The city's sign-in").click()
    page.get_by_role("main").get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("button", name="City sign-in").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Sign in to the city").click()
    page.wait_for_url("**/step/account/")
    press(page, "Count my answer")


def climb(page: Page, served: Served, hill: dict[str, str], name: str) -> None:
    """Vote where nothing is asked, then where a code by mail is, then where the city's sign-in."""
    page.goto(f"/v/{hill['none']}/?s=1")
    press(page, "Agree")
    page.wait_for_url("**after=1*")
    page.goto(f"/v/{hill['email']}/?s=2")
    press(page, "Disagree")
    page.wait_for_url("**/step/")
    show_mail(page, served, f"{name}@hill.example")
    page.get_by_text("Your answer is counted.").wait_for()
    page.goto(f"/v/{hill['sign_in']}/?s=1")
    press(page, "Pass, or not sure")
    page.wait_for_url("**/step/")
    sign_in_with_the_city(page, name)
    page.get_by_text("Your answer is counted.").wait_for()


def test_climbing_keeps_earlier_votes(
    browser: Browser, served: Served, hill: dict[str, str]
) -> None:
    for script, name in ((True, "Ada"), (False, "Bo")):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        climb(context.new_page(), served, hill, name)
        context.close()
    people = rows(served)
    assert people[0] == people[1], "with the script and without it"
    votes, steps, _links = people[0]
    assert votes == [["none?", 1, 1, "web"], ["email?", 2, -1, "web"], ["sign_in?", 1, 0, "web"]]
    assert steps == ["email", "sign_in"]


@pytest.mark.parametrize(("script", "name"), [(True, "Cy"), (False, "Di")])
def test_the_citys_sign_in_brings_one_person_together_on_two_phones(
    browser: Browser, served: Served, hill: dict[str, str], script: bool, name: str
) -> None:
    """The second phone gave another answer to the same statement: one person, one answer."""
    before = len(rows(served))
    for answer in ("Agree", "Disagree"):
        context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
        page = context.new_page()
        page.goto(f"/v/{hill['sign_in']}/?s=2")
        press(page, answer)
        page.wait_for_url("**/step/")
        assert len(rows(served)) == before + (answer == "Disagree"), "not before the step"
        sign_in_with_the_city(page, name)
        page.get_by_text("Your answer is counted.").wait_for()
        context.close()
    people = rows(served)
    assert len(people) == before + 1
    votes, steps, links = people[-1]
    assert votes == [["sign_in?", 2, -1, "web"]]
    assert (steps, links) == (["sign_in"], 1)


@pytest.mark.parametrize(("script", "name"), [(True, "Eve"), (False, "Flo")])
def test_what_was_pressed_on_the_page_and_in_the_room_is_all_counted_after_the_step(
    browser: Browser, served: Served, hill: dict[str, str], script: bool, name: str
) -> None:
    """The room has another address than the question: nothing kept at one is lost at the other."""
    context = visitor(browser, served, java_script_enabled=script, viewport=PHONE)
    page = context.new_page()
    page.goto(f"/v/{hill['email']}/?s=2")
    press(page, "Disagree")
    page.wait_for_url("**/step/")
    page.goto(f"/r/{hill['join']}/")
    press(page, "Agree")
    page.wait_for_url("**/step/")
    page.get_by_text("2 answers").first.wait_for()
    show_mail(page, served, f"{name}@hill.example")
    page.get_by_text("Your 2 answers are counted.").wait_for()
    context.close()
    votes, _steps, _links = rows(served)[-1]
    assert [one[:3] for one in votes] == [["email?", 1, 1], ["email?", 2, -1]]
