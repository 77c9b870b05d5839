"""A request that is too long is refused before anything of it is read."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from lamppost.accounts.models import Partnership
from lamppost.sensing.reading import MOST_BYTES

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Watched(BytesIO):
    """A body that counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


def send(body: Watched, length: str) -> tuple[int, bytes]:
    environ = RequestFactory().post("/accounts/login/").environ
    environ["CONTENT_TYPE"] = "multipart/form-data; boundary=x"
    environ["CONTENT_LENGTH"] = length
    environ["HTTP_HOST"] = "localhost"
    environ["wsgi.input"] = body
    said: list[str] = []
    answer = WSGIHandler()(environ, lambda status, headers: said.append(status))
    return int(said[0][:3]), b"".join(answer)


def test_nothing_is_read_of_a_body_that_is_too_long(settings: Settings) -> None:
    settings.MOST_BODY_BYTES = 1000
    long = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"a" * 5000
    body = Watched(long)
    status, page = send(body, str(len(long)))
    assert status == 413
    assert b"Nothing of it was taken" in page
    assert body.taken == 0


def test_a_body_without_a_length_is_not_read_either(settings: Settings) -> None:
    for length in ("", "nonsense"):
        body = Watched(b"a" * 5000)
        status, _page = send(body, length)
        assert status == 403  # no form token
        assert body.taken == 0


def test_what_a_form_takes_passes(client: Client, settings: Settings) -> None:
    assert settings.MOST_BODY_BYTES > MOST_BYTES
    settings.MOST_BODY_BYTES = 1000
    short = client.post("/accounts/login/", {"login": "a" * 200})
    long = client.post("/accounts/login/", {"login": "a" * 2000})
    assert (short.status_code, long.status_code) == (200, 413)


def test_a_signed_in_member_gets_the_page_too(
    lead_client: Client, partnership: Partnership, settings: Settings
) -> None:
    settings.MOST_BODY_BYTES = 10
    answer = lead_client.post("/p/elm-street/members/invite/", {"name": "a" * 100})
    assert answer.status_code == 413
    assert "smaller ones" in answer.text
