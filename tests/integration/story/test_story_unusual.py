"""The story says what it says of opinions with and without votes that look unusual."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.story import computing
from lamppost.story.actions import export_folder
from lamppost.story.computing import events_of, landscape_row, matrix_of
from lamppost.story.folder import read_folder
from lamppost.story.queries import story_of
from lamppost.story.records import Claim, Question, Story
from lamppost.vision.models import Conversation
from tests.landscape_world import integrity, result, store, without_the_flagged
from tests.vision_world import DIVIDING, SHARED, make_conversation

pytestmark = pytest.mark.django_db
FEW_AND_ANOTHER = (
    "Some votes look unusual, and the conclusion depends on them: without them it would be another."
)
FEW_AND_SAME = "Some votes look unusual. The conclusion is the same without them."


@pytest.fixture
def conversation(partnership: Partnership) -> Conversation:
    return make_conversation(partnership, statements=3)


def question_of(story: Story) -> Question:
    return story.heard.questions[0]


def claim_of(story: Story) -> Claim | None:
    found = [c for c in question_of(story).claims if c.anchor.startswith("evidence-unusual-")]
    return found[0] if found else None


def told(conversation: Conversation, **fields: Any) -> Story:
    store(conversation, integrity=integrity(**fields))
    return story_of(conversation.partnership)


def test_figures_without_ten_or_more_stand_beside_them(conversation: Conversation) -> None:
    story = told(conversation, without=without_the_flagged(4))
    claim = claim_of(story)
    assert claim is not None
    assert claim.text == (
        "Without the unusual votes of at least 20 people the conclusion is another: of at least 75 "
        "people with 200 votes, this is the picture: No pattern beyond chance: here is what "
        "everybody agrees with."
    )
    page = reverse("vision:landscape", args=[conversation.partnership.slug, conversation.code])
    assert story.live_pages[claim.anchor] == f"{page}#trust"
    assert story.heard.part.headline.endswith("; it would be another without unusual votes")
    beside = question_of(story).without
    assert beside is not None
    shares = {
        str(words): [str(cell).replace("\N{NO-BREAK SPACE}", " ") for cell in rest]
        for words, *rest in beside.rows
    }
    assert shares[SHARED] == ["A 95 %, B 95 %", "95 %"]
    assert shares[DIVIDING] == ["A 90 %, B 10 %", "95 %"]
    (exhibit,) = [one for one in story.evidence if one.anchor == claim.anchor]
    assert ("Statements of common ground", "1", "2") in exhibit.tables[0].rows
    votes = next(one for one in story.evidence if one.anchor.startswith("evidence-votes-"))
    assert votes.tables[0].columns[-1] == "Without the unusual votes: agree"
    assert [row[-1] for row in votes.tables[0].rows][:2] == ["95 %", "95 %"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"without": without_the_flagged(4)}, FEW_AND_ANOTHER),
        ({"without": result()}, FEW_AND_SAME),
    ],
)
def test_of_one_to_nine_only_whether_the_conclusion_changes(
    conversation: Conversation, fields: dict[str, Any], said: str
) -> None:
    story = told(conversation, size=9, **fields)
    claim = claim_of(story)
    assert claim is not None
    assert claim.text == said
    assert question_of(story).without is None
    (exhibit,) = [one for one in story.evidence if one.anchor == claim.anchor]
    assert exhibit.tables == ()
    headline = story.heard.part.headline
    assert headline.endswith("without unusual votes") is (said == FEW_AND_ANOTHER)


def test_nothing_is_said_where_nothing_is_unusual(conversation: Conversation) -> None:
    story = told(conversation, size=0, without=None, flags=[])
    assert claim_of(story) is None
    assert "unusual" not in story.heard.part.headline


@pytest.mark.parametrize("private", [True, False])
def test_the_folder_tells_the_same_story(
    conversation: Conversation, tmp_path: Path, private: bool
) -> None:
    said = claim_of(told(conversation, without=without_the_flagged(4)))
    folder = tmp_path / "export"
    export_folder(partnership=conversation.partnership, folder=folder, private=private)
    again = read_folder(folder)
    found = claim_of(again)
    assert said is not None
    assert found is not None
    assert found.text == said.text
    assert question_of(again).without is not None
    if not private:
        text = (folder / "landscapes.csv").read_text(encoding="utf-8")
        assert "evidence" not in text
        assert json.dumps({"kind": "copies"})[1:-1] not in text.replace('""', '"')


def test_a_landscape_computed_for_a_folder_looks_for_unusual_votes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fourteen people of one camp are taken for flagged, whatever the engine says of them."""
    rng = np.random.default_rng(3)
    values = np.where(rng.random((56, 8)) < 0.1, 0, 1)
    values[30:, 1:] *= -1
    votes = [
        {"participant": f"p{row}", "statement": str(column), "value": int(value), "cast_at": None}
        for (row, column), value in np.ndenumerate(values)
    ]
    statements = [{"id": str(number), "number": number} for number in range(8)]
    matrix = matrix_of(votes, statements, {})
    assert matrix is not None
    seen = []

    def report(given: Any, arrivals: Any, **options: Any) -> Any:
        seen.append(arrivals.channels)
        return SimpleNamespace(flagged=np.arange(given.people) >= 42)

    monkeypatch.setattr(computing, "integrity_report", report)
    row = landscape_row(
        matrix,
        conversation="1",
        shown=range(8),
        now=timezone.now(),
        events=events_of(votes, matrix),
    )
    assert (row["result"]["people"], row["unusual"]["people"]) == (55, 10)
    assert row["unusual"]["without"]["people"] == 40
    assert seen == [("web",)]
    assert "membership" not in row["unusual"]["without"]
