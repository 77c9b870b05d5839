"""Desk, lamp, news, public counts, who speaks for which organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.ports import DESK_ITEMS, MEMBER_JOINED, NEWS_ITEMS, STAGE_STATUS
from lamppost.accounts.roles import Right
from lamppost.stakeholders import actions, desk, queries
from lamppost.stakeholders.models import Group, Stakeholder

EDITOR = frozenset({Right.EDIT_STAKEHOLDERS})
Add = Callable[..., Stakeholder]


@pytest.fixture
def add(partnership: Partnership) -> Add:
    def make(name: str, **values: Any) -> Stakeholder:
        values = {"group": "resident", "status": "taking_part"} | values
        return Stakeholder.objects.create(
            partnership=partnership, name=name, created_at=timezone.now(), **values
        )

    return make


def test_stage_is_registered_with_the_desk() -> None:
    assert desk.stage_status in list(STAGE_STATUS)
    assert desk.desk_items in list(DESK_ITEMS)
    assert desk.news_items in list(NEWS_ITEMS)
    assert desk.member_joined in list(MEMBER_JOINED)


def test_lamp_needs_somebody_or_a_reason_for_every_group(
    partnership: Partnership, add: Add, lead: User
) -> None:
    for group in (Group.MUNICIPAL, Group.COMMUNITY, Group.COMPANY, Group.RESIDENT):
        add(f"One of {group.value}", group=group)
    add("Only known", group=Group.ACADEMIC, status="known")
    status = desk.stage_status(partnership)
    assert (status.lit, status.note) == (False, "1 group is missing")
    actions.continue_without_group(
        partnership=partnership, by=lead, group=Group.ACADEMIC, reason="None in town."
    )
    assert desk.stage_status(partnership).lit
    Stakeholder.objects.filter(group=Group.COMPANY).update(status="left")
    assert not desk.stage_status(partnership).lit


def test_reason_must_say_something(partnership: Partnership, lead: User) -> None:
    with pytest.raises(actions.NeedsReason, match="Say in a sentence"):
        actions.continue_without_group(
            partnership=partnership, by=lead, group=Group.ACADEMIC, reason=" \n"
        )


def test_desk_starts_with_the_first_step(partnership: Partnership, add: Add, lead: User) -> None:
    (first,) = desk.desk_items(partnership, EDITOR)
    assert "List who has a stake" in str(first.title)
    assert desk.desk_items(partnership, frozenset()) == []
    for group in Group:
        add(f"One of {group.value}", group=group)
    (targets,) = desk.desk_items(partnership, EDITOR)
    assert "how many of each group" in str(targets.title)
    actions.set_targets(partnership=partnership, by=lead, counts={("group", "resident"): 1})
    assert desk.desk_items(partnership, EDITOR) == []
    add("Known", status="known")
    add("Gone", status="left")
    (ask,) = desk.desk_items(partnership, EDITOR)
    assert ask.count == 1


def test_news_counts_who_was_added_since(partnership: Partnership, add: Add) -> None:
    assert desk.news_items(partnership, None) == []
    moment = timezone.now()
    add("Ana")
    assert desk.news_items(partnership, moment)[0].count == 1
    assert desk.news_items(partnership, moment + dt.timedelta(hours=1)) == []


def test_organisation_of_a_speaker(partnership: Partnership, add: Add, make_member: Any) -> None:
    user = make_member("organisation", name="Ana")
    membership = Membership.objects.get(user=user)
    assert queries.organisation_of(None) is None
    assert queries.organisation_of(membership) is None
    desk.member_joined(partnership, membership.pk, "community")
    assert queries.organisation_of(membership) is None
    (speaker,) = queries.speakers_without_organisation(partnership)
    titles = [str(item.title) for item in desk.desk_items(partnership, EDITOR)]
    assert "Say which organisation Ana speaks for" in titles
    club = add("Gardeners", kind="organisation", group="community")
    actions.change_stakeholder(stakeholder=speaker, by=user, values={"organisation": club})
    assert queries.organisation_of(membership) == club
    assert queries.speakers_without_organisation(partnership) == []


def test_only_the_role_organisation_speaks_for_one(
    partnership: Partnership, add: Add, make_member: Any
) -> None:
    membership = Membership.objects.get(user=make_member("company"))
    club = add("Lights Ltd", kind="organisation", group="company")
    add("Bo", group="company", membership=membership, organisation=club)
    assert queries.organisation_of(membership) is None


def test_new_speaker_is_found_by_the_address_of_the_organisation(
    partnership: Partnership, add: Add, make_member: Any
) -> None:
    user = make_member("organisation", name="Ana")
    club = add("Gardeners", kind="organisation", group="community", contact=user.email)
    membership = Membership.objects.get(user=user)
    desk.member_joined(partnership, membership.pk, "")
    assert queries.organisation_of(membership) == club


def test_public_counts_hide_small_numbers_and_grow_in_steps(
    partnership: Partnership, add: Add
) -> None:
    for number in range(23):
        add(f"Resident {number}")
    for number in range(12):
        add(f"Firm {number}", group="company")
    assert queries.public_group_counts(partnership).total == 35
    shown = dict(queries.public_group_counts(partnership).groups)
    assert shown["Residents"] == 20
    assert shown["Technology companies"] == 10
    assert shown["Municipal leaders"] == 0
    add("Mayor", group="municipal")
    shown = dict(queries.public_group_counts(partnership).groups)
    assert shown["Municipal leaders"] is None
    # A lone hidden count could be computed from the total: another number goes with it.
    total = queries.public_group_counts(partnership).total
    assert total is None or list(shown.values()).count(None) >= 2


def test_gaps_count_by_group_and_neighbourhood(
    partnership: Partnership, add: Add, lead: User
) -> None:
    add("Ana", neighbourhood="Mill Lane")
    add("Bo", neighbourhood="Mill Lane", status="invited")
    add("Cem")
    add("Gone", neighbourhood="Harbour", status="left")
    counts = {("group", "resident"): 5, ("neighbourhood", "Hill"): 2}
    actions.set_targets(partnership=partnership, by=lead, counts=counts)
    found = queries.gaps(partnership)
    residents = next(gap for gap in found.groups if gap.value == "resident")
    assert (residents.taking_part, residents.known, residents.missing) == (2, 1, 3)
    places = {gap.value: (gap.taking_part, gap.missing) for gap in found.neighbourhoods}
    assert places == {"Mill Lane": (1, 0), "Hill": (0, 2)}
    assert found.without_neighbourhood == 1


def test_targets_said_again_leave_no_ledger_entry(partnership: Partnership, lead: User) -> None:
    for _again in range(2):
        actions.set_targets(partnership=partnership, by=lead, counts={("group", "resident"): 5})
    assert partnership.ledger.count() == 1
