"""The queue by keyboard and sheets of paper without the mouse; and both without JavaScript."""

from __future__ import annotations

import json
import time

from playwright.sync_api import Browser

from tests.browser.conftest import Served
from tests.browser.visiting import enter, skip_without, visitor

DESK = {"width": 1280, "height": 900}
SAY = """
import json
from lamppost.vision.models import Conversation
from lamppost.vision.actions import submit_statement
from lamppost.voices.actions import participant_without_device
from lamppost.voices.models import Voice
Voice.objects.filter(state="waiting").update(state="declined")
c = Conversation.objects.order_by("pk").first()
for text in {texts!r}:
    who = participant_without_device(partnership=c.partnership, channel="web")
    submit_statement(conversation=c, participant=who, text=text, language="en", consent=True)
"""
STATES = """
import json
from lamppost.voices.models import Voice
found = Voice.objects.filter(text__startswith="{mark}")
print(json.dumps(dict(found.values_list("text", "state"))))
"""
SHEETS = """
import json
from lamppost.vision.models import PaperSheet, Vote
rows = [
    [s.reference, list(Vote.objects.filter(participant=s.participant)
        .order_by("statement__number").values_list("value", flat=True))]
    for s in PaperSheet.objects.filter(reference__startswith="{mark}").order_by("pk")
]
print(json.dumps(rows))
"""


def states(served: Served, mark: str) -> dict[str, str]:
    return dict(json.loads(served.django(STATES.format(mark=mark))))


def test_the_queue_by_keyboard(browser: Browser, served: Served) -> None:
    texts = ["Key one about benches", "Key two: trees by the river", "Key three, quiet nights"]
    served.django(SAY.format(texts=texts))
    context = visitor(browser, served, viewport=DESK)
    page = enter(context, "lead")
    page.goto(skip_without(served, "voices:queue"))
    page.keyboard.press("j")
    assert "Key one" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    page.get_by_text("Accepted.", exact=True).wait_for()
    # The next words are in front; u takes the decision back.
    assert "Key two" in page.evaluate("document.activeElement.textContent")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert states(served, "Key one") == {texts[0]: "waiting"}

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("d")
    # Letters in a field are letters.
    page.keyboard.type("A jaunty adjective, no answer")
    page.keyboard.press("Enter")
    page.get_by_text("Declined.", exact=True).wait_for()
    assert states(served, "Key") == {texts[0]: "waiting", texts[1]: "declined", texts[2]: "waiting"}
    page.keyboard.press("?")
    assert page.locator("#keys").get_attribute("open") is not None
    page.locator("#keys button").click()
    page.keyboard.press("Escape")
    page.locator("#queue [data-item]").first.focus()
    page.keyboard.press("a")
    assert states(served, "Key one") == {texts[0]: "waiting"}
    context.close()


def test_the_queue_without_javascript_does_the_same(browser: Browser, served: Served) -> None:
    texts = ["Plain one about benches", "Plain two: trees by the river"]
    served.django(SAY.format(texts=texts))
    context = visitor(browser, served, viewport=DESK, java_script_enabled=False)
    page = enter(context, "lead")
    page.goto(skip_without(served, "voices:queue"))
    assert not page.get_by_text("By keyboard").is_visible()
    page.locator("#queue").get_by_role("button", name="Accept").first.click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    item = page.locator("#queue [data-item]").first
    item.locator("summary").click()
    item.locator("input[name=reason]").fill("No answer")
    item.locator("button[value=declined]").click()
    page.wait_for_load_state()
    assert states(served, "Plain") == {texts[0]: "declined", texts[1]: "waiting"}
    context.close()


def test_a_sheet_of_ten_in_some_key_presses(browser: Browser, served: Served) -> None:
    context = visitor(browser, served, viewport=DESK)
    page = enter(context, "lead")
    page.goto(skip_without(served, "vision:paper_sheet"))
    rows = page.locator("fieldset.ballot").count()
    assert 5 <= rows <= 15
    page.fill("input[name=reference]", "KB-1")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.type") == "radio"
    start = time.monotonic()
    for place in range(rows):
        page.keyboard.press("1230"[place % 4])
    page.keyboard.press("Enter")
    page.get_by_text("Sheet KB-1 is counted").wait_for()
    assert time.monotonic() - start < 20
    # The next number stands there, and the cursor in the first statement.
    assert page.input_value("input[name=reference]") == "KB-2"
    assert page.evaluate("document.activeElement.type") == "radio"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_text("Sheet KB-2 is counted").wait_for()
    context.close()
    (one, two) = json.loads(served.django(SHEETS.format(mark="KB-")))
    expected = [[1, -1, 0][place % 4] for place in range(rows) if place % 4 < 3]
    assert one == ["KB-1", expected]
    assert two == ["KB-2", [1, -1]]


def test_a_sheet_without_javascript_gives_the_same_rows(browser: Browser, served: Served) -> None:
    context = visitor(browser, served, viewport=DESK, java_script_enabled=False)
    page = enter(context, "lead")
    page.goto(skip_without(served, "vision:paper_sheet"))
    page.fill("input[name=reference]", "NJ-1")
    for place, value in enumerate(["agree", "disagree", "pass"]):
        page.locator("fieldset.ballot").nth(place).locator(f'input[value="{value}"]').check()
    page.keyboard.press("Enter")
    page.get_by_text("Sheet NJ-1 is counted").wait_for()
    context.close()
    assert json.loads(served.django(SHEETS.format(mark="NJ-"))) == [["NJ-1", [1, -1, 0]]]


GOALS = """
import json
from lamppost.vision.models import Indicator
one = Indicator.objects.select_related("goal").order_by("-pk").first()
print(json.dumps([one.goal.title, one.goal.statements.count(), one.name, one.unit, one.direction,
                  one.baseline_source, one.worth_it]))
"""


def test_a_goal_and_how_it_is_measured_with_and_without_javascript(
    browser: Browser, served: Served
) -> None:
    """From the first page by links and buttons, as the lead."""
    found = []
    for script in (True, False):
        context = visitor(browser, served, viewport=DESK, java_script_enabled=script)
        page = enter(context, "lead")
        for link in ("Vision", "Vision and goals", "Add a goal"):
            page.get_by_role("link", name=link).first.click()
            page.wait_for_load_state()
        page.get_by_label("Goal", exact=True).fill("Everybody can sit down on the way")
        page.locator("[name=statements]").first.check()
        page.get_by_role("button", name="Save the goal").click()
        page.get_by_role("heading", name="How is it measured?").wait_for()
        page.get_by_label("What is measured").fill("Benches on the way to the market")
        page.get_by_label("Unit").fill("benches per kilometre")
        page.get_by_label("more is better").check()
        page.get_by_label("Where today's value comes from").fill("Counted on foot in May")
        page.get_by_label("What change would be worth it").fill("0.5")
        page.get_by_role("button", name="Save the indicator").press("Enter")
        page.get_by_text("The indicator is added.").wait_for()
        context.close()
        found.append(json.loads(served.django(GOALS)))
    assert found == [
        ["Everybody can sit down on the way", 1, "Benches on the way to the market",
         "benches per kilometre", "up", "Counted on foot in May", 0.5]
    ] * 2  # fmt: skip
