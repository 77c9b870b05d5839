"""Before the launch: asked by the lead, computed by the worker, kept with the plan, shown after."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from lamppost.accounts.models import LedgerEntry, Partnership
from lamppost.impact import foresight
from lamppost.impact.actions import PlanFrozenError, freeze_plan, set_plan
from lamppost.impact.foresight import replayable
from lamppost.impact.foresight_actions import compute_foresight, request_foresight
from lamppost.impact.foresight_words import foreseen, headline, planned, refusal
from lamppost.impact.models import EvaluationPlan, Foresight
from lamppost.impact.plan_sentences import SENTENCES
from lamppost.pilots.models import Site
from lamppost.sensing.actions import datastream
from lamppost.sensing.store import write_observations
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World, fill, make_world, noon

ENDS = TECHNOLOGY_ON + dt.timedelta(weeks=6, days=-1)
BASELINE = 20  # weeks


@pytest.fixture
def world(partnership: Partnership) -> World:
    made = make_world(
        partnership,
        pilot_sites=4,
        comparison_sites=4,
        technology=False,
        technology_starts_on=TECHNOLOGY_ON,
        ends_on=ENDS,
    )
    fill(made, weeks=BASELINE)
    return made


def ask(world: World, **other: Any) -> Foresight:
    values = {"indicator": world.indicator, "periods": 6, "drawn": "chosen", "worth_it": 2.0}
    return request_foresight(pilot=world.pilot, by=None, **(values | other))


def answered(world: World, **other: Any) -> Foresight:
    assert compute_foresight(asked=ask(world, **other))
    return Foresight.objects.get()


def address(world: World, name: str) -> str:
    return reverse(f"impact:{name}", args=[world.pilot.partnership.slug, world.pilot.pk])


def stated(world: World) -> None:
    set_plan(
        pilot=world.pilot, by=None,
        values={"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0},
    )  # fmt: skip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no time: twenty fake pilots, no other design."""
    monkeypatch.setattr(foresight, "SECONDS", 1e-9)


def test_from_the_empty_page_to_the_verdict_page(world: World, lead_client: Client) -> None:
    stated(world)
    page = lead_client.get(address(world, "plan")).content.decode()
    assert address(world, "foresight") in page
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "Nothing asked yet" in page
    assert 'value="6"' in page  # weeks from start to end
    sent = {"indicator": world.indicator.pk, "periods": 6, "drawn": "lottery", "worth_it": "2"}
    assert lead_client.post(address(world, "foresight"), sent).status_code == 302
    assert LedgerEntry.objects.filter(action="impact.foresight.requested").exists()
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "Waiting for the worker." in page
    assert 'http-equiv="refresh"' in page
    assert compute_foresight(asked=Foresight.objects.get())
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "With 4 pilot and 4 comparison sites and 6 weeks you would notice a fall of" in page
    assert "You say that 2 per night (" in page
    assert "What would notice more" in page
    assert "within pairs" in page
    assert "5 of 100 times" in page
    assert 'http-equiv="refresh"' not in page
    frozen = freeze_plan(pilot=world.pilot)
    assert frozen is not None
    record = json.loads(Client().get(address(world, "plan_file")).content)["planned"]
    assert record["size"] == Foresight.objects.get().result["smallest"]["down"]
    assert record["pilot_sites"] == record["comparison_sites"] == 4
    for name in ("plan_read", "pilot"):
        assert "Planned to notice a fall of" in Client().get(address(world, name)).content.decode()
    page = lead_client.get(address(world, "plan")).content.decode()
    assert address(world, "foresight") in page
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "This is what was found before" in page
    assert "Replay fake pilots" not in page
    assert lead_client.post(address(world, "foresight"), sent).status_code == 302
    with pytest.raises(PlanFrozenError):
        ask(world)


@pytest.mark.usefixtures("quick")
def test_what_holds_for_other_sites_is_said_and_not_frozen(
    world: World, lead_client: Client
) -> None:
    stated(world)
    # Freezing ends the trying out: who freezes without is told so.
    not_tried = "Before anything is frozen, try it out on your past readings"
    assert not_tried in lead_client.get(address(world, "freeze")).content.decode()
    asked = answered(world)
    assert asked.result["replays"] == 20
    assert not_tried not in lead_client.get(address(world, "freeze")).content.decode()
    Site.objects.filter(pk=world.sites[0].pk).update(arm="comparison")
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "Sites or plan were changed since this was computed" in page
    assert not_tried in lead_client.get(address(world, "freeze")).content.decode()
    frozen = freeze_plan(pilot=world.pilot)
    assert frozen is not None
    assert frozen.frozen["planned"] is None


