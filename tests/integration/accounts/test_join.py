"""Joining by invitation: looking never joins, one press does, and only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from lamppost.accounts.models import Invitation, LedgerEntry, Membership, Partnership, User

from .conftest import links_in_mail

Invite = Callable[..., tuple[Invitation, str]]
pytestmark = pytest.mark.django_db


def test_a_scanner_that_opens_the_link_changes_nothing(client: Client, invite: Invite) -> None:
    invite()
    [link] = links_in_mail()
    for _time in range(3):
        answer = client.get(link.removeprefix("http://localhost:8000"))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    assert client.head(link.removeprefix("http://localhost:8000")).status_code == 200
    assert Invitation.objects.get().accepted_at is None
    assert User.objects.count() == 1


def test_one_press_makes_the_account_joins_and_signs_in(client: Client, invite: Invite) -> None:
    _invitation, token = invite()
    page = client.get(f"/join/{token}/").text
    assert "Lena Lead invites you" in page
    assert "noor@example.org" in page
    answer = client.post(f"/join/{token}/", {"name": "Noor H.", "password": ""}, follow=True)
    assert answer.redirect_chain == [("/p/elm-street/", 302)]
    assert "What needs me today?" in answer.text
    noor = User.objects.get(email="noor@example.org")
    assert noor.memberships.get().role == "organisation"
    again = Client().post(f"/join/{token}/", {"name": "Mallory", "password": ""})
    assert again.status_code == 410
    assert User.objects.count() == 2


def test_a_weak_password_is_refused_and_the_link_stays_good(client: Client, invite: Invite) -> None:
    _invitation, token = invite()
    answer = client.post(f"/join/{token}/", {"name": "Noor", "password": "12345678"})
    assert "Please look at this again" in answer.text
    assert User.objects.count() == 1
    good = {"name": "Noor", "password": "rain on warm stone"}
    assert client.post(f"/join/{token}/", good).status_code == 302
    assert User.objects.get(email="noor@example.org").check_password(good["password"])


def test_where_no_mail_goes_out_a_password_is_needed(
    client: Client, invite: Invite, settings: Settings
) -> None:
    _invitation, token = invite()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    answer = client.post(f"/join/{token}/", {"name": "Noor", "password": ""})
    assert "Please look at this again" in answer.text
    assert User.objects.count() == 1


def test_an_existing_account_signs_in_first(
    client: Client, invite: Invite, client_of: Callable[[User], Client]
) -> None:
    noor = User.objects.create_user("noor@example.org", "a long passphrase", name="Noor")
    _invitation, token = invite()
    assert f"/accounts/login/?next=/join/{token}/" in client.get(f"/join/{token}/").text
    client.post(f"/join/{token}/", {"name": "Mallory", "password": "rain on warm stone"})
    assert Membership.objects.filter(user=noor).count() == 0
    signed_in = client_of(noor)
    assert "You are signed in as Noor" in signed_in.get(f"/join/{token}/").text
    assert signed_in.post(f"/join/{token}/")["Location"] == "/p/elm-street/"
    assert noor.memberships.get().role == "organisation"


def test_another_account_is_told_where_the_invitation_went(
    invite: Invite, client_of: Callable[[User], Client], lead_client: Client
) -> None:
    _invitation, token = invite()
    kim = client_of(User.objects.create_user("kim@example.org"))
    page = kim.get(f"/join/{token}/").text
    assert "was sent to noor@example.org. You are signed in as kim@example.org" in page
    assert "Join as kim@example.org" in page
    again = kim.post(f"/join/{token}/")
    assert "was sent to noor@example.org" in again.text
    assert Invitation.objects.get().accepted_at is None
    answer = lead_client.post(f"/join/{token}/", {"with": "lead-elm"}, follow=True)
    assert "was sent to noor@example.org" in answer.text
    lead = Invitation.objects.get().created_by
    assert lead is not None
    answer = lead_client.post(f"/join/{token}/", {"with": lead.email}, follow=True)
    assert "member already" in answer.text
    assert Invitation.objects.get().accepted_at is None
    answer = kim.post(f"/join/{token}/", {"with": "kim@example.org"})
    assert answer["Location"] == "/p/elm-street/"
    assert Membership.objects.get(user__email="kim@example.org").role == "organisation"
    assert (
        "Invitation: accepted with another account" in lead_client.get("/p/elm-street/ledger/").text
    )


def test_a_verified_second_address_is_the_persons_own(
    invite: Invite, client_of: Callable[[User], Client]
) -> None:
    _invitation, token = invite()
    kim = User.objects.create_user("kim@example.org")
    address = EmailAddress.objects.create(user=kim, email="Noor@example.org", verified=False)
    assert "was sent to" in client_of(kim).get(f"/join/{token}/").text
    address.verified = True
    address.save()
    assert "was sent to" not in client_of(kim).get(f"/join/{token}/").text
    client_of(kim).post(f"/join/{token}/")
    assert LedgerEntry.objects.filter(action="accounts.invitation.accepted", by=kim).exists()


@pytest.mark.parametrize("token", ["x", "0" * 32, "aMUpnm-qeYHjRZQwsI9F5Sl3xo4_Jakx"])
def test_guessing_gets_one_plain_answer(
    client: Client, partnership: Partnership, token: str
) -> None:
    answer = client.get(f"/join/{token}/")
    assert answer.status_code == 410
    assert "works once" in answer.text
    assert client.post(f"/join/{token}/", {"name": "x"}).status_code == 410


def test_an_old_link_says_so(client: Client, invite: Invite) -> None:
    invitation, token = invite()
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    assert client.get(f"/join/{token}/").status_code == 410
