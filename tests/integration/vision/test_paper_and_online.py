"""The same votes on paper and online are one landscape, to the byte; only the channel differs."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pytest
from django.test import Client

from lamppost.accounts.models import Partnership, User
from lamppost.vision.actions import cast_vote, compute_landscape
from lamppost.vision.actions.paper import enter_sheet, import_sheets
from lamppost.vision.models import Conversation, Landscape, Statement, Vote
from lamppost.vision.paper_csv import read_ballots, template_csv
from lamppost.voices.models import Channel
from tests.vision_world import make_conversation

pytestmark = pytest.mark.django_db
TYPED, OF_ALL = 3, 24
Answers = Mapping[int, int]


def two_camps(statements: list[Statement]) -> dict[str, dict[int, int]]:
    """Number on the sheet → statement → answer: two camps, some noise, some cells left empty."""
    rng = np.random.default_rng(3)
    found = {}
    for person in range(OF_ALL):
        camp = 1 if person % 2 else -1
        likely = [1, *(camp if place % 2 else -camp for place in range(1, len(statements)))]
        found[str(person + 1)] = {
            one.pk: int(value) if rng.random() > 0.1 else 0
            for one, value in zip(statements, likely, strict=True)
            if rng.random() > 0.15
        }
    return found


def on_paper(conversation: Conversation, lead: User, given: Mapping[str, Answers]) -> list[int]:
    """Type some sheets in and send the others as a file; return the participants in order."""
    there = list(conversation.statements.order_by("number"))
    sheets = [
        enter_sheet(
            conversation=conversation, by=lead, organisation=None, reference=number,
            channel=Channel.PAPER, answers=dict(answers),
        )
        for number, answers in list(given.items())[:TYPED]
    ]  # fmt: skip
    rows = [
        ",".join([number, *(str(answers.get(one.pk, "")) for one in there)])
        for number, answers in list(given.items())[TYPED:]
    ]
    content = template_csv(there) + "\r\n".join(rows)
    ballots = read_ballots(conversation, there, content.encode())
    assert not ballots.faults
    sheets += import_sheets(
        conversation=conversation, by=lead, organisation=None, channel=Channel.PAPER,
        sheets=ballots.sheets,
    )  # fmt: skip
    return [one.participant_id for one in sheets]


def landscape_of(conversation: Conversation, client: Client) -> tuple[str, str, dict[str, int]]:
    """The stored result and the table for everybody, to the byte; and the channels."""
    Landscape.objects.all().delete()
    stored = compute_landscape(conversation=conversation)
    assert stored is not None
    assert stored.integrity is not None
    place = f"/p/{conversation.partnership.slug}/vision/landscape/{conversation.code}/"
    table = client.get(f"{place}data.csv").text
    return json.dumps(stored.result), table, stored.integrity["channels"]


def test_the_same_votes_on_paper_and_online_are_one_landscape(
    partnership: Partnership, lead: User, client: Client
) -> None:
    conversation = make_conversation(partnership, 8)
    statements = list(conversation.statements.order_by("number"))
    given = two_camps(statements)
    people = on_paper(conversation, lead, given)
    paper = landscape_of(conversation, client)
    assert json.loads(paper[0])["participants"] == OF_ALL
    assert json.loads(paper[0])["groups"], "there is something to compare"
    conversation.paper_sheets.all().delete()
    Vote.objects.all().delete()
    by_person = dict(zip(people, given.values(), strict=True))
    for person in reversed(people):
        participant = partnership.participants.get(pk=person)
        for one in reversed(statements):
            if one.pk in by_person[person]:
                cast_vote(participant=participant, statement=one, value=by_person[person][one.pk])
    online = landscape_of(conversation, client)
    assert online[:2] == paper[:2]
    assert (paper[2], online[2]) == ({"paper": OF_ALL}, {"web": OF_ALL})
