"""The story as a file, in a real browser: accessible, readable on a phone, complete on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from .conftest import Served


@pytest.fixture(scope="module")
def file(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("story") / "story.html"
    slug = served.run(
        "-m", "lamppost.cli", "manage", "shell", "--no-imports", "-c",
        "from lamppost.accounts.models import Partnership; print(Partnership.objects.first().slug)",
    ).split()[-1]  # fmt: skip
    served.run("-m", "lamppost.cli", "story", slug, "-o", str(page))
    return page


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_story_file_is_accessible(browser: Browser, file: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_story_file_prints_every_table(browser: Browser, file: Path, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert page.locator(".exhibit table").count() > 5
    assert page.locator(".exhibit table").first.is_visible()
    assert not page.locator(".chart details").first.is_visible()
    printed = tmp_path / "story.pdf"
    page.pdf(path=printed, format="A4")
    assert printed.stat().st_size > 20_000
    page.close()
