"""The ways in, JavaScript on and off, the same rows: steps, codes, card, languages, kiosk, room."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable, Iterator
from email.policy import default
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, free_port
from tests.browser.visiting import PHONE, enter, visitor

PREPARE = """
import datetime as dt, json
from django.utils import timezone
from allauth.account.models import EmailAddress
from lamppost.accounts.models import Partnership, User
from lamppost.vision.actions import add_seed_statements, open_conversation, rooms
from lamppost.vision.actions.entry_codes import make_entry_codes
from lamppost.vision.actions.kiosks import issue_kiosk
from lamppost.vision.models import Conversation, StatementTranslation
p = Partnership.objects.get(made_up=True)
lead = p.memberships.filter(role="lead").order_by("pk").first().user
def ask(question, **values):
    one = open_conversation(partnership=p, by=lead, values={"question": question, "language": "en",
                            **values})
    add_seed_statements(conversation=one, by=lead, language="en",
                        texts=[f"{question} One.", f"{question} Two.", f"{question} Three."])
    return one
plain, mailed = ask("What for the square?"), ask("What for the park?", verification="email")
coded = ask("What for the bridge?", verification="code")
keyed = ask("What for the mill?", verification="passkey")
met = ask("What for the quay?", verification="in_person")
Conversation.objects.filter(pk=plain.pk).update(embed_origins=%r)
first = plain.statements.order_by("number").first()
StatementTranslation.objects.create(statement=first, language="es", text="La plaza. Uno.",
                                    made_at=timezone.now())
user = User.objects.create_user(email="key@example.org", password="one long password")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
codes = {one.code: make_entry_codes(conversation=one, by=lead, batch="A", count=8)
         for one in (coded, keyed)}
until = timezone.now() + dt.timedelta(hours=2)
token = issue_kiosk(conversation=plain, by=lead, place="Library", expires_at=until)[1]
room = rooms.open_room(conversation=plain, by=lead)
print(json.dumps({"p": p.slug, "plain": plain.code, "mailed": mailed.code, "token": token,
                  "room": room.pk, "join": room.join_code, "coded": coded.code,
                  "keyed": keyed.code, "met": met.code, "codes": codes}))
