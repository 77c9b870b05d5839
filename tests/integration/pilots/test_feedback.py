"""Residents' answers: one a day, words through voices, summaries that give nobody away."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.lessons.queries import _public_words_of
from lamppost.pilots import actions, queries
from lamppost.pilots.actions import commitments, themes
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.pilots.queries.feedback import FeedbackFilters, chosen, feedback_before
from lamppost.voices.actions import erase_contribution, moderate_voice, participant_without_device
from lamppost.voices.models import Participant, Voice
from lamppost.voices.ports import CONTRIBUTIONS
from tests.pilots_world import add_sites, day, make_pilot


def somebody(partnership: Partnership) -> Participant:
    return participant_without_device(partnership=partnership, channel="web")


def at(offset: int, hour: int = 12) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day(offset), dt.time(hour)))


def give(
    site: Site, who: Participant | None, rating: str, offset: int = 0, **more: object
) -> Feedback:
    return actions.give_feedback(
        site=site,
        participant=who,
        rating=rating,
        given_at=at(offset),
        **more,  # type: ignore[arg-type]
    )


def test_same_day_replaces_another_day_adds(partnership: Partnership, sites: list[Site]) -> None:
    who = somebody(partnership)
    first = give(sites[0], who, "worse", words="Too dark", consent=True)
    again = give(sites[0], who, "better")
    assert again.pk == first.pk
    assert again.rating == "better"
    assert again.voice is not None
    assert again.voice.text == "Too dark"
    give(sites[0], who, "better", offset=-1)
    give(sites[1], who, "same")
    assert Feedback.objects.count() == 3


def test_new_words_replace_the_old_ones(partnership: Partnership, sites: list[Site]) -> None:
    who = somebody(partnership)
    give(sites[0], who, "worse", words="Too dark", consent=True)
    feedback = give(sites[0], who, "worse", words="Too dark by the gate", consent=False)
    assert feedback.voice is not None
    assert feedback.voice.state == Voice.State.WAITING
    assert feedback.voice.consent == Voice.Consent.NONE
    assert Voice.objects.count() == 1
    same = give(sites[0], who, "worse", words="Too dark by the gate", consent=True)
    assert same.voice is not None
    assert same.voice.pk == feedback.voice.pk
    assert same.voice.consent == Voice.Consent.PUBLIC


def test_the_database_allows_one_answer_a_day(partnership: Partnership, sites: list[Site]) -> None:
    from django.db import IntegrityError, transaction

    first = give(sites[0], somebody(partnership), "same")
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(
            site=sites[0],
            participant=first.participant,
            rating="same",
            given_at=timezone.now(),
            given_on=first.given_on,
        )


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_are_one_answer(partnership: Partnership, lead: User) -> None:
    pilot = make_pilot(partnership, lead)
    [site] = add_sites(pilot, lead, 1, 0)
    who = somebody(partnership)
    ready, failed = threading.Barrier(6), []

    def press(rating: str) -> None:
        try:
            ready.wait()
            actions.give_feedback(site=site, participant=who, rating=rating)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(r,)) for r in ("better", "same", "worse") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Feedback.objects.filter(site=site).count() == 1


def decide(pilot: Pilot, by: User, kind: str, offset: int) -> None:
    actions.decide(
        pilot=pilot, by=by, kind=kind, reason="R", decided_by="Council", decided_on=day(offset)
    )


@pytest.mark.parametrize("kind", ["", "expand", "adapt"])
def test_open_as_long_as_the_technology_is_there(
    running: Pilot, sites: list[Site], lead: User, kind: str
) -> None:
    Pilot.objects.filter(pk=running.pk).update(ends_on=day(-3))
    if kind:
        decide(running, lead, kind, -2)
    site = Site.objects.select_related("pilot").get(pk=sites[0].pk)
    give(site, somebody(running.partnership), "better")
    assert Feedback.objects.count() == 1
    assert queries.closed_on(site.pilot) is None


def test_answers_from_after_the_decision_are_counted_and_wait_for_an_answer(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    site = Site.objects.select_related("pilot").get(pk=sites[0].pk)
    for _number in range(15):
        give(site, somebody(running.partnership), "better", offset=-10, words="Before it")
    decide(running, lead, "expand", -5)
    # Entered today, so counted tomorrow.
    assert queries.public_feedback(site.pilot, today=day(1)).arms[0].at_least == 10
    running.refresh_from_db()
    assert queries.unanswered_count(running) == 15  # a decision answers nobody
    for _number in range(10):
        give(site, somebody(running.partnership), "worse", offset=-1, words="After it")
    assert queries.unanswered_count(running) == 25
    [arm, _compared] = queries.public_feedback(running, today=day(1)).arms
    assert (arm.at_least, arm.counts) == (20, (10, 0, 10))


def test_closed_after_the_decision_to_stop_but_late_paper_counts(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    decide(running, lead, "stop", -2)
    site = Site.objects.select_related("pilot").get(pk=sites[0].pk)
    who = somebody(running.partnership)
    with pytest.raises(actions.FeedbackClosed):
        give(site, who, "better")
    give(site, who, "better", offset=-2, channel="paper", by=lead)
    assert LedgerEntry.objects.filter(action="pilots.feedback.entered").count() == 1


def test_live_shares_count_each_person_once_per_site(
    pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    loud = somebody(partnership)
    for offset in range(-20, 0):
        give(sites[0], loud, "worse", offset=offset)
    give(sites[0], loud, "same")
    give(sites[0], somebody(partnership), "better")
    give(sites[0], None, "better")
    shares = queries.live_shares(pilot, queries.FeedbackFilters())
    assert shares.counts == (2, 1, 0)


def crowd(site: Site, ratings: str, count: int, offset: int = -3) -> None:
    """Ordinary people on one day, without going through the page."""
    names = {"b": "better", "s": "same", "w": "worse"}
    Feedback.objects.bulk_create(
        Feedback(
            site=site,
            participant=somebody(site.pilot.partnership),
            rating=names[ratings[number % len(ratings)]],
            given_at=at(offset),
            given_on=day(offset),
        )
        for number in range(count)
    )


def test_a_loud_person_does_not_move_the_public_shares(
    pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    crowd(sites[0], "bw", 200, -200)
    before = queries.public_feedback(pilot).arms[0]
    loud = somebody(partnership)
    Feedback.objects.bulk_create(
        Feedback(site=sites[0], participant=loud, rating="worse", given_at=at(-n), given_on=day(-n))
        for n in range(1, 199)
    )
    after = queries.public_feedback(pilot).arms[0]
    assert before.shares[0] == after.shares[0] == 0.5


def test_public_counts_wait_for_ten_and_for_the_day_to_end(
    pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    for _number in range(12):
        give(sites[0], somebody(partnership), "better")
    assert queries.public_feedback(pilot).arms[0].at_least is None
    tomorrow = queries.public_feedback(pilot, today=day(1))
    assert tomorrow.arms[0].counts == (10, 0, 0)
    # What the others say is a part of nobody knows how many: no share.
    assert not tomorrow.shown


def test_nine_are_not_shown(pilot: Pilot, sites: list[Site]) -> None:
    crowd(sites[0], "b", 9)
    said = queries.public_feedback(pilot)
    assert not said.shown
    assert said.arms[0].at_least is None


def test_small_numbers_are_not_shown_and_make_no_share(pilot: Pilot, sites: list[Site]) -> None:
    crowd(sites[0], "w", 3)
    crowd(sites[0], "s", 17)
    crowd(sites[0], "b", 140)
    arm = queries.public_feedback(pilot).arms[0]
    assert arm.counts == (140, 10, 0)
    assert arm.shares == (140 / 150, 10 / 150, None)


def test_what_is_public_stays_whatever_comes_in_late_or_is_erased(
    pilot: Pilot, sites: list[Site], partnership: Partnership, lead: User
) -> None:
    crowd(sites[0], "b", 19)
    crowd(sites[0], "w", 10)
    before = queries.public_feedback(pilot).arms
    assert before[0].counts == (10, 0, 10)
    site = Site.objects.select_related("pilot__partnership").get(pk=sites[0].pk)
    # Paper of the same day: the twentieth.
    give(site, somebody(partnership), "better", offset=-3, channel="paper", by=lead)
    pilot.refresh_from_db()
    assert pilot.counted_until == day(-1)
    assert queries.public_feedback(pilot).arms == before
    for one in Feedback.objects.filter(rating="worse")[:4]:
        assert actions.erase_feedback(participant=one.participant, identifier=str(one.pk))
    assert queries.public_feedback(pilot).arms == before
    # The twentieth is counted when today is over; who was counted is not counted again.
    tomorrow = queries.public_feedback(pilot, today=day(1)).arms[0]
    assert tomorrow.counts == (20, 0, 10)
    actions.record_change(pilot=pilot, by=lead, you_said="Dark", we_did="Light", changed_on=day(-5))
    assert queries.public_feedback(pilot).arms == before


def test_a_site_that_moves_leaves_what_is_public_as_it_is(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    for site, count in zip(sites[:3], (4, 4, 4), strict=True):
        crowd(site, "b", count)
    before = queries.public_feedback(pilot).arms
    Site.objects.filter(pk=sites[0].pk).update(arm="pilot")
    actions.change_site(site=sites[0], by=lead, values={"neighbourhood": "Elsewhere"})
    pilot.refresh_from_db()
    assert pilot.counted_until == day(-1)
    assert queries.public_feedback(pilot).arms == before


def test_after_the_technology_only_later_answers_count(running: Pilot, sites: list[Site]) -> None:
    crowd(sites[0], "w", 15, -40)
    crowd(sites[0], "b", 15, -2)
    said = queries.public_feedback(running)
    assert said.since_technology
    assert said.arms[0].counts == (10, 0, 0)
    assert feedback_before(running)[0].counts == (0, 0, 10)


def test_words_are_public_only_when_accepted_and_consented(
    pilot: Pilot, sites: list[Site], partnership: Partnership, lead: User
) -> None:
    agreed = give(sites[0], somebody(partnership), "better", words="I see the kerb", consent=True)
    silent = give(sites[0], somebody(partnership), "worse", words="Only for you", consent=False)
    assert queries.public_words(pilot) == []
    for feedback in (agreed, silent):
        assert feedback.voice is not None
        moderate_voice(voice=feedback.voice, state="accepted", by=lead)
    assert [one.pk for one in queries.public_words(pilot)] == [agreed.pk]
    assert queries.public_words(pilot, sites[1]) == []


def test_one_who_writes_most_pushes_nobody_off_the_page(
    pilot: Pilot, sites: list[Site], partnership: Partnership, lead: User
) -> None:
    quiet, loud = somebody(partnership), somebody(partnership)
    first = give(sites[0], quiet, "better", words="I see the kerb", consent=True)
    given = [first, *(give(site, loud, "worse", words="Glare!", consent=True) for site in sites)]
    for feedback in given:
        assert feedback.voice is not None
        moderate_voice(voice=feedback.voice, state="accepted", by=lead)
    assert [one.pk for one in queries.public_words(pilot, limit=3)] == [given[-1].pk, first.pk]
    assert [one.pk for one in queries.public_words(pilot, sites[0])] == [given[1].pk, first.pk]
    quoted = _public_words_of([pilot.pk], 3)[pilot.pk]
    assert [one.pk for one in quoted] == [given[-1].pk, first.pk]


def test_a_person_sees_and_erases_what_they_gave(
    pilot: Pilot, sites: list[Site], partnership: Partnership
) -> None:
    who, other = somebody(partnership), somebody(partnership)
    feedback = give(sites[0], who, "worse", words="Glare", consent=True)
    [mine] = [c for answer in CONTRIBUTIONS.ask(who) for c in answer if c.kind == "feedback"]
    assert mine.identifier == str(feedback.pk)
    assert mine.about == sites[0].name
    assert mine.text == "Glare"
    assert not erase_contribution(participant=other, kind="feedback", identifier=mine.identifier)
    assert Feedback.objects.count() == 1
    assert erase_contribution(participant=who, kind="feedback", identifier=mine.identifier)
    assert not Feedback.objects.exists()
    assert not Voice.objects.exists()


def test_unanswered_are_words_that_nobody_linked_to_an_answer(
    pilot: Pilot, sites: list[Site], partnership: Partnership, lead: User
) -> None:
    old = give(sites[0], somebody(partnership), "worse", offset=-9, words="Glare")
    other = give(sites[0], somebody(partnership), "worse", offset=-8, words="Too dark")
    give(sites[0], somebody(partnership), "better", offset=-9)
    assert queries.unanswered_count(pilot) == 2
    actions.record_change(
        pilot=pilot, by=lead, you_said="Glare", we_did="Shields", changed_on=day(-5), feedback=[old]
    )
    assert queries.unanswered_count(pilot) == 1  # the change says nothing of the dark
    give(sites[0], somebody(partnership), "worse", offset=-2, words="Still glare")
    assert queries.unanswered_count(pilot) == 2
    theme = themes.make_theme(pilot=pilot, by=lead, values={"name": "Dark"}, feedback=[other])
    assert queries.unanswered_count(pilot) == 2  # to name it answers nobody
    themes.change_theme(theme=theme, by=lead, values={"reply": "It is as bright as the norm."})
    assert queries.unanswered_count(pilot) == 1
    waiting = queries.feedback_page(pilot, FeedbackFilters(words=True, waiting=True), "1")
    assert [one.voice.text for one in waiting] == ["Still glare"]
    themes.change_theme(theme=theme, by=lead, values={"reply": ""})
    promised = {"you_said": "Dark", "owner": "Streets", "due_on": day(5), "theme": theme}
    commitments.make_commitment(pilot=pilot, by=lead, values=promised)
    assert queries.unanswered_count(pilot) == 1


def test_numbers_that_no_row_has_are_nobodys(pilot: Pilot, partnership: Partnership) -> None:
    for number in ("9" * 30, "9" * 6000, "-1", "x"):
        assert chosen(pilot, [number]) == []
        for kind in ("feedback", "pulse"):
            assert not erase_contribution(
                participant=somebody(partnership), kind=kind, identifier=number
            )


def test_a_change_takes_only_answers_of_its_own_pilot(
    partnership: Partnership, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    other = make_pilot(partnership, lead, title="Another")
    [elsewhere] = add_sites(other, lead, 1, 0)
    foreign = give(elsewhere, somebody(partnership), "worse")
    own = give(sites[0], somebody(partnership), "worse")
    change = actions.record_change(
        pilot=pilot,
        by=lead,
        you_said="Glare",
        we_did="Shields",
        changed_on=day(),
        feedback=[own, foreign],
    )
    assert list(change.feedback.all()) == [own]
    assert queries.change_dates(pilot) == [day()]


def test_no_change_is_put_before_the_decision(
    running: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    decide(running, lead, "expand", -5)
    running.refresh_from_db()
    form = {"you_said": "Dark", "we_did": "Light", "changed_on": day(-6).isoformat()}
    address = reverse("pilots:new_change", args=[running.partnership.slug, running.pk])
    answer = lead_client.post(address, form)
    assert answer.status_code == 200
    assert "Give a later day, or write about it in the lesson." in answer.content.decode()
    assert not running.changes.exists()
    assert lead_client.post(address, {**form, "changed_on": day(-4)}).status_code == 302
    change = running.changes.get()
    with pytest.raises(actions.ChangeFixed):
        actions.change_change(change=change, by=lead, values={"changed_on": day(-7)})
