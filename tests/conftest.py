"""What every test gets: no way to the network, and people to test with."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.test import Client
from django.utils import timezone, translation

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.roles import Role

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches data runs again: engines and browsers have run already."""
    if not ON_POSTGRESQL:
        return
    again, once = [], []
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        data = bool(names & DATA_FIXTURES) or item.get_closest_marker("django_db") is not None
        browser = item.get_closest_marker("browser") is not None
        (again if data and not browser else once).append(item)
    config.hook.pytest_deselected(items=once)
    items[:] = again


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """Let no page that was read in another language speak it to the next test."""
    yield
    translation.deactivate()


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
