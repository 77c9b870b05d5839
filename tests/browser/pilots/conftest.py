"""The town that the walks through the pilots share: served once, with a lead at the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, serving
from tests.browser.visiting import PHONE, enter, visitor
from tests.conftest import MadeDemo

PLACES = """
import json
from lamppost.pilots.models import Pilot
print(json.dumps({
    one.playbook: {
        "pk": one.pk, "title": one.title, "slug": one.partnership.slug,
        "url": f"/p/{one.partnership.slug}/pilots/{one.pk}/",
        "sites": [f"/s/{site.code}/" for site in one.sites.order_by("pk")],
    }
    for one in Pilot.objects.filter(partnership__made_up=True).order_by("-pk")
}))
"""


@pytest.fixture(scope="session")
def served(made_demo: MadeDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a town of their own for the walks: they leave much behind."""
    with serving(made_demo, tmp_path_factory.mktemp("walks")) as site:
        yield site


@pytest.fixture(scope="session")
def pilots(served: Served) -> dict[str, dict[str, Any]]:
    """The pilots of the demo town by their playbook."""
    return dict(json.loads(served.django(PLACES)))


@pytest.fixture(scope="session")
def town(pilots: dict[str, dict[str, Any]]) -> str:
    """Where the pages of the town's pilots are."""
    return f"/p/{pilots['smart-parks']['slug']}/pilots/"


@pytest.fixture(scope="session")
def desk(browser: Browser, served: Served) -> Iterator[Page]:
    """The lead's page, without JavaScript: every flow works so."""
    size = {"width": 1280, "height": 900}
    context = visitor(browser, served, java_script_enabled=False, viewport=size)
    yield enter(context, "lead")
    context.close()


@pytest.fixture
def street(browser: Browser, served: Served) -> Iterator[Page]:
    """Somebody on the street with a telephone, without JavaScript and without an account."""
    context = visitor(browser, served, java_script_enabled=False, viewport=PHONE)
    yield context.new_page()
    context.close()
