"""The plan: what the playbook offers, hints about days, an end that moves after disclosure."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions
from lamppost.pilots.models import Notice, Pilot, PilotTask, PulseQuestion, Site
from lamppost.pilots.playbooks import playbook_of
from lamppost.pilots.queries.planned_days import date_hints
from lamppost.vision.models import Goal, Indicator
from tests.integration.pilots.test_life import changed
from tests.integration.pilots.test_staff_pages import text, url
from tests.pilots_world import day, make_indicator, pass_up_to

pytestmark = pytest.mark.once

PLAYBOOK = "smart-street-lighting"
PLAN = {"title": "Lamps", "problem": "We walk round the lane.", "owner_department": "Streets"}


@pytest.fixture
def address(partnership: Partnership) -> str:
    return reverse("pilots:new_from", args=[partnership.slug, PLAYBOOK])


def test_a_new_plan_takes_over_what_the_playbook_offers(
    lead_client: Client, partnership: Partnership, address: str
) -> None:
    playbook = playbook_of(PLAYBOOK)
    first, second, *_more = playbook.indicators
    page = text(lead_client.get(address))
    assert str(playbook.site_question) in page
    assert f"{first.name} ({first.unit}), more is better" in page
    ticked = {"take_indicators": [first.code, second.code], "take_questions": ["1"]}
    no_goal = text(lead_client.post(address, {**PLAN, **ticked}))
    assert "Say which goal the indicators serve." in no_goal
    assert not Pilot.objects.exists()
    answer = lead_client.post(address, {**PLAN, **ticked, "new_goal": "Walk without fear"})
    assert answer.status_code == 302
    pilot = Pilot.objects.get()
    taken = [(one.indicator.code, one.is_main) for one in pilot.pilot_indicators.all()]
    assert taken == [(first.code, True), (second.code, False)]
    main = Indicator.objects.get(code=first.code)
    assert (main.unit, main.direction) == (str(first.unit), first.direction)
    assert Goal.objects.get(partnership=partnership).title == "Walk without fear"
    question = PulseQuestion.objects.get()
    assert question.text == str(playbook.pulse[0].text)
    assert "es" in question.translations
    again = lead_client.get(url(pilot, "edit")).context["form"]
    offered = [code for code, _label in again.fields["take_indicators"].choices]
    assert first.code not in offered
    assert [place for place, _text in again.fields["take_questions"].choices] == list(
        range(2, len(playbook.pulse) + 1)
    )


def test_the_first_of_the_playbooks_is_the_main_one_also_beside_others_of_the_vision(
    lead_client: Client, partnership: Partnership, address: str
) -> None:
    indicator = make_indicator(partnership)
    first = playbook_of(PLAYBOOK).indicators[0].code
    ticked = {"take_indicators": [first], "other_indicators": [indicator.pk]}
    goals = Goal.objects.filter(partnership=partnership)
    known = goals.count()
    answer = lead_client.post(
        address, {**PLAN, **ticked, "goal": goals[0].pk, "new_goal": "Sit in the park"}
    )
    assert answer.status_code == 302
    taken = Pilot.objects.get().pilot_indicators.order_by("-is_main")
    assert [(one.indicator.code, one.is_main) for one in taken] == [
        (first, True),
        (indicator.code, False),
    ]
    assert goals.count() == known + 1
    assert taken[0].indicator.goal.title == "Sit in the park"
    alone = lead_client.post(address, {**PLAN, "other_indicators": [indicator.pk]})
    assert "Choose which indicator is the main one." in text(alone)


def test_what_may_wait_is_folded_until_it_says_something(lead_client: Client, pilot: Pilot) -> None:
    def folded() -> dict[str, bool]:
        form = lead_client.get(url(pilot, "edit")).context["form"]
        return {one.section.names[0]: not one.open for one in form.sections()}

    pilot.no_comparison_reason = ""
    pilot.save()
    assert folded()["no_comparison_reason"]
    assert not folded()["second_year"]
    pilot.no_comparison_reason = "One square only"
    pilot.save()
    assert not folded()["no_comparison_reason"]


def test_the_way_to_other_indicators_keeps_the_playbook_and_what_was_typed(
    lead_client: Client, partnership: Partnership
) -> None:
    address = reverse("pilots:new_from", args=[partnership.slug, "green-spaces"])
    page = lead_client.get(address).text
    goals = reverse("vision:goals", args=[partnership.slug])
    assert f'href="{goals}?for=green-spaces" target="_blank"' in page
    assert reverse("pilots:playbook", args=[partnership.slug, "smart-parks"]) in page
    assert "what you typed here stays" in page
    add = reverse("vision:goal_add", args=[partnership.slug])
    assert f"{add}?for=green-spaces" in lead_client.get(f"{goals}?for=green-spaces").text
    answer = lead_client.post(f"{add}?for=green-spaces", {"title": "Shade"})
    assert answer["Location"].endswith("?for=green-spaces")
    offered = lead_client.get(answer["Location"]).text
    for code in ("green-spaces", "smart-parks"):
        first = playbook_of(code).indicators[0].code
        assert f"?suggestion={first}&amp;for=green-spaces" in offered


def test_what_the_notice_says_is_open_and_asks_to_be_checked(
    lead_client: Client, pilot: Pilot, address: str, lead: User
) -> None:
    def shown(page: str) -> tuple[bool, bool]:
        form = lead_client.get(page).context["form"]
        return next(
            (one.open, one.check) for one in form.sections() if "purpose" in one.section.names
        )

    assert shown(address) == (True, True)
    assert "Check this" in lead_client.get(address).text
    pass_up_to(pilot, lead, "data_protection")
    assert shown(url(pilot, "edit")) == (True, False)


def test_the_problem_starts_from_the_playbook_and_its_questions_are_no_answer(
    lead_client: Client, partnership: Partnership, address: str
) -> None:
    form = lead_client.get(address).context["form"]
    asked = str(form["problem"].value())
    assert asked.startswith(str(playbook_of(PLAYBOOK).problem_prompts[0]))
    assert partnership.problem not in asked
    refused = text(lead_client.post(address, {**PLAN, "problem": asked}))
    assert "Write what residents say." in refused
    assert not Pilot.objects.exists()


@pytest.mark.parametrize(
    ("days", "hint"),
    [
        ({"technology_starts_on": -1}, "is past"),
        ({"technology_starts_on": 20, "baseline_starts_on": 5}, "there are 2"),
        ({"technology_starts_on": 20, "baseline_starts_on": -90}, "there are 2"),
        ({"technology_starts_on": 40, "baseline_starts_on": 5}, ""),
    ],
)
def test_days_that_cannot_hold_are_said(days: dict[str, int], hint: str) -> None:
    pilot = Pilot(baseline_weeks=4, **{name: day(offset) for name, offset in days.items()})
    found = " ".join(date_hints(pilot))
    assert hint in found
    assert bool(found) == bool(hint)


def test_the_hint_stands_beside_the_plan(
    lead_client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    plan = changed(pilot, technology_starts_on=day(7), ends_on=day(60))
    answer = lead_client.post(url(pilot, "edit"), plan, follow=True)
    assert "The plan asks for 4 weeks of baseline" in text(answer)
    assert "The plan asks for 4 weeks of baseline" in text(lead_client.get(url(pilot, "edit")))


def test_an_end_that_moves_after_disclosure_is_told(
    pilot: Pilot, sites: list[Site], lead: User, client: Client
) -> None:
    actions.change_pilot(pilot=pilot, by=lead, values={"ends_on": day(60), "removal_days": 40})
    assert not Notice.objects.exists()  # nobody was told of an end yet
    pass_up_to(pilot, lead, "disclosure")
    actions.change_pilot(pilot=pilot, by=lead, values={"title": "Lamps"})
    assert not Notice.objects.exists()
    actions.change_pilot(pilot=pilot, by=lead, values={"ends_on": day(30)})
    notice = Notice.objects.get()
    assert notice.kind == Notice.Kind.CHANGED
    assert "Before, the last day was" in notice.text
    task = PilotTask.objects.get(kind="disclosure")
    assert task.text.startswith("Shorten the entries")  # the device is entered for 90 days
    actions.change_pilot(pilot=pilot, by=lead, values={"removal_days": 10})
    assert Notice.objects.count() == 2
    page = text(client.get(reverse("site", args=[sites[0].code])))
    assert "everything is taken down by" in page


def test_a_longer_pilot_asks_for_longer_entries(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "disclosure")
    actions.change_pilot(pilot=pilot, by=lead, values={"ends_on": day(200)})
    assert PilotTask.objects.get(kind="disclosure").text.startswith("Lengthen the entries")
    pilot.register_entries.update(active_until=day(210))
    actions.change_pilot(pilot=pilot, by=lead, values={"removal_days": 61})
    assert PilotTask.objects.filter(kind="disclosure").count() == 1