"""
# The city's own page stands on a server of its own, on this machine.
CITY_PORT = free_port()
CITY = f"http://127.0.0.1:{CITY_PORT}"
ROWS = """
import json
from lamppost.vision.models import Vote
from lamppost.voices.models import DeviceLink, Participant, Verification
votes = Vote.objects.filter(statement__conversation__code=%r)
people = sorted(set(votes.values_list("participant", flat=True)))
print(json.dumps([
    [[list(row) for row in votes.filter(participant=one).order_by("statement__number")
      .values_list("statement__number", "value", "channel")] for one in people],
    Verification.objects.filter(participant__in=people).count(),
    DeviceLink.objects.filter(participant__in=people).count(),
]))
"""


@pytest.fixture(scope="module")
def made(served: Served) -> dict[str, Any]:
    return dict(json.loads(served.django(PREPARE % CITY)))


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def phone(
    request: pytest.FixtureRequest, browser: Browser, served: Served
) -> Iterator[Callable[[], Page]]:
    """Return a function that takes out a new phone, with JavaScript or without."""
    taken = []

    def take() -> Page:
        context = visitor(browser, served, java_script_enabled=request.param, viewport=PHONE)
        taken.append(context)
        return context.new_page()

    yield take
    for context in taken:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def press_without_network(page: Page, name: str, with_script: bool) -> None:
    """Press with the script while there is no network, which comes back; else press."""
    page.context.set_offline(with_script)
    page.get_by_role("button", name=name, exact=True).click()
    if with_script:
        page.get_by_text("Kept on this phone, not sent yet.").wait_for()
        page.context.set_offline(False)
    page.wait_for_load_state()


def rows(served: Served, code: str) -> Any:
    return json.loads(served.django(ROWS % code))


def newest_mail(served: Served, address: str) -> str:
    """Return the text of the newest mail to this address."""
    files = sorted((served.home / "mail").iterdir(), key=lambda file: file.stat().st_mtime)
    for file in reversed(files):
        for part in re.split(r"-{70,}\n", file.read_text(encoding="utf-8")):
            mail = email.message_from_string(part, policy=default)
            if address in str(mail["To"]):
                return str(mail.get_content())
    raise AssertionError(f"no mail to {address}")


def test_a_code_by_mail_counts_what_was_pressed_before(
    phone: Callable[[], Page], served: Served, made: dict[str, Any], request: Any
) -> None:
    before = rows(served, made["mailed"])
    page, address = phone(), f"{len(before[0])}@example.org"
    page.goto(f"/v/{made['mailed']}/")
    press(page, "Disagree")
    page.wait_for_url("**/step/")
    page.get_by_role("link", name="A code by e-mail").click()
    page.get_by_label("Your e-mail address").fill(address)
    press(page, "Send me the code")
    page.wait_for_url("**/email/code/")
    assert rows(served, made["mailed"]) == before
    digits = re.search(r"^(\d{6})$", newest_mail(served, address), re.M)
    assert digits
    page.get_by_label("The six digits").fill(digits[1])
    press(page, "Count my answer")
    page.get_by_text("Your answer is counted.").wait_for()
    people, verified, _links = rows(served, made["mailed"])
    assert len(people) == len(before[0]) + 1
    assert [[row[1], row[2]] for row in people[-1]] == [[-1, "web"]]
    assert verified == before[1] + 1


def test_a_printed_code_counts_once(
    phone: Callable[[], Page], served: Served, made: dict[str, Any]
) -> None:
    """Typed in after an answer was kept, or opened by its address; the second use is refused."""
    typed, opened = codes_left(made, "coded"), codes_left(made, "coded")
    before = rows(served, made["coded"])
    page = phone()
    page.goto(f"/v/{made['coded']}/?s=1")
    press(page, "Agree")
    page.wait_for_url("**/step/")
    page.get_by_role("link", name="A printed code").click()
    page.get_by_label("code").fill(typed)
    assert rows(served, made["coded"]) == before
    press(page, "Count my answer")
    page.get_by_text("Your answer is counted.").wait_for()
    other = phone()
    other.goto(f"/v/{made['coded']}/c/{opened}/")
    press(other, "Disagree")
    other.wait_for_url("**after=*")
    third = phone()
    third.goto(f"/v/{made['coded']}/c/{opened}/")
    assert third.get_by_role("button", name="Agree", exact=True).count() == 0
    people, verified, _links = rows(served, made["coded"])
    assert [[one[1:] for one in answers] for answers in people[len(before[0]) :]] == [
        [[1, "web"]],
        [[-1, "web"]],
    ]
    assert verified == before[1] + 2


def test_two_people_with_two_codes_share_a_phone(
    phone: Callable[[], Page], served: Served, made: dict[str, Any]
) -> None:
    """The second code asks first; whoever is somebody else begins as a person of their own."""
    before = rows(served, made["coded"])
    page = phone()
    page.goto(f"/v/{made['coded']}/c/{codes_left(made, 'coded')}/")
    press(page, "Agree")
    page.wait_for_url("**after=*")
    page.goto(f"/v/{made['coded']}/c/{codes_left(made, 'coded')}/")
    page.get_by_role("heading", name="This code does not count here").wait_for()
    page.get_by_role("button", name="I am somebody else").click()
    page.get_by_text("Your printed code is ready.").wait_for()
    press(page, "Disagree")
    page.wait_for_url("**after=*")
    people, verified, _links = rows(served, made["coded"])
    assert [[one[1:] for one in answers] for answers in people[len(before[0]) :]] == [
        [[1, "web"]],
        [[-1, "web"]],
    ]
    assert verified == before[1] + 2


def codes_left(made: dict[str, Any], question: str) -> str:
    return str(made["codes"][made[question]].pop())


def test_a_passkey_or_without_javascript_another_way(
    phone: Callable[[], Page], served: Served, made: dict[str, Any], request: Any
) -> None:
    before = rows(served, made["keyed"])
    page = phone()
    with_script = request.node.callspec.params["phone"]
    if with_script:
        keep_a_passkey(page)
    page.goto(f"/v/{made['keyed']}/?s=2")
    press(page, "Disagree")
    page.wait_for_url("**/step/")
    page.get_by_role("link", name="A passkey").click()
    if with_script:
        page.get_by_role("main").get_by_role("link", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/step/account/")
    else:
        page.get_by_text("Without them, take another way.").wait_for()
        page.get_by_role("link", name="Other ways").click()
        page.get_by_role("link", name="A printed code").click()
        page.get_by_label("code").fill(codes_left(made, "keyed"))
    press(page, "Count my answer")
    page.get_by_text("Your answer is counted.").wait_for()
    people, verified, _links = rows(served, made["keyed"])
    assert len(people) == len(before[0]) + 1
    assert people[-1] == [[2, -1, "web"]]
    assert verified == before[1] + 1


def keep_a_passkey(page: Page) -> None:
    """Give this browser an authenticator, and the account a passkey on it; then sign out."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("key@example.org")
    page.locator("[name=password]").fill("one long password")
    press(page, "Sign in")
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("[name=password]").fill("one long password")
    press(page, "Go on")
    page.locator("[name=name]").fill("Phone")
    press(page, "Add the passkey")
    page.get_by_text("The passkey is added.").wait_for()
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()


