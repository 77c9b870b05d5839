"""Members, invitations and the ledger through HTTP: who may, and who is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from lamppost.accounts import actions, ledger
from lamppost.accounts.models import Invitation, Membership, Partnership, User

from .conftest import links_in_mail

ClientOf = Callable[[User], Client]
Invite = Callable[..., tuple[Invitation, str]]
pytestmark = [pytest.mark.django_db, pytest.mark.once]
BASE = "/p/elm-street/"


def form(**changed: str) -> dict[str, str]:
    return {
        "group": "community",
        "name": "Noor",
        "email": "noor@example.org",
        "role": "organisation",
        "language": "ar",
        **changed,
    }


@pytest.mark.parametrize(
    "path", ["members/", "members/invite/", "ledger/", "settings/", "seen/", "members/1/"]
)
def test_visitors_are_asked_to_sign_in(client: Client, partnership: Partnership, path: str) -> None:
    answer = client.get(BASE + path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("path", ["members/", "members/invite/", "ledger/", "settings/"])
def test_members_of_another_partnership_are_refused(
    partnership: Partnership,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: ClientOf,
    path: str,
) -> None:
    answer = client_of(make_member("lead", other_partnership)).get(BASE + path)
    assert answer.status_code == 403
    assert "Elm Street after dark" in answer.text


@pytest.mark.parametrize("role", ["facilitator", "organisation", "company", "observer"])
def test_only_a_lead_invites_and_changes_roles(
    lead: User,
    make_member: Callable[..., User],
    client_of: ClientOf,
    invite: Invite,
    role: str,
) -> None:
    member = make_member(role)
    invitation, _token = invite()
    client = client_of(member)
    theirs = lead.memberships.get().pk
    for path in (
        "members/invite/",
        f"members/{theirs}/",
        f"members/{theirs}/remove/",
        f"invitations/{invitation.pk}/withdraw/",
        f"invitations/{invitation.pk}/send-again/",
        "settings/",
    ):
        assert client.get(BASE + path).status_code == 403, path
        assert client.post(BASE + path, form()).status_code == 403, path
    refused = client.get(BASE + "members/invite/").text
    assert "Lena Lead" in refused  # says whom to ask
    assert Invitation.objects.count() == 1
    page = client.get(BASE + "members/").text
    assert lead.email not in page
    assert "noor@example.org" not in page


def test_a_lead_invites_with_one_form(
    lead_client: Client, partnership: Partnership, django_capture_on_commit_callbacks: Callable
) -> None:
    page = lead_client.get(BASE + "members/invite/?group=company").text
    assert re.search(r'<input[^>]*value="company"[^>]*checked', page)
    assert '<option value="company" selected>' in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = lead_client.post(BASE + "members/invite/", form(), follow=True)
    assert answer.redirect_chain == [(BASE + "members/", 302)]
    invitation = Invitation.objects.get()
    assert (invitation.group, invitation.role) == ("community", "organisation")
    assert len(mail.outbox) == 1
    assert "/join/" not in answer.text  # mail goes out, so nobody else sees the link
    assert "noor@example.org" in answer.text


def test_the_group_follows_the_role_and_never_contradicts_it(
    lead_client: Client, partnership: Partnership
) -> None:
    page = lead_client.get(BASE + "members/invite/").text
    assert page.index('name="role"') < page.index('name="group"')
    refused = lead_client.post(BASE + "members/invite/", form(group="municipal")).text
    assert "The role “Community organisation” is for the group “Community organisa" in refused
    assert not Invitation.objects.exists()
    lead_client.post(BASE + "members/invite/", form(group="", role="facilitator"))
    lead_client.post(BASE + "members/invite/", form(group="", role="observer", email="a@b.org"))
    assert set(Invitation.objects.values_list("role", "group")) == {
        ("facilitator", "municipal"),
        ("observer", ""),
    }


def test_without_mail_the_lead_gets_the_link_once(
    lead_client: Client, partnership: Partnership, settings: Settings, tmp_path: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    shown = lead_client.post(BASE + "members/invite/", form(), follow=True).text
    assert "http://localhost:8000/join/" in shown
    assert "/join/" not in lead_client.get(BASE + "members/").text


@pytest.mark.parametrize(
    ("field", "value"), [("email", "nobody"), ("role", "boss"), ("group", "aliens"), ("name", "")]
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    lead_client: Client, partnership: Partnership, field: str, value: str
) -> None:
    answer = lead_client.post(BASE + "members/invite/", form(**{field: value}))
    assert answer.status_code == 200
    assert "Please look at this again" in answer.text
    assert not Invitation.objects.exists()


def test_a_member_is_not_invited_twice(lead: User, lead_client: Client) -> None:
    answer = lead_client.post(BASE + "members/invite/", form(email=lead.email))
    assert "member already" in answer.text


def test_inviting_the_same_address_again_replaces_the_open_invitation(
    client: Client, lead_client: Client, invite: Invite, partnership: Partnership
) -> None:
    _first, old = invite()
    other, elsewhere = invite("kim@example.org")
    _second, new = invite("Noor@Example.org", role="observer", name="Noor H.")
    assert Invitation.objects.count() == 2
    assert client.get(f"/join/{old}/").status_code == 410
    assert client.get(f"/join/{elsewhere}/").status_code == 200
    assert "Noor H." in client.get(f"/join/{new}/").text
    assert "2 invitations are open" in lead_client.get(BASE + "members/").text
    assert "Invitation: replaced" in lead_client.get(BASE + "ledger/").text
    Invitation.objects.filter(pk=other.pk).update(accepted_at=timezone.now())
    invite("kim@example.org")
    assert Invitation.objects.filter(email="kim@example.org").count() == 2


def test_an_invitation_is_sent_again_with_a_new_link(
    client: Client,
    lead_client: Client,
    invite: Invite,
    django_capture_on_commit_callbacks: Callable,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: ClientOf,
) -> None:
    invitation, old = invite()
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    path = f"invitations/{invitation.pk}/send-again/"
    assert f'action="{BASE}{path}"' in lead_client.get(BASE + "members/").text
    assert lead_client.get(BASE + path).status_code == 405
    elsewhere = client_of(make_member("lead", other_partnership))
    assert elsewhere.post(f"/p/canal-park/{path}").status_code == 404
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer = lead_client.post(BASE + path, follow=True)
    assert "on its way" in answer.text
    [link] = links_in_mail()
    assert client.get(f"/join/{old}/").status_code == 410
    assert client.get(link.removeprefix("http://localhost:8000")).status_code == 200
    assert "Invitation: sent again" in lead_client.get(BASE + "ledger/").text
    actions.withdraw_invitation(invitation=invitation, by=invitation.created_by)
    assert lead_client.post(BASE + path).status_code == 404


def test_withdrawing_asks_first_and_works_only_here(
    lead_client: Client,
    invite: Invite,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: ClientOf,
) -> None:
    invitation, _token = invite()
    path = f"invitations/{invitation.pk}/withdraw/"
    assert "stops working" in lead_client.get(BASE + path).text
    assert Invitation.objects.exists()
    elsewhere = client_of(make_member("lead", other_partnership))
    assert elsewhere.post(f"/p/canal-park/{path}").status_code == 404
    lead_client.post(BASE + path)
    assert not Invitation.objects.exists()


def test_roles_are_changed_and_members_taken_out(
    lead_client: Client, make_member: Callable[..., User], other_partnership: Partnership
) -> None:
    member = make_member("observer", name="Olu").memberships.get()
    lead_client.post(f"{BASE}members/{member.pk}/", {"role": "analyst"})
    member.refresh_from_db()
    assert member.role == "analyst"
    assert "Olu" in lead_client.get(f"{BASE}members/{member.pk}/remove/").text
    elsewhere = make_member("observer", other_partnership).memberships.get()
    assert lead_client.post(f"{BASE}members/{elsewhere.pk}/remove/").status_code == 404
    lead_client.post(f"{BASE}members/{member.pk}/remove/")
    assert not Membership.objects.filter(pk=member.pk).exists()
    assert Membership.objects.filter(pk=elsewhere.pk).exists()


def test_the_last_lead_is_told_why(lead: User, lead_client: Client) -> None:
    only = lead.memberships.get().pk
    answer = lead_client.post(f"{BASE}members/{only}/", {"role": "observer"})
    assert "only lead" in answer.text
    answer = lead_client.post(f"{BASE}members/{only}/remove/", follow=True)
    assert "only lead" in answer.text
    assert lead.memberships.get().role == "lead"


def test_the_list_of_members_takes_as_many_queries_for_many(
    lead_client: Client,
    make_member: Callable[..., User],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _number in range(30):
        make_member("observer")
    with django_assert_max_num_queries(30):
        page = lead_client.get(BASE + "members/").text
    assert "1–25 of 31" in page


def test_the_ledger_in_plain_words(
    lead: User,
    lead_client: Client,
    partnership: Partnership,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: ClientOf,
) -> None:
    for number in range(27):
        ledger.record(partnership=partnership, by=lead, action="pilots.site.added", about=lead)
        assert number >= 0
    ledger.record(
        partnership=partnership, by=None, action="voices.voice.accepted", fields=["public_text"]
    )
    ledger.record(partnership=other_partnership, by=None, action="network.meeting.planned")
    page = client_of(make_member("observer")).get(BASE + "ledger/").text
    assert "1–25 of 28" in page
    assert "Site: added" in page
    assert "Lena Lead" in page
    assert "words: accepted" in page
    assert "somebody without an account any more" in page
    assert "public text" in page
    assert "Meeting: planned" not in page
    only = lead_client.get(BASE + "ledger/?stage=voices").text
    assert '<div class="pager"><p>1 in all</p></div>' in only
    assert "1–1 of 1" not in only
    assert "Site: added" not in only
    assert "1–25 of 28" in lead_client.get(BASE + "ledger/?stage=x' OR 1=1").text
    assert "Nothing here yet" in lead_client.get(BASE + "ledger/?stage=story").text


def test_settings_change_the_public_page(lead_client: Client, partnership: Partnership) -> None:
    values = {
        "name": "Elm Street at night",
        "problem": "It is dark.",
        "town": "Harbourlea",
        "playbook": "",
        "language": "en",
    }
    assert lead_client.post(BASE + "settings/", values).status_code == 302
    partnership.refresh_from_db()
    assert partnership.name == "Elm Street at night"
    assert partnership.slug == "elm-street"
    wrong = lead_client.post(BASE + "settings/", {**values, "playbook": "magic"})
    assert "Please look at this again" in wrong.text


def test_the_account_page_changes_name_and_language(lead: User, lead_client: Client) -> None:
    page = lead_client.get("/account/").text
    assert "Elm Street after dark" in page
    assert "/accounts/2fa/webauthn/" in page
    answer = lead_client.post("/account/", {"name": "Lena L.", "language": "es"})
    assert answer.cookies["django_language"].value == "es"
    lead.refresh_from_db()
    assert (lead.name, lead.language) == ("Lena L.", "es")


def test_deleting_ones_account(
    lead: User, lead_client: Client, make_member: Callable[..., User], client_of: ClientOf
) -> None:
    assert "only lead" in lead_client.post("/account/delete/", follow=True).text
    observer = make_member("observer")
    client = client_of(observer)
    assert "cannot be undone" in client.get("/account/delete/").text
    assert User.objects.filter(pk=observer.pk).exists()
    assert client.post("/account/delete/")["Location"] == "/"
    assert not User.objects.filter(pk=observer.pk).exists()
    assert client.get("/account/").status_code == 302


def test_an_expired_invitation_is_marked(lead_client: Client, invite: Invite) -> None:
    invitation, _token = invite()
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    assert ">over<" in lead_client.get(BASE + "members/").text
    assert actions.hash_of("x") != invitation.token_hash
