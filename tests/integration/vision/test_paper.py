"""Paper and the room: typing sheets in, once; mending; what an organisation sees of its own."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, Membership
from lamppost.stakeholders.models import Stakeholder
from lamppost.vision.actions import (
    cast_vote,
    close_conversation,
    compute_landscape,
    enter_sheet,
)
from lamppost.vision.models import PaperSheet, ReplacedVote, Statement, Vote
from lamppost.voices.models import Participant, Voice

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation(partnership):
    return Stakeholder.objects.create(
        partnership=partnership,
        kind="organisation",
        name="Night Walkers",
        group="community",
        created_at=timezone.now(),
    )


@pytest.fixture
def typist(make_member, client_of, partnership, organisation):
    """Return a function that signs in a member of the organisation, or of another."""

    def sign_in(of=organisation):
        user = make_member("organisation")
        Stakeholder.objects.create(
            partnership=partnership,
            kind="person",
            name=user.email,
            group="community",
            organisation=of,
            membership=Membership.objects.get(user=user),
            created_at=timezone.now(),
        )
        return client_of(user)

    return sign_in


def sheet_page(conversation, part=""):
    return f"/p/elm-street/vision/questions/{conversation.code}/paper/{part}"


def marks(statements, *answers):
    return {f"s{one.pk}": answer for one, answer in zip(statements, answers, strict=False)}


def type_in(client, conversation, statements, reference="NW-1", answers=("agree", "", "pass")):
    given = {"reference": reference, "channel": "paper", **marks(statements, *answers)}
    return client.post(sheet_page(conversation), given)


@pytest.mark.parametrize("role", ["analyst", "company", "researcher", "observer"])
def test_who_may_not_enter_paper_is_refused(role, make_member, client_of, conversation, statements):
    client = client_of(make_member(role))
    for part in ("", "words/", "print/"):
        assert client.get(sheet_page(conversation, part)).status_code == 403
    assert type_in(client, conversation, statements).status_code == 403
    assert client.get("/p/elm-street/vision/paper/").status_code == 403
    assert PaperSheet.objects.count() == 0


def test_an_organisation_types_a_sheet_in(typist, conversation, statements, organisation):
    client = typist()
    page = client.get(sheet_page(conversation)).text
    assert "Warm light is better." in page
    assert page.count('type="radio"') == 2 + 4 * 3
    response = type_in(client, conversation, statements)
    assert response["Location"] == sheet_page(conversation)
    sheet = PaperSheet.objects.get()
    assert (sheet.reference, sheet.organisation) == ("NW-1", organisation)
    assert (sheet.participant.channel, sheet.participant.reference) == ("paper", "NW-1")
    votes = Vote.objects.filter(participant=sheet.participant).order_by("statement__number")
    assert list(votes.values_list("statement__number", "value", "channel")) == [
        (1, 1, "paper"),
        (3, 0, "paper"),
    ]
    assert LedgerEntry.objects.get(action="vision.paper_sheet.entered").object_id == str(sheet.pk)


def test_a_sheet_is_counted_once_and_can_be_changed(typist, conversation, statements):
    client = typist()
    type_in(client, conversation, statements)
    again = type_in(client, conversation, statements, reference="nw-1")
    assert again.status_code == 200
    sheet = PaperSheet.objects.get()
    edit = sheet_page(conversation, f"{sheet.pk}/")
    assert "was typed in already" in again.text
    assert f'href="{edit}"' in again.text
    empty = type_in(client, conversation, statements, answers=("", "", "")).text
    assert "Mark at least one answer." in empty
    assert "was typed in already" in empty
    assert f'href="{edit}"' in empty
    shown = client.get(edit).text
    assert f'name="s{statements[0].pk}" value="agree"' in shown
    client.post(edit, marks(statements, "disagree", "agree", ""))
    votes = Vote.objects.order_by("statement__number").values_list("statement__number", "value")
    assert list(votes) == [(1, -1), (2, 1)]
    assert ReplacedVote.objects.get().value == 1
    assert LedgerEntry.objects.filter(action="vision.paper_sheet.changed").count() == 1
    assert Participant.objects.count() == 1


def test_a_number_of_somebody_elses_sheet_shows_nothing_of_it(
    typist, conversation, statements, partnership
):
    type_in(typist(), conversation, statements)
    other = typist(
        Stakeholder.objects.create(
            partnership=partnership, kind="organisation", name="Gardeners", group="community",
            created_at=timezone.now(),
        )
    )  # fmt: skip
    sheet = PaperSheet.objects.get()
    response = type_in(other, conversation, statements)
    assert "Somebody else typed in a sheet with the number NW-1." in response.text
    edit = sheet_page(conversation, f"{sheet.pk}/")
    assert edit not in response.text
    assert other.get(edit).status_code == 404
    assert other.post(edit, marks(statements, "disagree")).status_code == 404
    assert Vote.objects.filter(value=-1).count() == 0
    assert "NW-1" not in other.get(sheet_page(conversation)).text.split("Sheets you entered")[1]


def test_a_colleague_and_staff_may_change_a_sheet(typist, conversation, statements, lead_client):
    type_in(typist(), conversation, statements)
    sheet = PaperSheet.objects.get()
    for client in (typist(), lead_client):
        assert client.get(sheet_page(conversation, f"{sheet.pk}/")).status_code == 200


def test_a_sheet_of_another_conversation_is_not_found(lead_client, ask, conversation, statements):
    type_in(lead_client, conversation, statements)
    sheet = PaperSheet.objects.get()
    assert lead_client.get(sheet_page(ask(), f"{sheet.pk}/")).status_code == 404


@pytest.mark.parametrize(
    ("reference", "answers", "words"),
    [
        ("Maria", ("agree",), "No names"),
        ("", ("agree",), "required"),
        ("NW-1", ("", "", ""), "Mark at least one answer."),
        ("NW-1", ("perhaps",), "Select a valid choice"),
    ],
)
def test_a_faulty_sheet_keeps_nothing(
    lead_client, conversation, statements, reference, answers, words
):
    response = type_in(lead_client, conversation, statements, reference, answers)
    assert response.status_code == 200
    assert words in response.text
    assert Participant.objects.count() == 0
    assert Vote.objects.count() == 0


def test_statements_of_another_conversation_are_refused(lead, ask, conversation):
    from lamppost.vision.actions import NotVotable

    foreign = ask().statements.first()
    with pytest.raises(NotVotable):
        enter_sheet(
            conversation=conversation,
            by=lead,
            organisation=None,
            reference="1",
            channel="paper",
            answers={foreign.pk: 1},
        )
    assert PaperSheet.objects.count() == 0
    assert Participant.objects.count() == 0


def test_sheets_are_taken_after_the_question_closed(lead_client, conversation, statements, lead):
    close_conversation(conversation=conversation, by=lead)
    assert type_in(lead_client, conversation, statements).status_code == 302
    assert Vote.objects.count() == 2


def test_words_from_paper_wait_for_moderation(typist, conversation):
    client = typist()
    given = {
        "text": "Mend the path first.", "language": "en", "channel": "room", "consent": "on",
    }  # fmt: skip
    assert client.post(sheet_page(conversation, "words/"), given).status_code == 302
    voice = Voice.objects.get(state="waiting")
    assert (voice.channel, voice.participant, voice.consent) == ("room", None, "public")
    assert voice.entered_by is not None
    assert LedgerEntry.objects.filter(action="voices.voice.entered", by=voice.entered_by).exists()
    again = client.post(sheet_page(conversation, "words/"), given)
    assert "is there already, as number 4" in again.text


def test_words_without_consent_are_not_taken(typist, conversation):
    given = {"text": "Mend the path first.", "language": "en", "channel": "paper"}
    response = typist().post(sheet_page(conversation, "words/"), given)
    assert "Tick this box only when the person agreed." in response.text
    assert Statement.objects.filter(is_seed=False).count() == 0


def test_an_organisation_sees_how_its_sheets_count(
    typist, conversation, statements, people, organisation, lead
):
    client = typist()
    for number in range(12):
        enter_sheet(
            conversation=conversation,
            by=lead,
            organisation=organisation,
            reference=f"NW-{number}",
            channel="paper",
            answers={statements[0].pk: 1 if number < 9 else -1, statements[1].pk: 1}
            if number < 9
            else {statements[0].pk: -1},
        )
    for number, participant in enumerate(people(40)):
        cast_vote(participant=participant, statement=statements[0], value=1 if number < 20 else 0)
        if number < 15:
            value = 1 if number < 11 else -1
            cast_vote(participant=participant, statement=statements[1], value=value)
    table = client.get(sheet_page(conversation)).text.split("<tbody>")[1]
    assert "55" not in table.split("</tr>")[0], "nobody was told it yet"
    compute_landscape(conversation=conversation)
    page = client.get(sheet_page(conversation)).text
    assert "How the sheets of Night Walkers count" in page
    assert "all votes" not in page
    assert "<dt>your sheets</dt><dd>12</dd>" in page
    table = page.split("<tbody>")[1]
    first, second, third = table.split("</tr>")[:3]
    # 9 of 12; 29 of 52 in steps of five, as everybody is told it.
    assert "75" in first
    assert "55" in first
    assert ">75 %<" in first, "one sign of percent"
    assert "%%" not in page
    # 9 of 12 as 75 of 100, and 55 of 100 of at least 50: where the share may lie, beside each.
    own, everybody = re.findall(r"(\d+)\W?% to (\d+)\W?%", first)
    assert int(own[0]) < 75 < int(own[1])
    assert int(everybody[0]) < 55 < int(everybody[1])
    assert int(own[1]) - int(own[0]) > int(everybody[1]) - int(everybody[0])
    assert " to " not in second.rpartition("</td><td")[2]
    # 9 own sheets are too few; of the 15 others 4 do not agree, and that could be computed.
    assert second.count("too few") == 2
    assert third.count("too few") == 2


def test_the_others_are_protected_from_whoever_knows_the_own_sheets(
    typist, conversation, statements, people, organisation, lead
):
    for number in range(10):
        enter_sheet(
            conversation=conversation,
            by=lead,
            organisation=organisation,
            reference=f"NW-{number}",
            channel="paper",
            answers={statements[0].pk: 1},
        )
    cast_vote(participant=people(1)[0], statement=statements[0], value=-1)
    compute_landscape(conversation=conversation)
    first = typist().get(sheet_page(conversation)).text.split("<tbody>")[1].split("</tr>")[0]
    assert "100" in first
    assert first.count("too few") == 1


def test_the_printed_sheet_has_three_boxes_a_code_and_no_name(lead_client, ask, lead):
    from lamppost.vision.actions import add_seed_statements
    from lamppost.vision.codes import address_of, qr_svg

    conversation = ask()
    texts = [f"Sentence {number}." for number in range(12)]
    add_seed_statements(conversation=conversation, by=lead, texts=texts, language="en")
    page = lead_client.get(sheet_page(conversation, "print/")).text
    assert page.count('<td class="box">') == 3 * 15
    assert page.count('<article class="sheet paper"') == 2
    assert qr_svg(address_of(conversation)) in page
    assert "No name, please." in page
    assert "Page 2 of 2." in page
    assert "single sheets are not published" in page


def test_choosing_the_question(typist, conversation, partnership):
    page = typist().get("/p/elm-street/vision/paper/").text
    for part in ("", "words/", "print/"):
        assert f'href="{sheet_page(conversation, part)}"' in page


def test_queries_do_not_grow_with_sheets(
    lead_client, conversation, statements, django_assert_max_num_queries
):
    for number in range(30):
        type_in(lead_client, conversation, statements, reference=str(number))
    lead_client.get(sheet_page(conversation))
    with django_assert_max_num_queries(28):
        page = lead_client.get(sheet_page(conversation))
    assert "1–25 of 30" in page.text
    assert "26–30 of 30" in lead_client.get(f"{sheet_page(conversation)}?sheets=2").text
