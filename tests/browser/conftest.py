"""A real browser on a really served demo town.

The site runs as `lamppost serve` runs it, in a process and a home folder of its own, so that
compression, static files and the background worker are those that a city gets.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import identity
from tests.conftest import MadeDemo

ROOT = Path(__file__).resolve().parents[2]
# No look-ups of its own: tests stay on loopback.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """Return the path of the system's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True)
class Served:
    """A running site: its address, and the home folder that it writes to."""

    url: str
    home: Path

    def run(self, *arguments: str) -> str:
        """Run something with Python in this site's home, and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(self.home, self.url),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def django(self, program: str) -> str:
        """Run a line of Python with Django set up on this site's database."""
        shell = ("-m", "lamppost.cli", "manage", "shell", "--no-imports", "-c")
        return self.run(*shell, program)


def environment(home: Path, url: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LAMPPOST_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {
        **kept,
        "LAMPPOST_HOME": str(home),
        "LAMPPOST_URL": url,
        # Nobody answers there until a test opens the city's sign-in (`identity`).
        "LAMPPOST_OIDC_SERVER": f"http://127.0.0.1:{IDENTITY_PORT}",
        "LAMPPOST_OIDC_CLIENT": identity.CLIENT,
        "LAMPPOST_OIDC_SECRET": identity.SECRET,
    }


def add_own_playbook(home: Path) -> None:
    """Give the town a playbook of its own: the file that the how-to prints."""
    page = (ROOT / "docs/how-to/write-a-playbook.md").read_text(encoding="utf-8")
    found = re.search(r"```toml\n(code = .*?)```", page, re.DOTALL)
    assert found, "the how-to prints no playbook"
    (home / "playbooks").mkdir()
    (home / "playbooks/smart-benches.toml").write_text(found.group(1), encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


IDENTITY_PORT = free_port()


@pytest.fixture(scope="session")
def served(made_demo: MadeDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demo town on loopback for the whole session."""
    with serving(made_demo, tmp_path_factory.mktemp("home")) as site:
        yield site


@contextmanager
def serving(made_demo: MadeDemo, folder: Path) -> Iterator[Served]:
    """Serve a copy of the demo town from `folder`."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine")
    assert made_demo.status == 0, made_demo.stderr
    home = made_demo.copy(folder)
    add_own_playbook(home)
    port = free_port()
    site = Served(f"http://localhost:{port}", home)
    command = [sys.executable, "-m", "lamppost.cli", "serve", "--bind", f"127.0.0.1:{port}"]
    messages = home / "serve.log"
    with (
        messages.open("wb") as log,
        subprocess.Popen(
            command,
            env=environment(home, site.url),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            assert first.startswith("ready"), messages.read_text(encoding="utf-8")
            yield site
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()
