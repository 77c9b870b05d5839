"""The pulse: fixed words, rounds, one answer each, and what may be shown of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import User
from lamppost.pilots import pulse_registered
from lamppost.pilots.actions import life, pulse
from lamppost.pilots.actions.pulse import PulseRefused
from lamppost.pilots.models import Notice, Pilot, PulseAnswer, PulseQuestion, PulseRound, Site
from lamppost.pilots.queries import gate_obstacles, pulse_gate
from lamppost.pilots.queries import pulse as queries
from lamppost.pilots.tens import Said, new_tens
from lamppost.vision.models import Indicator
from tests.pilots_world import day
from tests.pulse_world import (
    add_question,
    add_round,
    answer,
    many,
    page_of,
    percent_indicator,
    somebody,
    text,
)

pytestmark = pytest.mark.django_db


# Words and rounds ------------------------------------------------------------------------------


def test_words_are_fixed_by_the_first_answer(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    values = {"text": "Do you feel safe?", "language": "en", "scale": "yes_no"}
    pulse.set_pulse_question(pilot=question.pilot, by=lead, values=values, question=question)
    question.refresh_from_db()
    assert question.text == "Do you feel safe?"
    answer(question, sites[0], 1)
    for change in ({"text": "Is it nice?"}, {"scale": "five"}, {"translations": {"es": "¿Sí?"}}):
        with pytest.raises(PulseRefused, match="answered this question already"):
            pulse.set_pulse_question(
                pilot=question.pilot, by=lead, values=values | change, question=question
            )
    with pytest.raises(PulseRefused, match="stays to the end"):
        pulse.delete_pulse_question(question=question, by=lead)
    question.refresh_from_db()
    assert question.text == "Do you feel safe?"


def test_the_indicator_is_checked_whatever_is_changed(question: PulseQuestion, lead: User) -> None:
    pilot = question.pilot
    fewer = percent_indicator(pilot, "down")
    pulse.set_pulse_question(pilot=pilot, by=lead, values={"indicator": fewer}, question=question)
    question.refresh_from_db()
    assert question.indicator == fewer
    # Only the scale changes: the indicator that is there does not fit it.
    with pytest.raises(PulseRefused, match="Five steps"):
        pulse.set_pulse_question(pilot=pilot, by=lead, values={"scale": "five"}, question=question)
    pilot.pilot_indicators.filter(indicator=fewer).delete()
    with pytest.raises(PulseRefused, match="own indicators"):
        add_question(pilot, lead, indicator=fewer)


def test_three_at_most_and_a_later_one_starts_later(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    pilot = question.pilot
    second = add_question(pilot, lead, text="How is the light here?", scale="five")
    assert second.first_round == 1
    answer(question, sites[0], 1)
    third = add_question(pilot, lead, text="Do you sit here?")
    assert third.first_round == 2
    assert third not in queries.questions_in(open_now)
    with pytest.raises(PulseRefused, match="not asked in this round"):
        answer(third, sites[0], 1)
    with pytest.raises(PulseRefused, match="Three questions"):
        add_question(pilot, lead, text="One more?")
    later = add_round(pilot, lead, 10, 20)
    assert third in queries.questions_in(later)


def test_the_database_holds_three_places(question: PulseQuestion) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PulseQuestion.objects.filter(pk=question.pk).update(position=4)


def test_rounds_follow_each_other(measuring: Pilot, lead: User) -> None:
    first = add_round(measuring, lead, -10, -5)
    for start, end in ((-5, 2), (-20, -15), (4, 3)):
        with pytest.raises(PulseRefused):
            add_round(measuring, lead, start, end)
    second = add_round(measuring, lead, 5, 10)
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(PulseRefused, match="Round 2 starts"):
        pulse.set_pulse_round(
            pilot=measuring, by=lead, starts_on=day(-10), ends_on=day(6), round=first
        )
    with pytest.raises(PulseRefused, match="later rounds first"):
        pulse.delete_pulse_round(round=first, by=lead)
    pulse.delete_pulse_round(round=second, by=lead)
    assert measuring.pulse_rounds.count() == 1


def test_a_round_keeps_the_days_of_its_answers(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    answer(question, sites[0], 1)
    with pytest.raises(PulseRefused, match="other days"):
        pulse.set_pulse_round(
            pilot=question.pilot, by=lead, starts_on=day(1), ends_on=day(3), round=open_now
        )
    with pytest.raises(PulseRefused, match="It stays"):
        pulse.delete_pulse_round(round=open_now, by=lead)


@pytest.mark.parametrize(
    ("scale", "direction", "unit", "says"),
    [
        ("five", "down", "% of those asked", "less is better"),
        ("yes_no", "up", "people per hour", "percent sign"),
    ],
)
def test_an_indicator_that_does_not_fit_is_refused(
    measuring: Pilot, lead: User, scale: str, direction: str, unit: str, says: str
) -> None:
    indicator = percent_indicator(measuring, direction)
    Indicator.objects.filter(pk=indicator.pk).update(unit=unit)
    indicator.refresh_from_db()
    with pytest.raises(PulseRefused, match=says):
        add_question(measuring, lead, scale=scale, indicator=indicator)


def test_an_indicator_is_fed_once(measuring: Pilot, lead: User) -> None:
    indicator = percent_indicator(measuring)
    add_question(measuring, lead, indicator=indicator)
    with pytest.raises(PulseRefused, match="feeds this indicator already"):
        add_question(measuring, lead, text="Again?", indicator=indicator)


# Answers ---------------------------------------------------------------------------------------


def test_one_answer_each_and_it_can_be_changed(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    who = somebody(question.pilot.partnership)
    first = answer(question, sites[0], 1, who)
    again = answer(question, sites[0], 0, who)
    assert (again.pk, again.value, again.answered_at) == (first.pk, 0, first.answered_at)
    answer(question, sites[1], 1, who)
    assert PulseAnswer.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        PulseAnswer.objects.create(
            question=question,
            round=open_now,
            site=sites[0],
            participant=who,
            value=1,
            answered_at=timezone.now(),
            answered_on=day(),
        )


@pytest.mark.parametrize("value", [2, 5, -1])
def test_an_answer_that_is_not_offered_is_refused(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site], value: int
) -> None:
    with pytest.raises(PulseRefused, match="one of the answers"):
        answer(question, sites[0], value)


def test_nobody_is_asked_without_a_round_or_while_nothing_is_measured(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    with pytest.raises(PulseRefused, match="No round"):
        answer(question, sites[0], 1)
    add_round(question.pilot, lead, 0, 1)
    Pilot.objects.filter(pk=question.pilot_id).update(measuring=False)
    with pytest.raises(PulseRefused, match="Nothing is measured"):
        answer(question, sites[0], 1)
    assert not PulseAnswer.objects.exists()


def test_a_pilot_goes_with_its_answers(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    answer(question, sites[0], 1)
    Pilot.objects.get(pk=question.pilot_id).delete()
    assert not PulseAnswer.objects.exists()


# What may be shown -----------------------------------------------------------------------------


def shares(pilot: Pilot) -> list[tuple[float | None, int | None]]:
    [result] = queries.pulse_results(pilot)
    return [(arm.share, arm.at_least) for one in result.rounds for arm in one.arms]


def test_shares_by_arm_appear_when_the_round_is_over(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    pilot = question.pilot
    before = add_round(pilot, lead, -20, -10)
    many(question, before, sites[0], yes=20, no=20)
    many(question, before, sites[-1], yes=15, no=25)
    now = add_round(pilot, lead, -1, 1)
    many(question, now, sites[0], yes=40, no=0)
    # Ten at a time: of the 15 and the 25 ten and twenty are counted.
    assert shares(pilot) == [(0.5, 40), (10 / 30, 30)]


def test_small_numbers_are_hidden_with_what_would_give_them_away(
    question: PulseQuestion, sites: list[Site], lead: User, client: Client
) -> None:
    pilot = question.pilot
    few = add_round(pilot, lead, -20, -10)
    many(question, few, sites[0], yes=5, no=4)
    assert shares(pilot) == [(None, None), (None, None)]
    page = text(client.get(page_of("pilot", pilot)))
    assert "Numbers appear when a round is over" in page
    assert "<svg" not in page.split('id="pulse"')[1].split("</section>")[0]
    more = add_round(pilot, lead, -9, -2)
    many(question, more, sites[0], yes=3, no=30)
    many(question, more, sites[-1], yes=20, no=20)
    rows = shares(pilot)[2:]
    assert rows[0][0] is None, "three people said yes"
    assert "It is not noted who was invited" in text(client.get(page_of("pilot", pilot)))


def test_a_late_sheet_moves_the_share_by_ten_people_or_none(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    found = add_round(question.pilot, lead, -20, -10)
    many(question, found, sites[0], yes=19, no=12)
    many(question, found, sites[-1], yes=12, no=12)
    before = shares(question.pilot)
    late = somebody(question.pilot.partnership)
    PulseAnswer.objects.create(
        question=question,
        round=found,
        site=sites[0],
        participant=late,
        value=1,
        answered_at=timezone.now(),
        answered_on=found.ends_on,
    )
    after = shares(question.pilot)
    assert before[0][1] == 20
    assert after[0][1] == 30
    assert after[1] == before[1]


def test_a_person_counts_once_at_a_kind_of_site() -> None:
    answers = [(1, True)] * 3 + [(number, False) for number in range(2, 11)] + [(1, False)]
    assert released(answers) == (0, 10)
    assert released([(number, True) for number in range(9)]) == (0, 0)
    assert released([(number, number < 9) for number in range(30)]) == (0, 20)


def released(answers: Iterable[tuple[int, bool]]) -> tuple[int, int]:
    found = new_tens(Said(person, good) for person, good in answers)
    return len(found.get(True, ())), len(found.get(False, ()))


# Turnout ---------------------------------------------------------------------------------------


def test_turnout_by_site_and_channel(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    found = add_round(question.pilot, lead, -20, -10)
    many(question, found, sites[0], yes=12, no=12)
    for channel, number in (("web", 80), ("paper", 40)):
        pulse.set_turnout(
            round=found, by=lead, channel=channel, how="letters", invited=[(sites[0], number)]
        )
    [row] = [one for one in queries.turnouts(question.pilot)[1] if one.site == sites[0]]
    assert (row.invited, row.answered, row.share) == (120, 24, 0.2)
    assert [(invited, answered) for _c, invited, answered in row.by_channel] == [(80, 24), (40, 0)]
    public = told(question.pilot)[0].arms[0]
    assert (public.invited, public.answered) == (120, 20)
    pulse.set_turnout(round=found, by=lead, channel="paper", how="", invited=[(sites[0], None)])
    assert told(question.pilot)[0].arms[0].invited == 80


def told(pilot: Pilot) -> list[queries.RoundTurnout]:
    return queries.public_turnouts(pilot, queries.pulse_results(pilot))


def test_while_a_round_is_open_nobody_is_told_how_many_answered(
    question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    found = add_round(question.pilot, lead, -3, 3)
    many(question, found, sites[0], yes=30, no=12)
    pulse.set_turnout(round=found, by=lead, channel="web", how="", invited=[(sites[0], 80)])
    [row] = told(question.pilot)
    assert row.arms[0].answered is None
    assert "80 people invited so far." in row.words


# What later stages read ------------------------------------------------------------------------


def test_the_panel_has_a_row_for_each_site_and_round(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    before = add_round(measuring, lead, -20, -11)
    many(question, before, sites[0], yes=10, no=20)
    many(question, before, sites[-1], yes=4, no=4)
    across = add_round(measuring, lead, -9, -5)
    many(question, across, sites[0], yes=20, no=0)
    now = add_round(measuring, lead, -1, 1)
    many(question, now, sites[0], yes=20, no=0)
    measuring.technology_on = day(-7)
    [row] = queries.pulse_panel(measuring, indicator)
    assert (row.site, row.value, row.answers) == (sites[0], 33.0, 30)
    assert timezone.localdate(row.at) == day(-15)
    assert len(queries.pulse_times(measuring, indicator)) == 78


def test_a_kind_of_site_has_a_row_only_with_ten_each_way(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    """The average of a kind of site is public: one yes of twelve would be told by it."""
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    found = add_round(measuring, lead, -20, -11)
    many(question, found, sites[0], yes=1, no=11)
    many(question, found, sites[-1], yes=11, no=12)
    [row] = queries.pulse_panel(measuring, indicator)
    assert (row.site, row.answers) == (sites[-1], 23)
    # Two sites of a kind together are enough; a third with fewer than ten is not counted with them.
    second = next(one for one in sites[1:] if one.arm == sites[0].arm)
    many(question, found, second, yes=9, no=3)
    rows = queries.pulse_panel(measuring, indicator)
    assert {row.site for row in rows} == {sites[0], second, sites[-1]}


def test_the_baseline_gate_asks_for_a_round(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    assert pulse_gate.pulse_obstacles(measuring) == []
    question = add_question(measuring, lead, indicator=percent_indicator(measuring))
    [obstacle] = gate_obstacles(measuring, "baseline")
    assert "pilot site, comparison site" in obstacle.text
    assert obstacle.url == page_of("pulse", measuring)
    add_round(measuring, lead, 0, 1)
    answer(question, sites[0], 1)
    [obstacle] = gate_obstacles(measuring, "baseline")
    assert "nobody answered yet at: comparison site." in obstacle.text
    answer(question, sites[-1], 1)
    assert gate_obstacles(measuring, "baseline") == []


def test_what_was_answered_keeps_site_and_indicator(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    assert pulse_registered.site_keepers(sites[0]) == []
    assert pulse_registered.indicator_keepers(indicator) == []
    add_round(measuring, lead, 0, 1)
    answer(question, sites[0], 1)
    assert pulse_registered.gate_keepers(measuring, "technology") == []
    measuring.technology_on = day()
    assert pulse_registered.gate_keepers(measuring, "technology")
    assert pulse_registered.site_keepers(sites[0])
    assert pulse_registered.indicator_keepers(indicator)


def test_answers_go_along_when_two_prove_to_be_one(
    open_now: PulseRound, question: PulseQuestion, sites: list[Site]
) -> None:
    mine, into = (somebody(question.pilot.partnership) for _person in range(2))
    answer(question, sites[0], 0, mine)
    answer(question, sites[1], 0, mine)
    answer(question, sites[1], 1, into)
    moved = pulse_registered.participants_joined(mine, into)
    assert (moved.kept, moved.set_aside) == (1, 1)
    found = dict(PulseAnswer.objects.filter(participant=into).values_list("site", "value"))
    assert found == {sites[0].pk: 0, sites[1].pk: 1}


# A pilot that is paused ------------------------------------------------------------------------


def test_a_paused_pilot_has_no_sheet_and_says_why(
    question: PulseQuestion, open_now: PulseRound, sites: list[Site], lead: User,
    lead_client: Client,
) -> None:  # fmt: skip
    pilot = question.pilot
    sheets, enter = page_of("pulse_sheets", pilot), page_of("pulse_enter", pilot)
    assert "☐" in text(lead_client.get(sheets))
    life.pause_pilot(pilot=pilot, by=lead, reason="Vandals")
    shown = text(lead_client.get(sheets))
    assert "☐" not in shown
    assert "there is no sheet to print" in shown
    assert "The pilot is paused" in queries.why_closed(pilot)
    # Paper from before the pause is still taken: of its first day nobody knows the hour.
    assert queries.why_closed(pilot, day()) == ""
    who = somebody(pilot.partnership)
    site = Site.objects.get(pk=sites[0].pk)
    sheet = {"site": site, "participant": who, "answers": {question: 1}, "channel": "paper"}
    pulse.enter_pulse_sheet(by=lead, answered_on=day(), **sheet)
    with pytest.raises(PulseRefused, match="is paused"):
        answer(question, site, 1)
    Notice.objects.filter(kind="paused").update(told_at=timezone.now() - dt.timedelta(1))
    assert "the pilot was paused" in text(lead_client.get(enter))
    assert queries.why_closed(pilot, day(-1)) == ""
    life.resume_pilot(pilot=pilot, by=lead)
    pilot.refresh_from_db()
    Notice.objects.filter(pilot=pilot, kind="paused").update(
        told_at=timezone.now() - dt.timedelta(3)
    )
    Pilot.objects.filter(pk=pilot.pk).update(measuring_on=day(-20))
    pilot.refresh_from_db()
    assert "the pilot was paused" in queries.why_closed(pilot, day(-1))
    assert "the pilot was paused" in text(lead_client.get(f"{enter}?answered_on={day(-1)}"))
    assert queries.why_closed(pilot, day()) == ""
    assert lead_client.get(f"{enter}?answered_on=nonsense").status_code == 200
