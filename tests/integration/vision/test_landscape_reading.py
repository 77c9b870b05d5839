"""The landscape in the reader's language, comparisons that stay, and words that say why."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from lamppost.accounts.models import Partnership
from lamppost.base.commands import CommandFault
from lamppost.vision import effects, landscape_command
from lamppost.vision.actions import compute_landscape
from lamppost.vision.actions.about import Shares, set_population_shares
from lamppost.vision.forms.conversations import NewConversationForm
from lamppost.vision.landscape_charts import LONGEST_NAME, labelled, shortened
from lamppost.vision.models import Conversation, StatementTranslation, Vote
from lamppost.vision.open_data import json_record
from lamppost.vision.queries.effects_kept import effect_kept
from lamppost.vision.queries.public_landscape import PublicStatement, public_landscape
from lamppost.vision.tasks import effect_of_declining
from lamppost.voices.models import Voice
from tests.vision_world import let_vote, make_conversation

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SPANISH, ENGLISH = "Más luz en la parada.", "More light at the stop."


@pytest.fixture
def conversation(partnership: Partnership) -> Conversation:
    found = make_conversation(partnership)
    first = found.statements.order_by("number").first()
    assert first is not None
    Voice.objects.filter(pk=first.voice_id).update(public_text=SPANISH, text=SPANISH, language="es")
    let_vote(found)
    compute_landscape(conversation=found)
    return found


def body_of(conversation: Conversation) -> str:
    slug = conversation.partnership.slug
    return Client().get(f"/p/{slug}/vision/landscape/{conversation.code}/").text


def test_a_statement_is_read_in_the_readers_language(conversation: Conversation) -> None:
    untranslated = body_of(conversation)
    assert SPANISH in untranslated
    assert '<span class="lang" lang="es">' in untranslated
    first = conversation.statements.order_by("number").first()
    assert first is not None
    StatementTranslation.objects.create(
        statement=first, language="en", text=ENGLISH, made_at=timezone.now()
    )
    translated = body_of(conversation)
    assert ENGLISH in translated
    assert SPANISH not in translated
    assert "translated from Español" in translated
    # The open data hold the words as they were said.
    shown = public_landscape(conversation)
    assert shown is not None
    assert SPANISH in str(json_record(shown))
    slug = conversation.partnership.slug
    listed = Client().get(f"/p/{slug}/vision/questions/{conversation.code}/").text
    assert ENGLISH in listed
    assert "translated from Español" in listed


def test_shares_without_answers_show_no_source_and_say_why(
    conversation: Conversation, lead: object
) -> None:
    set_population_shares(
        partnership=conversation.partnership,
        by=lead,  # type: ignore[arg-type]
        shares=Shares({"age": {"under-18": 0.4, "18-29": 0.6}}, "Town register"),
    )
    compute_landscape(conversation=conversation)
    body = body_of(conversation)
    assert "Town register" not in body
    assert "too few of those who voted have said" in body


def _statement(text: str, language: str = "en", original: str = "") -> PublicStatement:
    return PublicStatement(1, text, language, (), None, original)


def test_names_in_a_key_end_with_a_word() -> None:
    long = "People should be asked before the light in their street is changed at night."
    with override("en"):
        found = shortened(_statement(long))
        assert found.endswith(" …")
        assert long.startswith(found[:-2] + " ")
        assert len(found) <= LONGEST_NAME + 2
        assert shortened(_statement("Short.")) == "Short."
        assert labelled(_statement("Luz", "es")) == "Luz (Español)"
        assert labelled(_statement("Light", "en", "es")) == "Light (translated)"


def test_a_comparison_stays_until_a_vote_moves(conversation: Conversation) -> None:
    assert effect_kept(conversation, [0]) == (False, None)
    value = effect_of_declining.call(conversation.pk, [0])
    DBTaskResult.objects.create(
        task_path=effect_of_declining.module_path,
        args_kwargs={"args": [conversation.pk, [0]], "kwargs": {}},
        status="SUCCESSFUL",
        return_value=value,
        run_after=timezone.now(),
        backend_name="default",
    )
    works, found = effect_kept(conversation, [0])
    assert not works
    assert found == effects.Effect.from_json(value)
    assert effect_kept(conversation, [1]) == (False, None)
    vote = Vote.objects.filter(statement__conversation=conversation).last()
    assert vote is not None
    vote.delete()
    assert effect_kept(conversation, [0]) == (False, None)


def test_pasted_doubles_are_named(lead_client: Client, partnership: Partnership) -> None:
    seeds = "One lamp is enough.\nTwo lamps.\n\nOne lamp is enough"
    assert NewConversationForm({"seeds": seeds}).doubles == [(4, 1)]
    response = lead_client.post(
        f"/p/{partnership.slug}/vision/ask/",
        {
            "question": "How bright?",
            "asked_by": "Town",
            "decides": "Lamps",
            "closes_at": "2031-05-04T20:00",
            "language": "en",
            "seeds": seeds,
        },
        follow=True,
    )
    assert "One statement was given twice and stands once: line 4 as line 1." in response.text


def test_a_zip_is_answered_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "votes.zip"
    file.write_bytes(b"PK")
    parser_like = type("Options", (), {"source": str(file), "question": ""})()
    with pytest.raises(CommandFault, match="Unzip it first"):
        landscape_command._source(parser_like)
