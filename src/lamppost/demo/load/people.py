"""Accounts, the partnership, stakeholders, targets and meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from lamppost.accounts.actions import (
    add_member,
    create_account,
    create_partnership,
    mark_seen,
)
from lamppost.accounts.models import Membership, User
from lamppost.network.actions import plan_meeting, set_attendance, write_minutes
from lamppost.stakeholders.actions import add_stakeholder, change_stakeholder, set_targets
from lamppost.stakeholders.models import Stakeholder

from ..records import Meeting, Person, Town
from .clock import at, noon
from .ground import Ground

PLANNED_AHEAD = dt.timedelta(days=13)


def found_partnership(town: Town, passwords: Mapping[str, str]) -> Ground:
    """Make the accounts and the partnership, with its lead."""
    with at(noon(town.dates.founded, 9)):
        users = {
            account.name: create_account(
                email=account.email,
                name=account.name,
                password=passwords[account.email],
            )
            for account in town.accounts
        }
        lead = next(users[account.name] for account in town.accounts if account.role == "lead")
        partnership = create_partnership(
            by=lead,
            name=town.partnership,
            problem=town.problem,
            town=town.name,
            playbook=town.playbook,
            slug=town.slug,
            made_up=True,
        )
    return Ground(town, partnership, users)


def load_stakeholders(ground: Ground) -> None:
    """Add everybody on the list, let those with an account join, and set the targets."""
    town, lead = ground.town, ground.user_of("lead")
    for number, person in enumerate(town.people):
        with at(noon(town.dates.founded + dt.timedelta(days=number // 12), 10, number % 60)):
            ground.stakeholders[person.name] = _listed(ground, person, lead)
    groups = {person.name: person.group for person in town.people}
    for account in town.accounts:
        if account.role == "lead":
            continue
        with at(noon(town.dates.founded + dt.timedelta(days=7), 15)):
            add_member(
                partnership=ground.partnership,
                user=ground.users[account.name],
                role=account.role,
                by=lead,
                group=groups[account.name],
            )
    with at(noon(town.dates.founded + dt.timedelta(days=6), 16)):
        set_targets(partnership=ground.partnership, by=lead, counts=town.targets)


def look_around(ground: Ground) -> None:
    """Let every member have seen what came in until three days ago."""
    with at(noon(ground.town.dates.today - dt.timedelta(days=3), 17)):
        for membership in Membership.objects.filter(partnership=ground.partnership):
            mark_seen(membership=membership)


def _listed(ground: Ground, person: Person, by: User) -> Stakeholder:
    values: dict[str, Any] = {
        "kind": person.kind,
        "name": person.name,
        "group": person.group,
        "organisation": ground.stakeholders.get(person.organisation),
        "neighbourhood": person.neighbourhood,
        "influence": person.influence,
        "interest": person.interest,
        "concerns": person.concerns,
        "contact_preference": person.contact_preference,
        "contact": person.contact,
        "language": person.language,
        "status": person.status,
    }
    # Whoever founded the partnership is on the list already.
    there = Stakeholder.objects.filter(
        partnership=ground.partnership,
        name=person.name,
        group=person.group,
        kind=person.kind,
    ).first()
    if there is not None:
        return change_stakeholder(stakeholder=there, by=by, values=values)
    return add_stakeholder(partnership=ground.partnership, by=by, values=values)


def load_meetings(ground: Ground) -> None:
    """Plan every meeting; of those in the past also say who came and what was said."""
    for meeting in ground.town.meetings:
        _hold(ground, meeting)


def _hold(ground: Ground, meeting: Meeting) -> None:
    by = ground.user_of("facilitator")
    planned_at = min(meeting.starts_at - PLANNED_AHEAD, noon(ground.town.dates.today, 0))
    with at(planned_at):
        record = plan_meeting(
            partnership=ground.partnership,
            by=by,
            values={
                "title": meeting.title,
                "starts_at": meeting.starts_at,
                "ends_at": meeting.ends_at,
                "place": meeting.place,
                "agenda": meeting.agenda,
            },
        )
        set_attendance(meeting=record, by=by, invited=_ids(ground, meeting.invited), attended=())
    if not meeting.minutes:
        return
    with at(meeting.ends_at):
        set_attendance(
            meeting=record,
            by=by,
            invited=_ids(ground, meeting.invited),
            attended=_ids(ground, meeting.attended),
        )
    with at(meeting.ends_at + dt.timedelta(hours=16)):
        write_minutes(meeting=record, by=by, minutes=meeting.minutes)


def _ids(ground: Ground, names: tuple[str, ...]) -> list[int]:
    return [ground.stakeholders[name].pk for name in names]