def test_without_past_readings_it_says_what_to_do(
    partnership: Partnership, lead_client: Client
) -> None:
    world = make_world(partnership, technology=False)
    asked = answered(world)
    assert asked.refused["code"] == "impact.panel.empty"
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "There are no past readings of this indicator yet" in page
    fill(world, weeks=6)
    assert answered(world).refused["code"] == "impact.plan.weeks"
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "The past readings are too short" in page


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("impact.panel.empty", "Send them first"),
        ("impact.study.constant", "“Mill Lane” reads the same in every period"),
        ("impact.nobody.knows", "In the words of the program: Something."),
    ],
)
def test_every_refusal_has_words(code: str, says: str) -> None:
    params = {"unit": "Mill Lane", "value": "3"}
    assert says in refusal({"code": code, "message": "Something.", "params": params})


@pytest.mark.usefixtures("quick")
def test_a_pilot_longer_than_its_past_is_replayed_shorter_and_said_so(world: World) -> None:
    asked = answered(world, periods=26)
    assert asked.result["design"]["weeks"] == (BASELINE - 8) // 2
    assert any("The pilot lasts 26 weeks" in one for one in foreseen(asked.result).notes)
    stated(world)
    frozen = freeze_plan(pilot=world.pilot)
    assert frozen is not None
    said = planned(frozen.frozen["planned"], "per night")
    assert said.endswith(
        "over 6 weeks. The pilot itself lasts 26 weeks: past readings allowed no more."
    )
    assert [replayable(34, 26), replayable(33, 26), replayable(9, 26)] == [26, 12, 1]


@pytest.mark.usefixtures("quick")
def test_silent_and_dead_sites_are_left_out_and_named(world: World) -> None:
    for name, value in (("Silent", None), ("Dead", 3.0)):
        site = Site.objects.create(
            pilot=world.pilot, code=name, name=name, arm="comparison", neighbourhood="Mill"
        )
        stream = datastream(site=site, indicator=world.indicator)
        days = [MONDAY + dt.timedelta(one) for one in range(7 * BASELINE)]
        write_observations([(stream.pk, noon(day), value) for day in days if value is not None])
    told = answered(world)
    assert [one["unit"] for one in told.result["left_out"]] == ["Dead", "Silent"]
    assert any("“Dead” is left out" in one for one in foreseen(told.result).notes)
    assert told.result["comparison_sites"] == 4


@pytest.mark.parametrize(("sites", "counted"), [(4, False), (5, True)])
def test_several_looks_of_the_plan_are_counted_and_told(
    partnership: Partnership, lead_client: Client, *, sites: int, counted: bool
) -> None:
    world = make_world(
        partnership, pilot_sites=sites, comparison_sites=sites, technology=False,
        technology_starts_on=TECHNOLOGY_ON, ends_on=ENDS,
    )  # fmt: skip
    fill(world, weeks=BASELINE)
    values = {"indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0}
    set_plan(pilot=world.pilot, by=None, values={**values, "looks": "half"})
    asked = answered(world, drawn="lottery")
    told = asked.result["looks"]
    assert [one["after"] for one in told["looks"]] == [3, 6]
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "This is for one look at the end" not in page
    if counted:  # 252 ways to draw
        assert "All 2 looks of the plan are counted in the figures here." in page
        assert "After 3 weeks" in page
        assert "by lot among all sites, one look at the end" in page
    else:  # 70 ways
        assert "The plan has 2 looks. The sites can fall out in so few ways" in page
    set_plan(pilot=world.pilot, by=None, values={**values, "looks": "once"})
    page = lead_client.get(address(world, "foresight")).content.decode()
    assert "Sites or plan were changed since this was computed" in page


@pytest.mark.usefixtures("quick")
def test_what_is_asked_again_meanwhile_is_not_overwritten(world: World) -> None:
    first = ask(world)
    second = ask(world, periods=5)
    assert not compute_foresight(asked=first)
    assert Foresight.objects.get().waits
    assert compute_foresight(asked=second)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("language", ["en", "ar", "es"])
def test_every_sentence_is_finished_in_every_language(world: World, language: str) -> None:
    asked = answered(world)
    with translation.override(language):
        said = foreseen(asked.result)
        texts = [said.sentence, *said.notes, headline(asked.result)]
        assert all(texts)
        assert not any("%(" in one for one in texts)
    used = {one["key"] for advice in asked.result["advice"] for one in advice["parts"]}
    assert used <= set(SENTENCES)


def test_a_member_may_not_ask(world: World, client: Client) -> None:
    assert client.get(address(world, "foresight")).status_code in {302, 403, 404}
    assert not EvaluationPlan.objects.exists()
