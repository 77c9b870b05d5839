"""An empty instance: the first account, the first partnership, and the door that closes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from lamppost.accounts.models import LedgerEntry, Partnership, User

pytestmark = pytest.mark.django_db
PERSON = {
    "name": "Lena",
    "email": "Lena@Example.org",
    "password": "rain on warm stone",
    "language": "en",
}
PROBLEM = {
    "name": "Elm Street after dark",
    "problem": "I do not dare to walk home.",
    "town": "Harbourlea",
    "playbook": "",
    "language": "en",
}


def test_an_empty_instance_points_to_the_start(client: Client) -> None:
    page = client.get("/").text
    assert 'href="/start/"' in page
    assert "Partnerships here" not in page


def test_from_nothing_to_a_desk_in_two_forms(client: Client) -> None:
    answer = client.post("/start/", PERSON)
    assert answer["Location"] == "/partnerships/new/"
    user = User.objects.get()
    assert user.email == "lena@example.org"
    assert user.emailaddress_set.get().verified
    page = client.get("/partnerships/new/").text
    assert "smart-street-lighting" in page or "street" in page.lower()
    answer = client.post("/partnerships/new/", PROBLEM, follow=True)
    assert answer.redirect_chain == [("/p/elm-street-after-dark/", 302)]
    assert "First steps" in answer.text
    assert "Invite one person of each group" in answer.text
    assert user.memberships.get().role == "lead"
    assert LedgerEntry.objects.filter(action="accounts.partnership.created", by=user).exists()


def test_the_start_page_closes_behind_the_first_account(client: Client) -> None:
    client.post("/start/", PERSON)
    for visitor in (client, Client()):
        assert visitor.get("/start/").status_code == 404
        assert visitor.post("/start/", {**PERSON, "email": "b@example.org"}).status_code == 404
    assert User.objects.count() == 1
    assert "/start/" not in Client().get("/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "lena"),
        ("password", "12345678"),
        ("password", ""),
        ("name", ""),
        ("language", "xx"),
    ],
)
def test_a_wrong_field_makes_no_account(client: Client, field: str, value: str) -> None:
    answer = client.post("/start/", {**PERSON, field: value})
    assert "Please look at this again" in answer.text
    assert not User.objects.exists()


def test_a_password_that_is_the_address_is_refused(client: Client) -> None:
    answer = client.post("/start/", {**PERSON, "password": "lena@example.org"})
    assert "Please look at this again" in answer.text
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("problem", ""), ("playbook", "magic"), ("name", "x" * 121)]
)
def test_a_wrong_partnership_is_not_made(lead_client: Client, field: str, value: str) -> None:
    before = Partnership.objects.count()
    answer = lead_client.post("/partnerships/new/", {**PROBLEM, field: value})
    assert "Please look at this again" in answer.text
    assert Partnership.objects.count() == before


def test_who_may_not_start_a_partnership_is_told_the_rule(
    lead: User, make_member: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    client = client_of(make_member("facilitator"))
    for answer in (client.get("/partnerships/new/"), client.post("/partnerships/new/", PROBLEM)):
        assert answer.status_code == 403
        assert "by somebody who is the lead of one" in answer.text
    assert Partnership.objects.count() == 1


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get("/partnerships/new/")["Location"].startswith("/accounts/login/")
