"""What pilots answers to the ports of earlier stages."""

from __future__ import annotations

import pytest
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
from lamppost.accounts.roles import Right, Role, rights_of
from lamppost.pilots import actions, registered
from lamppost.pilots.models import Pilot, Site
from lamppost.pilots.playbooks import playbook_of
from lamppost.vision.ports import INDICATOR_SUGGESTIONS
from lamppost.voices.actions import participant_without_device
from tests.pilots_world import day, make_pilot, pass_up_to

LEAD = rights_of(Role.LEAD)


def titles(partnership: Partnership, rights: frozenset[Right] = LEAD) -> list[str]:
    return [str(item.title) for item in registered.desk_items(partnership, rights)]


def test_everything_is_registered() -> None:
    assert registered.stage_status in list(STAGE_STATUS)
    assert registered.desk_items in list(DESK_ITEMS)
    assert registered.news_items in list(NEWS_ITEMS)
    assert registered.indicator_suggestions in list(INDICATOR_SUGGESTIONS)


def test_the_lamp_is_lit_when_the_technology_is_on(
    partnership: Partnership, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    notes = []
    for last in ("problem", "measuring", "technology"):
        pass_up_to(pilot, lead, last)
        status = registered.stage_status(partnership)
        notes.append(str(status.note))
        assert status.lit == (last == "technology")
    assert len(set(notes)) == 3
    actions.decide(
        pilot=pilot, by=lead, kind="expand", reason="R", decided_by="C", decided_on=day()
    )
    status = registered.stage_status(partnership)
    assert (status.lit, str(status.note)) == (True, "1 pilot, decided.")
    make_pilot(partnership, lead, title="The next one")
    status = registered.stage_status(partnership)
    assert (status.lit, str(status.note)) == (True, "In preparation.")


def test_an_empty_partnership_is_told_what_to_do_first(
    partnership: Partnership,
) -> None:
    assert "No pilot yet" in str(registered.stage_status(partnership).note)
    assert titles(partnership) == ["Start a pilot from a playbook"]
    assert titles(partnership, rights_of(Role.OBSERVER)) == []


def test_the_next_gate_waits_and_may_be_late(
    partnership: Partnership, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    assert titles(partnership) == ["Pass the gate “Problem and owner” of “Lamps that wake up”"]
    assert titles(partnership, rights_of(Role.COMPANY)) == []
    pass_up_to(pilot, lead, "baseline")
    Pilot.objects.filter(pk=pilot.pk).update(technology_starts_on=day(-1))
    [item] = registered.desk_items(partnership, LEAD)
    assert item.due == day(-1)
    assert item.urgent


@pytest.mark.parametrize(("due", "urgent"), [(-1, True), (10, False)])
def test_a_decision_that_is_due(
    partnership: Partnership, running: Pilot, due: int, urgent: bool
) -> None:
    Pilot.objects.filter(pk=running.pk).update(decision_due_on=day(due))
    [item] = registered.desk_items(partnership, LEAD)
    assert str(item.title) == "Decide on “Lamps that wake up”"
    assert item.urgent == urgent


def test_no_item_for_a_decision_far_away_or_taken(
    partnership: Partnership, running: Pilot, lead: User
) -> None:
    assert registered.desk_items(partnership, LEAD) == []
    actions.decide(
        pilot=running, by=lead, kind="stop", reason="R", decided_by="C", decided_on=day()
    )
    assert registered.desk_items(partnership, LEAD) == []


def test_feedback_is_news_and_waits_for_an_answer(
    partnership: Partnership, running: Pilot, sites: list[Site]
) -> None:
    before = timezone.now()
    who = participant_without_device(partnership=partnership, channel="web")
    actions.give_feedback(site=sites[0], participant=who, rating="worse", words="Glare")
    [news] = registered.news_items(partnership, before)
    assert news.count == 1
    assert registered.news_items(partnership, timezone.now()) == []
    assert registered.news_items(partnership, None)[0].count == 1
    [item] = registered.desk_items(partnership, LEAD)
    assert item.count == 1
    assert "residents' feedback" in str(item.title)


def test_suggestions_come_from_the_partnerships_playbook(
    partnership: Partnership, other_partnership: Partnership, lead: User
) -> None:
    make_pilot(partnership, lead)
    codes = [one.code for one in registered.indicator_suggestions(partnership, "")]
    assert codes[0] == "evening-walkers"
    assert registered.indicator_suggestions(other_partnership, "") == []
    green = [
        one.code for one in registered.indicator_suggestions(other_partnership, "green-spaces")
    ]
    parks = playbook_of("smart-parks").indicators
    assert green[0] == playbook_of("green-spaces").indicators[0].code
    assert {one.code for one in parks} < set(green)
