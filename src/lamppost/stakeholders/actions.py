"""Writes: add, change and remove stakeholders, set targets, go on without a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.groups import GROUP_OF_ROLE
from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Membership, Partnership, User

from .exchange import ListRow
from .models import EmptyGroupReason, Group, Stakeholder, Target


class NeedsReason(ValueError):  # noqa: N818 - a demand, not a fault
    """Nobody goes on without a group and without saying why."""


@transaction.atomic
def add_stakeholder(
    *, partnership: Partnership, by: User, values: Mapping[str, Any]
) -> Stakeholder:
    """Add somebody; `values` are fields of `Stakeholder`, already checked by the form."""
    stakeholder = Stakeholder.objects.create(
        partnership=partnership, created_at=timezone.now(), **values
    )
    record(
        partnership=partnership, by=by, action="stakeholders.stakeholder.added", about=stakeholder
    )
    return stakeholder


@transaction.atomic
def change_stakeholder(
    *, stakeholder: Stakeholder, by: User, values: Mapping[str, Any]
) -> Stakeholder:
    """Change fields; the ledger names the fields that really changed."""
    kept = Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)
    changed = changed_fields(kept, dict(values))
    if changed:
        kept.save(update_fields=changed)
        _record(kept, by, "changed", changed)
    return kept


@transaction.atomic
def change_status(*, stakeholder: Stakeholder, by: User, status: str) -> str:
    """Set the status and return the one before, so that the change can be undone."""
    kept = Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)
    before = kept.status
    if before != status:
        kept.status = Stakeholder.Status(status)
        kept.save(update_fields=["status"])
        _record(kept, by, "changed", ["status"])
    return before


@transaction.atomic
def delete_stakeholder(*, stakeholder: Stakeholder, by: User) -> None:
    """Delete somebody for good, with their attendance."""
    _record(stakeholder, by, "deleted", [])
    stakeholder.delete()


def _record(stakeholder: Stakeholder, by: User, verb: str, fields: list[str]) -> None:
    record(
        partnership=stakeholder.partnership,
        by=by,
        action=f"stakeholders.stakeholder.{verb}",
        about=stakeholder,
        fields=fields,
    )


@transaction.atomic
def set_targets(
    *, partnership: Partnership, by: User, counts: Mapping[tuple[str, str], int]
) -> None:
    """Set every target at once.

    Parameters
    ----------
    counts
        ``(dimension, value)`` → how many at least. A target that is not named is removed.
    """
    before = {
        (target.dimension, target.value): target.count
        for target in Target.objects.filter(partnership=partnership)
    }
    if before == dict(counts):
        return
    Target.objects.filter(partnership=partnership).delete()
    Target.objects.bulk_create(
        Target(partnership=partnership, dimension=dimension, value=value, count=count)
        for (dimension, value), count in counts.items()
    )
    record(partnership=partnership, by=by, action="stakeholders.targets.set", fields=["count"])


@transaction.atomic
def continue_without_group(
    *, partnership: Partnership, by: User, group: str, reason: str
) -> EmptyGroupReason:
    """Say why the partnership goes on although nobody of `group` takes part.

    Raises
    ------
    NeedsReason
        When the reason is empty.
    """
    reason = reason.strip()
    if not reason:
        raise NeedsReason(_("Say in a sentence why you go on without this group."))
    given, _new = EmptyGroupReason.objects.update_or_create(
        partnership=partnership,
        group=Group(group),
        defaults={"reason": reason, "by": by, "given_at": timezone.now()},
    )
    record(
        partnership=partnership,
        by=by,
        action="stakeholders.empty_group.reason_given",
        about=given,
        fields=["reason"],
    )
    return given


@transaction.atomic
def add_member(*, partnership: Partnership, membership_id: int, group: str) -> Stakeholder | None:
    """Make a new member a stakeholder of the group they chose, or find them in the list.

    Somebody whose address or name stands in the list already is that person; nobody is listed
    twice. An observer who chose no group is not a stakeholder.
    """
    membership = Membership.objects.select_related("user").get(
        pk=membership_id, partnership=partnership
    )
    if Stakeholder.objects.filter(membership=membership).exists():
        return None
    chosen = group if group in Group.values else GROUP_OF_ROLE.get(membership.role)
    if chosen is None:
        return None
    name = membership.user.name.strip() or membership.user.email.split("@")[0]
    stakeholder = _listed_already(membership, name, chosen)
    if stakeholder is None:
        stakeholder = _new_member(membership, name, chosen)
    else:
        stakeholder.membership = membership
        stakeholder.status = Stakeholder.Status.TAKING_PART
        if stakeholder.organisation is None:
            stakeholder.organisation = _organisation_with_address(membership)
        stakeholder.save(update_fields=["membership", "status", "organisation"])
    _record(stakeholder, membership.user, "joined", [])
    return stakeholder


def _listed_already(membership: Membership, name: str, group: str) -> Stakeholder | None:
    people = Stakeholder.objects.filter(
        partnership_id=membership.partnership_id,
        kind=Stakeholder.Kind.PERSON,
        membership=None,
        group=group,
    )
    return (
        people.filter(contact__iexact=membership.user.email).first()
        or people.filter(name=name, contact="").first()
    )


def _new_member(membership: Membership, name: str, group: str) -> Stakeholder:
    taken = set(
        Stakeholder.objects.filter(
            partnership_id=membership.partnership_id,
            group=group,
            kind=Stakeholder.Kind.PERSON,
            name__startswith=name[:110],
        ).values_list("name", flat=True)
    )
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name[:110]} ({number})"
    return Stakeholder.objects.create(
        partnership_id=membership.partnership_id,
        membership=membership,
        organisation=_organisation_with_address(membership),
        name=free,
        group=group,
        status=Stakeholder.Status.TAKING_PART,
        contact=membership.user.email,
        language=membership.user.language,
        created_at=timezone.now(),
    )


def _organisation_with_address(membership: Membership) -> Stakeholder | None:
    """The organisation that is listed with the new member's own address."""
    return Stakeholder.objects.filter(
        partnership_id=membership.partnership_id,
        kind=Stakeholder.Kind.ORGANISATION,
        contact__iexact=membership.user.email,
    ).first()


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    added: int
    changed: int
    untouched: int


