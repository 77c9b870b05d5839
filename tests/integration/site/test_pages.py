"""The first page, help, errors, sign-in pages, and the watch over the server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from lamppost.accounts.context import HELP_OF_PAGE, HELP_OF_STAGE
from lamppost.accounts.models import Partnership, User
from lamppost.accounts.roles import Right
from lamppost.accounts.routes import THIRD_PARTY, address_of, may_open
from lamppost.site import errors

pytestmark = pytest.mark.once

INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*(?:src=|application/json))|\son[a-z]+=", re.I)


@pytest.mark.django_db
def test_the_first_page_lists_partnerships_by_ten(
    client: Client, lead: User, partnership: Partnership
) -> None:
    for number in range(11):
        Partnership.objects.create(
            slug=f"p-{number}", name=f"Street {number:02}", created_at=timezone.now()
        )
    page = client.get("/").text
    assert "Elm Street after dark" in page
    assert "Harbourlea" in page
    assert "1–10 of 12" in page
    assert "Street 10" in client.get("/?page=2").text
    assert client.get("/?page=nonsense").status_code == 200


@pytest.mark.django_db
def test_the_first_page_of_a_member_has_their_partnerships(lead_client: Client) -> None:
    page = lead_client.get("/").text
    assert "Your partnerships" in page
    assert "/partnerships/new/" in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/help/", "/about/", "/accounts/login/", "/nope/"])
def test_help_and_about_are_reachable_from_every_page(client: Client, path: str) -> None:
    page = client.get(path).text
    assert 'href="/help/' in page
    assert 'href="/about/"' in page
    assert not INLINE.search(page)


@pytest.mark.django_db
def test_help_has_an_anchor_for_each_role(client: Client) -> None:
    page = client.get("/help/").text
    for anchor in ("resident", "lead", "organisation", "company", "researcher", "signing-in"):
        assert f'id="{anchor}"' in page
        assert f'href="#{anchor}"' in page


@pytest.mark.django_db
def test_alive(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_form_without_its_token_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "es"})
    assert answer.status_code == 403
    assert "send it once more" in answer.text


@pytest.mark.django_db
def test_the_address_of_a_form_is_explained_to_who_opens_it(lead_client: Client) -> None:
    answer = lead_client.get("/p/elm-street/seen/", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only takes what a form sends" in answer.text
    assert not lead_client.get("/p/elm-street/seen/").content


def test_the_old_address_of_the_mark_leads_to_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert "favicon" in answer["Location"]
    assert answer["Location"].endswith(".svg")


def test_a_foreign_host_is_refused_in_plain_words(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "did not understand" in answer.text


def test_the_error_page_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/")
    answer = errors.server_error(request)
    assert answer.status_code == 500
    assert "It is our fault" in answer.content.decode()
    monkeypatch.setattr(
        "django.template.loader.render_to_string",
        lambda *args, **kwargs: (_ for _ in ()).throw(ValueError("manifest")),
    )
    assert "It is our fault" in errors.server_error(request).content.decode()


@pytest.mark.django_db
def test_a_visitor_without_a_right_is_told_to_ask(
    partnership: Partnership, client_of: Callable[[User], Client]
) -> None:
    page = client_of(User.objects.create_user("x@example.org")).get("/p/elm-street/ledger/")
    assert page.status_code == 403
    assert "Ask a lead" in page.text


# Signing in ---------------------------------------------------------------------------------

OPEN_PAGES = [name for name, access in THIRD_PARTY.items() if access.kind == "public"]
CLOSED_PAGES = [name for name, access in THIRD_PARTY.items() if access.kind == "signed_in"]
ARGUMENTS = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc"},
    "openid_connect_login": {"provider_id": "city"},
    "openid_connect_callback": {"provider_id": "city"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN_PAGES)
def test_open_pages_of_signing_in_wear_our_dress(client: Client, name: str) -> None:
    url = address_of(name, **ARGUMENTS.get(name, {}))
    assert url
    answer = client.get(url)
    # Without a city sign-in in the settings there is none to go to.
    assert answer.status_code in ({404} if name.startswith("openid") else {200, 302, 401})
    if answer.status_code != 302 and answer["Content-Type"].startswith("text/html"):
        assert '<footer class="foot">' in answer.text
        assert "lamppost/resident.css" in answer.text
        assert not INLINE.search(answer.text)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CLOSED_PAGES)
def test_pages_about_ones_sign_in_ask_for_it(
    client: Client, lead: User, lead_client: Client, name: str
) -> None:
    needs_key = name in {"mfa_edit_webauthn", "mfa_remove_webauthn"}
    url = address_of(name, pk=1) if needs_key else address_of(name)
    assert url
    answer = client.get(url)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    own = lead_client.get(url)
    assert own.status_code in {200, 302, 404}
    if own.status_code == 200:
        assert '<footer class="foot">' in own.text
        assert not INLINE.search(own.text)


@pytest.mark.django_db
def test_signing_in_by_code_with_our_words(client: Client) -> None:
    user = User.objects.create_user("noor@example.org", name="Noor")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    answer = client.post("/accounts/login/code/", {"email": user.email}, follow=True)
    assert "Enter the code" in answer.text
    assert mail.outbox[0].subject == "Your sign-in code"
    body = str(mail.outbox[0].body)
    assert "Type it on the page" in body
    code = re.search(r"^\s{4}(\S+)$", body, re.M)
    assert code
    answer = client.post("/accounts/login/code/confirm/", {"code": code.group(1)}, follow=True)
    assert "You are signed in as" in answer.text


@pytest.mark.django_db
def test_signing_in_by_password_goes_back_to_the_invitation(client: Client) -> None:
    user = User.objects.create_user("noor@example.org", "rain on warm stone")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    assert 'name="next" value="/join/abc/"' in client.get("/accounts/login/?next=/join/abc/").text
    answer = client.post(
        "/accounts/login/",
        {"login": user.email, "password": "rain on warm stone", "next": "/join/abc/"},
    )
    assert answer["Location"] == "/join/abc/"


@pytest.mark.django_db
def test_nobody_registers_by_themselves(client: Client, lead: User) -> None:
    assert "No open registration" in client.get("/accounts/signup/").text
    values = {"email": "x@example.org", "password1": "rain on warm stone"}
    assert "No open registration" in client.post("/accounts/signup/", values).text
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_password_says_so_without_saying_who_has_an_account(
    client: Client, lead: User
) -> None:
    known = client.post("/accounts/login/", {"login": lead.email, "password": "wrong wrong"})
    unknown = client.post(
        "/accounts/login/", {"login": "no@example.org", "password": "wrong wrong"}
    )
    assert "Please look at this again" in known.text
    line = re.search(r"error-summary.*?</div>", known.text, re.S)
    assert line
    assert line.group() in unknown.text


def test_may_open_follows_the_declared_access() -> None:
    observer = frozenset({Right.VIEW_DESK})
    assert may_open("/p/elm-street/members/#people", observer)
    assert not may_open("/p/elm-street/members/invite/?group=x", observer)
    assert may_open("/help/", frozenset())
    assert not may_open("/no/such/page/", observer)
    assert may_open("https://example.org/", observer)


@pytest.mark.django_db
def test_too_many_tries_are_stopped_in_plain_words(
    client: Client, lead: User, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    cache.clear()
    tried = [
        client.post("/accounts/login/", {"login": lead.email, "password": "wrong wrong"})
        for _time in range(4)
    ]
    assert [answer.status_code for answer in tried] == [200, 200, 200, 429]
    assert "wait a few minutes" in tried[-1].text
    cache.clear()


@pytest.mark.django_db
def test_the_citys_sign_in_is_one_press_away_when_configured(
    client: Client, settings: Settings
) -> None:
    assert "City sign-in" not in client.get("/accounts/login/").text
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "city",
                    "name": "City sign-in",
                    "client_id": "x",
                    "secret": "y",
                    "settings": {"server_url": "https://login.city.example"},
                }
            ]
        }
    }
    page = client.get("/accounts/login/").text
    form = re.search(
        r'<form method="post" action="([^"]*oidc/city/login/[^"]*)">(.*?)</form>', page
    )
    assert form
    assert "csrfmiddlewaretoken" in form.group(2)


@pytest.mark.django_db
def test_a_changed_password_is_told_by_mail(client: Client) -> None:
    user = User.objects.create_user("noor@example.org", "rain on warm stone")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    client.post("/accounts/login/", {"login": user.email, "password": "rain on warm stone"})
    client.post(
        "/accounts/password/change/",
        {
            "oldpassword": "rain on warm stone",
            "password1": "snow on cold slate",
            "password2": "snow on cold slate",
        },
    )
    user.refresh_from_db()
    assert user.check_password("snow on cold slate")
    assert mail.outbox[-1].subject == "Your password was changed"


@pytest.mark.django_db
def test_each_page_links_to_its_part_of_help(client: Client, lead_client: Client) -> None:
    page = client.get("/help/").text
    for anchor in {*HELP_OF_STAGE.values(), *HELP_OF_PAGE.values()}:
        assert f'id="{anchor}"' in page, anchor
    assert 'href="/help/#signing-in"' in client.get("/accounts/login/").text
    assert 'href="/help/#ledger"' in lead_client.get("/p/elm-street/ledger/").text
    assert 'href="/help/#members"' in lead_client.get("/p/elm-street/members/").text
    assert 'href="/help/"' in client.get("/").text
