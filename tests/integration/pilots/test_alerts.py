"""Words about danger: an alert at once, with an owner and a deadline, closed with what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.actions import change_role, remove_member
from lamppost.accounts.models import LedgerEntry, Membership, Partnership, User
from lamppost.accounts.roles import Right, Role, rights_of
from lamppost.pilots import actions
from lamppost.pilots.actions.alerts import give_alerts_owners, notice_danger
from lamppost.pilots.models import Alert, Feedback, Pilot, Site
from lamppost.pilots.registered import desk_items
from lamppost.voices.actions import moderate_voice
from tests.integration.pilots.test_feedback import give, somebody
from tests.pilots_world import add_sites, make_pilot

pytestmark = pytest.mark.once
WORDS = "A bare wire hangs from the lamp. Call me: 0151 23456789."


@pytest.fixture
def alert(partnership: Partnership, sites: list[Site], lead: User) -> Alert:
    return give(sites[0], somebody(partnership), "worse", words=WORDS).alert


def page(alert: Alert, name: str = "alert") -> str:
    site = alert.feedback.site
    more = [] if name == "alerts" else [alert.pk]
    return reverse(f"pilots:{name}", args=[site.pilot.partnership.slug, site.pilot_id, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_danger_raises_an_alert_with_owner_and_deadline(
    partnership: Partnership, sites: list[Site], lead: User, on_commit: Any, mailoutbox: Any
) -> None:
    before, limit = timezone.now(), dt.timedelta(hours=24)
    with on_commit():
        feedback = give(sites[0], somebody(partnership), "worse", words=WORDS)
    alert = feedback.alert
    assert (alert.words, alert.owner, alert.closed_at) == ("bare wire", lead, None)
    assert before + limit <= alert.due_at <= timezone.now() + limit
    assert feedback.voice is not None
    assert feedback.voice.state == "waiting", "it holds before anybody moderates"
    [mail] = mailoutbox
    assert mail.to == [lead.email]
    assert sites[0].name in mail.subject
    assert "bare wire" in mail.body
    assert page(alert) in mail.body
    assert "23456789" not in mail.body, "a person's own words stay here"


def test_the_deadline_is_a_setting(
    partnership: Partnership, sites: list[Site], lead: User, settings: Any
) -> None:
    settings.ALERT_HOURS = 2
    alert = give(sites[0], somebody(partnership), "worse", words=WORDS).alert
    assert alert.due_at - alert.raised_at == dt.timedelta(hours=2)


def test_ordinary_words_raise_none(partnership: Partnership, sites: list[Site]) -> None:
    give(sites[0], somebody(partnership), "worse", words="Too bright for my eyes")
    give(sites[0], somebody(partnership), "worse")
    assert not Alert.objects.exists()


def test_without_a_lead_whoever_moderates_owns_it(
    partnership: Partnership, sites: list[Site], lead: User, make_member: Any,
    on_commit: Any, mailoutbox: Any
) -> None:  # fmt: skip
    lead.memberships.all().delete()
    make_member("company")
    facilitator = make_member("facilitator")
    with on_commit():
        alert = give(sites[0], somebody(partnership), "worse", words=WORDS).alert
    assert alert.owner == facilitator
    assert [mail.to for mail in mailoutbox] == [[facilitator.email]]


def test_where_nobody_moderates_it_waits_for_an_owner(
    partnership: Partnership, sites: list[Site], lead: User, on_commit: Any, mailoutbox: Any
) -> None:
    lead.memberships.all().delete()
    with on_commit():
        alert = give(sites[0], somebody(partnership), "worse", words=WORDS).alert
    assert alert.owner is None
    assert mailoutbox == []


def test_words_that_come_again_find_an_owner_and_a_deadline(
    partnership: Partnership, alert: Alert, lead: User, make_member: Any,
    on_commit: Any, mailoutbox: Any
) -> None:  # fmt: skip
    other = make_member("facilitator")
    for gone in (None, make_member("analyst")):
        Alert.objects.update(owner=gone, due_at=timezone.now() - dt.timedelta(9))
        for outcome in ("Mended", ""):
            closed = {"closed_at": timezone.now(), "outcome": outcome} if outcome else {}
            Alert.objects.update(owner=gone, **closed)
            mailoutbox.clear()
            with on_commit():
                notice_danger(feedback=alert.feedback, text="Sparks again")
            again = Alert.objects.get()
            assert again.owner == lead
            assert again.due_at > timezone.now()
            assert [mail.to for mail in mailoutbox] == [[lead.email]]
    # Whoever took it over keeps it.
    Alert.objects.update(owner=other)
    mailoutbox.clear()
    with on_commit():
        notice_danger(feedback=alert.feedback, text="Smoke")
    assert Alert.objects.get().owner == other
    assert mailoutbox == []


def test_once_a_day_an_alert_whose_owner_left_gets_another(
    alert: Alert, lead: User, make_member: Any, on_commit: Any, mailoutbox: Any
) -> None:
    other = make_member("facilitator")
    Alert.objects.update(owner=other)
    assert give_alerts_owners() == 0
    other.memberships.all().delete()
    due = Alert.objects.get().due_at
    with on_commit():
        assert give_alerts_owners() == 1
    assert (Alert.objects.get().owner, Alert.objects.get().due_at) == (lead, due)
    assert [mail.to for mail in mailoutbox] == [[lead.email]]
    other.delete()
    Alert.objects.update(owner=None, closed_at=timezone.now(), outcome="Mended")
    assert give_alerts_owners() == 0  # nothing waits any more


def test_where_nobody_moderates_it_is_of_who_leads_the_pilot(
    alert: Alert, lead: User, make_member: Any, client_of: Any
) -> None:
    make_member("company")
    first, second = make_member("researcher"), make_member("analyst", name="Ana")
    Alert.objects.update(owner=None)
    lead.memberships.all().delete()
    assert give_alerts_owners() == 1
    assert Alert.objects.get().owner == second  # a researcher reads no feedback, a company never
    third = make_member("organisation", name="Olu")
    alert.feedback.site.pilot.gates.create(
        kind="problem", document="D", signed_by_name="S", passed_on="2026-01-01", entered_by=third,
        recorded_at=timezone.now(),
    )  # fmt: skip
    assert give_alerts_owners() == 0  # whoever has it keeps it
    Alert.objects.update(owner=first)
    assert give_alerts_owners() == 1
    assert Alert.objects.get().owner == third
    # They may read it and say what was done; others of their kind may not.
    assert client_of(second).get(page(alert)).status_code == 403
    shown = client_of(third).get(page(alert))
    assert WORDS in text(shown)
    assert "Hand over" not in text(shown)
    sent = client_of(third).post(page(alert), {"outcome": "Mended"})
    assert sent.status_code == 302
    assert Alert.objects.get().closed_by == third


def test_it_stands_on_top_of_the_pages_of_who_moderates(
    alert: Alert, lead_client: Client, make_member: Any, client_of: Any
) -> None:
    pilot = alert.feedback.site.pilot
    args = [pilot.partnership.slug, pilot.pk]
    facilitator = client_of(make_member("facilitator"))
    for name in ("work", "feedback"):
        for client in (lead_client, facilitator):
            shown = text(client.get(reverse(f"pilots:{name}", args=args)))
            assert page(alert) in shown
            # after the page's own heading, before any other part of the page
            assert shown.index("<h1") < shown.index(page(alert))
            assert shown.count("<h2", 0, shown.index(page(alert))) <= 1
    desk = text(lead_client.get(f"/p/{pilot.partnership.slug}/"))
    assert "danger" in desk
    assert "0151 23456789" in text(lead_client.get(page(alert)))


def test_late_ones_are_marked_and_come_first(
    alert: Alert, partnership: Partnership, sites: list[Site], lead_client: Client
) -> None:
    give(sites[1], somebody(partnership), "worse", words="Sparks")
    assert ">late<" not in text(lead_client.get(page(alert, "alerts")))
    late = Alert.objects.exclude(pk=alert.pk).get()
    Alert.objects.filter(pk=late.pk).update(due_at=timezone.now() - dt.timedelta(hours=1))
    shown = text(lead_client.get(page(alert, "alerts")))
    assert shown.count(">late<") == 1
    assert shown.index(page(late)) < shown.index(page(alert))
    items = desk_items(partnership, frozenset(Right))
    found = [item for item in items if "danger" in str(item.title)]
    assert [item.url for item in found] == [page(late), page(alert)]
    assert all(item.urgent for item in found)


@pytest.mark.parametrize("role", [role for role in Role if Right.MODERATE not in rights_of(role)])
def test_who_does_not_moderate_sees_nothing_of_it(
    alert: Alert, make_member: Any, client_of: Any, role: str
) -> None:
    pilot = alert.feedback.site.pilot
    client = client_of(make_member(role))
    for name in ("alert", "alerts"):
        assert client.get(page(alert, name)).status_code == 403
    assert client.post(page(alert), {"outcome": "Nothing"}).status_code == 403
    args = [pilot.partnership.slug, pilot.pk]
    shown = text(client.get(reverse("pilots:feedback", args=args)))
    assert "bare wire" not in shown
    assert Alert.objects.get().closed_at is None
    assert Client().get(page(alert)).status_code == 302
    assert not [item for item in desk_items(pilot.partnership, rights_of(role))
                if "danger" in str(item.title)]  # fmt: skip


def test_closing_needs_what_was_done(alert: Alert, lead: User, lead_client: Client) -> None:
    for empty in ("", "   "):
        answer = lead_client.post(page(alert), {"outcome": empty})
        assert "Say what was done" in text(answer)
    assert Alert.objects.get().closed_at is None
    lead_client.post(page(alert), {"outcome": "The wire was cut off at nine."})
    closed = Alert.objects.get()
    assert (closed.outcome, closed.closed_by) == ("The wire was cut off at nine.", lead)
    assert LedgerEntry.objects.filter(action="pilots.alert.closed", by=lead).count() == 1
    assert "The wire was cut off at nine." in text(lead_client.get(page(alert, "alerts")))
    answer = lead_client.post(page(alert), {"outcome": "Another tale"}, follow=True)
    assert "a moment ago" in text(answer)
    assert Alert.objects.get().outcome == "The wire was cut off at nine."


def test_the_database_keeps_a_closed_alert_from_saying_nothing(alert: Alert) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(closed_at=timezone.now())


def test_it_is_handed_to_another_moderator_who_is_told(
    alert: Alert,
    lead_client: Client,
    make_member: Any,
    on_commit: Any,
    mailoutbox: Any,
) -> None:
    facilitator, company = make_member("facilitator"), make_member("company")
    address = page(alert, "hand_over_alert")
    lead_client.post(address, {"owner": company.pk})
    assert Alert.objects.get().owner == alert.owner, "a company does not moderate"
    with on_commit():
        lead_client.post(address, {"owner": facilitator.pk})
    assert Alert.objects.get().owner == facilitator
    assert [mail.to for mail in mailoutbox] == [[facilitator.email]]
    assert LedgerEntry.objects.filter(action="pilots.alert.handed_over").count() == 1
    lead_client.post(page(alert), {"outcome": "Done"})
    answer = lead_client.post(address, {"owner": alert.owner_id}, follow=True)
    assert "Nothing was handed over" in text(answer)


def test_new_words_of_danger_open_a_closed_alert_again(
    alert: Alert, lead: User, on_commit: Any, mailoutbox: Any
) -> None:
    actions.close_alert(alert=alert, outcome="Cut off", by=lead)
    site, who = alert.feedback.site, alert.feedback.participant
    with on_commit():
        give(site, who, "worse", words="Now it burns: sparks and smoke")
    again = Alert.objects.get()
    assert (again.words, again.closed_at, again.outcome) == ("sparks, smoke", None, "")
    assert len(mailoutbox) == 1
    with on_commit():
        give(site, who, "better", words="All is well")
    assert Alert.objects.get().closed_at is None, "mended words end no alert"
    assert len(mailoutbox) == 1


def test_an_alert_outlives_moderation_but_not_the_answer(alert: Alert, lead: User) -> None:
    feedback = Feedback.objects.get()
    assert feedback.voice is not None
    moderate_voice(voice=feedback.voice, state="declined", reason="no", by=lead)
    assert Alert.objects.filter(closed_at=None).count() == 1
    assert actions.erase_feedback(participant=feedback.participant, identifier=str(feedback.pk))
    assert not Alert.objects.exists()


def test_an_alert_of_another_pilot_is_not_found(
    alert: Alert, partnership: Partnership, lead: User, lead_client: Client
) -> None:
    other: Pilot = make_pilot(partnership, lead, title="Another")
    add_sites(other, lead)
    address = reverse("pilots:alert", args=[partnership.slug, other.pk, alert.pk])
    assert lead_client.get(address).status_code == 404
    assert lead_client.post(address, {"outcome": "x"}).status_code == 404


def test_a_photo_that_speaks_of_danger(partnership: Partnership, sites: list[Site], settings: Any,
                                       tmp_path: Any) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    feedback = give(sites[0], somebody(partnership), "worse")
    actions.set_feedback_photo(
        feedback=feedback, content=b"x", words="Exposed wires", may_show=False, language="en"
    )
    assert Alert.objects.get().words == "Exposed wires"


@pytest.mark.parametrize("role", ["company", "organisation", "analyst", "observer"])
def test_an_owner_who_moderates_no_more_opens_it_no_more(
    alert: Alert, lead: User, make_member: Any, client_of: Any, role: str
) -> None:
    other = make_member("facilitator", name="Fay")
    Alert.objects.update(owner=other)
    membership = other.memberships.get()
    Membership.objects.filter(pk=membership.pk).update(role=role)
    shown = client_of(other).get(page(alert))
    assert shown.status_code == 403
    assert client_of(other).post(page(alert), {"outcome": "Nothing"}).status_code == 403
    assert Alert.objects.get().closed_at is None
    # Through the page of members, somebody else has it at once.
    Membership.objects.filter(pk=membership.pk).update(role="facilitator")
    membership.refresh_from_db()
    change_role(membership=membership, role=role, by=lead)
    assert Alert.objects.get().owner == lead


def test_an_owner_who_is_removed_hands_it_over_at_once(
    alert: Alert, lead: User, make_member: Any
) -> None:
    other = make_member("facilitator")
    Alert.objects.update(owner=other)
    remove_member(membership=other.memberships.get(), by=lead)
    assert Alert.objects.get().owner == lead
