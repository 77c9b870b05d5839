"""Writes: plan, change and cancel meetings, keep attendance and minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Partnership, User
from lamppost.stakeholders.models import Stakeholder

from .models import Attendance, Meeting
from .tasks import send_meeting_mails

# A change of one of these is a new version for every calendar.
CALENDAR_FIELDS = frozenset({"title", "starts_at", "ends_at", "place", "agenda", "cancelled"})


@transaction.atomic
def plan_meeting(*, partnership: Partnership, by: User, values: Mapping[str, Any]) -> Meeting:
    """Plan a meeting; `values` are fields of `Meeting`, already checked by the form."""
    meeting = Meeting.objects.create(partnership=partnership, changed_at=timezone.now(), **values)
    record(partnership=partnership, by=by, action="network.meeting.planned", about=meeting)
    return meeting


@transaction.atomic
def change_meeting(
    *, meeting: Meeting, by: User, values: Mapping[str, Any], tell: bool = False
) -> int:
    """Change a meeting and return how many of those invited will get a mail about it.

    Parameters
    ----------
    tell
        Whether those invited are told; nobody is when nothing changed for their calendar.
    """
    kept, changed = _changed(meeting, dict(values))
    if not changed:
        return 0
    _record(kept, by, "changed", changed)
    told = tell and CALENDAR_FIELDS.intersection(changed)
    return _mail(kept, _invited(kept), by, changed=True) if told else 0


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: User, tell: bool = False) -> int:
    """Cancel a meeting and return how many of those invited will get a mail about it."""
    kept, changed = _changed(meeting, {"cancelled": True})
    if not changed:
        return 0
    _record(kept, by, "cancelled", [])
    return _mail(kept, _invited(kept), by, changed=True) if tell else 0


@transaction.atomic
def reinstate_meeting(*, meeting: Meeting, by: User) -> None:
    """Take the cancellation back."""
    kept, changed = _changed(meeting, {"cancelled": False})
    if changed:
        _record(kept, by, "reinstated", [])


@transaction.atomic
def set_attendance(
    *,
    meeting: Meeting,
    by: User,
    invited: Iterable[int],
    attended: Iterable[int],
    send: bool = False,
) -> int:
    """Set who was invited and who came, and return how many get an invitation by mail.

    Parameters
    ----------
    invited, attended
        Ids of stakeholders of this partnership; others are left out. Who came without being
        invited counts as invited. Who is in neither is taken off the sheet.
    send
        Whether those who are newly on the sheet get an invitation, where they like e-mail.
    """
    kept = _locked(meeting)
    came, wanted = set(attended), {*invited, *attended}
    wanted &= set(
        Stakeholder.objects.filter(partnership=kept.partnership, pk__in=wanted).values_list(
            "pk", flat=True
        )
    )
    before = {row.stakeholder_id: row for row in kept.attendance.all()}
    removed = before.keys() - wanted
    added = sorted(wanted - before.keys())
    turned = [row for pk, row in before.items() if row.attended != (pk in came) and pk in wanted]
    if not (removed or added or turned):
        return 0
    kept.attendance.filter(stakeholder_id__in=removed).delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=kept, stakeholder_id=pk, attended=pk in came) for pk in added
    )
    for row in turned:
        row.attended = not row.attended
    Attendance.objects.bulk_update(turned, ["attended"])
    _record(kept, by, "attendance_set", [])
    return _mail(kept, set(added), by, changed=False) if send and not kept.cancelled else 0


@transaction.atomic
def invite_again(*, meeting: Meeting, by: User) -> int:
    """Send the invitation to everybody invited who likes e-mail, and return how many."""
    count = _mail(meeting, _invited(meeting), by, changed=meeting.sequence > 0)
    if count:
        _record(meeting, by, "invitations_sent", [])
    return count


@transaction.atomic
def write_minutes(*, meeting: Meeting, by: User, minutes: str) -> None:
    """Write or change the minutes; calendars are not concerned."""
    kept = _locked(meeting)
    if kept.minutes == minutes:
        return
    kept.minutes = minutes
    kept.changed_at = timezone.now()
    kept.save(update_fields=["minutes", "changed_at"])
    _record(kept, by, "minutes_written", ["minutes"])


def _locked(meeting: Meeting) -> Meeting:
    return (
        Meeting.objects.select_related("partnership")
        .select_for_update(of=("self",))
        .get(pk=meeting.pk)
    )


def _changed(meeting: Meeting, values: dict[str, Any]) -> tuple[Meeting, list[str]]:
    kept = _locked(meeting)
    changed = changed_fields(kept, values)
    if not changed:
        return kept, []
    kept.changed_at = timezone.now()
    kept.sequence += bool(CALENDAR_FIELDS.intersection(changed))
    kept.save(update_fields=[*changed, "changed_at", "sequence"])
    return kept, changed


def _invited(meeting: Meeting) -> set[int]:
    return set(meeting.attendance.values_list("stakeholder_id", flat=True))


def _mail(meeting: Meeting, people: set[int], by: User, *, changed: bool) -> int:
    """Queue a mail to those of `people` who like e-mail, once the transaction is through."""
    reachable = sorted(
        Stakeholder.objects.filter(
            pk__in=people,
            contact_preference=Stakeholder.Contact.EMAIL,
            contact__contains="@",
        ).values_list("pk", flat=True)
    )
    if reachable:
        given = (meeting.pk, reachable, changed, by.email)
        transaction.on_commit(lambda: send_meeting_mails.enqueue(*given))
    return len(reachable)


def _record(meeting: Meeting, by: User, verb: str, fields: list[str]) -> None:
    record(
        partnership=meeting.partnership,
        by=by,
        action=f"network.meeting.{verb}",
        about=meeting,
        fields=fields,
    )
