"""The made-up town: the same for one seed, clearly invented, and whole."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import pytest

from lamppost.demo.dates import dates_of
from lamppost.demo.records import Town
from lamppost.demo.town import make_town
from lamppost.demo.words import stories
from lamppost.vision.mending import keeps_the_sense
from lamppost.vision.queries.about import AGE_BANDS

TODAY = dt.date(2026, 11, 25)
ADDRESS = re.compile(r"[\w.+-]+@([\w.-]+\w)")
TELEPHONE = re.compile(r"\+?\d[\d ()/-]{7,}\d")


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(today=TODAY)


def test_one_seed_makes_one_town(town: Town) -> None:
    assert make_town(today=TODAY) == town


def test_another_seed_makes_another_town(town: Town) -> None:
    other = make_town(today=TODAY, seed=town.truth.seed + 1)
    assert other.truth.pilot_sites != town.truth.pilot_sites
    assert other.conversation.votes != town.conversation.votes
    assert other.readings != town.readings
    assert {one.words for one in other.comments} != {one.words for one in town.comments}


def test_the_day_moves_the_dates_and_nothing_else_that_counts(town: Town) -> None:
    later = make_town(today=TODAY + dt.timedelta(weeks=30))
    assert later.truth == replace(town.truth, group_of=later.truth.group_of)
    assert later.dates.pilot_ends - town.dates.pilot_ends == dt.timedelta(weeks=30)


def test_sizes_are_those_of_the_issue(town: Town) -> None:
    assert 55 <= len(town.people) <= 65
    assert len({person.group for person in town.people}) == 5
    assert len(town.conversation.participants) == 800
    states = Counter(one.state for one in town.conversation.statements)
    assert states == {"accepted": 61, "declined": 3, "waiting": 5}
    assert Counter(site.arm for site in town.pilot.sites) == {"pilot": 8, "comparison": 16}
    assert sum(1 for one in town.comments if one.words) == 400
    assert 6 <= len(town.meetings) <= 8
    weeks = {reading.at.isocalendar()[:2] for reading in town.readings}
    assert len(weeks) == 40


def test_activity_is_uneven(town: Town) -> None:
    votes = Counter(vote.participant for vote in town.conversation.votes)
    assert 0.35 <= len(town.conversation.votes) / (800 * 60) <= 0.50
    assert min(votes.values()) < 7
    assert max(votes.values()) > 50


def test_late_statements_have_fewer_votes(town: Town) -> None:
    votes = Counter(vote.statement for vote in town.conversation.votes)
    early = min(votes[number] for number in range(1, 13))
    assert all(votes[number] < early for number in range(54, 61))


def test_nobody_votes_before_a_statement_is_shown_or_twice(town: Town) -> None:
    shown = {one.number: one.moderated_at for one in town.conversation.statements}
    pairs = Counter((vote.participant, vote.statement) for vote in town.conversation.votes)
    assert max(pairs.values()) == 1
    for vote in town.conversation.votes:
        one = next(s for s in town.conversation.statements if s.number == vote.statement)
        earliest = one.said_at if one.state == "declined" else shown[vote.statement]
        assert earliest is not None
        assert vote.cast_at >= earliest


def test_second_thoughts_change_votes_that_were_cast(town: Town) -> None:
    first = {(v.participant, v.statement): v for v in town.conversation.votes}
    assert len(town.conversation.second_thoughts) >= 10
    for vote in town.conversation.second_thoughts:
        earlier = first[vote.participant, vote.statement]
        assert vote.value != earlier.value
        assert vote.cast_at > earlier.cast_at


def test_who_is_merged_mended_marked_and_counted_is_there(town: Town) -> None:
    statements = {one.number: one for one in town.conversation.statements}
    voted = {(vote.participant, vote.statement): vote for vote in town.conversation.votes}
    (same,) = (one for one in statements.values() if one.merged_into)
    assert statements[same.merged_into or 0].number in town.truth.common_ground
    assert sum(1 for _, number in voted if number == same.number) > 5
    (mended,) = (one for one in statements.values() if one.earlier)
    assert keeps_the_sense(mended.earlier, mended.text)
    assert len({mark.participant for mark in town.marks}) == len(town.marks) > 100
    assert all(voted[mark.participant, mark.statement].value == 1 for mark in town.marks)
    on_paper = {p.number for p in town.conversation.participants if p.channel == "paper"}
    assert {sheet.participant for sheet in town.sheets} == on_paper
    assert 10 < sum(1 for sheet in town.sheets if sheet.checked_at) < len(on_paper) - 10


def test_few_of_those_who_took_part_live_on_the_island(town: Town) -> None:
    said = Counter(one.value for one in town.selves if one.question == "neighbourhood")
    assert said.total() > 200
    assert said["Gull Island"] / said.total() < stories.POPULATION["neighbourhood"]["Gull Island"]
    for shares in (*stories.POPULATION.values(), *stories.SAY_SO.values()):
        assert sum(shares.values()) == pytest.approx(1)
    for question, shares in stories.SAY_SO.items():
        assert shares.keys() == stories.POPULATION[question].keys()
    assert stories.SAY_SO["age"].keys() == {value for value, _label in AGE_BANDS}


def test_stories_are_of_every_kind_and_every_consent(town: Town) -> None:
    told = town.stories
    assert {one.feeling for one in told} == {"hope", "fear", "experience"}
    assert {one.state for one in told} == {"accepted", "declined", "waiting"}
    assert {one.consent for one in told} == {True, False}
    assert {one.language for one in told} == {"en", "es", "ar"}
    assert sum(1 for one in told if one.photo_words) == 1
    came = {one.number: one.came_at for one in town.conversation.participants}
    assert all(came[one.author] <= one.told_at for one in told)
    assert {card[0] for card in stories.CARDS} == {person.group for person in town.people}


def test_the_room_voted_at_the_workshop(town: Town) -> None:
    (workshop,) = (m for m in town.meetings if m.title == "Workshop: from the landscape to goals")
    votes = [vote.cast_at for vote in town.conversation.votes if vote.channel == "room"]
    assert votes
    assert workshop.starts_at < min(votes)
    assert max(votes) < workshop.ends_at


def test_people_speak_three_languages(town: Town) -> None:
    accepted = [one for one in town.conversation.statements if one.state == "accepted"]
    assert Counter(one.language for one in accepted) == {"en": 48, "es": 9, "ar": 4}
    spoken = Counter(one.language for one in town.comments if one.words)
    assert spoken["es"] >= 20
    assert spoken["ar"] >= 10


def test_comments_do_not_repeat_each_other(town: Town) -> None:
    words = [one.words for one in town.comments if one.words]
    assert len(set(words)) == len(words)
    sentences = {part for text in words for part in re.split(r"(?<=[.?!]) ", text)}
    assert len(sentences) >= 200


def test_answers_follow_street_and_week(town: Town) -> None:
    def share_better(since: dt.date, until: dt.date) -> float:
        found = [
            one.rating
            for one in town.comments
            if one.site in town.truth.pilot_sites and since <= one.given_at.date() < until
        ]
        return found.count("better") / len(found)

    dates = town.dates
    bright = share_better(dates.technology_on, dates.turned_down)
    dimmed = share_better(dates.turned_down, dates.today)
    assert dimmed > bright + 0.15


def test_one_answer_for_a_person_a_site_and_a_day(town: Town) -> None:
    keys = Counter(
        (one.site, one.participant, one.given_at.date())
        for one in town.comments
        if one.participant is not None
    )
    assert max(keys.values()) == 1


def test_no_address_or_number_that_could_reach_somebody(town: Town) -> None:
    everything = repr(town)
    domains = {match.group(1) for match in ADDRESS.finditer(everything)}
    assert domains == {"example.org"}
    written = [person.contact for person in town.people] + [one.words for one in town.comments]
    written += [one.text for one in town.conversation.statements]
    written += [one.words for one in town.stories]
    numbers = [found for text in written for found in TELEPHONE.findall(text)]
    assert numbers
    assert all(number.startswith("01632 960") for number in numbers)


def test_everybody_who_is_named_is_on_the_list(town: Town) -> None:
    names = [person.name for person in town.people]
    assert len(set(names)) == len(names)
    known = set(names)
    assert {person.organisation for person in town.people} - {""} <= known
    assert {account.name for account in town.accounts} <= known
    assert {account.organisation for account in town.accounts} - {""} <= known
    assert {view.organisation for view in town.views} <= known
    for meeting in town.meetings:
        assert set(meeting.attended) <= set(meeting.invited) <= known


def test_the_isolated_never_meet_anybody(town: Town) -> None:
    came = {name for meeting in town.meetings for name in meeting.attended}
    assert not came & set(town.truth.isolated)
    past = [m for m in town.meetings if m.starts_at.date() < TODAY]
    assert all(set(town.truth.bridges) <= set(meeting.attended) for meeting in past)


def test_gaps_are_where_they_were_planted(town: Town) -> None:
    part = [person for person in town.people if person.status == "taking_part"]
    counts = {("group", key): n for key, n in Counter(p.group for p in part).items()}
    counts |= {
        ("neighbourhood", key): n for key, n in Counter(p.neighbourhood for p in part).items()
    }
    short = {value for (kind, value), n in town.targets.items() if counts.get((kind, value), 0) < n}
    assert short == {*town.truth.thin_groups, *town.truth.thin_neighbourhoods}


@pytest.mark.parametrize("days", range(0, 400, 29))
def test_dates_are_in_order_whatever_the_day(days: int) -> None:
    today = TODAY + dt.timedelta(days=days)
    dates = dates_of(today)
    order = [
        dates.founded,
        dates.question_opens,
        dates.goals_agreed,
        dates.pilot_planned,
        dates.measuring_starts,
        dates.technology_on,
        dates.turned_down,
        dates.pilot_ends,
        dates.decided,
        dates.lesson,
        today,
        dates.question_closes,
    ]
    assert order == sorted(order)
    assert len(set(order)) == len(order)
    assert dates.technology_on.weekday() == dates.measuring_starts.weekday() == 0
    assert (dates.turned_down - dates.technology_on) == dt.timedelta(weeks=8)


def test_gates_are_in_order(town: Town) -> None:
    passed = [gate.passed_on for gate in town.pilot.gates]
    assert passed == sorted(passed)
    assert len(passed) == 11


def test_a_smaller_town_is_the_same_story() -> None:
    small = make_town(today=TODAY, scale=0.1)
    assert len(small.conversation.participants) == 80
    assert sum(1 for one in small.comments if one.words) == 40
    assert len(small.readings) == len(make_town(today=TODAY).readings)


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_a_scale_outside_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        make_town(today=TODAY, scale=scale)
