"""How many people stand behind something never moves for somebody who erases their answer."""

from __future__ import annotations

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions import commitments, themes
from lamppost.pilots.actions.counting import count_all_for_good, count_said_for_good
from lamppost.pilots.models import Commitment, Feedback, Pilot, Site, Theme
from lamppost.pilots.queries.commitments import commitments_of
from lamppost.pilots.queries.themes import themes_of
from lamppost.voices.actions import (
    erase_contribution,
    erase_participant,
    participant_without_device,
)
from tests.pilots_world import day


def speak(site: Site, number: int = 1, **more: object) -> list[Feedback]:
    partnership = site.pilot.partnership
    return [
        actions.give_feedback(
            site=site,
            participant=participant_without_device(partnership=partnership, channel="web"),
            rating="worse",
            words="Glare",
            **more,  # type: ignore[arg-type]
        )
        for _number in range(number)
    ]


def shown(pilot: Pilot) -> tuple[int | None, int | None]:
    return themes_of(pilot)[0].at_least, commitments_of(pilot)[0].at_least


def promised(pilot: Pilot, lead: User, answers: list[Feedback]) -> Theme:
    theme = themes.make_theme(pilot=pilot, by=lead, values={"name": "Glare"}, feedback=answers)
    said = {"you_said": "Glare", "owner": "Streets", "due_on": day(9), "theme": theme}
    commitments.make_commitment(pilot=pilot, by=lead, values=said)
    return theme


def test_whoever_erases_an_answer_moves_no_number(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    answers = speak(sites[0], 20)
    theme = promised(running, lead, answers)
    assert shown(running) == (20, 20)
    for number, one in enumerate(answers[:15]):
        who = one.participant
        assert who is not None
        if number % 2:
            erase_participant(participant=who)
        else:
            assert erase_contribution(participant=who, kind="feedback", identifier=str(one.pk))
        assert shown(running) == (20, 20)
    assert themes_of(running)[0].people == 5  # whoever reads the answers sees those that are there
    # Ten more are ten more, whether or not somebody left before.
    themes.put_under(theme=theme, by=lead, feedback=speak(sites[1], 9))
    assert shown(running) == (20, 20)
    themes.put_under(theme=theme, by=lead, feedback=speak(sites[1], 1))
    assert shown(running) == (30, 30)


def test_one_person_is_counted_once_however_often(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    answers = speak(sites[0], 10)
    theme = promised(running, lead, answers)
    count_said_for_good(running)
    again = [
        actions.give_feedback(site=sites[1], participant=one.participant, rating="worse")
        for one in answers
    ]
    themes.put_under(theme=theme, by=lead, feedback=again)
    count_all_for_good()
    # The first answer goes and the second stays: the person is known by it.
    who = answers[0].participant
    assert who is not None
    assert erase_contribution(participant=who, kind="feedback", identifier=str(answers[0].pk))
    count_all_for_good()
    assert shown(running) == (10, 10)
    assert theme.links.filter(counted=True).count() == 19


def test_the_lead_may_take_out_what_is_about_something_else(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    answers = speak(sites[0], 20)
    theme = promised(running, lead, answers)
    who = answers[0].participant
    assert who is not None
    erase_contribution(participant=who, kind="feedback", identifier=str(answers[0].pk))
    themes.take_out(theme=theme, by=lead, feedback=answers[1:2])
    # Nineteen are counted: the one who left, and eighteen who are there.
    assert shown(running) == (10, 10)
    assert Theme.objects.get().counted_people == 19
    themes.put_under(theme=theme, by=lead, feedback=speak(sites[1], 1))
    assert shown(running) == (10, 10)


def test_a_change_keeps_its_number_in_the_export(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    answers = speak(sites[0], 10)
    promised(running, lead, answers)
    commitments.keep_commitment(
        commitment=Commitment.objects.get(), by=lead, we_did="Shades", done_on=day()
    )
    who = answers[0].participant
    assert who is not None
    erase_contribution(participant=who, kind="feedback", identifier=str(answers[0].pk))
    change = running.changes.get()
    assert (change.counted_people, change.feedback.count()) == (10, 9)