@transaction.atomic
def import_stakeholders(
    *, partnership: Partnership, by: User, rows: Sequence[ListRow], update: bool = False
) -> Imported:
    """Add the rows of a list, all or none.

    Parameters
    ----------
    rows
        Checked rows of ``exchange.read_list``.
    update
        Whether rows of somebody who is in the list already change their record; an empty cell
        changes nothing. Without it such rows are left alone.
    """
    now = timezone.now()
    added = changed = 0
    # Organisations come first, so that people of the same file can belong to them.
    for row in sorted(rows, key=lambda row: row.values["kind"] != Stakeholder.Kind.ORGANISATION):
        values = {name: row.values[name] for name in row.given} if row.pk else dict(row.values)
        if row.organisation:
            values["organisation"] = _organisation_named(partnership, row)
        if row.pk is None:
            Stakeholder.objects.create(partnership=partnership, created_at=now, **values)
            added += 1
        elif update:
            changed += _update(partnership, row.pk, values)
    if added or changed:
        record(partnership=partnership, by=by, action="stakeholders.list.imported")
    return Imported(added, changed, len(rows) - added - changed)


def _organisation_named(partnership: Partnership, row: ListRow) -> Stakeholder | None:
    found = list(
        Stakeholder.objects.filter(
            partnership=partnership,
            kind=Stakeholder.Kind.ORGANISATION,
            name__iexact=row.organisation,
        )
    )
    same_group = [one for one in found if one.group == row.values["group"]]
    return next(iter(same_group or found), None)


def _update(partnership: Partnership, pk: int, values: dict[str, Any]) -> bool:
    kept = Stakeholder.objects.select_for_update().get(pk=pk, partnership=partnership)
    changed = changed_fields(kept, values)
    if changed:
        kept.save(update_fields=changed)
    return bool(changed)
