"""What was public of the pulse stays as it is, whoever erases or changes an answer."""

from __future__ import annotations

import random

from lamppost.accounts.models import User
from lamppost.pilots import pulse_registered
from lamppost.pilots.actions import pulse
from lamppost.pilots.actions.counting import count_all_for_good, count_said_for_good
from lamppost.pilots.models import (
    Pilot,
    PulseAnswer,
    PulseQuestion,
    PulseShare,
    PulseTen,
    Site,
)
from lamppost.pilots.queries import pulse as queries
from lamppost.vision.models import Indicator
from tests.pulse_world import add_question, add_round, many, percent_indicator, somebody


def shown(pilot: Pilot, indicator: Indicator) -> object:
    """Return every number that a page or the evaluation knows of the pulse."""
    results = queries.pulse_results(pilot)
    arms = [(one.arm, one.good, one.others) for one in results[0].rounds[0].arms]
    panel = [
        (one.site.name, one.value, one.answers) for one in queries.pulse_panel(pilot, indicator)
    ]
    turnout = [row.words for row in queries.public_turnouts(pilot, results)]
    return arms, panel, turnout


def erase_one(answer: PulseAnswer) -> None:
    assert pulse.erase_pulse_answer(participant=answer.participant, identifier=str(answer.pk))


def test_no_number_moves_for_whoever_erases_an_answer(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    found = add_round(measuring, lead, -20, -10)
    many(question, found, sites[0], yes=20, no=13)  # exactly twenty: one less would be ten less
    many(question, found, sites[-1], yes=4, no=4)
    before = shown(measuring, indicator)
    assert before[0] == [("pilot", 20, 10), ("comparison", 0, 0)]  # type: ignore[index]
    assert before[1] == [(sites[0].name, 61.0, 33)]  # type: ignore[index]
    chance = random.Random(7)
    answers = list(PulseAnswer.objects.filter(site=sites[0]))
    for answer in chance.sample(answers, 25):
        erase_one(answer)
        assert shown(measuring, indicator) == before
    assert PulseAnswer.objects.filter(site=sites[0]).count() == 8
    # The last of them goes, and the question stays as it was asked.
    for answer in PulseAnswer.objects.filter(question=question):
        erase_one(answer)
    assert shown(measuring, indicator) == before
    assert queries.is_frozen(question)


def test_sheets_that_come_in_late_add_tens_and_change_none(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    found = add_round(measuring, lead, -20, -10)
    many(question, found, sites[0], yes=14, no=6)
    assert count_said_for_good(measuring) == 1  # ten who say yes
    assert count_said_for_good(measuring) == 0
    [ten] = PulseTen.objects.all()
    assert (ten.arm, ten.good, ten.people) == ("pilot", True, 10)
    assert not PulseShare.objects.exists()  # only six who say no
    many(question, found, sites[0], yes=6, no=3)
    arms, panel, _turnout = shown(measuring, indicator)  # type: ignore[misc]
    assert arms[0] == ("pilot", 20, 0)
    assert panel == []  # only nine who say no
    many(question, found, sites[0], yes=0, no=1)
    arms, panel, _turnout = shown(measuring, indicator)  # type: ignore[misc]
    assert arms[0] == ("pilot", 20, 10)
    assert panel == [(sites[0].name, 67.0, 30)]
    count_all_for_good()
    assert PulseTen.objects.filter(pk=ten.pk, people=10).exists()
    assert shown(measuring, indicator)[:2] == (arms, panel)  # type: ignore[index]


def test_late_sheets_wait_until_ten_say_each(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    """Whoever noted the average down before would know roughly what the late ones said."""
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    found = add_round(measuring, lead, -20, -10)
    many(question, found, sites[0], yes=20, no=10)
    count_said_for_good(measuring)
    before = [(sites[0].name, 67.0, 30)]
    assert shown(measuring, indicator)[1] == before  # type: ignore[index]
    many(question, found, sites[0], yes=12, no=2)
    assert shown(measuring, indicator)[1] == before  # type: ignore[index]
    count_said_for_good(measuring)
    assert PulseShare.objects.count() == 1
    many(question, found, sites[0], yes=0, no=8)
    # Twelve and ten more: 32 of 52.
    assert shown(measuring, indicator)[1] == [(sites[0].name, 62.0, 52)]  # type: ignore[index]
    count_said_for_good(measuring)
    assert [(one.good, one.people) for one in PulseShare.objects.all()] == [(20, 30), (12, 22)]


def test_two_sites_reach_ten_each_way_together(
    measuring: Pilot, sites: list[Site], lead: User
) -> None:
    indicator = percent_indicator(measuring)
    question = add_question(measuring, lead, indicator=indicator)
    found = add_round(measuring, lead, -20, -10)
    pilots = [site for site in sites if site.arm == "pilot"]
    others = [site for site in sites if site.arm == "comparison"]
    many(question, found, pilots[0], yes=12, no=8)
    many(question, found, others[0], yes=3, no=9)  # of another kind: it helps nobody
    assert shown(measuring, indicator)[1] == []  # type: ignore[index]
    if len(pilots) > 1:
        many(question, found, pilots[1], yes=2, no=9)
        assert len(shown(measuring, indicator)[1]) == 2  # type: ignore[index]


def test_whoever_proves_to_be_another_moves_no_number(
    measuring: Pilot, question: PulseQuestion, sites: list[Site], lead: User
) -> None:
    found = add_round(measuring, lead, -20, -10)
    many(question, found, sites[0], yes=10, no=0)
    first = PulseAnswer.objects.all()[0].participant
    second = PulseAnswer.objects.all()[1].participant
    before = queries.pulse_results(measuring)[0].rounds[0].arms[0].good
    pulse_registered.participants_joined(first, second)
    first.delete()
    assert before == 10
    assert queries.pulse_results(measuring)[0].rounds[0].arms[0].good == 10
    assert somebody(measuring.partnership).pk not in {first.pk, second.pk}
