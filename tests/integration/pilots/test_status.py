"""The lead's page over all pilots: what is late, how much came in, few queries."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from lamppost.accounts.models import Membership, User
from lamppost.pilots import actions
from lamppost.pilots.models import (
    Alert,
    Commitment,
    Gate,
    GateKind,
    Pilot,
    PilotTask,
    PulseRound,
    Site,
)
from lamppost.pilots.queries.pilots import accepts_readings, register_over_since
from lamppost.pilots.queries.status import Status, pilot_statuses
from lamppost.voices.actions import participant_without_device
from tests.pilots_world import add_sites, day, pass_up_to

pytestmark = pytest.mark.once


def only(pilot: Pilot, since: dt.datetime | None = None) -> Status:
    (found,) = pilot_statuses(pilot.partnership, since)
    return found


def answer(site: Site) -> object:
    who = participant_without_device(partnership=site.pilot.partnership, channel="web")
    return actions.give_feedback(site=site, participant=who, rating="worse", words="", consent=True)


def promise(pilot: Pilot, **values: object) -> Commitment:
    now = timezone.now()
    filled = {"you_said": "Glare", "owner": "Streets", "made_at": now, "changed_at": now}
    return Commitment.objects.create(pilot=pilot, **{**filled, **values})


def test_a_new_pilot_is_not_late(pilot: Pilot) -> None:
    found = only(pilot)
    assert (found.passed, found.used, found.waiting) == (0, 9, "Problem and owner")
    assert found.late == ()
    assert found.pulse is None


def test_all_that_is_late_the_longest_first(pilot: Pilot, lead: User, sites: list[Site]) -> None:
    pass_up_to(pilot, lead, "disclosure")
    Pilot.objects.update(
        baseline_starts_on=day(-9), decision_due_on=day(-3), results_due_on=day(-1)
    )
    PilotTask.objects.create(pilot=pilot, text="Delete", due_on=day(-20))
    PilotTask.objects.create(pilot=pilot, text="Not yet", due_on=day())
    promise(pilot, we_will="Turn it down", due_on=day(-5))
    promise(pilot, due_on=day(5))
    promise(pilot, due_on=day(-5), state="wont", wont_reason="Too dear")
    said = answer(sites[0])
    Alert.objects.create(
        feedback=said,
        words="fire",
        raised_at=timezone.now() - dt.timedelta(2),
        due_at=timezone.now() - dt.timedelta(hours=2),
    )
    found = only(pilot)
    assert [(strip_tags(one.text), one.days) for one in found.late] == [
        ("Delete", 20),
        ("The gate “Measuring starts”", 9),
        ("Promised: Turn it down", 5),
        ("The decision", 3),
        ("Publishing the results", 1),
        ("Words about danger that nobody looked at (1)", 0),
    ]
    assert found.late[-1].hours == 2
    assert (found.tasks, found.commitments, found.alerts) == (2, 2, 1)


def test_what_is_late_within_a_day_says_hours(
    lead_client: Client, pilot: Pilot, sites: list[Site]
) -> None:
    alert = Alert.objects.create(
        feedback=answer(sites[0]), words="fire", raised_at=timezone.now(), due_at=timezone.now()
    )
    page = reverse("pilots:status", args=[pilot.partnership.slug])
    for hours, said in ((0.5, "less than an hour"), (1.5, "1 hour<"), (5.5, "5 hours<"),
                        (25, "1 day<"), (50, "2 days<")):  # fmt: skip
        Alert.objects.filter(pk=alert.pk).update(due_at=timezone.now() - dt.timedelta(hours=hours))
        shown = lead_client.get(page).text
        assert said in shown, hours
        assert "0 days" not in shown


def test_without_a_device_in_force_in_the_register_nothing_comes_in(
    pilot: Pilot, lead: User, sites: list[Site], lead_client: Client
) -> None:
    pass_up_to(pilot, lead, "measuring", day())
    assert accepts_readings(pilot)
    assert register_over_since(pilot) is None
    pilot.register_entries.update(active_until=day(-2))
    assert not accepts_readings(pilot)
    assert [(one.text, one.days) for one in only(pilot).late] == [
        ("The entry in the sensor register", 2)
    ]
    work = reverse("pilots:work", args=[pilot.partnership.slug, pilot.pk])
    assert "until a device stands there again" in lead_client.get(work).text


def test_feedback_counts_since_the_last_visit(
    lead_client: Client, pilot: Pilot, lead: User, sites: list[Site]
) -> None:
    answer(sites[0])
    moment = timezone.now()
    assert only(pilot).feedback == 1
    assert only(pilot, moment).feedback == 0
    Membership.objects.filter(user=lead).update(seen_at=moment)
    answer(sites[1])
    page = lead_client.get(reverse("pilots:status", args=[pilot.partnership.slug]))
    assert [one.feedback for one in page.context["page"]] == [1]
    assert "since your last visit" in page.content.decode()


def test_what_came_in_between_page_and_press_is_new(
    lead_client: Client, pilot: Pilot, lead: User, sites: list[Site]
) -> None:
    slug = pilot.partnership.slug
    for page, press in (("pilots:status", "pilots:status_seen"), ("partnership", "seen")):
        answer(sites[0])
        text = lead_client.get(reverse(page, args=[slug])).text
        (read_at,) = re.findall(r'name="read_at" value="([^"]+)"', text)
        answer(sites[1])
        lead_client.post(reverse(press, args=[slug]), {"read_at": read_at})
        assert only(pilot, Membership.objects.get(user=lead).seen_at).feedback == 1
    # A page of before takes nothing back, and no moment ahead hides what is to come.
    for sent in (read_at, "2999-01-01T00:00:00+00:00", "yesterday", "2999-13-45", ""):
        before = timezone.now()
        lead_client.post(reverse("pilots:status_seen", args=[slug]), {"read_at": sent})
        seen = Membership.objects.get(user=lead).seen_at
        assert seen is not None
        assert seen <= timezone.now()
        assert (seen >= before) == (sent != read_at)


def test_an_answer_counts_from_when_it_came_in(pilot: Pilot, lead: User, asked: list[Site]) -> None:
    """Paper of yesterday, a press that waited, words and a place added to what was seen."""
    who = participant_without_device(partnership=pilot.partnership, channel="web")
    paper = participant_without_device(partnership=pilot.partnership, channel="paper")
    give = partial(actions.give_feedback, site=asked[0])
    give(participant=who, rating="worse")
    seen = timezone.now()
    assert only(pilot, seen).feedback == 0
    give(participant=who, rating="worse")
    assert only(pilot, seen).feedback == 0
    give(participant=who, rating="", words="It is dark at the gate.")
    assert only(pilot, seen).feedback == 1
    give(participant=paper, rating="same", given_at=seen - dt.timedelta(1), channel="paper")
    assert only(pilot, seen).feedback == 2
    waited = seen - dt.timedelta(minutes=20)
    actions.give_feedback_once(site=asked[1], participant=who, rating="better", tapped_at=waited)
    assert only(pilot, seen).feedback == 3
    seen, first = timezone.now(), pilot.sites.get(pk=asked[0].pk).feedback.earliest("pk")
    place = {"latitude": None, "longitude": None, "address": "Beside the gate"}
    actions.set_feedback_place(feedback=first, **place)
    assert only(pilot, seen).feedback == 1


def test_two_leads_each_have_their_own_last_visit(
    pilot: Pilot,
    sites: list[Site],
    lead_client: Client,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    address = reverse("pilots:status", args=[pilot.partnership.slug])
    press = reverse("pilots:status_seen", args=[pilot.partnership.slug])
    second = client_of(make_member("lead"))

    def new(client: Client) -> int:
        return int(client.get(address).context["page"][0].feedback)

    answer(sites[0])
    # Looking writes nothing: whoever looks again still finds it.
    assert [new(lead_client), new(lead_client), new(second)] == [1, 1, 1]
    assert lead_client.get(press).status_code == 405
    assert "What comes in from now on" in lead_client.post(press, follow=True).text
    assert [new(lead_client), new(second)] == [0, 1]
    answer(sites[1])
    assert [new(lead_client), new(second)] == [1, 2]
    second.post(press)
    assert [new(lead_client), new(second)] == [1, 0]


def test_a_round_of_the_pulse_that_is_on(pilot: Pilot) -> None:
    PulseRound.objects.create(pilot=pilot, number=1, starts_on=day(-1), ends_on=day())
    assert only(pilot).pulse == 0


def test_ten_pilots_in_fewer_than_sixty_queries(
    lead_client: Client, pilot: Pilot, lead: User
) -> None:
    address = reverse("pilots:status", args=[pilot.partnership.slug])
    with CaptureQueriesContext(connection) as one:
        assert lead_client.get(address).status_code == 200
    indicator = pilot.pilot_indicators.get().indicator
    for number in range(9):
        made = actions.start_pilot(
            partnership=pilot.partnership,
            by=lead,
            values={"title": f"Pilot {number}", "playbook": pilot.playbook, "problem": "P"},
            indicators=[indicator],
        )
        add_sites(made, lead)
        PilotTask.objects.create(pilot=made, text="Delete", due_on=day(-20))
        Gate.objects.create(
            pilot=made, kind=GateKind.PROBLEM, document="D", signed_by_name="S", passed_on=day()
        )
    with CaptureQueriesContext(connection) as ten:
        page = lead_client.get(address)
    assert len(page.context["page"]) == 10
    assert len(ten) <= len(one) + 2 < 60


def test_it_is_for_whoever_plans_pilots(
    make_member: Callable[..., User], client_of: Callable[[User], Client], pilot: Pilot
) -> None:
    address = reverse("pilots:status", args=[pilot.partnership.slug])
    assert client_of(make_member("observer")).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_without_a_pilot_it_says_what_to_do_first(
    lead_client: Client, lead: User, partnership: object
) -> None:
    page = lead_client.get(reverse("pilots:status", args=["elm-street"])).content.decode()
    assert "No pilots yet" in page


def test_a_decided_pilot_waits_for_its_lesson_alone(pilot: Pilot, lead: User) -> None:
    words = {"reason": "R", "decided_by": "C", "decided_on": day()}
    actions.decide(pilot=pilot, by=lead, kind="stop", **words)
    Pilot.objects.update(decision_due_on=day(-3), baseline_starts_on=day(-9))
    found = only(Pilot.objects.get())
    assert (found.waiting, found.late) == ("Lesson", ())


def test_words_that_are_late_bear_their_language(
    pilot: Pilot, lead: User, lead_client: Client
) -> None:
    """In a page from right to left, the full stop of English words stays at their end."""
    PilotTask.objects.create(pilot=pilot, text="Mend <it>.", owner="Office", due_on=day(-3))
    Commitment.objects.create(
        pilot=pilot, you_said="Dark.", we_will="More light.", owner="Office", due_on=day(-3),
        made_at=timezone.now(), changed_at=timezone.now(),
    )  # fmt: skip
    page = lead_client.get(reverse("pilots:status", args=[pilot.partnership.slug])).text
    assert '<span lang="en" dir="ltr">Mend &lt;it&gt;.</span>' in page
    assert 'Promised: <span lang="en" dir="ltr">More light.</span>' in page
