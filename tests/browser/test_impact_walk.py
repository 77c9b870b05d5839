"""From the evaluation plan to the sheet for a council, by hand and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, serving
from tests.browser.pilots.walking import field, go, press
from tests.browser.visiting import PHONE, enter, visitor
from tests.conftest import MadeDemo

MEASURING = """
import datetime as dt
from lamppost.accounts.models import Partnership
from tests.impact_world import MONDAY, fill, make_world
world = make_world(Partnership.objects.get(made_up=True), technology=False)
fill(world, weeks=6)
fill(world, weeks=10, start=MONDAY - dt.timedelta(weeks=10))
print(world.pilot.partnership.slug, world.pilot.pk)
"""
ENDING = """
import datetime as dt
from lamppost.pilots.models import Pilot
from tests.impact_world import MONDAY
Pilot.objects.filter(pk={pilot}).update(ends_on=MONDAY + dt.timedelta(weeks=12, days=-1))
"""
JUDGED = """
from lamppost.impact.actions import compute_estimate
from lamppost.pilots.models import Pilot
from tests.impact_world import TECHNOLOGY_ON, World, fill
pilot = Pilot.objects.get(pk={pilot})
pilot.baseline_on = pilot.technology_on = TECHNOLOGY_ON
pilot.compared, pilot.baseline_days = True, 41
pilot.save()
sites = list(pilot.sites.order_by("pk"))
arms = [[one for one in sites if one.arm == arm] for arm in ("pilot", "comparison")]
fill(World(pilot, pilot.indicators.get(), *arms), weeks=12)
compute_estimate(pilot=pilot)
"""


@pytest.fixture(scope="module")
def town(made_demo: MadeDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a copy of its own: the walk adds a pilot."""
    with serving(made_demo, tmp_path_factory.mktemp("impact")) as site:
        yield site


def says(page: Page, words: str) -> None:
    assert words in page.get_by_role("main").inner_text(), page.get_by_role("main").inner_text()


def foresee(page: Page, here: str) -> None:
    """Ask how small a change could be noticed, and wait until the worker has answered."""
    page.get_by_role("main").get_by_role("link", name="Try it out").click()
    assert page.url == f"{here}plan/foresight/"
    says(page, "Nothing asked yet")
    field(page, "How many weeks does it last?").fill("4")
    press(page, "Replay fake pilots")
    page.locator(".verdict, .notice.warning").first.wait_for(timeout=90_000)
    says(page, "With 3 pilot and 3 comparison sites and 4 weeks you would notice a fall of")
    assert page.locator(".chart-svg:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    go(page, f"{here}plan/")


def test_plan_freeze_coverage_verdict_and_sheet(browser: Browser, town: Served) -> None:
    slug, pilot = town.django(MEASURING).split()[-2:]
    context = visitor(browser, town, viewport=PHONE, java_script_enabled=False)
    page = enter(context, "lead")
    go(page, f"/p/{slug}/impact/{pilot}/")
    here = page.url
    says(page, "The baseline is being measured")
    says(page, "What was measured so far")
    go(page, f"{here}plan/")
    question = "Do fewer people feel unsafe here at night?"
    field(page, "What is the question, in one sentence?").fill(question)
    press(page, "Keep the plan")
    foresee(page, here)
    says(page, "you would notice a fall of")
    freezing = page.get_by_role("main").get_by_role("link", name="Freeze the plan")
    freezing.click()
    says(page, "Say first when the pilot ends")
    town.django(ENDING.format(pilot=pilot))
    go(page, f"{here}plan/")
    freezing.click()
    press(page, "Freeze the plan")
    go(page, f"{here}plan/")
    says(page, question)
    says(page, "Its fingerprint")
    go(page, f"{here}data/")
    says(page, "3 sites, 0 of them without a reading")
    town.django(JUDGED.format(pilot=pilot))
    go(page, here)
    assert "fall" in page.locator(".sentence").inner_text()
    says(page, "Planned to notice a fall of")
    page.get_by_role("link", name="One page to print").click()
    assert page.url == f"{here}sheet/"
    says(page, question)
    says(page, "Reasons to doubt")
    page.emulate_media(media="print")
    assert page.locator(".chart-svg:visible").count() == 1
    context.close()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_sheet_is_one_page_in_every_language(
    browser: Browser, town: Served, language: str
) -> None:
    """The first pilot has the longest: four versions, four outcomes, voices."""
    context = visitor(browser, town, language)
    page = context.new_page()
    page.goto("/p/harbourlea/impact/1/sheet/")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1
    context.close()
