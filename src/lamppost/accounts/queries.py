"""Reads of accounts: members, invitations, the ledger, and who may create a partnership."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone

from .actions import hash_of
from .groups import GROUP_OF_ROLE, Group
from .models import Invitation, LedgerEntry, Membership, Partnership, User
from .roles import Role

PAGE_SIZE = 25
DEMO_DOMAIN = "@demo.invalid"


@dataclass(frozen=True)
class GroupLine:
    """One of the five groups, and how far we are in asking somebody of it.

    Attributes
    ----------
    group
        The group.
    members
        How many members belong to it.
    invited
        How many open invitations there are for it.
    """

    group: Group
    members: int
    invited: int

    @property
    def asked(self) -> bool:
        return bool(self.members or self.invited)


def members_page(partnership: Partnership, number: str | int) -> Page[Membership]:
    """Return one page of members, leads first."""
    order = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(Role.values)),
        output_field=IntegerField(),
    )
    found = (
        Membership.objects.filter(partnership=partnership)
        .select_related("user")
        .order_by(order, Lower("user__name"), "pk")
    )
    return Paginator(found, PAGE_SIZE).get_page(number)


def open_invitations(partnership: Partnership) -> QuerySet[Invitation]:
    """Return the invitations that nobody has accepted yet, newest first."""
    return Invitation.objects.filter(partnership=partnership, accepted_at=None)


def group_lines(partnership: Partnership) -> list[GroupLine]:
    """Return the five groups with their members and open invitations.

    A member belongs to the group they were invited for, else to the one their role stands for.
    """
    invited: dict[str, int] = {}
    group_of_user: dict[int | None, str] = {}
    rows = Invitation.objects.filter(partnership=partnership).values_list(
        "group", "role", "accepted_by"
    )
    for group, role, accepted_by in rows:
        known = group or str(GROUP_OF_ROLE.get(role, ""))
        if accepted_by is not None:
            group_of_user[accepted_by] = known
        else:
            invited[known] = invited.get(known, 0) + 1
    members: dict[str, int] = {}
    for user, role in Membership.objects.filter(partnership=partnership).values_list(
        "user_id", "role"
    ):
        theirs = group_of_user.get(user) or str(GROUP_OF_ROLE.get(role, ""))
        members[theirs] = members.get(theirs, 0) + 1
    return [GroupLine(g, members.get(g.value, 0), invited.get(g.value, 0)) for g in Group]


def leads_of(partnership: Partnership) -> list[User]:
    """Return the people to ask when a right is missing."""
    return list(
        User.objects.filter(
            memberships__partnership=partnership, memberships__role=Role.LEAD
        ).order_by("name", "pk")
    )


def memberships_of(user: User) -> list[Membership]:
    """Return where somebody has a role."""
    return list(user.memberships.select_related("partnership").order_by(Lower("partnership__name")))


def usable_invitation(token: str) -> Invitation | None:
    """Return the invitation of this link while it can still be accepted."""
    return (
        Invitation.objects.select_related("partnership", "created_by")
        .filter(token_hash=hash_of(token), accepted_at=None, expires_at__gt=timezone.now())
        .first()
    )


def may_create_partnership(user: User) -> bool:
    """Say whether somebody may start a partnership.

    Whoever is a lead somewhere, whoever set this instance up, and everybody in the demo.
    """
    if user.is_superuser or user.memberships.filter(role=Role.LEAD).exists():
        return True
    return settings.DEMO_MARK.exists() and user.email.endswith(DEMO_DOMAIN)


def ledger_page(partnership: Partnership, prefix: str, number: str | int) -> Page[LedgerEntry]:
    """Return one page of the ledger, newest first; `prefix` is a stage's name or empty."""
    found = LedgerEntry.objects.filter(partnership=partnership).select_related("by")
    if prefix:
        found = found.filter(action__startswith=f"{prefix}.")
    return Paginator(found, PAGE_SIZE).get_page(number)
