"""Paper counts the same: typed in twice, from a file, in sets; and the next sheet is proposed."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.utils import timezone, translation

from lamppost.accounts.models import LedgerEntry
from lamppost.vision.actions import SheetThere, cast_vote, change_sheet, enter_sheet, paper
from lamppost.vision.actions.curation import merge_statement
from lamppost.vision.actions.paper import SamePerson, check_sheet, import_sheets, settle_sheet
from lamppost.vision.codes import address_of, qr_svg
from lamppost.vision.models import PaperSheet, StatementTranslation, Vote
from lamppost.vision.queries.paper import (
    checking,
    in_set,
    next_sheet,
    pages_to_print,
    set_after,
    set_of_sheet,
    sets_of,
    split_reference,
)
from lamppost.vision.queries.public_landscape import public_landscape
from lamppost.voices.models import Participant, Voice
from tests.vision_world import add_statement, let_vote, make_conversation

pytestmark = pytest.mark.django_db


def page(conversation, part=""):
    return f"/p/elm-street/vision/questions/{conversation.code}/paper/{part}"


def marks(statements, *answers):
    return {f"s{one.pk}": answer for one, answer in zip(statements, answers, strict=False)}


@pytest.fixture
def colleague(make_member, client_of):
    user = make_member("facilitator")
    return user, client_of(user)


@pytest.fixture
def sheet(lead, conversation, statements):
    return enter_sheet(
        conversation=conversation,
        by=lead,
        organisation=None,
        reference="NW-7",
        channel="paper",
        answers={statements[0].pk: 1, statements[1].pk: -1},
    )


def test_a_second_person_types_it_in_blind(colleague, conversation, statements, sheet):
    user, client = colleague
    overview = client.get(page(conversation, "check/")).text
    assert "Take out sheet NW-7." in overview
    blind = client.get(page(conversation, f"{sheet.pk}/check/")).text
    assert blind.count('type="radio"') == 12
    # Only "no answer" is marked, whatever was typed in first.
    marked = [part for part in blind.split("<input") if "radio" in part and " checked" in part]
    assert len(marked) == 3
    assert all('value=""' in part for part in marked)
    response = client.post(
        page(conversation, f"{sheet.pk}/check/"),
        marks(statements, "agree", "disagree"),
        follow=True,
    )
    assert "both readings agree" in response.text
    sheet.refresh_from_db()
    assert (sheet.checked_by, sheet.checked_at is not None) == (user, True)
    assert "Every sheet is checked." in response.text
    assert "Checked: 1 of 1" in client.get(page(conversation)).text
    entry = LedgerEntry.objects.get(action="vision.paper_sheet.checked")
    assert (entry.by, entry.object_id) == (user, str(sheet.pk))


def test_a_difference_is_shown_side_by_side_and_settled(colleague, conversation, statements, sheet):
    _user, client = colleague
    given = marks(statements, "agree", "agree", "pass")
    response = client.post(page(conversation, f"{sheet.pk}/check/"), given)
    assert "2 answers differ" in response.text
    assert "Typed in first: Disagree. Typed in by you: Agree." in response.text
    assert "Typed in first: No answer. Typed in by you: Pass." in response.text
    assert f'type="hidden" name="s{statements[0].pk}" value="agree"' in response.text
    assert Vote.objects.filter(value=-1).count() == 1
    sheet.refresh_from_db()
    assert sheet.checked_at is None
    given = marks(statements, "agree", "disagree", "pass")
    client.post(page(conversation, f"{sheet.pk}/settle/"), given)
    values = Vote.objects.order_by("statement__number").values_list("value", flat=True)
    assert list(values) == [1, -1, 0]
    sheet.refresh_from_db()
    assert sheet.checked_at is not None
    # Whoever changes it later makes it unchecked again.
    change_sheet(sheet=sheet, by=sheet.entered_by, answers={statements[0].pk: 1})
    sheet.refresh_from_db()
    assert sheet.checked_at is None


def test_a_sheet_typed_in_while_its_file_is_read_is_said(monkeypatch, lead, conversation, sheet):
    reference = sheet.reference
    PaperSheet.objects.filter(pk=sheet.pk).update(reference="elsewhere")

    def meanwhile(*_given):
        # As if another's transaction had ended between the look and the writing.
        PaperSheet.objects.filter(pk=sheet.pk).update(reference=reference)
        raise IntegrityError

    monkeypatch.setattr(paper, "_import", meanwhile)
    with pytest.raises(SheetThere):
        import_sheets(
            conversation=conversation, by=lead, organisation=None, channel="paper",
            sheets={reference: {}},
        )  # fmt: skip


def test_who_changed_a_sheet_does_not_check_it(colleague, lead, conversation, statements, sheet):
    user, client = colleague
    client.post(page(conversation, f"{sheet.pk}/"), marks(statements, "disagree", "disagree"))
    sheet.refresh_from_db()
    both = {statements[0].pk: -1, statements[1].pk: -1}
    among = [one.pk for one in statements]
    with pytest.raises(SamePerson):
        check_sheet(sheet=sheet, by=user, answers=both, among=among)
    check_sheet(sheet=sheet, by=lead, answers=both, among=among)
    assert sheet.checked_by == lead


def test_nobody_checks_their_own_sheet(lead_client, lead, conversation, statements, sheet):
    assert "Nothing to check for you" in lead_client.get(page(conversation, "check/")).text
    address = page(conversation, f"{sheet.pk}/check/")
    assert "You typed this sheet in." in lead_client.get(address).text
    given = marks(statements, "agree", "disagree")
    assert "You typed this sheet in." in lead_client.post(address, given).text
    lead_client.post(page(conversation, f"{sheet.pk}/settle/"), marks(statements, "disagree"))
    among = [one.pk for one in statements]
    with pytest.raises(SamePerson):
        check_sheet(sheet=sheet, by=lead, answers={}, among=among)
    with pytest.raises(SamePerson):
        settle_sheet(sheet=sheet, by=lead, answers={}, among=among)
    sheet.refresh_from_db()
    assert sheet.checked_at is None
    assert Vote.objects.filter(value=1).count() == 1


def test_answers_to_statements_that_are_gone_stay(colleague, conversation, statements, sheet, lead):
    _user, client = colleague
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    response = client.post(
        page(conversation, f"{sheet.pk}/check/"), marks([statements[0]], "agree"), follow=True
    )
    assert "both readings agree" in response.text
    edit = page(conversation, f"{sheet.pk}/")
    client.post(edit, marks([statements[0]], "pass"))
    assert Vote.objects.filter(statement=statements[1]).count() == 1


def test_spoken_answers_have_no_paper_to_check(colleague, conversation, statements, lead):
    enter_sheet(
        conversation=conversation, by=lead, organisation=None, reference="1", channel="room",
        answers={statements[0].pk: 1},
    )  # fmt: skip
    assert checking(conversation, None, colleague[0].pk).sheets == 0


def test_the_next_sheet_is_proposed(lead_client, lead, conversation, statements, sheet):
    assert next_sheet(conversation, lead.pk).reference == "NW-8"
    lead_client.post(
        page(conversation), {"reference": "NW-8", "channel": "room", **marks(statements, "agree")}
    )
    enter_sheet(
        conversation=conversation, by=lead, organisation=None, reference="NW-10",
        channel="room", answers={statements[0].pk: 1},
    )  # fmt: skip
    PaperSheet.objects.filter(reference="NW-10").update(entered_by=None)
    shown = lead_client.get(page(conversation)).text
    assert 'value="NW-9"' in shown
    assert next_sheet(conversation, lead.pk).channel == "room"
    PaperSheet.objects.filter(reference="NW-10").update(reference="NW-9")
    assert next_sheet(conversation, lead.pk).reference == "NW-10"
    assert split_reference("NW-9") == ("NW-", 9)
    assert split_reference("") == ("", None)


@pytest.fixture
def long_question(partnership):
    conversation = make_conversation(partnership, statements=0)
    for number in range(1, 24):
        add_statement(conversation, number, f"Statement number {number} of many.")
    return conversation


def test_a_long_question_is_asked_in_sets(lead_client, lead, long_question):
    statements = list(long_question.statements.select_related("voice"))
    assert [one.name for one in sets_of(statements)] == ["1-8", "9-16", "17-23"]
    assert len(sets_of(statements[:15])) == 1
    assert sets_of([]) == []
    shown = lead_client.get(f"{page(long_question)}?set=9-16").text
    assert shown.count('<fieldset class="ballot"') == 8
    given = {"reference": "NW-2", "channel": "paper", f"s{statements[8].pk}": "agree"}
    response = lead_client.post(f"{page(long_question)}?set=9-16", given)
    # Sheets printed in turn: after no. 2 with the second set comes the third.
    assert response["Location"] == f"{page(long_question)}?set=17-23"
    assert set_after(statements, "9-16", "NW-3") == "9-16"
    assert set_after(statements, "5-9", "NW-3") == "5-9"
    assert set_of_sheet(PaperSheet.objects.get(), statements) == "9-16"
    # What is declined later leaves its set; every other statement stays in it.
    Voice.objects.filter(pk=statements[8].voice_id).update(state="declined")
    left = [one for one in statements if one.pk != statements[8].pk]
    assert [one.number for one in in_set(left, "9-16")] == list(range(10, 17))
    assert in_set(statements, "nonsense") == statements
    assert in_set(statements, "90-99") == statements


def test_sheets_are_printed_in_turn_with_numbers_and_a_code_for_each_set(
    lead_client, long_question, settings
):
    settings.LAMPPOST_URL = "https://lamps.example.org"
    statements = list(long_question.statements.select_related("voice"))
    pages = pages_to_print(statements, copies=4, first="NW-9")
    assert [(one.reference, one.name) for one in pages] == [
        ("NW-9", "1-8"), ("NW-10", "9-16"), ("NW-11", "17-23"), ("NW-12", "1-8"),
    ]  # fmt: skip
    assert [one.name for one in pages_to_print(statements)] == ["1-8", "9-16", "17-23"]
    shown = lead_client.get(page(long_question, "print/"), {"copies": "4", "first": "nw-9"})
    codes = [code for _page, code in shown.context["printed"]]
    assert codes[0] == codes[3] != codes[1]
    assert "Set 9-16" in shown.text
    assert "<b>NW-12</b>" in shown.text
    wrong = lead_client.get(page(long_question, "print/"), {"copies": "9999", "first": "Maria"})
    assert len(wrong.context["printed"]) == 3
    assert "No names." in wrong.text


def send_file(client, conversation, text, channel="paper"):
    upload = SimpleUploadedFile("b.csv", text.encode())
    return client.post(page(conversation, "file/"), {"file": upload, "channel": channel})


def test_a_file_of_ballots_is_taken_in(lead_client, lead, conversation, statements):
    text = "sheet,1,2,3\r\nnw-1,agree,-1,\r\nNW-2,0,blank,1\r\n"
    assert send_file(lead_client, conversation, text, "room").status_code == 302
    votes = Vote.objects.order_by("participant__reference", "statement__number")
    assert list(
        votes.values_list("participant__reference", "statement__number", "value", "channel")
    ) == [
        ("NW-1", 1, 1, "room"),
        ("NW-1", 2, -1, "room"),
        ("NW-2", 1, 0, "room"),
        ("NW-2", 3, 1, "room"),
    ]
    assert list(PaperSheet.objects.values_list("entered_by", flat=True)) == [lead.pk] * 2
    assert LedgerEntry.objects.filter(action="vision.paper_sheet.imported", by=lead).count() == 1


def test_one_faulty_row_keeps_all_out_and_each_is_named(
    lead_client, conversation, statements, sheet
):
    text = (
        "sheet,1,2,3\r\nNW-1,agree,,\r\nNW-7,agree,,\r\nNW-1,pass,,\r\nNW-3,perhaps,,\r\n"
        "Maria,agree,,\r\nNW-4,,,\r\nNW-5,1,1,1,1\r\n"
    )
    response = send_file(lead_client, conversation, text)
    assert response.status_code == 422
    faults = {row.row: row.fault for row in response.context["ballots"].rows if row.fault}
    assert sorted(faults) == [3, 4, 5, 6, 7, 8]
    assert "Sheet NW-7 was typed in already" in faults[3]
    assert "Sheet NW-1 is in row 2 too" in faults[4]
    assert "“perhaps” is no answer" in faults[5]
    assert "No names" in faults[6]
    assert "The row has no answer" in faults[7]
    assert "more cells than headings" in faults[8]
    assert PaperSheet.objects.count() == 1
    assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,2\r\nNW-1,1", "no column “sheet”"),
        ("sheet,1,99,x\r\nNW-1,1,1,1", "99, x"),
        ("sheet,1,1\r\nNW-1,1,1", "same heading"),
        ("sheet,1\r\n", "no row below"),
        ("", "empty"),
    ],
)
def test_a_file_that_is_no_table_of_ballots(lead_client, conversation, text, words):
    assert words in send_file(lead_client, conversation, text).text
    assert PaperSheet.objects.count() == 0


def test_the_headings_can_be_downloaded(lead_client, conversation):
    answer = lead_client.get(page(conversation, "file.csv"))
    assert answer.content.decode("utf-8-sig") == "sheet,1,2,3\r\n"


@pytest.mark.parametrize("role", ["analyst", "company", "researcher", "observer"])
def test_who_may_not_enter_paper_is_refused(role, make_member, client_of, conversation, sheet):
    client = client_of(make_member(role))
    for part in ("check/", f"{sheet.pk}/check/", "file/", "file.csv"):
        assert client.get(page(conversation, part)).status_code == 403
    assert client.post(page(conversation, f"{sheet.pk}/settle/")).status_code == 403
    assert send_file(client, conversation, "sheet,1\r\n1,1").status_code == 403
    assert Vote.objects.count() == 2


def test_an_organisation_checks_only_its_own_sheets(make_member, client_of, conversation, sheet):
    client = client_of(make_member("organisation"))
    assert client.get(page(conversation, f"{sheet.pk}/check/")).status_code == 404
    assert "Nothing to check for you" in client.get(page(conversation, "check/")).text


def test_the_channel_stands_in_the_results(partnership, lead):
    from lamppost.vision.actions import compute_landscape

    conversation = make_conversation(partnership)
    let_vote(conversation, (30, 20))
    let_vote(conversation, (12,), channel="paper")
    compute_landscape(conversation=conversation)
    heard = dict(public_landscape(conversation).heard.channels)
    assert heard["paper"] == 10
    assert heard["web"] == 50


def test_a_paper_vote_and_a_web_vote_are_one_kind_of_vote(conversation, statements, sheet, people):
    cast_vote(participant=people(1)[0], statement=statements[0], value=1)
    assert Vote.objects.filter(statement=statements[0], value=1).count() == 2


class TestSheetsInALanguage:
    """The host chooses the language of the printed sheet."""

    @pytest.fixture
    def translated(self, conversation, statements):
        """The question and the first statement in Arabic, and the second in Spanish."""
        conversation.translations.create(language="ar", question="كيف تكون شوارعنا؟")
        for statement, language, text in (
            (statements[0], "ar", "الموقف مظلم جدا."),
            (statements[1], "es", "La luz cálida es mejor."),
        ):
            StatementTranslation.objects.create(
                statement=statement, language=language, text=text, made_at=timezone.now()
            )
        return conversation

    def test_what_is_translated_is_printed_with_its_language_and_direction(
        self, lead_client, translated, statements
    ):
        shown = lead_client.get(page(translated, "print/"), {"language": "ar"}).text
        sheet = shown[shown.index("<article") : shown.index("</article>")]
        assert sheet.startswith('<article class="sheet paper" lang="ar" dir="rtl">')
        assert '<h1 lang="ar" dir="rtl">كيف تكون شوارعنا؟</h1>' in sheet
        assert '<span class="voice" lang="ar" dir="rtl">الموقف مظلم جدا.</span>' in sheet
        assert statements[0].voice.public_text not in sheet
        other = statements[1].voice.public_text
        assert f'<span class="voice" lang="en" dir="ltr">{other}</span>' in sheet
        with translation.override("ar"):
            assert translation.gettext("Disagree") in sheet
        assert "Disagree" not in sheet
        address = f"{address_of(translated)}?in=ar"
        assert qr_svg(address) in sheet

    def test_without_a_choice_it_is_as_asked_and_as_said(self, lead_client, translated, statements):
        for query in ({}, {"language": "en"}, {"language": "xx"}):
            shown = lead_client.get(page(translated, "print/"), query).text
            assert '<article class="sheet paper" lang="en" dir="ltr">' in shown
            assert translated.question in shown
            assert all(one.voice.public_text in shown for one in statements)
            assert qr_svg(address_of(translated)) in shown
        for language in ("en", "ar", "es"):
            assert f'<option value="{language}"' in shown

    def test_a_language_of_no_interface_keeps_our_words_in_the_hosts(
        self, lead_client, conversation, statements
    ):
        StatementTranslation.objects.create(
            statement=statements[0], language="so", text="Aad buu u mugdi.", made_at=timezone.now()
        )
        shown = lead_client.get(page(conversation, "print/"), {"language": "so"}).text
        assert '<span class="voice" lang="so" dir="ltr">Aad buu u mugdi.</span>' in shown
        assert '<article class="sheet paper" lang="en" dir="ltr">' in shown

    def test_without_translations_there_is_nothing_to_choose(self, lead_client, conversation):
        assert 'name="language"' not in re.sub(
            r"<header.*?</header>",
            "",
            lead_client.get(page(conversation, "print/")).text,
            flags=re.S,
        )

    def test_the_sets_are_the_same_and_long_words_take_a_page_more(self, long_question):
        statements = list(long_question.statements.select_related("voice"))
        StatementTranslation.objects.bulk_create(
            StatementTranslation(
                statement=one, language="es", text="palabra " * 37, made_at=timezone.now()
            )
            for one in statements
        )
        said, read = pages_to_print(statements), pages_to_print(statements, language="es")
        assert {one.name for one in read} == {one.name for one in said}
        assert len(read) > len(said)
        for one in read:
            assert one.pages == sum(other.name == one.name for other in read)
