"""Every protected route is tried by those who may not use it."""

from __future__ import annotations

import pytest
from django.test import Client

from lamppost.accounts.models import LedgerEntry, Partnership
from lamppost.accounts.roles import Right, Role, rights_of
from tests.pages import Route, address, routes, values

pytestmark = pytest.mark.once

Addresses = dict[Route, str]
METHODS = ("get", "post")
# A role that lacks the right, for each right; every member holds the rest.
LACKING = {
    right: next((role for role in Role.values if right not in rights_of(role)), None)
    for right in Right
}


def protected(addresses: Addresses) -> list[tuple[Route, str]]:
    return [(r, a) for r, a in addresses.items() if r.access and r.access.kind == "right"]


@pytest.mark.parametrize("method", METHODS)
def test_nobody_gets_in_without_signing_in(
    addresses: Addresses, client: Client, method: str
) -> None:
    for route, url in protected(addresses):
        answer = getattr(client, method)(url)
        assert answer.status_code == 302, route.name
        assert answer["Location"].startswith("/accounts/login/"), route.name


@pytest.mark.parametrize("method", METHODS)
def test_a_role_without_the_right_is_refused(
    addresses: Addresses, member: dict[str, Client], method: str
) -> None:
    tried = 0
    for route, url in protected(addresses):
        assert route.access is not None
        role = LACKING[Right(route.access.right)]
        if role is None:
            continue
        tried += 1
        assert getattr(member[role], method)(url).status_code == 403, (route.name, role)
    assert tried > 20


@pytest.mark.parametrize("method", METHODS)
def test_the_lead_of_another_partnership_is_refused(
    addresses: Addresses, stranger: Client, method: str
) -> None:
    before = LedgerEntry.objects.count()
    for route, url in protected(addresses):
        assert getattr(stranger, method)(url).status_code == 403, route.name
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("method", METHODS)
def test_records_of_another_partnership_are_not_found(
    town: Partnership, stranger: Client, method: str
) -> None:
    """The lead of Elsewhere asks, on Elsewhere's own address, for this town's records."""
    found = {**values(town), "partnership": lambda: "elsewhere"}
    plain = {"stakeholders:group", "pilots:playbook", "vision:subject", "network:token"}
    tried = 0
    for route in routes():
        records = [part for part in route.parts if part != "partnership"]
        space = route.name.split(":")[0]
        if not route.of_partnership or not records or f"{space}:{records[0]}" in plain:
            continue
        if route.access is None or route.access.kind not in {"right", "public"}:
            continue
        tried += 1
        answer = getattr(stranger, method)(address(route, found))
        # 405 where a page takes no such method at all; 403 where even a lead has no business.
        own = route.access.right in {Right.WRITE_VIEW, Right.SAY_ENDING}
        allowed = {403} if own else {404, 405}
        assert answer.status_code in allowed, (route.name, answer.status_code)
    assert tried > 20


def test_a_page_that_needs_an_account_sends_to_sign_in(
    addresses: Addresses, client: Client
) -> None:
    for route, url in addresses.items():
        if route.access and route.access.kind == "signed_in":
            answer = client.get(url)
            assert answer.status_code == 302, route.name
            assert answer["Location"].startswith("/accounts/login/"), route.name


def test_the_first_account_is_made_once(addresses: Addresses, client: Client) -> None:
    closed = [url for r, url in addresses.items() if r.access and r.access.kind == "first_run"]
    assert closed
    for url in closed:
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


def test_the_demo_is_nowhere_else(addresses: Addresses, client: Client) -> None:
    """The mark of the demo is absent in tests, as it is on a city's server."""
    closed = [url for r, url in addresses.items() if r.access and r.access.kind == "demo"]
    assert closed
    for url in closed:
        assert client.get(url).status_code == 404
        assert client.post(url, {"role": "lead"}).status_code == 404
