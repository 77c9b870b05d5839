"""The pages of impact through HTTP."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
from lamppost.accounts.roles import RIGHTS_OF_ROLE, Right
from lamppost.engines.impact.estimating import find
from lamppost.engines.impact.study_file import Columns, read_study
from lamppost.impact import page as impact_page
from lamppost.impact import people_words
from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.drawing import changes_chart, ruler_chart
from lamppost.impact.models import Estimate, EvaluationPlan
from lamppost.impact.notebook import notebook
from lamppost.impact.numbers import decimals_of, say
from lamppost.impact.page import before_this, history, outcome_lines
from lamppost.impact.queries import feedback_beside
from lamppost.impact.said import said_of
from lamppost.pilots.actions import record_change
from lamppost.pilots.models import Feedback, PilotIndicator, Site, Theme
from lamppost.vision.models import Indicator
from lamppost.voices.actions import moderate_voice, participant_without_device, submit_voice
from lamppost.voices.models import Voice
from tests.impact_world import TECHNOLOGY_ON, World, fill, make_world

pytestmark = pytest.mark.once


def address(world: World, name: str = "pilot") -> str:
    return reverse(f"impact:{name}", args=[world.pilot.partnership.slug, world.pilot.pk])


def text(client: Client, url: str, **extra: str) -> str:
    answer = client.get(url, **extra)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


def answer(world: World, site: Site, rating: str, day: dt.date, words: str = "") -> Feedback:
    partnership = world.pilot.partnership
    participant = participant_without_device(partnership=partnership, channel="web")
    voice = None
    if words:
        voice = submit_voice(
            partnership=partnership, kind="feedback", text=words, language="es",
            participant=participant, consent=True,
        )  # fmt: skip
    return Feedback.objects.create(
        site=site, participant=participant, rating=rating, voice=voice,
        given_at=dt.datetime.combine(day, dt.time(12), dt.UTC), given_on=day,
    )  # fmt: skip


def answers(world: World, arm: str, rating: str, count: int, day: dt.date) -> None:
    site = next(site for site in world.sites if site.arm == arm)
    for _ in range(count):
        answer(world, site, rating, day)


AFTER = TECHNOLOGY_ON + dt.timedelta(days=3)
BEFORE = TECHNOLOGY_ON - dt.timedelta(days=3)


def test_anybody_reads_the_conclusion_first(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    page = text(Client(), address(world))
    assert "suggests that the pilot brought a fall in “People who feel unsafe”" in page
    assert "The places were picked, not drawn by lot." in page
    assert page.index('class="sentence"') < page.index("chart-svg")
    assert page.index("chart-svg") < page.index("The weaker figure")
    assert "Computed" in page
    assert "504 readings" in page
    assert "Level 3 of 5" in page
    for site in world.sites:
        assert site.name in page
    assert "Compute again" not in page


def test_who_may_compute_sees_the_button_and_presses_it(
    world: World, lead_client: Client, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    fill(world)
    assert "Compute again" in text(lead_client, address(world))
    assert lead_client.get(address(world, "compute")).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        done = lead_client.post(address(world, "compute"))
    assert done.status_code == 302
    assert Estimate.objects.count() == 1
    assert LedgerEntry.objects.get().action == "impact.estimate.requested"


@pytest.mark.parametrize("name", ["plan", "freeze", "compute"])
@pytest.mark.parametrize("role", ["facilitator", "company", "observer", "organisation"])
def test_refusals(
    world: World,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
    name: str,
    role: str,
) -> None:
    assert client_of(make_member(role)).post(address(world, name)).status_code == 403
    assert Client().post(address(world, name)).status_code == 302


def test_a_pilot_of_another_partnership_is_not_found(
    world: World, other_partnership: Partnership
) -> None:
    for name in ("pilot", "panel", "estimate"):
        url = reverse(f"impact:{name}", args=[other_partnership.slug, world.pilot.pk])
        assert Client().get(url).status_code == 404


@pytest.mark.parametrize(
    ("fields", "weeks", "words"),
    [
        ({"measuring": False}, 0, "Measuring has not started"),
        ({}, 0, "no reading has come in"),
        ({"technology": False}, 3, "The baseline is being measured: 126 readings so far"),
        ({}, 5, "no reading from after that day"),
    ],
)
def test_every_state_says_what_is_missing(
    partnership: Partnership, fields: dict[str, bool], weeks: int, words: str
) -> None:
    world = make_world(partnership, **fields)  # type: ignore[arg-type]
    fill(world, weeks=weeks)
    page = text(Client(), address(world))
    assert words in page
    assert "No verdict yet" in page
    assert Client().get(address(world, "panel")).status_code == 404


def test_before_the_technology_the_design_so_far_is_said_and_no_level(
    partnership: Partnership,
) -> None:
    world = make_world(partnership, technology=False)
    world.pilot.randomised = True
    world.pilot.save()
    assert "Baseline: no readings yet." in text(Client(), address(world))
    fill(world, weeks=3)
    page = text(Client(), address(world))
    assert "drawn by lot: 3 pilot sites, 3 comparison sites" in page
    assert "Baseline: 21 days of readings from 6 sites" in page
    assert "No level yet" in page
    assert "follows once the technology is on" in page
    assert "Level 0 of 5" not in page
    assert "Neither a comparison" not in page


def test_no_comparison_is_said_loudly(partnership: Partnership) -> None:
    world = make_world(partnership, comparison_sites=0)
    assert "There is no comparison site." in text(Client(), address(world))
    fill(world)
    compute_estimate(pilot=world.pilot)
    page = text(Client(), address(world))
    assert "We cannot tell if the pilot changed “People who feel unsafe”." in page
    assert "We saw no other places, so we do not know what else was at work." in page
    assert "caused" not in page


# Residents beside the number


def test_feedback_shares_are_shown_by_arm_and_time(world: World) -> None:
    for arm, time, better, worse in (
        ("pilot", AFTER, 90, 30), ("comparison", AFTER, 50, 50),
        ("pilot", BEFORE, 30, 90), ("comparison", BEFORE, 50, 50),
    ):  # fmt: skip
        answers(world, arm, "better", better, time)
        answers(world, arm, "worse", worse, time)
    page = text(Client(), address(world))
    assert "Pilot sites, before" in page
    # Once for all pilot sites, once for the only neighbourhood, once the other way round.
    assert page.count("75 %") == 3
    assert page.count("25 %") == 3
    assert page.count("50 %") == 4


def test_few_answers_are_hidden(world: World) -> None:
    answers(world, "pilot", "better", 9, AFTER)
    page = text(Client(), address(world))
    assert "Not enough residents have answered yet" in page
    assert "100 %" not in page


def test_residents_answers_are_told_by_neighbourhood_ten_people_at_a_time(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    here, there = world.pilot_sites[:2]
    Site.objects.filter(pk=there.pk).update(neighbourhood="Old Town")
    for site, rating, count in ((here, "better", 90), (here, "worse", 30), (there, "worse", 9)):
        for _ in range(count):
            answer(world, site, rating, AFTER)
    [area] = feedback_beside(world.pilot).areas
    assert (area.area, area.shares) == ("Mill Quarter", (0.75, None, 0.25))
    page = text(Client(), address(world))
    assert "Pilot sites in Mill Quarter, since then" in page
    assert "Pilot sites in Old Town" not in page


def test_a_small_share_beside_large_ones_is_hidden(world: World) -> None:
    answers(world, "pilot", "better", 30, AFTER)
    answers(world, "pilot", "worse", 5, AFTER)
    answers(world, "comparison", "same", 30, AFTER)
    page = text(Client(), address(world))
    assert "14 %" not in page
    assert "hidden" in page


def test_contradiction_between_number_and_residents_is_shown(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    assert "ask them why" not in text(Client(), address(world))
    answers(world, "pilot", "worse", 80, AFTER)
    answers(world, "pilot", "better", 20, AFTER)
    answers(world, "comparison", "same", 10, AFTER)
    assert "The number goes the right way, and yet more residents" in text(Client(), address(world))


def test_no_sign_of_a_change_and_residents_who_say_worse(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    stored.result["finding"]["verdict"] |= {"code": "no_sign", "wanted": "none"}
    stored.save()
    answers(world, "pilot", "worse", 80, AFTER)
    answers(world, "pilot", "better", 20, AFTER)
    for name in ("pilot", "sheet"):
        page = text(Client(), address(world, name))
        assert "And yet more residents at the pilot sites say worse than better." in page
        assert "The number goes" not in page


@pytest.mark.parametrize(
    ("elsewhere", "said"),
    [((80, 20), ""), ((20, 80), "worse"), ((60, 50), "worse")],
    ids=["worse everywhere", "better elsewhere", "the same elsewhere"],
)
def test_what_residents_say_is_set_against_the_comparison_sites(
    world: World, elsewhere: tuple[int, int], said: str
) -> None:
    for arm, (worse, better) in (("pilot", (80, 20)), ("comparison", elsewhere)):
        answers(world, arm, "worse", worse, AFTER)
        answers(world, arm, "better", better, AFTER)
    for direction in ("good", "no_sign"):
        found = feedback_beside(world.pilot, direction, quotes=0)
        assert (found.says_otherwise, found.set_against) == (said, bool(said))
    assert not feedback_beside(world.pilot, "harm", quotes=0).says_otherwise


def test_better_at_pilot_sites_and_still_worse_than_elsewhere(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    for arm, worse, better in (("pilot", 40, 60), ("comparison", 20, 80)):
        answers(world, arm, "worse", worse, AFTER)
        answers(world, arm, "better", better, AFTER)
    wanted = "residents at the pilot sites judge it worse than those at the comparison sites do."
    assert wanted in text(Client(), address(world))
    assert wanted in text(Client(), address(world, "sheet"))


def test_quotes_only_when_accepted_with_consent(world: World, lead: User) -> None:
    said = answer(world, world.sites[0], "worse", AFTER, "La luz <b>molesta</b>. 600 123 456")
    assert said.voice is not None
    assert "molesta" not in text(Client(), address(world))
    moderate_voice(voice=said.voice, state="accepted", by=lead)
    page = text(Client(), address(world))
    assert 'lang="es"' in page
    assert "La luz &lt;b&gt;molesta&lt;/b&gt;." in page
    assert "600 123 456" not in page


# Downloads


def test_panel_file_gives_the_same_estimate(world: World) -> None:
    Site.objects.filter(pk=world.sites[0].pk).update(name="=Lane, 1")
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    answer_ = Client().get(address(world, "panel"))
    assert "attachment" in answer_["Content-Disposition"]
    content = answer_.content.decode()
    assert "'=Lane, 1" in content
    columns = Columns(unit="unit", time="period", outcome="value", cohort="cohort")
    study = read_study(io.StringIO(content, newline=""), columns)
    again = find(study, worth=2).to_json()
    kept = stored.result["finding"]
    assert (again["estimate"], again["interval"]) == (kept["estimate"], kept["interval"])
    assert len(list(csv.reader(io.StringIO(content)))) == 1 + 6 * 12


def test_estimate_file_holds_what_is_needed_to_check_it(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    record = json.loads(Client().get(address(world, "estimate")).content)
    assert record["finding"]["estimate"] == stored.result["finding"]["estimate"]
    assert record["readings"] == stored.readings
    assert record["panel_sha256"] == stored.result["panel_sha256"]
    assert "panel" not in record


@pytest.mark.parametrize("randomised", [False, True])
def test_the_notebook_comes_to_the_same_digits(
    partnership: Partnership,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    randomised: bool,
) -> None:
    world = make_world(partnership, pilot_sites=5, comparison_sites=5, randomised=randomised)
    still = Indicator.objects.create(goal=world.indicator.goal, name="Still", unit="lux")
    PilotIndicator.objects.create(pilot=world.pilot, indicator=still)
    fill(world)
    fill(World(world.pilot, still, world.pilot_sites, world.comparison_sites), effect=0.0)
    set_plan(pilot=world.pilot, by=None, values={
        "indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": 2.0,
        "unmoved": still,
    })  # fmt: skip
    Site.objects.filter(pk=world.sites[0].pk).update(name="=Lane, 1")
    stored = compute_estimate(pilot=world.pilot)
    monkeypatch.chdir(tmp_path)
    for name in ("panel", "unmoved", "notebook"):
        sent = Client().get(address(world, name))
        file = sent["Content-Disposition"].split('"')[1]
        (tmp_path / file).write_bytes(sent.content)
    book = json.loads((tmp_path / file).read_text(encoding="utf-8"))
    assert (book["nbformat"], book["metadata"]["language_info"]["name"]) == (4, "python")
    known: dict[str, object] = {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], file, "exec"), known)  # noqa: S102 - our own text
    assert "The same figures, the same verdict." in capsys.readouterr().out
    # What the page says otherwise is found, in whatever part of the finding.
    for path in (("checks", 0, "status"), ("facts", "level"), ("verdict", "reason")):
        changed = copy.deepcopy(stored.result)
        part = changed["finding"]
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = "another"
        last = notebook(Estimate(result=changed), "x")["cells"][-1]["source"]
        with pytest.raises(AssertionError):
            exec(compile(last, file, "exec"), known)  # noqa: S102 - our own text


def test_no_notebook_where_it_would_find_nothing(partnership: Partnership) -> None:
    world = make_world(partnership, comparison_sites=0)
    fill(world, weeks=9)
    for kept, runs in (("its", True), ("before_after", False)):
        stored = compute_estimate(pilot=world.pilot)
        stored.result["finding"]["facts"]["inference"] = kept
        stored.save()
        found = Client().get(address(world, "notebook")).status_code
        assert found == (200 if runs else 404)
        assert (address(world, "notebook") in text(Client(), address(world))) == runs
        assert address(world, "panel") in text(Client(), address(world))


# The plan


def test_plan_page_writes_freezes_and_then_only_shows(world: World, lead_client: Client) -> None:
    url = address(world, "plan")
    assert 'value="2"' in text(lead_client, url)  # the indicator's own size is offered
    data = {"indicator": world.indicator.pk, "period": "day", "worth_it": "3", "level": "0.9"}
    data["question"] = "Do fewer people feel unsafe?"
    assert lead_client.post(url, data).status_code == 302
    kept = EvaluationPlan.objects.get()
    assert (kept.period, kept.worth_it, kept.level) == ("day", 3.0, 0.9)
    assert "Freeze the plan" in text(lead_client, url)
    # Without a last day whoever has seen the readings could choose one.
    answer = lead_client.get(address(world, "freeze"), follow=True)
    assert "the plan is frozen with its last day." in answer.content.decode()
    world.pilot.ends_on = timezone.localdate()
    world.pilot.save()
    asked = text(lead_client, address(world, "freeze"))
    assert "cannot be undone" in asked
    # Whoever presses it reads before what is frozen.
    assert "What change would be worth it" in asked
    assert EvaluationPlan.objects.get().frozen_at is None
    assert "Were the pilot sites chosen because their last readings were bad?" in text(
        lead_client, url
    )
    lead_client.post(url, data | {"chosen_because": "extreme"})
    assert EvaluationPlan.objects.get().chosen_because == "extreme"
    lead_client.post(address(world, "freeze"))  # without what was read: not frozen
    assert EvaluationPlan.objects.get().frozen_at is None
    read = lead_client.get(address(world, "freeze")).context["shown"]
    lead_client.post(address(world, "freeze"), {"shown": read})
    page = text(lead_client, url)
    assert "It cannot be changed any more" in page
    lead_client.post(url, data | {"worth_it": "9"})
    assert EvaluationPlan.objects.get().worth_it == 3.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"worth_it": "0"}, {"worth_it": "-1"}, {"worth_it": "many"}, {"level": "1"},
        {"level": "0.5"}, {"period": "month"}, {"indicator": "999"}, {"worth_it": "1e300"},
    ],
)  # fmt: skip
def test_plan_form_refuses(world: World, lead_client: Client, wrong: dict[str, str]) -> None:
    data = {"indicator": world.indicator.pk, "period": "week", "worth_it": "2", "level": "0.95"}
    data["question"] = "Do fewer people feel unsafe?"
    assert lead_client.post(address(world, "plan"), data | wrong).status_code == 422
    assert not EvaluationPlan.objects.exists()


def test_an_indicator_of_another_pilot_cannot_be_chosen(world: World, lead_client: Client) -> None:
    other = make_world(world.pilot.partnership)
    data = {"indicator": other.indicator.pk, "period": "week", "level": "0.95"}
    data["question"] = "Do fewer people feel unsafe?"
    assert lead_client.post(address(world, "plan"), data).status_code == 422


def test_plan_page_without_indicator(world: World, lead_client: Client) -> None:
    world.pilot.pilot_indicators.all().delete()
    assert "Choose one for this pilot first" in text(lead_client, address(world, "plan"))


def test_freeze_without_plan_is_not_found(world: World, lead_client: Client) -> None:
    assert lead_client.post(address(world, "freeze")).status_code == 404


# Lists, lamps, the desk


def test_list_shows_each_pilot(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    make_world(world.pilot.partnership)
    page = text(Client(), reverse("impact:list", args=[world.pilot.partnership.slug]))
    assert "2 pilots" in page
    assert "suggests that the pilot brought a fall" in page
    assert "No verdict yet. Measuring has started, but no reading has come in." in page
    assert "Side by side" not in page


@pytest.mark.parametrize(
    ("measuring", "technology", "says"),
    [
        (False, False, "The gates for data protection and disclosure come first."),
        (True, False, "84 readings so far. The technology is not on yet"),
        (True, True, "no reading from after that day has come in yet"),
    ],
)
def test_a_pilot_that_was_never_tried_says_why_and_what_comes_next(
    partnership: Partnership, measuring: bool, technology: bool, says: str
) -> None:
    ends = timezone.localdate() + dt.timedelta(90)
    world = make_world(
        partnership, measuring=measuring, technology=technology, ends_on=ends,
        technology_starts_on=timezone.localdate() + dt.timedelta(30),
    )  # fmt: skip
    set_plan(pilot=world.pilot, by=None, values={
        "indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": None,
    })  # fmt: skip
    if measuring:
        fill(world, weeks=2)
    for url in (reverse("impact:list", args=[partnership.slug]), address(world)):
        page = text(Client(), url)
        assert says in page
        assert ("The technology is planned to be on from" in page) == (not technology)
        first = date_format(ends + dt.timedelta(1))
        assert f"The first verdict may be read on {first}." in page


def test_every_sentence_is_told_from_its_first_day_to_its_last(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    verdict = stored.result["finding"]["verdict"]
    sizes = {80: 9.87, 60: 9.87, 50: 8.76, 40: 9.87, 30: None}
    for days, size in sizes.items():
        first = {**verdict["parts"][0]}
        if size:
            first["params"] = {**first["params"], "size": size}
        said = {**verdict, "parts": [first, *verdict["parts"][1:]]}
        finding = {**stored.result["finding"], "verdict": said}
        Estimate.objects.create(
            pilot=world.pilot, indicator=world.indicator, readings=1,
            result={**stored.result, "finding": finding},
            computed_at=timezone.now() - dt.timedelta(days),
        )  # fmt: skip
    today = timezone.localdate()
    past = history(world.pilot)
    assert [((today - one.since).days, (today - one.until).days) for one in past] == [
        (30, 0), (40, 40), (50, 50), (80, 60),
    ]  # fmt: skip
    # What was said in the middle of a run of one word is told too.
    assert "8.76" in past[2].sentence
    assert before_this(past) is None
    assert "8.76" in text(Client(), address(world))


def test_what_an_earlier_version_said_is_told(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    early = {
        "word": "suggests", "change": "fall", "direction": "good", "size": 4.6,
        "low": -5.1, "high": -4.2,
    }  # fmt: skip
    Estimate.objects.create(
        pilot=world.pilot, indicator=world.indicator, readings=1,
        result={"schema": 1, "verdict": early, "indicator": {"unit": "per night"}},
        computed_at=timezone.now() - dt.timedelta(90),
    )  # fmt: skip
    assert [one.sentence for one in history(world.pilot)][1:] == [
        "signs of it, for the better: −4.60 (−5.10 to −4.20) per night"
    ]
    assert "−4.60 (−5.10 to −4.20) per night" in text(Client(), address(world))


def test_the_chart_and_the_table_say_the_figures_of_the_sentence(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    [size] = [
        part["params"]["size"] for part in stored.result["finding"]["verdict"]["parts"]
        if "size" in part["params"]
    ][:1]  # fmt: skip
    digits = decimals_of(stored.result["finding"]["verdict"])
    written = say(size, digits or 0)
    ruler = ruler_chart(stored)
    assert written in said_of(stored).sentence
    assert ruler is not None
    assert written in str(ruler.svg)
    assert written in outcome_lines(stored.result)[0].figure


def test_all_that_was_ever_said_can_be_paged_through(world: World) -> None:
    fill(world)
    stored = compute_estimate(pilot=world.pilot)
    for number in range(230):
        result = {**stored.result, "finding": {**stored.result["finding"]}}
        if number % 2:
            verdict = {**result["finding"]["verdict"], "code": "cannot_tell"}
            result["finding"]["verdict"] = verdict
        Estimate.objects.create(
            pilot=world.pilot, indicator=world.indicator, readings=1, result=result,
            computed_at=timezone.now() - dt.timedelta(230 - number),
        )  # fmt: skip
    oldest = date_format(timezone.localdate(timezone.now() - dt.timedelta(230)))
    first = text(Client(), address(world))
    assert "1–25 of 231" in first
    last = text(Client(), address(world) + "?past=10")
    assert "226–231 of 231" in last
    assert oldest in last
    assert 'start="226"' in last


def test_empty_list_says_what_to_do_first(partnership: Partnership) -> None:
    page = text(Client(), reverse("impact:list", args=[partnership.slug]))
    assert "Plan a pilot first" in page


def test_lamp_and_news(world: World) -> None:
    partnership = world.pilot.partnership

    def lamp() -> bool:
        (found,) = [s for s in STAGE_STATUS.ask(partnership) if s.code == "impact"]
        return found.lit

    assert not lamp()
    start = timezone.now()
    fill(world)
    compute_estimate(pilot=world.pilot)
    assert lamp()
    titles = [str(item.title) for answer_ in NEWS_ITEMS.ask(partnership, start) for item in answer_]
    assert "1 new estimate" in titles
    later = NEWS_ITEMS.ask(partnership, timezone.now())
    assert not [item for found in later for item in found if "estimate" in str(item.title)]


def test_desk_asks_for_readings_and_a_plan(partnership: Partnership) -> None:
    world = make_world(partnership, technology=False)

    def asked(rights: frozenset[Right]) -> set[str]:
        found = [item for items in DESK_ITEMS.ask(partnership, rights) for item in items]
        return {str(item.title) for item in found if world.pilot.title in str(item.title)}

    title = world.pilot.title
    plan, send = f"Say how “{title}” will be judged", f"Send the first readings of “{title}”"
    assert {plan, send} <= asked(RIGHTS_OF_ROLE["lead"])
    assert asked(RIGHTS_OF_ROLE["company"]) >= {send}
    assert plan not in asked(RIGHTS_OF_ROLE["company"])
    assert not asked(RIGHTS_OF_ROLE["observer"]) & {plan, send}
    freeze_plan(pilot=world.pilot)
    assert plan not in asked(RIGHTS_OF_ROLE["lead"])


def test_the_chart_marks_the_versions_that_the_estimate_knows(world: World, lead: User) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    record_change(
        pilot=world.pilot, by=lead, you_said="Too bright", we_did="Shields <fitted>",
        changed_on=AFTER + dt.timedelta(14),
    )  # fmt: skip
    before = text(Client(), address(world))
    assert "Shields" not in before.split('id="checks"')[0].split("<figure")[1]
    assert "The pilot stayed the same from start to end" in before
    assert "A change of the technology was recorded since" in before
    compute_estimate(pilot=world.pilot)
    page = text(Client(), address(world))
    assert "Shields &lt;fitted&gt;" in page.split("<figure")[1]
    assert "The pilot stayed the same" not in page
    assert "A change of the technology was recorded since" not in page


def test_queries_do_not_grow(  # type: ignore[no-untyped-def]
    world: World, django_assert_max_num_queries
) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    with django_assert_max_num_queries(30):
        text(Client(), address(world))
    set_plan(pilot=world.pilot, by=None, values={
        "indicator": world.indicator, "period": "week", "level": 0.95, "worth_it": None,
    })  # fmt: skip
    with django_assert_max_num_queries(30):
        text(Client(), address(world))


def test_arabic_page_renders_right_to_left(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    page = text(Client(), address(world), HTTP_ACCEPT_LANGUAGE="ar")
    assert 'dir="rtl"' in page
    assert "\u2066" in page  # numbers are isolated


def test_words_of_the_same_place_and_theme_stand_first(world: World) -> None:
    fill(world, weeks=1)
    pilot, here, beside = world.pilot, world.pilot_sites[0], world.comparison_sites[0]
    said = {
        "elsewhere": answer(world, beside, "worse", AFTER + dt.timedelta(4), "en otra calle"),
        "before": answer(world, here, "worse", BEFORE, "antes"),
        "newest": answer(world, here, "same", AFTER + dt.timedelta(3), "igual"),
        "themed": answer(world, here, "worse", AFTER, "demasiada luz"),
        "waiting": answer(world, here, "worse", AFTER, "espera"),
    }
    voices = [one.voice_id for key, one in said.items() if key != "waiting"]
    Voice.objects.filter(pk__in=voices).update(state="accepted", public_text="…")
    theme = Theme.objects.create(pilot=pilot, name="Too bright", made_at=timezone.now())
    theme.feedback.add(said["themed"], said["waiting"])
    found = feedback_beside(pilot, quotes=9, indicator=world.indicator).quotes
    wanted = ["themed", "newest", "elsewhere", "before"]
    assert [one.pk for one in found] == [said[key].pk for key in wanted]


def test_how_chance_was_judged_is_said_in_words(world: World) -> None:
    fill(world)
    compute_estimate(pilot=world.pilot)
    address = reverse("impact:method", args=[world.pilot.partnership.slug, world.pilot.pk])
    text = Client().get(address).content.decode()
    assert "Chance was judged by: t on one change a site." in text
    assert "too soon to say" in text


def test_changes_of_parts_and_of_groups_are_drawn_by_one_function() -> None:
    rows = [("Mill", (-2.5, -4.0, -1.0)), ("Dock", (1.0, None, None))]
    chart = changes_chart(
        rows, axis="Noise (dB)", row="Part of town", chart_id="c", title="t", description="d"
    )
    assert chart.table.columns[0] == "Part of town"
    assert [row[0] for row in chart.table.rows] == ["Mill", "Dock"]
    for module in (impact_page, people_words):
        assert "rows_with_ranges" not in vars(module)
        assert vars(module)["changes_chart"] is changes_chart
