"""What every test gets: no way to the network, and people to test with."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone, translation

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.roles import Role
from tests.together import Together, order_of

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
LOOPBACK = ("127.", "localhost", "::1")


# The same examples on every machine: what fails in CI fails here. A search for new ones:
# HYPOTHESIS_PROFILE=search make test PYTEST_ARGS="tests/property"
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))
ON_POSTGRESQL = bool(os.environ.get("LAMPPOST_DATABASE_URL"))
DATA_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Tests that share a made-up town, or a file, stay in one process."""
    config.option.loadscopereorder = False
    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches data runs again: engines, pages, browsers have run already.

    See `order_of` for the order.
    """
    items.sort(key=order_of)
    if not ON_POSTGRESQL:
        return
    again, once = [], []
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        data = bool(names & DATA_FIXTURES) or item.get_closest_marker("django_db") is not None
        elsewhere = any(item.get_closest_marker(mark) for mark in ("browser", "once"))
        (again if data and not elsewhere else once).append(item)
    config.hook.pytest_deselected(items=once)
    items[:] = again


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """Let no page that was read in another language speak it to the next test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own() -> Iterator[None]:
    """Keep the cache in this process: on disk it is shared by the processes that test at once."""
    memory = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with override_settings(CACHES=memory):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Record numbers come again in the next test, and so do keys of the cache."""
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse every connection beyond loopback; tests/unit/test_network.py proves it."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if not host.startswith(LOOPBACK):
                raise OSError(f"tests may not reach the network (tried {host})")
        return real(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@dataclass(frozen=True)
class MadeDemo:
    """The home folder that ``lamppost demo`` made, and what it said."""

    home: Path
    status: int
    stdout: str
    stderr: str

    def copy(self, home: Path) -> Path:
        """Copy it to `home`, to be used and spoilt at will."""
        return Path(shutil.copytree(self.home, home, dirs_exist_ok=True))


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> MadeDemo:
    """``lamppost demo`` at full size: made once in a run, whichever process asks first."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    home, said = place / "made-demo", place / "made-demo.json"
    with (place / "made-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            done = run_lamppost(home, "demo")
            said.write_text(json.dumps([done.returncode, done.stdout, done.stderr]))
    return MadeDemo(home, *json.loads(said.read_text()))


def run_lamppost(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``lamppost`` as a user does, in a home folder of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LAMPPOST_")}
    kept["DJANGO_SETTINGS_MODULE"] = "lamppost.site.settings"
    return subprocess.run(
        [sys.executable, "-m", "lamppost.cli", *arguments],
        cwd=ROOT,
        env={**kept, "LAMPPOST_HOME": str(home), "LAMPPOST_URL": "http://localhost:8123"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def shared_data() -> Path:
    """The real data beside the checkout; a test that needs it skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data is not beside this checkout (../shared/data)")
    return SHARED_DATA


@pytest.fixture
def partnership(db: None) -> Partnership:
    return Partnership.objects.create(
        slug="elm-street",
        name="Elm Street after dark",
        town="Harbourlea",
        problem="People do not dare to walk home at night.",
        playbook="smart-street-lighting",
        created_at=timezone.now(),
    )


@pytest.fixture
def other_partnership(db: None) -> Partnership:
    return Partnership.objects.create(
        slug="canal-park", name="Canal park", problem="The park is dry.", created_at=timezone.now()
    )


@pytest.fixture
def make_member(partnership: Partnership) -> Callable[..., User]:
    """Return a function that makes a user with a role: ``make_member("lead")``."""

    def make(role: str, where: Partnership | None = None, name: str = "") -> User:
        where = where or partnership
        user = User.objects.create_user(
            f"{role}-{where.slug}-{User.objects.count()}@example.org",
            "a long passphrase",
            name=name,
        )
        Membership.objects.create(
            partnership=where, user=user, role=Role(role), joined_at=timezone.now()
        )
        return user

    return make


@pytest.fixture
def lead(make_member: Callable[..., User]) -> User:
    return make_member("lead", name="Lena Lead")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Return a function that gives a signed-in client for a user."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def lead_client(lead: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(lead)


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()
