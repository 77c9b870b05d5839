"""One-press doors: in the demo, on the machine itself, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from lamppost.accounts.models import Partnership, User
from lamppost.vision.models import Conversation

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOME = {"HTTP_HOST": "localhost:8000"}
REFUSED = [
    {"HTTP_HOST": "testserver"},
    {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "192.168.1.7"},
    {"HTTP_HOST": "localhost:8000", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_HOST": "localhost:8000", "HTTP_X_FORWARDED_HOST": "localhost"},
    {"HTTP_HOST": "localhost:8000", "HTTP_FORWARDED": "for=127.0.0.1"},
    {"HTTP_HOST": "localhost:8000", "HTTP_X_REAL_IP": "127.0.0.1"},
]


@pytest.fixture
def town(partnership: Partnership, make_member: Callable[..., User]) -> Partnership:
    Partnership.objects.filter(pk=partnership.pk).update(made_up=True)
    for role in ("lead", "organisation", "company"):
        make_member(role)
    return partnership


@pytest.fixture
def open_question(town: Partnership) -> Conversation:
    return Conversation.objects.create(
        partnership=town, code="elm-1", question="What?", created_at=timezone.now()
    )


@pytest.mark.parametrize("role", ["lead", "organisation", "company"])
def test_a_door_opens_with_one_press(demo: Path, town: Partnership, role: str) -> None:
    client = Client(**HOME)
    assert f'name="role" value="{role}"' in client.get("/").text
    answer = client.post("/demo/door/", {"role": role}, follow=True)
    assert answer.redirect_chain == [("/p/elm-street/", 302)]
    assert "What needs me today?" in answer.text
    assert answer.wsgi_request.user.memberships.get().role == role


def test_the_residents_door_needs_no_account(demo: Path, open_question: Conversation) -> None:
    client = Client(**HOME)
    client.post("/demo/door/", {"role": "lead"})
    answer = client.post("/demo/door/", {"role": "resident"})
    assert answer["Location"] == "/v/elm-1/"
    assert "_auth_user_id" not in client.session


def test_starting_ones_own_makes_a_fresh_lead(demo: Path, town: Partnership) -> None:
    client = Client(**HOME)
    answer = client.post("/demo/door/", {"role": "own"}, follow=True)
    assert answer.redirect_chain == [("/partnerships/new/", 302)]
    assert answer.status_code == 200
    assert User.objects.filter(email__endswith="@demo.invalid").count() == 1
    problem = {"name": "My street", "problem": "Dark.", "playbook": "", "language": "en"}
    made = client.post("/partnerships/new/", problem)
    assert made["Location"] == "/p/my-street/"


@pytest.mark.parametrize("place", REFUSED)
@pytest.mark.parametrize("path", ["/demo/door/", "/demo/mail/"])
def test_nobody_else_finds_the_doors(
    demo: Path, town: Partnership, place: dict[str, str], path: str
) -> None:
    client = Client(**place)
    assert client.post(path, {"role": "lead"}).status_code == 404
    assert client.get(path).status_code == 404
    assert "/demo/" not in client.get("/").text
    assert "_auth_user_id" not in client.session


def test_an_ordinary_instance_has_no_doors(town: Partnership) -> None:
    client = Client(**HOME)
    assert client.post("/demo/door/", {"role": "lead"}).status_code == 404
    assert client.get("/demo/mail/").status_code == 404
    assert "/demo/" not in client.get("/").text


def test_a_door_is_pressed_not_looked_at(demo: Path, town: Partnership) -> None:
    client = Client(**HOME)
    assert client.get("/demo/door/?role=lead").status_code == 405
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", ["", "facilitator", "superuser", "lead'"])
def test_there_are_no_other_doors(demo: Path, town: Partnership, role: str) -> None:
    client = Client(**HOME)
    assert client.post("/demo/door/", {"role": role}).status_code == 400
    assert "_auth_user_id" not in client.session


def test_a_real_partnership_is_never_behind_a_door(
    demo: Path, partnership: Partnership, make_member: Callable[..., User]
) -> None:
    make_member("lead")
    client = Client(**HOME)
    answer = client.post("/demo/door/", {"role": "lead"}, follow=True)
    assert "nobody of this role" in answer.text
    assert "_auth_user_id" not in client.session


def test_mail_is_read_on_a_page(demo: Path) -> None:
    client = Client(**HOME)
    assert "No mail yet" in client.get("/demo/mail/").text
    box = EmailBackend(file_path=str(demo / "mail"))
    box.send_messages(
        [
            EmailMessage("First ☂", "Open http://localhost:8000/join/abc/ now", None, ["a@x.org"]),
            EmailMessage("Second", "<script>alert(1)</script>", None, ["نور <b@x.org>"]),
        ]
    )
    page = client.get("/demo/mail/").text
    assert page.index("Second") < page.index("First ☂")
    assert '<a href="http://localhost:8000/join/abc/"' in page
    assert "<script>alert" not in page
    assert "نور" in page
    for number in range(11):
        EmailBackend(file_path=str(demo / "mail")).send_messages(
            [EmailMessage(f"Later {number}", "x", None, ["c@x.org"])]
        )
    assert "1–10 of 13" in client.get("/demo/mail/").text
    assert "First ☂" in client.get("/demo/mail/?page=2").text
    assert "/demo/mail/" in client.get("/help/").text


@pytest.mark.parametrize("served", ["http://localhost:8031", "https://lamps.example.org"])
def test_links_in_the_mails_of_the_demo_lead_to_what_is_served(
    demo: Path, settings: Settings, served: str
) -> None:
    """`lamppost demo` writes them before anybody knows on which port the town is served."""
    said = "Open http://localhost:8000/join/abc/ and not http://localhost.example:8000/x now"
    EmailBackend(file_path=str(demo / "mail")).send_messages(
        [EmailMessage("Come in", said, None, ["a@x.org"])]
    )
    settings.LAMPPOST_URL = served
    page = Client(**HOME).get("/demo/mail/").text
    assert f'<a href="{served}/join/abc/"' in page
    assert "localhost:8000" not in page
    assert "http://localhost.example:8000/x" in page
