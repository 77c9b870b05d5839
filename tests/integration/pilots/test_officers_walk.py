"""What an officer needs who has never seen these pages: to be told, and not to be asked twice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import User
from lamppost.pilots.actions import agreement as record
from lamppost.pilots.models import Gate, Pilot
from lamppost.pilots.queries.gates import document_of
from lamppost.pilots.queries.open_questions import open_questions
from lamppost.pilots.queries.signing import start_text
from tests.pilots_world import day

pytestmark = pytest.mark.once


def url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, *more])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_gate_names_the_questions_that_nobody_answered(lead_client: Client, pilot: Pilot) -> None:
    address = url(pilot, "sign_gate", "problem")
    start = str(lead_client.get(address).context["form"]["document"].value())
    values = {"document": start, "signed_by_name": "Sam", "passed_on": day()}
    refused = lead_client.post(address, values)
    asked = open_questions(pilot, "problem", start)
    assert len(asked) > 1
    assert all(f"Not answered: “{one}”" in text(refused) for one in asked)
    assert not Gate.objects.exists()
    whole = start.replace(asked[0], f"{asked[0]}\nEverybody who comes late.")
    for one in asked[1:]:
        whole = whole.replace(one, "")
    lead_client.post(address, {**values, "document": whole})
    assert Gate.objects.get().kind == "problem"


def test_the_record_of_the_call_is_not_asked_for_again(pilot: Pilot, lead: User) -> None:
    values = {
        "link": "https://city.example/call",
        "opened_on": day(-40),
        "closes_on": day(-10),
        "criteria": "Dark nights: 60\nPrice: 40",
        "no_call_reason": "",
    }
    call = record.save_call(pilot=pilot, by=lead, values=values)
    start = start_text(pilot, "call")
    assert "https://city.example/call" in start
    assert "Price: 40" in start
    assert open_questions(pilot, "call", start) == ["Who was told of it, and how:"]
    glow = record.add_bid(pilot=pilot, by=lead, values={"organisation": "Glow", "amount": 9})
    other = {"organisation": "Dim", "amount": 3, "reason": "Has a camera"}
    record.add_bid(pilot=pilot, by=lead, values=other)
    assert "Glow" not in start_text(pilot, "selection")
    words = {"chosen_on": day(-2), "chosen_by": "Jury", "chosen_why": "No camera"}
    record.choose_bid(pilot=pilot, by=lead, bid=glow, **words)
    declared = {"juror": "Chair", "none": False, "interest": "Worked there", "declared_on": day()}
    record.declare_interest(pilot=pilot, by=lead, values=declared)
    chosen = start_text(pilot, "selection")
    for part in ("Glow\nJury: No camera", "Dim: Has a camera", "Chair: Worked there"):
        assert part in chosen
    assert open_questions(pilot, "selection", chosen) == []
    assert call.pk


def test_a_document_is_named_by_its_first_answer() -> None:
    gate = Gate(document="The problem, as residents say it:\nToo dark.\n\nWho has it:\nWe.")
    assert document_of(gate) == ("Too dark.", "")
    assert document_of(Gate(document="Only a heading:")) == ("Only a heading:", "")
