"""A small demo town in the test database: something of everything that a page can show."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.roles import Role
from tests import pages

HIGH = 41_234
READ = ("public", "right", "signed_in")


@dataclass(frozen=True)
class Visit:
    """One page as one person got it: what came, and what was asked of the database for it."""

    route: pages.Route
    url: str
    who: str
    status: int
    headers: dict[str, str]
    text: str
    queries: tuple[str, ...]

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.headers["content-type"].startswith("text/html")


def read(answer: HttpResponse) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode("utf-8", "replace")  # type: ignore[attr-defined]
    return answer.content.decode("utf-8", "replace")


def visit(
    addresses: dict[pages.Route, str], people: dict[str, Client], *kinds: str
) -> Iterator[Visit]:
    """Let each of `people` read every address of these kinds."""
    for route, url in addresses.items():
        if route.access is None or route.access.kind not in kinds:
            continue
        for who, client in people.items():
            connection.queries_log.clear()  # it holds 9,000 in all
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(url)
                text = read(answer)
            queries = tuple(query["sql"] for query in asked.captured_queries)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            yield Visit(route, url, who, answer.status_code, headers, text, queries)


def start_numbers_high() -> None:
    """Give new records numbers above a thousand, where "1,234" would be no address any more."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, HIGH])
            else:
                cursor.execute("SELECT column_name FROM information_schema.columns WHERE "
                               "table_name = %s AND is_identity = 'YES'", [table])  # fmt: skip
                for (column,) in cursor.fetchall():
                    sequence = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
                    cursor.execute(sequence, [table, column, HIGH])


@pytest.fixture(scope="package")
def small_town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Load a small demo town once for the tests of this folder; rolled back at the end."""
    from lamppost.demo.load import load_town
    from lamppost.demo.town import make_town

    made = make_town(seed=11, today=dt.date(2026, 11, 25), scale=0.1)
    with django_db_blocker.unblock(), transaction.atomic():
        start_numbers_high()
        yield load_town(made, passwords=defaultdict(lambda: "a long passphrase")).pk
        transaction.set_rollback(True)


@pytest.fixture
def town(small_town: int, db: None) -> Partnership:
    """Return the loaded partnership; what a test changes is rolled back."""
    return Partnership.objects.get(pk=small_town)


@pytest.fixture
def member(town: Partnership) -> dict[str, Client]:
    """Return a signed-in client for each role of the town."""
    return members_of(town)


def members_of(town: Partnership) -> dict[str, Client]:
    clients = {}
    for role in Role.values:
        membership = Membership.objects.filter(partnership=town, role=role).order_by("pk").first()
        if membership is None:
            user = User.objects.create_user(f"{role}@example.org", "a long passphrase")
            membership = Membership.objects.create(
                partnership=town, user=user, role=role, joined_at=town.created_at
            )
        client = Client()
        client.force_login(membership.user)
        clients[role] = client
    return clients


@pytest.fixture
def stranger(town: Partnership) -> Client:
    """Return a client for the lead of another partnership."""
    other = Partnership.objects.create(
        slug="elsewhere", name="Elsewhere", problem="Another one.", created_at=town.created_at
    )
    user = User.objects.create_user("elsewhere@example.org", "a long passphrase")
    Membership.objects.create(
        partnership=other, user=user, role=Role.LEAD, joined_at=town.created_at
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def addresses(town: Partnership) -> dict[pages.Route, str]:
    """Return an existing address for each of our own routes."""
    return addresses_of(town)


def addresses_of(town: Partnership) -> dict[pages.Route, str]:
    found = pages.values(town)
    return {route: pages.address(route, found) for route in pages.routes() if route.ours}


@pytest.fixture(scope="package")
def visits(small_town: int, django_db_blocker: DjangoDbBlocker) -> list[Visit]:
    """What the lead and a visitor get on every page, read once for all who look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        town = Partnership.objects.get(pk=small_town)
        people = {
            "lead": members_of(town)["lead"],
            "visitor": Client(headers={"accept-language": "en"}),
        }
        found = list(visit(addresses_of(town), people, *READ))
        transaction.set_rollback(True)
    return found
