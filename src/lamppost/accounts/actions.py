"""Writes of accounts: partnerships, members, invitations, and people's own accounts."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify

from . import ledger, mail
from .models import Invitation, Membership, Partnership, User
from .ports import MEMBER_JOINED, RIGHTS_CHANGED
from .roles import Role

INVITATION_AGE = dt.timedelta(days=14)
# 24 random bytes are 192 bits: nobody guesses a link.
TOKEN_BYTES = 24
SLUG_LENGTH = 60


class LastLeadError(ValueError):
    """A partnership always keeps at least one lead."""


class InvitationError(ValueError):
    """This invitation cannot be used: unknown, spent, withdrawn or expired."""


class AlreadyMemberError(ValueError):
    """This person has a role in the partnership already."""


class AccountExistsError(ValueError):
    """Somebody has an account with this e-mail address already."""


class FirstRunOverError(ValueError):
    """The first account has been made; the start page is closed."""


# People -------------------------------------------------------------------------------------


@transaction.atomic
def create_account(
    *, email: str, name: str = "", password: str | None = None, language: str = "en"
) -> User:
    """Make an account whose e-mail address counts as verified.

    Only for those of whom we know that the address is theirs: whoever holds the link of an
    invitation, whoever installs, and the made-up people of the demo. Everybody else comes
    through django-allauth. Without a password the person signs in by a code sent by e-mail.

    Raises
    ------
    AccountExistsError
        When the address has an account.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise AccountExistsError(email)
    user = User.objects.create_user(email, password, name=name.strip(), language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def create_first_account(*, email: str, name: str, password: str, language: str = "en") -> User:
    """Make the account of whoever sets the instance up; exactly one call succeeds.

    Raises
    ------
    FirstRunOverError
        When anybody has an account already.
    """
    if connection.vendor == "postgresql":
        # SQLite's transactions are IMMEDIATE here and exclude each other without this.
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_user IN EXCLUSIVE MODE")
    if User.objects.exists():
        raise FirstRunOverError
    user = create_account(email=email, name=name, password=password, language=language)
    user.is_superuser = user.is_staff = True
    user.save(update_fields=["is_superuser", "is_staff"])
    return user


@transaction.atomic
def change_own_account(*, user: User, name: str, language: str) -> User:
    """Change the person's own name and language; their own affair, so no ledger entry."""
    user.name = name.strip()
    user.language = language
    user.save(update_fields=["name", "language"])
    return user


@transaction.atomic
def delete_own_account(*, user: User) -> None:
    """Delete the account for good; what it did for a partnership stays, without the name.

    Raises
    ------
    LastLeadError
        When the person is the only lead of a partnership.
    """
    for membership in user.memberships.select_related("partnership"):
        remove_member(membership=membership, by=user)
    user.delete()


# Partnerships -------------------------------------------------------------------------------


@transaction.atomic
def create_partnership(
    *,
    by: User,
    name: str,
    problem: str,
    town: str = "",
    playbook: str = "",
    language: str = "en",
    slug: str = "",
    made_up: bool = False,
) -> Partnership:
    """Make a partnership; its creator becomes its first lead.

    Parameters
    ----------
    problem
        In residents' words.
    slug
        The short name in addresses; made from `name` when empty, and always free.
    made_up
        True for the demo town, which every page then says.
    """
    partnership = Partnership.objects.create(
        slug=_free_slug(slug or slugify(name)),
        name=name.strip(),
        problem=problem.strip(),
        town=town.strip(),
        playbook=playbook,
        language=language,
        made_up=made_up,
        created_at=timezone.now(),
    )
    ledger.record(
        partnership=partnership, by=by, action="accounts.partnership.created", about=partnership
    )
    _join(partnership, by, Role.LEAD, "")
    return partnership


def _free_slug(wish: str) -> str:
    base = wish[: SLUG_LENGTH - 4].strip("-") or "partnership"
    taken = set(Partnership.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    free, number = base, 1
    while free in taken:
        number += 1
        free = f"{base}-{number}"
    return free


@transaction.atomic
def change_partnership(*, partnership: Partnership, by: User, values: dict[str, object]) -> None:
    """Change name, problem, town, playbook or language; addresses stay as they are."""
    changed = ledger.changed_fields(partnership, values)
    if not changed:
        return
    partnership.save(update_fields=changed)
    ledger.record(
        partnership=partnership,
        by=by,
        action="accounts.partnership.changed",
        about=partnership,
        fields=changed,
    )


# Members ------------------------------------------------------------------------------------


@transaction.atomic
def add_member(
    *, partnership: Partnership, user: User, role: str, by: User, group: str = ""
) -> Membership:
    """Give `user` a role and tell the stages that somebody joined.

    Raises
    ------
    AlreadyMemberError
        When the person has a role here; change it instead.
    """
    membership = _join(partnership, user, role, group)
    ledger.record(
        partnership=partnership, by=by, action="accounts.membership.added", about=membership
    )
    return membership


def _join(partnership: Partnership, user: User, role: str, group: str) -> Membership:
    if Membership.objects.filter(partnership=partnership, user=user).exists():
        raise AlreadyMemberError
    membership = Membership.objects.create(
        partnership=partnership, user=user, role=Role(role), joined_at=timezone.now()
    )
    MEMBER_JOINED.ask(partnership, membership.pk, group)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> None:
    """Give a member another role.

    Raises
    ------
    LastLeadError
        When the partnership would be left without a lead.
    """
    if membership.role == role:
        return
    _keep_a_lead(membership)
    membership.role = Role(role)
    membership.save(update_fields=["role"])
    ledger.record(
        partnership=membership.partnership,
        by=by,
        action="accounts.membership.changed",
        about=membership,
        fields=["role"],
    )
    RIGHTS_CHANGED.ask(membership.partnership)


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """Take somebody's role away; their account and what they did stay.

    Raises
    ------
    LastLeadError
        When the partnership would be left without a lead.
    """
    _keep_a_lead(membership)
    ledger.record(
        partnership=membership.partnership,
        by=by,
        action="accounts.membership.removed",
        about=membership,
    )
    membership.delete()
    RIGHTS_CHANGED.ask(membership.partnership)


def _keep_a_lead(membership: Membership) -> None:
    if membership.role != Role.LEAD:
        return
    leads = Membership.objects.select_for_update().filter(
        partnership_id=membership.partnership_id, role=Role.LEAD
    )
    if not [lead for lead in leads if lead.pk != membership.pk]:
        raise LastLeadError


@transaction.atomic
def mark_seen(*, membership: Membership, read_at: str = "") -> None:
    """Remember that the member has seen what came in; their own affair, so no ledger entry.

    Parameters
    ----------
    read_at
        When the page was made on which they saw it, in ISO 8601: what came in between that and
        the press is still new to them. Now, where it is no moment or lies ahead.
    """
    now, before = timezone.now(), membership.seen_at
    seen = min(_moment(read_at) or now, now)
    membership.seen_at = max(seen, before) if before else seen
    membership.save(update_fields=["seen_at"])


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


# Invitations --------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256, as 64 hexadecimal digits.

    A plain hash is enough because a token has 192 random bits.
    """
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    partnership: Partnership,
    by: User,
    email: str,
    name: str,
    role: str,
    group: str = "",
    language: str = "",
) -> tuple[Invitation, str]:
    """Make a single-use link that gives `role`, and mail it.

    An open invitation of the same address is replaced: only the newest link works.

    Parameters
    ----------
    language
        Of the mail; when empty, the person's own if they have an account, else the
        partnership's.

    Returns
    -------
    tuple
        The invitation and its token. The token is kept nowhere else: only its hash is stored.

    Raises
    ------
    AlreadyMemberError
        When the address belongs to a member.
    """
    email = email.strip().lower()
    known = User.objects.filter(email__iexact=email).first()
    if known and Membership.objects.filter(partnership=partnership, user=known).exists():
        raise AlreadyMemberError
    _withdraw_older(partnership, email, by)
    now = timezone.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        partnership=partnership,
        email=email,
        name=name.strip(),
        role=Role(role),
        group=group,
        token_hash=hash_of(token),
        created_by=by,
        created_at=now,
        expires_at=now + INVITATION_AGE,
    )
    ledger.record(
        partnership=partnership, by=by, action="accounts.invitation.sent", about=invitation
    )
    _mail_it(invitation, token, language or (known.language if known else partnership.language))
    return invitation, token


def _withdraw_older(partnership: Partnership, email: str, by: User) -> None:
    older = Invitation.objects.filter(
        partnership=partnership, email__iexact=email, accepted_at=None
    )
    for invitation in older:
        ledger.record(
            partnership=partnership, by=by, action="accounts.invitation.replaced", about=invitation
        )
    older.delete()


def _mail_it(invitation: Invitation, token: str, language: str) -> None:
    transaction.on_commit(
        lambda: mail.send_invitation(invitation=invitation, token=token, language=language)
    )


@transaction.atomic
def send_again(*, invitation: Invitation, by: User) -> str:
    """Mail an open invitation once more, with a new link; the old one stops working.

    Returns
    -------
    str
        The new token, kept nowhere else.

    Raises
    ------
    InvitationError
        When it was accepted or withdrawn meanwhile.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    renewed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        token_hash=hash_of(token), created_by=by, expires_at=now + INVITATION_AGE
    )
    if not renewed:
        raise InvitationError
    invitation.refresh_from_db()
    ledger.record(
        partnership=invitation.partnership,
        by=by,
        action="accounts.invitation.sent_again",
        about=invitation,
    )
    known = User.objects.filter(email__iexact=invitation.email).first()
    _mail_it(invitation, token, known.language if known else invitation.partnership.language)
    return token


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make an open invitation's link useless.

    Raises
    ------
    InvitationError
        When it was accepted meanwhile: remove the member instead.
    """
    deleted, _each = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
    if not deleted:
        raise InvitationError
    ledger.record(
        partnership=invitation.partnership,
        by=by,
        action="accounts.invitation.withdrawn",
        about=invitation,
    )


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Membership:
    """Spend an invitation and give its role to `user`; of two at once, one succeeds.

    Whoever holds the link may use it; the ledger says when the account is not the invited one.

    Raises
    ------
    InvitationError
        When the link is unknown, spent, withdrawn or expired.
    AlreadyMemberError
        When the person has a role here already; the link stays unspent.
    """
    now = timezone.now()
    spent = Invitation.objects.filter(
        token_hash=hash_of(token), accepted_at=None, expires_at__gt=now
    ).update(accepted_at=now, accepted_by=user)
    if not spent:
        raise InvitationError
    invitation = Invitation.objects.select_related("partnership").get(token_hash=hash_of(token))
    membership = _join(invitation.partnership, user, invitation.role, invitation.group)
    own = is_address_of(user, invitation.email)
    ledger.record(
        partnership=invitation.partnership,
        by=user,
        action="accounts.invitation.accepted" if own else "accounts.invitation.accepted_by_other",
        about=invitation,
    )
    return membership


def is_address_of(user: User, email: str) -> bool:
    """Say whether an e-mail address is the person's own, as far as we know."""
    verified = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True)
    return user.email.lower() == email.lower() or verified.exists()


@transaction.atomic
def join_with_new_account(
    *, token: str, name: str, password: str | None, language: str
) -> Membership:
    """Make the invited person's account and accept, in one step: all of it or nothing.

    Raises
    ------
    InvitationError
        When the link cannot be used.
    AccountExistsError
        When the invited address has an account: its owner signs in first.
    """
    invitation = Invitation.objects.filter(
        token_hash=hash_of(token), accepted_at=None, expires_at__gt=timezone.now()
    ).first()
    if invitation is None:
        raise InvitationError
    user = create_account(email=invitation.email, name=name, password=password, language=language)
    return accept_invitation(token=token, user=user)
