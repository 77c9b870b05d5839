"""What vision tells the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
from lamppost.accounts.roles import Right, rights_of
from lamppost.vision import desk
from lamppost.vision.actions import compute_landscape, request_landscape
from lamppost.vision.actions.goals import add_goal, add_indicator
from lamppost.vision.actions.vision import (
    answer_objection,
    object_to_vision,
    publish_vision,
    write_draft,
)
from lamppost.vision.actions.workshops import add_agreement, plan_workshop
from lamppost.vision.models import Landscape, LandscapeRequest, Workshop
from lamppost.voices.actions import participant_without_device
from tests.vision_world import let_vote, make_conversation

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LEAD = rights_of("lead")


def titles(partnership: Partnership, rights: frozenset[Right] = LEAD) -> list[str]:
    items = desk.desk_items(partnership, rights)
    for item in items:
        assert resolve(item.url)
    return [str(item.title) for item in items]


def note(partnership: Partnership) -> tuple[bool, str]:
    status = desk.stage_status(partnership)
    assert resolve(status.url)
    return status.lit, str(status.note)


def test_everything_is_registered() -> None:
    assert desk.stage_status in list(STAGE_STATUS)
    assert desk.desk_items in list(DESK_ITEMS)
    assert desk.news_items in list(NEWS_ITEMS)


def test_the_lamp_from_nothing_to_measured_goals(partnership: Partnership, lead: User) -> None:
    assert note(partnership) == (False, "no question asked yet")
    make_conversation(partnership)
    assert note(partnership) == (False, "a question is asked, no goal yet")
    proposal = add_goal(partnership=partnership, by=lead, values={"title": "A"})
    assert note(partnership) == (False, "goals proposed, none agreed yet")
    add_indicator(goal=proposal, by=lead, values={"name": "n", "unit": "u"})
    assert note(partnership)[0] is False, "a proposal with an indicator is not agreed"
    agreed = add_goal(
        partnership=partnership, by=lead, values={"title": "B", "agreed_on": dt.date(2026, 3, 4)}
    )
    assert note(partnership) == (False, "agreed, but nothing is measured yet")
    add_indicator(goal=agreed, by=lead, values={"name": "n", "unit": "u"})
    assert note(partnership) == (True, "1 goal agreed and measured")


def test_lamp_is_cheap(partnership: Partnership, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    make_conversation(partnership)
    with django_assert_max_num_queries(2):
        desk.stage_status(partnership)


def test_what_to_do_next(partnership: Partnership, lead: User) -> None:
    assert titles(partnership) == ["Ask residents the first open question"]
    conversation = make_conversation(partnership)
    assert titles(partnership) == []
    let_vote(conversation)
    LandscapeRequest.objects.all().delete()
    assert titles(partnership) == ["Bring the landscape up to date: new votes came in"]
    compute_landscape(conversation=conversation)
    assert titles(partnership) == ["Write the first goal from what all groups agree on"]
    goal = add_goal(partnership=partnership, by=lead, values={"title": "Light"})
    assert titles(partnership) == [
        "Agree on the proposed goals",
        "Say how this goal is measured: Light",
    ]
    add_indicator(goal=goal, by=lead, values={"name": "n", "unit": "u"})
    assert titles(partnership) == ["Agree on the proposed goals"]
    goal.agreed_on = dt.date(2026, 3, 4)
    goal.save()
    assert titles(partnership) == ["Write and publish the vision: goals are agreed"]
    write_draft(partnership=partnership, by=lead, text="Light for all.", language="en")
    vision = publish_vision(partnership=partnership, by=lead)
    assert titles(partnership) == []
    add_indicator(goal=goal, by=lead, values={"name": "m", "unit": "u"})
    assert titles(partnership) == ["Publish the vision again: goals changed"]
    publish_vision(partnership=partnership, by=lead, what_changed="One more.")
    person = participant_without_device(partnership=partnership, channel="web")
    said = object_to_vision(
        vision=vision, participant=person, text="Benches?", language="en", consent=True
    )
    assert said is not None
    assert titles(partnership) == ["Answer 1 objection to the vision"]
    answer_objection(objection=said, answer="In spring.", by=lead)
    assert titles(partnership) == []


def test_workshops_are_prepared_and_their_outcome_is_written_down(
    partnership: Partnership, lead: User
) -> None:
    make_conversation(partnership)
    day = timezone.localdate()
    for title, away in (("Old", -40), ("Late", -2), ("Soon", 5), ("Far", 40)):
        values = {"title": title, "held_on": day + dt.timedelta(days=away)}
        plan_workshop(partnership=partnership, by=lead, values=values)
    assert titles(partnership) == [
        "Prepare the workshop: Soon",
        "Write down what was agreed at: Late",
    ]
    late = Workshop.objects.get(title="Late")
    add_agreement(workshop=late, by=lead, text="Light.")
    assert titles(partnership) == ["Prepare the workshop: Soon"]


def test_a_landscape_behind_its_votes_is_told_after_a_day(
    partnership: Partnership, lead: User
) -> None:
    conversation = make_conversation(partnership)
    let_vote(conversation)
    stored = compute_landscape(conversation=conversation)
    assert stored is not None
    stale = "Bring the landscape up to date: new votes came in"
    let_vote(conversation, (3, 2), cast_at=timezone.now() + dt.timedelta(minutes=1))
    LandscapeRequest.objects.all().delete()
    assert stale not in titles(partnership)
    Landscape.objects.update(computed_at=timezone.now() - dt.timedelta(days=2))
    assert stale in titles(partnership)
    request_landscape(conversation=conversation)
    assert stale not in titles(partnership), "it is on its way"


def test_nothing_for_those_who_cannot_do_it(partnership: Partnership) -> None:
    assert titles(partnership, rights_of("company")) == []


def test_news(partnership: Partnership, other_partnership: Partnership) -> None:
    assert desk.news_items(partnership, None) == []
    let_vote(make_conversation(partnership), (2, 1), cast_at=timezone.now() - dt.timedelta(days=3))
    yesterday = timezone.now() - dt.timedelta(days=1)
    ever = {str(item.title): item.count for item in desk.news_items(partnership, None)}
    assert ever == {"New votes": 24, "New statements": 8}
    since = {str(item.title): item.count for item in desk.news_items(partnership, yesterday)}
    assert since == {"New statements": 8}
    assert desk.news_items(other_partnership, None) == []


@pytest.mark.parametrize(
    ("role", "votes"),
    [
        ("lead", "<b>24</b> New votes"),
        ("facilitator", "<b>24</b> New votes"),
        ("observer", "<b>at least 20</b> New votes"),
        ("company", "<b>at least 20</b> New votes"),
    ],
)
def test_who_does_not_run_questions_reads_what_came_in_in_steps(
    partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
    role: str,
    votes: str,
) -> None:
    conversation = make_conversation(partnership)
    let_vote(conversation, (2, 1))
    assert compute_landscape(conversation=conversation)
    page = client_of(make_member(role)).get("/p/elm-street/").text
    assert votes in page
    few = "fewer than 10" if role in {"observer", "company"} else "8"
    assert f"<b>{few}</b> New statements" in page
