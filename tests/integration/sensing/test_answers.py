"""Feedback and surveys as the readings of an indicator: ten people or more, or none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.impact.actions import compute_estimate
from lamppost.impact.measured import measured_of
from lamppost.impact.plans import plan_of
from lamppost.impact.said import said_of
from lamppost.pilots.models import Feedback, Notice, Pilot, Site
from lamppost.sensing import desk
from lamppost.sensing.actions import ImportRefusedError, NotMeasuringError
from lamppost.sensing.answers import (
    Said,
    SeriesRefused,
    Share,
    count_answers,
    set_series,
    shares_of_ten,
)
from lamppost.sensing.house import count_feedback
from lamppost.sensing.models import Observation, Survey
from lamppost.sensing.ports import READINGS_IMPORTED
from lamppost.sensing.queries import (
    of_people,
    public_survey_lines,
    readings,
    source_of,
    survey_lines,
)
from lamppost.sensing.surveys import import_survey, population_of
from lamppost.vision.models import PopulationShare
from lamppost.voices.actions import participant_without_device
from tests.impact_world import MONDAY, TECHNOLOGY_ON, World, fill, make_world

pytestmark = pytest.mark.once
DAY = dt.timedelta(1)


@pytest.fixture
def world(partnership: Partnership) -> World:
    return make_world(partnership)


@pytest.fixture
def before(partnership: Partnership) -> World:
    """Before the technology is on."""
    return make_world(partnership, technology=False)


def address(world: World) -> str:
    return reverse("sensing:answers", args=[world.pilot.partnership.slug, world.pilot.pk])


# What is one reading


def said(day: int, people: range, rating: str = "better") -> list[Said]:
    return [Said(str(one), MONDAY + day * DAY, rating) for one in people]


def shares(answers: list[Said], *cuts: int, until: int = 70) -> list[tuple[int, int, int]]:
    days = [MONDAY + one * DAY for one in cuts]
    found = shares_of_ten({1: answers}, {1: days}, MONDAY + until * DAY)
    return [((one.day - MONDAY).days, one.better, one.people) for _site, one in found]


def both(day: int, better: int, worse: int, first: int = 0) -> list[Said]:
    """Answers of as many people, numbered from the first."""
    middle = first + better
    return [*said(day, range(first, middle)), *said(day, range(middle, middle + worse), "worse")]


def test_answers_wait_until_ten_people_have_answered_each_way() -> None:
    assert shares(both(2, 10, 9)) == []
    assert shares(both(2, 10, 10)) == [(2, 10, 20)]
    assert shares([*both(2, 6, 6), *both(9, 6, 6, 12)]) == [(9, 12, 24)]
    # A person counts once, with the latest answer.
    assert shares([*said(2, range(14)), *said(9, range(4, 20), "worse")]) == []
    assert shares([*said(2, range(14)), *said(9, range(10, 20), "worse")]) == [(9, 10, 20)]
    # A week that is not over is not counted.
    assert shares(both(2, 10, 10), until=6) == []


def test_one_who_says_better_of_twelve_is_no_reading_but_waits_for_more() -> None:
    assert shares(both(2, 1, 11)) == []
    assert shares([*both(2, 1, 11), *both(9, 9, 0, 12)]) == [(9, 10, 21)]
    assert shares(said(2, range(12))) == []  # nor that all of them do


def test_sites_of_a_kind_are_counted_together_and_dated_alike() -> None:
    """Ten of each site, and ten each way of all; a site of its own week would be told alone."""
    answers = {1: both(2, 4, 8), 2: both(4, 7, 5), 3: both(3, 3, 4)}
    found = dict(shares_of_ten(answers, {}, MONDAY + 70 * DAY))
    assert found == {1: Share(MONDAY + 4 * DAY, 4, 8, 12), 2: Share(MONDAY + 4 * DAY, 7, 5, 12)}
    later = {**answers, 2: both(11, 7, 5)}
    assert {(site, one.day) for site, one in shares_of_ten(later, {}, MONDAY + 70 * DAY)} == {
        (1, MONDAY + 11 * DAY), (2, MONDAY + 11 * DAY),
    }  # fmt: skip


def test_a_difference_rests_on_ten_who_say_each() -> None:
    def told(better: int, worse: int, same: int, *kinds: str) -> bool:
        answers = [*both(2, better, worse), *said(2, range(50, 50 + same), "same")]
        return bool(list(shares_of_ten({1: answers}, {}, MONDAY + 70 * DAY, kinds)))

    assert told(12, 9, 9, "better")
    assert not told(12, 9, 9, "difference")
    assert told(12, 10, 1, "difference")
    # Read in both ways, those who say "the same" could be worked out.
    assert not told(12, 10, 1, "difference", "better")
    assert told(12, 10, 10, "difference", "better")


def test_a_count_never_holds_both_sides_of_a_change() -> None:
    assert shares([*both(2, 6, 6), *both(9, 12, 10, 12)], 8) == [(9, 12, 22)]
    assert shares([*both(8, 11, 10), *both(10, 10, 19, 21)], 9) == [(8, 11, 21), (10, 10, 29)]


# Feedback as a series


def hear(site: Site, day: dt.date, better: int, worse: int) -> None:
    pilot = site.pilot
    for number in range(better + worse):
        who = participant_without_device(partnership=pilot.partnership, channel="web")
        Feedback.objects.create(
            site=site, participant=who, rating="better" if number < better else "worse",
            given_at=dt.datetime.combine(day, dt.time(12), dt.UTC), given_on=day,
        )  # fmt: skip


def hear_all(world: World) -> None:
    """Six weeks before and six after; after, five of twelve more say better at the pilot sites."""
    for week in range(12):
        day = MONDAY + dt.timedelta(weeks=week, days=2)
        for number, site in enumerate(world.sites):
            here = site.arm == "pilot" and day >= TECHNOLOGY_ON
            better = 4 + (3 * week + number) % 3 + 5 * here
            hear(site, day, 2 * better, 2 * (12 - better))


def switch_on(world: World) -> Pilot:
    Pilot.objects.filter(pk=world.pilot.pk).update(
        baseline_on=TECHNOLOGY_ON, baseline_days=41, technology_on=TECHNOLOGY_ON, compared=True
    )
    world.pilot.refresh_from_db()
    return world.pilot


def test_a_pilot_can_be_judged_by_what_people_say_at_its_sites(before: World, lead: User) -> None:
    world = before
    world.indicator.direction = "up"
    world.indicator.save()
    set_series(pilot=world.pilot, indicator=world.indicator, of="better", by=lead)
    switch_on(world)
    hear_all(world)
    stored = compute_estimate(pilot=world.pilot)
    assert source_of(world.pilot, world.indicator) == "feedback"
    assert len(readings(world.pilot, world.indicator)) == 6 * 12
    assert stored.result["finding"]["estimate"] == pytest.approx(100 * 5 / 12, abs=1)
    # A site's share is for the computation alone.
    assert stored.result["panel"] is None
    assert stored.result["figures"]["sites"] == []
    assert "site_changes" not in stored.result["finding"]["facts"]
    assert said_of(stored).sites == ()
    page = Client().get(
        reverse("impact:pilot", args=[world.pilot.partnership.slug, world.pilot.pk])
    )
    assert page.status_code == 200
    data = reverse("impact:data", args=[world.pilot.partnership.slug, world.pilot.pk])
    assert "Read from feedback at the sites" in Client().get(data).content.decode()


def test_one_of_twelve_at_the_only_pilot_site_stands_in_no_public_file(
    before: World, lead: User
) -> None:
    """The weekly average of pilot sites is public: here it would be that of one site."""
    world, lone = before, before.pilot_sites[0]
    set_series(pilot=world.pilot, indicator=world.indicator, of="better", by=lead)
    switch_on(world)
    for week in range(12):
        day = MONDAY + dt.timedelta(weeks=week, days=2)
        # Half of 24 in the first week before and after; in every other one of twelve.
        hear(lone, day, *((12, 12) if week in (0, 6) else (1, 11)))
        for site in world.comparison_sites:
            hear(site, day, 6, 6)
    stored = compute_estimate(pilot=world.pilot)
    found = readings(world.pilot, world.indicator)
    assert [value for unit, value in zip(found.units, found.values, strict=True)
            if unit == lone.name] == [50.0, 50.0]  # fmt: skip
    assert len(found) == 2 + 12 * len(world.comparison_sites)
    # The line chart and the JSON file draw the averages of each kind of site.
    averages = str(stored.result["figures"])
    assert "50.0" in averages
    assert "8.3" not in averages
    told = ""
    for name in ("impact:pilot", "impact:data", "impact:estimate"):
        address = reverse(name, args=[world.pilot.partnership.slug, world.pilot.pk])
        told += Client().get(address).content.decode()
    assert not re.search(r"\b8[.,]3\b", told)


def test_what_is_counted_stays_whoever_erases_an_answer(before: World, lead: User) -> None:
    site = before.sites[0]
    set_series(pilot=before.pilot, indicator=before.indicator, of="difference", by=lead)
    hear(site, MONDAY + 2 * DAY, 20, 10)
    assert count_answers(before.pilot) == 1
    Feedback.objects.filter(rating="worse").delete()
    assert count_answers(before.pilot) == 0
    assert [one.value for one in Observation.objects.all()] == [33.3]
    hear(site, MONDAY + 9 * DAY, 10, 30)
    assert count_answers(before.pilot) == 1
    assert list(readings(before.pilot, before.indicator).values) == [33.3, -50.0]


@pytest.mark.parametrize("over", ["decision", "register", "pause"])
def test_what_was_said_in_time_is_counted_also_when_its_week_ends_later(
    before: World, lead: User, over: str
) -> None:
    """Forty answers in the last open week, twelve more after it: only the first are a reading."""
    pilot, site, last = before.pilot, before.sites[0], MONDAY + 16 * DAY
    set_series(pilot=pilot, indicator=before.indicator, of="better", by=lead)
    hear(site, MONDAY + 15 * DAY, 10, 30)
    hear(site, last + DAY, 12, 0)
    assert count_answers(pilot, today=last) == 0  # the week is not over yet
    if over == "decision":
        Pilot.objects.filter(pk=pilot.pk).update(decided_on=last, measuring=False)
        pilot.register_entries.all().delete()
    elif over == "register":
        pilot.register_entries.update(active_until=last)
    else:
        at = dt.datetime.combine(last, dt.time(18), dt.UTC)
        Notice.objects.create(pilot=pilot, kind="paused", text="Mended.", told_at=at)
        Pilot.objects.filter(pk=pilot.pk).update(
            measuring=False, paused_on=last, paused_reason="Mended."
        )
    pilot.refresh_from_db()
    if over == "pause":
        assert count_answers(pilot, today=MONDAY + 29 * DAY) == 0
        Pilot.objects.filter(pk=pilot.pk).update(decided_on=MONDAY + 28 * DAY)
    assert count_answers(pilot, today=MONDAY + 30 * DAY) == 1
    assert list(readings(pilot, before.indicator).values) == [25.0]
    assert count_answers(pilot, today=MONDAY + 60 * DAY) == 0


def test_once_a_day_the_worker_counts_and_has_it_computed_again(
    before: World, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Pilot] = []
    set_series(pilot=before.pilot, indicator=before.indicator, of="better", by=lead)
    hear(before.sites[0], MONDAY + 2 * DAY, 12, 12)
    monkeypatch.setattr(READINGS_IMPORTED, "_functions", [asked.append])
    assert count_feedback.call() == 1
    assert count_feedback.call() == 0
    assert asked == [before.pilot]


def test_the_choice_is_made_before_the_technology_and_of_what_nothing_else_reads(
    before: World, lead: User
) -> None:
    pilot, indicator = before.pilot, before.indicator
    fill(before, weeks=1)
    with pytest.raises(SeriesRefused, match="another way"):
        set_series(pilot=pilot, indicator=indicator, of="better", by=lead)
    Observation.objects.all().delete()
    set_series(pilot=pilot, indicator=indicator, of="better", by=lead)
    assert of_people(pilot, indicator)
    assert desk.desk_items(pilot.partnership, frozenset({desk.Right.IMPORT_OBSERVATIONS})) == []
    [obstacle] = desk.gate_checks(pilot, "baseline")
    assert "fewer than 2 weeks" in str(obstacle.text)
    assert obstacle.url.endswith("/answers/")
    set_series(pilot=pilot, indicator=indicator, of="", by=lead)
    assert not of_people(pilot, indicator)
    switch_on(before)
    with pytest.raises(SeriesRefused, match="technology is on"):
        set_series(pilot=pilot, indicator=indicator, of="better", by=lead)
    assert LedgerEntry.objects.filter(action="sensing.feedback_series.set").count() == 2


def test_by_the_page_feedback_is_chosen_and_left_again(
    before: World, lead: User, client_of: Callable[[User], Client]
) -> None:
    client, sent = client_of(lead), {"indicator": before.indicator.pk}
    assert client.post(address(before), {**sent, "of": "difference"}).status_code == 302
    page = client.get(address(before)).content.decode()
    assert "feedback at the sites: share who say better minus share who say worse" in page
    assert client.post(address(before), sent).status_code == 422
    assert client.post(address(before), {**sent, "of": "no"}).status_code == 302
    assert source_of(before.pilot, before.indicator) == "sensors"
    switch_on(before)
    assert client.post(address(before), {**sent, "of": "better"}).status_code == 422
    assert Client().get(address(before)).status_code in (302, 403)


# Surveys


def survey(world: World, young: int = 6, old: int = 6) -> str:
    """Two waves: agreement at the pilot sites rises among the young alone."""
    rows = ["site,period,answer,group,people"]
    for day in (MONDAY + 7 * DAY, TECHNOLOGY_ON + 14 * DAY):
        for site in world.sites:
            rise = 3 if day > TECHNOLOGY_ON and site.arm == "pilot" else 0
            for group, people, agree in (("18-34", young, 2 + rise), ("35+", old, 3)):
                rows.append(f"{site.name},{day},agree,{group},{agree}")
                rows.append(f"{site.name},{day},disagree,{group},{people - agree}")
    return "\n".join(rows)


def take(world: World, lead: User, text: str, **more: object) -> object:
    values = {"counted": "Agree, agree strongly", "population": {"18-34": 0.25, "35+": 0.75}}
    return import_survey(
        pilot=world.pilot, indicator=world.indicator, by=lead, content=text.encode(),
        file_name="survey.csv", **{**values, **more},
    )  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"counted": "Agree, disagree"}, "Count the same answers."),
        ({"population": {}}, "were weighed to the population. Do the same."),
    ],
)
def test_once_the_technology_is_on_every_wave_is_counted_as_the_first(
    world: World, lead: User, other: dict[str, object], text: str
) -> None:
    rows = survey(world).split("\n")
    half = (len(rows) - 1) // 2
    take(world, lead, "\n".join(rows[: half + 1]))
    late = "\n".join([rows[0], *rows[half + 1 :]])
    with pytest.raises(ImportRefusedError) as refused:
        take(world, lead, late, **other)
    assert text in str(refused.value.problems[0].text)
    take(world, lead, late, counted="agree strongly ,AGREE")
    Pilot.objects.filter(pk=world.pilot.pk).update(technology_on=None)
    world.pilot.refresh_from_db()
    take(world, lead, late, replace=True, **other)


def test_each_group_counts_by_its_share_of_the_population(world: World, lead: User) -> None:
    take(world, lead, survey(world))
    found = readings(world.pilot, world.indicator)
    here, there = world.pilot_sites[0].name, world.comparison_sites[0].name
    values = dict(zip(zip(found.units, found.times, strict=True), found.values, strict=True))
    first, second = sorted(set(found.times))
    # 2 of 6 young at a quarter, 3 of 6 old at three quarters; then 5 of 6 young.
    assert values[here, first] == pytest.approx(45.8)
    assert values[here, second] == pytest.approx(58.3)
    assert values[there, second] == pytest.approx(45.8)
    [later] = [
        one for one in survey_lines(world.pilot)
        if one.arm == "pilot site" and one.period > TECHNOLOGY_ON and not one.group
    ]  # fmt: skip
    assert (later.people, later.weighted) == (36, True)
    assert later.share == pytest.approx(0.5833, abs=1e-4)
    assert later.low < 0.5 < later.share < later.high  # type: ignore[operator]
    # Who benefits: the young, and nobody else; each group has ten people or more.
    groups = {
        (one.group, one.period > TECHNOLOGY_ON): (one.share, one.people)
        for one in survey_lines(world.pilot) if one.arm == "pilot site" and one.group
    }  # fmt: skip
    assert groups["18-34", False] == (pytest.approx(2 / 6, abs=1e-4), 18)
    assert groups["18-34", True] == (pytest.approx(5 / 6, abs=1e-4), 18)
    assert groups["35+", False] == groups["35+", True]
    assert source_of(world.pilot, world.indicator) == "survey"
    [measured] = measured_of(world.pilot, plan_of(world.pilot))  # type: ignore[arg-type]
    assert measured.of_people
    assert Survey.objects.get().people == 144


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("Nowhere,2026-01-12,agree,35+,1", "site", "no site of that name"),
        ("Pilot lane 01,12 January,agree,35+,1", "period", "2026-03-04"),
        ("Pilot lane 01,2025-01-12,agree,35+,1", "period", "Measuring started"),
        ("Pilot lane 01,2026-01-12,,35+,1", "answer", "missing"),
        ("Pilot lane 01,2026-01-12,agree,old,1", "group", "18-34, 35+"),
        ("Pilot lane 01,2026-01-12,agree,35+,few", "people", "whole number"),
        ("Pilot lane 01,2026-01-12,agree,35+,-3", "people", "whole number"),
    ],
)
def test_a_wrong_row_is_told_with_its_remedy(
    world: World, lead: User, row: str, column: str, says: str
) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        take(world, lead, f"{survey(world)}\n{row}")
    [problem] = refused.value.problems
    assert (problem.row, problem.column) == (50, column)
    assert says in problem.text
    assert not Survey.objects.exists()
    assert not Observation.objects.exists()


def test_a_group_of_which_nobody_answered_at_a_site_is_told(world: World, lead: User) -> None:
    kept = survey(world, young=12, old=6).splitlines()
    lines = [one for one in kept if not ("Pilot lane 02" in one and "35+" in one)]
    with pytest.raises(ImportRefusedError) as refused:
        take(world, lead, "\n".join(lines))
    assert {one.column for one in refused.value.problems} == {"group"}
    assert "Nobody of “35+” answered at Pilot lane 02" in refused.value.problems[0].text
    assert lines[refused.value.problems[0].row - 1].startswith("Pilot lane 02")


def test_fewer_than_ten_people_make_no_reading(world: World, lead: User) -> None:
    taken = take(world, lead, survey(world, young=6, old=3), population={})
    assert len(readings(world.pilot, world.indicator)) == 0
    assert len(taken.too_few) == 12  # type: ignore[attr-defined]
    # Three sites of a kind together are enough.
    assert all(one.people == 27 for one in survey_lines(world.pilot))


def rows_of(world: World, *told: tuple[int, str, str, int]) -> str:
    """A wave: number of the site, answer, group, people."""
    day = MONDAY + 7 * DAY
    rows = [f"{world.sites[at].name},{day},{answer},{g},{n}" for at, answer, g, n in told]
    return "\n".join(["site,period,answer,group,people", *rows])


def test_the_public_reads_no_share_that_rests_on_fewer_than_ten(world: World, lead: User) -> None:
    """Twelve women of whom one agreed: members see it, the public sees men and women in tens."""
    at = world.sites.index(world.pilot_sites[0])
    told = [(at, "agree", "m", 23), (at, "no", "m", 27), (at, "agree", "w", 1), (at, "no", "w", 11)]
    take(world, lead, rows_of(world, *told), population={"m": 0.5, "w": 0.5})
    women = {"people": 12, "share": pytest.approx(1 / 12, abs=1e-4)}
    assert [women] == [
        {"people": one.people, "share": one.share}
        for one in survey_lines(world.pilot) if one.group == "w"
    ]  # fmt: skip
    [line] = public_survey_lines(world.pilot)
    assert (line.group, line.people_text) == ("", "at least 50")
    # Men 24.5 of 49, women 4.5 of 19: the middle of each ten.
    assert line.share == pytest.approx((24.5 / 49 + 4.5 / 19) / 2, abs=1e-4)
    # Who looks again after one woman more agreed sees nothing new.
    told[2] = (at, "agree", "w", 2)
    text = rows_of(world, *told)
    take(world, lead, text, population={"m": 0.5, "w": 0.5}, replace=True)
    assert public_survey_lines(world.pilot) == [line]


def test_a_kind_of_site_where_hardly_anybody_agreed_has_neither_share_nor_reading(
    world: World, lead: User
) -> None:
    at = world.sites.index(world.pilot_sites[0])
    other = world.sites.index(world.comparison_sites[0])
    text = rows_of(world, (at, "agree", "", 1), (at, "no", "", 11),
                   (other, "agree", "", 14), (other, "no", "", 16))  # fmt: skip
    taken = take(world, lead, text, population={})
    assert taken.too_few == ((world.sites[at].name, MONDAY + 7 * DAY),)  # type: ignore[attr-defined]
    assert len(readings(world.pilot, world.indicator)) == 1
    assert {one.share for one in survey_lines(world.pilot)} == {0.0833, 0.4667}
    found = {one.arm: (one.people_text, one.share) for one in public_survey_lines(world.pilot)}
    assert found["pilot site"] == ("at least 10", None)
    assert found["comparison site"] == ("at least 20", 0.5)


def test_the_public_page_tells_a_survey_in_tens(world: World, lead: User) -> None:
    fill(world, weeks=12)
    compute_estimate(pilot=world.pilot)
    row = {"period": "2026-03-04", "arm": "pilot"}
    rows = [
        {**row, "people": 62, "share": 0.3871, "low": 0.2, "high": 0.5},
        {**row, "people": 50, "share": 0.46, "low": 0.3, "high": 0.6, "group": "men"},
        {**row, "people": 12, "share": 0.0833, "low": 0.0, "high": 0.4, "group": "women"},
    ]
    Survey.objects.create(
        pilot=world.pilot, indicator=world.indicator, counted="agree", file_name="survey.csv",
        sha256="0" * 64, people=62, imported_at=dt.datetime(2026, 3, 5, tzinfo=dt.UTC),
        results={"rows": rows}, population={"men": 0.5, "women": 0.5},
    )  # fmt: skip
    slug = world.pilot.partnership.slug
    page = Client().get(reverse("impact:pilot", args=[slug, world.pilot.pk])).content.decode()
    assert "at least 50" in page
    assert "women" not in page
    assert ">62<" not in page
    assert "8 %" not in page


def test_a_wave_comes_in_once_unless_it_is_replaced(world: World, lead: User) -> None:
    take(world, lead, survey(world))
    with pytest.raises(ImportRefusedError) as refused:
        take(world, lead, survey(world))
    assert len(refused.value.problems) == 12
    take(world, lead, survey(world, young=8), replace=True)
    assert len(readings(world.pilot, world.indicator)) == 12
    # Where too few answer this time, nothing is left of what was said before.
    take(world, lead, survey(world, young=5, old=4), replace=True)
    assert len(readings(world.pilot, world.indicator)) == 0
    fill_other = NotMeasuringError
    fill(world, weeks=1)
    with pytest.raises(fill_other, match="another way"):
        take(world, lead, survey(world))


def test_a_wave_is_replaced_for_all_sites_of_a_kind(world: World, lead: User) -> None:
    """Else an average could be left behind that rests on fewer than ten each way."""
    first, second = (world.sites.index(one) for one in world.pilot_sites[:2])
    other = world.sites.index(world.comparison_sites[0])
    both = [(first, "agree", "", 15), (first, "no", "", 15),
            (second, "agree", "", 2), (second, "no", "", 12)]  # fmt: skip
    beside = [(other, "agree", "", 14), (other, "no", "", 16)]
    take(world, lead, rows_of(world, *both, *beside), population={})
    before = readings(world.pilot, world.indicator)
    few = [(first, "agree", "", 1), (first, "no", "", 8)]
    with pytest.raises(ImportRefusedError) as refused:
        take(world, lead, rows_of(world, *few), population={}, replace=True)
    [problem] = refused.value.problems
    assert world.sites[second].name in str(problem.text)
    assert problem.row == 2
    after = readings(world.pilot, world.indicator)
    assert list(after.values) == list(before.values)
    # The whole kind is replaced; a site more, and the other kind, need not be there.
    third = world.sites.index(world.pilot_sites[2])
    more = [(third, "agree", "", 11)]
    take(world, lead, rows_of(world, *few, *both[2:], *more), population={}, replace=True)
    left = readings(world.pilot, world.indicator)
    assert set(left.units) == {world.sites[one].name for one in (second, third, other)}


def test_by_its_page(world: World, lead: User, client_of: Callable[[User], Client]) -> None:
    partnership = world.pilot.partnership
    for value, share in (("18-34", 0.25), ("35+", 0.75)):
        PopulationShare.objects.create(
            partnership=partnership, question="age", value=value, share=share
        )
    assert population_of(partnership, "age") == {"18-34": 0.25, "35+": 0.75}
    client = client_of(lead)
    assert "Weighted to the population by" in client.get(address(world)).content.decode()

    def send(text: str, population: str = "age") -> Client:
        return client.post(
            address(world),
            {
                "survey_indicator": world.indicator.pk, "counted": "agree",
                "population": population,
                "file": SimpleUploadedFile("survey.csv", text.encode()),
            },
        )  # type: ignore[return-value]  # fmt: skip

    wrong = send(survey(world) + "\nNowhere,2026-01-12,agree,35+,1")
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert "no site of that name" in wrong.content.decode()  # type: ignore[attr-defined]
    assert send(survey(world)).status_code == 302  # type: ignore[attr-defined]
    page = client.get(address(world)).content.decode()
    assert "144 answers were counted." in page
    assert "58 %" in page
    template = address(world) + "template.csv"
    assert b"site,period,answer,group,people" in client.get(template).content
