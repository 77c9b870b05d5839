"""Answers to the pulse and to "did this fix it?", counted: what is kept for good and what is new.

Everybody reads sums of rows that are never changed (`PulseTen`, `PulseShare`, `FixTen`), and of
what `actions.counting` will keep with its next run: so a number that was public moves for nobody
who erases an answer, and whoever looks before and after learns nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.utils import timezone

from ..models import (
    Change,
    ChangeFeedback,
    Commitment,
    CommitmentFeedback,
    FixAnswer,
    FixTen,
    Pilot,
    PulseAnswer,
    PulseQuestion,
    PulseRound,
    PulseShare,
    PulseTen,
    Theme,
    ThemeFeedback,
)
from ..tens import TEN, Said, new_tens, tens_behind, waiting_to_count
from .steps import start_of

# What has answers behind it, and one of those.
About = Theme | Commitment | Change
Link = ThemeFeedback | CommitmentFeedback | ChangeFeedback
# So long a round that is over waits for sheets of paper: since its end, and since the last one.
SHEET_DAYS = 7
# Question, round, kind of site; and question, round, site.
Place = tuple[int, int, str]
SitePlace = tuple[int, int, int]
# From this value on an answer is a good one.
GOOD_FROM = {PulseQuestion.Scale.YES_NO.value: 1, PulseQuestion.Scale.FIVE.value: 4}


@dataclass(frozen=True)
class PulseSaid:
    """What was answered in rounds that are over, by kind of site and by site.

    Attributes
    ----------
    complete
        Rounds of which no further sheet is waited for: sites are told of in these alone.
    together
        Which readings of sites stand in one average: those of a kind of site in a round, apart
        from sites at which the technology came on within it, which have none.
    """

    by_arm: Mapping[Place, list[Said]]
    by_site: Mapping[SitePlace, list[Said]]
    together: Mapping[SitePlace, Hashable]
    complete: frozenset[int]


def sheets_until(found: PulseRound) -> dt.date:
    """Return the last day on which a round waits for further sheets, if nobody says they are in."""
    return max(found.ends_on, found.last_sheet_on or found.ends_on) + dt.timedelta(SHEET_DAYS)


def is_complete(found: PulseRound, today: dt.date) -> bool:
    """Say whether a round is over and no further sheet of it is waited for."""
    said = found.complete_on is not None and found.ends_on < today
    return said or sheets_until(found) < today


def pulse_said(pilot: Pilot, today: dt.date) -> PulseSaid:
    """Return the answers of all rounds that are over; good ones say True. One query."""
    found = PulseAnswer.objects.filter(question__pilot=pilot, round__ends_on__lt=today)
    rows = found.order_by("answered_at", "pk").values_list(
        *("pk", "question", "question__scale", "round", "site", "site__arm"),
        *("participant", "value", "ten", "share"),
    )
    by_arm: dict[Place, list[Said]] = defaultdict(list)
    by_site: dict[SitePlace, list[Said]] = defaultdict(list)
    for pk, asked, scale, number, site, arm, person, value, ten, share in rows:
        good = value >= GOOD_FROM[scale]
        by_arm[asked, number, arm].append(Said(person, good, ten is not None, pk))
        by_site[asked, number, site].append(Said(person, good, share is not None, pk))
    rounds = {one.pk: one for one in pilot.pulse_rounds.all()} if by_site else {}
    complete = frozenset(pk for pk, one in rounds.items() if is_complete(one, today))
    return PulseSaid(by_arm, by_site, _together(pilot, by_site, rounds), complete)


def _together(
    pilot: Pilot, places: Iterable[SitePlace], rounds: Mapping[int, PulseRound]
) -> dict[SitePlace, Hashable]:
    places = list(places)
    if not places:
        return {}
    sites = {site.pk: site for site in pilot.sites.all()}
    on = pilot.technology_on
    begun = {pk: on and (start_of(pilot, site) or on) for pk, site in sites.items()}
    return {
        (asked, number, site): (
            *(asked, number, sites[site].arm),
            straddles(rounds[number], begun[site]),
        )
        for asked, number, site in places
    }


def straddles(found: PulseRound, technology_on: dt.date | None) -> bool:
    """Say whether the technology came on within this round."""
    return technology_on is not None and found.starts_on < technology_on <= found.ends_on


def pulse_counts(pilot: Pilot, today: dt.date | None = None) -> dict[Place, tuple[int, int]]:
    """Return how many gave a good answer and how many did not, by question, round, kind of site."""
    today = today or timezone.localdate()
    counts: dict[Place, list[int]] = defaultdict(lambda: [0, 0])
    kept = PulseTen.objects.filter(question__pilot=pilot, round__ends_on__lt=today).order_by()
    columns = ("question", "round", "arm", "good")
    for asked, number, arm, good, people in kept.values_list(*columns).annotate(Sum("people")):
        counts[asked, number, arm][not good] += people
    for place, said in pulse_said(pilot, today).by_arm.items():
        for good, people in new_tens(said).items():
            counts[place][not good] += len(people)
    return {place: (good, others) for place, (good, others) in counts.items()}


def site_counts(pilot: Pilot, today: dt.date | None = None) -> dict[SitePlace, tuple[int, int]]:
    """Return how many gave a good answer and how many answered, by question, round and site.

    Only people who are told of: ten or more of a site at once, and of a kind of site ten each way,
    when no further sheet of the round is waited for.
    """
    today = today or timezone.localdate()
    counts: dict[SitePlace, list[int]] = defaultdict(lambda: [0, 0])
    kept = PulseShare.objects.filter(question__pilot=pilot, round__ends_on__lt=today).order_by()
    columns = ("question", "round", "site", "good", "people")
    for asked, number, site, good, people in kept.values_list(*columns):
        counts[asked, number, site][0] += good
        counts[asked, number, site][1] += people
    for place, (good_ones, everybody) in new_shares(pulse_said(pilot, today)).items():
        counts[place][0] += len(good_ones)
        counts[place][1] += len(everybody)
    return {place: (good, people) for place, (good, people) in counts.items()}


def new_shares(said: PulseSaid) -> dict[SitePlace, tuple[list[Said], list[Said]]]:
    """Return who of each site is told of next: good answers, and everybody.

    All who wait at once, when no further sheet of the round is waited for: told of as soon as ten
    and ten are there, the reading would depend on the order in which a pile of sheets is entered.
    A site needs ten people who wait. The average of a kind of site is public, before and after
    sheets that come in late: so of all that are told of at once at its sites, ten or more gave a
    good answer and ten or more did not. Until then they wait.
    """
    ready = {
        place: _waiting_at(answers)
        for place, answers in said.by_site.items()
        if place[1] in said.complete
    }
    groups: dict[Hashable, dict[SitePlace, tuple[list[Said], list[Said]]]] = defaultdict(dict)
    for place, (good, everybody) in ready.items():
        if everybody:
            groups[said.together[place]][place] = (good, everybody)
    found: dict[SitePlace, tuple[list[Said], list[Said]]] = {}
    for group in groups.values():
        good_ones = sum(len(good) for good, _everybody in group.values())
        people = sum(len(everybody) for _good, everybody in group.values())
        if min(good_ones, people - good_ones) >= TEN:
            found |= group
    return found


def _waiting_at(said: Iterable[Said]) -> tuple[list[Said], list[Said]]:
    """Return who of a site is not told of yet: good answers, and everybody; none below ten."""
    waiting = waiting_to_count(said)
    everybody = [one for people in waiting.values() for one in people]
    if len(everybody) < TEN:
        return [], []
    return list(waiting.get(True, ())), everybody


def fix_said(pilot: Pilot, today: dt.date) -> dict[int, list[Said]]:
    """Return what was answered to "did this fix it?" on days that are over, by commitment."""
    rows = FixAnswer.objects.filter(commitment__pilot=pilot).order_by("answered_at", "pk")
    columns = ("pk", "commitment", "feedback", "feedback__participant", "answer", "answered_at")
    found: dict[int, list[Said]] = defaultdict(list)
    for pk, about, feedback, person, answer, at, ten in rows.values_list(*columns, "ten"):
        if timezone.localdate(at) < today or ten is not None:
            who = f"answer {feedback}" if person is None else person
            found[about].append(Said(who, answer, ten is not None, pk))
    return found


@dataclass(frozen=True)
class Behind:
    """The people behind a theme, a promise or a change.

    Attributes
    ----------
    people
        How many are there now; for members who read their answers anyway.
    counted
        How many are counted for good, with those who left since.
    waiting
        Who is there and not counted yet, in the order of their answers; each with their links.
    again
        Links of people who are counted by another answer of theirs.
    """

    people: int
    counted: int
    waiting: Mapping[Hashable, list[int]]
    again: tuple[int, ...]

    @property
    def at_least(self) -> int | None:
        """How many that are at least, as everybody reads it; None for fewer than ten."""
        return tens_behind(self.counted, len(self.waiting))


def behind(about: About, links: Iterable[Link]) -> Behind:
    """Return who stands behind `about`: whoever answered more than once counts once.

    Parameters
    ----------
    links
        All of its links, each with its answer.
    """
    mine: dict[Hashable, list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda one: one.pk):
        feedback = link.feedback
        mine[feedback.participant_id or f"answer {feedback.pk}"].append(link)
    done = {who for who, own in mine.items() if any(link.counted for link in own)}
    waiting = {who: [one.pk for one in own] for who, own in mine.items() if who not in done}
    again = [one.pk for who in done for one in mine[who] if not one.counted]
    return Behind(len(mine), about.counted_people, waiting, tuple(again))


def fix_counts(pilot: Pilot, today: dt.date | None = None) -> dict[int, dict[str, int]]:
    """Return how many said yes, partly and no, by commitment; answers of today count tomorrow."""
    today = today or timezone.localdate()
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    kept = FixTen.objects.filter(commitment__pilot=pilot).order_by()
    for about, answer, people in kept.values_list("commitment", "answer", "people"):
        counts[about][answer] += people
    for about, said in fix_said(pilot, today).items():
        for word, new in new_tens(said).items():
            counts[about][str(word)] += len(new)
    return counts
