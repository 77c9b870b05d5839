"""Themes: several people's words under one name, and one promise that tells all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions import commitments, themes
from lamppost.pilots.actions.follows import ask_to_be_told
from lamppost.pilots.models import Commitment, Feedback, Pilot, Site, Theme
from lamppost.voices.actions import participant_without_device
from tests.pilots_world import day

OnCommit = Callable[[], AbstractContextManager[object]]
PROMISE = {"you_said": "Glare", "owner": "Lighting office", "due_on": day(10)}


def speak(site: Site, words: str = "The light blinds me") -> Feedback:
    who = participant_without_device(partnership=site.pilot.partnership, channel="web")
    return actions.give_feedback(
        site=site, participant=who, rating="worse", words=words, consent=True
    )


def make(pilot: Pilot, by: User, *answers: Feedback, name: str = "Glare") -> Theme:
    values = {"name": name, "words": "It is too bright at the crossing."}
    return themes.make_theme(pilot=pilot, by=by, values=values, feedback=answers)


def test_everybody_who_spoke_of_it_is_told(
    running: Pilot, sites: list[Site], lead: User, on_commit: OnCommit
) -> None:
    spoke = [speak(sites[0]) for _number in range(3)]
    for number, one in enumerate(spoke[:2]):
        ask_to_be_told(feedback=one, email=f"r{number}@example.org", language="en")
    theme = make(running, lead, *spoke[:1])
    promised = commitments.make_commitment(
        pilot=running, by=lead, values={**PROMISE, "theme": theme}
    )
    assert list(promised.feedback.all()) == spoke[:1]
    # What comes under it while it is open stands behind the promise too, and goes out of it again.
    assert themes.put_under(theme=theme, by=lead, feedback=spoke) == 2
    assert set(promised.feedback.all()) == set(spoke)
    themes.take_out(theme=theme, by=lead, feedback=spoke[2:])
    assert set(promised.feedback.all()) == set(spoke[:2])
    with on_commit():
        commitments.keep_commitment(commitment=promised, by=lead, we_did="Shades", done_on=day())
    assert sorted(one.to[0] for one in mail.outbox) == ["r0@example.org", "r1@example.org"]
    assert all("Shades" in one.body for one in mail.outbox)
    # A settled promise is not rewritten: later words wait for an answer of their own.
    themes.put_under(theme=theme, by=lead, feedback=spoke[2:])
    assert set(promised.feedback.all()) == set(spoke[:2])
    with pytest.raises(commitments.CommitmentRefused, match="It stays"):
        themes.delete_theme(theme=theme, by=lead)


def test_a_reply_is_mailed_to_whoever_asked_and_waits_for_an_open_promise(
    running: Pilot, sites: list[Site], lead: User, on_commit: OnCommit
) -> None:
    spoke = [speak(sites[0]) for _number in range(3)]
    for number, one in enumerate(spoke):
        ask_to_be_told(feedback=one, email=f"r{number}@example.org", language="en")
    theme = make(running, lead, *spoke[:2])
    promised = commitments.make_commitment(
        pilot=running, by=lead, values={**PROMISE, "theme": theme}
    )
    with on_commit():
        themes.change_theme(theme=theme, by=lead, values={"reply": "Thank you for telling."})
    assert mail.outbox == []  # they are told when the promise is settled
    with on_commit():
        commitments.refuse_commitment(commitment=promised, by=lead, reason="It is the norm")
    assert len(mail.outbox) == 2
    with on_commit():
        themes.put_under(theme=theme, by=lead, feedback=spoke[2:])
    last = mail.outbox[-1]
    assert last.to == ["r2@example.org"]
    assert "We say: Thank you for telling." in last.body
    assert "Did this fix it?" not in last.body
    assert "We will not" not in last.body


def test_other_pilots_answers_stay_out(running: Pilot, sites: list[Site], lead: User) -> None:
    from tests.pilots_world import add_sites

    other = actions.start_pilot(
        partnership=running.partnership, by=lead, values={"title": "Other", "playbook": "x"},
        indicators=[],
    )  # fmt: skip
    theme = make(running, lead, speak(sites[0]))
    assert themes.put_under(theme=theme, by=lead, feedback=[_paper(add_sites(other, lead)[0])]) == 0


def _paper(site: Site) -> Feedback:
    from django.utils import timezone

    now = timezone.now()
    return Feedback.objects.create(site=site, rating="worse", given_at=now, given_on=now.date())


def test_everybody_reads_the_theme_its_voices_in_steps_and_the_state(
    running: Pilot, sites: list[Site], lead: User, lead_client: Client, client: Client
) -> None:
    address = reverse("pilots:commitments", args=[running.partnership.slug, running.pk])
    theme = make(running, lead, *[speak(sites[0]) for _number in range(9)])
    # One person who says it at two sites is one person.
    again = theme.feedback.first()
    assert again is not None
    twice = actions.give_feedback(site=sites[1], participant=again.participant, rating="worse")
    themes.put_under(theme=theme, by=lead, feedback=[twice])
    page = client.get(address).text
    assert "It is too bright at the crossing." in page
    assert "fewer than ten people" in page
    assert "nothing promised yet" in page
    assert "blinds" not in page
    assert "9 people" in lead_client.get(address).text
    # Ten at a time, as all that is public of these people's answers: 17 are "at least 10".
    themes.put_under(theme=theme, by=lead, feedback=[speak(sites[1]) for _number in range(8)])
    made = commitments.make_commitment(pilot=running, by=lead, values={**PROMISE, "theme": theme})
    page = client.get(address).text
    assert "at least 10 people" in page
    assert page.count("at least 10 people") == 2, "the theme and what is promised about it"
    assert "15 people" not in page
    assert "17 people" not in page
    assert f'#commitment-{made.pk}">Heard</a>' in page
    assert "Theme: " in page


def test_through_the_pages(
    running: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    args = [running.partnership.slug, running.pk]
    first, second = speak(sites[0]), speak(sites[1], "Like a stadium")
    new = reverse("pilots:new_theme", args=args)
    listed = lead_client.get(reverse("pilots:feedback", args=args)).text
    assert new in listed
    assert "The light blinds me" in lead_client.get(new, {"feedback": first.pk}).text
    assert "Name the theme." in lead_client.post(new, {"feedback": first.pk, "name": ""}).text
    sent = {"feedback": first.pk, "name": "Glare", "words": "Too bright"}
    shown = lead_client.post(new, sent, follow=True).text
    theme = Theme.objects.get()
    assert "The light blinds me" in shown
    assert "of this name already" in lead_client.post(new, {**sent, "name": "glare"}).text
    both = {"under": theme.pk, "name": "New", "feedback": second.pk}
    assert "Leave this empty" in lead_client.post(new, both).text
    lead_client.post(new, {"under": theme.pk, "name": "", "feedback": second.pk})
    assert set(theme.feedback.all()) == {first, second}
    promise = reverse("pilots:new_commitment", args=args)
    form = lead_client.get(promise, {"theme": theme.pk}).text
    assert "Too bright</textarea>" in form
    assert lead_client.get(promise, {"theme": "9" * 30}).status_code == 200
    lead_client.post(
        promise,
        {"theme": theme.pk, "you_said": "Too bright", "owner": "Office", "due_on": day(5)},
    )
    made = Commitment.objects.get()
    assert (made.theme, set(made.feedback.all())) == (theme, {first, second})
    one = [*args, theme.pk]
    lead_client.post(reverse("pilots:take_out", args=one), {"feedback": second.pk})
    assert list(made.feedback.all()) == [first]
    lead_client.post(reverse("pilots:edit_theme", args=one), {"name": "Glare at night"})
    assert Theme.objects.get().name == "Glare at night"
    answer = lead_client.post(reverse("pilots:delete_theme", args=one), follow=True)
    assert "Something is promised" in answer.text
    assert "Glare at night" in lead_client.get(reverse("pilots:themes", args=args)).text


def test_companies_read_themes_without_words_that_wait(
    running: Pilot,
    sites: list[Site],
    lead: User,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    theme = make(running, lead, speak(sites[0], "Call me on 0123 456789"))
    client = client_of(make_member("company"))
    address = reverse("pilots:theme", args=[running.partnership.slug, running.pk, theme.pk])
    page = client.get(address).text
    assert "They wait until a moderator" in page
    assert "0123" not in page
    assert "Take out" not in page
    assert client.post(
        reverse("pilots:delete_theme", args=[running.partnership.slug, running.pk, theme.pk])
    ).status_code == 403  # fmt: skip
