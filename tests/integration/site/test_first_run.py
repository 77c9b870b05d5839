"""An empty instance: the first account, the first partnership, and the door that closes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.site.start_code import start_code, start_link

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
    assert "Step 2 of 2" in page
    assert "smart-street-lighting" in page or "street" in page.lower()
    answer = client.post("/partnerships/new/", PROBLEM, follow=True)
    assert answer.redirect_chain == [("/p/elm-street-after-dark/", 302)]
    assert "First steps" in answer.text
    assert "Invite one person of each group" in answer.text
    assert "Step 2 of 2" not in client.get("/partnerships/new/").text
    public = Client().get("/p/elm-street-after-dark/").text
    assert f"<title>What is going on · {PROBLEM['name']}</title>" in public
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


@pytest.fixture
def own_home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def reachable(settings: Settings, own_home: Path) -> Path:
    """An instance that others can reach; return its home folder."""
    settings.LAMPPOST_URL = "https://partners.example.org"
    return own_home


NOT_HERE = [
    {"REMOTE_ADDR": "203.0.113.9"},
    {"REMOTE_ADDR": ""},
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_FORWARDED": "for=127.0.0.1"},
    {"HTTP_VIA": "1.1 proxy"},
]


@pytest.mark.parametrize("place", NOT_HERE)
def test_from_elsewhere_the_start_asks_for_its_code(own_home: Path, place: dict[str, str]) -> None:
    visitor = Client(**place)  # type: ignore[arg-type]
    assert "has a link for it" in visitor.get("/").text
    for address in ("/start/", "/start/?code=", "/start/?code=guess", "/start/?code=%C3%A9"):
        assert visitor.get(address).status_code == 403
        answer = visitor.post(address, PERSON)
        assert answer.status_code == 403
        assert "start.code" in answer.text
    assert not User.objects.exists()


def test_a_proxy_that_says_nothing_does_not_open_the_start(client: Client, reachable: Path) -> None:
    assert client.get("/start/").status_code == 403
    assert client.post("/start/", PERSON).status_code == 403
    assert not User.objects.exists()


def test_the_start_link_makes_one_account(reachable: Path) -> None:
    link = start_link()
    assert link == f"https://partners.example.org/start/?code={start_code()}"
    assert stat.S_IMODE((reachable / "start.code").stat().st_mode) == 0o600
    address = link.removeprefix("https://partners.example.org")
    visitor = Client(REMOTE_ADDR="203.0.113.9")
    page = visitor.get(address)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert visitor.post(address, PERSON)["Location"] == "/partnerships/new/"
    assert User.objects.get().is_superuser
    assert not (reachable / "start.code").exists()
    assert start_link() == ""
    assert Client(REMOTE_ADDR="203.0.113.9").get(address).status_code == 404


def test_an_empty_file_is_no_code(reachable: Path, client: Client) -> None:
    (reachable / "start.code").touch()
    assert client.post("/start/?code=", PERSON).status_code == 403


def test_at_the_machine_itself_no_code_is_asked_for(client: Client, own_home: Path) -> None:
    assert "has a link for it" not in client.get("/").text
    assert client.get("/start/").status_code == 200


def test_serving_an_empty_instance_says_the_start_link(
    reachable: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from lamppost.site.serve import _Supervisor

    _Supervisor("127.0.0.1", 8000, 1, 1)._announce()
    shown = capsys.readouterr()
    assert shown.out == "ready https://partners.example.org\n"
    assert f"https://partners.example.org/start/?code={start_code()}" in shown.err
    User.objects.create_user("lena@example.org")
    _Supervisor("127.0.0.1", 8000, 1, 1)._announce()
    assert "/start/" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "host", "told"),
    [
        (None, "127.0.0.1", "http://localhost:8123"),
        (None, "0.0.0.0", None),  # noqa: S104 - only named
        ("https://partners.example.org", "127.0.0.1", "https://partners.example.org"),
    ],
)
def test_links_follow_the_port_unless_an_address_is_set(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    given: str | None,
    host: str,
    told: str | None,
) -> None:
    from lamppost.site.serve import _follow_port

    # A copy, so that what the function writes is gone afterwards.
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ.pop("LAMPPOST_URL", None)
    settings.LAMPPOST_URL = given or "http://localhost:8000"
    if given:
        os.environ["LAMPPOST_URL"] = given
    _follow_port(host, 8123)
    assert os.environ.get("LAMPPOST_URL") == told
    assert (told or "http://localhost:8000") == settings.LAMPPOST_URL
