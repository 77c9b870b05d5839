"""Sheets of a round that is over: the readings are the same, in whatever order they are entered."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from unittest import mock

import pytest
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.pilots.actions import counting, pulse
from lamppost.pilots.models import Pilot, PulseQuestion, PulseRound, Site
from lamppost.pilots.queries.counted import SHEET_DAYS, pulse_counts, site_counts
from tests.pilots_world import add_sites, day, fill_groups, make_pilot, pass_up_to
from tests.pulse_world import add_question, add_round, many, somebody

pytestmark = pytest.mark.django_db
Sheet = tuple[int, int]  # which site, and whether the answer is a good one
Read = dict[str, tuple[int, int]]
ORDERS, DAYS_OF_ENTRY = 3, 3


def world(partnership: Partnership, lead: User) -> tuple[Pilot, list[Site]]:
    fill_groups(partnership)
    pilot = make_pilot(partnership, lead)
    add_sites(pilot, lead, 2, 2)
    pass_up_to(pilot, lead, "measuring")
    return pilot, list(Site.objects.filter(pilot=pilot).order_by("pk"))


def read(pilot: Pilot, found: PulseRound) -> Read:
    names = dict(pilot.sites.values_list("pk", "name"))
    counts = site_counts(pilot)
    return {names[site]: told for (_q, number, site), told in counts.items() if number == found.pk}


def by_kind(shown: Read) -> dict[str, tuple[int, int]]:
    """Good answers and others of each kind of site."""
    found: dict[str, tuple[int, int]] = {}
    for name, (good, people) in shown.items():
        kind = name.split()[0]
        before = found.get(kind, (0, 0))
        found[kind] = (before[0] + good, before[1] + people - good)
    return found


def tells_of_ten_each_way(before: Read, after: Read) -> bool:
    """Say whether a look before and one after differ by nobody, or by ten and ten, in each kind."""
    old, new = by_kind(before), by_kind(after)
    for kind in {*old, *new}:
        first, then = old.get(kind, (0, 0)), new.get(kind, (0, 0))
        moved = (then[0] - first[0], then[1] - first[1])
        if moved != (0, 0) and min(moved) < 10:
            return False
    return True


def enter(question: PulseQuestion, site: Site, value: int, lead: User, on: dt.date) -> None:
    pulse.enter_pulse_sheet(
        site=site, participant=somebody(question.pilot.partnership), by=lead,
        answers={question: value}, channel="paper", answered_on=on,
    )  # fmt: skip


def entered_in(
    order: list[Sheet], question: PulseQuestion, found: PulseRound, sites: list[Site], lead: User
) -> Read:
    """Enter a pile over some days, counting each night; return what is read in the end."""
    pilot, now = question.pilot, timezone.now()
    shown = read(pilot, found)
    for number in range(DAYS_OF_ENTRY + 1):
        later = now + dt.timedelta(number if number < DAYS_OF_ENTRY else number + SHEET_DAYS)
        with mock.patch.object(timezone, "now", return_value=later):
            counting.count_all_for_good()
            for site, value in order[number::DAYS_OF_ENTRY] if number < DAYS_OF_ENTRY else ():
                enter(question, sites[site], value, lead, found.starts_on)
                assert tells_of_ten_each_way(shown, read(pilot, found))
                shown = read(pilot, found)
            counting.count_all_for_good()
            assert tells_of_ten_each_way(shown, read(pilot, found))
            shown = read(pilot, found)
    return shown


def as_they_are(pile: list[Sheet], sites: list[Site]) -> Read:
    """What the pile says, all of it: sites with ten and more, kinds with ten each way."""
    people, good = Counter(site for site, _v in pile), Counter(site for site, v in pile if v)
    full = {sites[one].name: (good[one], people[one]) for one in people if people[one] >= 10}
    kinds = by_kind(full)
    return {name: told for name, told in full.items() if min(kinds[name.split()[0]]) >= 10}


@pytest.mark.parametrize("seed", [1])
def test_a_pile_is_read_the_same_in_any_order(
    partnership: Partnership, lead: User, seed: int
) -> None:
    chance = random.Random(seed)
    pilot, sites = world(partnership, lead)
    pile = [
        (site, int(chance.random() < share))
        for site, share in enumerate(chance.choices((0.1, 0.3, 0.7, 0.95), k=4))
        for _sheet in range(chance.randrange(6, 24))
    ]
    # A round for each order, so that each begins with nothing.
    question = add_question(pilot, lead)
    first = [-20 + 3 * number for number in range(ORDERS)]
    found = [add_round(pilot, lead, one, one + 1) for one in first]
    orders = [sorted(pile), sorted(pile, key=lambda one: (one[1], one[0]))]
    orders += [chance.sample(pile, len(pile)) for _order in range(ORDERS - 2)]
    whole = as_they_are(pile, sites)
    for order, one in zip(orders, found, strict=True):
        assert entered_in(order, question, one, sites, lead) == whole


def test_late_sheets_are_the_same_in_any_order_after_a_first_count(
    partnership: Partnership, lead: User
) -> None:
    """Answers from the web counted first; what the pile adds is added at once, or waits whole."""
    pilot, sites = world(partnership, lead)
    question = add_question(pilot, lead)
    for number, (good, others) in enumerate([(12, 28), (3, 30)]):
        pile = [(0, 1)] * good + [(0, 0)] * others
        ends = []
        for place, backwards in enumerate((False, True)):
            first = -25 + 6 * number + 3 * place
            found = add_round(pilot, lead, first, first + 1)
            many(question, found, sites[0], yes=15, no=12)
            pulse.complete_pulse_round(round=found, by=lead)
            assert read(pilot, found) == {sites[0].name: (15, 27)}
            order = sorted(pile, reverse=backwards)
            ends.append(entered_in(order, question, found, sites, lead))
        added = (good, good + others) if good >= 10 else (0, 0)
        assert ends == [{sites[0].name: (15 + added[0], 27 + added[1])}] * 2


def test_it_counts_at_once_when_all_are_entered(partnership: Partnership, lead: User) -> None:
    pilot, sites = world(partnership, lead)
    question = add_question(pilot, lead)
    found = add_round(pilot, lead, -20, -10)
    for value in (1,) * 12 + (0,) * 28:
        enter(question, sites[0], value, lead, day(-15))
    assert read(pilot, found) == {}
    pulse.complete_pulse_round(round=found, by=lead)
    assert read(pilot, found) == {sites[0].name: (12, 40)}, "30 %, not the first ten of each"
    [ten] = [told for place, told in pulse_counts(pilot).items() if place[2] == "pilot"]
    assert ten == (10, 20)
    enter(question, sites[0], 0, lead, day(-15))
    found.refresh_from_db()
    assert found.complete_on is None
    assert read(pilot, found) == {sites[0].name: (12, 40)}, "what was public stays"
    now = add_round(pilot, lead, -1, 3)
    with pytest.raises(pulse.PulseRefused, match="not over"):
        pulse.complete_pulse_round(round=now, by=lead)
