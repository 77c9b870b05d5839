"""The demo, as it is on the machine that runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    """Mark this instance as the demo; return its home folder."""
    settings.DEMO_MARK = tmp_path / "demo"
    settings.MAIL_FOLDER = tmp_path / "mail"
    settings.DEMO_MARK.write_text("")
    return tmp_path


@pytest.fixture
def at_home() -> Client:
    """Return a visitor who sits at the machine itself."""
    return Client(headers={"host": "localhost:8000"})
