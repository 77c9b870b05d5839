"""Organisations say themselves how a pilot should end; each of the five groups is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Membership, User
from lamppost.pilots import actions
from lamppost.pilots.actions import endings
from lamppost.pilots.actions.outcome import record_view
from lamppost.pilots.desk import view_items
from lamppost.pilots.models import Decision, EndingView, GroupView, Pilot
from lamppost.pilots.queries.outcome import groups_say, takes_views, views_close_on
from lamppost.stakeholders.models import Stakeholder
from tests.pilots_world import day


def organisation(pilot: Pilot, name: str, group: str) -> Stakeholder:
    return Stakeholder.objects.create(
        partnership=pilot.partnership, kind="organisation", name=name, group=group,
        created_at=timezone.now(),
    )  # fmt: skip


def speak_for(own: Stakeholder, user: User) -> User:
    Stakeholder.objects.create(
        partnership=own.partnership, name=f"Speaker {user.pk}", group=own.group, organisation=own,
        membership=Membership.objects.get(user=user, partnership=own.partnership),
        created_at=timezone.now(),
    )  # fmt: skip
    return user


@pytest.fixture
def glow(running: Pilot) -> Stakeholder:
    return organisation(running, "Glow Lamps", "company")


@pytest.fixture
def speaker(glow: Stakeholder, make_member: Callable[..., User]) -> User:
    return speak_for(glow, make_member("company"))


def say(pilot: Pilot, own: Stakeholder, by: User, text: str = "Buy it.") -> EndingView:
    return endings.write_ending_view(pilot=pilot, stakeholder=own, by=by, text=text, language="en")


def decide(pilot: Pilot, by: User, kind: str = "adapt") -> Decision:
    return actions.decide(
        pilot=pilot, by=by, kind=kind, reason="It works.", decided_by="Council", decided_on=day()
    )


def test_an_own_view_counts_for_its_group(
    running: Pilot, glow: Stakeholder, speaker: User, lead: User, client: Client
) -> None:
    GroupView.objects.filter(pilot=running, group="company").delete()
    with pytest.raises(actions.GateShut, match="why nobody of it was heard"):
        decide(running, lead)
    say(running, glow, speaker)
    say(running, glow, speaker, "Buy it, with shades.")
    (company,) = [one for one in groups_say(running) if one.group == "company"]
    assert company.is_heard
    assert [one.text for one in company.own] == ["Buy it, with shades."]
    with pytest.raises(actions.ChangeFixed, match="It was heard"):
        record_view(
            pilot=running, by=lead, group="company", text="Asked, no answer", said_by="Lead",
            said_on=day(), heard=False,
        )  # fmt: skip
    address = reverse("pilots:pilot", args=[running.partnership.slug, running.pk])
    assert "with shades" not in client.get(address).text, "public beside the decision alone"
    decide(running, lead)
    page = client.get(address).text
    assert "with shades" in page
    assert "Glow Lamps" in page
    actions_of = LedgerEntry.objects.values_list("action", flat=True)
    assert {"pilots.ending_view.written", "pilots.ending_view.changed"} <= set(actions_of)


def test_a_group_that_was_not_heard_has_a_public_reason(
    running: Pilot, lead: User, lead_client: Client, client: Client
) -> None:
    args = [running.partnership.slug, running.pk]
    address = reverse("pilots:group_view", args=[*args, "academic"])
    sent = {"text": "", "said_by": "Lead", "said_on": day().isoformat(), "heard": "no"}
    assert "This field is required" in lead_client.post(address, sent).text
    lead_client.post(address, {**sent, "text": "Asked twice by mail, no answer."})
    assert not GroupView.objects.get(pilot=running, group="academic").heard
    assert 'value="no"' in lead_client.get(address).text
    decide(running, lead)
    page = client.get(reverse("pilots:pilot", args=args)).text
    assert "Not heard" in page
    assert "Asked twice by mail" in page
    with transaction.atomic(), pytest.raises(IntegrityError):
        GroupView.objects.filter(pilot=running).update(text="")


def test_until_the_last_day_and_not_after_the_decision(
    running: Pilot, glow: Stakeholder, speaker: User, lead: User
) -> None:
    assert running.decision_due_on is not None
    assert views_close_on(running) == running.decision_due_on - timezone.timedelta(1)
    with pytest.raises(actions.ChangeFixed, match="a day before it"):
        endings.set_views_until(pilot=running, by=lead, until=running.decision_due_on)
    with pytest.raises(actions.ChangeFixed, match="is past"):
        endings.set_views_until(pilot=running, by=lead, until=day(-1))
    endings.set_views_until(pilot=running, by=lead, until=day(2))
    view = say(running, glow, speaker)
    # Whoever was promised until then is not passed over; a stop is always open.
    with pytest.raises(actions.GateShut, match="Decide after that day"):
        decide(running, lead)
    Pilot.objects.update(views_until=day(-1))
    running.refresh_from_db()
    assert not takes_views(running)
    with pytest.raises(actions.ChangeFixed, match="taken no more"):
        say(running, glow, speaker, "Wait")
    with pytest.raises(actions.ChangeFixed, match="taken no more"):
        endings.withdraw_ending_view(view=view, by=speaker)
    decide(running, lead)
    with pytest.raises(actions.ChangeFixed, match="is decided"):
        endings.set_views_until(pilot=running, by=lead, until=day(2))


def test_after_a_stop_that_could_not_wait_organisations_are_asked(
    running: Pilot, glow: Stakeholder, speaker: User, lead: User
) -> None:
    GroupView.objects.filter(group="company").delete()
    actions.decide(
        pilot=running, by=lead, kind="stop", reason="Danger", decided_by="Council",
        decided_on=day(), unheard_reason="It could not wait.",
    )  # fmt: skip
    [item] = view_items(Membership.objects.get(user=speaker))
    assert "stopping “Lamps that wake up”" in str(item.title)
    assert item.due == day(28)
    say(Pilot.objects.get(pk=running.pk), glow, speaker, "You stopped too early.")
    assert view_items(Membership.objects.get(user=speaker)) == []
    Pilot.objects.filter(pk=running.pk).update(decided_on=day(-29))
    with pytest.raises(actions.ChangeFixed):
        say(Pilot.objects.get(pk=running.pk), glow, speaker, "Really.")


def test_an_overdue_decision_keeps_the_door_open(running: Pilot) -> None:
    running.decision_due_on = day(-3)
    assert (views_close_on(running), takes_views(running)) == (None, True)


def test_only_who_speaks_for_it_writes(
    running: Pilot,
    glow: Stakeholder,
    speaker: User,
    lead: User,
    make_member: Callable[..., User],
) -> None:
    rival = speak_for(organisation(running, "Shade", "company"), make_member("organisation"))
    observer = speak_for(organisation(running, "Press", "community"), make_member("observer"))
    for by in (lead, rival, observer):
        with pytest.raises(endings.NotTheirs):
            say(running, glow, by)
    view = say(running, glow, speaker)
    with pytest.raises(endings.NotTheirs):
        endings.withdraw_ending_view(view=view, by=rival)
    assert EndingView.objects.count() == 1


def test_through_the_pages(
    running: Pilot,
    glow: Stakeholder,
    speaker: User,
    lead_client: Client,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    args = [running.partnership.slug, running.pk]
    mine, address = client_of(speaker), reverse("pilots:ending_view", args=args)
    assert address in mine.get(reverse("pilots:work", args=args)).text
    assert "You write for Glow Lamps" in mine.get(address).text
    mine.post(address, {"text": "Buy it.", "language": "en"})
    assert EndingView.objects.get().stakeholder == glow
    assert "Withdraw the view" in mine.get(address).text
    decision = lead_client.get(reverse("pilots:decide", args=args)).text
    assert "Buy it." in decision
    assert "it counts for their group" in decision
    until = reverse("pilots:views_until", args=args)
    assert "is past" in lead_client.post(until, {"views_until": day(-1).isoformat()}).text
    lead_client.post(until, {"views_until": day(3).isoformat()})
    assert Pilot.objects.get(pk=running.pk).views_until == day(3)
    assert lead_client.get(address).status_code == 403
    assert client_of(make_member("organisation")).get(address).status_code == 403
    mine.post(reverse("pilots:withdraw_view", args=args))
    assert not EndingView.objects.exists()
    assert mine.get(reverse("pilots:withdraw_view", args=args)).status_code == 404
    Pilot.objects.update(views_until=day(-1))
    assert "taken no more" in mine.get(address).text
