"""You said, we did: promises with a clock, told by mail, answered from the mail."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.network.models import Meeting
from lamppost.pilots import actions, queries
from lamppost.pilots.actions import commitments
from lamppost.pilots.actions.follows import ask_to_be_told
from lamppost.pilots.actions.gate_use import choose_gates
from lamppost.pilots.models import Alert, Commitment, Feedback, FixAnswer, Follow, Pilot, Site
from lamppost.pilots.queries.commitments import commitments_of
from lamppost.voices.actions import participant_without_device
from tests.pilots_world import day


@pytest.fixture
def answer(running: Pilot, sites: list[Site]) -> Feedback:
    who = participant_without_device(partnership=running.partnership, channel="paper")
    return actions.give_feedback(site=sites[0], participant=who, rating="worse")


def promise(pilot: Pilot, by: User, *answers: Feedback, **values: Any) -> Commitment:
    given = {"you_said": "Dark at the bridge", "owner": "Lighting office", "due_on": day(10)}
    return commitments.make_commitment(
        pilot=pilot, by=by, values={**given, **values}, feedback=answers
    )


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return str(response.text)


def test_the_clock_is_public(running: Pilot, lead: User, client: Client) -> None:
    late = promise(running, lead)
    Commitment.objects.filter(pk=late.pk).update(due_on=day(-3))
    promise(running, lead, you_said="Too bright")
    told = page(client, "pilots:commitments", running.partnership.slug, running.pk)
    assert "3 days late" in told
    assert "1 commitment is late" in told
    assert "It is done" not in told
    assert [one.days_late for one in commitments_of(running)] == [3, 0]


def test_done_makes_a_change_a_version_and_a_mail(
    running: Pilot,
    answer: Feedback,
    lead: User,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ask_to_be_told(feedback=answer, email="ruth@example.org", language="en")
    promised = promise(running, lead, answer)
    with django_capture_on_commit_callbacks(execute=True):
        change = commitments.keep_commitment(
            commitment=promised, by=lead, we_did="Two lamps more", done_on=day(), version="4 lamps"
        )
    assert change.version is not None
    assert change.version.number == 2
    assert queries.change_dates(running) == [day()]
    assert list(change.feedback.all()) == [answer]
    sent = mail.outbox[-1]
    assert sent.to == ["ruth@example.org"]
    assert Follow.objects.get().email == ""
    link = re.search(r"http\S+\?answer=partly", sent.body)
    assert link is not None
    path = link.group(0).split("/", 3)[3]
    shown = client.get("/" + path)
    # Reading writes nothing; the answer stands ready, and one press sends it.
    assert not FixAnswer.objects.exists()
    assert re.search(r'value="partly"[^>]*checked', shown.text)
    client.post("/" + path.split("?")[0], {"answer": "partly"})
    client.post("/" + path.split("?")[0], {"answer": "no"})
    assert FixAnswer.objects.get().answer == "no"
    assert client.get(f"/fixed/no-such-mail/{promised.pk}/").status_code == 404


def test_a_refusal_needs_a_reason_and_is_told(
    running: Pilot, answer: Feedback, lead: User, django_capture_on_commit_callbacks: Any
) -> None:
    ask_to_be_told(feedback=answer, email="ruth@example.org", language="en")
    promised = promise(running, lead, answer)
    with pytest.raises(commitments.CommitmentRefused, match="Say why"):
        commitments.refuse_commitment(commitment=promised, by=lead, reason=" ")
    with django_capture_on_commit_callbacks(execute=True):
        commitments.refuse_commitment(commitment=promised, by=lead, reason="Bats live there.")
    assert "Bats live there." in mail.outbox[-1].body
    assert "?answer=" not in mail.outbox[-1].body
    with pytest.raises(commitments.CommitmentRefused, match="settled"):
        commitments.start_commitment(commitment=promised, by=lead, we_will="After all")
    with pytest.raises(commitments.CommitmentRefused, match="It stays"):
        commitments.delete_commitment(commitment=promised, by=lead)


def test_answers_to_others_words_are_refused(
    running: Pilot, answer: Feedback, sites: list[Site], lead: User
) -> None:
    follow = ask_to_be_told(feedback=answer, email="r@example.org", language="en")
    other = promise(running, lead)
    commitments.keep_commitment(commitment=other, by=lead, we_did="Done", done_on=day())
    with pytest.raises(commitments.CommitmentRefused):
        commitments.answer_fix(commitment=other, follow=follow, answer="yes")


def test_answers_are_shown_from_ten_people_on(
    running: Pilot, sites: list[Site], lead: User
) -> None:
    answers = [
        actions.give_feedback(
            site=sites[0],
            participant=participant_without_device(
                partnership=running.partnership, channel="paper"
            ),
            rating="worse",
        )
        for _number in range(21)
    ]
    promised = promise(running, lead, *answers)
    commitments.keep_commitment(commitment=promised, by=lead, we_did="Done", done_on=day())
    promised.refresh_from_db()

    def said(count: int, value: str) -> None:
        for one in answers[:count]:
            follow = ask_to_be_told(feedback=one, email="", language="en")
            commitments.answer_fix(commitment=promised, follow=follow, answer=value)

    def shown() -> list[int]:
        return [count for _label, count in commitments_of(running)[0].fixed]

    def a_day_later() -> None:
        FixAnswer.objects.update(answered_at=timezone.now() - dt.timedelta(1))

    said(9, "yes")
    a_day_later()
    assert shown() == []
    said(21, "yes")
    assert shown() == []  # what is said today counts tomorrow: nobody sees a number move at once
    a_day_later()
    assert shown() == [20]
    said(3, "no")
    a_day_later()
    assert shown() == [20]  # what was counted stays
    said(21, "no")
    a_day_later()
    assert shown() == [20]
    assert actions.erase_feedback(participant=answers[0].participant, identifier=str(answers[0].pk))
    assert shown() == [20]  # whoever leaves moves no number


def test_the_feedback_gate_waits_for_answers(
    running: Pilot, answer: Feedback, lead: User, partnership: Partnership
) -> None:
    choose_gates(partnership=partnership, by=lead, used=["stakeholders", "feedback"])

    def obstacles() -> list[str]:
        return [str(one.text) for one in queries.gate_obstacles(running, "feedback")]

    assert obstacles() == []
    actions.give_feedback(
        site=answer.site, participant=answer.participant, rating="worse", words="A bare wire, fire"
    )
    asked = obstacles()
    assert len(asked) == 2
    assert "danger" in asked[0]
    assert "Words of residents wait" in asked[1]
    assert queries.unanswered_count(running) == 1
    promised = promise(running, lead, answer)
    assert queries.unanswered_count(running) == 0
    Commitment.objects.filter(pk=promised.pk).update(due_on=day(-3))
    actions.close_alert(alert=Alert.objects.get(), by=lead, outcome="Cut off")
    assert ["late" in one for one in obstacles()] == [True]
    commitments.keep_commitment(commitment=promised, by=lead, we_did="Mended", done_on=day())
    assert obstacles() == []


def test_through_the_pages(
    running: Pilot, answer: Feedback, lead: User, lead_client: Client
) -> None:
    start = timezone.now()
    partnership: Partnership = running.partnership
    meeting = Meeting.objects.create(
        partnership=partnership, title="Round table", starts_at=start, changed_at=start,
        ends_at=start + dt.timedelta(hours=2),
    )  # fmt: skip
    args = (partnership.slug, running.pk)
    for name in ("feedback", "work", "status"):
        where = args[:1] if name == "status" else args
        wanted = "commitments" if name == "status" else "new_commitment"
        if name == "feedback":
            actions.give_feedback(
                site=answer.site, participant=answer.participant, rating="worse", words="Dark here"
            )
        if name == "status":
            promise(running, lead)
        assert reverse(f"pilots:{wanted}", args=args) in page(lead_client, f"pilots:{name}", *where)
    Commitment.objects.all().delete()
    form = {"you_said": "Dark", "we_will": "", "owner": "Lighting", "due_on": day(5).isoformat()}
    new = reverse("pilots:new_commitment", args=args)
    assert "This day is past" in lead_client.post(new, {**form, "due_on": day(-1)}).text
    lead_client.post(new, {**form, "meeting": meeting.pk, "feedback": answer.pk})
    made = Commitment.objects.get()
    assert (made.meeting, list(made.feedback.all())) == (meeting, [answer])
    one = (*args, made.pk)
    lead_client.post(reverse("pilots:start_commitment", args=one), {"we_will": "We order lamps"})
    listed = page(lead_client, "pilots:commitments", *args)
    assert "We order lamps" in listed
    assert "Round table" in listed
    lead_client.post(
        reverse("pilots:keep_commitment", args=one), {"we_did": "Lamps", "done_on": day()}
    )
    made.refresh_from_db()
    assert made.state == "done"
    assert made.change is not None
    assert made.change.version is not None  # also where the technology stayed as it was
    assert "Lamps" in page(lead_client, "pilots:pilot", *args)


# Days that move ---------------------------------------------------------------------------------


def test_a_day_that_moves_makes_nobody_punctual(
    lead_client: Client, client: Client, running: Pilot, lead: User
) -> None:
    args = [running.partnership.slug, running.pk]
    made = promise(running, lead)
    type(made).objects.filter(pk=made.pk).update(due_on=day(-3))
    made.refresh_from_db()
    edit = reverse("pilots:edit_commitment", args=[*args, made.pk])
    assert "Being late is counted from that day" in lead_client.get(edit).text
    values = {"you_said": made.you_said, "owner": made.owner, "due_on": day(5).isoformat()}
    assert "Say why the day moves" in lead_client.post(edit, values).text
    with pytest.raises(commitments.CommitmentRefused, match="Say why the day moves"):
        commitments.change_commitment(commitment=made, by=lead, values={"due_on": day(5)})
    assert lead_client.post(edit, {**values, "why_moved": "No lamps."}).status_code == 302
    commitments.change_commitment(
        commitment=made, by=lead, values={"due_on": day(9)}, why="Still none."
    )
    made.refresh_from_db()
    assert (made.due_on, made.first_due_on, len(made.moves)) == (day(9), day(-3), 2)
    [told] = commitments_of(running)
    assert told.days_late == 3
    public = page(client, "pilots:commitments", *args)
    assert "moved 2 times" in public
    assert "No lamps." in public
    assert "3 days late" in public
    assert LedgerEntry.objects.filter(action="pilots.commitment.moved").count() == 2
    # A public reason answers it for the gate, which looks at the day in force.
    choose_gates(partnership=running.partnership, by=lead, used=["stakeholders", "feedback"])
    assert not any("late" in str(one.text) for one in queries.gate_obstacles(running, "feedback"))
    commitments.keep_commitment(commitment=made, by=lead, we_did="Dimmed.", done_on=day())
    assert "3 days after it was promised" in page(client, "pilots:commitments", *args)
