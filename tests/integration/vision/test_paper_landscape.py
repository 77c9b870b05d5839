"""The same answers, half of them on paper sheets: the same landscape as when all were online."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.utils import timezone

from lamppost.accounts.models import Partnership, User
from lamppost.engines.opinion import landscape as engine
from lamppost.vision.actions import bulk_votes, compute_landscape
from lamppost.vision.actions.paper import SheetThere, import_sheets
from lamppost.vision.models import Conversation, Vote
from lamppost.vision.queries.landscape import named_votes
from tests.vision_world import add_people, let_vote, make_conversation

pytestmark = pytest.mark.django_db
Answers = dict[int, dict[int, int]]


def answers(conversation: Conversation) -> Answers:
    """What each person said, by number of the statement."""
    found: Answers = defaultdict(dict)
    rows = Vote.objects.filter(statement__conversation=conversation)
    for person, number, value in rows.values_list("participant_id", "statement__number", "value"):
        found[person][number] = value
    return found


def told(conversation: Conversation) -> tuple[dict[str, Any], list[Any]]:
    """The engine's whole record without people's keys, and everybody's place by their answers."""
    votes = named_votes(conversation)
    assert votes is not None
    record = engine(votes).to_json()
    said = answers(conversation)
    of_person = [record.pop(name) for name in ("membership", "probability", "positions")]
    people = [
        (sorted(said[int(person)].items()), [part.get(person) for part in of_person])
        for person in of_person[0]
    ]
    return record, sorted(people, key=repr)


def sheets_of(conversation: Conversation, said: list[dict[int, int]]) -> dict[str, dict[int, int]]:
    by_number = dict(conversation.statements.values_list("number", "pk"))
    return {
        f"P-{n}": {by_number[number]: value for number, value in one.items()}
        for n, one in enumerate(said)
    }


def test_half_on_paper_is_the_landscape_of_all_online(partnership: Partnership, lead: User) -> None:
    online, mixed = make_conversation(partnership), make_conversation(partnership)
    let_vote(online, (40, 30))
    said = list(answers(online).values())
    web, paper = said[::2], said[1::2]
    by_number = dict(mixed.statements.values_list("number", "pk"))
    sheets = sheets_of(mixed, paper)
    taken = {
        "conversation": mixed, "by": lead, "organisation": None, "channel": "paper",
        "sheets": sheets,
    }  # fmt: skip
    import_sheets(**taken)  # paper first, so that people come in another order
    now = timezone.now()
    bulk_votes(
        conversation=mixed,
        rows=[
            (person.pk, by_number[number], value, now, "web")
            for person, one in zip(add_people(mixed, len(web)), web, strict=True)
            for number, value in one.items()
        ],
    )
    all_online, half_paper = told(online), told(mixed)
    assert all_online == half_paper
    assert len(all_online[1]) == 70, "everybody stands in a group"
    # the same file once more is refused as a whole, and nothing has changed
    with pytest.raises(SheetThere):
        import_sheets(**taken)
    assert told(mixed) == half_paper
    stored = compute_landscape(conversation=mixed)
    assert stored is not None
    assert stored.integrity["channels"] == {"web": 35, "paper": 35}
