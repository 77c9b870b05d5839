"""Every public number of residents' answers is a sum of the same tens, wherever it stands."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.pilots import queries
from lamppost.pilots.actions.counting import count_before_leaving, count_for_good
from lamppost.pilots.models import CountedTen, Feedback, Pilot, PulseAnswer
from lamppost.pilots.queries.commitments import commitments_of
from lamppost.pilots.queries.feedback import feedback_before
from lamppost.pilots.queries.live import public_live
from lamppost.pilots.queries.pulse import pulse_results
from lamppost.story.database import DatabaseSource
from lamppost.story.publish import Publisher
from lamppost.voices.models import Participant
from tests.pilots_world import add_sites, day, make_pilot, switch_on

RATINGS = ("better", "same", "worse")


@pytest.fixture
def busy(partnership: Partnership, make_member: Any) -> Pilot:
    """A pilot with answers before and since the technology, at six sites of two kinds."""
    lead: User = make_member("lead")
    pilot = make_pilot(partnership, lead)
    sites = add_sites(pilot, lead, 4, 2)
    switch_on(pilot)
    made = 0
    for number, site in enumerate(sites):
        for offset in range(-60, 0, 3):
            for one in range((number + offset) % 5):
                made += 1
                person = Participant.objects.create(
                    partnership=partnership, key=f"k{made}", channel="web",
                    created_at=timezone.now(),
                )  # fmt: skip
                Feedback.objects.create(
                    site=site, participant=person, rating=RATINGS[(one * offset) % 3],
                    given_at=timezone.now(), given_on=day(offset),
                )  # fmt: skip
    return Pilot.objects.get(pk=pilot.pk)


def public(pilot: Pilot, name: str) -> list[dict[str, Any]]:
    return list(Publisher(DatabaseSource(pilot.partnership, private=False)).rows(name))


def everything(pilot: Pilot) -> dict[str, Any]:
    """What every page and file says, by arm and answer."""
    live: Counter[tuple[str, str]] = Counter()
    for place in public_live(pilot).places:
        for row in place.rows:
            live.update({(place.arm, r): n for r, n in zip(RATINGS, row.counts, strict=True)})
    by_arm: Counter[tuple[str, str]] = Counter()
    for arms in (queries.public_feedback(pilot).arms, feedback_before(pilot)):
        for arm in arms:
            by_arm.update({(arm.arm, r): n for r, n in zip(RATINGS, arm.counts, strict=True)})
    rows: Counter[tuple[str, str]] = Counter()
    for one in public(pilot, "feedback_tens"):
        rows[one["arm"], one["rating"]] += one["people"]
    return {"live": live, "arms": by_arm, "export": rows}


def test_pages_and_files_add_up_the_same_tens(busy: Pilot) -> None:
    found = everything(busy)
    assert found["live"] == found["arms"] == found["export"]
    assert sum(found["live"].values()) > 50
    assert all(count % 10 == 0 for count in found["live"].values())
    since = {arm.arm: arm.counts for arm in queries.public_feedback(busy).arms}
    for row in public(busy, "feedback_counts"):
        assert tuple(row[rating] or 0 for rating in RATINGS) == since[row["arm"]]
        assert (row["answers"] or 0) == sum(since[row["arm"]])


def test_counting_for_good_changes_nothing_that_is_public(busy: Pilot) -> None:
    before = everything(busy)
    tens = [one | {"id": ""} for one in public(busy, "feedback_tens")]
    assert count_for_good(busy) > 0
    assert count_for_good(busy) == 0
    busy.refresh_from_db()
    assert everything(busy) == before
    assert [one | {"id": ""} for one in public(busy, "feedback_tens")] == tens
    assert sum(CountedTen.objects.values_list("people", flat=True)) == sum(before["live"].values())
    # Each answer behind a ten is known, so that nobody is counted a second time.
    assert Feedback.objects.exclude(ten=None).count() == sum(before["live"].values())
    Feedback.objects.filter(ten=None).delete()
    assert everything(busy) == before


def test_the_pulse_and_whether_it_was_fixed_are_counted_as_on_their_pages(
    busy: Pilot, make_member: Any
) -> None:
    site = busy.sites.filter(arm="pilot").first()
    assert site is not None
    people = list(Participant.objects.filter(partnership=busy.partnership)[:35])
    question = busy.pulse_questions.create(position=1, text="Safe?", scale="yes_no")
    found = busy.pulse_rounds.create(number=1, starts_on=day(-9), ends_on=day(-2))
    for number, person in enumerate(people):
        PulseAnswer.objects.create(
            question=question, round=found, site=site, participant=person,
            value=int(number < 26), answered_at=timezone.now(), answered_on=day(-3),
        )  # fmt: skip
    assert public(busy, "pulse_counts") == [
        {"pilot": "1", "question": 1, "round": 1, "arm": "pilot", "good": 20, "others": None}
    ]
    [result] = pulse_results(busy)
    assert [(arm.good, arm.others) for arm in result.rounds[0].arms] == [(20, 0), (0, 0)]
    now = timezone.now()
    promise = busy.commitments.create(
        you_said="Dark", we_will="Light", owner="Office", due_on=day(), state="done",
        done_on=day(), made_at=now, changed_at=now,
    )  # fmt: skip
    spoke = list(Feedback.objects.filter(site__pilot=busy)[:25])
    for number, one in enumerate(spoke):
        promise.answers.create(
            feedback=one, answer="yes" if number < 14 else "no", answered_at=now - dt.timedelta(1)
        )
    fixed = [{"commitment": "1", "yes": 10, "partly": None, "no": 10}]
    assert public(busy, "fix_counts") == fixed
    [told] = commitments_of(busy)
    assert [count for _label, count in told.fixed] == [10, 10]
    # Kept for good, whoever leaves: every page and file says the same as before.
    counts = public(busy, "pulse_counts")
    for person in people[:12]:
        count_before_leaving(person)
        person.delete()
    assert public(busy, "pulse_counts") == counts
    assert public(busy, "fix_counts") == fixed
    assert [arm.good for arm in pulse_results(busy)[0].rounds[0].arms] == [20, 0]
    assert [count for _label, count in commitments_of(busy)[0].fixed] == [10, 10]
