"""What became of one's own statement: its number with and without votes that look unusual."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lamppost.accounts.models import User
from lamppost.vision.models import Conversation, Statement
from lamppost.voices.actions import moderate_voice
from tests.landscape_world import integrity, result, store, without_the_flagged

from .test_resident_reading import add, fate

pytestmark = pytest.mark.django_db
BESIDE = "Without the votes that look unusual: at least 75 people, 95% agree, 5% disagree."
SAME = "What is concluded from all answers is the same without them."
ANOTHER = "What is concluded from all answers would be another without them."


@pytest.fixture
def own(resident: Client, conversation: Conversation, lead: User) -> Statement:
    add(resident, conversation, "Benches at every second corner, please.")
    found = Statement.objects.select_related("voice").get(is_seed=False)
    moderate_voice(voice=found.voice, state="accepted", by=lead)
    return found


def about(own: Statement, record: dict[str, Any]) -> dict[str, Any]:
    """The same result, its second statement being this one."""
    for row in record["results"]:
        if row["statement"] == 1:
            row["statement"] = own.number
    return record


def told(own: Statement, resident: Client, **fields: Any) -> str:
    without = about(own, without_the_flagged(4))
    stored = {"without": without, **fields}
    store(own.conversation, result=about(own, result()), integrity=integrity(**stored))
    return " ".join(fate(resident, own.conversation).split())


def test_the_number_without_ten_or_more_stands_beside(own: Statement, resident: Client) -> None:
    page = told(own, resident)
    assert "At least 100 people answered it: 60% agree, 40% disagree." in page
    assert BESIDE in page
    assert ANOTHER in page
    assert SAME not in page
    assert f'/vision/landscape/{own.conversation.code}/#trust"' in page


def test_of_one_to_nine_only_whether_the_conclusion_changes(
    own: Statement, resident: Client
) -> None:
    page = told(own, resident, size=9)
    assert "Some votes on this question look unusual." in page
    assert ANOTHER in page
    assert "Without the votes that look unusual" not in page
    assert "#trust" in page


def test_the_same_conclusion_is_said_too(own: Statement, resident: Client) -> None:
    page = told(own, resident, size=9, without=about(own, result()))
    assert SAME in page
    assert ANOTHER not in page


def test_what_could_be_subtracted_is_not_told(own: Statement, resident: Client) -> None:
    page = told(own, resident, hidden={"everyone": [], "nothing": [own.number]})
    assert "Without the votes that look unusual" not in page
    assert "Some votes on this question look unusual." in page


def test_without_unusual_votes_nothing_is_said_of_them(own: Statement, resident: Client) -> None:
    page = told(own, resident, size=0, without=None, flags=[])
    assert "60% agree" in page
    assert "unusual" not in page
