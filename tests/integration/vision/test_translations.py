"""Translating a question: side by side, as a file, how far it is, what was mended since."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry
from lamppost.base.spreadsheet import read_csv, write_csv
from lamppost.vision.actions.curation import mend_statement, merge_statement
from lamppost.vision.actions.goals import add_goal
from lamppost.vision.actions.rooms import open_room
from lamppost.vision.models import ConversationTranslation, StatementTranslation, Workshop
from lamppost.vision.queries.translations import pairs, progress
from lamppost.voices.models import Voice

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def page(conversation, part=""):
    return f"/p/elm-street/vision/questions/{conversation.code}/translations/{part}"


def of(conversation, language):
    return next(one for one in progress(conversation) if one.language == language)


def test_statements_are_translated_side_by_side(lead_client, conversation, statements, lead):
    shown = lead_client.get(page(conversation, "ar/")).text
    assert "Warm light is better." in shown
    given = {"question": "ما الذي؟", f"s{statements[0].pk}": " الموقف  مظلم "}
    response = lead_client.post(page(conversation, "ar/"), given, follow=True)
    assert "2 translations saved." in response.text
    assert StatementTranslation.objects.get().text == "الموقف مظلم"
    assert StatementTranslation.objects.get().by == lead
    assert ConversationTranslation.objects.get().question == "ما الذي؟"
    found = of(conversation, "ar")
    assert (found.question, found.done, found.of) == (True, 1, 3)
    assert "Statements: 1 of 3" in lead_client.get(page(conversation)).text
    assert (
        "Nothing was different."
        in lead_client.post(page(conversation, "ar/"), given, follow=True).text
    )
    lead_client.post(page(conversation, "ar/"), dict.fromkeys(given, ""))
    assert StatementTranslation.objects.count() == 0
    assert ConversationTranslation.objects.count() == 0
    assert LedgerEntry.objects.filter(action="vision.conversation.translated").count() == 2


def test_two_who_translate_at_once_lose_nothing(
    lead_client, conversation, statements, make_member, client_of
):
    one, other = (f"s{statement.pk}" for statement in statements[:2])
    colleague = client_of(make_member("facilitator"))
    # Both opened the page while nothing was translated.
    opened = {"was-question": "", f"was-{one}": "", f"was-{other}": ""}
    empty = {"question": "", one: "", other: ""}
    lead_client.post(
        page(conversation, "es/"), opened | empty | {"question": "¿Qué?", one: "La parada"}
    )
    colleague.post(page(conversation, "es/"), opened | empty | {other: "La luz"})
    texts = StatementTranslation.objects.order_by("statement__number").values_list("text")
    assert list(texts) == [("La parada",), ("La luz",)]
    assert ConversationTranslation.objects.get().question == "¿Qué?"
    # Both wrote the same field: the second is told, keeps what was typed, and may save again.
    refused = colleague.post(page(conversation, "es/"), opened | empty | {one: "El paradero"})
    assert "Somebody else wrote this meanwhile: “La parada”." in refused.text
    assert ">\nEl paradero</textarea>" in refused.text
    assert f'name="was-{one}" value="La parada"' in refused.text
    assert StatementTranslation.objects.get(statement=statements[0]).text == "La parada"
    # What the other wrote elsewhere stands in the page that comes back.
    assert ">\n¿Qué?</textarea>" in refused.text
    again = {f"was-{one}": "La parada", one: "El paradero"}
    assert colleague.post(page(conversation, "es/"), again).status_code == 302
    assert StatementTranslation.objects.get(statement=statements[0]).text == "El paradero"


def test_a_mended_statement_asks_for_its_translation(lead_client, lead, conversation, statements):
    field = f"s{statements[0].pk}"
    lead_client.post(page(conversation, "es/"), {field: "La parada está oscura"})
    mend_statement(
        statement=statements[0], text="The bus stop is much too dark.", reason="x", by=lead
    )
    assert "mended since" in lead_client.get(page(conversation, "es/")).text
    lead_client.post(page(conversation, "es/"), {field: "La parada está oscura"})
    assert pairs(conversation, "es", "1").object_list[0].is_stale
    ok = {field: "La parada está oscura", f"ok{statements[0].pk}": "on"}
    lead_client.post(page(conversation, "es/"), ok)
    assert not pairs(conversation, "es", "1").object_list[0].is_stale


def test_the_file_goes_out_and_comes_back(lead_client, conversation, statements):
    content = lead_client.get(page(conversation, "es/file.csv")).content
    rows = read_csv(content, most_bytes=10**6, most_rows=100)
    assert rows[0] == ["number", "language", "text", "translation"]
    assert [row[0] for row in rows[1:]] == ["question", "1", "2", "3"]
    filled = [[*row[:3], f"en español {row[0]}"] for row in rows[1:]]
    upload = SimpleUploadedFile("t.csv", write_csv(rows[0], filled).encode())
    lead_client.post(page(conversation, "es/upload/"), {"file": upload})
    assert StatementTranslation.objects.filter(language="es").count() == 3
    assert ConversationTranslation.objects.get().question == "en español question"


def test_a_faulty_file_changes_nothing_and_names_the_rows(lead_client, conversation):
    rows = [
        ["1", "The bus stop is too dark.", "Bien"],
        ["2", "Cold light is better.", "Mal"],
        ["99", "", "Nadie"],
        ["3", "Cameras make me feel watched.", "x" * 301],
    ]
    upload = SimpleUploadedFile(
        "t.csv", write_csv(["number", "text", "translation"], rows).encode()
    )
    response = lead_client.post(page(conversation, "es/upload/"), {"file": upload})
    assert response.status_code == 422
    assert [row for row, _fault in response.context["faults"]] == [3, 4, 5]
    assert "The words have changed since" in response.text
    assert StatementTranslation.objects.count() == 0
    for content in (b"", b"text\r\nx", b"\xff\xfe"):
        upload = SimpleUploadedFile("t.csv", content)
        answer = lead_client.post(page(conversation, "es/upload/"), {"file": upload}, follow=True)
        assert "notice danger" in answer.text or "notice error" in answer.text
    missing = lead_client.post(page(conversation, "es/upload/"), follow=True)
    assert "Choose a file first." in missing.text


def test_only_what_residents_read_is_translated(lead_client, lead, conversation, statements):
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    Voice.objects.filter(pk=statements[2].voice_id).update(language="es")
    assert [one.statement.number for one in pairs(conversation, "es", "1")] == [1]
    assert [one.statement.number for one in pairs(conversation, "ar", "1")] == [1, 3]
    # Into the question's own language: what was said in another one.
    assert [one.statement.number for one in pairs(conversation, "en", "1")] == [3]
    assert of(conversation, "ar").of == 2


def test_another_language_is_begun(lead_client, conversation):
    response = lead_client.get(page(conversation), {"language": "fr"})
    assert response["Location"] == page(conversation, "fr/")
    assert "is no language" in lead_client.get(page(conversation), {"language": "f!"}).text
    assert lead_client.get(page(conversation, "not-a-language-tag/")).status_code == 404


@pytest.mark.parametrize("role", ["analyst", "organisation", "observer"])
def test_who_may_not_edit_is_refused(role, make_member, client_of, conversation, statements):
    client = client_of(make_member(role))
    for part in ("", "ar/", "ar/file.csv"):
        assert client.get(page(conversation, part)).status_code == 403
    assert client.post(page(conversation, "ar/"), {f"s{statements[0].pk}": "x"}).status_code == 403
    assert client.post(page(conversation, "ar/upload/")).status_code == 403
    assert StatementTranslation.objects.count() == 0


def test_hosts_read_statements_in_their_language_too(
    lead_client, lead, conversation, statements, partnership
):
    """On the lists of workshops, goals and paper; in the original where nothing is translated."""
    said = "La parada está oscura"
    lead_client.post(page(conversation, "es/"), {f"s{statements[0].pk}": said})
    goal = {"title": "Light", "description": "", "agreed_on": None}
    add_goal(partnership=partnership, by=lead, values=goal, statements=statements)
    workshop = Workshop.objects.create(
        partnership=partnership,
        conversation=conversation,
        title="Evening",
        held_on=timezone.localdate(),
        created_at=timezone.now(),
    )
    workshop.statements.set(statements)
    base = "/p/elm-street/vision"
    room = f"{base}/workshops/{workshop.pk}"
    places = [
        f"{base}/goals/",
        f"{base}/questions/{conversation.code}/paper/",
        f"{room}/",
        f"{room}/screen/",
        f"{room}/sheet/",
        f"{room}/statements/?from=all",
    ]
    other = statements[1].voice.public_text
    for place in places:
        read = lead_client.get(place).text
        assert said not in read, place
        read = lead_client.get(place, headers={"accept-language": "es"}).text
        assert said in read, place
        assert statements[0].voice.public_text not in read, place
        assert other in read, place


@pytest.mark.parametrize("language", ["es", "ar"])
def test_every_page_of_a_resident_asks_in_the_readers_language(
    resident, conversation, lead, language
):
    """The question and what it decides, where the host translated them; else as it was asked."""
    conversation.decides = "Where lamps go first"
    conversation.save()
    ConversationTranslation.objects.create(
        conversation=conversation, language="es", question="¿Y de noche?", decides="Dónde primero"
    )
    room = open_room(conversation=conversation, by=lead)
    code, slug = conversation.code, conversation.partnership.slug
    resident.post(f"/v/{code}/add/", {"text": "More benches.", "language": "en", "consent": "on"})
    pages = [
        f"/v/{code}/",
        f"/v/{code}/add/",
        f"/v/{code}/added/",
        f"/t/{code}/",
        f"/t/{code}/hope/",
        f"/r/{room.join_code}/",
        f"/p/{slug}/voices/mine/",
        f"/p/{slug}/vision/questions/{code}/",
        f"/p/{slug}/vision/landscape/{code}/",
    ]
    for address in pages:
        page = resident.get(address, headers={"Accept-Language": language}).text
        assert ("¿Y de noche?" in page) == (language == "es"), address
        assert (conversation.question in page) == (language == "ar"), address
    page = resident.get(f"/r/{room.join_code}/", headers={"Accept-Language": language}).text
    assert ("Dónde primero" in page) == (language == "es")
