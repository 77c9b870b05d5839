"""Workshops: planned from a template, statements in the room, what was said and agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.network.models import Meeting
from lamppost.vision.actions import compute_landscape
from lamppost.vision.actions.workshops import (
    add_agreement,
    bring_statements,
    move_item,
    plan_workshop,
)
from lamppost.vision.models import AgendaItem, Agreement, Conversation, Statement, Story, Workshop
from lamppost.vision.queries.workshops import agenda_of
from lamppost.vision.workshop_templates import TEMPLATES
from lamppost.voices.actions import moderate_voice
from tests.vision_world import DIVIDING, SHARED, let_vote, make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(partnership: Partnership) -> str:
    return f"/p/{partnership.slug}/vision/workshops/"


@pytest.fixture
def meeting(partnership: Partnership) -> Meeting:
    begins = timezone.now() + dt.timedelta(days=3)
    return Meeting.objects.create(
        partnership=partnership, title="At the library", starts_at=begins,
        ends_at=begins + dt.timedelta(minutes=60), changed_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def plan(partnership: Partnership, lead: User) -> Callable[..., Workshop]:
    def planned(template: str = "hopes-and-fears", **values: Any) -> Workshop:
        given = {"title": "First evening", "held_on": timezone.localdate(), **values}
        return plan_workshop(partnership=partnership, by=lead, values=given, template=template)

    return planned


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


@pytest.mark.parametrize("template", [one.code for one in TEMPLATES] + [""])
def test_a_template_gives_the_agenda(template: str, lead_client: Client, place: str) -> None:
    given = {"template": template, "title": "Evening", "held_on": "2026-12-01"}
    answer = lead_client.post(f"{place}add/", given)
    made = Workshop.objects.get()
    assert answer["Location"] == f"{place}{made.pk}/"
    expected = [p.minutes for one in TEMPLATES if one.code == template for p in one.parts]
    assert list(made.agenda.values_list("minutes", flat=True)) == expected
    page = body(lead_client, f"{place}{made.pk}/")
    assert (f"{sum(expected)} minutes in all." in page) == bool(expected)
    assert ("The agenda is empty." in page) != bool(expected)
    assert LedgerEntry.objects.filter(action="vision.workshop.planned").count() == 1


def test_a_workshop_of_a_meeting_has_its_day_and_its_times(
    lead_client: Client, place: str, meeting: Meeting
) -> None:
    given = {"template": "hopes-and-fears", "title": "Evening", "meeting": meeting.pk}
    lead_client.post(f"{place}add/", given)
    made = Workshop.objects.select_related("meeting").get()
    assert made.held_on == timezone.localtime(meeting.starts_at).date()
    agenda = agenda_of(made)
    assert agenda.lines[0].at == meeting.starts_at
    assert agenda.lines[1].at == meeting.starts_at + dt.timedelta(minutes=10)
    assert agenda.too_long == agenda.minutes - 60
    assert f"It is {agenda.too_long} minutes longer" in body(lead_client, f"{place}{made.pk}/")
    again = lead_client.post(f"{place}add/", given | {"title": "Second"})
    assert again.status_code == 200, "a meeting is one workshop"
    assert Workshop.objects.count() == 1


def test_another_partnerships_meeting_and_question_cannot_be_chosen(
    lead_client: Client, place: str, ask: Callable[..., Conversation],
    other_partnership: Partnership, meeting: Meeting,
) -> None:  # fmt: skip
    foreign = ask(other_partnership)
    Meeting.objects.filter(pk=meeting.pk).update(partnership=other_partnership)
    for wrong in ({"meeting": meeting.pk}, {"conversation": foreign.pk}):
        answer = lead_client.post(f"{place}add/", {"title": "X", **wrong})
        assert answer.status_code == 200
    assert not Workshop.objects.exists()


def test_parts_are_added_changed_moved_and_taken_out(
    lead_client: Client, place: str, plan: Callable[..., Workshop]
) -> None:
    made = plan(template="")
    own = f"{place}{made.pk}/agenda/"
    for title in ("One", "Two", "Three"):
        lead_client.post(own, {"title": title, "kind": "other", "minutes": "10"})
    refused = lead_client.post(own, {"title": "Four", "kind": "other", "minutes": "0"})
    assert refused.status_code == 200

    def titles() -> list[str]:
        return list(made.agenda.values_list("title", flat=True))

    assert titles() == ["One", "Two", "Three"]
    three = made.agenda.get(title="Three")
    lead_client.post(f"{own}{three.pk}/move/", {"move": "up"})
    assert titles() == ["One", "Three", "Two"]
    lead_client.post(f"{own}{made.agenda.get(title='One').pk}/move/", {"move": "up"})
    assert titles() == ["One", "Three", "Two"], "the first stays the first"
    change = {"title": "Three", "kind": "break", "minutes": "5", "notes": "Tea."}
    lead_client.post(f"{own}{three.pk}/", change)
    three.refresh_from_db()
    assert (three.kind, three.minutes, three.notes) == ("break", 5, "Tea.")
    assert "Take “Three” out" in body(lead_client, f"{own}{three.pk}/delete/")
    lead_client.post(f"{own}{three.pk}/delete/")
    assert titles() == ["One", "Two"]


def test_a_part_is_found_in_its_own_workshop_alone(
    lead_client: Client, place: str, plan: Callable[..., Workshop], other_partnership: Partnership,
    make_member: Callable[..., User], client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    first, second = plan(), plan()
    item = first.agenda.first()
    assert item is not None
    assert lead_client.get(f"{place}{second.pk}/agenda/{item.pk}/").status_code == 404
    foreign = client_of(make_member("lead", where=other_partnership))
    theirs = f"/p/{other_partnership.slug}/vision/workshops/"
    for address in (f"{theirs}{first.pk}/", f"{theirs}{first.pk}/agenda/{item.pk}/",
                    f"{theirs}{first.pk}/said/", f"{theirs}{first.pk}/statements/"):  # fmt: skip
        assert foreign.get(address).status_code == 404
    assert foreign.post(f"{theirs}{first.pk}/delete/").status_code == 404
    assert Workshop.objects.count() == 2


def test_statements_come_from_common_ground_undecided_or_all(
    lead_client: Client, place: str, partnership: Partnership, plan: Callable[..., Workshop]
) -> None:
    conversation = make_conversation(partnership)
    let_vote(conversation)
    compute_landscape(conversation=conversation)
    made = plan(conversation=conversation)
    own = f"{place}{made.pk}/statements/"
    ground = body(lead_client, f"{own}?from=ground")
    assert SHARED in ground
    assert DIVIDING not in ground
    assert SHARED not in body(lead_client, f"{own}?from=undecided")
    assert DIVIDING in body(lead_client, f"{own}?from=all")
    shared = conversation.statements.get(voice__public_text=SHARED)
    divides = conversation.statements.get(voice__public_text=DIVIDING)
    both = {"looked_at": [shared.pk, divides.pk], "statement": [shared.pk, divides.pk]}
    lead_client.post(f"{own}?from=all", both)
    assert set(made.statements.all()) == {shared, divides}
    lead_client.post(f"{own}?from=ground", {"looked_at": [shared.pk]})
    assert set(made.statements.all()) == {divides}, "what stood on another page stays"
    for part in ("sheet/", "screen/", ""):
        assert DIVIDING in body(lead_client, f"{place}{made.pk}/{part}")


def test_another_partnerships_statement_is_not_brought(
    lead_client: Client, lead: User, place: str, plan: Callable[..., Workshop],
    ask: Callable[..., Conversation], other_partnership: Partnership,
) -> None:  # fmt: skip
    foreign = ask(other_partnership).statements.select_related("conversation").first()
    assert foreign is not None
    made = plan()
    given = {"looked_at": [foreign.pk], "statement": [foreign.pk]}
    lead_client.post(f"{place}{made.pk}/statements/?from=all", given)
    assert not made.statements.exists()
    with pytest.raises(ValueError, match="another partnership"):
        bring_statements(workshop=made, by=lead, chosen=[foreign], looked_at=[])
    with pytest.raises(ValueError, match="another partnership"):
        add_agreement(workshop=made, by=lead, text="X", statements=[foreign])
    assert not Agreement.objects.exists()


def say(client: Client, place: str, made: Workshop, **values: str) -> Any:
    given = {"group": "resident", "feeling": "fear", "language": "en", "text": "Glare.", **values}
    return client.post(f"{place}{made.pk}/said/", given)


def test_several_are_pasted_all_or_none(
    lead_client: Client, place: str, plan: Callable[..., Workshop]
) -> None:
    made = plan()
    page = say(lead_client, place, made, several="1", text="Glare.\n\n...\nNoise.").content.decode()
    assert "Line 3 has no words. Take it out, or write it again." in page
    assert "<details open>" in page
    assert not Story.objects.exists()
    answer = say(lead_client, place, made, several="1", text="Glare.\r\n\r\n  Noise  at night.")
    assert "Taken in: 2." in body(lead_client, answer["Location"])
    told = Story.objects.order_by("pk").values_list("voice__text", "voice__consent", "feeling")
    assert list(told) == [("Glare.", "none", "fear"), ("Noise at night.", "none", "fear")]
    many = say(lead_client, place, made, several="1", text="Glare.\n" * 101).content.decode()
    assert "These are 101 lines. Send at most 100 at once." in many
    assert Story.objects.count() == 2


def test_hopes_and_fears_are_typed_in_one_after_the_other(
    lead_client: Client, lead: User, place: str, plan: Callable[..., Workshop]
) -> None:
    made = plan()
    answer = say(lead_client, place, made, consent="on")
    assert "group=resident" in answer["Location"]
    assert "feeling=fear" in answer["Location"]
    again = body(lead_client, answer["Location"])
    assert 'value="fear" id="id_feeling_1" required checked' in again or "checked" in again
    assert "autofocus" in again
    assert not Story.objects.filter(voice__consent="none").exists()
    say(lead_client, place, made, group="company", feeling="hope", text="Spare parts.")
    first, second = Story.objects.order_by("pk").select_related("voice")
    assert (first.voice.channel, first.voice.consent, first.voice.state) == (
        "room", "public", "waiting",
    )  # fmt: skip
    assert (second.group, second.voice.consent, second.voice.entered_by) == (
        "company",
        "none",
        lead,
    )
    own, outside = f"{place}{made.pk}/hopes-and-fears/", Client()
    members = body(lead_client, own)
    assert "Glare." in members
    assert "Spare parts." in members
    assert "Glare." not in body(outside, own)
    for one in (first, second):
        moderate_voice(voice=one.voice, state="accepted", by=lead)
    public = body(outside, own)
    assert "Glare." in public
    assert "Residents" in public
    assert "Spare parts." not in public, "nobody agreed to it"
    moderate_voice(voice=second.voice, state="declined", reason="x", by=lead)
    assert "Spare parts." not in body(lead_client, own)


@pytest.mark.parametrize("fault", [{"text": " "}, {"feeling": ""}, {"group": "nobody"}])
def test_nothing_is_kept_of_a_faulty_card(
    fault: dict[str, str], lead_client: Client, place: str, plan: Callable[..., Workshop]
) -> None:
    assert say(lead_client, place, plan(), **fault).status_code == 200
    assert not Story.objects.exists()


def test_what_was_agreed_is_public_once_it_was_held(
    lead_client: Client, place: str, plan: Callable[..., Workshop], statements: list[Statement]
) -> None:
    made = plan(held_on=timezone.localdate() + dt.timedelta(days=1), notes="Secret notes")
    made.statements.set(statements[:2])
    given = {"text": "Warm light everywhere.", "statements": [statements[0].pk]}
    lead_client.post(f"{place}{made.pk}/agreed/", given)
    agreement = Agreement.objects.get()
    assert list(agreement.statements.all()) == [statements[0]]
    outside = Client()
    for part in ("", "hopes-and-fears/"):
        assert outside.get(f"{place}{made.pk}/{part}").status_code == 404
    assert "First evening" not in body(outside, place)
    Workshop.objects.update(held_on=timezone.localdate())
    page = body(outside, f"{place}{made.pk}/")
    for part in ("First evening", "Warm light everywhere.", statements[0].voice.text,
                 "1 thing was agreed", "2 statements were in the room"):  # fmt: skip
        assert part in page
    for hidden in ("Secret notes", "Welcome", "Take out"):
        assert hidden not in page
    assert "First evening" in body(outside, place)
    own = f"{place}{made.pk}/agreed/{agreement.pk}/"
    lead_client.post(own, {"text": "Warm light on paths."})
    agreement.refresh_from_db()
    assert (agreement.text, agreement.statements.count()) == ("Warm light on paths.", 0)
    lead_client.post(f"{own}delete/")
    assert not Agreement.objects.exists()


def test_deleting_a_workshop_keeps_what_people_said(
    lead_client: Client, place: str, plan: Callable[..., Workshop]
) -> None:
    made = plan()
    say(lead_client, place, made)
    assert "Hopes and fears that were said stay" in body(lead_client, f"{place}{made.pk}/delete/")
    lead_client.post(f"{place}{made.pk}/delete/")
    assert not Workshop.objects.exists()
    assert not AgendaItem.objects.exists()
    assert Story.objects.get().workshop is None


def test_who_may_do_what(
    place: str, plan: Callable[..., Workshop], make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    made = plan()
    organisation, observer = (client_of(make_member(r)) for r in ("organisation", "observer"))
    assert observer.get(f"{place}{made.pk}/said/").status_code == 403
    assert organisation.get(f"{place}{made.pk}/said/").status_code == 200
    for part in ("edit/", "notes/", "agenda/", "agreed/", "statements/", "delete/"):
        assert organisation.post(f"{place}{made.pk}/{part}", {"title": "X"}).status_code == 403
    assert "Welcome" in body(observer, f"{place}{made.pk}/")
    assert "Change, notes" not in body(observer, f"{place}{made.pk}/")
    assert Workshop.objects.get().title == "First evening"


def test_moving_keeps_every_part_once(plan: Callable[..., Workshop], lead: User) -> None:
    made = plan()
    before = sorted(made.agenda.values_list("pk", flat=True))
    for step in range(12):
        item = made.agenda.all()[step % made.agenda.count()]
        move_item(item=item, by=lead, up=bool(step % 3))
        places = list(made.agenda.values_list("position", flat=True))
        assert places == sorted(set(places))
    assert sorted(made.agenda.values_list("pk", flat=True)) == before
