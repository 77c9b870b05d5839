"""The evaluation plan: in full, frozen with a fingerprint, and asked for before the technology."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import Partnership, User
from lamppost.impact.actions import freeze_plan, set_plan
from lamppost.impact.desk import indicator_keepers
from lamppost.impact.forms import PlanForm
from lamppost.impact.models import EvaluationPlan
from lamppost.impact.plan_record import find, look_days, named_in
from lamppost.pilots.models import PilotIndicator, Site
from lamppost.pilots.ports import GATE_CHECKS
from lamppost.vision.actions.goals import MeaningStaysError, change_indicator
from lamppost.vision.models import Indicator
from tests.impact_world import TECHNOLOGY_ON, World, make_world

ENDS = TECHNOLOGY_ON + dt.timedelta(days=120)


@pytest.fixture
def world(partnership: Partnership) -> World:
    return make_world(
        partnership, technology=False, technology_starts_on=TECHNOLOGY_ON, ends_on=ENDS
    )


def write(world: World, **values: object) -> EvaluationPlan:
    stated = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    return set_plan(pilot=world.pilot, by=None, values={**stated, **values})


def address(world: World, name: str) -> str:
    return reverse(f"impact:{name}", args=[world.pilot.partnership.slug, world.pilot.pk])


def obstacles(world: World, kind: str) -> list[str]:
    found = [one for answer in GATE_CHECKS.ask(world.pilot, kind) for one in answer]
    return [str(one.text) for one in found if "/impact/" in one.url]


def other(world: World, name: str, code: str = "") -> Indicator:
    found = Indicator.objects.create(
        goal=world.indicator.goal, name=name, unit="an hour", direction="up", code=code
    )
    PilotIndicator.objects.create(pilot=world.pilot, indicator=found)
    return found


def test_the_technology_waits_for_a_frozen_plan(world: World) -> None:
    assert "Say how the pilot will be judged" in obstacles(world, "technology")[0]
    write(world)
    for kind in ("baseline", "technology"):
        assert "The evaluation plan has no question" in obstacles(world, kind)[0]
    write(world, question="Do fewer people feel unsafe?")
    assert "Freeze the evaluation plan" in obstacles(world, "technology")[0]
    assert not obstacles(world, "baseline")
    freeze_plan(pilot=world.pilot)
    assert not obstacles(world, "technology")


@pytest.mark.parametrize("question", ["", "   "])
def test_a_plan_without_a_question_is_refused_in_plain_words(
    world: World, lead_client: Client, question: str
) -> None:
    data = {"indicator": world.indicator.pk, "period": "week", "worth_it": "2", "level": "0.95"}
    refused = lead_client.post(address(world, "plan"), {**data, "question": question})
    assert refused.status_code == 422
    assert "Write the question in one sentence" in refused.content.decode()
    assert not EvaluationPlan.objects.exists()


def test_the_page_says_why_a_code_stays(world: World, lead_client: Client) -> None:
    freeze_plan(pilot=world.pilot)
    url = f"/p/{world.pilot.partnership.slug}/vision/indicators/{world.indicator.pk}/"
    values = {"name": "People who feel unsafe", "unit": "per night", "direction": "down"}
    page = lead_client.post(url, {**values, "code": "other"}).content.decode()
    assert "is judged by this indicator, and its plan is frozen." in page
    assert Indicator.objects.get(pk=world.indicator.pk).code == ""


def test_the_fingerprint_is_that_of_the_file(world: World) -> None:
    other(world, "Walkers")
    write(world, question="Do fewer people feel unsafe?", looks="half", lowest=0.0)
    assert Client().get(address(world, "plan_file")).status_code == 404
    plan = freeze_plan(pilot=world.pilot)
    assert plan is not None
    content = Client().get(address(world, "plan_file")).content
    assert hashlib.sha256(content).hexdigest() == plan.frozen_sha256
    record = json.loads(content)
    assert record["main"]["worth_it"] == 2.0
    assert [one["name"] for one in record["others"]] == ["Walkers"]
    assert {one["arm"] for one in record["sites"]} == {"pilot", "comparison"}
    assert record["bad_readings"]["lowest"] == 0.0
    assert record["looks"] == [
        (TECHNOLOGY_ON + dt.timedelta(60)).isoformat(),
        (ENDS + dt.timedelta(1)).isoformat(),
    ]
    page = Client().get(address(world, "plan_read")).content.decode()
    assert plan.frozen_sha256 in page
    assert "Do fewer people feel unsafe?" in page
    assert "Walkers" in page


def test_a_frozen_plan_says_the_same_whatever_changes_later(world: World) -> None:
    write(world)
    before = freeze_plan(pilot=world.pilot)
    assert before is not None
    Site.objects.filter(pk=world.sites[0].pk).update(name="Renamed")
    late = other(world, "Chosen afterwards")
    world.indicator.name = "Something else"
    world.indicator.save()
    again = EvaluationPlan.objects.get()
    assert again.frozen == before.frozen
    assert not [one for one in named_in(again.frozen) if find(one, [late])]


@pytest.mark.parametrize("changed", ["name", "unit", "code"])
def test_an_outcome_is_known_by_code_name_and_unit(world: World, changed: str) -> None:
    coded = other(world, "Walkers", code="walkers")
    write(world)
    plan = freeze_plan(pilot=world.pilot)
    assert plan is not None
    [named] = named_in(plan.frozen)[1:]
    assert find(named, [coded]) is coded
    setattr(coded, changed, "other")
    assert find(named, [coded]) is None


@pytest.mark.parametrize("kept", ["main", "other", "unmoved"])
def test_no_meaning_of_what_a_frozen_plan_names_is_changed(
    world: World, lead: User, kept: str
) -> None:
    named = {"main": world.indicator, "other": other(world, "Walkers"), "unmoved": None}
    named["unmoved"] = other(world, "Rain")
    write(world, unmoved=named["unmoved"])
    PilotIndicator.objects.filter(indicator=named["unmoved"]).delete()
    one = named[kept]
    assert one is not None
    assert indicator_keepers(one) == []
    freeze_plan(pilot=world.pilot)
    assert len(indicator_keepers(one)) == 1
    with pytest.raises(MeaningStaysError) as refused:
        change_indicator(indicator=one, by=lead, values={"code": "second"})
    assert refused.value.fields == ["code"]
    assert world.pilot.title in str(refused.value)


@pytest.mark.parametrize(("looks", "count"), [("once", 1), ("half", 2), ("monthly", 4)])
def test_looks_end_after_the_last_day(world: World, looks: str, count: int) -> None:
    days = look_days(write(world, looks=looks), world.pilot)
    assert len(days) == count
    assert days == sorted(days)
    assert days[-1] == ENDS + dt.timedelta(1)


def test_without_an_end_no_look_is_set(world: World) -> None:
    world.pilot.ends_on = None
    assert look_days(write(world), world.pilot) == []


def test_what_should_not_move_is_not_what_the_pilot_is_judged_by(
    world: World, lead_client: Client
) -> None:
    data = {"indicator": world.indicator.pk, "period": "week", "worth_it": "2", "level": "0.95"}
    data["question"] = "Do fewer people feel unsafe?"
    offered = lead_client.get(address(world, "plan")).context["form"].fields["unmoved"].queryset
    assert world.indicator not in offered
    sent = data | {"unmoved": world.indicator.pk}
    refused = lead_client.post(address(world, "plan"), sent)
    assert refused.status_code == 422
    assert "judged by this one" in refused.content.decode()
    sent = data | {"unmoved": other(world, "Rear seats").pk, "looks": "monthly"}
    assert lead_client.post(address(world, "plan"), sent).status_code == 302
    page = lead_client.get(address(world, "plan")).content.decode()
    assert "Rear seats" in page
    assert "may be read 4 times" in page


def test_bounds_of_true_readings_stand_in_order(world: World) -> None:
    plan = write(world)
    plan.lowest, plan.highest = 3.0, 1.0
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.save()


def test_what_was_changed_since_it_was_read_is_not_frozen_unseen(
    world: World, lead_client: Client
) -> None:
    write(world, question="Do fewer people feel unsafe?")
    url = address(world, "freeze")
    asked = lead_client.get(url)
    assert f'name="shown" value="{asked.context["shown"]}"' in asked.content.decode()
    write(world, question="Do fewer people feel unsafe?", worth_it=0.1)
    again = lead_client.post(url, {"shown": asked.context["shown"]}, follow=True)
    assert "The plan was changed a moment ago." in again.content.decode()
    assert EvaluationPlan.objects.get().frozen_at is None
    # The days and places are the pilot's: another end is another plan.
    shown = again.context["shown"]
    type(world.pilot).objects.filter(pk=world.pilot.pk).update(ends_on=ENDS + dt.timedelta(7))
    lead_client.post(url, {"shown": shown})
    assert EvaluationPlan.objects.get().frozen_at is None
    lead_client.post(url, {"shown": lead_client.get(url).context["shown"]})
    frozen = EvaluationPlan.objects.get()
    assert frozen.frozen_at is not None
    assert frozen.frozen["main"]["worth_it"] == 0.1


def test_a_plan_frozen_while_it_is_sent_is_said_and_kept(
    world: World, lead_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(world)
    check = PlanForm.is_valid

    def frozen_after(form: PlanForm) -> bool:
        good = check(form)
        freeze_plan(pilot=world.pilot)
        return good

    monkeypatch.setattr(PlanForm, "is_valid", frozen_after)
    data = {"indicator": world.indicator.pk, "period": "week", "worth_it": "9", "level": "0.95"}
    data["question"] = "Why?"
    page = lead_client.post(address(world, "plan"), data, follow=True).content.decode()
    assert "This plan is frozen and cannot be changed any more." in page
    assert EvaluationPlan.objects.get().worth_it == 2.0
