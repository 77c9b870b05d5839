"""Writes of accounts: invitations are spent once, a lead always stays, each write is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from lamppost.accounts import actions, queries
from lamppost.accounts.models import Invitation, LedgerEntry, Membership, Partnership, User
from lamppost.accounts.ports import MEMBER_JOINED

Invite = Callable[..., tuple[Invitation, str]]
pytestmark = pytest.mark.django_db


def recorded() -> list[str]:
    return list(
        LedgerEntry.objects.filter(action__startswith="accounts.")
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_a_creator_is_the_first_lead_and_slugs_are_free(lead: User) -> None:
    first = actions.create_partnership(by=lead, name="Canal walk", problem="Dark.")
    second = actions.create_partnership(by=lead, name="Canal walk", problem="Dark.")
    assert (first.slug, second.slug) == ("canal-walk", "canal-walk-2")
    assert first.memberships.get().role == "lead"
    assert recorded() == ["accounts.partnership.created"] * 2


def test_a_name_in_another_script_still_gets_an_address(lead: User) -> None:
    made = actions.create_partnership(by=lead, name="شارع الدردار", problem="ظلام", language="ar")
    assert made.slug == "partnership"
    assert made.get_absolute_url() == "/p/partnership/"


def test_only_the_hash_of_a_token_is_stored(invite: Invite) -> None:
    invitation, token = invite()
    assert len(token) >= 32
    assert token not in str(Invitation.objects.values_list().get())
    assert invitation.token_hash == actions.hash_of(token)
    assert invitation.expires_at - invitation.created_at == dt.timedelta(days=14)


def test_the_mail_has_one_link_and_goes_out_on_commit(invite: Invite) -> None:
    _invitation, token = invite()
    assert len(mail.outbox) == 1
    body = str(mail.outbox[0].body)
    assert body.count("http") == 1
    assert f"http://localhost:8000/join/{token}/" in body
    assert mail.outbox[0].to == ["noor@example.org"]


def test_no_mail_when_the_transaction_fails(
    partnership: Partnership, lead: User, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    actions.invite(
        partnership=partnership, by=lead, email="a@example.org", name="A", role="observer"
    )
    assert mail.outbox == []  # still inside the test's own transaction


def test_the_mail_speaks_the_invitees_language(invite: Invite) -> None:
    User.objects.create_user("omar@example.org", language="ar")
    from unittest.mock import patch

    with patch("lamppost.accounts.mail.translation.override") as spoken:
        invite("omar@example.org")
        invite("eva@example.org", language="es")
        invite("kim@example.org")
    assert [call.args[0] for call in spoken.call_args_list] == ["ar", "es", "en"]


def test_an_invitation_is_spent_once(
    invite: Invite, make_member: Callable[..., User], partnership: Partnership
) -> None:
    _invitation, token = invite(group="community")
    noor, other = User.objects.create_user("noor@example.org"), User.objects.create_user("x@y.org")
    joined: list[tuple[int, str]] = []

    def note(where: Partnership, membership: int, group: str) -> None:
        joined.append((membership, group))

    MEMBER_JOINED.register(note)
    try:
        membership = actions.accept_invitation(token=token, user=noor)
    finally:
        MEMBER_JOINED._functions.remove(note)
    assert membership.role == "organisation"
    assert joined == [(membership.pk, "community")]
    with pytest.raises(actions.InvitationError):
        actions.accept_invitation(token=token, user=other)
    assert not Membership.objects.filter(user=other).exists()
    assert recorded() == ["accounts.invitation.sent", "accounts.invitation.accepted"]


def test_an_old_or_guessed_or_withdrawn_link_is_refused(invite: Invite, lead: User) -> None:
    stranger = User.objects.create_user("x@example.org")
    old, token = invite()
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    with pytest.raises(actions.InvitationError):
        actions.accept_invitation(token=token, user=stranger)
    for guess in ("", "0", old.token_hash, token[:-1]):
        with pytest.raises(actions.InvitationError):
            actions.accept_invitation(token=guess, user=stranger)
    fresh, token = invite("b@example.org")
    actions.withdraw_invitation(invitation=fresh, by=lead)
    with pytest.raises(actions.InvitationError):
        actions.accept_invitation(token=token, user=stranger)
    assert stranger.memberships.count() == 0


def test_a_member_does_not_spend_a_second_link(invite: Invite, partnership: Partnership) -> None:
    noor = User.objects.create_user("other-address@example.org")
    _one, first = invite("a@example.org")
    _two, second = invite("b@example.org")
    actions.accept_invitation(token=first, user=noor)
    with pytest.raises(actions.AlreadyMemberError):
        actions.accept_invitation(token=second, user=noor)
    assert queries.usable_invitation(second) is not None


def test_members_are_not_invited_again(invite: Invite, lead: User) -> None:
    with pytest.raises(actions.AlreadyMemberError):
        invite(lead.email.upper())


def test_an_accepted_invitation_cannot_be_withdrawn(invite: Invite, lead: User) -> None:
    invitation, token = invite()
    actions.accept_invitation(token=token, user=User.objects.create_user("noor@example.org"))
    with pytest.raises(actions.InvitationError):
        actions.withdraw_invitation(invitation=invitation, by=lead)


def test_joining_with_a_new_account_is_all_or_nothing(invite: Invite) -> None:
    invitation, token = invite()
    membership = actions.join_with_new_account(
        token=token, name="Noor", password=None, language="ar"
    )
    assert membership.user.email == "noor@example.org"
    assert not membership.user.has_usable_password()
    assert membership.user.emailaddress_set.get().verified
    assert User.objects.count() == 2
    with pytest.raises(actions.InvitationError):
        actions.join_with_new_account(token=token, name="N", password=None, language="en")
    assert User.objects.count() == 2
    _second, token = invite("noor@EXAMPLE.org".lower().replace("noor", "kim"))
    User.objects.create_user("kim@example.org")
    with pytest.raises(actions.AccountExistsError):
        actions.join_with_new_account(token=token, name="K", password=None, language="en")
    assert queries.usable_invitation(token) is not None
    assert invitation.partnership.memberships.count() == 2


def test_the_last_lead_stays(
    partnership: Partnership, lead: User, make_member: Callable[..., User]
) -> None:
    only = lead.memberships.get()
    with pytest.raises(actions.LastLeadError):
        actions.change_role(membership=only, role="observer", by=lead)
    with pytest.raises(actions.LastLeadError):
        actions.remove_member(membership=only, by=lead)
    with pytest.raises(actions.LastLeadError):
        actions.delete_own_account(user=lead)
    second = make_member("facilitator").memberships.get()
    actions.change_role(membership=second, role="lead", by=lead)
    actions.change_role(membership=only, role="observer", by=lead)
    only.refresh_from_db()
    assert only.role == "observer"
    assert recorded() == ["accounts.membership.changed"] * 2


def test_a_deleted_account_leaves_the_ledger_without_a_name(
    partnership: Partnership, lead: User, make_member: Callable[..., User]
) -> None:
    leaver = make_member("facilitator", name="Mo Going")
    actions.change_partnership(partnership=partnership, by=leaver, values={"town": "Newtown"})
    actions.delete_own_account(user=leaver)
    entry = LedgerEntry.objects.get(action="accounts.partnership.changed")
    assert entry.by is None
    assert entry.fields == ["town"]
    assert not User.objects.filter(name="Mo Going").exists()


def test_a_change_that_changes_nothing_is_not_recorded(
    partnership: Partnership, lead: User
) -> None:
    actions.change_partnership(partnership=partnership, by=lead, values={"name": partnership.name})
    assert recorded() == []


def test_the_first_account_is_made_once() -> None:
    first = actions.create_first_account(email="a@example.org", name="A", password="x y z 1 2 3")
    assert first.is_superuser
    assert first.emailaddress_set.get().verified
    with pytest.raises(actions.FirstRunOverError):
        actions.create_first_account(email="b@example.org", name="B", password="x y z 1 2 3")


def test_who_may_start_a_partnership(lead: User, make_member: Callable[..., User]) -> None:
    observer = make_member("observer")
    assert queries.may_create_partnership(lead)
    assert not queries.may_create_partnership(observer)
    observer.is_superuser = True
    assert queries.may_create_partnership(observer)
    stranger = User.objects.create_user("lead-1@demo.invalid")
    assert not queries.may_create_partnership(stranger)


def test_the_right_does_not_fall_to_the_next_account(db: None) -> None:
    first = actions.create_first_account(email="a@example.org", name="A", password="x y z 1 2 3")
    second = User.objects.create_user("b@example.org")
    assert queries.may_create_partnership(first)
    actions.delete_own_account(user=first)
    assert User.objects.order_by("pk").first() == second
    assert not queries.may_create_partnership(second)


def test_the_five_groups_say_who_was_never_asked(
    partnership: Partnership, lead: User, invite: Invite
) -> None:
    _one, token = invite("r@example.org", role="observer", group="resident")
    invite("c@example.org", role="company")
    actions.accept_invitation(token=token, user=User.objects.create_user("r@example.org"))
    lines = {
        line.group.value: (line.members, line.invited) for line in queries.group_lines(partnership)
    }
    assert lines == {
        "municipal": (1, 0),
        "community": (0, 0),
        "company": (0, 1),
        "academic": (0, 0),
        "resident": (1, 0),
    }