def test_somebody_of_the_partnership_confirms_in_person(
    phone: Callable[[], Page], browser: Browser, served: Served, made: dict[str, Any]
) -> None:
    before = rows(served, made["met"])
    page = phone()
    page.goto(f"/v/{made['met']}/?s=1")
    press(page, "Agree")
    page.get_by_role("link", name="In person").click()
    press(page, "Show my word")
    word = page.locator(".big-word").inner_text().split()[-1]
    context = visitor(browser, served, java_script_enabled=False)
    desk = enter(context, "lead")
    desk.goto(f"/p/{made['p']}/vision/questions/{made['met']}/ways/in-person/")
    desk.get_by_role("main").get_by_role("textbox").fill(word)
    desk.get_by_label("I see the person").check()
    press(desk, "Confirm")
    context.close()
    page.get_by_role("button", name="Count my answer").click()
    page.get_by_text("Your answer is counted.").wait_for()
    people, verified, _links = rows(served, made["met"])
    assert len(people) == len(before[0]) + 1
    assert people[-1] == [[1, 1, "web"]]
    assert verified == before[1] + 1


def test_a_card_on_the_citys_page_leads_to_one_press(
    phone: Callable[[], Page], served: Served, made: dict[str, Any], request: Any, tmp_path: Path
) -> None:
    before = rows(served, made["plain"])
    page = phone()
    (tmp_path / "index.html").write_text(
        f'<iframe src="{served.url}/v/{made["plain"]}/card/" width="340" height="500"></iframe>'
    )
    pages = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    city = ThreadingHTTPServer(("127.0.0.1", CITY_PORT), pages)
    Thread(target=city.serve_forever, daemon=True).start()
    request.addfinalizer(city.server_close)
    request.addfinalizer(city.shutdown)
    page.goto(f"{CITY}/")
    card = page.frame_locator("iframe")
    card.get_by_text("This card sets no cookie.").wait_for()
    assert page.context.cookies() == []
    with page.context.expect_page() as opened:
        card.get_by_role("link", name="Disagree").click()
    vote = opened.value
    vote.get_by_text("Press it once more here, and it counts.").wait_for()
    assert rows(served, made["plain"]) == before
    press_without_network(vote, "Disagree", request.node.callspec.params["phone"])
    vote.wait_for_url("**after=*")
    people = rows(served, made["plain"])[0]
    assert len(people) == len(before[0]) + 1
    assert [one[1:] for one in people[-1]] == [[-1, "web"]]


def test_the_language_of_the_page_and_of_the_statement_is_chosen(
    phone: Callable[[], Page], served: Served, made: dict[str, Any]
) -> None:
    before = rows(served, made["plain"])
    page = phone()
    page.goto(f"/v/{made['plain']}/?s=1")
    page.get_by_role("link", name="Español").click()
    page.get_by_text("La plaza. Uno.").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator('[lang="es"][dir="ltr"]', has_text="La plaza. Uno.").count() == 1
    press(page, "Agree")
    page.wait_for_url("**after=1*")
    assert "in=es" in page.url
    page.goto(f"/v/{made['plain']}/?s=2")
    page.get_by_role("button", name="العربيّة").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.get_by_text("What for the square? Two.").is_visible(), "nobody translated it"
    page.locator(".choices button[value=disagree]").click()
    page.wait_for_url("**after=2*")
    assert page.locator("html").get_attribute("lang") == "ar"
    people = rows(served, made["plain"])[0]
    assert len(people) == len(before[0]) + 1
    assert people[-1] == [[1, 1, "web"], [2, -1, "web"]]


