"""Statements in bulk: each row is told what happens to it, before and after."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.vision import seeding
from lamppost.vision.models import StatementTranslation
from lamppost.vision.seeding import SeedRow, State, check, from_json, rows_of_csv, to_json
from lamppost.voices.models import Voice

pytestmark = pytest.mark.django_db


def page(conversation, part=""):
    return f"/p/elm-street/vision/questions/{conversation.code}/statements/{part}"


def upload(text):
    return SimpleUploadedFile("s.csv", text.encode(), content_type="text/csv")


def rows_in(response):
    return response.context["rows"]


LINES = "More benches, please.\nThe bus stop is so dark.\nWarm light is better\n…\n" + "x" * 301


def test_each_line_is_told_what_would_happen(lead_client, conversation):
    response = lead_client.post(page(conversation), {"seeds": LINES, "language": "en"})
    states = [one.state for one in response.context["checked"]]
    assert states == [State.NEW, State.ALIKE, State.SAME, State.EMPTY, State.LONG]
    assert "New: 1. Nearly the same as another: 1. Left out: 3." in response.text
    assert "like no. 1:" in response.text
    assert "The same words are no. 2." in response.text
    assert "It has 301 characters" in response.text
    assert response.text.count('name="row"') == 2
    assert response.text.count(" checked>") == 1
    assert conversation.statements.count() == 3


def test_only_ticked_rows_are_added_and_each_is_told(lead_client, conversation):
    response = lead_client.post(page(conversation), {"seeds": LINES, "language": "en"})
    rows = rows_in(response)
    nothing = lead_client.post(page(conversation), {"rows": rows})
    assert "No row is ticked" in nothing.text
    assert conversation.statements.count() == 3
    done = lead_client.post(page(conversation), {"rows": rows, "row": ["2", "3", "5"]})
    assert "1 statement was added" in done.text
    assert "added as no. 4" in done.text
    assert "not ticked" in done.text
    assert conversation.statements.get(number=4).voice.text == "The bus stop is so dark."
    again = lead_client.post(page(conversation), {"rows": rows, "row": ["2"]})
    assert "0 statements were added" in again.text
    assert conversation.statements.count() == 4


@pytest.mark.parametrize(
    ("heads", "cells", "fault"),
    [
        ("text,language", "A lamp,xx-nonsense", "“xx-nonsense” is no language."),
        ("text,language", "A lamp,english", "“english” is no language."),
        ("text,language,text:qq", "A lamp,en,Una", "text:qq: “qq” is no language."),
    ],
)
def test_a_language_that_nobody_knows_is_refused_with_its_row_and_column(
    lead_client, conversation, heads, cells, fault
):
    content = f"{heads}\r\nThe first one,en\r\n{cells}\r\n"
    checked = lead_client.post(
        page(conversation), {"seeds": "", "language": "en", "file": upload(content)}
    )
    [first, second] = checked.context["checked"]
    assert (first.may_be_added, second.may_be_added, second.given.row) == (True, False, 3)
    assert second.fault == f"{fault} Use a tag like en, ar or es."
    report = checked.text.split("Row 3")[1]
    assert ">language<" in report
    assert fault in report


def test_a_tag_is_kept_as_the_standard_writes_it():
    [row] = rows_of_csv(b"text,language,text:ZH_hant\r\nA lamp,EN,\xe7\x81\xaf\r\n", "en")
    assert (row.language, dict(row.translations)) == ("en", {"zh-Hant": "\u706f"})


def test_a_file_brings_languages_and_translations(lead_client, conversation):
    content = (
        "text,language,text:ar,text:es\r\n"
        "Mend the path.,en,أصلحوا الطريق,Arreglad el camino\r\n"
        "Más bancos,es,,\r\n"
        "Mend the path,,,\r\n"
        "Bad tag,not a tag,,\r\n"
    )
    response = lead_client.post(
        page(conversation), {"seeds": "", "language": "en", "file": upload(content)}
    )
    checked = response.context["checked"]
    assert [one.state for one in checked] == [State.NEW, State.NEW, State.SAME, State.LANGUAGE]
    assert checked[2].other_row == 2
    # What is in another language than the page says so, before it is added.
    assert response.text.count(">Español</span>") == 2
    assert response.text.count(">العربيّة</span>") == 1
    lead_client.post(page(conversation), {"rows": rows_in(response), "row": ["2", "3"]})
    added = conversation.statements.filter(number__gt=3).order_by("number")
    assert [one.voice.language for one in added] == ["en", "es"]
    found = StatementTranslation.objects.filter(statement=added[0]).order_by("language")
    assert [(one.language, one.text) for one in found] == [
        ("ar", "أصلحوا الطريق"),
        ("es", "Arreglad el camino"),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"seeds": "", "language": "en"}, "Write at least one statement"),
        ({"seeds": "\n".join(f"Line {n}" for n in range(301)), "language": "en"}, "at most 300"),
        ({"seeds": "x", "language": "en", "file": "text\r\ny"}, "not both"),
        ({"seeds": "", "language": "en", "file": "words\r\ny"}, "no column “text”"),
        ({"seeds": "", "language": "en", "file": " "}, "The file is empty"),
    ],
)
def test_what_cannot_be_read_is_said(lead_client, conversation, given, words):
    if "file" in given:
        given = {**given, "file": upload(given["file"])}
    assert words in lead_client.post(page(conversation), given).text
    assert conversation.statements.count() == 3


@pytest.mark.parametrize("rows", ["", "{}", "[[1]]", '[["1","a","en",{}]]', "[[1,2,3,4]]", "[1]"])
def test_rows_that_nobody_checked_are_refused(lead_client, conversation, rows):
    response = lead_client.post(page(conversation), {"rows": rows, "row": "1"}, follow=True)
    assert response.status_code == 200
    assert conversation.statements.count() == 3


def test_rows_travel_unchanged():
    rows = [SeedRow(2, "Ünïcode “ok”", "und", {"ar": "نص"})]
    assert from_json(to_json(rows)) == rows


def test_the_template_can_be_read_back(lead_client, conversation):
    response = lead_client.get(page(conversation, "template.csv"))
    assert 'filename="statements.csv"' in response["Content-Disposition"]
    rows = rows_of_csv(response.content, "en")
    assert [one.text for one in rows] == ["The path to the school is too dark in winter."]
    with pytest.raises(SpreadsheetError):
        rows_of_csv(b"number\r\n1", "en")


def test_declined_words_are_not_taken_for_there(conversation, statements):
    Voice.objects.filter(pk=statements[0].voice_id).update(state="declined")
    row = SeedRow(1, statements[0].voice.text, "en")
    assert check(conversation, [row])[0].state is State.NEW


def test_many_rows_against_many_statements_are_quick(conversation, lead):
    import time

    from tests.vision_world import add_statement

    for number in range(10, 310):
        add_statement(conversation, number, f"Statement {number} about lamps in street {number}")
    rows = [SeedRow(n, f"Row {n} about the benches of park {n}", "en") for n in range(300)]
    start = time.process_time()
    check(conversation, rows)
    assert time.process_time() - start < 8


@pytest.mark.parametrize("role", ["analyst", "organisation", "observer"])
def test_who_may_not_edit_is_refused(role, make_member, client_of, conversation):
    client = client_of(make_member(role))
    assert client.get(page(conversation)).status_code == 403
    rows = seeding.to_json([SeedRow(1, "New words", "en")])
    assert client.post(page(conversation), {"rows": rows, "row": "1"}).status_code == 403
    assert client.get(page(conversation, "template.csv")).status_code == 403
    assert conversation.statements.count() == 3
