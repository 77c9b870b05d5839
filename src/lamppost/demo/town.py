"""The whole made-up town, from one seed and one today."""

from __future__ import annotations

import datetime as dt

from . import comments, opinions, people, readings, selves
from .dates import WEEKS_AT_FULL_POWER, WEEKS_BEFORE, WEEKS_TURNED_DOWN, dates_of
from .records import Change, Dates, Decision, Gate, Goal, Indicator, Pilot, Site, Town, View
from .truth import Truth
from .words import people as who
from .words import pilot as words
from .words.statements import OPINION_GROUPS

TOWN = "Harbourlea"
SLUG = "harbourlea"
PLAYBOOK = "smart-street-lighting"
# With this one chance hides nothing that was planted; over many seeds one interval in twenty does.
SEED = 18


def make_town(*, seed: int = SEED, today: dt.date, scale: float = 1.0) -> Town:
    """Return the town: the same for the same seed, today and scale, on every machine.

    Parameters
    ----------
    seed
        Everything that chance decides comes from it.
    today
        The day on which the town is looked at; the pilot ended two to three weeks before.
    scale
        1 for 800 participants and 400 comments; less makes fewer of these two and nothing else.

    Raises
    ------
    ValueError
        When `scale` is not between 0 and 1.
    """
    if not 0 < scale <= 1:
        raise ValueError("The scale lies above 0 and at most at 1.")
    dates = dates_of(today)
    everybody = people.people()
    places = readings.sites(seed)
    streets = tuple(sorted(place.name for place in places if place.arm == "pilot"))
    conversation = opinions.conversation(dates, streets, seed, scale)
    return Town(
        name=TOWN,
        partnership=words.NAME,
        slug=SLUG,
        problem=words.PROBLEM,
        playbook=PLAYBOOK,
        dates=dates,
        accounts=people.accounts(),
        people=everybody,
        targets=dict(who.TARGETS),
        meetings=people.meetings(everybody, dates, seed),
        conversation=conversation,
        marks=selves.marks(conversation, seed),
        selves=selves.selves(conversation, seed),
        sheets=selves.sheets(conversation, seed),
        stories=selves.stories(conversation, dates, seed),
        objection=selves.objection(conversation, dates, seed),
        goals=tuple(Goal(*goal) for goal in words.GOALS),
        indicators=tuple(Indicator(*indicator) for indicator in words.INDICATORS),
        pilot=_pilot(dates, places),
        comments=comments.comments(places, conversation.participants, dates, seed, scale),
        readings=readings.readings(places, dates, seed),
        views=tuple(
            View(organisation, by, subject, text, language, _day(dates, after, days))
            for organisation, by, subject, text, language, after, days in words.VIEWS
        ),
        lesson=dict(words.LESSON),
        truth=_truth(seed, places, tuple(one.opinion_group for one in conversation.participants)),
    )


def _day(dates: Dates, after: str, days: int) -> dt.date:
    day: dt.date = getattr(dates, after)
    return day + dt.timedelta(days=days)


def _pilot(dates: Dates, places: tuple[Site, ...]) -> Pilot:
    return Pilot(
        title=words.TITLE,
        problem=words.PROBLEM,
        owner_department=words.OWNER,
        technology=words.TECHNOLOGY,
        stop_rule=words.STOP_RULE,
        company=words.COMPANY,
        notice=dict(words.NOTICE),
        starts_on=dates.measuring_starts,
        technology_on=dates.technology_on,
        ends_on=dates.pilot_ends,
        decision_due_on=dates.pilot_ends + dt.timedelta(days=21),
        drawn_on=dates.pilot_planned + dt.timedelta(days=21),
        sites=places,
        gates=tuple(
            Gate(kind, document, signed, _day(dates, after, days))
            for kind, document, signed, after, days in words.GATES
        ),
        changes=tuple(
            Change(said, did, _day(dates, after, days), bright)
            for said, did, after, days, bright in words.CHANGES
        ),
        decision=Decision(
            kind="expand",
            reason=words.DECISION_REASON,
            decided_by=words.DECIDED_BY,
            decided_on=dates.decided,
            next_step=words.NEXT_STEP,
        ),
    )


def _truth(seed: int, places: tuple[Site, ...], groups: tuple[int, ...]) -> Truth:
    return Truth(
        seed=seed,
        opinion_groups=OPINION_GROUPS,
        group_of=groups,
        common_ground=opinions.planted("common ground"),
        dividing=opinions.planted("dividing"),
        agree_chance=opinions.agree_chances(),
        effects=readings.effects(),
        pilot_sites=tuple(place.name for place in places if place.arm == "pilot"),
        comparison_sites=tuple(place.name for place in places if place.arm == "comparison"),
        weeks_before=WEEKS_BEFORE,
        weeks_at_full_power=WEEKS_AT_FULL_POWER,
        weeks_turned_down=WEEKS_TURNED_DOWN,
        bridges=who.BRIDGES,
        isolated=who.ISOLATED,
        thin_groups=who.THIN_GROUPS,
        thin_neighbourhoods=who.THIN_NEIGHBOURHOODS,
    )