def test_a_return_code_brings_another_device_back(
    phone: Callable[[], Page], served: Served, made: dict[str, Any]
) -> None:
    before = rows(served, made["plain"])
    first, second = phone(), phone()
    first.goto(f"/v/{made['plain']}/?s=1")
    press(first, "Agree")
    first.wait_for_url("**after=1*")
    first.goto(f"/p/{made['p']}/voices/mine/code/")
    press(first, "Make a code")
    code = first.locator(".big-word").inner_text()
    second.goto(f"/v/{made['plain']}/?s=2")
    press(second, "Pass, or not sure")
    second.wait_for_url("**after=2*")
    second.goto("/back/")
    second.get_by_label("Your code").fill(code.upper())
    press(second, "Show my answers")
    second.get_by_text("These are the 2 things you gave here.").wait_for()
    people, _verified, links = rows(served, made["plain"])
    assert len(people) == len(before[0]) + 1
    assert people[-1] == [[1, 1, "web"], [2, 0, "web"]]
    assert links == before[2] + 1


def test_people_at_a_tablet_come_one_after_another(
    phone: Callable[[], Page], served: Served, made: dict[str, Any]
) -> None:
    before = rows(served, made["plain"])
    tablet = phone()
    tablet.set_viewport_size({"width": 1024, "height": 768})
    tablet.goto(f"/k/{made['token']}/")
    for answer in ("Agree", "Disagree", "Agree"):
        press(tablet, "Start")
        last = tablet.get_by_text("After 60 seconds without a touch").bounding_box()
        assert last is not None
        assert last["y"] + last["height"] <= 768, "all of it is seen without scrolling"
        press(tablet, answer)
        tablet.get_by_text("You have answered 1.").wait_for()
        press(tablet, "Finish")
        tablet.get_by_role("heading", name="Thank you").wait_for()
        tablet.goto(f"/k/{made['token']}/")
    names = {cookie["name"] for cookie in tablet.context.cookies()}
    assert not names & {"lamppost_participant", "lamppost_kiosk", "sessionid"}
    people = rows(served, made["plain"])[0]
    assert len(people) == len(before[0]) + 3
    assert [[row[0][1], row[0][2]] for row in people[-3:]] == [
        [1, "kiosk"],
        [-1, "kiosk"],
        [1, "kiosk"],
    ]


def test_a_room_goes_from_statement_to_statement(
    phone: Callable[[], Page],
    browser: Browser,
    served: Served,
    made: dict[str, Any],
    request: Any,
) -> None:
    with_script = request.node.callspec.params["phone"]
    context = visitor(
        browser, served, java_script_enabled=with_script, viewport={"width": 1280, "height": 800}
    )
    screen = enter(context, "lead")
    screen.goto(f"/p/{made['p']}/vision/questions/{made['plain']}/ways/rooms/")
    press(screen, "Open a room")
    join = screen.locator(".big-word").inner_text()
    before = rows(served, made["plain"])
    page = phone()
    page.goto("/r/")
    page.get_by_label("The code on the large screen").fill(join)
    press(page, "Join")
    page.get_by_text("The first statement comes by itself.").wait_for()
    press(screen, "Begin")
    page.get_by_role("button", name="Agree", exact=True).wait_for()
    press(page, "Agree")
    page.get_by_text("Counted: you agree.").wait_for()
    screen.get_by_text("1 of you answered").wait_for()
    if with_script:
        screen.keyboard.press("ArrowRight")
    else:
        press(screen, "Next")
    page.get_by_text("What for the square? Two.").wait_for()
    screen.get_by_role("link", name="Choose a statement").click()
    press(screen, "Show this one 3")
    page.get_by_text("What for the square? Three.").wait_for()
    press_without_network(page, "Disagree", with_script)
    page.get_by_text("Counted: you disagree.").wait_for()
    if with_script:
        screen.keyboard.press("c")
    else:
        press(screen, "Close and show")
    screen.get_by_text("The shares are shown from 10 answers on").wait_for()
    press(screen, "Close the room")
    page.get_by_text("This room is closed.").wait_for()
    context.close()
    people = rows(served, made["plain"])[0]
    assert len(people) == len(before[0]) + 1
    assert people[-1] == [[1, 1, "room"], [3, -1, "room"]]
